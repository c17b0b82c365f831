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

    *duration_stock* is sources.statfin.read_duration_stock; the last eleven whole years before 2020 are used.
    """
    return seasonal_index(_steady(_new(duration_stock)))


def exit_season(duration_stock: pd.DataFrame) -> np.ndarray:
    """Factor on exit hazards by calendar month (12,), mean 1.

    Those unemployed for five weeks or more are what is left of last month's stock, so the log of their ratio is the
    month's hazard of all durations.
    """
    whole = duration_stock[duration_stock["age"] == "all"].groupby("month")["unemployed"].sum()
    hazard = _steady(-np.log((whole - _new(duration_stock)) / whole.shift(1)))
    factors = hazard.groupby(hazard.index.month).mean().to_numpy()
    return factors / factors.mean()


def _new(duration_stock: pd.DataFrame) -> pd.Series:
    """Unemployed for less than NEW_WEEKS, all ages, by month."""
    new = duration_stock[(duration_stock["age"] == "all") & (duration_stock["upper_week"] <= NEW_WEEKS)]
    return new.groupby("month")["unemployed"].sum()


def _steady(series: pd.Series) -> pd.Series:
    return series[(series.index.year >= SHOCK_YEAR - 11) & (series.index.year < SHOCK_YEAR)]
