"""The Theta method on logs, with the variance that belongs to it.

Theta is simple exponential smoothing with a drift of half the linear trend's slope (Hyndman & Billah, "Unmasking the
Theta method", International Journal of Forecasting 19(2), 2003), on the series without its season. So errors *h* months
ahead are e_h + α (e_1 + … + e_{h−1}) and have variance σ² (1 + (h − 1) α²), σ² that of the method's own one-month
errors. statsmodels' ``prediction_intervals`` grow with 1 + (1 − α)² instead and take σ² from the series with its season
in it: about three times too wide at twelve months.
"""

from __future__ import annotations

import numpy as np
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.seasonal import seasonal_decompose

from forecasting.members.base import YEAR, Ahead, continued


def theta(logs: np.ndarray, horizon: int) -> Ahead:
    """Fit to *logs* and look *horizon* months ahead."""
    season = seasonal_decompose(logs, period=YEAR).seasonal
    result = ThetaModel(logs - season, deseasonalize=False).fit()
    slope, alpha = result.params
    errors = one_month_errors(logs - season, slope, alpha)
    root = np.sqrt(np.mean(errors**2)) * (np.eye(horizon) + alpha * np.tri(horizon, k=-1))
    return Ahead(np.asarray(result.forecast(horizon)) + continued(season, horizon), root)


def one_month_errors(values: np.ndarray, slope: float, alpha: float) -> np.ndarray:
    """Errors of the forecasts of one month ahead that the method would have made, from the second value on."""
    level, errors = values[0], np.empty(len(values) - 1)
    for month, value in enumerate(values[1:], start=1):
        drift = slope / 2 * (1 - (1 - alpha) ** month) / alpha if alpha > 0 else 0.0
        errors[month - 1] = value - level - drift
        level += alpha * (value - level)
    return errors
