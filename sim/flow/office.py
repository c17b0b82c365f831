"""The services of a run while it runs: units of caseworkers, waiting lists, the market, and what happened in them.

Clients' spells (``case``, ``need_led``, ``demand_led``) ask here. Everything that more than one client can want is a
pool: caseworkers' time by unit, places by waiting list, those of other bodies among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, pairwise
from math import exp
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.clients.clients import State
from sim.demand.market import Market
from sim.demand.programme import DemandProgramme
from sim.flow.draws import Draw, keyed_draws, uniform
from sim.flow.light import Waits, start
from sim.flow.log import EventLog
from sim.flow.model import Luck
from sim.flow.offer import Offer, WaitingList
from sim.flow.pool import NEVER, Caseworkers, Pool, Record, Ticket
from sim.flow.programme import Programme
from sim.flow.service_log import EpisodeLog, MeetingLog
from sim.flow.spell import on_grid
from sim.flow.vacancies import Registry, Seeker, Vacancies
from sim.services.caseworkers import Task

if TYPE_CHECKING:
    from sim.flow.case import Case

OFTEN = 16  # of what can happen many times in a spell, draws tabulated at once
BENEFIT_STATEMENT = int(Task.BENEFIT_STATEMENT)
RANKS = 10  # groups' priorities lie below 9, which is that of statements; discretionary meetings come after all these


@dataclass(slots=True)
class Boost:
    """Something that raised, or cut, the hazard of finding work on a day and fades with a mean life."""

    excess: float
    since: float
    life: float

    def add(self, excess: float, now: float) -> None:
        """Raise what is left of it by an *excess* that fades as fast."""
        self.excess = self.excess * exp((self.since - now) / self.life) + excess
        self.since = now

    def mean(self, now: float, until: float) -> float:
        """Mean of what is left of it from *now* to *until*."""
        here = self.excess * exp((self.since - now) / self.life)
        length = (until - now) / self.life
        return here * (1 - exp(-length)) / length if length > 1e-9 else here


@dataclass
class Gauge:
    """What a calibration of services asks of a run, by hazard row and band of the month of spell.

    Attributes
    ----------
    bands : months of spell at which a band begins, the first 0.
    plain, felt : integrated hazards passed, without and with the factors of services.
    other : exits that services brought about beside the hazard, by (row, band, state that the hazards call it).
    hires : exits to lasting work by the hazard.
    """

    bands: Sequence[int]
    plain: np.ndarray
    felt: np.ndarray
    other: np.ndarray
    hires: int = 0

    @staticmethod
    def of(bands: Sequence[int], rows: int) -> Gauge:
        """An empty one."""
        return Gauge(bands, np.zeros((rows, len(bands))), np.zeros((rows, len(bands))),
                     np.zeros((rows, len(bands), State.GONE + 1)))

    def band(self, clock: int) -> int:
        """Band of a month of spell."""
        return sum(clock >= begin for begin in self.bands) - 1


@dataclass(frozen=True, eq=False)
class Lots:
    """Keyed draws of what services decide, each a function of (client, number of the time)."""

    referral: Draw
    stay: Draw
    completion: Draw
    placement: Draw
    suspicion: Draw
    outcome: Draw
    phase: Draw
    pathway: Draw
    digital: Draw
    deadweight: Draw
    moving: Draw
    pilot: Draw
    answer: Draw

    @staticmethod
    def of(seed: int, replication: int, cohorts: np.ndarray) -> Lots:
        """Those of a unit."""
        often = {"referral", "suspicion", "answer"}
        draws = partial(keyed_draws, seed, replication, cohorts=cohorts, make=uniform)
        return Lots(**{name: draws(f"services: {name.replace('_', ' ')}", block=OFTEN if name in often else 4)
                       for name in Lots.__annotations__})


@dataclass(eq=False, slots=True)
class Memory:
    """What services remember of a client over spells."""

    meetings: int = 0
    referrals: int = 0
    episodes: int = 0
    known: bool = False
    boosts: list[Boost] = field(default_factory=list)
    had: set[int] = field(default_factory=set)


class Office:
    """See the module's story.

    Parameters
    ----------
    environment, log, luck : of the event model.
    programme, offer : numbers of clients and of services.
    lots : draws of the unit.
    market : the labour market of the unit; None where tightness is left out.
    gauge : filled if given.
    """

    def __init__(self, environment: simpy.Environment, log: EventLog, luck: Luck, programme: Programme, offer: Offer,
                 lots: Lots, market: Market | None = None, gauge: Gauge | None = None) -> None:
        self.environment = environment
        self.record = log.record
        self.luck = luck
        self.programme = programme
        self._horizon = programme.horizon
        self.offer = offer
        self.lots = lots
        self.gauge = gauge
        self.episodes = EpisodeLog(programme.horizon)
        self.meetings = MeetingLog()
        self.memories: dict[int, Memory] = defaultdict(Memory)
        edges, ranks = programme.month_edges, sorted({rank for month in offer.meetings.priorities for rank in month})
        self.last_rank = RANKS - 1
        of_meetings = [*ranks, self.last_rank, *(RANKS + rank for rank in ranks)]
        self.units = [Caseworkers(environment, staff, edges, of_meetings) for staff in offer.meetings.staff]
        self.lines = [Pool(environment, line.places, edges, self._ranks(line, ranks)) for line in offer.lines]
        for place, line in enumerate(offer.lines):
            for days in line.ahead:
                start(environment, self._before_us(place, on_grid(days)))
        self.lines_of = [[place for place, line in enumerate(offer.lines) if line.service == service]
                         for service in range(len(offer.services))]
        self.market = market
        fields = len(market.factors) if market else max(offer.persons.field, default=0) + 1
        self.tightness = [1.0] * fields
        self.searching = [0.0] * fields
        self.matches = [0.0] * fields
        self.registry = Registry(fields, ranks)
        self._seekers: dict[int, Seeker] = {}
        self._seeking: dict[int, Case] = {}
        self.vacancies: Vacancies | None = None
        self.demand: DemandProgramme | None = None
        self._orders: list[int] = []  # fields of those that wait for a group
        self.asleep: dict[Case, None] = {}  # for whom nothing is known to come this month, in order
        self._chances: dict[tuple[int, int, int], tuple[list[int], list[float]]] = {}
        start(environment, self._months())

    def _ranks(self, line: WaitingList, ranks: list[int]) -> list[int]:
        """Priorities in a waiting list."""
        first = self.offer.services[line.service].first if line.service >= 0 else ()
        return [before * RANKS + rank for before in range(max(first, default=0) + 1) for rank in ranks]

    def first_rank(self, line: int) -> int:
        """The priority that comes before all others in a waiting list."""
        return self.lines[line].priorities[0]

    def _before_us(self, line: int, days: float) -> Waits:
        """Somebody who was there before the clients of the run."""
        turn = self.lines[line].request(self.first_rank(line))
        if turn.granted is None:
            yield turn
        self.hold(turn, days)

    def _months(self) -> Waits:
        """The labour market and the sleeping cases, month by month; on the schedule of an edge before any client."""
        for begin, end in pairwise(self.programme.month_edges):
            yield end - begin
            self._end_month()
            asleep, self.asleep = self.asleep, {}
            self._chances.clear()
            for case in asleep:
                case.month_passes()

    def _end_month(self) -> None:
        if self.market:
            taken, opened = self.vacancies.flows() if self.vacancies else (self._none(), self._none())
            self.tightness = self.market.advance(self.searching, self.matches, taken, opened)
            self.matches = self._none()

    def open_vacancies(self, demand: DemandProgramme, seed: int, replication: int) -> None:
        """Let vacancies open, for which the unit of the demand-led pathway has employer advisers."""
        self.demand = demand
        meetings = self.offer.meetings
        advisers = self.units[meetings.router.demand_led]
        handling = [sum(meetings.minutes[task][month] for task in (
            Task.EMPLOYER_CONTACT, Task.VACANCY_HANDLING, Task.CANDIDATE_PRESENTATION))
            for month in range(len(meetings.minutes[0]))]
        self.vacancies = Vacancies(self.environment, demand, advisers, handling, self.registry, self.lots.answer,
                                   self._order, seed, replication, self.last_rank)
        self.vacancies.launch()

    def _order(self, field: int, now: float) -> None:
        """An employer orders training; as soon as the orders fill a group, a course is set up for it."""
        assert self.demand is not None
        self._orders.append(field)
        if len(self._orders) == self.demand.group and self.offer.training is not None:
            start(self.environment, self._course(self._orders))
            self._orders = []

    def _course(self, orders: list[int]) -> Waits:
        """A course to order, one client for each of the *orders*: the first who could be offered the job."""
        assert self.demand is not None
        yield on_grid(self.demand.order_days)
        for occupation in orders:
            for seeker in self.registry.shortlist(occupation, 1, mobile=False):
                self.registry.leave(seeker)  # asked for one order only
                self._seeking[seeker.client].be_ordered()

    def _none(self) -> list[float]:
        return [0.0] * len(self.searching)

    def line_for(self, client: int, service: int) -> int | None:
        """The waiting list of *service* for *client* with most places for those in it; None where none has any."""
        best, choice = 0.0, None
        for line in self.lines_of[service]:
            pool, serves = self.lines[line], self.offer.lines[line].serves
            if pool.capacity > 0 and (serves is None or serves[client]):
                room = NEVER if pool.capacity == NEVER else pool.capacity / (pool.busy + pool.waiting + 1)
                if room > best:
                    best, choice = room, line
        return choice

    def chances(self, weights: list[tuple[int, float]], kind: int, month: int) -> tuple[list[int], list[float]]:
        """Services to which a client may be referred at a meeting, and their cumulated probabilities.

        *weights* are one of the lists of ``Persons``, which many clients share; *kind* is the class of clients.
        """
        key = id(weights), kind, month
        found = self._chances.get(key)
        if found is None:
            of_weight_1 = self.offer.referral[month]
            cells = [(service, weight * of_weight_1[service]) for service, weight in weights]
            cells += [(service, of_weight_1[service]) for service in self.offer.entitled[kind]]
            found = [service for service, _ in cells], list(accumulate(chance for _, chance in cells))
            self._chances[key] = found
        return found

    def hold(self, ticket: Ticket, days: float) -> None:
        """Give the place of *ticket* back after so many *days*."""
        if self.environment.now + days < self._horizon:
            ticket.leave_in(days)

    def seeker(self, case: Case, rank: int) -> Seeker:
        """The client of *case* as one to whom jobs are offered; one seeker for a client's whole run."""
        persons, client = self.offer.persons, case.client
        seeker = self._seekers.get(client)
        if seeker is None:
            seeker = self._seekers[client] = Seeker(client, persons.field[client], persons.mobile[client], rank,
                                                    case.hire)
        seeker.priority, seeker.hire = rank, case.hire
        self._seeking[client] = case
        return seeker

    def days(self, unit: int, minutes: float) -> float:
        """Days that *minutes* take the *unit* from now on."""
        return on_grid(self.units[unit].days(minutes))

    def state(self, unit: int, month: int) -> None:
        """A benefit statement: statutory work without the client, behind all who wait to be met."""
        turn, minutes = self.units[unit].request(self.last_rank), self.offer.meetings.minutes[BENEFIT_STATEMENT][month]
        if turn.granted is None:
            start(self.environment, self._statement(turn, unit, minutes))
        else:
            self.hold(turn, self.days(unit, minutes))

    def _statement(self, turn: Ticket, unit: int, minutes: float) -> Waits:
        yield turn
        self.hold(turn, self.days(unit, minutes))

    def exits_beside(self, row: int, clock: int, state: int) -> None:
        """Tell the gauge of an exit that a service brought about."""
        if self.gauge:
            self.gauge.other[row, self.gauge.band(clock), state] += 1

    def close(self) -> dict[str, Record]:
        """End the last month and all counts; the record of each unit and waiting list by name."""
        self._end_month()
        names = [*self.offer.meetings.units, *(line.name for line in self.offer.lines)]
        return {name: pool.close() for name, pool in zip(names, [*self.units, *self.lines], strict=True)}
