"""Exponential smoothing on logs, with a trend that learns slowly and fades fast.

Error and season are additive; the trend is damped or absent, whichever has the smaller AICc (Hyndman & Athanasopoulos,
Forecasting: Principles and Practice, 3rd ed., section 8.6). A free trend after a jump explodes: from April 2020 an
unguarded damped trend has forecast more unemployed than the city has inhabitants. Hence ``TREND_BOUNDS``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.seasonal import STL

from forecasting.members.base import YEAR, Ahead, continued

TREND_BOUNDS = {"smoothing_trend": (1e-4, 0.1), "damping_trend": (0.8, 0.95)}


def best_smoothing(logs: Any, **options: Any) -> tuple[str, Any]:
    """Name ("none", "damped") and fitted model of the trend with the smaller AICc; *options* are ETSModel's."""
    # ETSModel writes into the bounds it is given: each model gets a dictionary of its own
    forms = {"none": {}, "damped": {"trend": "add", "damped_trend": True, "bounds": dict(TREND_BOUNDS)}}
    results = {name: ETSModel(logs, error="add", **form, **options).fit(disp=False) for name, form in forms.items()}
    form = min(results, key=lambda name: results[name].aicc)
    return form, results[form]


def smoothing(logs: np.ndarray, horizon: int) -> Ahead:
    """Exponential smoothing with a seasonal state."""
    return _ahead(best_smoothing(logs, seasonal="add", seasonal_periods=YEAR)[1], horizon)


def stl_smoothing(logs: np.ndarray, horizon: int) -> Ahead:
    """Exponential smoothing of the logs without their season, which STL takes out and its last year continues."""
    season = STL(logs, period=YEAR).fit().seasonal
    ahead = _ahead(best_smoothing(logs - season)[1], horizon)
    return Ahead(ahead.mean + continued(season, horizon), ahead.root, ahead.notes)


def level_only(logs: np.ndarray, horizon: int) -> Ahead:
    """Simple exponential smoothing, for a series too short to know its season."""
    return _ahead(ETSModel(logs, error="add").fit(disp=False), horizon)


def _ahead(result: Any, horizon: int) -> Ahead:
    # simulated with one unit shock at a time: an exact reading of the model's response, for it is linear.
    # anchor="end": the default simulates from the start of the sample, not from its last month
    shocks = np.hstack([np.zeros((horizon, 1)), np.sqrt(result.scale) * np.eye(horizon)])
    paths = np.asarray(result.simulate(horizon, anchor="end", repetitions=horizon + 1, random_errors=shocks))
    fitted = dict(zip(result.model.param_names, result.params, strict=True))
    at_bound = any(np.isclose(fitted.get(name, np.nan), bounds[1]) for name, bounds in TREND_BOUNDS.items())
    return Ahead(paths[:, 0], np.tril(paths[:, 1:] - paths[:, :1]), (("capped", ""),) if at_bound else ())
