"""New clients: how many arrive in each month, when, and who they are."""

from __future__ import annotations

import numpy as np
from scipy.stats import poisson
from scipy.stats.qmc import Halton

from sim.clients.assumptions import Arrivals
from sim.clients.clients import AGE_GROUPS, YOUNGEST, Clients, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.streams import generator
from sim.law.benefits import Entitlement
from sim.law.loader import NewEntitlement

POINTS = 256  # a month, of an even spread over all kinds of new clients
DRAWS = 7  # numbers that decide on a new client: the day, and six of who it is


def arrivals(expected: np.ndarray, month_edges: list[float], who: Arrivals, brings: NewEntitlement,
             seed: int, replication: int) -> Clients:
    """Clients who arrive in each month, Poisson in number and uniform in time.

    Each month is a cohort with streams of its own, and its count comes from one uniform draw by inversion: more
    expected arrivals add clients at the end of a cohort and change no one who was there before.

    Parameters
    ----------
    expected : expected arrivals by month from the origin.
    month_edges : first day of each month and the horizon, days from the origin.
    who : shares of new clients.
    brings : waiting days and maxima of a new entitlement.
    """
    months = []
    for month, mean in enumerate(expected):
        def uniform(purpose: str, count: int, month: int = month) -> np.ndarray:
            return generator(seed, replication, purpose, month).random(count)

        count = int(poisson.ppf(uniform("number of arrivals", 1)[0], mean))
        enters = month_edges[month] + uniform("day of arrival", count) * (month_edges[month + 1] - month_edges[month])
        months.append(_newcomers(month, enters, who, brings, uniform))
    return Clients.concatenate(*months)


def expected_arrivals(expected: np.ndarray, month_edges: list[float], who: Arrivals,
                      brings: NewEntitlement) -> tuple[Clients, np.ndarray]:
    """The expectation of ``arrivals``: clients of all kinds, and how many people each stands for.

    POINTS clients a month, of equal weight. Their numbers are Halton's sequence, which goes on from month to month and
    is more even than chance: a share of clients among them is off by about a thousandth over a year.
    """
    sequence, months = Halton(DRAWS, scramble=False), []
    for month in range(len(expected)):
        day, *numbers = sequence.random(POINTS).T
        given = iter(numbers)
        enters = month_edges[month] + day * (month_edges[month + 1] - month_edges[month])
        months.append(_newcomers(month, enters, who, brings, lambda purpose, count, given=given: next(given)))
    return Clients.concatenate(*months), np.repeat(np.asarray(expected, float) / POINTS, POINTS)


def _newcomers(month: int, enters: np.ndarray, who: Arrivals, brings: NewEntitlement, uniform) -> Clients:
    count = len(enters)
    age = np.searchsorted(np.cumsum(who.age.array)[:-1], uniform("age group", count), side="right")
    entitlement = _entitlement(who, age, uniform("entitlement", count))
    maximum_days = _maximum_days(who, brings, age, uniform("maximum days", count))
    years = _years(who, age, maximum_days == brings.senior, uniform("years of age", count))
    return Clients(
        cohort=np.full(count, month, np.int32),
        enters=enters,
        state=np.full(count, State.UNEMPLOYED, np.int8),
        since=enters,
        counter=np.full(count, -brings.waiting_days, np.int32),
        clock=np.zeros(count, np.int32),
        age=age.astype(np.int8),
        born=np.floor(enters - years * 12 * DAYS_PER_MONTH).astype(np.int32),
        foreign_language=uniform("language", count) < float(who.foreign_language),
        reduced_ability=uniform("work ability", count) < float(who.reduced_ability),
        entitlement=entitlement,
        maximum_days=maximum_days,
        work_days=np.zeros(count),
        work_until=enters,
    )


def _entitlement(who: Arrivals, age: np.ndarray, draw: np.ndarray) -> np.ndarray:
    earnings_related, basic = who.earnings_related.array[age], float(who.basic)
    return np.select(
        [draw < earnings_related, draw < earnings_related + basic],
        [Entitlement.EARNINGS_RELATED, Entitlement.BASIC], Entitlement.LABOUR_MARKET,
    ).astype(np.int8)


def _maximum_days(who: Arrivals, brings: NewEntitlement, age: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Fewest after a short work history, most for many of the oldest, the middle maximum for the rest."""
    oldest = age == len(AGE_GROUPS) - 1
    long = oldest & (draw > 1 - float(who.maximum_500))
    short = ~oldest & (draw < float(who.maximum_300))
    return np.select([short, long], [brings.short_history, brings.senior], brings.long_history).astype(np.int16)


def _years(who: Arrivals, age: np.ndarray, senior: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """Years of age, evenly over the age group; with the maximum of a *senior* evenly over the ages that have it."""
    first, after = who.senior_ages.array
    low = np.where(senior, first, np.array(YOUNGEST)[age])
    high = np.where(senior, after, np.array([*YOUNGEST[1:], first])[age])
    return low + draw * (high - low)
