"""Intervals calibrated by the past errors of other series.

No model's interval is right by itself: it knows neither its own doubt about parameters nor that the world changes.
What helps is to look how far, in the model's own standard scores, forecasts for *other* municipalities have been off at
the same horizon: their errors outnumber one series' own, and its own would be used twice. Only errors known at the
origin count: the month must have been observed by then.

The errors of municipalities share the national shock, so thirty of them are not thirty samples.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

COVERAGES = np.array([0.5, 0.8, 0.95])
NOMINAL = norm.ppf((1 + COVERAGES) / 2)  # scores that would cover as much were the model right
FEWEST = 60  # errors of a horizon from which quantiles are taken
WINDOW = 2  # horizons on either side whose errors are taken together, so that neighbours have like intervals
LIMITS = (0.7, 3.0)  # no interval is made narrower or wider than this many times the model's


def stretch_nodes(errors: pd.DataFrame, origin: pd.Period, horizon: int, leave_out: str) -> np.ndarray:
    """Standard scores that have covered 50, 80 and 95 % of past errors, (horizon, 3).

    Parameters
    ----------
    errors : series, origin (monthly period), horizon, score: standard score of what came, of many series.
    origin : last month known; errors of later months are left out.
    horizon : months ahead; one with too few errors takes the nodes of the one before it, the first the nominal ones.
    leave_out : the area to be forecast.
    """
    known = errors[(errors["series"] != leave_out) & (errors["origin"] + errors["horizon"] <= origin)]
    sizes = known["score"].abs().to_numpy()
    steps = known["horizon"].to_numpy()
    nodes, before = np.empty((horizon, len(COVERAGES))), NOMINAL
    for step in range(1, horizon + 1):
        near = sizes[np.abs(steps - step) <= min(WINDOW, step - 1)]
        if len(near) >= FEWEST:
            before = np.clip(np.quantile(near, COVERAGES), LIMITS[0] * NOMINAL, LIMITS[1] * NOMINAL)
        nodes[step - 1] = before
    return nodes


def stretched(scores: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """Nominal standard *scores* (…, horizon) as the model's scores that have covered as much.

    Straight lines through 0 and the *nodes* (horizon, 3), beyond the last one on with its factor; symmetric and rising.

    >>> stretched(np.array([[0.0], [NOMINAL[2]], [-2 * NOMINAL[2]]]), 1.5 * NOMINAL[None, :]).round(2)[:, 0].tolist()
    [0.0, 2.94, -5.88]
    """
    size, sign = np.abs(scores), np.sign(scores)
    at = np.concatenate([[0.0], NOMINAL, [10 * NOMINAL[-1]]])
    to = np.hstack([np.zeros((len(nodes), 1)), nodes, 10 * nodes[:, -1:]])
    return sign * np.stack([np.interp(size[..., step], at, to[step]) for step in range(len(nodes))], axis=-1)
