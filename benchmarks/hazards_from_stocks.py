"""Hazards from stocks by duration class, on synthetic cities whose hazards are known: bar F8.

Twelve cities of about 10,000 unemployed, 96 months, seven classes and entrants; people leave one by one, by exact
duration, in tenths of a month. Bar: root mean square error of a band's hazard 8 %, survival shares at 3, 6, 12 and 24
months within half a point on the mean over cities, a fit in a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from forecasting.hazards_from_stocks import BANDS, StockHazards, fit_stocks

HAZARDS = np.array([.210, .180, .155, .125, .100, .085, .062, .050, .038])  # a month, by band
CLASSES = (0, 1, 3, 6, 12, 18, 24)  # months at which classes begin
CITIES, MONTHS, WARM = 12, 96, 240
ENTRANTS = 920  # a month: about 10,000 unemployed
PARTS = 10  # steps of a month
TOLD = (3, 6, 12, 24)
SEASON, DRIFT, INFLOW_SEASON = 0.10, 0.03, 0.15  # of exits, a quarter; of inflow


def synthetic(stream: np.random.Generator) -> tuple[pd.DataFrame, pd.Series]:
    """Stock by class and entrants of one city."""
    months = WARM + MONTHS
    quarter = np.cumsum(stream.normal(0, DRIFT, months // 3 + 1))[np.arange(months) // 3]
    cycle = quarter - quarter[WARM:].mean()
    outflow = np.exp(SEASON * np.cos(2 * np.pi * np.arange(months) / 12) + np.where(np.arange(months) < WARM, 0, cycle))
    inflow = ENTRANTS * np.exp(INFLOW_SEASON * np.sin(2 * np.pi * np.arange(months) / 12))
    ages = PARTS * CLASSES[-1] + 1  # in tenths; the last is open
    rate = HAZARDS[np.searchsorted(BANDS, np.arange(ages) / PARTS, side="right") - 1] / PARTS
    people, stock, entrants = np.zeros(ages, int), [], []
    for month in range(months):
        entered = 0
        leave = -np.expm1(-rate * outflow[month])
        for _ in range(PARTS):
            people = people - stream.binomial(people, leave)
            people[-1] += people[-2]
            people[1:-1] = people[:-2].copy()
            new = stream.poisson(inflow[month] / PARTS)
            people[0] = stream.binomial(new, np.exp(-rate[0] * outflow[month] / 2))  # entered evenly over the step
            entered += new
        edges = [PARTS * start for start in CLASSES]
        stock.append(np.add.reduceat(people, edges))
        entrants.append(entered)
    index = pd.period_range("2010-01", periods=MONTHS, freq="M")
    return (pd.DataFrame(stock[WARM:], index, CLASSES), pd.Series(entrants[WARM:], index))


def recovered(cities: int = CITIES) -> tuple[list[StockHazards], float]:
    """Fits of synthetic cities, and the longest CPU seconds of one."""
    fits, longest = [], 0.0
    for city in range(cities):
        stock, entrants = synthetic(np.random.default_rng(city))
        began = time.process_time()
        fits.append(fit_stocks(stock, entrants))
        longest = max(longest, time.process_time() - began)
    return fits, longest


def errors(fits: list[StockHazards]) -> tuple[np.ndarray, np.ndarray]:
    """RMS relative error of the hazard by band, and mean error of survival at TOLD, over cities."""
    relative = np.array([fitted.hazards / HAZARDS - 1 for fitted in fits])
    truth = StockHazards(BANDS, HAZARDS, np.ones(12), pd.Series(dtype=float), 1.0).survival(TOLD)
    return (np.sqrt((relative**2).mean(axis=0)),
            np.sqrt(np.mean([(fitted.survival(TOLD) - truth) ** 2 for fitted in fits], axis=0)))


def report(say: Callable[[str], None] = print) -> None:
    """Say how well known hazards are recovered."""
    fits, seconds = recovered()
    bands, shares = errors(fits)
    say("hazards from stocks: RMS error by band from month " + ", ".join(
        f"{start} {100 * error:.1f} %" for start, error in zip(BANDS, bands, strict=True)) + " (bar 8)")
    say("hazards from stocks: survival at " + ", ".join(
        f"{month} months {100 * error:.2f}" for month, error in zip(TOLD, shares, strict=True))
        + f" points (bar 0.5); a fit takes {seconds:.2f} CPU s at most (bar 1)")


if __name__ == "__main__":
    report()
