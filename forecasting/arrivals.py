"""Arrivals that reconcile observed stocks with survival: who must have come for the stock to be what it was.

The cohort model of ``hazards_from_stocks`` turned about: hazards are known, and each month's entrants are what the
published stock holds beyond the survivors of all earlier ones.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.hazards_from_stocks import steady_cohorts, still_there, survivors
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
    rate = hazards[None, :]
    people = steady_cohorts(rate) if opening is None else opening[None, :].astype(float)
    people = people * (stock.iloc[0] / people.sum())
    rows = []
    for count, pace in zip(stock.iloc[1:], factor.reindex(stock.index).iloc[1:], strict=True):
        people = survivors(people, rate, np.array([[pace]]))
        new = max(count - people.sum(), 0.0)
        rows.append((new / still_there(pace * hazards[0]), new, count < people.sum()))
        people[0, 0] += new
        people *= count / people.sum()
    return pd.DataFrame(rows, index=stock.index[1:], columns=["arrivals", "under_one_month", "held"])
