"""Adjusted days in a simulation: counts that move by what is paid of a full day, known by day class only.

Under the switch ``adjusted_days`` a day with adjusted benefit moves the counter by amount paid over full amount. A
simulation knows that ratio as the utilisation u of each day class, not of each person, so a counter reaches n after
T(n) = ∫ dm / u(m) paid days, from zero to n. Counting paid days and putting every bound at T(bound) is the same as
counting full days, and keeps whole numbers: a count that begins at n stands at T(n) paid days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sim.law.ladder import Ladder
from sim.law.loader import Law

TINY = 1e-9  # days, against rounding of sums that should be whole


@dataclass(frozen=True, eq=False)
class FullDays:
    """How many paid days it takes to reach a number on the counter.

    Attributes
    ----------
    thresholds : last paid day of every class but the last.
    utilisation : (classes,) paid over full amount. The first class is free, so nobody observes its own: it takes that
        of the second; and no day moves the counter by more than one.
    """

    thresholds: tuple[int, ...]
    utilisation: np.ndarray

    @cached_property
    def _steps(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each class: days before it, paid days before it, and what a paid day adds."""
        pace = np.minimum(np.append(self.utilisation[1], self.utilisation[1:]), 1.0)
        before = np.array([0, *self.thresholds])
        return before, np.concatenate([[0.0], np.cumsum(np.diff(before) / pace[:-1])]), pace

    def paid_days(self, number: np.ndarray) -> np.ndarray:
        """T: whole paid days until the counter has reached each *number* (days); waiting days stay as they are."""
        before, reached, pace = self._steps
        step = np.searchsorted(before[1:], number, side="left")
        days = reached[step] + (number - before[step]) / pace[step]
        return np.where(number > 0, np.ceil(days - TINY), number).astype(np.int64)

    def number(self, paid_day: np.ndarray) -> np.ndarray:
        """Number of the counter's day that each *paid_day* (number) falls on."""
        before, reached, pace = self._steps
        step = np.searchsorted(reached[1:], paid_day - 1, side="right")
        return np.floor(before[step] + (paid_day - 1 - reached[step]) * pace[step] + TINY).astype(np.int64) + 1

    def counted(self, log: pd.DataFrame) -> pd.DataFrame:
        """*log* with its counters in paid days: what a client brings is stretched, what it adds is paid days already.

        A count that falls has begun anew, and brings nothing.
        """
        client, counter = log["client"].to_numpy(), log["counter"].to_numpy().astype(np.int64)
        same, begun = np.zeros(len(log), dtype=bool), np.zeros(len(log), dtype=np.int64)
        same[1:] = client[1:] == client[:-1]
        begun[1:] = np.cumsum((counter[1:] < counter[:-1]) & same[1:])
        first = np.flatnonzero(~same)[np.cumsum(~same) - 1]
        brought = counter[first]
        stretched = np.where(begun == begun[first], self.paid_days(brought) - brought, 0)
        return log.assign(counter=counter + stretched)

    def ladder(self, ladder: Ladder) -> Ladder:
        """*ladder* with its thresholds in paid days."""
        return Ladder(tuple(self.paid_days(np.array(ladder.thresholds)).tolist()), ladder.shares)

    def law(self, law: Law) -> Law:
        """*law* with its thresholds in paid days."""
        return replace(law, ladders=replace(law.ladders, periods=tuple(
            replace(each, value=self.ladder(each.value)) for each in law.ladders.periods)))
