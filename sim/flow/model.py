"""The event model: a client's pathway as a generator on a ``simpy.Environment``.

Clients do not meet yet, so one wait a spell is all the behaviour needs. An exit comes where the integrated hazard of
the spell passes an Exp(1) threshold drawn once for that spell; the destination is then drawn in proportion to the
hazards by cause. A factor that changes therefore moves the exit date smoothly and nothing else.
"""

from __future__ import annotations

import gc
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import ceil

import numpy as np
import simpy

from sim.clients.additional import additional_days_since, pension_since
from sim.clients.clients import Clients, State
from sim.clients.counter import meets_work_condition
from sim.flow.draws import entry_draws, exponential, keyed_draws, uniform
from sim.flow.light import Delays, start
from sim.flow.log import EventLog
from sim.flow.programme import Absence, Programme

NEVER = float("inf")
NOON = 0.5  # of the last paid day: no spell begins on the edge of a month, where stocks are counted
NO_MAXIMUM = -1000  # below every counter: of those whom additional days do not concern
# plain integers compare faster
UNEMPLOYED, SHORT_WORK, LASTING_WORK, OUTSIDE, GONE, ADDITIONAL_DAYS = (
    int(state) for state in State if state <= State.GONE or state == State.ADDITIONAL_DAYS)


def simulate(programme: Programme, clients: Clients, seed: int, replication: int,
             launch: Callable = start) -> EventLog:
    """Run all *clients* from entry to the horizon.

    Parameters
    ----------
    programme, clients : with the same origin.
    seed, replication : key of all draws.
    launch : ``light.start``, or ``stock.stock_process`` for SimPy's own processes (same log, slower).

    Returns
    -------
    EventLog : each state every client entered, from entry to the horizon.
    """
    environment = simpy.Environment()
    log = EventLog(programme.horizon)
    back = _first_returns(programme, clients, seed, replication)
    idle = back >= programme.horizon  # away for good as far as we look: one row each, and nothing to run
    log.extend({"client": np.flatnonzero(idle), "state": clients.state[idle], "start": clients.enters[idle],
                "counter": clients.counter[idle], "clock": clients.clock[idle]})
    who = np.flatnonzero(~idle)
    who = who[np.argsort(clients.enters[who], kind="stable")]
    pathway = _pathway(programme, clients.cohort, seed, replication, log.record)
    with _no_garbage_collection():
        launch(environment, _entries(environment, programme, clients, back, who, pathway, launch))
        environment.run()
    return log


def _first_returns(programme: Programme, clients: Clients, seed: int, replication: int) -> np.ndarray:
    """Day on which clients who enter absent come back, given how long they have been away; 0 for the unemployed."""
    back = np.zeros(len(clients))
    draw = entry_draws(seed, replication, "rest of the absence at entry", clients.cohort, exponential)
    for state, absence in programme.absences.items():
        away = clients.state == state
        elapsed = clients.enters[away] - clients.since[away]
        back[away] = clients.since[away] + absence.length(elapsed, draw[away])
    return back


def _entries(environment: simpy.Environment, programme: Programme, clients: Clients, back: np.ndarray,
             who: np.ndarray, pathway: Callable, launch: Callable) -> Delays:
    """Start the pathways of *who*, in order of entry, on their day: the opening stock at once, then arrivals."""
    work_needed = np.array(programme.work_needed)[clients.entitlement]
    additional = additional_days_since(clients, programme.additional_days, programme.origin)
    pension = pension_since(clients, programme.pension_age, programme.origin)
    maximum = np.where(pension < NEVER, clients.maximum_days, NO_MAXIMUM)
    columns = (clients.enters, clients.state, clients.since, back, clients.counter, clients.clock, clients.hazard_row,
               clients.age, clients.work_days, clients.work_until, work_needed, maximum, additional, pension)
    now = 0.0
    for client, entry, *person in zip(who.tolist(), *(column[who].tolist() for column in columns), strict=True):
        if entry > now:
            delay = entry - now
            yield delay
            now += delay  # as the environment adds it, to the last bit
        launch(environment, pathway(client, now, *person))


