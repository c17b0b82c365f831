"""What happens in contracts, as days that can be billed: of the simulated clients, and of those before them.

**Carry-in.** Payments lag, so the first months pay for what happened before them. Of that the simulation knows only the
clients who are still inside. So a run gives ``DailyRates``, means of its baseline's first twelve months, and what
happened before is reckoned as if they had held then: on each day of the contract, as far back as payment lags.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.law.calendar import Integers, benefit_days_before, month_start
from sim.services.contracts import Contract, OutcomeBased

MONTHS = 12
LONGEST_MONTH = 31
Count = Callable[[Integers], Integers]  # day numbers → how many days of a kind lie before each


@dataclass(frozen=True)
class Window:
    """The days that are billed: from the origin up to the horizon, day numbers of first days of months."""

    first: int
    after: int


@dataclass(frozen=True, eq=False)
class Episodes:
    """Who was in a service when; arrays over episodes.

    Attributes
    ----------
    contract : place of the contract in the sequence that is billed.
    start, end : days from the origin; an episode of the opening stock began before 0, an open one ends at the horizon.
    completed : whether it ended as planned.
    outcome : day from the origin on which an outcome began that holds for the contract's evidence window; NaN without.
    """

    contract: np.ndarray
    start: np.ndarray
    end: np.ndarray
    completed: np.ndarray
    outcome: np.ndarray

    @staticmethod
    def of(log: pd.DataFrame) -> Episodes:
        """Those rows of an event model's *log* of episodes that began: who gave up waiting has no start."""
        began = log[log["start"].notna()]
        return Episodes(began["contract"].to_numpy(int), began["start"].to_numpy(float), began["end"].to_numpy(float),
                        began["completed"].to_numpy(bool), began["outcome"].to_numpy(float))


class DailyRates(NamedTuple):
    """How much happens in a contract on a mean day, each (contracts,).

    Attributes
    ----------
    starts, completions, outcomes : a calendar day.
    participant_days : a Monday-to-Friday day, so the mean number of participants.
    """

    starts: np.ndarray
    completions: np.ndarray
    outcomes: np.ndarray
    participant_days: np.ndarray


class Events(NamedTuple):
    """Day numbers, and how many events each stands for."""

    days: Integers
    weight: np.ndarray


