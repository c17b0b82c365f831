"""Pricing stored events again: CPU seconds for a million client-months, from a log in memory to the account.

Inside the measurement: periods, prices and payment profile of the law, paid days of every spell, days by cell, days not
yet paid at the start, euros by payment month, slips. Outside: reading the law and the files. The yardstick is a pandas
``groupby`` that only adds up the same paid days by period, benefit and class, once they are there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.ledger import MONTHS, ROUNDS, spells
from scenarios.pricing import Pricing, Terms
from sim.clients.clients import Clients
from sim.law.benefits import Benefit
from sim.law.calendar import month_number, month_start
from sim.law.ladder import Ladder
from sim.law.loader import Law, load_law
from sim.money.payment import PaymentProfile

BEFORE = 6  # months whose days are partly unpaid at the start


def terms(law: Law) -> Terms:
    """Terms of the classes of *law*, with numbers of a common size."""
    first, stream = month_number("2026-09"), np.random.default_rng(2)
    ladder = law.ladder(int(month_start(first)))
    classes = len(ladder.shares)
    return Terms(first, MONTHS, ladder.thresholds, stream.uniform(0.9, 1, classes), stream.normal(0, 0.01, MONTHS),
                 PaymentProfile(4.3, 0.03, 0.8), stream.uniform(0, 50_000, (BEFORE, len(Benefit), classes)),
                 0.25, 0.25)


def with_other_steps(law: Law) -> Law:
    """*law* with another ladder, so that days are cut and counted by the steps of both."""
    steps = Ladder(thresholds=(150, 450, 1000), shares=(0.0, 0.2, 0.4, 0.6))
    return replace(law, ladders=replace(law.ladders, periods=tuple(
        replace(each, value=steps) for each in law.ladders.periods)))


def reprice_seconds(log: pd.DataFrame, people: Clients, priced_by: Terms, law: Law) -> float:
    """CPU seconds from the log to the account."""
    began = time.process_time()
    Pricing(priced_by, law).account(log, people)
    return time.process_time() - began


def yardstick_seconds(log: pd.DataFrame, people: Clients, priced_by: Terms, law: Law) -> float:
    """CPU seconds of pandas for the sums of the same paid days alone."""
    rows = Pricing(priced_by, law).rows(log, people)
    frame = pd.DataFrame({"period": rows.period, "benefit": rows.benefit, "day_class": rows.day_class,
                          "days": rows.days})
    began = time.process_time()
    frame.groupby(["period", "benefit", "day_class"])["days"].sum()
    return time.process_time() - began


def report(say: Callable[[str], None] = print) -> None:
    """Say what pricing a million client-months again costs, under a law with the same ladder and with another."""
    log, people = spells(1_000_000 // MONTHS)
    law = load_law()
    priced_by = terms(law)
    tries = {"the same steps": law, "other steps": with_other_steps(law)}
    rounds = [(yardstick_seconds(log, people, priced_by, law),
               *(reprice_seconds(log, people, priced_by, each) for each in tries.values())) for _ in range(ROUNDS)]
    yardstick, *seconds = (min(each) for each in zip(*rounds, strict=True))
    for name, each in zip(tries, seconds, strict=True):
        say(f"reprice: {1_000_000 // MONTHS * MONTHS:,} client-months, {name}, {each:.3f} CPU s (bar 0.3), "
            f"{each / yardstick:.1f} times a pandas groupby that only adds up the same paid days")


if __name__ == "__main__":
    report()