def _pathway(programme: Programme, cohorts: np.ndarray, seed: int, replication: int, record: Callable) -> Callable:
    """The generator function of one client's pathway, with all it looks up bound once."""
    horizon, edges, month_of_day = programme.horizon, programme.month_edges, programme.month_of_day
    benefit_days, depth, clock_kept = programme.benefit_days, programme.depth, programme.clock_kept
    work_window = programme.work_window
    draws = partial(keyed_draws, seed, replication, cohorts=cohorts)
    threshold = draws("exit from unemployment", make=exponential)
    choice = draws("destination of exit", make=uniform)
    absence_length = {state: draws("length of absence", make=partial(_absence_lengths, absence))
                      for state, absence in programme.absences.items()}

    def pathway(client: int, now: float, state: int, since: float, end: float, counter: int, clock: int, row: int,
                age: int, worked: float, until: float, needed: float, maximum: int, additional: float,
                pension: float) -> Delays:
        """One client from entry on, see Clients; *row* is the hazard row, *end* of an absence at entry."""
        exits, destinations = programme.exits[row], programme.destinations[age]
        work = ((until - worked, until),) if worked else ()
        visit = 0
        record(client, state, now, counter, clock)
        while state < GONE:
            if state == UNEMPLOYED:
                month = month_of_day[int(now)]
                began = month - clock if clock < depth + month else -depth
                end, month = exit_time(exits[began + depth], began if began > 0 else 0, edges, month, now,
                                       threshold(client, visit))
                if counter < maximum:
                    used_up = bisect_left(benefit_days, benefit_days[ceil(now)] + maximum - counter)
                    # old enough on the last paid day, or on pension after it; an exit on that day comes too late
                    if (additional < used_up or pension <= used_up) and used_up <= horizon and used_up < end + 1:
                        delay = used_up - NOON - now
                        yield delay
                        record(client, GONE if used_up >= pension else ADDITIONAL_DAYS, now + delay, maximum, clock)
                        return
                if end >= horizon:
                    return
                delay = end - now
                yield delay
                counter -= benefit_days[ceil(now)]
                now += delay  # as the environment adds it, to the last bit
                counter += benefit_days[ceil(now)]
                clock = month - began
                state = destination(destinations[clock if clock < depth else depth], choice(client, visit))
                if state != GONE:
                    since, end = now, now + absence_length[state](client, visit)
            else:
                if end >= horizon:
                    return
                delay = end - now
                yield delay
                now += delay
                if state != OUTSIDE:
                    work = (*work, (since, now))
                    worked += now - since
                    if worked >= needed and meets_work_condition(work, now, needed, work_window):
                        counter, worked, work = -programme.waiting_days, 0.0, ()
                clock = int(clock * clock_kept[state])
                state = UNEMPLOYED
                visit += 1
            record(client, state, now, counter, clock)

    return pathway


def _absence_lengths(absence: Absence, stream: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return absence.length(0.0, exponential(stream, shape))


def exit_time(integrated: Sequence[float], first: int, edges: list[float], month: int, now: float,
              draw: float) -> tuple[float, int]:
    """Time at which a spell's integrated hazard since *now* reaches *draw*, and its month.

    Parameters
    ----------
    integrated : integrated hazard at each month edge from month *first* on, see Programme.exits.
    edges : first day of each month and the horizon.
    month : month of *now*.

    Returns
    -------
    day from the origin, infinite past the horizon; month from the origin.
    """
    here, begin = month - first, edges[month]
    before = integrated[here]
    passed = (now - begin) / (edges[month + 1] - begin) * (integrated[here + 1] - before)
    target = before + passed + draw
    if target >= integrated[-1]:
        return NEVER, len(edges) - 1
    here = bisect_right(integrated, target, here) - 1
    before, month = integrated[here], here + first
    begin = edges[month]
    part = (target - before) / (integrated[here + 1] - before)
    return begin + part * (edges[month + 1] - begin), month


def destination(shares: tuple[float, float, float], draw: float) -> int:
    """State after an exit, from cumulated *shares* of short work, lasting work and outside, and a uniform *draw*."""
    short, lasting, outside = shares
    if draw < lasting:
        return SHORT_WORK if draw < short else LASTING_WORK
    return OUTSIDE if draw < outside else GONE


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """The model makes no reference cycles; walking its live clients again and again would cost a sixth of the run."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
