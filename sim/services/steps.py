"""Figures that change on given days: whatever a scenario may change over time is a list of such steps.

The first step also holds before its day, so that a run may begin earlier than the file does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field, NonNegativeInt, PositiveInt

from sim.law.calendar import day_number
from sim.law.schema import Day
from sim.services.values import Share, Sourced


class Step(Sourced):
    """A figure from a day on."""

    since: Day = Field(alias="from")


class FullTimeStep(Step):
    """Full-time workers."""

    unit: Literal["FTE"]


class WeeklyHoursStep(Step):
    """Hours of a worker's week."""

    value: Annotated[float, Field(ge=0, le=40)]
    unit: Literal["h/week"]


class MinutesStep(Step):
    """Minutes that a task takes."""

    unit: Literal["minutes"]


class ShareStep(Share, Step):
    """A share of one."""


class RankStep(Step):
    """A place in a queue: lower ranks go first."""

    value: NonNegativeInt
    unit: Literal["rank"]


class DaysStep(Step):
    """Calendar days."""

    unit: Literal["days"]


class WorkingDaysStep(Step):
    """Monday-to-Friday days."""

    value: PositiveInt
    unit: Literal["working days"]


def _in_order(steps: list[Step]) -> list[Step]:
    days = [step.since for step in steps]
    if not days:
        raise ValueError("has no step: write one with from, value, unit, source and status")
    if days != sorted(set(days)):
        raise ValueError("the days of the steps do not rise")
    return steps


Rising = AfterValidator(_in_order)
FullTime: TypeAlias = Annotated[list[FullTimeStep], Rising]
WeeklyHours: TypeAlias = Annotated[list[WeeklyHoursStep], Rising]
Minutes: TypeAlias = Annotated[list[MinutesStep], Rising]
Shares: TypeAlias = Annotated[list[ShareStep], Rising]
Ranks: TypeAlias = Annotated[list[RankStep], Rising]
InDays: TypeAlias = Annotated[list[DaysStep], Rising]
InWorkingDays: TypeAlias = Annotated[list[WorkingDaysStep], Rising]


def values_on(steps: Sequence[Step], days: npt.ArrayLike) -> np.ndarray:
    """Values of *steps* on the day number(s) *days*, same shape."""
    begins = [day_number(step.since) for step in steps[1:]]
    return np.array([float(step) for step in steps])[np.searchsorted(begins, days, side="right")]


def change_days(origin: int, *courses: Sequence[Step]) -> list[int]:
    """Day number *origin* and each later one on which one of *courses* has a step, in order."""
    return sorted({origin, *(day for steps in courses for step in steps if (day := day_number(step.since)) > origin)})
