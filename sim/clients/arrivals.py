"""New clients: how many arrive in each month, when, and who they are."""

from __future__ import annotations

import numpy as np
from scipy.stats import poisson

from sim.clients.assumptions import Arrivals
from sim.clients.clients import AGE_GROUPS, Clients, State
from sim.clients.streams import generator
from sim.law.benefits import Entitlement


def arrivals(expected: np.ndarray, month_edges: list[float], who: Arrivals, waiting_days: int,
             seed: int, replication: int) -> Clients:
    """Clients who arrive in each month, Poisson in number and uniform in time.

    Each month is a cohort with streams of its own, and its count comes from one uniform draw by inversion: more
    expected arrivals add clients at the end of a cohort and change no one who was there before.

    Parameters
    ----------
    expected : expected arrivals by month from the origin.
    month_edges : first day of each month and the horizon, days from the origin.
    who : shares of new clients.
    waiting_days : benefit days before the first paid one.
    """
    months = []
    for month, mean in enumerate(expected):
        def uniform(purpose: str, count: int, month: int = month) -> np.ndarray:
            return generator(seed, replication, purpose, month).random(count)

        count = int(poisson.ppf(uniform("number of arrivals", 1)[0], mean))
        enters = month_edges[month] + uniform("day of arrival", count) * (month_edges[month + 1] - month_edges[month])
        months.append(_newcomers(month, enters, who, waiting_days, uniform))
    return Clients.concatenate(*months)


def _newcomers(month: int, enters: np.ndarray, who: Arrivals, waiting_days: int, uniform) -> Clients:
    count = len(enters)
    age = np.searchsorted(np.cumsum(who.age.array)[:-1], uniform("age group", count), side="right")
    entitlement = _entitlement(who, age, uniform("entitlement", count))
    return Clients(
        cohort=np.full(count, month, np.int32),
        enters=enters,
        state=np.full(count, State.UNEMPLOYED, np.int8),
        since=enters,
        counter=np.full(count, -waiting_days, np.int32),
        clock=np.zeros(count, np.int32),
        age=age.astype(np.int8),
        foreign_language=uniform("language", count) < float(who.foreign_language),
        reduced_ability=uniform("work ability", count) < float(who.reduced_ability),
        entitlement=entitlement,
        maximum_days=_maximum_days(who, age, uniform("maximum days", count)),
        work_days=np.zeros(count),
        work_until=enters,
    )


def _entitlement(who: Arrivals, age: np.ndarray, draw: np.ndarray) -> np.ndarray:
    earnings_related, basic = who.earnings_related.array[age], float(who.basic)
    return np.select(
        [draw < earnings_related, draw < earnings_related + basic],
        [Entitlement.EARNINGS_RELATED, Entitlement.BASIC], Entitlement.LABOUR_MARKET,
    ).astype(np.int8)


def _maximum_days(who: Arrivals, age: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """300 days after a short work history, 500 for many of the oldest, 400 for the rest."""
    oldest = age == len(AGE_GROUPS) - 1
    long = oldest & (draw > 1 - float(who.maximum_500))
    return np.select([draw < float(who.maximum_300) * ~oldest, long], [300, 500], 400).astype(np.int16)
