"""A spell of unemployment of someone whom no service reaches, and what all spells share.

An exit comes where the integrated hazard of the spell passes an Exp(1) threshold drawn once for that spell; the
destination is then drawn in proportion to the hazards by cause. A factor that changes therefore moves the exit date
smoothly and nothing else. Without services nothing changes the hazard on the way, so one wait a spell is all there is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Sequence
from math import ceil
from typing import NamedTuple

from sim.clients.clients import State
from sim.flow.light import Either
from sim.flow.pool import NEVER, Ticket
from sim.flow.programme import Programme

GRID = 2.0**32
NOON = 0.5  # of the last paid day: no spell begins on the edge of a month, where stocks are counted
# plain integers compare faster
UNEMPLOYED, SHORT_WORK, LASTING_WORK, OUTSIDE, GONE, ADDITIONAL_DAYS = (
    int(state) for state in (State.UNEMPLOYED, State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE, State.GONE,
                             State.ADDITIONAL_DAYS))


class Begins(NamedTuple):
    """A spell of unemployment as it begins.

    Attributes
    ----------
    client, visit : whose, and how many the client has had since entry.
    now, month : day from the origin, and its month.
    clock : month of spell as the hazards see it.
    row, age : hazard row and age group.
    counter : paid days so far.
    maximum, additional, pension : days of allowance, and days from the origin from which additional days and pension
        come in their place.
    """

    client: int
    visit: int
    now: float
    month: int
    clock: int
    row: int
    age: int
    counter: int
    maximum: int
    additional: float
    pension: float


class Leaves(NamedTuple):
    """How a spell ends.

    Attributes
    ----------
    state : where to.
    now : day from the origin.
    clock : month of spell, which the absence may keep a part of.
    until : day on which the absence ends; None where the return hazards of *state* say it.
    follows : state after the absence.
    place : held for the length of the absence.
    accrues : days of work after which a share of it counts towards the work condition, and that share; it has no
        meaning outside the labour force.
    """

    state: int
    now: float
    clock: int
    until: float | None = None
    follows: int = UNEMPLOYED
    place: Ticket | None = None
    accrues: tuple[float, float] = (0.0, 1.0)


Spell = Generator[float | Either, None, Leaves | None]  # None: the horizon cuts it
Spells = Callable[[Begins], Spell]


def unaided(programme: Programme, threshold: Callable[[int, int], float],
            choice: Callable[[int, int], float]) -> Spells:
    """The spells of clients without services."""
    exits, depth, edges = programme.exits, programme.depth, programme.month_edges
    horizon, benefit_days, destinations = programme.horizon, programme.benefit_days, programme.destinations

    def spell(begins: Begins) -> Spell:
        client, visit, now, month, clock, row, age, counter, maximum, additional, pension = begins
        began = month - clock if clock < depth + month else -depth
        end, month = exit_time(exits[row][began + depth], began if began > 0 else 0, edges, month, now,
                               threshold(client, visit))
        if counter < maximum:
            used_up = last_day_of_allowance(benefit_days, now, maximum - counter)
            if ends_with_allowance(used_up, additional, pension) and used_up <= horizon and used_up < end + 1:
                yield used_up - NOON - now
                return Leaves(GONE if used_up >= pension else ADDITIONAL_DAYS, used_up - NOON, clock)
        if end >= horizon:
            return None
        end = on_grid(end)
        yield end - now
        clock = month - began
        return Leaves(destination(destinations[age][clock if clock < depth else depth], choice(client, visit)), end,
                      clock)

    return spell


def on_grid(time: float) -> float:
    """*time* to the nearest 2⁻³² day, 20 microseconds: sums and differences of such times are exact.

    So the environment's clock shows at the end of a wait the time that was meant, to the last bit, whether or not
    something else woke the client on the way.
    """
    return round(time * GRID) / GRID if time < NEVER else time


def last_day_of_allowance(benefit_days: Sequence[int], now: float, days: int) -> int:
    """Day from the origin at whose end *days* more benefit days are paid; past the horizon where that is later."""
    return bisect_left(benefit_days, benefit_days[ceil(now)] + days)


def ends_with_allowance(used_up: int, additional: float, pension: float) -> bool:
    """Whether the client is old enough on the last paid day, or on pension after it; an exit on that day comes late."""
    return additional < used_up or pension <= used_up


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
