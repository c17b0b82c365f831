"""The pull to the long-run seasonal mean: what a month of that name has been, over the last years.

Beyond two years every model loses to it: unemployment comes back, and what a model makes of the last months does not
last. The forecast is the model's for the first months and ever more the mean's: the weight of the model is one half
after the half-life.
"""

from __future__ import annotations

import numpy as np

from forecasting.members.base import YEAR

YEARS = 8  # of the mean: about one business cycle


def seasonal_mean(logs: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the same calendar month over the last YEARS years, (horizon,) each.

    >>> mean, sd = seasonal_mean(np.repeat([0.0, 1.0, 2.0], 12), 13)
    >>> mean[[0, 12]].tolist(), sd[[0, 12]].tolist()
    ([1.0, 1.0], [1.0, 1.0])
    """
    years = min(YEARS, len(logs) // YEAR)
    table = logs[-years * YEAR:].reshape(years, YEAR)  # column m is the month m + 1 after the last
    return np.resize(table.mean(axis=0), horizon), np.resize(table.std(axis=0, ddof=1), horizon)


def model_weight(horizon: int, half_life: float | None) -> np.ndarray:
    """Weight of the model by month ahead, (horizon,): 0.5^(h / half-life), or 1 without a half-life.

    >>> model_weight(4, 2.0).round(3).tolist()
    [0.707, 0.5, 0.354, 0.25]
    """
    steps = np.arange(1, horizon + 1)
    return np.ones(horizon) if half_life is None else 0.5 ** (steps / half_life)
