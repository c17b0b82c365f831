"""Monthly exit hazards from published aggregates.

Two tables of Statistics Finland's employment service statistics are joined. To twelve months the *survival shares* of
new spells (share lasting over 1, 3, 6, 12 months) give the hazard: spells that never meet a count day are in them.
Beyond, the *stock by duration class* gives it: in a steady state the density of the stock falls over duration as
survival does, so the hazard between two class middles is the log ratio of their densities over the distance.
Age groups have stock tables only; to twelve months they take the survival hazard times their mean ratio to all ages
in the stock table. The table measures exits from *unemployment*; those to services do not stop the benefit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.clients.clients import AGE_GROUPS

WEEKS_PER_MONTH = 365.25 / 12 / 7
TOLD_APART = 60  # months of spell with a hazard of their own; the tables are too thin beyond five years


def survival_hazards(survival: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Band edges (months, 0 first) and hazard a month in each band, from mean survival shares.

    *survival* has one row a month and columns 1, 3, 6, 12 (months): the share of new spells that last longer.

    >>> edges, hazards = survival_hazards(pd.DataFrame({1: [0.5], 3: [0.125]}))
    >>> edges.tolist(), (hazards / np.log(2)).round(6).tolist()
    ([0.0, 1.0, 3.0], [1.0, 1.0])
    """
    edges = np.concatenate([[0.0], np.asarray(survival.columns, float)])
    shares = np.concatenate([[1.0], survival.mean().to_numpy()])
    return edges, -np.diff(np.log(shares)) / np.diff(edges)


def stock_hazards(stock: pd.DataFrame, age: str) -> tuple[np.ndarray, np.ndarray]:
    """Middles between class middles (months) and hazard a month there, from mean stocks by duration class.

    *stock* is tidy: age, lower_week, upper_week, month, unemployed. The open last class is left out.
    """
    classes = stock[(stock["age"] == age) & np.isfinite(stock["upper_week"])]
    mean = classes.groupby(["lower_week", "upper_week"])["unemployed"].mean()
    lower, upper = (mean.index.get_level_values(i).to_numpy(float) / WEEKS_PER_MONTH for i in (0, 1))
    middle, density = (lower + upper) / 2, mean.to_numpy() / (upper - lower)
    used = density > 0
    middle, density = middle[used], density[used]
    return (middle[1:] + middle[:-1]) / 2, -np.diff(np.log(density)) / np.diff(middle)


def exit_hazards(survival: pd.DataFrame, stock: pd.DataFrame) -> np.ndarray:
    """Hazard a month of leaving unemployment by age group and month of spell, (3, TOLD_APART + 1).

    Month *k* of a spell is the *k*-th calendar month after the one in which it began, so on average durations from
    k − ½ to k + ½ months; the last column holds for all later months.
    """
    edges, to_a_year = survival_hazards(survival)
    all_at, all_hazard = stock_hazards(stock, "all")
    first_year = (all_at > 2) & (all_at < edges[-1])
    rows = []
    for age in AGE_GROUPS:
        at, hazard = stock_hazards(stock, age)
        ratio = np.interp(all_at[first_year], at, hazard).mean() / all_hazard[first_year].mean()
        later = at >= edges[-1]
        rows.append(_by_spell_month(edges, to_a_year * ratio, at[later], hazard[later]))
    return np.array(rows)


def _by_spell_month(edges, band_hazards, later_at, later_hazards) -> np.ndarray:
    """Mean hazard over [k − ½, k + ½] for each month of spell *k*: bands first, then interpolated points."""
    fine = (np.arange((TOLD_APART + 1) * 20) + 0.5) / 20  # twentieths of a month
    band = np.clip(np.searchsorted(edges, fine, side="right") - 1, 0, len(band_hazards) - 1)
    hazard = np.where(fine < edges[-1], np.asarray(band_hazards)[band], np.interp(fine, later_at, later_hazards))
    month = np.minimum(np.floor(fine + 0.5).astype(int), TOLD_APART)
    return np.bincount(month, hazard) / np.bincount(month)
