"""Someone unemployed whom the services know: the time, the hazard of leaving under a factor, and ways to leave.

The factor acts on the hazard of finding work. Up to the next thing known it is the mean over that stretch, for what a
meeting or a service adds fades with time.
"""

from __future__ import annotations

from math import ceil, log1p, nan

from sim.clients.clients import State
from sim.flow.light import Either
from sim.flow.meter import Meter
from sim.flow.offer import Ended, Service
from sim.flow.office import RANKS, Boost, Office
from sim.flow.pool import NEVER, Ticket
from sim.flow.spell import (
    ADDITIONAL_DAYS,
    GONE,
    LASTING_WORK,
    NOON,
    SHORT_WORK,
    Begins,
    Leaves,
    destination,
    ends_with_allowance,
    last_day_of_allowance,
    on_grid,
)
from sim.flow.vacancies import Seeker
from sim.services.caseworkers import Task
from sim.services.process import GROUPS

DISABILITY_PENSION = int(State.DISABILITY_PENSION)


class Event:
    """What wakes a case. Plain integers: a member of an enumeration takes five times as long to look up."""

    MONTH = 0
    DUE = 1
    TURN = 2
    DROPPED = 3
    PLACE = 4
    SERVICE = 5
    EXIT = 6
    ALLOWANCE = 7
    MOVE = 8
    PENSION = 9
    HIRED = 10
    ORDER = 11
    NOTHING = 12
    ADMITTED = 13


