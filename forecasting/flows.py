"""From a path of the stock of recipients to the flows that bring it about.

A forecast speaks of the stock; the simulation wants to know how many people come and how readily they leave. The
stock-flow identity joins the two (Elsby, Hobijn & Şahin, "Unemployment Dynamics in the OECD", Review of Economics and
Statistics 95(2), 2013; Barnichon & Nekarda, "The Ins and Outs of Forecasting Unemployment", Brookings Papers on
Economic Activity, Fall 2012, use it to forecast).

With A arrivals a month and a share κ of it that leaves, the stock obeys N_t = N_{t−1} + A a_t − κ N_{t−1} c_t. At
the reference R* both factors are 1 and A = κ R*. Put N = R* exp(x), divide by R* and keep first-order terms:
x_t − x_{t−1} = κ (log a_t − log c_t − x_{t−1}). So a path fixes the difference of the two logarithms, the net pressure

    g_t = log a_t − log c_t = (x_t − (1 − κ) x_{t−1}) / κ,

and a share φ splits it: a_t = exp(φ g_t), c_t = exp(−(1 − φ) g_t). A stock that stays at any level is carried exactly,
not only to first order, for there g = x and A a = κ N c.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class FlowFactors:
    """Monthly multipliers of arrivals and of all exit hazards, in the shape of the path; 1 is the reference month.

    Attributes
    ----------
    arrivals, outflow : factors, months along the last axis.
    limited : True where a factor was held at its limit, so that the stock will leave its path.
    """

    arrivals: np.ndarray
    outflow: np.ndarray
    limited: np.ndarray


def factors(path: ArrayLike, previous: ArrayLike, reference: float, turnover: float,
            arrival_share: float | np.ndarray, limits: tuple[float, float] = (0.5, 2.0)) -> FlowFactors:
    """Factors of arrivals a and outflow c that carry the stock along *path*.

    Parameters
    ----------
    path : stock by month, shape (months,) or (draws, months), in persons.
    previous : stock in the month before the path, in persons: one number, or one a draw.
    reference : stock R* at which arrivals and exits balance when both factors are 1, in persons.
    turnover : share κ of the stock that leaves in a month at the reference, 0 < κ ≤ 1.
    arrival_share : share φ of the pressure that arrivals take, the rest falls on outflow; 0 ≤ φ ≤ 1, one number or one
        a draw. Elsby, Hobijn & Şahin (2013) find an inflow-outflow split of about 45:55 in continental European and
        Nordic countries.
    limits : lowest and highest value of either factor.

    Raises
    ------
    ValueError : a stock that is not positive, or a share outside its range.

    Notes
    -----
    The season of the path is inside the factors: a simulation that uses them has no other season.

    Examples
    --------
    A stock one per cent above a reference of 1000, of which a tenth leaves each month, and that stays there:

    >>> held = factors([1010, 1010], 1010, reference=1000, turnover=0.1, arrival_share=0.5)
    >>> held.arrivals.round(4).tolist(), held.outflow.round(4).tolist()
    ([1.005, 1.005], [0.995, 0.995])
    """
    share = np.asarray(arrival_share, dtype=float)[..., None]
    if not (0 < turnover <= 1 and (share >= 0).all() and (share <= 1).all()):
        raise ValueError(f"turnover {turnover} must lie in (0, 1] and arrival_share {arrival_share} in [0, 1]")
    stock = np.asarray(path, dtype=float)
    before = np.broadcast_to(np.asarray(previous, dtype=float)[..., None], (*stock.shape[:-1], 1))
    levels = np.concatenate([before, stock], axis=-1)
    if not (reference > 0 and (levels > 0).all() and np.isfinite(levels).all()):
        raise ValueError("path, previous and reference must be positive numbers of persons")
    x = np.log(levels / reference)
    pressure = (x[..., 1:] - (1 - turnover) * x[..., :-1]) / turnover
    arrivals, outflow = np.exp(share * pressure), np.exp((share - 1) * pressure)
    low, high = limits
    limited = (np.minimum(arrivals, outflow) < low) | (np.maximum(arrivals, outflow) > high)
    return FlowFactors(np.clip(arrivals, low, high), np.clip(outflow, low, high), limited)
