"""The event loop of the model against a bare SimPy loop and a plain heap loop.

All three have the same clients and the same waits; the yardsticks do nothing but wait. Whole runs are timed in CPU
seconds, in turn: the model with its draws, starts and log, the yardsticks with their processes and entries. The best of
each is compared. The model with services is compared with the one without, on the same clients.
"""

from __future__ import annotations

import gc
import heapq
import time
import tracemalloc
from collections.abc import Callable
from itertools import count
from unittest.mock import patch

import numpy as np
import simpy

from scenarios.build import programme
from scenarios.project import Course, newcomers
from scenarios.run import make_plan
from scenarios.scenario import read_scenario
from scenarios.service_unit import unit_offer
from sim.clients.arrivals import arrivals
from sim.clients.clients import Clients
from sim.demand.programme import demand_programme
from sim.flow.light import Delays
from sim.flow.log import EventLog
from sim.flow.model import simulate
from sim.flow.offer import Offer
from sim.flow.programme import Programme
from sim.flow.served import Demand, simulate_served
from sources.area import data_root

ROUNDS = 7
SERVED_ROUNDS = 3
PATHWAYS = "its own pathways on a plain heap"


def one_replication() -> tuple[Programme, Clients]:
    """Programme and clients of the default scenario's central draw."""
    plan = make_plan(read_scenario("baseline").model_copy(update={"services": False}), data_root())
    inputs, central = plan.inputs, plan.calibration.central()
    steps = programme(inputs, central.behaviour, plan.first_month, plan.flows.outflow[0])
    season = inputs.season[(plan.first_month + np.arange(plan.months)) % 12]
    newcomers = arrivals(central.arrivals.sum() * season, steps.month_edges, inputs.assumed.arrivals,
                         inputs.law.new_entitlement(steps.origin), 1, 1)
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
    """Say the size of one replication and the ratios, with Python's garbage collector as it is and switched off.

    The model switches the collector off while it runs, since it makes no cycles; the yardsticks are shown both ways.
    """
    steps, clients = one_replication()
    log = simulate(steps, clients, 1, 1)
    waits, events = waits_of(log, clients)
    tracemalloc.start()
    simulate(steps, clients, 1, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    seconds = _seconds(steps, clients, waits)
    say(f"one replication, {len(steps.month_edges) - 1} months: {len(clients):,} clients, of them "
        f"{len(clients) - len(waits):,} idle; {events:,} events, {len(log):,} spells, {seconds['model']:.2f} CPU s, "
        f"peak {peak / 2**20:.0f} MiB")
    _say_ratios(say, "collector on", seconds, events)
    gc.disable()
    _say_ratios(say, "collector off", _seconds(steps, clients, waits), events)
    gc.enable()
    report_with_services(say)


def served_replication() -> tuple[Programme, Clients, Offer, Demand]:
    """Programme, clients, services and demand side of the baseline's central draw."""
    plan = make_plan(read_scenario("baseline"), data_root())
    course, services = Course.central(plan), plan.services
    assert services is not None and course.vacancies is not None
    steps = programme(plan.inputs, course.parameters.behaviour, plan.first_month, course.outflow, ways=services.ways)
    clients = Clients.concatenate(plan.opening, newcomers(plan, course.parameters, course.arrivals, steps, (1, 1)))
    demand = demand_programme(services.demand, course.vacancies, steps.origin, plan.months)
    offer = unit_offer(services.plan, clients, services.plan_share, demand.shares, steps.month_edges, 1, 1)
    return steps, clients, offer, Demand(demand)


def report_with_services(say: Callable[[str], None] = print) -> None:
    """Say what a replication with services costs as a multiple of one without, and how many events it has."""
    steps, clients, offer, demand = served_replication()

    seconds = []
    for _ in range(SERVED_ROUNDS):
        plain, began = model_seconds(steps, clients), time.process_time()
        simulate_served(steps, offer, clients, 1, 1, demand)
        seconds.append((plain, time.process_time() - began))
    plain, served = map(min, zip(*seconds, strict=True))
    number, step = count(), simpy.Environment.step

    def counted(environment: simpy.Environment) -> None:
        next(number)
        step(environment)

    with patch.object(simpy.Environment, "step", counted):
        history = simulate_served(steps, offer, clients, 1, 1, demand)
    say(f"with services: {next(number):,} events, {len(history.meetings):,} meetings, "
        f"{len(history.episodes):,} episodes, {len(history.spells):,} spells, {served:.1f} CPU s; "
        f"{served / plain:.1f} times the model without (bar 10)")


def _seconds(steps: Programme, clients: Clients, waits: list[list[float]]) -> dict[str, float]:
    """Best CPU seconds of each, run in turn."""
    runs = {"model": lambda: model_seconds(steps, clients), "bare SimPy": lambda: simpy_seconds(waits),
            "plain heap": lambda: heap_seconds(waits), PATHWAYS: lambda: heap_model_seconds(steps, clients)}
    rounds = [{name: run() for name, run in runs.items()} for _ in range(ROUNDS)]
    return {name: min(each[name] for each in rounds) for name in runs}


def _say_ratios(say: Callable[[str], None], how: str, seconds: dict[str, float], events: int) -> None:
    ratio = {name: each / seconds["model"] for name, each in seconds.items()}
    say(f"{how}: model {events / seconds['model']:,.0f} events/s; {ratio['bare SimPy']:.2f} of bare SimPy (bar 1.0), "
        f"{ratio['plain heap']:.2f} of a plain heap that only waits (bar 0.4), {ratio[PATHWAYS]:.2f} of {PATHWAYS}")


if __name__ == "__main__":
    report()
