"""How good forecasts were: scores of a backtest, each in the definition of its first source.

Scaled scores are relative to the series' own seasonal naive errors up to the origin, so that series of any size and
unit can be averaged: 1 means as wrong as repeating last year has been, within the known past.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

YEAR = 12
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)  # ends of the 95, 80 and 50 % intervals around the median
INTERVALS = {0.95: (0.025, 0.975), 0.8: (0.1, 0.9), 0.5: (0.25, 0.75)}
BANDS = ((1, 3), (4, 12), (13, 24), (25, 36), (37, 48))  # of horizons, in months
MEANS = ("MASE", "sMAPE", "coverage_80", "coverage_95", "WIS", "MSIS")


def interval_score(actual: np.ndarray, low: np.ndarray, high: np.ndarray, coverage: float) -> np.ndarray:
    """Width of the interval plus 2 / α for every unit by which *actual* lies outside, α = 1 − *coverage*.

    Gneiting & Raftery, "Strictly Proper Scoring Rules", Journal of the American Statistical Association 102 (2007).

    >>> interval_score(np.array([5.0, 12.0]), np.zeros(2), np.full(2, 10.0), 0.8).round(9).tolist()
    [10.0, 30.0]
    """
    miss = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    return high - low + 2 / (1 - coverage) * miss


def weighted_interval_score(actual: np.ndarray, quantiles: pd.DataFrame) -> np.ndarray:
    """Interval scores of 50, 80 and 95 % weighted by α / 2, and the median's error by 1 / 2, over 3.5.

    Bracher, Ray, Gneiting & Reich, "Evaluating epidemic forecasts in an interval format", PLoS Computational Biology
    17(2), 2021. In the units of the series; the mean absolute error when all quantiles are one number.
    """
    score = 0.5 * np.abs(actual - quantiles[0.5].to_numpy())
    for coverage, (low, high) in INTERVALS.items():
        ends = quantiles[low].to_numpy(), quantiles[high].to_numpy()
        score = score + (1 - coverage) / 2 * interval_score(actual, *ends, coverage)
    return score / (len(INTERVALS) + 0.5)


def naive_scales(known: np.ndarray) -> tuple[float, float]:
    """Mean absolute and root mean square change from the same month a year before, over the months *known*."""
    change = known[YEAR:] - known[:-YEAR]
    return float(np.nanmean(np.abs(change))), float(np.sqrt(np.nanmean(change**2)))


def scored(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Scores of every forecast month.

    Parameters
    ----------
    forecasts : actual, the quantiles LEVELS, and the scales ``mae_scale`` and ``rms_scale`` of ``naive_scales``.

    Returns
    -------
    DataFrame : on the index of *forecasts*; MASE, squared (of RMSSE), sMAPE (per cent), coverage_80, coverage_95, WIS
        and MSIS, the last two scaled like MASE. What is scaled is NaN where the known past never changed.
    """
    actual = forecasts["actual"].to_numpy(float)
    scale, rms_scale = (forecasts[name].where(forecasts[name] > 0).to_numpy() for name in ("mae_scale", "rms_scale"))
    error = np.abs(actual - forecasts[0.5].to_numpy())
    size = np.abs(actual) + np.abs(forecasts[0.5].to_numpy())
    inside = {coverage: forecasts["actual"].between(forecasts[low], forecasts[high])
              for coverage, (low, high) in INTERVALS.items()}
    wide = interval_score(actual, forecasts[0.025].to_numpy(), forecasts[0.975].to_numpy(), 0.95)
    return pd.DataFrame({
        "MASE": error / scale, "squared": (error / rms_scale) ** 2,
        "sMAPE": 200 * np.divide(error, size, out=np.zeros_like(error), where=size > 0),
        "coverage_80": inside[0.8].astype(float), "coverage_95": inside[0.95].astype(float),
        "WIS": weighted_interval_score(actual, forecasts) / scale, "MSIS": wide / scale}, index=forecasts.index)


def summary(forecasts: pd.DataFrame, by: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Mean scores by *by*: first over the months of each series, then over series, so that each series weighs alike.

    Parameters
    ----------
    forecasts : as for ``scored``, and series, origin, and the columns *by*.

    Returns
    -------
    DataFrame : index *by*; forecasts (their number), MASE, RMSSE, sMAPE, coverage_80, coverage_95, WIS, MSIS.
    """
    table = pd.concat([forecasts[["series", "origin", *by]], scored(forecasts)], axis=1)
    keys = [*by, "series"]
    means = table.groupby(keys, sort=False)[list(MEANS)].mean()
    means["RMSSE"] = np.sqrt(table.groupby([*keys, "origin"], sort=False)["squared"].mean()).groupby(keys).mean()
    result = means.groupby(list(by), sort=False).mean()
    result.insert(0, "forecasts", table.groupby(list(by), sort=False).size())
    return result[["forecasts", "MASE", "RMSSE", *MEANS[1:]]]


def band_of(horizon: pd.Series) -> pd.Series:
    """The band of horizons that each belongs to, as text such as 4-12."""
    labels = {step: f"{first}-{last}" for first, last in BANDS for step in range(first, last + 1)}
    return horizon.map(labels)
