"""Differences of pairs: their mean, how well it is known, and how much one future differs from another.

The same unit with and without a change has the same people, luck and path, so their difference is one observation.
Units are not independent, though: draws come in mirrored pairs (0 and 1, 2 and 3, …), and the replications of a draw
share its parameters and its path. So the units of a pair of draws are one *cluster*, and the error of the mean is that
of a ratio estimator over clusters,

    error² = k / (k - 1) × Σ_c (Σ_{i in c} (d_i - mean))² / n²,

with k clusters and n units (Cochran, Sampling Techniques, 3rd ed. 1977, section 9A.1, no correction for a finite
population). Its interval takes Student's t on k - 1 degrees of freedom: with few draws it is wide, as it ought to be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import t

LEVEL = 0.95  # of the interval for a mean
SPREAD = (10, 90)  # quantiles between which most units lie


def clusters_of(draws: Sequence[int]) -> np.ndarray:
    """Number of the cluster of each unit, (units,), given its draw."""
    return np.asarray(draws) // 2


def error_of_mean(gaps: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, int]:
    """Standard error of the mean over the last axis of *gaps*, (..., units), and its degrees of freedom.

    It is infinite where one cluster is all there is, and 0 where all of several units have the same difference.
    """
    names, place = np.unique(clusters, return_inverse=True)
    count, units = len(names), gaps.shape[-1]
    centred = gaps - gaps.mean(axis=-1, keepdims=True)
    sums = np.stack([centred[..., place == each].sum(axis=-1) for each in range(count)], axis=-1)
    error = (np.sqrt(count / (count - 1) * (sums**2).sum(axis=-1)) / units if count > 1
             else np.full(gaps.shape[:-1], np.inf))
    same = (np.ptp(gaps, axis=-1) == 0) & ((gaps == 0).all(axis=-1) | (units > 1))
    return np.where(same, 0.0, error), count - 1


def margin(error: np.ndarray, freedom: int, level: float = LEVEL) -> np.ndarray:
    """Half the width of the interval of a mean with this standard error."""
    width = t.ppf(0.5 + level / 2, freedom) if freedom > 0 else 1.0
    return np.where(error == 0, 0.0, width * error)


def change_over_draws(gaps: np.ndarray) -> dict[str, float | bool]:
    """Mean of *gaps*, one a draw from draw 0 on, its error and quantiles, and whether it is told from zero."""
    row = told(np.zeros((1, len(gaps))), gaps[None], clusters_of(range(len(gaps)))).iloc[0]
    return {key: row[key] for key in ("difference", "error", "margin", "p10", "p90", "certain")}


def told(before: np.ndarray, after: np.ndarray, clusters: np.ndarray) -> pd.DataFrame:
    """Both means, and the difference of pairs, for each row of *before* and *after*, (rows, units).

    Returns
    -------
    DataFrame of ``baseline``, ``scenario``, ``difference``, ``error`` of the mean, its ``margin`` (half the 95 %
    interval), ``p10`` and ``p90`` of the units, and whether the difference is ``certain``: told from zero.
    """
    gaps = after - before
    mean = gaps.mean(axis=1)
    error, freedom = error_of_mean(gaps, clusters)
    half = margin(error, freedom)
    low, high = np.percentile(gaps, SPREAD, axis=1)
    figures = {"baseline": before.mean(axis=1), "scenario": after.mean(axis=1), "difference": mean, "error": error,
               "margin": half, "p10": low, "p90": high}
    return pd.DataFrame({name: values.round(2) + 0.0 for name, values in figures.items()}).assign(
        certain=np.abs(mean) > half)
