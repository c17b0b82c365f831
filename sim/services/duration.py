"""How long a service lasts, and how long it still lasts for those who are in it on a given day.

Durations are gamma-distributed: two numbers say it, mean and coefficient of variation, and everything asked of it has a
closed form. Who is met inside on a day has not been drawn fairly: long stays are met in proportion to their length, and
at a moment spread evenly over them. In a steady state a stay that is met is therefore gamma-distributed with a shape
higher by one, and what is left of it an even share of that: the equilibrium distribution of renewal theory (Cox 1962,
Renewal Theory, sections 5.1 and 5.2).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.special import gammaincc, gammaincinv

from sim.clients.counter import DAYS_PER_MONTH
from sim.services.values import Months, Range, Sourced
from sources.files import Strict


class Mean(Months):
    """Mean time in a service."""

    value: Annotated[float, Field(gt=0)]
    range: Range


class Spread(Sourced):
    """Standard deviation over mean: 0.3 for courses of like length, 1 where leaving has no memory."""

    value: Annotated[float, Field(ge=0.05, le=3)]
    unit: Literal["standard deviation over mean"]


class Duration(Strict):
    """Time from start to end, completed or not.

    Examples
    --------
    >>> source = {"source": "example", "status": "estimate"}
    >>> stay = Duration(mean={"value": 4, "unit": "months", "range": [3, 5], **source},
    ...                 spread={"value": 1, "unit": "standard deviation over mean", **source})
    >>> round(stay.mean_days), round(stay.mean_left)  # without memory, what is left is as long as the whole
    (122, 122)
    """

    mean: Mean
    spread: Spread

    @property
    def mean_days(self) -> float:
        """Mean in calendar days."""
        return float(self.mean) * DAYS_PER_MONTH

    @property
    def mean_left(self) -> float:
        """Mean days left of those met inside: mean × (1 + spread²) ÷ 2."""
        return self.mean_days * (1 + float(self.spread) ** 2) / 2

    @property
    def _shape(self) -> float:
        return float(self.spread) ** -2

    @property
    def _scale(self) -> float:
        return self.mean_days / self._shape

    def days(self, luck: npt.ArrayLike) -> np.ndarray:
        """Lengths in days at the quantiles *luck*, even on 0 to 1."""
        return self._scale * gammaincinv(self._shape, np.asarray(luck, float))

    def quantiles(self) -> Callable[[float], float]:
        """``days`` for one quantile at a time, with the figures looked up once."""
        shape, scale = self._shape, self._scale
        return lambda luck: float(scale * gammaincinv(shape, luck))

    def days_left(self, length_luck: npt.ArrayLike, place_luck: npt.ArrayLike) -> np.ndarray:
        """Days left of those met inside, from two numbers even on 0 to 1: how long the stay is, how much is left."""
        met = self._scale * gammaincinv(self._shape + 1, np.asarray(length_luck, float))
        return met * np.asarray(place_luck, float)

    def share_longer(self, days: npt.ArrayLike) -> np.ndarray:
        """Share of stays that last longer than *days*."""
        return gammaincc(self._shape, np.asarray(days, float) / self._scale)

    def share_left_longer(self, days: npt.ArrayLike) -> np.ndarray:
        """Share of those met inside who stay for more than *days* yet: the tail of share_longer, over the mean."""
        days = np.asarray(days, float)
        return gammaincc(self._shape + 1, days / self._scale) - days / self.mean_days * self.share_longer(days)
