"""The basic structural model on logs, by the Kalman filter: level and slope that wander, a season that changes slowly.

Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, chapter 2. Its free slope can carry a
jump on for years: the median of the members and the bounds are there for that. Without it the combination is worse.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.members.base import YEAR, Ahead, state_space_ahead


def _fitted(logs: np.ndarray) -> Any:
    return UnobservedComponents(logs, level="lltrend", seasonal=YEAR).fit(disp=False)


def structural(logs: np.ndarray, horizon: int) -> Ahead:
    """Fit to *logs* and look *horizon* months ahead."""
    return state_space_ahead(_fitted(logs), horizon)


def fill_gaps(logs: np.ndarray) -> np.ndarray:
    """*logs* with each missing month (NaN) put in as its smoothed level and season, given all other months."""
    if not np.isnan(logs).any():
        return logs
    filtered = _fitted(logs).smoother_results
    return np.where(np.isnan(logs), (filtered.design[0, :, 0] @ filtered.smoothed_state), logs)
