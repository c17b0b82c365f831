"""What a member says of the months ahead, and how it is read off a state-space model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

YEAR = 12
# What a guard did: a code (capped, zeros, filled, constant, unseasonal, left_out, held, stretched) and its particulars,
# such as the months that were filled. Reports put it in words.
Note = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Ahead:
    """The months ahead on the log scale: normal, with mean ``mean`` and covariance ``root @ root.T``.

    Attributes
    ----------
    mean : (horizon,) expected log levels.
    root : (horizon, horizon), lower triangular: month *h* hangs on the first *h* of a path's normal numbers only, so
        that a longer horizon continues a shorter one.
    notes : what a guard did; empty when none acted.
    """

    mean: np.ndarray
    root: np.ndarray
    notes: tuple[Note, ...] = ()

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation of each month, (horizon,)."""
        return np.sqrt((self.root**2).sum(axis=1))

    def paths(self, normals: np.ndarray) -> np.ndarray:
        """Joint paths (draws, horizon) of standard normal *normals* of that shape."""
        return self.mean + normals @ self.root.T


def continued(season: np.ndarray, horizon: int) -> np.ndarray:
    """The last year of *season*, repeated for *horizon* months."""
    return np.resize(season[-YEAR:], horizon)


def state_space_ahead(results: Any, horizon: int) -> Ahead:
    """Months ahead of a fitted time-invariant state-space model with one series.

    From the state predicted for the first month ahead (mean a, covariance P) and the model's matrices: the mean is
    Z Tʰ a, the covariance of months h ≤ k is Z Tᵏ⁻ʰ P_h Z' with P_{h+1} = T P_h T' + R Q R', plus the variance of
    measurement where h = k (Durbin & Koopman, Time Series Analysis by State Space Methods, 2nd ed., section 4.3). Equal
    to what ``simulate(anchor="end")`` samples, without sampling.
    """
    filtered = results.filter_results
    move, select, observe = filtered.transition[..., 0], filtered.selection[..., 0], filtered.design[0, :, 0]
    shock = select @ filtered.state_cov[..., 0] @ select.T
    state, spread = filtered.predicted_state[:, -1], filtered.predicted_state_cov[..., -1]
    mean, covariance = np.empty(horizon), np.zeros((horizon, horizon))
    for month in range(horizon):
        mean[month] = observe @ state
        reach = spread @ observe
        for later in range(month, horizon):
            covariance[later, month] = observe @ reach
            reach = move @ reach
        covariance[month, month] += filtered.obs_cov[0, 0, 0]
        state, spread = move @ state, move @ spread @ move.T + shock
    lower = np.linalg.cholesky(covariance + np.triu(covariance.T, 1) + 1e-12 * np.eye(horizon))
    return Ahead(mean, lower)