@dataclass(frozen=True, eq=False)
class Days:
    """Day numbers of what happens in one contract.

    Things happen on the day they fall in; days inside are those whose midnight lies in [start, end).

    Attributes
    ----------
    started, completed, outcomes : events, those carried in first.
    began, inside_from, inside_until : of each episode.
    earlier : participants on each day that is carried in, the first of those days, and the day after the last.
    volume : for how many participants each stands who began on or after a day, and the number of that day.
    """

    started: Events
    completed: Events
    outcomes: Events
    began: Integers
    inside_from: Integers
    inside_until: Integers
    earlier: tuple[float, int, int] = (0.0, 0, 0)
    volume: tuple[float, int] = (1.0, 0)

    @staticmethod
    def of(log: Episodes, contract: int, origin: int) -> Days:
        """Days are rounded before the origin is added: a sum would lose the smallest part of a day."""
        def whole(days: np.ndarray, rounded: np.ufunc) -> Integers:
            return rounded(days).astype(np.int64) + origin

        def events(days: np.ndarray) -> Events:
            return Events(whole(days, np.floor), np.ones(len(days)))

        rows = log.contract == contract
        start, end, outcome = log.start[rows], log.end[rows], log.outcome[rows]
        completed, held = log.completed[rows].astype(bool), np.isfinite(outcome)
        return Days(events(start), events(end[completed]), events(outcome[held]),
                    whole(start, np.floor), whole(start, np.ceil), whole(end, np.ceil))

    def scaled(self, volume: float, outcomes: float, origin: int) -> Days:
        """The same with so many times the participants, and so many times the outcomes of each, since the *origin*."""
        def times(events: Events, factor: float) -> Events:
            return Events(events.days, events.weight * np.where(events.days >= origin, factor, 1.0))

        return replace(self, started=times(self.started, volume), completed=times(self.completed, volume),
                       outcomes=times(self.outcomes, volume * outcomes), volume=(volume, origin))

    def carried_in(self, contract: Contract, origin: int, a_day: DailyRates) -> Days:
        """The same from the *origin* on; before it, *a_day* on each day in force whose bills may still be due."""
        evidence = int(contract.evidence.value) if isinstance(contract, OutcomeBased) else 0
        lag = int(contract.payable.value) + LONGEST_MONTH * evidence
        before = np.arange(max(contract.first, origin - lag), min(contract.after, origin))

        def joined(events: Events, rate: np.ndarray) -> Events:
            simulated = events.days >= origin
            return Events(np.concatenate([before, events.days[simulated]]),
                          np.concatenate([np.full(len(before), float(rate)), events.weight[simulated]]))

        return replace(
            self, started=joined(self.started, a_day.starts), completed=joined(self.completed, a_day.completions),
            outcomes=joined(self.outcomes, a_day.outcomes), inside_from=np.maximum(self.inside_from, origin),
            inside_until=np.maximum(self.inside_until, origin),
            earlier=(float(a_day.participant_days), contract.first, min(contract.after, origin)))

    def inside(self, edges: Integers, before: Count, rows: np.ndarray | slice = slice(None),
               months: np.ndarray | float = 1.0) -> np.ndarray:
        """Days inside between *edges*, of the episodes in *rows*; what is carried in counts times *months*."""
        clients, first, after = self.earlier
        earlier = clients * np.diff(before(np.clip(edges, first, after)))
        since, until, (volume, origin) = self.inside_from[rows], self.inside_until[rows], self.volume
        inside = earlier * months + days_inside(since, until, edges, before)
        if volume == 1:
            return inside
        new = self.began[rows] >= origin
        return inside + (volume - 1) * days_inside(since[new], until[new], edges, before)


def daily_rates(contracts: Sequence[Contract], episodes: Episodes, first_month: int, months: int) -> DailyRates:
    """Means of what happens over the first twelve of *months*, of the days on which each contract is in force.

    All months where there are fewer; nothing of a contract that is not in force in them.
    """
    window = window_of(first_month, min(months, MONTHS))
    rates = np.zeros((len(DailyRates._fields), len(contracts)))
    for place, contract in enumerate(contracts):
        opens, closes = max(window.first, contract.first), min(window.after, contract.after)
        if opens < closes:
            days_of, edges = Days.of(episodes, place, window.first), np.array([opens, closes])
            streams = days_of.started, days_of.completed, days_of.outcomes
            rates[:3, place] = [np.count_nonzero((each.days >= opens) & (each.days < closes)) for each in streams]
            rates[:3, place] /= closes - opens
            weekdays = np.diff(benefit_days_before(edges))
            rates[3, place] = (days_of.inside(edges, benefit_days_before) / np.maximum(weekdays, 1)).item()
    return DailyRates(*rates)


def window_of(first_month: int, months: int) -> Window:
    """The days of *months* from *first_month*, a month number."""
    return Window(*(int(day) for day in month_start(first_month + np.array([0, months]))))


def days_inside(since: Integers, until: Integers, edges: Integers, before: Count) -> Integers:
    """Days of all episodes, from *since* and before *until*, between *edges*; *before* counts those before a day.

    The days inside before an edge are, over all who started before it, those from their start, less, over all who ended
    before it, those from their end: sums over sorted days, and no product of episodes and months.
    """
    def days_from(starts: Integers) -> Integers:
        ordered = np.sort(starts)
        count = np.searchsorted(ordered, edges)
        return count * before(edges) - np.concatenate([[0], np.cumsum(before(ordered))])[count]

    return np.diff(days_from(since) - days_from(until))
