"""A client's case: one spell of unemployment in the hands of the services.

The pathways (``need_led``, ``demand_led``) tell the story with these verbs; those of services are in ``service_use``. A
case sleeps until the first thing that is known to come: a meeting, the end of a service, the end of the month, or the
exit under the factor now in force. Turns at a caseworker, places in a service and job offers wake it before.
"""

from __future__ import annotations

from sim.flow.light import Either, start
from sim.flow.office import RANKS, Boost
from sim.flow.pool import NEVER
from sim.flow.searching import Event
from sim.flow.service_use import Served
from sim.flow.spell import NOON, Leaves, on_grid
from sim.services.caseworkers import Task
from sim.services.meetings import OTHER

TINY = 1e-9  # days by which the clock may miss a time that is off the grid


class Case(Served):
    """See the module's story."""

    __slots__ = ()

    # sleeping and waking

    def sleep(self) -> float | Either:
        """What to yield: the time to the next thing known, or until something else comes."""
        office = self.office
        until, event = office.programme.month_edges[self.month + 1], Event.MONTH
        for day, what in ((self.due, Event.DUE), (self.ends, Event.SERVICE), (self.gives_up, Event.DROPPED),
                          (self.allowance, Event.ALLOWANCE), (self.moves, Event.MOVE), (self.pension, Event.PENSION),
                          (self.hired, Event.HIRED)):
            if day < until:
                until, event = day, what
        self._set_factor(until)
        leaves = self.meter.exit_within(self.month)
        if leaves <= until and leaves <= self.allowance - NOON:
            until, event = on_grid(leaves), Event.EXIT
        self.until, self.event = until, event
        delay = max(until - office.environment.now, 0.0)
        waits_for = self.place if not (self.inside or self.on_course) else None
        tickets = [ticket for ticket in (self.turn, waits_for) if ticket is not None]
        if not tickets and self.seeker is None:
            return delay
        if self.ordered or any(ticket.granted is not None for ticket in tickets):
            return 0.0  # came at the same instant as what woke the case
        self.alarm = Either(delay, *tickets)
        return self.alarm

    def wake(self) -> Event:
        """What it was that woke the case."""
        now = self.office.environment.now
        if now >= self.until - TINY:
            self.now = self.until
            known = self.event
        else:
            self.now = on_grid(now)
            known = Event.NOTHING
        if self.has_turn:
            return Event.TURN
        if self.place is not None and self.place.granted is not None and not (self.inside or self.on_course):
            return Event.PLACE
        return Event.ORDER if self.ordered else known

    # meetings

    def register(self) -> None:
        """Begin the case: interview and statement are due; of the opening stock, wherever it is in the schedule."""
        office, meetings, now = self.office, self.office.offer.meetings, self.now
        if self.begins.visit == 0 and now == 0.0:
            phase, gap = office.lots.phase(self.client, 0), self._gap
            self.initial = -phase * meetings.schedules[0][1].discussion
            self.last = -phase * min(gap, -self.initial)
            self._plan_meeting()
            return
        self.due = self.late_from = max(meetings.initial_due[int(now)], now)
        self.task = Task.INITIAL_INTERVIEW
        unit = meetings.task_units[Task.BENEFIT_STATEMENT]
        start(office.environment, office.statement(self._unit if unit == OTHER else unit, self.month))

    @property
    def _gap(self) -> float:
        """Days from a meeting to a discretionary one."""
        return self.office.offer.meetings.gaps[self.month][self._class]

    def _plan_meeting(self) -> None:
        due, self.task = self.office.offer.meetings.next_meeting(self.initial, self.last, self._gap)
        self.due = self.late_from = on_grid(max(due, self.now))

    def ask_for_meeting(self) -> None:
        """The meeting is due: ask for a turn. Who is in a service has no discretionary ones."""
        office = self.office
        self.due = NEVER
        discretionary = self.task == Task.DISCRETIONARY_MEETING
        if discretionary and self.inside:
            self.last = self.now
            self._plan_meeting()
            return
        self.unit = self._unit
        self.turn = office.units[self.unit].request(discretionary * RANKS + self._rank)
        if discretionary and self.turn.granted is None:
            self.gives_up = on_grid(self.now + office.offer.meetings.patience)

    def meet(self, referring: bool) -> Leaves | None:
        """Hold the meeting, and refer the client if that is what it leads to; how the client leaves, if at once."""
        office, meetings, turn = self.office, self.office.offer.meetings, self.turn
        assert turn is not None
        self.turn, self.gives_up = None, NEVER
        self.memory.meetings += 1
        digital = (office.lots.digital(self.client, 0)
                   < meetings.digital[self.month][0 if office.offer.persons.young[self.client] else 1])
        minutes = (meetings.digital_minutes if digital else meetings.minutes)[self.task][self.month]
        digital = digital and self.task in meetings.digital_tasks
        gain = meetings.gain(max(self.now - self.late_from, 0.0), digital)
        gain *= meetings.effects[self._class]
        if gain:
            self.meeting_boost = Boost(self.meeting_boost.at(self.now) + gain, self.now, meetings.mean_life)
        if self.task == Task.INITIAL_INTERVIEW:
            self.initial = self.now
        self.last = self.now
        asked = self.memory.referrals
        left = self._refer() if referring and self.place is None and self.pension == NEVER else None
        if self.memory.referrals > asked:
            minutes += meetings.minutes[Task.REFERRAL][self.month]
        office.meetings.add(self.client, self.unit, self.task, self.late_from, self.now, minutes)
        office.hold(turn, office.days(self.unit, minutes))
        if left is None:
            self._plan_meeting()
        return left

    def drop_meeting(self) -> None:
        """Nobody had time for a discretionary meeting: leave the line and plan anew."""
        self._leave_turn()
        self.last = self.now
        self._plan_meeting()

    def join_training(self) -> Leaves | None:
        """Go into the training that an employer has ordered, unless in a service or a line already."""
        self.ordered = False
        training = self.office.offer.training
        return None if training is None or self.place is not None else self.refer_to(training)
