"""Durations from own spells: CPU seconds for 50,000 spells, against half of them and against Cox's regression alone.

The spells are simulated day by day from known hazards; the tests hold the estimates against them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from forecasting.durations import estimate, observe
from forecasting.durations.cox import cox
from sim.clients.clients import AGE_GROUPS
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.hazards import TOLD_APART

SPELLS = 50_000
ROUNDS = 3
BANDS = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48)
HAZARDS = np.array([  # a month, by age group and band; of people without flags, in a mean month
    [.30, .26, .24, .22, .20, .17, .15, .13, .10, .08, .08],
    [.25, .20, .17, .15, .12, .10, .08, .07, .06, .05, .04],
    [.20, .15, .12, .10, .08, .06, .05, .04, .035, .03, .025]])
AGES, FOREIGN, REDUCED = (0.24, 0.48, 0.28), 0.14, 0.08  # shares of new spells
FOREIGN_FACTOR, REDUCED_FACTOR = 0.90, 0.60
SEASON = 1 + 0.2 * np.cos(2 * np.pi * (np.arange(12) - 6) / 12)
SERVICE, WORK = (0.22, 0.30, 0.35), (0.47, 0.34, 0.21)  # shares of exits in months of spell 0-5, 6-11, 12-


def simulated_spells(count: int, stream: np.random.Generator, first: str = "2019-01-01",
                     until: str = "2026-01-01") -> pd.DataFrame:
    """*count* spells as sources.spells reads them, begun evenly over [first, until) and running on at *until*."""
    begin, last = np.datetime64(first, "D"), np.datetime64(until, "D")
    start = begin + stream.integers(0, int((last - begin).astype(int)), count)
    age = stream.choice(3, count, p=AGES)
    foreign, reduced = stream.random(count) < FOREIGN, stream.random(count) < REDUCED
    factor = np.where(foreign, FOREIGN_FACTOR, 1.0) * np.where(reduced, REDUCED_FACTOR, 1.0)
    hazards = HAZARDS[:, np.digitize(np.arange(TOLD_APART + 1), BANDS) - 1] / DAYS_PER_MONTH
    left, begun = stream.exponential(size=count), start.astype("datetime64[M]")
    end, exit_month = np.full(count, np.datetime64("NaT", "D")), np.zeros(count, int)
    alive = np.arange(count)
    for month in range(int((last.astype("datetime64[M]") - begun.min()).astype(int)) + 1):
        now = begun[alive] + month
        low = np.maximum(start[alive], now.astype("datetime64[D]"))
        days = ((now + 1).astype("datetime64[D]") - low).astype(int)
        rate = hazards[age[alive], min(month, TOLD_APART)] * factor[alive] * SEASON[now.astype(int) % 12]
        leaves = left[alive] < rate * days
        gone = alive[leaves]
        end[gone] = low[leaves] + np.ceil(left[gone] / rate[leaves]).astype(int)
        exit_month[gone] = month
        left[alive] -= rate * days
        alive = alive[~leaves]
    end[end > last] = np.datetime64("NaT")
    service, work = (np.array(share)[np.digitize(exit_month, [6, 12])] for share in (SERVICE, WORK))
    luck = stream.random(count)
    exits = np.where(luck < work, "work", np.where(luck < work + service, "service", "other"))
    return pd.DataFrame({"person": np.arange(count), "start": start.astype("datetime64[s]"),
                         "end": end.astype("datetime64[s]"), "entry": start.astype("datetime64[s]"),
                         "exit": np.where(np.isnat(end), "", exits), "age_group": np.array(AGE_GROUPS)[age],
                         "foreign_language": foreign, "reduced_ability": reduced})


def seconds(work: Callable[[], object]) -> float:
    """Least CPU seconds of several rounds."""
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return min(spent)


def report(say: Callable[[str], None] = print) -> None:
    """Say what all estimates cost, beside Cox's regression of the same spells alone and beside half the spells."""
    spells = simulated_spells(SPELLS, np.random.default_rng(1))
    observed, flags = observe(spells), spells[["foreign_language", "reduced_ability"]]
    whole = seconds(lambda: estimate(observe(spells), 10))
    half = seconds(lambda: estimate(observe(spells.iloc[:SPELLS // 2]), 10))
    alone = seconds(lambda: cox(observed, flags))
    say(f"durations: {SPELLS:,} spells {whole:.2f} CPU s, {whole / half:.1f} × half of them, {whole / alone:.1f} × "
        "statsmodels' Cox regression alone")


if __name__ == "__main__":
    report()
