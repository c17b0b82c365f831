"""The paid-day ledger: spells to days by period, benefit and day class, in closed form.

A spell moves its client's counter from n₀ to n₁ over the benefit days in it. The ledger cuts that move where something
that prices a day changes: at class thresholds and at maximum days, then at period edges (months, and days on which the
law changes). Cost and memory grow with client-months and cuts, never with days.

A paid day need not move the counter by one: with pace u, day k (0, 1, …) of a spell that begins at n₀ is day
⌊n₀ + k·u⌋ + 1 of the counter, so a threshold T is passed at k = ⌈(T − n₀) / u⌉. Counts are integers in PARTS of a day,
and so exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd

from sim.clients.clients import WITH_BENEFIT
from sim.law.benefits import Benefit, Entitlement, benefit_kind
from sim.law.calendar import benefit_day, benefit_days_before, month_of, month_start
from sim.law.ladder import Ladder
from sim.law.loader import Law

PARTS = 1_000_000  # of a day, in which counts are written
NEVER = np.iinfo(np.int64).max // 2  # days, far beyond any spell


class Entitled(Protocol):
    """What the ledger asks of those a log speaks of: entitlement code and maximum days, one each (as in Clients)."""

    @property
    def entitlement(self) -> np.ndarray: ...

    @property
    def maximum_days(self) -> np.ndarray: ...


class Rights(NamedTuple):
    """Entitlement codes and maximum days."""

    entitlement: np.ndarray
    maximum_days: np.ndarray


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
    def of_months(first_month: int, months: int, law: Law, cuts: Sequence[int] = ()) -> Periods:
        """*months* calendar months from month number *first_month*, cut where *law* changes and on the days *cuts*."""
        starts = month_start(first_month + np.arange(months + 1))
        inside = [cut for cut in cuts if starts[0] < cut < starts[-1]]
        changes = law.changes(int(starts[0]), int(starts[-1]))
        edges = np.unique(np.concatenate([starts, changes, inside]).astype(np.int64))
        return Periods(edges, month_of(edges[:-1]))

    def by_ladder(self, law: Law) -> Iterator[tuple[int, Periods]]:
        """Stretches within which one ladder holds, each with the index of its first period."""
        changes = np.flatnonzero(np.isin(self.edges[1:-1], sorted(law.ladders.changes()))) + 1
        for first, end in pairwise([0, *changes.tolist(), len(self)]):
            yield first, Periods(self.edges[first:end + 1], self.month[first:end])

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
    first : number on the counter of the first paid day of the row (1 is the first day ever paid).
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

    @staticmethod
    def joined(parts: Sequence[PaidDays]) -> PaidDays:
        """All rows of *parts*, one after the other."""
        return PaidDays(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(PaidDays)))

    def cut(self, counters: np.ndarray) -> PaidDays:
        """The same days in more rows: none has its first day at or before one of *counters* and its last day after.

        *counters* rise, and each day must have moved the counter by one.
        """
        last = self.first + self.days - 1
        low = np.searchsorted(counters, self.first, side="left")
        parts = np.searchsorted(counters, last, side="left") - low + 1
        row = np.repeat(np.arange(len(self)), parts)
        step = low[row] + np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
        bounds = np.concatenate([[-NEVER], counters, [NEVER]])
        first = np.maximum(self.first[row], bounds[step] + 1)
        return replace(self.take(row), first=first, days=np.minimum(last[row], bounds[step + 1]) - first + 1)

    def take(self, places: np.ndarray) -> PaidDays:
        """The rows at *places* (indices or mask), in that order."""
        return PaidDays(*(getattr(self, field.name)[places] for field in fields(self)))

    def totals(self, periods: int, classes: int, weights: np.ndarray | None = None) -> np.ndarray:
        """Days summed to (periods, benefits, classes); *weights* is a factor by row."""
        shape = (periods, len(Benefit), classes)
        cell = (self.period * shape[1] + self.benefit) * classes + self.day_class
        days = self.days if weights is None else self.days * weights
        return np.bincount(cell, days, minlength=np.prod(shape)).reshape(shape)


@dataclass(frozen=True, eq=False)
class Counting:
    """How each row of a log has counted, and how a paid day moves its count, in PARTS of a day.

    Attributes
    ----------
    counter : at the start of the row; minus the waiting days that are left.
    pace : what a paid day adds; waiting days pass one a day.
    month_counter : at the start of the calendar month in which the row begins, which says what was reached before.
    """

    counter: np.ndarray
    pace: np.ndarray
    month_counter: np.ndarray

    @staticmethod
    def by_whole_days(counter: np.ndarray) -> Counting:
        """From *counter* in days, each paid day moves it by one; what is reached was reached in an earlier month."""
        parts = counter.astype(np.int64) * PARTS
        return Counting(parts, np.full(len(parts), PARTS), parts)

    @staticmethod
    def of_log(log: pd.DataFrame, origin: int) -> Counting:
        """As ``by_whole_days``, but what a spell reached earlier in the month was reached in that month."""
        usual = Counting.by_whole_days(log["counter"].to_numpy())
        client, paid = log["client"].to_numpy(), np.isin(log["state"].to_numpy(), WITH_BENEFIT)
        start, end = (np.ceil(log[column].to_numpy()).astype(np.int64) + origin for column in ("start", "end"))
        month = benefit_days_before(month_start(month_of(start)))
        begin, stop = benefit_days_before(start), benefit_days_before(end)
        earlier = np.zeros(len(log), dtype=np.int64)
        row, before = np.arange(1, len(log)), np.arange(len(log) - 1)
        while len(row):
            still = (client[row] == client[before]) & (stop[before] > month[row])
            row, before = row[still], before[still]
            earlier[row] += paid[before] * (stop[before] - np.maximum(begin[before], month[row]))
            row, before = row[before > 0], before[before > 0] - 1
        return replace(usual, month_counter=usual.month_counter - earlier * PARTS)


def days_until(bound, counter, pace) -> np.ndarray:
    """Paid days after which a *counter* >= 0 that moves at *pace* has reached *bound* days; NEVER if it stands still.

    *counter* and *pace* are in PARTS; all three broadcast.
    """
    missing = np.maximum(np.asarray(bound) * PARTS - counter, 0)
    days = np.where(np.asarray(pace) > 0, -(-missing // np.maximum(pace, 1)), NEVER)
    return np.where(missing == 0, 0, days)


def paid_day_rows(log: pd.DataFrame, clients: Entitled, origin: int, periods: Periods, law: Law,
                  counting: Counting | None = None) -> PaidDays:
    """The paid days of all spells of *log* with benefit inside *periods*, which have one ladder.

    Parameters
    ----------
    log : EventLog.frame(); times in days from *origin* (a day number).
    clients : those the log speaks of, Clients or others with rights.
    counting : of each row of the log; by default each paid day moves the counter of the log by one.
    """
    by_period = law.steps_by_payment_period(int(periods.edges[0]))
    if counting is None:
        counting = Counting.of_log(log, origin) if by_period else Counting.by_whole_days(log["counter"].to_numpy())
    spell = np.flatnonzero(np.isin(log["state"].to_numpy(), WITH_BENEFIT))
    start, end = (benefit_days_before(np.ceil(log[c].to_numpy()[spell]).astype(np.int64) + origin)
                  for c in ("start", "end"))  # ordinals of benefit days from here on
    counter, pace, client = counting.counter[spell], counting.pace[spell], log["client"].to_numpy()[spell]
    start, counter = start + np.maximum(-counter, 0) // PARTS, np.maximum(counter, 0)
    thresholds = np.array(ladder_of(law, periods).thresholds)
    passed = start[:, None] + days_until(thresholds, counter[:, None], pace[:, None])
    if by_period:
        before = counting.month_counter[spell, None] >= thresholds * PARTS
        passed = _with_next_month(np.minimum(passed, benefit_days_before(periods.edges[-1]) + 1), start, before)
    used_up = start + days_until(clients.maximum_days[client].astype(np.int64), counter, pace)
    edges = benefit_days_before(periods.edges)
    piece, begin, stop = _pieces(np.maximum(start, edges[0]), np.minimum(end, edges[-1]),
                                 np.column_stack([passed, used_up]))
    day_class = (passed[piece] <= begin[:, None]).sum(axis=1)
    right = clients.entitlement[client[piece]].astype(np.int64) * 2 + (used_up[piece] <= begin)
    at_zero = counter[piece] - start[piece] * pace[piece]  # the counter that the pace leads back to at ordinal 0
    row, period = _cells(begin, stop, edges)
    first, after = np.maximum(begin[row], edges[period]), np.minimum(stop[row], edges[period + 1])
    benefit = _benefits(periods, law).ravel()[right[row] * len(periods) + period]
    number = (at_zero[row] + first * pace[piece][row]) // PARTS + 1
    return PaidDays(spell[piece][row], period, benefit, day_class[row], number, after - first)


def paid_dates(rows: PaidDays, log: pd.DataFrame, origin: int) -> tuple[np.ndarray, np.ndarray]:
    """Day numbers of the first and last paid day of *rows*, made from *log*, each of which moved the counter by one."""
    start = np.ceil(log["start"].to_numpy()[rows.spell]).astype(np.int64) + origin
    first = benefit_days_before(start) + rows.first - 1 - log["counter"].to_numpy()[rows.spell].astype(np.int64)
    return benefit_day(first), benefit_day(first + rows.days - 1)


def ladder_of(law: Law, periods: Periods) -> Ladder:
    """The ladder in force in *periods*, which have one; ``Periods.by_ladder`` splits those that have more."""
    return law.ladder(int(periods.edges[0]))


def _with_next_month(passed: np.ndarray, start: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Ordinals at which thresholds take effect that take effect with the month after the one they are reached in.

    A threshold is reached on the last day before *passed*; where it is reached at the *start*, it was so in an earlier
    month if *before* says so, and else in the month of the start.
    """
    reached = np.maximum(passed - 1, start[:, None])
    following = benefit_days_before(month_start(month_of(benefit_day(reached)) + 1))
    return np.where((passed == start[:, None]) & before, passed, following)


def _pieces(start: np.ndarray, end: np.ndarray, cuts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Row, start and end of the pieces into which *cuts* (rows, cuts) part [start, end)."""
    bounds = np.sort(np.clip(np.column_stack([start, cuts, end]), start[:, None], np.maximum(start, end)[:, None]))
    row, place = np.nonzero(bounds[:, 1:] > bounds[:, :-1])
    return row, bounds[row, place], bounds[row, place + 1]


def _benefits(periods: Periods, law: Law) -> np.ndarray:
    """Benefit that is paid, (entitlements, maximum left or used, periods)."""
    entitlement, used = np.arange(len(Entitlement))[:, None, None], np.arange(2)[:, None]
    return benefit_kind(entitlement, used, 0, periods.edges[:-1], law.benefit_kinds)


def _cells(start: np.ndarray, end: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and period of every pair of [start, end) and a period between *edges* that overlap; all lie inside."""
    solid = np.append(np.flatnonzero(np.diff(edges)), len(edges) - 1)  # a period may have no benefit day
    first = np.searchsorted(edges[solid], start, side="right") - 1
    count = np.searchsorted(edges[solid], end, side="left") - first
    row = np.repeat(np.arange(len(start)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, solid[first[row] + nth]
