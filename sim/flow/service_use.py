"""Services in a case: a referral, the wait for a place, the time inside, and what it leads to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from sim.clients.clients import State
from sim.flow.offer import Assessment, Ended, Service
from sim.flow.office import Boost
from sim.flow.pool import NEVER, Ticket
from sim.flow.searching import DISABILITY_PENSION, Event, Searching
from sim.flow.spell import LASTING_WORK, OUTSIDE, SHORT_WORK, UNEMPLOYED, Leaves, on_grid

SERVICE, SICKNESS, REHABILITATION = (int(state) for state in (State.SERVICE, State.SICKNESS, State.REHABILITATION))
TO_SICKNESS, TO_PENSION, TO_PLAN = 2, 3, 4  # places of an assessment's outcomes; those before lead to rehabilitation


class Served(Searching):
    """Someone unemployed whom the services refer, place and take in."""

    __slots__ = ()

    def _refer(self) -> Leaves | None:
        """At a meeting: to an assessment if work ability seems limited, else perhaps to a service."""
        office, memory = self.office, self.memory
        assessment, persons = office.offer.assessment, office.offer.persons
        limited_from = persons.limited_from[self.client]  # never, of most
        if (limited_from < NEVER and assessment and not (memory.known or self.assessed)
                and limited_from <= self.paid_days):
            luck, found = office.lots.suspicion(self.client, memory.meetings), assessment.detection[self.month]
            if luck < found:
                self.assessed = True
                bought = luck < found * assessment.bought[self.month]
                return self._ask_for_place(assessment.bought_line if bought else assessment.county_line)
        weights = (persons.weights_known if memory.known else persons.weights)[self.client]
        services, chances = office.chances(weights, self.kind, self.month)
        place = bisect_right(chances, office.lots.referral(self.client, memory.meetings))
        return self.refer_to(services[place]) if place < len(services) else None

    def refer_to(self, service: int) -> Leaves | None:
        """Ask for a place in *service*, if the client may have one now and somebody has places."""
        what = self.office.offer.services[service]
        if self.clock < what.months or self.paid_days < what.paid_days or what.once and service in self.memory.had:
            return None
        line = self.office.line_for(self.client, service)
        return None if line is None else self._ask_for_place(line)

    def _ask_for_place(self, line: int) -> Leaves | None:
        """Go into the *line*; where there is a place, into the service."""
        office = self.office
        self.memory.referrals += 1
        self.line = line
        self.place = office.lines[line].request(self._rank_in(self._service))
        self.number = office.episodes.ask(self.client, line, self.now)
        if self.place.granted is not None:
            return self.enter()
        self.admitted = on_grid(self.now + self._service.longest_wait)
        return None

    def insist(self) -> Leaves | None:
        """The longest wait that the law leaves is over: into the service, beyond its places if need be."""
        assert self.place is not None
        self.office.lines[self.line].admit(self.place)
        return self.enter()

    def enter(self) -> Leaves | None:
        """A place has come: begin, or wait for the course to start; where the service is work, leave for it."""
        starts, self.admitted = self._service.starts, NEVER
        self.memory.had.add(self.office.offer.lines[self.line].service)
        begin = starts[bisect_left(starts, self.now)] if starts and starts[-1] >= self.now else self.now
        if begin > self.now:
            self.on_course, self.ends = True, begin
            return None
        return self._begin_service()

    def _begin_service(self) -> Leaves | None:
        office, service, use = self.office, self._service, self.memory.episodes
        self.memory.episodes += 1
        luck = office.lots.completion(self.client, use)
        self.completes = luck < service.completion
        length = self._stay(service, use)
        if not self.completes:  # at some time on the way, all equally likely
            length *= (luck - service.completion) / (1 - service.completion)
        self.ends = on_grid(self.now + length)
        office.episodes.begin(self.number, self.now)
        if not service.paid:
            return self._work_in(service)
        self._be_inside()
        return None

    def _be_inside(self) -> None:
        self.inside, self.on_course = True, False
        self.open_to_offers()
        self.office.record(self.client, SERVICE, self.now, self.paid_days, self.clock)

    def already_inside(self, line: int, left: float) -> None:
        """At the origin: in the service of *line* for the days *left*, if it has a place."""
        office = self.office
        self.line = line
        place = office.lines[line].request(self._rank_in(self._service))
        if place.granted is None:
            place.leave()
            return
        self.place, self.number = place, office.episodes.ask(self.client, line, self.now)
        office.episodes.begin(self.number, self.now)
        self.completes = office.lots.completion(self.client, self.memory.episodes) < self._service.completion
        self.memory.episodes += 1
        self.memory.had.add(office.offer.lines[line].service)
        self.ends = on_grid(left)
        self._be_inside()

    def service_ends(self) -> Leaves | None:
        """A course starts, or the service is over; where that ends the spell, how."""
        if self.on_course:
            return self._begin_service()
        office, service, assessment = self.office, self._service, self.office.offer.assessment
        ordered = self.promised and office.demand is not None
        placed = office.demand.promised if ordered and office.demand else service.placed
        self._leave_place(Ended.COMPLETED if self.completes else Ended.DROPPED)
        if assessment and self.line in (assessment.bought_line, assessment.county_line):
            office.record(self.client, UNEMPLOYED, self.now, self.paid_days, self.clock)
            return self._assessed(assessment)
        if self.completes:
            if office.lots.placement(self.client, self.memory.episodes - 1) < placed:
                office.matches[self.field] += not ordered  # whose vacancy was taken when it was ordered
                return self._leave_to(LASTING_WORK)
            self._boost(service.after * (service.added[self.month] if service.added else 1.0), service.decay, self.now)
        office.record(self.client, UNEMPLOYED, self.now, self.paid_days, self.clock)
        return None

    def _boost(self, factor: float, life: float, since: float) -> None:
        """Remember that from a day on the client finds work by a *factor* faster, which fades."""
        excess = (factor - 1.0) * self.office.offer.meetings.effects[self.kind]
        if excess:
            self.memory.boosts.append(Boost(excess, since, life))

    def _work_in(self, service: Service) -> Leaves:
        """Leave for the subsidised work of *service*, or for the rehabilitation that it is."""
        office, assessment, until = self.office, self.office.offer.assessment, self.ends
        place, self.place, self.ends = self.place, None, NEVER
        office.episodes.finish(self.number, until, Ended.COMPLETED if self.completes else Ended.DROPPED)
        if assessment and self.line in assessment.rehabilitation:
            return self._absent(assessment, REHABILITATION, until, assessment.rehabilitation.index(self.line), place)
        follows = UNEMPLOYED
        if self.completes:
            if office.lots.placement(self.client, self.memory.episodes - 1) < service.placed:
                follows = LASTING_WORK
            else:
                self._boost(service.after, service.decay, until)
        state, accrues = service.work(office.offer.persons.excepted[self.client])
        return self._leave_to(state, SHORT_WORK)._replace(until=until, follows=follows, place=place, accrues=accrues)

    def _assessed(self, assessment: Assessment) -> Leaves | None:
        """What an assessment leads to."""
        office, number = self.office, self.memory.episodes
        outcome = bisect_right(assessment.outcomes, office.lots.outcome(self.client, number))
        self.memory.known = outcome <= TO_PLAN
        self.standing = None
        luck = office.lots.stay(self.client, number)
        if outcome < TO_SICKNESS:
            return self._ask_for_place(assessment.rehabilitation[outcome])
        if outcome == TO_SICKNESS:
            until = on_grid(self.now + assessment.sickness(luck))
            return self._absent(assessment, SICKNESS, until, outcome, None)
        if outcome == TO_PENSION:
            self.pension = on_grid(self.now + assessment.pension_decision(luck))
            self._will_leave(self.pension, Event.PENSION)
        elif outcome == TO_PLAN:
            self._boost(assessment.after, assessment.decay, self.now)
        return None

    def _absent(self, assessment: Assessment, state: int, until: float, sequel: int, place: Ticket | None) -> Leaves:
        """Leave for rehabilitation or sickness allowance *until* a day; what follows is drawn now."""
        after = assessment.sequels[sequel]
        luck = self.office.lots.placement(self.client, self.memory.episodes)
        self.memory.episodes += 1
        follows = LASTING_WORK if luck < after.work else DISABILITY_PENSION if luck < after.pension else UNEMPLOYED
        if follows == UNEMPLOYED:
            self._boost(after.after, after.decay, until)
        return self._leave_to(state, OUTSIDE)._replace(until=until, follows=follows, place=place,
                                                       accrues=(0.0, 0.0))
