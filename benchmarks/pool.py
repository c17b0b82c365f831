"""Pools against SimPy's own resources, on one pathway with the same clients, the same luck and the same times.

A client comes, meets a caseworker, waits for one of some thousands of places at most until the own exit, stays, and
meets a caseworker again, in a lower class. Whole runs are timed in CPU seconds, in turn; the best of each is compared.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections import deque
from collections.abc import Callable

import numpy as np
import simpy

from benchmarks.flow import simpy_seconds
from sim.flow.light import start
from sim.flow.pool import Pool

CLIENTS, HORIZON = 20_000, 1000.0
CASEWORKERS, MEETING, PLACES, STAY, PATIENCE = 5, 0.12, 1900, 100.0, 60.0  # days; both are nearly full
ROUNDS = 5
SIZES = 100, 1_000, 10_000
OPERATIONS = 50_000
STOCK_OPERATIONS = 200  # SimPy's cost grows with the size

Steps = list[list[float]]


def draw_clients() -> list[tuple[float, float, float, float, float]]:
    """(arrival, first meeting, patience, stay, second meeting), in days."""
    draws = np.random.default_rng(1)
    columns = (np.sort(HORIZON * draws.random(CLIENTS)), draws.exponential(MEETING, CLIENTS),
               draws.exponential(PATIENCE, CLIENTS), draws.exponential(STAY, CLIENTS),
               draws.exponential(MEETING, CLIENTS))
    return list(zip(*(column.tolist() for column in columns), strict=True))


def by_pool(clients: list, steps: Steps | None = None) -> tuple[float, list[float]]:
    """CPU seconds, and each client's time of leaving; *steps*, empty lists by client, get the times of all steps."""
    began = time.process_time()
    environment, left = simpy.Environment(), [0.0] * len(clients)
    desk = Pool(environment, [(0, CASEWORKERS)], (0, HORIZON), (0, 1))
    course = Pool(environment, [(0, PLACES)], (0, HORIZON))

    def pathway(client, first, patience, stay, second):
        turn = desk.request(0)
        yield turn
        yield first
        turn.leave()
        place = course.request()
        yield place.within(patience)
        if place.granted is not None:
            yield stay
        place.leave()
        turn = desk.request(1)
        yield turn
        yield second
        turn.leave()
        left[client] = environment.now

    def watched(client, waits):
        for wait in waits:
            yield wait
            if environment.now > steps[client][-1]:
                steps[client].append(environment.now)

    def arrivals():
        now = 0.0
        for client, (arrival, *plan) in enumerate(clients):
            yield arrival - now
            now = environment.now
            if steps:
                steps[client].append(now)
                start(environment, watched(client, pathway(client, *plan)))
            else:
                start(environment, pathway(client, *plan))

    start(environment, arrivals())
    environment.run()
    return time.process_time() - began, left


def by_stock(clients: list) -> tuple[float, list[float]]:
    """The same by simpy.Process and simpy.PriorityResource, written as SimPy's guide does."""
    began = time.process_time()
    environment, left = simpy.Environment(), [0.0] * len(clients)
    desk = simpy.PriorityResource(environment, CASEWORKERS)
    course = simpy.PriorityResource(environment, PLACES)

    def pathway(client, first, patience, stay, second):
        with desk.request(0) as turn:
            yield turn
            yield environment.timeout(first)
        with course.request() as place:
            yield place | environment.timeout(patience)
            if place.triggered:
                yield environment.timeout(stay)
        with desk.request(1) as turn:
            yield turn
            yield environment.timeout(second)
        left[client] = environment.now

    def arrivals():
        now = 0.0
        for client, (arrival, *plan) in enumerate(clients):
            yield environment.timeout(arrival - now)
            now = environment.now
            environment.process(pathway(client, *plan))

    environment.process(arrivals())
    environment.run()
    return time.process_time() - began, left


def pool_microseconds(size: int) -> tuple[float, float]:
    """CPU microseconds of a request and a release, and of a request and giving up, with *size* inside and in line."""
    pool = Pool(simpy.Environment(), [(0, size)], (0, 1))
    tickets = deque(pool.request() for _ in range(2 * size))

    def serve() -> None:
        tickets.append(pool.request())
        tickets.popleft().leave()

    def give_up() -> None:
        pool.request().leave()

    return _microseconds(serve, OPERATIONS), _microseconds(give_up, OPERATIONS)


def stock_microseconds(size: int) -> tuple[float, float]:
    """The same by simpy.PriorityResource."""
    environment = simpy.Environment()
    resource = simpy.PriorityResource(environment, size)
    requests = deque(resource.request() for _ in range(2 * size))

    def serve() -> None:
        requests.append(resource.request())
        resource.release(requests.popleft())
        environment.run()

    def give_up() -> None:
        resource.request().cancel()

    environment.run()
    return _microseconds(serve, STOCK_OPERATIONS), _microseconds(give_up, STOCK_OPERATIONS)


def _microseconds(operation: Callable[[], None], count: int) -> float:
    """Best of some rounds, an operation."""
    best = np.inf
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(count):
            operation()
        best = min(best, time.process_time() - began)
    return best / count * 1e6


def report(say: Callable[[str], None] = print) -> None:
    """Say the ratios, with Python's garbage collector on for SimPy's resources and off, as in the model, for pools."""
    clients = draw_clients()
    steps: Steps = [[] for _ in clients]
    by_pool(clients, steps)
    waits = [np.diff(each, prepend=0.0).tolist() for each in steps]
    events = sum(map(len, waits))
    tracemalloc.start()
    by_pool(clients)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    seconds: dict[str, list[float]] = {name: [] for name in ("pool", "pool, off", "stock", "bare", "bare, off")}
    for _ in range(ROUNDS):
        took, left = by_pool(clients)
        seconds["pool"].append(took)
        took, left_stock = by_stock(clients)
        seconds["stock"].append(took)
        assert left == left_stock, "not the same pathway"
        seconds["bare"].append(simpy_seconds(waits))
        gc.disable()
        seconds["pool, off"].append(by_pool(clients)[0])
        seconds["bare, off"].append(simpy_seconds(waits))
        gc.enable()
    best = {name: min(each) for name, each in seconds.items()}
    say(f"pathway of {CLIENTS:,} clients, {events / CLIENTS:.1f} events each, {PLACES:,} places; peak "
        f"{peak / 2**20:.0f} MiB; pools {CLIENTS / best['pool']:,.0f} clients/s, {events / best['pool']:,.0f} events/s")
    for how in ("", ", off"):
        say(f"collector {'off' if how else 'on'}: {best['bare' + how] / best['pool' + how]:.2f} of the events/s of "
            f"bare SimPy, which only waits (bar 0.8); {best['stock'] / best['pool' + how]:.1f} times the clients/s of "
            f"simpy.PriorityResource, collector on (bar 4)")
    for size in SIZES:
        (serve, give_up), (stock_serve, stock_give_up) = pool_microseconds(size), stock_microseconds(size)
        say(f"{size:,} inside and {size:,} in line: request and release {serve:.2f} µs (SimPy {stock_serve:,.0f}), "
            f"request and giving up {give_up:.2f} µs (SimPy {stock_give_up:,.0f})")


if __name__ == "__main__":
    report()
