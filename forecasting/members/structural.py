"""The structural model on logs: a level that wanders and a season that changes slowly, by the Kalman filter.

Without a slope: the basic structural model's free slope carried April 2020 on for years (Harvey, Forecasting,
Structural Time Series Models and the Kalman Filter, 1989, chapter 2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.members.base import YEAR, Ahead, state_space_ahead


def _fitted(logs: np.ndarray) -> Any:
    return UnobservedComponents(logs, level="llevel", seasonal=YEAR).fit(disp=False)


def structural(logs: np.ndarray, horizon: int) -> Ahead:
    """Fit to *logs* and look *horizon* months ahead."""
    return state_space_ahead(_fitted(logs), horizon)


def nowcast(logs: np.ndarray) -> np.ndarray:
    """*logs* with each missing month (NaN) put in as its smoothed level and season, given all other months."""
    if not np.isnan(logs).any():
        return logs
    filtered = _fitted(logs).smoother_results
    return np.where(np.isnan(logs), (filtered.design[0, :, 0] @ filtered.smoothed_state), logs)
