"""Histories of clients, and the ledger as a loop over their days: plain Python, dates and a dictionary."""

from bisect import bisect_left
from collections import Counter
from datetime import date, timedelta
from math import ceil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from sim.clients.clients import OPENING, Clients, State
from sim.law import load_law
from sim.law.calendar import day_number

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")

ORIGIN = date(2025, 11, 1)
WINDOW = date(2026, 1, 1), date(2028, 7, 1)  # 30 months, with the new benefit of 1.5.2026 and the leap day of 2028
LAST_DAY_OF_CLASS = [100, 200, 300, 400, 700]
GENERAL_SUPPORT_FROM = date(2026, 5, 1)


@pytest.fixture(scope="session")
def law():
    return load_law()


@pytest.fixture(scope="session")
def make_clients():
    """Clients of whom the ledger needs only what they are entitled to and for how long."""

    def make(entitlement, maximum_days):
        count = len(entitlement)
        zeros = np.zeros(count)
        return Clients(
            cohort=np.full(count, OPENING), enters=zeros, state=np.zeros(count, int), since=zeros,
            counter=np.zeros(count, int), clock=np.zeros(count, int), age=np.zeros(count, int),
            born=np.zeros(count, int),
            foreign_language=zeros.astype(bool), reduced_ability=zeros.astype(bool),
            entitlement=np.array(entitlement, np.int8), maximum_days=np.array(maximum_days, np.int16), work_days=zeros,
            work_until=zeros)

    return make


@pytest.fixture(scope="session")
def spells():
    """A log from rows (client, state, start, end, counter)."""
    return lambda rows: pd.DataFrame(rows, columns=["client", "state", "start", "end", "counter"])


def benefit_of(entitlement, maximum_days, number, day):
    """0 labour market subsidy, 1 basic, 2 earnings-related allowance, 3 general support (Kela 17.12.2025)."""
    if entitlement == 2 and number <= maximum_days:
        return 2
    if day >= GENERAL_SUPPORT_FROM:
        return 3
    return 1 if entitlement == 1 and number <= maximum_days else 0


def paid_days_by_loop(log, clients, origin=ORIGIN, first=WINDOW[0], last=WINDOW[1]):
    """Every day of every spell in turn: {(month, benefit, class, number of the paid day): how often it was paid}."""
    paid = Counter()
    for row in log.itertuples():
        if row.state != State.UNEMPLOYED:
            continue
        number, entitlement = row.counter, clients.entitlement[row.client]
        for place in range(ceil(row.start), ceil(row.end)):
            day = origin + timedelta(place)
            if day.weekday() >= 5:
                continue
            number += 1
            if number >= 1 and first <= day < last:
                benefit = benefit_of(entitlement, clients.maximum_days[row.client], number, day)
                paid[(day.year, day.month), benefit, bisect_left(LAST_DAY_OF_CLASS, number), number] += 1
    return paid


def history(draws, client):
    """One client's spells: anything from one long spell to many in a month, the counter carried along day by day."""
    rows, now = [], float(draws.choice([0, draws.uniform(0, 400)]))
    counter = int(draws.choice([-7, -3, 0, 95, 290, 399, 695, draws.integers(-7, 1500)]))
    longest = draws.choice([3, 20, 150, 700])
    while now < 1100:
        end = now + float(draws.choice([draws.uniform(0, longest), draws.integers(0, longest)]))
        rows.append((client, State.UNEMPLOYED, now, end, counter))
        counter += sum((ORIGIN + timedelta(day)).weekday() < 5 for day in range(ceil(now), ceil(end)))
        now = end + draws.uniform(0, longest)
        rows.append((client, draws.choice([State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE]), end, now, counter))
        if draws.random() < 0.1:
            counter = -7
    return rows


@pytest.fixture(scope="session")
def histories(make_clients, spells):
    """A thousand random clients: their table, their log, and the loop's answer."""
    draws = np.random.default_rng(398)
    clients = make_clients(draws.integers(0, 3, 1000), draws.choice([300, 400, 500], 1000))
    log = spells([row for client in range(1000) for row in history(draws, client)])
    return SimpleNamespace(clients=clients, log=log, paid=paid_days_by_loop(log, clients), origin=day_number(ORIGIN))
