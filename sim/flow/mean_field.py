"""The mean-field cohort model: what ``model.simulate`` brings about in expectation, without chance.

Clients do not meet, so the expected number of people in each state obeys linear equations of its own. The unemployed
are counted by kind (hazard row, maximum of allowance days, date of age) and month of spell, whose exit hazards are
constant within a month. Who leaves for a state that one comes back from is remembered by step of exit, kind and the
month of spell kept; how many of a step's exits return in a later step follows from the return hazards in closed form,
for exits even over the step. The one approximation of flows is that they are even within a step, so errors fall with
the square of its length.

The counter is counted down as days of unemployment left until Kela pays: a fund member's to the maximum of the
allowance, everybody else's to the end of the waiting days. A class of them is as wide as a step, and class 0 is
Kela's recipients. Fund members who are old enough on the way into class 0 leave for good instead. Dates of that age are
coarse (AGE_DAYS). Work of several short jobs that began after the opening is not added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from sim.clients.additional import additional_days_since, pension_since
from sim.clients.clients import FINAL, OPENING, Clients, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.programme import Absence, Programme
from sim.law.benefits import Entitlement

STEPS = 1  # of a month
BENEFIT_DAYS = DAYS_PER_MONTH * 5 / 7  # a month
AGE_DAYS = 6 * DAYS_PER_MONTH  # dates of age are told apart by half-years
ROWS = 12  # of Clients.hazard_row


@dataclass(frozen=True, eq=False)
class Expected:
    """Expected people at month edges: entry 0 is the opening, entry m the end of month m.

    Attributes
    ----------
    unemployed : (months + 1, hazard rows, months of spell) by month of spell as the hazards see it.
    recipients : (months + 1,) those of them whom Kela pays, as ``sim.money.recipients`` tells them.
    away : (months + 1, hazard rows, absences) by state, in the order of Programme.absences.
    gone : (months + 1, hazard rows) who left for good since the opening, additional days included.
    """

    unemployed: np.ndarray
    recipients: np.ndarray
    away: np.ndarray
    gone: np.ndarray

    def __add__(self, other: Expected) -> Expected:
        return Expected(self.unemployed + other.unemployed, self.recipients + other.recipients,
                        self.away + other.away, self.gone + other.gone)

    @property
    def stock(self) -> np.ndarray:
        """Unemployed at each month edge, (months + 1,)."""
        return self.unemployed.sum(axis=(1, 2))

    def from_month(self, months: int) -> np.ndarray:
        """Unemployed in month of spell *months* or later, at each month edge, (months + 1,)."""
        return self.unemployed[:, :, months:].sum(axis=(1, 2))


def expected(programme: Programme, clients: Clients, weights: np.ndarray, steps: int = STEPS) -> Expected:
    """The expectation of ``simulate`` for *clients*, each standing for as many people as its weight says.

    Parameters
    ----------
    programme, clients : with the same origin. The opening stock enters as it is, at its own elapsed times; who arrives
        does so evenly over the month of its cohort.
    weights : (clients,) expected people; 1 for the opening stock, see ``clients.arrivals.expected_arrivals``.
    steps : steps of a month.
    """
    members = clients.entitlement == Entitlement.EARNINGS_RELATED  # up to two years of days left; others, two weeks
    return reduce(add, (_Cohorts(programme, clients.take(who), weights[who], steps).run()
                        for who in (~members, members) if who.any()))


class _Cohorts:
    """People by class of days left and kind, and by month of spell: (days, kinds, clocks).

    Class d of the unemployed at the end of a step has its last day before the end of the d-th step from there. Who
    enters in a step is counted down at its end, as those who were there.
    """

    def __init__(self, programme: Programme, clients: Clients, weights: np.ndarray, steps: int) -> None:
        self.steps, self.months, self.depth = steps, len(programme.month_edges) - 1, programme.depth
        self.edges = np.interp(np.arange(self.months * steps + 1) / steps, np.arange(self.months + 1),
                               programme.month_edges)
        self.clients, self.weights = clients, weights
        member = clients.entitlement == Entitlement.EARNINGS_RELATED
        self.paid_from = np.where(member, clients.maximum_days, 0)
        due = np.minimum(additional_days_since(clients, programme.additional_days, programme.origin),
                         pension_since(clients, programme.pension_age, programme.origin))
        due = np.clip(due, 0, programme.horizon + AGE_DAYS)
        age = np.ceil(due / AGE_DAYS).astype(int)
        kinds, self.kind = np.unique(age * ROWS + clients.hazard_row, return_inverse=True)
        self.row, self.old_enough = kinds % ROWS, self.mean(due)
        self.needed = np.array(programme.work_needed)[clients.entitlement]

        left = self.paid_from - clients.counter
        passed = np.interp(self.edges, np.arange(len(programme.benefit_days)), programme.benefit_days)
        self.days_here = np.searchsorted(passed, left + 1)
        self.days_entering, self.days_share = self.entering_days(left)
        self.days_afresh, self.afresh_share = self.entering_days(self.paid_from + programme.waiting_days)
        top = max(days.max() for days in (self.days_here, self.days_entering, self.days_afresh))

        hazards = _monthly_hazards(programme)[:, self.row] / steps
        self.stay = np.exp(-hazards)
        # of those who enter evenly over a step, the share still there at its end
        self.newly_stay = np.divide(-np.expm1(-hazards), hazards, out=np.ones_like(hazards), where=hazards > 0)
        self.shape = (top + 1, len(self.row), hazards.shape[2])
        shares = _destination_shares(programme, self.row, self.shape[-1])
        self.gone_share = 1 - shares.sum(axis=0)
        self.absences = [_Away(programme, state, shares[state - 1], self) for state in programme.absences]

    def entering_days(self, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Two classes of those who enter evenly over a step with so many days *left*, and their shares: (2, left).

        Days left are spent by midnights, so half a day more than they are numbered.
        """
        steps = np.clip((left + 0.5) * self.steps / BENEFIT_DAYS, 0, len(self.edges) - 1)
        whole = np.floor(steps)
        days = np.where(left >= 0, np.stack([whole + 1, whole + 2]), 0).astype(int)
        return days, np.stack([1 - (steps - whole), steps - whole])

    def mean(self, column: np.ndarray) -> np.ndarray:
        """Of a column of clients, by kind."""
        return np.bincount(self.kind, column) / np.bincount(self.kind)

    def run(self) -> Expected:
        """Step through all months."""
        clients, opening = self.clients, self.clients.cohort == OPENING
        here = opening & (clients.state == State.UNEMPLOYED)
        people = self._placed(here, self.days_here, self.weights)
        gone = np.bincount(self.kind, self.weights * np.isin(clients.state, FINAL), len(self.row))
        told = [self._told(people, gone)]
        for month in range(self.months):
            mine = clients.cohort == month
            arriving = np.sum([self._placed(mine, days, self.weights * share / self.steps)
                               for days, share in zip(self.days_entering, self.days_share, strict=True)], axis=0)
            for step in range(month * self.steps, (month + 1) * self.steps):
                people, exits = self._step(people, arriving, month, step)
                gone = gone + (exits * self.gone_share).sum(axis=(0, 2)) + self._count_down(people, step)
            people[..., 1:] = people[..., :-1].copy()
            people[..., 0] = 0
            told.append(self._told(people, gone))
        return Expected(*(np.array(part) for part in zip(*told, strict=True)))

    def _placed(self, who: np.ndarray, days: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The *weights* of clients *who* in their places."""
        clock = np.minimum(self.clients.clock[who], self.depth)
        place = np.ravel_multi_index((days[who], self.kind[who], clock), self.shape)
        return np.bincount(place, weights[who], np.prod(self.shape)).astype(float).reshape(self.shape)

    def _step(self, people: np.ndarray, arriving: np.ndarray, month: int, step: int) -> tuple[np.ndarray, np.ndarray]:
        """People at the end of *step*, and who left in it, by place."""
        entering = arriving.copy()
        for absence in self.absences:
            absence.add_returns(entering, step)
        leave, newly_leave = 1 - self.stay[month], 1 - self.newly_stay[month]
        first = people * leave + entering * newly_leave
        for absence in self.absences:  # back in the step in which they left: so few that once is enough
            absence.add_back_at_once(entering, first, step)
        exits = people * leave + entering * newly_leave
        for absence in self.absences:
            absence.record(exits, step)
        return people + entering - exits, exits

    def _count_down(self, people: np.ndarray, step: int) -> np.ndarray:
        """Move *people* a class of days left on; who has used them up and is old enough leaves: (kinds,)."""
        left = np.zeros(len(self.row))
        if self.shape[0] > 1:
            old_enough = self.old_enough <= self.edges[step:step + 2].mean()
            left[old_enough] = people[1, old_enough].sum(axis=-1)
            people[1, old_enough] = 0
            people[0] += people[1]
            people[1:-1] = people[2:].copy()
            people[-1] = 0
        return left

    def _told(self, people: np.ndarray, gone: np.ndarray) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
        """Entries of Expected at a month edge."""
        unemployed, away, out = np.zeros((ROWS, self.shape[-1])), np.zeros((ROWS, len(self.absences))), np.zeros(ROWS)
        np.add.at(unemployed, self.row, people.sum(axis=0))
        np.add.at(away, self.row, np.stack([absence.people for absence in self.absences], axis=-1))
        np.add.at(out, self.row, gone)
        return unemployed, people[0].sum(), away, out


class _Away:
    """People in one state that one comes back from: exits by step, place and month of spell kept."""

    def __init__(self, programme: Programme, state: int, share: np.ndarray, cohorts: _Cohorts) -> None:
        absence, self.share, edges = programme.absences[state], share, cohorts.edges
        self.kept = np.floor(np.arange(cohorts.shape[-1]) * programme.clock_kept[state]).astype(int)
        self.kept_from = np.flatnonzero(np.diff(self.kept, prepend=-1))  # kept months have no gap, for the share is < 1
        self.exits = np.zeros((len(edges) - 1, *cohorts.shape[:-1], len(self.kept_from)))
        self.exits_all = np.zeros_like(self.exits[:, 0])  # whatever the days left
        needed = np.full(len(cohorts.clients), np.inf) if state == State.OUTSIDE else cohorts.needed
        # after so many days of one job the counter starts afresh
        afresh = needed.min(initial=np.inf)
        self.back_afresh = _return_shares(absence, edges, afresh) if np.isfinite(afresh) else None
        self.back = _return_shares(absence, edges, 0.0)
        if self.back_afresh is not None:
            self.back = self.back - self.back_afresh
            self.fresh = cohorts.entering_days(cohorts.mean(cohorts.paid_from) + programme.waiting_days)
        mine = cohorts.clients.state == state
        self.people = np.bincount(cohorts.kind[mine], cohorts.weights[mine], len(cohorts.row)).astype(float)
        self._open(programme, state, cohorts, mine, needed[mine])

    def _open(self, programme: Programme, state: int, cohorts: _Cohorts, mine: np.ndarray, needed: np.ndarray) -> None:
        """Returns of those away at the opening, by step: given how long each has been away."""
        clients, edges = cohorts.clients.take(mine), cohorts.edges
        hazard = programme.absences[state].hazard_until(edges - clients.since[:, None])
        back = -np.diff(np.exp(hazard[:, :1] - hazard), axis=1) * cohorts.weights[mine, None]
        clock = np.minimum((clients.clock * programme.clock_kept[state]).astype(int), programme.depth)
        worked = clients.work_days[:, None] + (edges[1:] + edges[:-1]) / 2 - clients.since[:, None]
        kind, afresh = cohorts.kind[mine], worked >= needed[:, None]
        places, returns = [], []
        for now, days, shares in ((back * ~afresh, cohorts.days_entering, cohorts.days_share),
                                  (back * afresh, cohorts.days_afresh, cohorts.afresh_share)):
            for day, share in zip(days[:, mine], shares[:, mine], strict=True):
                some = share > 0
                places.append(np.ravel_multi_index((day[some], kind[some], clock[some]), cohorts.shape))
                returns.append(now[some] * share[some, None])
        place = np.concatenate(places)
        order = np.argsort(place, kind="stable")
        self.opening_places, first = np.unique(place[order], return_index=True)
        self.opening_back = np.zeros((len(edges) - 1, 0))
        if len(place):
            self.opening_back = np.add.reduceat(np.concatenate(returns)[order], first).T

    def add_returns(self, entering: np.ndarray, step: int) -> None:
        """Add to *entering* who comes back in *step* from exits of earlier steps and from the opening."""
        self._enter(entering, _total(self.back[:step, step], self.exits[:step]))
        if self.back_afresh is not None:
            afresh = _total(self.back_afresh[:step, step], self.exits_all[:step])
            self.people = self.people - afresh.sum(axis=1)
            for days, share in zip(*self.fresh, strict=True):
                entering[days, np.arange(len(days)), :afresh.shape[-1]] += share[:, None] * afresh
        entering.reshape(-1)[self.opening_places] += self.opening_back[step]
        kinds = np.unravel_index(self.opening_places, entering.shape)[1]
        self.people = self.people - np.bincount(kinds, self.opening_back[step], len(self.people))

    def add_back_at_once(self, entering: np.ndarray, exits: np.ndarray, step: int) -> None:
        """Add to *entering* who leaves and comes back in *step*."""
        self._enter(entering, self.back[step, step] * self._by_kept(exits))

    def record(self, exits: np.ndarray, step: int) -> None:
        """Remember *exits* of *step*."""
        self.exits[step] = self._by_kept(exits)
        self.exits_all[step] = self.exits[step].sum(axis=0)
        self.people = self.people + self.exits_all[step].sum(axis=1)

    def _by_kept(self, exits: np.ndarray) -> np.ndarray:
        return np.add.reduceat(exits * self.share, self.kept_from, axis=-1)

    def _enter(self, entering: np.ndarray, back: np.ndarray) -> None:
        entering[..., :back.shape[-1]] += back
        self.people = self.people - back.sum(axis=(0, 2))


def _total(shares: np.ndarray, exits: np.ndarray) -> np.ndarray:
    """*exits* of each step times its share, summed over steps; without the threads of a matrix product."""
    return np.einsum("s,s...->...", shares, exits)


def _monthly_hazards(programme: Programme) -> np.ndarray:
    """Integrated exit hazard over each month by month of spell in it, (months, rows, depth + months + 1)."""
    months, depth = len(programme.month_edges) - 1, programme.depth
    hazards = np.zeros((months, len(programme.exits), depth + months + 1))
    for row, tables in enumerate(programme.exits):
        for first, integrated in enumerate(tables, -depth):
            month = np.arange(max(first, 0), months)
            hazards[month, row, month - first] = np.diff(integrated)
    return hazards


def _destination_shares(programme: Programme, rows: np.ndarray, clocks: int) -> np.ndarray:
    """Share of exits to short work, lasting work and outside, (3, rows, clocks)."""
    cumulated = np.array(programme.destinations)[rows // 4]
    shares = np.diff(cumulated, axis=-1, prepend=0.0)
    return np.moveaxis(shares[:, np.minimum(np.arange(clocks), shares.shape[1] - 1)], -1, 0)


def _return_shares(absence: Absence, edges: np.ndarray, longer_than: float) -> np.ndarray:
    """Of exits even over a step, the share that returns in a later one after *longer_than* days, (steps, steps)."""
    already = -np.expm1(-absence.hazard_until(longer_than))

    def returned(days: np.ndarray) -> np.ndarray:  # integral over *days* of the share that is back by then
        days = np.maximum(days, longer_than)
        since = days - absence.time_away(days) - longer_than + absence.time_away(longer_than)
        return since - already * (days - longer_than)

    integral = returned(edges[None, :] - edges[:, None])
    by_end = integral[:-1, 1:] - integral[1:, 1:]
    by_start = integral[:-1, :-1] - integral[1:, :-1]
    return np.triu((by_end - by_start) / np.diff(edges)[:, None])
