"""The mean-field cohort model: what ``model.simulate`` brings about in expectation, without chance.

Clients do not meet, so the expected number of people in each state obeys linear equations of its own. The unemployed
are counted by hazard row and month of spell, whose exit hazards are constant within a month. Who leaves for a state
that one comes back from is remembered by step of exit, hazard row and the month of spell kept; how many of a step's
exits return in a later step follows from the return hazards in closed form, for exits even over the step. The one
approximation is that flows are even within a step, so errors fall with the square of its length.

Fund members who may be old enough when their allowance is used up leave by their counter. They are counted by days left
and date of age as well, both coarse (COUNTER_STEPS, AGE_DAYS), and leave the counter behind once it is used up before
that age, or starts afresh: a new one mostly outlasts the horizon. Work of several short jobs is not added up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.clients.additional import additional_days_since, pension_since
from sim.clients.clients import OPENING, Clients, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.programme import Absence, Programme

STEPS = 2  # of a month: more move no stock by a hundredth of a per cent
COUNTER_STEPS = 1  # of a month, for those counted by days left: a step is a class of days left
BENEFIT_DAYS = DAYS_PER_MONTH * 5 / 7  # a month
AGE_DAYS = 6 * DAYS_PER_MONTH  # dates of age are told apart by half-years
ROWS = 12  # of Clients.hazard_row


@dataclass(frozen=True, eq=False)
class Expected:
    """Expected people at month edges: entry 0 is the opening, entry m the end of month m.

    Attributes
    ----------
    unemployed : (months + 1, hazard rows, months of spell) by month of spell as the hazards see it.
    away : (months + 1, hazard rows, absences) by state, in the order of Programme.absences.
    gone : (months + 1, hazard rows) who left for good since the opening, additional days included.
    """

    unemployed: np.ndarray
    away: np.ndarray
    gone: np.ndarray

    def __add__(self, other: Expected) -> Expected:
        return Expected(self.unemployed + other.unemployed, self.away + other.away, self.gone + other.gone)

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
    counted, left, due = _counters(programme, clients)
    rest = _Cohorts(programme, clients.take(~counted), weights[~counted], steps).run()
    if not counted.any():
        return rest
    return rest + _Cohorts(programme, clients.take(counted), weights[counted], COUNTER_STEPS,
                           left[counted], due[counted]).run()


def _counters(programme: Programme, clients: Clients) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whom the counter may take off before the horizon, days left to the maximum, day of age; (clients,) each."""
    due = np.minimum(additional_days_since(clients, programme.additional_days, programme.origin),
                     pension_since(clients, programme.pension_age, programme.origin))
    left = clients.maximum_days.astype(float) - clients.counter
    in_time = clients.enters + left / BENEFIT_DAYS * DAYS_PER_MONTH < programme.horizon
    return (due < programme.horizon) & (left > 0) & in_time, left, due