class Searching:
    """See the module's story; times are days from the origin.

    Attributes
    ----------
    office, begins, client, memory : the services, the spell as it began, whose it is and what is remembered.
    now, month : the time, and its month.
    meter : of the exit.
    due, ends, gives_up, pension, hired, allowance : days of what is known to come; infinite if nothing is.
    leaves, leaves_by : day of the first event that is known to end the spell, and which.
    edges, shares : first day of each month; cumulated shares of destinations in this one, without a factor.
    turn, place : tickets at a caseworker and in a waiting list, or of the place held.
    line, number, completes : of the place: waiting list, row of the log, and whether the client will complete.
    inside, on_course : in a service; has a place and waits for the course to start.
    promised : an employer has ordered the training that the client is in.
    admitted : day on which the client gets into the service that it waits for beyond its places; infinite for never.
    assessed : work ability has been looked at in this spell.
    task, unit, late_from : of the meeting that is due: what, by whom, and the day after which it is late.
    initial, last : days of the initial interview, and of the last meeting held or given up.
    sought : factor of the client's own meetings and services.
    field, own : occupational field; by month, factor of the client's own, None without.
    standing : class of clients and unit, see ``kind`` and ``served_by``; None where they have to be found anew.
    seeker : where job offers come in; None outside the demand-led pathway.
    """

    __slots__ = (
        "admitted", "alarm", "allowance", "assessed", "begins", "client", "completes", "due", "edges", "ends", "event",
        "field", "first_month", "gives_up", "hired", "initial", "inside", "last", "late_from", "leaves", "leaves_by",
        "line", "meeting_boost", "memory", "meter", "month", "now", "number", "office", "on_course", "ordered", "own",
        "pension", "place", "promised", "seeker", "shares", "sought", "standing", "task", "turn", "unit", "until")

    def __init__(self, office: Office, begins: Begins, demand_led: bool) -> None:
        programme = office.programme
        self.office = office
        self.edges = programme.month_edges
        self.begins = begins
        self.client = client = begins.client
        self.field = office.offer.persons.field[client]
        self.own = office.offer.persons.own.get(client)
        self.now = now = begins.now
        self.month = month = begins.month
        self.memory = office.memories[client]
        depth = programme.depth
        self.first_month = began = month - begins.clock if begins.clock < depth + month else -depth
        self.meter = Meter(programme.exits[begins.row][began + depth], began if began > 0 else 0,
                           programme.month_edges, month, now, office.luck.threshold(client, begins.visit))
        self.allowance = NEVER
        if begins.counter < begins.maximum:
            used_up = last_day_of_allowance(programme.benefit_days, now, begins.maximum - begins.counter)
            if ends_with_allowance(used_up, begins.additional, begins.pension) and used_up <= programme.horizon:
                self.allowance = used_up - NOON
        self.leaves, self.leaves_by = self.allowance, Event.ALLOWANCE
        self.turn: Ticket | None = None
        self.place: Ticket | None = None
        self.alarm: Either | None = None
        self.due = self.ends = self.gives_up = NEVER
        self.pension = self.hired = self.admitted = NEVER
        self.initial = self.last = self.late_from = NEVER
        self.line = self.number = self.unit = -1
        self.task: int = Task.INITIAL_INTERVIEW
        self.until, self.event = now, Event.NOTHING
        self.inside = self.on_course = self.completes = False
        self.assessed = self.ordered = self.promised = False
        self.meeting_boost = Boost(0.0, now, office.offer.meetings.mean_life)
        self.sought = 0.0
        self._set_shares()
        self.seeker: Seeker | None = None
        self.standing: tuple[int, int] | None = None
        if demand_led:
            rank = self._rank  # of one who is not led by demand yet: no unit of that pathway has a say in it
            seeker = office.seeker(self, rank)  # type: ignore[arg-type]  # whoever searches is a Case
            self.seeker, self.standing = seeker, None
        self._plan_move()

    @property
    def clock(self) -> int:
        """Month of spell."""
        return self.month - self.first_month

    @property
    def paid_days(self) -> int:
        """The counter now."""
        days = self.office.programme.benefit_days
        return self.begins.counter + days[ceil(self.now)] - days[ceil(self.begins.now)]

    @property
    def kind(self) -> int:
        """Class of clients whose terms hold now: the group, or a pilot with part of it."""
        return (self.standing or self._stand())[0]

    @property
    def served_by(self) -> int:
        """The unit that serves the client now."""
        return (self.standing or self._stand())[1]

    def _stand(self) -> tuple[int, int]:
        """Find class and unit, which hold until the month, the pathway or what is known of the client changes."""
        office, meetings, persons = self.office, self.office.offer.meetings, self.office.offer.persons
        clock = self.month - self.first_month
        unit = meetings.router.unit(persons.integration[self.client], self.memory.known, clock, self.seeker is not None)
        kind = persons.groups[self.client][clock < meetings.newly_unemployed_months]
        for pilot, of in enumerate(meetings.pilot_groups):
            if (of == kind and unit == meetings.pilot_units[pilot]
                    and office.lots.pilot(self.client, pilot) < meetings.pilot_shares[self.month][pilot]):
                kind = len(GROUPS) + pilot
                break
        self.standing = kind, unit
        return self.standing

    @property
    def _rank(self) -> int:
        """Priority in queues now."""
        return self.office.offer.meetings.priorities[self.month][self.kind]

    def _rank_in(self, service: Service) -> int:
        """Priority in the waiting lists of *service*: the service's own order first, the process's within it."""
        return (service.first[self.client] if service.first else 0) * RANKS + self._rank

    def _stay(self, service: Service, number: int) -> float:
        """Days of a stay that begins now, the client's *number*."""
        days = service.stay(self.office.lots.stay(self.client, number), self.client)
        return days * service.length[self.month] if service.length else days

    @property
    def _service(self) -> Service:
        return self.office.offer.services[self.office.offer.lines[self.line].service]

    def new_month(self) -> None:
        """The month has ended."""
        if self.office.gauge:
            self._gauge()
        self.month += 1
        self.standing = None
        self._set_shares()

    def _set_shares(self) -> None:
        programme, clock = self.office.programme, self.month - self.first_month
        self.shares = programme.destinations[self.begins.age][clock if clock < programme.depth else programme.depth]

    def _gauge(self) -> None:
        gauge, meter, row = self.office.gauge, self.meter, self.begins.row
        assert gauge is not None
        meter.settle(self.month, self.now)
        band = gauge.band(self.clock)
        gauge.plain[row, band] += meter.passed - meter.began
        gauge.felt[row, band] += meter.felt
        meter.began, meter.felt = meter.passed, 0.0

    # the hazard

    def _factor(self, until: float) -> float:
        """Mean factor on the hazard from now to *until*; the market is told how hard the client seeks."""
        office, field, factor = self.office, self.field, 1.0
        if self.meeting_boost.excess:
            factor += self.meeting_boost.mean(self.now, until)
        for boost in self.memory.boosts:
            factor *= 1.0 + boost.mean(self.now, until)
        if self.own is not None:
            factor *= self.own[self.month]
        if self.inside:
            factor *= self._service.during
        if factor != self.sought:
            office.searching[field] += factor - self.sought
            self.sought = factor
        factor *= office.tightness[field]
        return 1.0 if factor == 1.0 else 1.0 + self.shares[1] * (factor - 1.0)

    def _will_leave(self, day: float, event: int) -> None:
        """Let an *event* that ends the spell come on a *day*, unless another one comes before."""
        if day < self.leaves:
            self.leaves, self.leaves_by = day, event

    def _plan_move(self) -> None:
        """The day on which the client moves away, where that comes before the horizon."""
        hazards = self.office.offer.persons.moves.get(self.client)
        if hazards is None:
            return
        left, now = -log1p(-self.office.lots.moving(self.client, self.begins.visit)), self.now
        edges = self.edges
        for month in range(self.month, len(edges) - 1):
            passes = (edges[month + 1] - now) * hazards[month]
            if passes > left:
                self._will_leave(on_grid(now + left / hazards[month]), Event.MOVE)
                return
            left, now = left - passes, edges[month + 1]

    # job offers

    def open_to_offers(self) -> None:
        """Stand among those to whom vacancies are offered, once the interview is over and while not in a service."""
        registry = self.office.registry
        if self.seeker is None:
            return
        if self.initial < NEVER and not self.inside and self.hired == NEVER:
            if self.seeker not in registry:
                registry.join(self.seeker)
        elif self.seeker in registry:
            registry.leave(self.seeker)

    def hire(self, vacancy: int, day: float) -> None:
        """An offer was accepted; work begins on *day*."""
        self.hired = on_grid(max(day, self.office.environment.now))
        self._will_leave(self.hired, Event.HIRED)
        self._be_woken()

    def be_ordered(self) -> None:
        """An employer orders training and takes the client for it."""
        self.ordered = True
        self._be_woken()

    def _be_woken(self) -> None:
        if self.alarm is not None:
            self.alarm.wake()

    @property
    def waited_long(self) -> bool:
        """Whether the demand-led pathway has had its time with the client."""
        return self.now - self.begins.now >= self.office.offer.handover and self.hired == NEVER

    # leaving

    def leave(self) -> Leaves:
        """The exit by the hazard: where to, in proportion to the hazards by cause under the factor in force."""
        office = self.office
        shares, factor = self.shares, self.sought * office.tightness[self.field]
        if factor != 1.0:
            short, work, outside = shares
            whole = 1.0 + work * (factor - 1.0)
            shares = short * factor / whole, work * factor / whole, (work * factor + outside - work) / whole
        state = destination(shares, office.luck.choice(self.client, self.begins.visit))
        if state in (SHORT_WORK, LASTING_WORK):
            office.matches[self.field] += 1
        self._close()
        if office.gauge and state == LASTING_WORK:
            office.gauge.hires += 1
        left = Leaves(state, self.now, self.clock)
        return self._claimed(left) if state == LASTING_WORK else left

    def _claimed(self, left: Leaves) -> Leaves:
        """*left*, or the same hire with a subsidy that is claimed for it though it would have come about anyway."""
        office, total = self.office, 0.0
        luck = office.lots.deadweight(self.client, self.begins.visit)
        for number, service in enumerate(office.offer.services):
            total += service.deadweight[self.month] if service.deadweight else 0.0
            if luck < total:
                line = office.line_for(self.client, number)
                if line is None or office.lines[line].busy >= office.lines[line].capacity:
                    return left
                place = office.lines[line].request(self._rank_in(service))
                until = on_grid(self.now + self._stay(service, self.memory.episodes))
                self.memory.episodes += 1
                episode = office.episodes.ask(self.client, line, self.now)
                office.episodes.begin(episode, self.now)
                office.episodes.finish(episode, until, Ended.COMPLETED)
                state, accrues = service.work(office.offer.persons.excepted[self.client])
                return left._replace(state=state, until=until, follows=LASTING_WORK, place=place, accrues=accrues)
        return left

    def leave_for(self, event: int) -> Leaves:
        """The exit for another reason than the hazard."""
        if event == Event.ALLOWANCE:
            self._close()
            retires = self.allowance + NOON >= self.begins.pension
            return Leaves(GONE if retires else ADDITIONAL_DAYS, self.now, self.begins.clock)
        if event == Event.MOVE:
            return self._leave_to(GONE)
        return self._leave_to(DISABILITY_PENSION, GONE) if event == Event.PENSION else self._leave_to(LASTING_WORK)

    def _leave_to(self, state: int, as_hazards_say: int | None = None) -> Leaves:
        """An exit that services, or the client's own life, brought about beside the hazard."""
        self._close()
        self.office.exits_beside(self.begins.row, self.clock, state if as_hazards_say is None else as_hazards_say)
        return Leaves(state, self.now, self.clock)

    def _close(self) -> None:
        """Leave all lines, end the service, and seek no more."""
        office = self.office
        if office.gauge:
            self._gauge()
        office.searching[self.field] -= self.sought
        self.hand_over()
        self._leave_turn()
        self._leave_place()
        self.memory.boosts = [boost for boost in self.memory.boosts if self.now - boost.since < 5 * boost.life]

    def hand_over(self) -> None:
        """Leave the demand-led pathway."""
        if self.seeker is not None and self.seeker in self.office.registry:
            self.office.registry.leave(self.seeker)
        self.seeker = self.standing = None

    @property
    def has_turn(self) -> bool:
        """Whether a caseworker has time now."""
        return self.turn is not None and self.turn.granted is not None

    def _leave_turn(self) -> None:
        turn, self.turn, self.gives_up = self.turn, None, NEVER
        if turn is not None:
            self.office.meetings.add(self.client, self.unit, self.task, self.late_from, nan, 0.0)
            turn.leave()

    def _leave_place(self, ended: Ended | None = None) -> None:
        """Give the place back, or leave the line."""
        place, self.place = self.place, None
        if place is not None:
            self.office.episodes.finish(self.number, self.now, ended or (Ended.LEFT if self.inside else Ended.GAVE_UP))
            self.inside = self.on_course = self.promised = False
            self.ends = self.admitted = NEVER
            place.leave()
