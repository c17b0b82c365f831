"""The yardstick of light processes and pools: the same generators under SimPy's own processes and resources.

Slower, and its queues have neither dated capacities nor statistics. Times are the same to the last bit, ties included,
for the two points in which SimPy orders one instant otherwise are settled here by its public interface. A place that
is free at once costs no event. And a place given back goes to the first in line at once: SimPy would look at the line
only after what else is due, and give the place to a client of higher priority who asks in between.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import suppress
from typing import Any

import simpy

NEVER = float("inf")


class StockTicket:
    """Has the verbs of ``pool.Ticket``."""

    def __init__(self, resource: simpy.PriorityResource, priority: int) -> None:
        self.resource = resource
        self.request = resource.request(priority=priority)
        self.patience = NEVER

    @property
    def granted(self) -> float | None:
        return self.request.usage_since

    def within(self, delay: float) -> StockTicket:
        self.patience = delay
        return self

    def leave(self) -> None:
        if self.granted is None:
            self.request.cancel()
            return
        self.resource.release(self.request)
        if self.resource.queue:  # any request makes SimPy look at the first in line; this one is last, and goes
            self.resource.request(priority=NEVER).cancel()  # type: ignore[arg-type]


class StockPool:
    """``pool.Pool`` of a fixed number of places (positive, may be infinite) on ``simpy.PriorityResource``."""

    def __init__(self, environment: simpy.Environment, places: Sequence[tuple[float, float]]) -> None:
        ((_, capacity),) = places
        self.resource = simpy.PriorityResource(environment, capacity=capacity)  # type: ignore[arg-type]

    def request(self, priority: int = 0) -> StockTicket:
        return StockTicket(self.resource, priority)


def stock_process(environment: simpy.Environment, waits: Generator[float | StockTicket, None, None]) -> None:
    """Run *waits* under ``simpy.Process``: the yardstick for ``light.start``."""

    def process() -> Generator[simpy.Event, Any, None]:
        for wait in waits:
            if not isinstance(wait, StockTicket):
                yield environment.timeout(wait)
            elif wait.granted is None:
                patience, wait.patience = wait.patience, NEVER
                if patience < NEVER:
                    _interrupt_after(environment, patience, wait.request)
                with suppress(simpy.Interrupt):  # out of patience
                    yield wait.request

    environment.process(process())


def _interrupt_after(environment: simpy.Environment, patience: float, request: simpy.Event) -> None:
    """Interrupt the active process at the end of its patience, unless what it waits for has come."""
    process = environment.active_process
    assert process is not None

    def interrupt(_: simpy.Event) -> None:
        if not request.triggered:
            process.interrupt()

    timer = environment.timeout(patience)
    assert timer.callbacks is not None
    timer.callbacks.append(interrupt)
