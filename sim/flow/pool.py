"""Places that clients wait for: caseworkers' time, places in a service.

A pool has so many places on each date, and one line of waiting clients for each priority. A client's generator takes a
ticket, waits for it, and leaves:

>>> from sim.flow.light import start
>>> environment = simpy.Environment()
>>> caseworkers = Caseworkers(environment, [(0, 1.5, 240)], edges=[0, 30, 60], priorities=(STATUTORY := 1, 2))
>>> course = Pool(environment, [(0, 0), (5, 1)], edges=[0, 30, 60])  # one place from day 5 on
>>> def pathway(client, now, exit_time):
...     turn = caseworkers.request(STATUTORY)
...     yield turn  # sleep until it comes
...     meeting = caseworkers.days(30)  # of thirty minutes, at today's pace
...     yield meeting
...     turn.leave()
...     now = turn.granted + meeting
...     place = course.request()
...     yield place.within(exit_time - now)  # a place or the own exit, whichever comes first
...     if place.granted is not None:
...         yield min(20.0, exit_time - place.granted)
...     place.leave()  # give the place back, or leave the line
...     print(f"{client}: met on day {turn.granted:.2f}, in from {place.granted} to {environment.now}")
>>> for client, exit_time in zip("ABC", (50.0, 40.0, 10.0)):
...     start(environment, pathway(client, 0.0, exit_time))
>>> environment.run(until=60)
C: met on day 0.17, in from None to 10.0
A: met on day 0.00, in from 5 to 25.0
B: met on day 0.00, in from 25.0 to 40.0
>>> record = course.close()
>>> record.utilisation.tolist(), record.served.tolist(), record.gave_up.tolist(), abs(record.gap) < 1e-9
([1.0, 0.3333333333333333], [[2], [0]], [[1], [0]], True)

A ticket is granted where ``granted``, the time of it, is not None. A place that is free puts nothing on the schedule,
so a pool of infinitely many changes no client's times. Else a wait is one entry when the place comes, and one for the
end of patience, which does nothing if it finds the place given. Run to the horizon, then ``close``: a place given back
later than that is refused there.

**Who comes first.** Lower priority numbers first, then first come, first served. A place that comes free goes to the
first in line at once, before anything else due at that instant; whoever gets it goes on after what is already due. More
places on a date open before all else of that instant. Fewer throw nobody out: new clients wait until enough have left.

SimPy's own resources look through all users at each release and sort the whole line at each request; here both cost
the same whatever the length of the line and the number of places. ``sim.flow.stock`` has the same verbs on
SimPy's resources, and a test holds both to the same times.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import simpy
from simpy.events import NORMAL, URGENT

if TYPE_CHECKING:
    from sim.flow.light import Either, LightProcess

NEVER = float("inf")


class Ticket:
    """A client's request, to be yielded; as an event on the schedule, the end of its patience or of its use.

    Attributes
    ----------
    asked : time of the request.
    granted : time at which the place was given, None before.
    """

    __slots__ = ("asked", "callbacks", "granted", "line", "patience", "pool", "process")
    _ok, _value = True, None  # what Environment.step asks of any event
    callbacks: tuple

    def __init__(self, pool: Pool, line: Line, asked: float, granted: float | None) -> None:
        self.pool: Pool | None = pool
        self.line = line
        self.asked = asked
        self.granted = granted
        self.patience = NEVER
        self.process: LightProcess | Either | None = None  # who sleeps on it, only until woken: no cycle is left

    def within(self, delay: float) -> Ticket:
        """To be yielded in place of the ticket: wait *delay* days at most.

        Who then still has no place is in line as before, and may leave, or do something else and yield again; a place
        given meanwhile is held.
        """
        if not delay >= 0:
            raise ValueError(f"cannot wait {delay} days")
        self.patience = delay
        return self

    def leave(self) -> None:
        """Give the place back or, without one, leave the line."""
        pool, self.pool = self.pool, None
        if pool is None:
            raise RuntimeError("this ticket has been given back before")
        pool.take_back(self)

    def leave_in(self, delay: float) -> None:
        """Give the place back after *delay* days; not for a ticket that was waited for with patience."""
        assert self.patience == NEVER, "its end may be on the schedule, and would give the place back"
        assert self.pool is not None
        self.callbacks = _GIVE_BACK
        self.pool.environment.schedule(self, NORMAL, delay)  # type: ignore[arg-type]  # an event by its attributes


_GIVE_BACK = (Ticket.leave,)


class Line:
    """The waiting clients of one priority, in order of request, and the counts of this period."""

    __slots__ = ("asked", "gave_up", "lost", "queue", "served", "waited")

    def __init__(self) -> None:
        self.queue: OrderedDict[Ticket, None] = OrderedDict()  # unlike a deque's, any of its members can go at once
        self.clear()

    def clear(self) -> None:
        """Begin a period."""
        self.asked = self.served = self.gave_up = 0
        self.waited = self.lost = 0.0


class Pool:
    """Places by date, and the lines in front of them.

    Parameters
    ----------
    environment : on which the clients run.
    places : (day, number of places) from each day on, the first not after now; zero and infinity are numbers, too.
    edges : first day of each period of the statistics and the horizon, as ``Programme.month_edges``.
    priorities : the classes there are, small integers.

    Attributes
    ----------
    busy, waiting : clients inside and in line.
    capacity : places now.
    """

    __slots__ = ("_busy_days", "_edges", "_last", "_lines", "_period_end", "_periods", "_places", "_step",
                 "_waiting_days", "busy", "callbacks", "capacity", "environment", "waiting")
    _ok, _value = True, None  # the pool is its own event, at the next change of its places
    callbacks: tuple

    def __init__(self, environment: simpy.Environment, places: Sequence[tuple[float, float]],
                 edges: Sequence[float], priorities: Sequence[int] = (0,)) -> None:
        now = environment.now
        _check(places, edges, now)
        self.environment = environment
        self.busy = self.waiting = 0
        self._lines = {priority: Line() for priority in sorted(priorities)}
        self._busy_days = self._waiting_days = 0.0
        self._last = now
        self._edges = list(edges)
        self._periods: list[list] = []  # those that have ended
        self._period_end = self._next_edge()
        self._places = [*places, (NEVER, 0.0)]
        self._step = -1
        self._change()

    @property
    def priorities(self) -> list[int]:
        """The classes there are, in order."""
        return list(self._lines)

    def request(self, priority: int = 0) -> Ticket:
        """A ticket of someone who asks now; KeyError where there is no such *priority*."""
        now = self.environment.now
        line = self._lines[priority]
        self._advance(now)
        line.asked += 1
        if self.busy < self.capacity:  # then nobody waits
            self.busy += 1
            line.served += 1
            return Ticket(self, line, now, now)
        ticket = Ticket(self, line, now, None)
        self.waiting += 1
        line.queue[ticket] = None
        return ticket

    def take_back(self, ticket: Ticket) -> None:
        """See ``Ticket.leave``, which calls this."""
        now = self.environment.now
        self._advance(now)
        if ticket.granted is None:
            line = ticket.line
            del line.queue[ticket]
            self.waiting -= 1
            line.gave_up += 1
            line.lost += now - ticket.asked
        else:
            self.busy -= 1
            if self.waiting:
                self._admit(now)

    def admit(self, ticket: Ticket) -> None:
        """Give a place to a *ticket* in line, there or not: to whom the law leaves no longer wait."""
        now = self.environment.now
        self._advance(now)
        del ticket.line.queue[ticket]
        self._grant(ticket, now)

    def _admit(self, now: float) -> None:
        """Give free places to the first in line."""
        while self.waiting and self.busy < self.capacity:
            for line in self._lines.values():
                if line.queue:
                    break
            self._grant(line.queue.popitem(last=False)[0], now)

    def _grant(self, ticket: Ticket, now: float) -> None:
        self.waiting -= 1
        self.busy += 1
        ticket.line.served += 1
        ticket.line.waited += now - ticket.asked
        ticket.granted = now
        process, ticket.process = ticket.process, None
        if process is not None:
            process.wake()

    def _change(self) -> None:
        """Set the places of the newest date that has come, and see to the next."""
        now = self.environment.now
        while self._places[self._step + 1][0] <= now:
            self._step += 1
        self.capacity = self._places[self._step][1]
        following = self._places[self._step + 1][0]
        if following < NEVER:
            self.callbacks = _CHANGE
            self.environment.schedule(self, URGENT, following - now)  # type: ignore[arg-type]  # an event by attributes
        if self.waiting:
            self._advance(now)
            self._admit(now)

    def _advance(self, now: float) -> None:
        """Carry the integrals over time on to *now*."""
        while now >= self._period_end:
            self._end_period()
        elapsed = now - self._last
        self._busy_days += self.busy * elapsed
        self._waiting_days += self.waiting * elapsed
        self._last = now

    def _next_edge(self) -> float:
        """End of this period; never for the last one, which also takes what happens at the horizon."""
        number = len(self._periods) + 1
        return self._edges[number] if number < len(self._edges) - 1 else NEVER

    def _end_period(self) -> None:
        edge, self._period_end = self._edges[len(self._periods) + 1], NEVER
        self._advance(edge)
        lines = self._lines.values()
        self._periods.append([self._busy_days, self._waiting_days, *(
            [getattr(line, count) for line in lines] for count in ("asked", "served", "gave_up", "waited", "lost"))])
        self._busy_days = self._waiting_days = 0.0
        for line in lines:
            line.clear()
        self._period_end = self._next_edge()

    def close(self) -> Record:
        """End the count at the horizon, send the lines home and say what happened.

        ValueError where the pool was used later than that.
        """
        horizon = self._edges[-1]
        if self._last > horizon:
            raise ValueError(f"the pool was used on day {self._last}, after the horizon {horizon}")
        while len(self._periods) < len(self._edges) - 1:
            self._end_period()
        so_far = []
        for line in self._lines.values():
            so_far.append([horizon - ticket.asked for ticket in line.queue])
            for ticket in line.queue:
                ticket.process = None  # else a cycle: the client's generator holds its ticket
            line.queue.clear()
        columns = (np.array(column) for column in zip(*self._periods, strict=True))
        return Record(np.array(self._edges), tuple(self._lines), self._place_days(), self.busy,
                      np.array([len(line) for line in so_far]), np.array([sum(line) for line in so_far]), *columns)

    def _place_days(self) -> np.ndarray:
        """Integral of the number of places over each period."""
        days = np.zeros(len(self._edges) - 1)
        for (since, places), (until, _) in pairwise(self._places):
            within = np.diff(np.clip(self._edges, since, until))
            days[within > 0] += places * within[within > 0]
        return days


_CHANGE = (Pool._change,)


class Caseworkers(Pool):
    """A pool of caseworkers whose time is counted in minutes.

    A fractional number of full-time workers is rounded up to whole ones who work that much slower: 10.5 are eleven,
    each at 10.5 / 11 of the pace. So the minutes they get through, while someone is always waiting, are exactly
    full-time workers × minutes. A meeting keeps the pace at which it began.

    Parameters
    ----------
    staff : (day, full-time workers, client-facing minutes a day of each) from each day on. Time is in calendar days, so
        the minutes are those of a week, over seven.
    environment, edges, priorities : as in Pool.
    """

    __slots__ = ("_paces",)

    def __init__(self, environment: simpy.Environment, staff: Sequence[tuple[float, float, float]],
                 edges: Sequence[float], priorities: Sequence[int] = (0,)) -> None:
        if not all(full_time >= 0 and minutes >= 0 for _, full_time, minutes in staff):
            raise ValueError(f"caseworkers or their minutes are below zero: {list(staff)}")
        workers = [_whole(full_time) if minutes else 0 for _, full_time, minutes in staff]
        self._paces = [minutes * (full_time / count if 0 < count < NEVER else 1.0)
                       for (_, full_time, minutes), count in zip(staff, workers, strict=True)]
        super().__init__(environment, [(day, count) for (day, *_), count in zip(staff, workers, strict=True)],
                         edges, priorities)

    def days(self, minutes: float) -> float:
        """Days that a meeting of *minutes* takes if it begins now."""
        return minutes / self._paces[self._step]


def _whole(full_time: float) -> float:
    """Workers for *full_time*, which may be a sum with its rounding, or infinite."""
    return ceil(round(full_time, 9)) if full_time < NEVER else NEVER


@dataclass(frozen=True, eq=False)
class Record:
    """What a pool saw by period; arrays are (periods,) or (periods, priorities).

    An event on an edge is of the period that begins there. A wait is counted where it ends.

    Attributes
    ----------
    edges : days, (periods + 1,).
    priorities : of the columns.
    place_days : integral of the number of places.
    inside : clients inside at the horizon.
    still_waiting, waited_so_far : (priorities,) clients in line at the horizon, and their days in line until then.
    busy_days, waiting_days : integrals of the number of clients inside, and in line.
    asked, served, gave_up : requests, grants, and tickets given back without one.
    waited, lost : days in line of the served, and of those who gave up.
    """

    edges: np.ndarray
    priorities: tuple[int, ...]
    place_days: np.ndarray
    inside: int
    still_waiting: np.ndarray
    waited_so_far: np.ndarray
    busy_days: np.ndarray
    waiting_days: np.ndarray
    asked: np.ndarray
    served: np.ndarray
    gave_up: np.ndarray
    waited: np.ndarray
    lost: np.ndarray

    @property
    def utilisation(self) -> np.ndarray:
        """Share of the places in use; NaN without places. Above 1 while more are inside than there are places."""
        return _ratio(self.busy_days, self.place_days)

    @property
    def mean_waiting(self) -> np.ndarray:
        """Mean length of the line."""
        return self.waiting_days / np.diff(self.edges)

    @property
    def mean_wait(self) -> np.ndarray:
        """Mean days in line of those served; NaN where nobody was."""
        return _ratio(self.waited, self.served)

    @property
    def gap(self) -> float:
        """Days in line by the line's length less those by the clients' waits: zero but for rounding (Little's law).

        The law says L = λ W over any window that begins empty, if those still in line count up to its end.
        """
        return float(self.waiting_days.sum() - self.waited.sum() - self.lost.sum() - self.waited_so_far.sum())


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    return np.divide(numerator, denominator, out=np.full(np.shape(numerator), np.nan), where=denominator > 0)


def _check(places: Sequence[tuple[float, float]], edges: Sequence[float], now: float) -> None:
    """ValueError unless *places* are whole, non-negative numbers, and days ascend and begin by *now*."""
    for days, of in (([day for day, _ in places], "places"), (edges, "edges of periods")):
        if not days or not days[0] <= now:
            raise ValueError(f"{of} have to begin by day {now}, and begin on {list(days[:1])}")
        if any(not before < after for before, after in pairwise(days)):
            raise ValueError(f"{of}: the days do not ascend: {list(days)}")
    if not edges[-1] > now:
        raise ValueError(f"the horizon {edges[-1]} is not after day {now}")
    for day, count in places:
        if not (count >= 0 and (count == NEVER or count == int(count))):
            raise ValueError(f"{count} places from day {day} on: not a whole number of zero or more")
