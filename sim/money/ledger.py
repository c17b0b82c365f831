"""The paid-day ledger: spells to days by period, benefit and day class, in closed form.

A spell moves its client's counter from n₀ to n₁ over the benefit days in it. The ledger cuts that move where something
that prices a day changes: at period edges (months, and days on which the law changes), at class thresholds and at
maximum days. Cost and memory grow with client-months and cuts, never with days.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Protocol

import numpy as np
import pandas as pd

from sim.clients.clients import State
from sim.law.benefits import Benefit, benefit_kind
from sim.law.calendar import benefit_day, benefit_days_before, month_of, month_start
from sim.law.ladder import Ladder
from sim.law.loader import Law


class Entitled(Protocol):
    """What the ledger asks of those a log speaks of: entitlement code and maximum days, one each (as in Clients)."""

    @property
    def entitlement(self) -> np.ndarray: ...

    @property
    def maximum_days(self) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Periods:
    """Stretches of days within which no rule changes; each lies in one month.

    Attributes
    ----------
    edges : day numbers, one more than periods.
    month : month number of each period.
    """

    edges: np.ndarray
    month: np.ndarray

    @staticmethod
    def of_months(first_month: int, months: int, law: Law) -> Periods:
        """*months* calendar months from month number *first_month*, cut where *law* changes."""
        starts = month_start(first_month + np.arange(months + 1))
        edges = np.unique(np.concatenate([starts, law.changes(int(starts[0]), int(starts[-1]))]).astype(np.int64))
        return Periods(edges, month_of(edges[:-1]))

    def __len__(self) -> int:
        return len(self.month)


@dataclass(frozen=True, eq=False)
class PaidDays:
    """Paid days by row: columns of equal length.

    Attributes
    ----------
    spell : row of the event log.
    period : index into Periods.
    benefit : sim.law.benefits.Benefit code.
    day_class : index into Ladder.class_labels.
    first : counter number of the first paid day of the row (1 is the first day ever paid).
    days : paid days.
    """

    spell: np.ndarray
    period: np.ndarray
    benefit: np.ndarray
    day_class: np.ndarray
    first: np.ndarray
    days: np.ndarray

    def __len__(self) -> int:
        return len(self.spell)

    def cut(self, counters: np.ndarray) -> PaidDays:
        """The same days in more rows: none has its first day at or before one of *counters* and its last day after."""
        row, _, before, after = _cut(np.arange(len(self)), self.period, self.first - 1, self.first - 1 + self.days,
                                     counters)
        return replace(self.take(row), first=before + 1, days=after - before)

    def take(self, places: np.ndarray) -> PaidDays:
        """The rows at *places* (indices or mask), in that order."""
        return PaidDays(*(getattr(self, field.name)[places] for field in fields(self)))

    def totals(self, periods: int, classes: int, weights: np.ndarray | None = None) -> np.ndarray:
        """Days summed to (periods, benefits, classes); *weights* is a factor by row."""
        shape = (periods, len(Benefit), classes)
        cell = (self.period * shape[1] + self.benefit) * classes + self.day_class
        days = self.days if weights is None else self.days * weights
        return np.bincount(cell, days, minlength=np.prod(shape)).reshape(shape)


def paid_day_rows(log: pd.DataFrame, clients: Entitled, origin: int, periods: Periods, law: Law) -> PaidDays:
    """The paid days of all unemployed spells of *log* inside *periods*.

    Parameters
    ----------
    log : EventLog.frame(); times in days from *origin* (a day number).
    clients : those the log speaks of, Clients or others with rights.
    """
    unemployed = np.flatnonzero(log["state"].to_numpy() == State.UNEMPLOYED)
    start, end = (np.ceil(log[c].to_numpy()[unemployed]).astype(np.int64) + origin for c in ("start", "end"))
    counter = log["counter"].to_numpy()[unemployed].astype(np.int64) - benefit_days_before(start)
    row, period = _cells(start, end, periods.edges)
    before = benefit_days_before(np.maximum(start[row], periods.edges[period])) + counter[row]
    after = benefit_days_before(np.minimum(end[row], periods.edges[period + 1])) + counter[row]
    before = np.maximum(before, 0)  # negative numbers are waiting days
    paid = after > before
    row, period, before, after = row[paid], period[paid], before[paid], after[paid]
    client = log["client"].to_numpy()[unemployed]
    row, period, before, after = _cut(row, period, before, after, _bounds(law, periods, clients))
    who = client[row]
    day = periods.edges[period]
    benefit = benefit_kind(clients.entitlement[who], before + 1, clients.maximum_days[who], day, law.benefit_kinds)
    day_class = ladder_of(law, periods).class_of_day(before + 1)
    return PaidDays(unemployed[row], period, benefit, day_class, before + 1, after - before)


def paid_dates(rows: PaidDays, log: pd.DataFrame, origin: int) -> tuple[np.ndarray, np.ndarray]:
    """Day numbers of the first and the last paid day of each of *rows*, which ``paid_day_rows`` made from *log*."""
    start = np.ceil(log["start"].to_numpy()[rows.spell]).astype(np.int64) + origin
    first = benefit_days_before(start) + rows.first - 1 - log["counter"].to_numpy()[rows.spell].astype(np.int64)
    return benefit_day(first), benefit_day(first + rows.days - 1)


def ladder_of(law: Law, periods: Periods) -> Ladder:
    """The ladder in force when *periods* begin; the ledger knows one at a time."""
    return law.ladder(int(periods.edges[0]))


def _bounds(law: Law, periods: Periods, clients: Entitled) -> np.ndarray:
    """Counters at which a row is cut: class thresholds and maximum days, rising."""
    return np.union1d(ladder_of(law, periods).thresholds, np.unique(clients.maximum_days))


def _cells(start: np.ndarray, end: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spell and period of every (spell, period) that overlap."""
    first = np.searchsorted(edges, start, side="right") - 1
    last = np.minimum(np.searchsorted(edges, end, side="left"), len(edges) - 1)
    first = np.maximum(first, 0)
    count = np.maximum(last - first, 0)
    row = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, first[row] + nth


def _cut(row, period, before, after, bounds):
    """Split rows at each counter of *bounds* that lies strictly inside (before, after)."""
    parts = []
    while len(row):
        place = np.searchsorted(bounds, before, side="right")
        stop = np.minimum(np.append(bounds, np.iinfo(np.int64).max)[place], after)
        parts.append((row, period, before, stop))
        more = stop < after
        row, period, before, after = row[more], period[more], stop[more], after[more]
    if not parts:
        return row, period, before, after
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))
