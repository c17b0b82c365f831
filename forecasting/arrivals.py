"""Arrivals that reconcile observed stocks with survival: who must have come for the stock to be what it was.

The cohort model of ``hazards_from_stocks`` turned about: hazards are known, and each month's entrants are what the
published stock holds beyond the survivors of all earlier ones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sources.errors import InputError


def reconciled_arrivals(stock: pd.Series, hazards: np.ndarray, factor: pd.Series,
                        opening: np.ndarray | None = None) -> pd.DataFrame:
    """Entrants of each month after the first that make the stock what it was.

    Parameters
    ----------
    stock : people at month end, a gapless monthly period index.
    hazards : (months of spell,) exit hazard a month at durations from k to k + 1 months; the last is open.
    factor : on all hazards, by month of *stock*: season times cycle.
    opening : (months of spell,) people of the first month by whole months unemployed; without them in proportion to
        survival, as under steady inflow, which is forgotten as fast as people leave.

    Returns
    -------
    DataFrame : by month, ``arrivals``; ``under_one_month``, those of them still unemployed at its end; ``held``, True
        where the stock was below the survivors, so that arrivals are 0 and all cohorts are cut to the stock.

    Raises
    ------
    InputError : a month of the stock or a factor is missing, negative or zero.

    Notes
    -----
    Who enters evenly over a month with hazard h is still there at its end with probability (1 − exp(−h)) / h.

    Examples
    --------
    Where a tenth leaves and the stock of 1 000 stays, 100 come a month:

    >>> months = pd.period_range("2020-01", periods=3, freq="M")
    >>> level = pd.Series(1000.0, months)
    >>> reconciled_arrivals(level, np.array([0.1]), pd.Series(1.0, months))["arrivals"].round(6).tolist()
    [100.0, 100.0]
    """
    for name, series in (("stock", stock), ("factor", factor.reindex(stock.index))):
        bad = series.index[~(series > 0)]
        if len(bad):
            raise InputError(name, f"month {bad[0]}", "is missing or not positive", "complete it, or begin later")
    people = _steady(hazards) if opening is None else opening.astype(float)
    people = people * (stock.iloc[0] / people.sum())
    rows = []
    for count, pace in zip(stock.iloc[1:], factor.reindex(stock.index).iloc[1:], strict=True):
        people = _a_month_later(people, pace * hazards)
        first = pace * hazards[0]
        there = -np.expm1(-first) / first
        new = max(count - people.sum(), 0.0)
        rows.append((new / there, new, count < people.sum()))
        people[0] += new
        people *= count / people.sum()
    return pd.DataFrame(rows, index=stock.index[1:], columns=["arrivals", "under_one_month", "held"])


def _a_month_later(people: np.ndarray, hazards: np.ndarray) -> np.ndarray:
    """Survivors by whole months unemployed; a cohort is spread evenly over its month and meets two hazards."""
    stay = np.exp(-(hazards + np.append(hazards[1:], hazards[-1])) / 2)
    older = np.append(0.0, people[:-1] * stay[:-1])
    older[-1] += people[-1] * stay[-1]
    return older


def _steady(hazards: np.ndarray) -> np.ndarray:
    """Cohorts in proportion to survival; the open one holds all that came before."""
    people = np.exp(-np.cumsum(np.append(hazards[0] / 2, (hazards[1:] + hazards[:-1]) / 2)))
    people[-1] /= -np.expm1(-hazards[-1])
    return people
