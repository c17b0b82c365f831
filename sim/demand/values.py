"""Figures of the demand side: each names its source; what a scenario may change over time is a list of dated steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field

from sim.clients.assumptions import Assumption, Figure
from sim.law.calendar import day_number
from sim.law.schema import Day

Source = Annotated[str, Field(pattern=r"\S")]


class Sourced(Figure):
    """One value that must name its source."""

    source: Source


class Share(Sourced):
    """A share of one."""

    value: Annotated[float, Field(ge=0, le=1)]
    unit: Literal["share"]


class Days(Sourced):
    """Calendar days."""

    unit: Literal["days"]


class PositiveDays(Days):
    """Calendar days, more than none."""

    value: Annotated[float, Field(gt=0)]


class Count(Sourced):
    """A whole number of one or more."""

    value: Annotated[int, Field(ge=1)]
    unit: Literal["names", "rounds", "participants"]


class Season(Assumption):
    """Twelve numbers, January first."""

    value: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=12, max_length=12)]
    source: Source


class Step(Sourced):
    """A value from a day on."""

    since: Day = Field(alias="from")


class ShareStep(Share, Step):
    """A share of one, from a day on."""


class MonthlyStep(Step):
    """How many a month, from a day on."""

    unit: Literal["vacancies/month", "visits/month"]


def _rising(steps: list) -> list:
    days = [each.since for each in steps]
    if days != sorted(set(days)):
        raise ValueError("the days of the steps do not rise")
    return steps


Shares = Annotated[list[ShareStep], Field(min_length=1), AfterValidator(_rising)]
Monthly = Annotated[list[MonthlyStep], Field(min_length=1), AfterValidator(_rising)]


def by_month(steps: Sequence[Step], edges: np.ndarray, lag: int = 0) -> np.ndarray:
    """Mean of dated *steps* over the days of each month, (months,); the first step holds before its day, too.

    Parameters
    ----------
    edges : day number of the first day of each month and of the day after the last, (months + 1,).
    lag : days by which everything comes later.
    """
    days = np.arange(edges[0], edges[-1]) - lag
    row = np.searchsorted([day_number(each.since) for each in steps], days, side="right") - 1
    values = np.array([float(each) for each in steps])[np.maximum(row, 0)]
    return np.add.reduceat(values, edges[:-1] - edges[0]) / np.diff(edges)
