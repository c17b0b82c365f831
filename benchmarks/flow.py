"""The event loop of the model against a bare SimPy loop and a plain heap loop.

All three start as many processes and then run as many events; only the loop is timed, in CPU seconds, in turn, and the best
of each is compared. Whole replications are reported beside: start, draws and log included.
"""

from __future__ import annotations

import gc
import heapq
import time
import tracemalloc
from collections.abc import Callable
from itertools import count

import numpy as np
import simpy

from scenarios.build import programme
from scenarios.run import make_plan
from scenarios.scenario import read_scenario
from sim.clients.arrivals import arrivals
from sim.clients.clients import Clients
from sim.flow.light import start
from sim.flow.model import simulate
from sim.flow.programme import Programme
from sources.area import data_root

ROUNDS = 7


def one_replication() -> tuple[Programme, Clients]:
    """Programme and clients of the default scenario's central draw."""
    plan = make_plan(read_scenario("default"), data_root())
    inputs, central = plan.inputs, plan.calibration.central()
    steps = programme(inputs.hazards, inputs.assumed, central.behaviour, inputs.law, plan.first_month,
                      plan.flows.outflow[0])
    season = inputs.season[(plan.first_month + np.arange(plan.months)) % 12]
    newcomers = arrivals(central.arrivals.sum() * season, steps.month_edges, inputs.assumed.arrivals,
                         steps.waiting_days, 1, 1)
    return steps, Clients.concatenate(plan.calibration.opening, newcomers)


def model_loop(steps: Programme, clients: Clients) -> tuple[float, float, int, int]:
    """CPU seconds of the loop and of the whole, events, and processes scheduled when the loop starts."""
    marks: list = []

    class Timed(simpy.Environment):
        def run(self, until=None):
            scheduled = len(self._queue)
            began = time.process_time()
            super().run(until)
            marks.extend([time.process_time() - began, next(self._eid), scheduled])

    stock_environment, simpy.Environment = simpy.Environment, Timed
    try:
        began = time.process_time()
        simulate(steps, clients, 1, 1, start)
        whole = time.process_time() - began
    finally:
        simpy.Environment = stock_environment
    return marks[0], whole, marks[1], marks[2]


def simpy_loop(processes: int, events: int, delays: list[float]) -> float:
    """CPU seconds of *events* timeouts of bare generator processes."""
    environment = simpy.Environment()

    def process(place: int):
        while True:
            place = (place + 7919) % len(delays)
            yield environment.timeout(delays[place])

    for place in range(processes):
        environment.process(process(place))
    for _ in range(processes):
        environment.step()
    began = time.process_time()
    for _ in range(events):
        environment.step()
    return time.process_time() - began


def heap_loop(processes: int, events: int, delays: list[float]) -> float:
    """CPU seconds of a plain heapq loop: pop the next, push it again."""
    number = count()
    heap = [(delays[place % len(delays)], next(number), place) for place in range(processes)]
    heapq.heapify(heap)
    began = time.process_time()
    for _ in range(events):
        now, _, place = heapq.heappop(heap)
        place = (place + 7919) % len(delays)
        heapq.heappush(heap, (now + delays[place], next(number), place))
    return time.process_time() - began


def report(say: Callable[[str], None] = print) -> None:
    """Say the ratios and the size of one replication."""
    steps, clients = one_replication()
    delays = np.random.default_rng(1).exponential(180.0, 100_003).tolist()
    loop, whole, bare, heap = [], [], [], []
    gc.disable()
    for _ in range(ROUNDS):
        seconds, total, events, scheduled = model_loop(steps, clients)
        loop.append(seconds / events)
        whole.append(total)
        bare.append(simpy_loop(scheduled, events, delays) / events)
        heap.append(heap_loop(scheduled, events, delays) / events)
    gc.enable()
    tracemalloc.start()
    log = simulate(steps, clients, 1, 1)
    peak = tracemalloc.get_traced_memory()[1]
    say(f"one replication, {len(steps.month_edges) - 1} months: {len(clients):,} clients, {events:,} events, {len(log):,} "
        f"spells, {min(whole):.2f} CPU s, peak {peak / 2**20:.0f} MiB")
    say(f"events a second: model {1 / min(loop):,.0f}, bare SimPy {1 / min(bare):,.0f}, plain heap {1 / min(heap):,.0f}")
    say(f"ratio: {min(bare) / min(loop):.2f} of bare SimPy (bar 1.0), {min(heap) / min(loop):.2f} of a plain heap (bar 0.4)")


if __name__ == "__main__":
    report()