class _Cohorts:
    """People by class of days left, date of age and hazard row, and by month of spell: (days, ages, rows, clocks).

    A class of days left is as wide as the benefit days of a step; class 0 holds those whom no counter concerns.
    """

    def __init__(self, programme: Programme, clients: Clients, weights: np.ndarray, steps: int,
                 left: np.ndarray | None = None, due: np.ndarray | None = None) -> None:
        self.steps, self.months, self.depth = steps, len(programme.month_edges) - 1, programme.depth
        self.edges = np.interp(np.arange(self.months * steps + 1) / steps, np.arange(self.months + 1),
                               programme.month_edges)
        self.rows, row = np.unique(clients.hazard_row, return_inverse=True)
        hazards = _monthly_hazards(programme)[:, self.rows] / steps
        self.stay = np.exp(-hazards)
        # of those who enter evenly over a step, the share still there at its end
        self.newly_stay = np.divide(-np.expm1(-hazards), hazards, out=np.ones_like(hazards), where=hazards > 0)
        days, ages = np.zeros((2, len(clients)), int)
        if left is not None and due is not None:
            days = np.maximum(np.rint(left * steps / BENEFIT_DAYS), 1).astype(int)
            ages = np.maximum(np.ceil(due / AGE_DAYS), 0).astype(int)
        self.shape = (days.max(initial=0) + 1, ages.max(initial=0) + 1, len(self.rows), hazards.shape[2])
        self.old_enough = (np.arange(self.shape[1]) - 0.5) * AGE_DAYS
        self.clients, self.weights, self.cell = clients, weights, (days, ages, row)
        shares = _destination_shares(programme, self.rows, self.shape[-1])
        self.gone_share = 1 - shares.sum(axis=0)
        self.absences = [_Away(programme, state, shares[state - 1], self) for state in programme.absences]

    def run(self) -> Expected:
        """Step through all months."""
        opening = self.clients.cohort == OPENING
        people = self.entering(opening & (self.clients.state == State.UNEMPLOYED))
        gone = self.entering(self.clients.state >= State.GONE).sum(axis=-1)
        told = [self._told(people, gone)]
        for month in range(self.months):
            arriving = self.entering(self.clients.cohort == month) / self.steps
            for step in range(month * self.steps, (month + 1) * self.steps):
                people, exits = self._step(people, arriving, month, step)
                gone += (exits * self.gone_share).sum(axis=-1) + self._count_down(people, step)
            people[..., 1:] = people[..., :-1].copy()
            people[..., 0] = 0
            told.append(self._told(people, gone))
        return Expected(*(np.array(part) for part in zip(*told, strict=True)))

    def entering(self, who: np.ndarray) -> np.ndarray:
        """The weights of clients *who* in their places."""
        people = np.zeros(self.shape)
        clock = np.minimum(self.clients.clock[who], self.depth)
        np.add.at(people, (*(part[who] for part in self.cell), clock), self.weights[who])
        return people

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
        """Move *people* a class of days left on; who has used them up and is old enough leaves: (days, ages, rows)."""
        left = np.zeros(self.shape[:-1])
        if self.shape[0] > 1:
            old_enough = self.old_enough <= self.edges[step + 1]
            left[0, old_enough] = people[1, old_enough].sum(axis=-1)
            people[1, old_enough] = 0
            people[0] += people[1]
            people[1:-1] = people[2:].copy()
            people[-1] = 0
        return left

    def _told(self, people: np.ndarray, gone: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Entries of Expected at a month edge."""
        unemployed, away, out = np.zeros((ROWS, self.shape[-1])), np.zeros((ROWS, len(self.absences))), np.zeros(ROWS)
        unemployed[self.rows] = people.sum(axis=(0, 1))
        away[self.rows] = np.stack([absence.people for absence in self.absences], axis=-1)
        out[self.rows] = gone.sum(axis=(0, 1))
        return unemployed, away, out


class _Away:
    """People in one state that one comes back from: exits by step, place and month of spell kept."""

    def __init__(self, programme: Programme, state: int, share: np.ndarray, cohorts: _Cohorts) -> None:
        absence, self.share, edges = programme.absences[state], share, cohorts.edges
        self.kept = np.floor(np.arange(cohorts.shape[-1]) * programme.clock_kept[state]).astype(int)
        self.kept_from = np.flatnonzero(np.diff(self.kept, prepend=-1))  # kept months have no gap, for the share is < 1
        self.exits = np.zeros((len(edges) - 1, *cohorts.shape[:-1], len(self.kept_from)))
        needed = np.full(len(cohorts.clients), np.inf)
        if state != State.OUTSIDE:
            needed = np.array(programme.work_needed)[cohorts.clients.entitlement]
        # after so many days of one job the counter starts afresh; where there are no counters all are one class
        afresh = needed.min(initial=np.inf) if cohorts.shape[0] > 1 else np.inf
        self.back_afresh = _return_shares(absence, edges, afresh) if np.isfinite(afresh) else None
        self.back = _return_shares(absence, edges, 0.0)
        if self.back_afresh is not None:
            self.back = self.back - self.back_afresh
        mine = cohorts.clients.state == state
        self.people = np.bincount(cohorts.cell[2][mine], cohorts.weights[mine], len(cohorts.rows))
        self._open(programme, state, cohorts, mine, needed[mine])

    def _open(self, programme: Programme, state: int, cohorts: _Cohorts, mine: np.ndarray, needed: np.ndarray) -> None:
        """Returns of those away at the opening, by step: given how long each has been away."""
        clients, edges = cohorts.clients.take(mine), cohorts.edges
        hazard = programme.absences[state].hazard_until(edges - clients.since[:, None])
        back = -np.diff(np.exp(hazard[:, :1] - hazard), axis=1) * cohorts.weights[mine, None]
        clock = np.minimum((clients.clock * programme.clock_kept[state]).astype(int), programme.depth)
        worked = clients.work_days[:, None] + (edges[1:] + edges[:-1]) / 2 - clients.since[:, None]
        days, age, row = (part[mine] for part in cohorts.cell)
        afresh = worked >= needed[:, None]
        places = [np.ravel_multi_index((each, age, row, clock), cohorts.shape) for each in (days, np.zeros_like(days))]
        self.opening_places, group = np.unique(np.concatenate(places), return_inverse=True)
        self.opening_back = np.zeros((len(edges) - 1, len(self.opening_places)))
        np.add.at(self.opening_back.T, group, np.concatenate([back * ~afresh, back * afresh]))

    def add_returns(self, entering: np.ndarray, step: int) -> None:
        """Add to *entering* who comes back in *step* from exits of earlier steps and from the opening."""
        self._enter(entering, np.tensordot(self.back[:step, step], self.exits[:step], 1))
        if self.back_afresh is not None:
            afresh = np.tensordot(self.back_afresh[:step, step], self.exits[:step], 1)
            self._enter(entering[:1], afresh.sum(axis=0, keepdims=True))
        entering.reshape(-1)[self.opening_places] += self.opening_back[step]
        rows = np.unravel_index(self.opening_places, entering.shape)[2]
        self.people -= np.bincount(rows, self.opening_back[step], len(self.people))

    def add_back_at_once(self, entering: np.ndarray, exits: np.ndarray, step: int) -> None:
        """Add to *entering* who leaves and comes back in *step*."""
        self._enter(entering, self.back[step, step] * self._by_kept(exits))

    def record(self, exits: np.ndarray, step: int) -> None:
        """Remember *exits* of *step*."""
        self.exits[step] = self._by_kept(exits)
        self.people = self.people + self.exits[step].sum(axis=(0, 1, 3))

    def _by_kept(self, exits: np.ndarray) -> np.ndarray:
        return np.add.reduceat(exits * self.share, self.kept_from, axis=-1)

    def _enter(self, entering: np.ndarray, back: np.ndarray) -> None:
        entering[..., :back.shape[-1]] += back
        self.people = self.people - back.sum(axis=(0, 1, 3))


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
