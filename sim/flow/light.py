"""A light process: a generator of delays, driven by ``simpy.Environment``.

``simpy.Process`` makes a ``Timeout`` for every wait. A light process is its own event: it puts itself back
on the schedule at each delay that its generator yields, so a step costs one heap entry and no new object.
It uses SimPy's public interface only (``Environment.schedule`` and the attributes every event has) and gives
the same times, to the last bit, as the same generator under ``simpy.Process`` (``stock_process``).
"""

from __future__ import annotations

from collections.abc import Generator

import simpy
from simpy.events import NORMAL

Delays = Generator[float, None, None]


class LightProcess:
    """An event that resumes its generator and reschedules itself; started by ``start``."""

    __slots__ = ("_ok", "_value", "callbacks", "delays", "environment")
    callbacks: tuple

    def __init__(self, environment: simpy.Environment, delays: Delays) -> None:
        self.environment = environment
        self.delays = delays
        self._ok, self._value = True, None  # what Environment.step asks of any event


def _step(process: LightProcess) -> None:
    for delay in process.delays:  # the next one only; a generator that has ended gives none
        process.callbacks = _CALLBACKS
        process.environment.schedule(process, NORMAL, delay)  # type: ignore[arg-type]  # an event by its attributes
        return


# One tuple for all processes: a bound method on each would be a reference cycle, which makes the
# garbage collector walk every live client again and again.
_CALLBACKS = (_step,)


def start(environment: simpy.Environment, delays: Delays) -> None:
    """Run *delays* up to its first wait now; later steps come from the environment's schedule."""
    _step(LightProcess(environment, delays))


def stock_process(environment: simpy.Environment, delays: Delays) -> None:
    """The same generator under ``simpy.Process``: slower, and the yardstick for ``start``."""

    def waits():
        for delay in delays:
            yield environment.timeout(delay)

    environment.process(waits())
