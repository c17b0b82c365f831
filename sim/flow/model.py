"""The event model: a client's pathway as a generator on a ``simpy.Environment``.

Clients do not meet yet, so one wait a spell is all the behaviour needs. The time of an exit is where the integrated
hazard of the spell passes an Exp(1) threshold drawn once for that spell; the destination is then drawn in proportion
to the hazards by cause. A factor that changes therefore moves the exit date smoothly and nothing else.
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from collections.abc import Callable
from contextlib import contextmanager
from math import ceil

import numpy as np
import simpy

from sim.clients.clients import Clients, State
from sim.clients.counter import meets_work_condition
from sim.flow.draws import BLOCK, Draws
from sim.flow.light import start
from sim.flow.log import EventLog
from sim.flow.programme import Programme

UNEMPLOYED, SHORT_WORK, LASTING_WORK, OUTSIDE, GONE = State
FAR = float("inf")


def simulate(programme: Programme, clients: Clients, seed: int, replication: int,
             launch: Callable = start) -> EventLog:
    """Run all *clients* from entry to the horizon.

    Parameters
    ----------
    programme, clients : with the same origin.
    seed, replication : key of all draws.
    launch : ``light.start``, or ``light.stock_process`` for SimPy's own processes (same log, slower).

    Returns
    -------
    EventLog : spells that tile each client's time from entry to the horizon.
    """
    environment = simpy.Environment()
    log = EventLog()
    pathway = _pathway(programme, clients, seed, replication, log)
    with _no_garbage_collection():
        launch(environment, _entries(environment, clients, pathway, launch))
        environment.run()
    return log


def _entries(environment: simpy.Environment, clients: Clients, pathway: Callable, launch: Callable):
    """Start each client's pathway on the day of entry: the opening stock at once, then arrivals in order."""
    enters = clients.enters
    now = 0.0
    for client in np.argsort(enters, kind="stable").tolist():
        delay = float(enters[client]) - now
        if delay > 0:
            yield delay
            now = now + delay
        launch(environment, pathway(client, now))


def _pathway(programme: Programme, clients: Clients, seed: int, replication: int, log: EventLog) -> Callable:
    """The generator function of one client's pathway, with all it looks up bound once."""
    horizon, edges, month_of_day = programme.horizon, programme.month_edges, programme.month_of_day
    benefit_days, depth = programme.benefit_days, programme.depth
    key = seed, replication
    thresholds = Draws(*key, "exit from unemployment", clients.cohort, "exponential")
    choices = Draws(*key, "destination of exit", clients.cohort, "uniform")
    returns = Draws(*key, "return to unemployment", clients.cohort, "exponential")
    exit_tables = [programme.exits[row] for row in clients.hazard_row.tolist()]
    destination_tables = [programme.destinations[age] for age in clients.age.tolist()]
    states, sinces = clients.state.tolist(), clients.since.tolist()
    counters, clocks = clients.counter.tolist(), clients.clock.tolist()
    write = [column.append for column in log.columns.values()]
    write_client, write_state, write_start, write_end, write_counter, write_clock, write_open = write

    def record(client, state, begin, end, counter, clock, is_open):
        write_client(client)
        write_state(state)
        write_start(begin)
        write_end(end)
        write_counter(counter)
        write_clock(clock)
        write_open(is_open)

    def pathway(client: int, now: float):
        state, since, counter = states[client], sinces[client], counters[client]
        exits, destinations = exit_tables[client], destination_tables[client]
        work = [(clients.work_until[client] - clients.work_days[client], clients.work_until[client])]
        clock = clocks[client]
        visit = 0
        while True:
            place = client * BLOCK + visit
            if state == UNEMPLOYED:
                month = month_of_day[int(now)]
                first = max(month - clock, -depth)
                integrated = exits[first + depth]
                here = month - first if first > 0 else month
                step = integrated[here + 1] - integrated[here]
                passed = integrated[here] + step * (now - edges[month]) / (edges[month + 1] - edges[month])
                target = passed + (thresholds.values[place] if visit < BLOCK else thresholds.beyond(client, visit))
                index = bisect_right(integrated, target) - 1
                leaves = index + (first if first > 0 else 0)
                if leaves >= len(edges) - 1:
                    record(client, UNEMPLOYED, now, horizon, counter, clock, True)
                    return
                end = edges[leaves] + (target - integrated[index]) / (integrated[index + 1] - integrated[index]) * (
                    edges[leaves + 1] - edges[leaves])
                delay = end - now
                yield delay
                begin, now = now, now + delay  # as the environment adds it, to the last bit
                record(client, UNEMPLOYED, begin, now, counter, clock, False)
                counter += benefit_days[ceil(now)] - benefit_days[ceil(begin)]
                clock = leaves - first
                short, lasting, outside = destinations[min(clock, depth)]
                choice = choices.values[place] if visit < BLOCK else choices.beyond(client, visit)
                state = (SHORT_WORK if choice < short else LASTING_WORK if choice < lasting
                         else OUTSIDE if choice < outside else GONE)
                since = now
            elif state == GONE:
                record(client, GONE, now, horizon, counter, clock, True)
                return
            else:
                draw = returns.values[place] if visit < BLOCK else returns.beyond(client, visit)
                end = since + _absence(programme.absences[state], now - since, draw)
                if end >= horizon:
                    record(client, state, now, horizon, counter, clock, True)
                    return
                delay = end - now
                yield delay
                begin, now = now, now + delay
                record(client, state, begin, now, counter, clock, False)
                if state != OUTSIDE:
                    work.append((since, now))
                    if meets_work_condition(work, now, programme.work_needed, programme.work_window):
                        counter = -programme.waiting_days
                        work.clear()
                clock = int(clock * programme.clock_kept[state])
                state, since = UNEMPLOYED, now
                visit += 1

    return pathway


def _absence(absence, elapsed: float, draw: float) -> float:
    """Length in days of an absence that has lasted *elapsed* days, by inversion of its integrated hazard."""
    band = bisect_right(absence.edges, elapsed) - 1
    target = absence.integrated[band] + (elapsed - absence.edges[band]) * absence.rates[band] + draw
    band = bisect_right(absence.integrated, target) - 1
    return absence.edges[band] + (target - absence.integrated[band]) / absence.rates[band]


@contextmanager
def _no_garbage_collection():
    """The model makes no reference cycles worth collecting; walking its live clients costs a sixth of the run."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
