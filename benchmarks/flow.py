"""The event loop of the model against a bare SimPy loop and a plain heap loop.

All three have the same clients and the same waits; the yardsticks do nothing but wait. Whole runs are timed in CPU
seconds, in turn: the model with its draws, starts and log, the yardsticks with their processes and entries. The best of
each is compared.
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
from sim.flow.light import Delays
from sim.flow.log import EventLog
from sim.flow.model import simulate
from sim.flow.programme import Programme
from sources.area import data_root

ROUNDS = 7
PATHWAYS = "the model's pathways on a plain heap"


def one_replication() -> tuple[Programme, Clients]:
    """Programme and clients of the default scenario's central draw."""
    plan = make_plan(read_scenario("default"), data_root())
    inputs, central = plan.inputs, plan.calibration.central()
    steps = programme(inputs, central.behaviour, plan.first_month, plan.flows.outflow[0])
    season = inputs.season[(plan.first_month + np.arange(plan.months)) % 12]
    newcomers = arrivals(central.arrivals.sum() * season, steps.month_edges, inputs.assumed.arrivals,
                         steps.waiting_days, 1, 1)
    return steps, Clients.concatenate(plan.calibration.opening, newcomers)


def model_seconds(steps: Programme, clients: Clients) -> float:
    """CPU seconds of one replication: draws, starts, loop and log."""
    began = time.process_time()
    simulate(steps, clients, 1, 1)
    return time.process_time() - began


def waits_of(log: EventLog, clients: Clients) -> tuple[list[list[float]], int]:
    """Each client's waits in days (entry, then spells that ended) and how many there are in all."""
    spells = log.frame()
    closed = spells[~spells["open"]]
    lengths = (closed["end"] - closed["start"]).to_numpy()
    waits = [[entry] if entry else [] for entry in clients.enters.tolist()]
    for client, length in zip(closed["client"].tolist(), lengths.tolist(), strict=True):
        waits[client].append(length)
    waits = [each for each in waits if each]  # idle clients cost the model no process, so they cost the yardsticks none
    return waits, sum(map(len, waits))


def simpy_seconds(waits: list[list[float]]) -> float:
    """CPU seconds of bare generator processes that yield the same timeouts."""
    began = time.process_time()
    environment = simpy.Environment()

    def process(delays: list[float]):
        for delay in delays:
            yield environment.timeout(delay)

    for delays in waits:
        environment.process(process(delays))
    environment.run()
    return time.process_time() - began


def heap_seconds(waits: list[list[float]]) -> float:
    """CPU seconds of a plain heapq loop over the same waits: pop the next, push its client's next wait."""
    began = time.process_time()
    number, heap = count(), []
    for delays in waits:
        rest = iter(delays)
        for delay in rest:
            heapq.heappush(heap, (delay, next(number), rest))
            break
    while heap:
        now, _, rest = heapq.heappop(heap)
        for delay in rest:
            heapq.heappush(heap, (now + delay, next(number), rest))
            break
    return time.process_time() - began


def heap_model_seconds(steps: Programme, clients: Clients) -> float:
    """CPU seconds of the model's own pathways driven by a plain heapq loop instead of SimPy."""
    number, heap, now = count(), [], 0.0

    def launch(_, delays: Delays) -> None:
        for delay in delays:
            heapq.heappush(heap, (now + delay, next(number), delays))
            break

    began = time.process_time()
    simulate(steps, clients, 1, 1, launch)
    while heap:
        now, _, delays = heapq.heappop(heap)
        for delay in delays:
            heapq.heappush(heap, (now + delay, next(number), delays))
            break
    return time.process_time() - began


def report(say: Callable[[str], None] = print) -> None:
    """Say the ratios and the size of one replication."""
    steps, clients = one_replication()
    log = simulate(steps, clients, 1, 1)
    waits, events = waits_of(log, clients)
    model, bare, heap, driven = [], [], [], []
    gc.disable()
    for _ in range(ROUNDS):
        model.append(model_seconds(steps, clients))
        bare.append(simpy_seconds(waits))
        heap.append(heap_seconds(waits))
        driven.append(heap_model_seconds(steps, clients))
    gc.enable()
    tracemalloc.start()
    simulate(steps, clients, 1, 1)
    peak = tracemalloc.get_traced_memory()[1]
    say(f"one replication, {len(steps.month_edges) - 1} months: {len(clients):,} clients, of them "
        f"{len(clients) - len(waits):,} idle; {events:,} events, {len(log):,} spells, {min(model):.2f} CPU s, "
        f"peak {peak / 2**20:.0f} MiB")
    speeds = {"model": model, "bare SimPy": bare, "plain heap": heap, PATHWAYS: driven}
    say("events a second: " + ", ".join(f"{name} {events / min(each):,.0f}" for name, each in speeds.items()))
    ratio = {name: min(each) / min(model) for name, each in speeds.items()}
    say(f"ratio: {ratio['bare SimPy']:.2f} of bare SimPy (bar 1.0), {ratio['plain heap']:.2f} of a plain heap that only "
        f"waits (bar 0.4), {ratio[PATHWAYS]:.2f} of the same pathways on a plain heap")


if __name__ == "__main__":
    report()
