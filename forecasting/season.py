"""Seasonal factors by ratio to the moving average."""

from __future__ import annotations

import numpy as np
import pandas as pd

NEW_WEEKS = 5  # spells shorter than this began since the last month's end
SHOCK_YEAR = 2020  # its spring was no season


def seasonal_index(series: pd.Series) -> np.ndarray:
    """Factor by calendar month (12,), mean 1: ratio of *series* (monthly periods) to its centred 12-month mean.

    The classical 2 × 12 moving average; months of 2020 are left out of the means.
    """
    year = series.rolling(12).mean()
    trend = ((year + year.shift(1)) / 2).shift(-6)
    ratio = (series / trend)[series.index.year != SHOCK_YEAR].dropna()
    if ratio.index.month.nunique() < 12:
        raise ValueError("seasonal factors need at least two years of months")
    factors = ratio.groupby(ratio.index.month).mean().to_numpy()
    return factors / factors.mean()


def arrival_season(duration_stock: pd.DataFrame) -> np.ndarray:
    """Factor on arrivals by calendar month (12,), mean 1, from the stock of spells of under five weeks.

    *duration_stock* is sources.statfin.read_duration_stock; the last ten whole years before 2020 are used.
    """
    new = duration_stock[(duration_stock["age"] == "all") & (duration_stock["upper_week"] <= NEW_WEEKS)]
    stock = new.groupby("month")["unemployed"].sum()
    return seasonal_index(stock[(stock.index.year >= SHOCK_YEAR - 11) & (stock.index.year < SHOCK_YEAR)])
