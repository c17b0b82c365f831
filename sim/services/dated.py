"""Figures that change over time: lists of steps, each from its day on. The first holds before its day, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from sim.law.calendar import day_number
from sim.services.values import Step, Steps

__all__ = ["ShareFrom", "Step", "Steps", "by_day", "by_month", "values_on"]


class ShareFrom(Step):
    """A share from a day on."""

    value: Annotated[float, Field(ge=0, le=1)]
    unit: Literal["share"]


def values_on(steps: Sequence[Step], days: npt.ArrayLike) -> np.ndarray:
    """Values on the day number(s) *days*, same shape."""
    begins = [day_number(each.since) for each in steps[1:]]
    return np.array([float(each) for each in steps])[np.searchsorted(begins, days, side="right")]


def by_day(steps: Sequence[Step], origin: int) -> list[tuple[int, float]]:
    """(day from day number *origin*, value from it on), the first at 0."""
    days = [max(day_number(each.since) - origin, 0) for each in steps]
    return list({0: float(steps[0]), **{day: float(each) for day, each in zip(days, steps, strict=True)}}.items())


def by_month(steps: Sequence[Step], edges: np.ndarray) -> np.ndarray:
    """Mean over the days of each month between the day numbers *edges*, one more than months."""
    days, lengths = np.arange(edges[0], edges[-1]), np.diff(edges)
    values, starts = values_on(steps, days), edges[:-1] - edges[0]
    first = values[starts]  # a month without a change has its value to the last bit
    return first + np.add.reduceat(values - np.repeat(first, lengths), starts) / lengths
