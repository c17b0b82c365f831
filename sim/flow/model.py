"""The event model: a client's pathway as a generator on a ``simpy.Environment``.

A pathway is spells of unemployment and absences in turn. What happens within a spell is a generator of its own, which
tells in the end where to: ``spell.unaided`` where nothing but the hazards acts, ``need_led`` and ``demand_led``
where services do.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import ceil

import numpy as np
import simpy

from sim.clients.additional import additional_days_since, pension_since
from sim.clients.clients import Clients
from sim.clients.counter import meets_work_condition
from sim.flow.draws import Draw, entry_draws, exponential, keyed_draws, uniform
from sim.flow.light import Delays, Waits, start
from sim.flow.log import EventLog
from sim.flow.programme import Absence, Programme
from sim.flow.spell import GRID, NEVER, OUTSIDE, UNEMPLOYED, Begins, Leaves, Spells, on_grid, unaided

NO_MAXIMUM = -1000  # below every counter: of those whom additional days do not concern


@dataclass(frozen=True)
class Luck:
    """The draws that decide on exits, see ``spell``."""

    threshold: Draw
    choice: Draw


@dataclass(frozen=True)
class Arrangement:
    """What services put in the place of unaided spells: the spells, and who is in subsidised work at the origin."""

    spells: Spells
    away: Mapping[int, Leaves] = field(default_factory=dict)


Arrange = Callable[[simpy.Environment, EventLog, Luck], Arrangement]


def simulate(programme: Programme, clients: Clients, seed: int, replication: int, launch: Callable = start,
             arrange: Arrange | None = None) -> EventLog:
    """Run all *clients* from entry to the horizon.

    Parameters
    ----------
    programme, clients : with the same origin.
    seed, replication : key of all draws.
    launch : ``light.start``, or ``stock.stock_process`` for SimPy's own processes (same log, slower).
    arrange : opens the services on the environment; there are none without it.

    Returns
    -------
    EventLog : each state every client entered, from entry to the horizon.
    """
    environment = simpy.Environment()
    log = EventLog(programme.horizon)
    draws = partial(keyed_draws, seed, replication, cohorts=clients.cohort)
    luck = Luck(draws("exit from unemployment", make=exponential), draws("destination of exit", make=uniform))
    arranged = (arrange(environment, log, luck) if arrange
                else Arrangement(unaided(programme, luck.threshold, luck.choice)))
    back = _first_returns(programme, clients, seed, replication)
    back[list(arranged.away)] = 0.0
    idle = back >= programme.horizon  # away for good as far as we look: one row each, and nothing to run
    log.extend({"client": np.flatnonzero(idle), "state": clients.state[idle], "start": clients.enters[idle],
                "counter": clients.counter[idle], "clock": clients.clock[idle]})
    who = np.flatnonzero(~idle)
    who = who[np.argsort(clients.enters[who], kind="stable")]
    pathway = _pathway(programme, arranged, draws, log.record)
    with _no_garbage_collection():
        launch(environment, _entries(environment, programme, clients, back, who, pathway, launch))
        environment.run(until=programme.horizon if arrange else None)
    return log


def _first_returns(programme: Programme, clients: Clients, seed: int, replication: int) -> np.ndarray:
    """Day on which clients who enter absent come back, given how long they have been away; 0 for the unemployed."""
    back = np.zeros(len(clients))
    draw = entry_draws(seed, replication, "rest of the absence at entry", clients.cohort, exponential)
    for state, absence in programme.absences.items():
        away = clients.state == state
        elapsed = clients.enters[away] - clients.since[away]
        back[away] = clients.since[away] + absence.length(elapsed, draw[away])
    return np.round(back * GRID) / GRID


def _entries(environment: simpy.Environment, programme: Programme, clients: Clients, back: np.ndarray,
             who: np.ndarray, pathway: Callable, launch: Callable) -> Delays:
    """Start the pathways of *who*, in order of entry, on their day: the opening stock at once, then arrivals."""
    work_needed = np.array(programme.work_needed)[clients.entitlement]
    additional = additional_days_since(clients, programme.additional_days, programme.origin)
    pension = pension_since(clients, programme.pension_age, programme.origin)
    maximum = np.where(pension < NEVER, clients.maximum_days, NO_MAXIMUM)
    enters = np.round(clients.enters * GRID) / GRID
    columns = (enters, clients.state, clients.since, back, clients.counter, clients.clock, clients.hazard_row,
               clients.age, clients.work_days, clients.work_until, work_needed, maximum, additional, pension)
    now = 0.0
    for client, entry, *person in zip(who.tolist(), *(column[who].tolist() for column in columns), strict=True):
        if entry > now:
            yield entry - now
            now = entry
        launch(environment, pathway(client, now, *person))


def _pathway(programme: Programme, arranged: Arrangement, draws: Callable, record: Callable) -> Callable:
    """The generator function of one client's pathway, with all it looks up bound once."""
    horizon, month_of_day, benefit_days = programme.horizon, programme.month_of_day, programme.benefit_days
    clock_kept, work_window, spells = programme.clock_kept, programme.work_window, arranged.spells
    length = {state: draws("length of absence", make=partial(_absence_lengths, absence))
              for state, absence in programme.absences.items()}

    def returns(state: int, now: float, client: int, visit: int) -> float | None:
        """Day on which an absence that begins now ends by its hazards; None for good."""
        return on_grid(now + length[state](client, visit)) if state in length else None

    def pathway(client: int, now: float, state: int, since: float, end: float, counter: int, clock: int, row: int,
                age: int, worked: float, until: float, needed: float, maximum: int, additional: float,
                pension: float) -> Waits:
        """One client from entry on, see Clients; *row* is the hazard row, *end* of an absence at entry."""
        work = ((until - worked, until),) if worked else ()
        visit = 0
        away = Leaves(state, since, clock, end if state in length else None)
        if client in arranged.away:
            away = arranged.away[client]
            state = away.state
        record(client, state, now, counter, clock)
        while True:
            if state == UNEMPLOYED:
                left = yield from spells(Begins(client, visit, now, month_of_day[int(now)], clock, row, age, counter,
                                                maximum, additional, pension))
                if left is None:
                    return
                counter += benefit_days[ceil(left.now)] - benefit_days[ceil(now)]
                state, now, clock = left.state, left.now, left.clock
                away = left if left.until is not None else left._replace(until=returns(state, now, client, visit))
            else:
                if away.until is None or away.until >= horizon:
                    return
                yield away.until - now
                now = away.until
                if away.place is not None:
                    away.place.leave()
                done = _work_done(away, now)
                if done:
                    work = (*work, done)
                    worked += done[1] - done[0]
                    if worked >= needed and meets_work_condition(work, now, needed, work_window):
                        counter, worked, work = -programme.waiting_days, 0.0, ()
                state = away.follows
                if state == UNEMPLOYED:
                    clock = int(clock * clock_kept[away.state])
                    visit += 1
                else:
                    away = Leaves(state, now, clock, returns(state, now, client, visit))
            record(client, state, now, counter, clock)

    return pathway


def _work_done(away: Leaves, now: float) -> tuple[float, float] | None:
    """First and last day of what an absence that ends *now* adds to the work condition, None if nothing."""
    if away.state == OUTSIDE:
        return None
    free, share = away.accrues
    begin = away.now + free if share == 1.0 else now - share * (now - away.now - free)
    return (begin, now) if begin < now else None


def _absence_lengths(absence: Absence, stream: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return absence.length(0.0, exponential(stream, shape))


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
