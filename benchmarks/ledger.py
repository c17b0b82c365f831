"""The paid-day ledger: CPU seconds for a million client-months, and that cost follows client-months, not days."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.clients.clients import Clients, State
from sim.law.calendar import month_number, month_start
from sim.law.loader import load_law
from sim.money.account import account, daily_prices
from sim.money.ledger import Periods, paid_day_rows
from sim.money.payment import PaymentProfile, payment_matrix

MONTHS = 28
ROUNDS = 5


def spells(clients: int, share_of_month: float = 1.0) -> tuple[pd.DataFrame, Clients]:
    """One spell a client over all months, or one a month that fills *share_of_month* of it."""
    stream = np.random.default_rng(1)
    edges = (month_start(month_number("2026-09") + np.arange(MONTHS + 1)) - month_start(month_number("2026-09"))) * 1.0
    counter = stream.integers(-7, 1500, clients)
    if share_of_month == 1.0:
        client, start, end = np.arange(clients), np.full(clients, edges[0]), np.full(clients, edges[-1])
    else:
        client = np.repeat(np.arange(clients), MONTHS)
        start = np.tile(edges[:-1], clients)
        end = start + np.tile(np.diff(edges), clients) * share_of_month
    log = pd.DataFrame({"client": client, "state": int(State.UNEMPLOYED), "start": start, "end": end,
                        "counter": counter[client]})
    zeros = np.zeros(clients)
    people = Clients(cohort=zeros.astype(int), enters=zeros, state=zeros.astype(np.int8), since=zeros, counter=counter,
                     clock=zeros.astype(int), born=zeros.astype(int), age=zeros.astype(int),
                     foreign_language=zeros.astype(bool),
                     reduced_ability=zeros.astype(bool), entitlement=stream.integers(0, 3, clients).astype(np.int8),
                     maximum_days=stream.choice([300, 400, 500], clients), work_days=zeros, work_until=zeros)
    return log, people


def ledger_seconds(log: pd.DataFrame, people: Clients) -> tuple[float, int]:
    """CPU seconds from spells to the account, and rows of paid days."""
    law, first = load_law(), month_number("2026-09")
    began = time.process_time()
    periods = Periods.of_months(first, MONTHS, law)
    rows = paid_day_rows(log, people, int(month_start(first)), periods, law)
    classes = len(law.ladder(int(periods.edges[0])).shares)
    matrix = payment_matrix(periods, first, MONTHS, PaymentProfile(4.3, 0.03, 0.8))
    account(rows.totals(len(periods), classes), daily_prices(law, periods, np.ones(classes)), matrix)
    return time.process_time() - began, len(rows)


def report(say: Callable[[str], None] = print) -> None:
    """Say the cost of a million client-months, and of months filled to a fifth and to four fifths."""
    log, people = spells(1_000_000 // MONTHS)
    seconds, rows = min(ledger_seconds(log, people) for _ in range(ROUNDS))
    say(f"ledger: {1_000_000 // MONTHS * MONTHS:,} client-months, {rows:,} rows, {seconds:.3f} CPU s (bar 0.3)")
    short, long = (min(ledger_seconds(*spells(10_000, share))[0] for _ in range(ROUNDS)) for share in (0.2, 0.8))
    say(f"ledger: four times the days in as many client-months cost {long / short:.2f} times as much")


if __name__ == "__main__":
    report()
