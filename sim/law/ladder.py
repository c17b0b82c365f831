"""The ladder: which share of the basic amount the municipality pays on the n-th paid day."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.law.calendar import Integers

Reals = npt.NDArray[np.float64]


def class_labels(ladders: Iterable[Ladder]) -> tuple[str, ...]:
    """Day classes of all *ladders*, by their first and then their last day."""
    spans = {(0 if n == 0 else ladder.thresholds[n - 1] + 1, (*ladder.thresholds, math.inf)[n]): label
             for ladder in ladders for n, label in enumerate(ladder.class_labels)}
    return tuple(spans[span] for span in sorted(spans))


@dataclass(frozen=True)
class Ladder:
    """Shares that rise with paid days.

    Parameters
    ----------
    thresholds : last paid day of every step but the last, rising.
    shares : share of the basic amount on each step, 0 to 1; one more than *thresholds*.

    Examples
    --------
    >>> steps = Ladder(thresholds=(100, 200), shares=(0.0, 0.1, 0.2))
    >>> float(steps.cumulated(201) - steps.cumulated(99))
    10.2
    """

    thresholds: tuple[int, ...]
    shares: tuple[float, ...]

    def __str__(self) -> str:
        """Shares by class, such as "0-100: 0 %, 101-200: 10 %, 201-: 20 %"."""
        return ", ".join(f"{label}: {share:.0%}".replace("%", " %")
                         for label, share in zip(self.class_labels, self.shares, strict=True))

    @cached_property
    def _steps(self) -> tuple[Reals, Integers, Reals]:
        """Per step: share, days before it, and shares summed over those days."""
        shares, before = np.array(self.shares), np.array((0, *self.thresholds))
        return shares, before, np.concatenate(([0.0], np.cumsum(shares[:-1] * np.diff(before))))

    def class_of_day(self, n: npt.ArrayLike) -> Integers:
        """Index into ``class_labels`` and ``shares`` of paid day number(s) *n*; 0 for n <= 0."""
        return np.searchsorted(self._steps[1][1:], n, side="left")

    def share_of_day(self, n: npt.ArrayLike) -> Reals:
        """Share of the basic amount on paid day number(s) *n* >= 1, same shape."""
        return self._steps[0][self.class_of_day(n)]

    def cumulated(self, n: npt.ArrayLike) -> Reals:
        """F(n): shares summed over paid days 1 to *n*, in full days of the basic amount, same shape.

        Moving a counter from n0 to n1 costs basic amount x (F(n1) - F(n0)). F is 0 for n <= 0: a negative
        counter is waiting days still to be served, and they cost nothing.
        """
        shares, before, summed = self._steps
        paid = np.maximum(n, 0)
        step = self.class_of_day(paid)
        return summed[step] + shares[step] * (paid - before[step])

    @property
    def class_labels(self) -> tuple[str, ...]:
        """Day classes as Kela spells them in its open data on the municipal share: "101-200", "701-".

        The first class, in which the municipality pays nothing, is not in Kela's data.
        """
        first = (0, *(threshold + 1 for threshold in self.thresholds))
        return tuple(f"{a}-{b}" for a, b in zip(first, (*self.thresholds, ""), strict=True))
