"""What the spells say by themselves: Kaplan-Meier survival, and cumulative incidence by destination."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight

Z95 = float(norm.ppf(0.975))


def kaplan_meier(observed: pd.DataFrame) -> pd.DataFrame:
    """Kaplan-Meier estimate of the share still unemployed, with entry and right censoring.

    Parameters
    ----------
    observed : entry, time (any unit) and cause (0 censored); a spell is at risk at t if entry < t <= time.

    Returns
    -------
    DataFrame over the times of exits: time, survival, standard_error (Greenwood), low and high (95 %, on the log-log
        scale, so that they stay within 0 and 1), persons at risk just before, exits.
    """
    curve = SurvfuncRight(observed["time"].to_numpy(float), (observed["cause"] > 0).to_numpy(int),
                          entry=observed["entry"].to_numpy(float))
    share, error = curve.surv_prob, curve.surv_prob_se
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = Z95 * error / (share * np.abs(np.log(share)))
        low, high = (np.where(np.isfinite(reach), share ** np.exp(sign * reach), share) for sign in (1, -1))
    return pd.DataFrame({"time": curve.surv_times, "survival": share, "standard_error": error, "low": low, "high": high,
                         "persons": curve.n_risk.astype(int), "exits": curve.n_events.astype(int)})


def cumulative_incidence(observed: pd.DataFrame, causes: int) -> pd.DataFrame:
    """Aalen-Johansen share that has left by each time, by destination; with survival they sum to one.

    By statsmodels' risk sets, for its CumIncidenceRight knows no entry; the two agree where nobody enters late.

    Returns
    -------
    DataFrame over the times of exits: time, and columns 1 to *causes*.
    """
    curve = kaplan_meier(observed)
    before = np.concatenate([[1.0], curve["survival"].to_numpy()[:-1]])
    place = np.searchsorted(curve["time"], observed["time"])
    table: dict[Any, np.ndarray] = {"time": curve["time"].to_numpy()}
    for cause in range(1, causes + 1):
        exits = np.bincount(place[(observed["cause"] == cause).to_numpy()], minlength=len(curve))
        table[cause] = np.cumsum(before * exits / curve["persons"].to_numpy())
    return pd.DataFrame(table)


def at(curve: pd.DataFrame, times: np.ndarray, start: dict[str, float]) -> pd.DataFrame:
    """Rows of the step function *curve* that hold at *times*; before its first step, the values of *start*."""
    place = np.searchsorted(curve["time"], times, side="right") - 1
    rows = curve.iloc[np.maximum(place, 0)].reset_index(drop=True).assign(time=times)
    rows.loc[place < 0, list(start)] = list(start.values())
    return rows
