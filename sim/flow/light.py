"""A light process: a generator of waits, driven by ``simpy.Environment``.

``simpy.Process`` makes a ``Timeout`` for every wait. A light process is its own event: it puts itself back
on the schedule at each delay that its generator yields, so a step costs one heap entry and no new object. Where
the generator yields a ticket of a pool (``sim.flow.pool``), it sleeps until the pool wakes it, or its patience ends;
where it yields ``Either``, until the first of several tickets comes, somebody else wakes it, or its time is up.
It uses SimPy's public interface only (``Environment.schedule`` and the attributes every event has) and gives
the same times, to the last bit, as the same generator under ``simpy.Process`` (``sim.flow.stock``).
"""

from __future__ import annotations

from collections.abc import Generator

import simpy
from simpy.events import NORMAL

from sim.flow.pool import NEVER, Ticket

Delays = Generator[float, None, None]
Waits = Generator["float | Ticket | Either", None, None]


class LightProcess:
    """An event that resumes its generator and reschedules itself; started by ``start``."""

    __slots__ = ("callbacks", "environment", "waits")
    _ok, _value = True, None  # what Environment.step asks of any event
    callbacks: tuple

    def __init__(self, environment: simpy.Environment, waits: Waits) -> None:
        self.environment = environment
        self.waits = waits

    def wake(self) -> None:
        """Go on at this instant, after what is already due."""
        self.callbacks = _CALLBACKS
        self.environment.schedule(self, NORMAL, 0)  # type: ignore[arg-type]  # an event by its attributes


class Either:
    """To be yielded: sleep until one of *tickets* is granted or somebody calls ``wake``, *delay* days at most.

    None of the tickets may have been granted yet. Whichever woke the process, it is in line for the others as before.
    Where *delay* is infinite nothing is on the schedule, and the sleep may be given its end later by ``end_in``.
    """

    __slots__ = ("callbacks", "delay", "process")
    _ok, _value = True, None  # what Environment.step asks of any event
    callbacks: tuple

    def __init__(self, delay: float, *tickets: Ticket) -> None:
        self.delay = delay
        self.process: LightProcess | None = None
        for ticket in tickets:
            ticket.process = self

    def wake(self) -> None:
        """Go on at this instant, after what is already due; nothing if the process is awake already."""
        process, self.process = self.process, None
        if process is not None:
            process.wake()

    def end_in(self, environment: simpy.Environment, delay: float) -> None:
        """Sleep for *delay* more days at most."""
        self.callbacks = _TIME_IS_UP
        environment.schedule(self, NORMAL, delay)  # type: ignore[arg-type]  # an event by its attributes

    def end(self) -> None:
        """The time is up: go on at once; nothing if the process is awake already."""
        process, self.process = self.process, None
        if process is not None:
            _step(process)


def _step(process: LightProcess) -> None:
    for wait in process.waits:  # up to the next that takes time; a generator that has ended gives none
        if type(wait) is Either:
            wait.process = process
            if wait.delay < NEVER:
                wait.end_in(process.environment, wait.delay)
            return
        if type(wait) is not Ticket:
            process.callbacks = _CALLBACKS
            process.environment.schedule(process, NORMAL, wait)  # type: ignore[arg-type]  # an event by its attributes
            return
        if wait.granted is None:
            if wait.pool is None:
                raise RuntimeError("this client has left the line, and cannot wait in it")
            wait.process = process
            if wait.patience < NEVER:
                wait.callbacks = _END_OF_PATIENCE
                process.environment.schedule(wait, NORMAL, wait.patience)  # type: ignore[arg-type]  # as above
            return


def _end_patience(ticket: Ticket) -> None:
    process = ticket.process
    if process is not None:  # else the place came in time, and this entry of the schedule means nothing any more
        ticket.process, ticket.patience = None, NEVER
        _step(process)  # type: ignore[arg-type]  # who sleeps on Either has no patience with a ticket


# One tuple for all processes: a bound method on each would be a reference cycle, which makes the
# garbage collector walk every live client again and again.
_CALLBACKS = (_step,)
_END_OF_PATIENCE = (_end_patience,)
_TIME_IS_UP = (Either.end,)


def start(environment: simpy.Environment, waits: Waits) -> None:
    """Run *waits* up to its first wait now; later steps come from the environment's schedule."""
    _step(LightProcess(environment, waits))
