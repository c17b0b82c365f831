"""Monthly exit hazards from published aggregates.

Two tables of Statistics Finland's employment service statistics are joined. To twelve months the *survival shares* of
new spells (share lasting over 1, 3, 6, 12 months) give the hazard: spells that never meet a count day are in them.
Beyond, the *stock by duration class* gives it: in a steady state the density of the stock falls over duration as
survival does, so the hazard between two class middles is the log ratio of their densities over the distance.
Age groups have stock tables only; to twelve months their hazards are in proportion to their mean hazard in the stock
table, at the height at which new clients of all ages survive as published. The table measures exits from
*unemployment*; those to services do not stop the benefit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq

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


def exit_hazards(survival: pd.DataFrame, stock: pd.DataFrame, mix: np.ndarray) -> np.ndarray:
    """Hazard a month of leaving unemployment by age group and month of spell, (3, TOLD_APART + 1).

    Month *k* of a spell is the *k*-th calendar month after the one in which it began, so on average durations from
    k − ½ to k + ½ months; the last column holds for all later months.

    Parameters
    ----------
    mix : share of each age group among new clients, who leave together as *survival* says.
    """
    edges, to_a_year = survival_hazards(survival)
    all_at, all_hazard = stock_hazards(stock, "all")
    first_year = (all_at > 2) & (all_at < edges[-1])
    by_age = [stock_hazards(stock, age) for age in AGE_GROUPS]
    factor = np.array([np.interp(all_at[first_year], at, hazard).mean() for at, hazard in by_age])
    common = _common_hazards(edges, to_a_year, factor, mix)
    return np.array([_by_spell_month(edges, common * each, at[at >= edges[-1]], hazard[at >= edges[-1]])
                     for each, (at, hazard) in zip(factor, by_age, strict=True)])


def _common_hazards(edges: np.ndarray, hazards: np.ndarray, factor: np.ndarray, mix: np.ndarray) -> np.ndarray:
    """Hazards by band that, times the *factor* of each group, give the *mix* of groups the survival of *hazards*.

    Those with a high factor leave first, so the hazards that are left to be shared out rise above the mix's own.
    """
    integrated = np.cumsum(hazards * np.diff(edges))
    # twice what the slowest group alone would need: the sign at the end is sure where all groups are alike
    common = [brentq(lambda x, left=left: mix @ np.exp(-factor * x) - np.exp(-left), 0, 2 * left / factor.min())
              for left in integrated]
    return np.diff([0.0, *common]) / np.diff(edges)


def _by_spell_month(edges, band_hazards, later_at, later_hazards) -> np.ndarray:
    """Mean hazard over [k − ½, k + ½] for each month of spell *k*: bands first, then interpolated points."""
    fine = (np.arange((TOLD_APART + 1) * 20) + 0.5) / 20  # twentieths of a month
    band = np.clip(np.searchsorted(edges, fine, side="right") - 1, 0, len(band_hazards) - 1)
    hazard = np.where(fine < edges[-1], np.asarray(band_hazards)[band], np.interp(fine, later_at, later_hazards))
    month = np.minimum(np.floor(fine + 0.5).astype(int), TOLD_APART)
    return np.bincount(month, hazard) / np.bincount(month)
