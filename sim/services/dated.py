"""Figures that change over time: lists of steps, each from its day on. The first holds before its day, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

import numpy as np
from pydantic import AfterValidator, Field

from sim.law.calendar import day_number
from sim.law.schema import Day
from sim.services.values import Sourced


class Step(Sourced):
    """A value from a day on."""

    since: Day = Field(alias="from")


class ShareFrom(Step):
    """A share from a day on."""

    value: Annotated[float, Field(ge=0, le=1)]
    unit: Literal["share"]


Each = TypeVar("Each", bound=Step)


def _rising(steps: list[Each]) -> list[Each]:
    dates = [each.since for each in steps]
    if dates != sorted(set(dates)):
        raise ValueError("the days from which values hold rise from one to the next")
    return steps


Steps = Annotated[list[Each], Field(min_length=1), AfterValidator(_rising)]


def by_day(steps: Sequence[Step], origin: int) -> list[tuple[int, float]]:
    """(day from day number *origin*, value from it on), the first at 0."""
    days = [max(day_number(each.since) - origin, 0) for each in steps]
    return list({0: float(steps[0]), **{day: float(each) for day, each in zip(days, steps, strict=True)}}.items())


def by_month(steps: Sequence[Step], edges: np.ndarray) -> np.ndarray:
    """Mean over the days of each month between the day numbers *edges*, one more than months."""
    days, lengths = np.arange(edges[0], edges[-1]), np.diff(edges)
    row = np.searchsorted([day_number(each.since) for each in steps[1:]], days, side="right")
    values, starts = np.array([float(each) for each in steps])[row], edges[:-1] - edges[0]
    first = values[starts]  # a month without a change has its value to the last bit
    return first + np.add.reduceat(values - np.repeat(first, lengths), starts) / lengths
