"""A client's case: one spell of unemployment in the hands of the services.

The pathways (``need_led``, ``demand_led``) tell the story with these verbs; those of services are in ``service_use``. A
case sleeps until the first thing that is known to come: a meeting, the end of a service, the end of the month, or the
exit under the factor now in force. Turns at a caseworker, places in a service and job offers wake it before.
"""

from __future__ import annotations

from sim.flow.light import Either
from sim.flow.office import RANKS
from sim.flow.pool import NEVER
from sim.flow.searching import Event
from sim.flow.service_use import Served
from sim.flow.spell import NOON, Leaves, on_grid
from sim.services.caseworkers import Task
from sim.services.meetings import OTHER

# plain integers: a member of an enumeration takes five times as long to look up
INITIAL_INTERVIEW, DISCRETIONARY_MEETING, BENEFIT_STATEMENT, REFERRAL = (int(task) for task in (
    Task.INITIAL_INTERVIEW, Task.DISCRETIONARY_MEETING, Task.BENEFIT_STATEMENT, Task.REFERRAL))
TINY = 1e-9  # days by which the clock may miss a time that is off the grid


class Case(Served):
    """See the module's story."""

    __slots__ = ()

    # sleeping and waking

    def sleep(self) -> float | Either:
        """What to yield: the time to the next thing known, or until something else comes.

        Where nothing is known to come before the end of the month nothing is on the schedule, see ``month_passes``.
        """
        self._look_ahead()
        office, turn, place = self.office, self.turn, None if self.inside or self.on_course else self.place
        delay = self.until - office.environment.now
        waits = turn is not None or place is not None or self.seeker is not None
        if delay <= 0.0 and not waits:
            return 0.0
        if waits and (self.ordered or turn is not None and turn.granted is not None
                      or place is not None and place.granted is not None):
            return 0.0  # came at the same instant as what woke the case
        if self.event == Event.MONTH and delay > 0.0:
            office.asleep[self] = None
            delay = NEVER
        elif not waits:
            return delay
        self.alarm = alarm = Either(delay)
        if turn is not None:
            turn.process = alarm
        if place is not None:
            place.process = alarm
        return alarm

    def month_passes(self) -> None:
        """The month has ended and the case sleeps: look at the next one."""
        alarm, office = self.alarm, self.office
        if alarm is None or alarm.process is None:  # woken at this very instant
            return
        self.now = self.until
        if self.seeker is not None and self.waited_long:
            alarm.end()
            return
        self.new_month()
        self._look_ahead()
        if self.event == Event.MONTH:
            office.asleep[self] = None
        else:
            alarm.end_in(office.environment, self.until - self.now)

    def _look_ahead(self) -> None:
        """Set what is known to come next, and when, under the factor up to then."""
        until, event = self.edges[self.month + 1], Event.MONTH
        if self.due < until:
            until, event = self.due, Event.DUE
        if self.ends < until:
            until, event = self.ends, Event.SERVICE
        if self.gives_up < until:
            until, event = self.gives_up, Event.DROPPED
        if self.admitted < until:
            until, event = self.admitted, Event.ADMITTED
        if self.leaves < until:
            until, event = self.leaves, self.leaves_by
        exit_day = self.meter.exit_under(self._factor(until), self.month, self.now)
        if exit_day <= until and exit_day <= self.allowance - NOON:
            until, event = on_grid(exit_day), Event.EXIT
        self.until, self.event = until, event

    def wake(self) -> int:
        """What it was that woke the case."""
        office, turn, place = self.office, self.turn, self.place
        office.asleep.pop(self, None)
        now = office.environment.now
        if now >= self.until - TINY:
            self.now, known = self.until, self.event
        else:
            self.now, known = on_grid(now), Event.NOTHING
        if turn is not None and turn.granted is not None:
            return Event.TURN
        if place is not None and place.granted is not None and not (self.inside or self.on_course):
            return Event.PLACE
        return Event.ORDER if self.ordered else known

    # meetings

    def register(self) -> None:
        """Begin the case: interview and statement are due; of the opening stock, wherever it is in the schedule."""
        office, meetings, now = self.office, self.office.offer.meetings, self.now
        if self.begins.visit == 0 and now == 0.0:
            phase, gap = office.lots.phase(self.client, 0), meetings.gaps[self.month][self.kind]
            self.initial = -phase * meetings.schedules[0][1].discussion
            self.last = -phase * min(gap, -self.initial)
            self._plan_meeting()
            return
        self.due = self.late_from = max(meetings.initial_due[int(now)], now)
        self.task = INITIAL_INTERVIEW
        unit = meetings.task_units[BENEFIT_STATEMENT]
        office.state(self.served_by if unit == OTHER else unit, self.month)

    def _plan_meeting(self) -> None:
        meetings, now = self.office.offer.meetings, self.now
        due, self.task = meetings.next_meeting(self.initial, self.last, meetings.gaps[self.month][self.kind])
        self.due = self.late_from = on_grid(due if due > now else now)

    def ask_for_meeting(self) -> None:
        """The meeting is due: ask for a turn. Who is in a service has no discretionary ones."""
        office = self.office
        self.due = NEVER
        discretionary = self.task == DISCRETIONARY_MEETING
        if discretionary and self.inside:
            self.last = self.now
            self._plan_meeting()
            return
        self.unit = self.served_by
        self.turn = office.units[self.unit].request(discretionary * RANKS + self._rank)
        if discretionary and self.turn.granted is None:
            self.gives_up = on_grid(self.now + office.offer.meetings.patience)

    def meet(self, referring: bool) -> Leaves | None:
        """Hold the meeting, and refer the client if that is what it leads to; how the client leaves, if at once."""
        office, client, now, month = self.office, self.client, self.now, self.month
        turn, memory, meetings = self.turn, self.memory, office.offer.meetings
        assert turn is not None
        self.turn, self.gives_up = None, NEVER
        memory.meetings += 1
        route = meetings.digital[month][0 if office.offer.persons.young[client] else 1]
        digital = office.lots.digital(client, 0) < route
        minutes = (meetings.digital_minutes if digital else meetings.minutes)[self.task][month]
        digital = digital and self.task in meetings.digital_tasks
        late = now - self.late_from
        gain = meetings.gain(late if late > 0.0 else 0.0, digital) * meetings.effects[self.kind]
        if gain:
            self.meeting_boost.add(gain, now)
        if self.task == INITIAL_INTERVIEW:
            self.initial = now
        self.last = now
        asked = memory.referrals
        left = self._refer() if referring and self.place is None and self.pension == NEVER else None
        if memory.referrals > asked:
            minutes += meetings.minutes[REFERRAL][month]
        office.meetings.add(client, self.unit, self.task, self.late_from, now, minutes)
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
        if training is None or self.place is not None:
            return None
        left = self.refer_to(training)
        self.promised = self.place is not None
        return left
