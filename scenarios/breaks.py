"""When a break of an appropriation shows: what a controller who knows the model could say in each month.

The draws of a run are the years that may come. At the end of month m the controller knows the total to date x of the
year that does come, and nothing of the rest. Over the draws, the year's total y is regressed on x; with the
regression's mean and residual standard deviation s, the year breaks the limit with probability

    P(m) = Phi((a + b x - limit) / s)

A break *shows* in the first month in which P reaches CERTAIN. It may show in a year that then holds: at 80 %, in up
to one of five. In December x is y, so every break has shown by then. The normal form is exact where totals are jointly
normal, and tests hold it to that case.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from sources.monthly import HALF_CENT

CERTAIN = 0.8


def breaks(total: np.ndarray, limit: float) -> np.ndarray:
    """True where a year's *total* is over *limit* by a cent or more."""
    return total > limit + HALF_CENT


def break_probability(to_date: np.ndarray, total: np.ndarray, limit: float) -> np.ndarray:
    """Probability that the year breaks *limit*, as seen from each draw's total to date.

    Parameters
    ----------
    to_date, total : (draws,) euros.

    Returns
    -------
    (draws,) probabilities.
    """
    known = to_date - to_date.mean()
    spread = known @ known
    slope = known @ (total - total.mean()) / spread if spread > HALF_CENT**2 else 0.0
    expected = total.mean() + slope * known
    residual = np.sqrt(((total - expected) ** 2).sum() / max(len(total) - 2, 1))
    return norm.cdf((expected - limit - HALF_CENT) / max(residual, HALF_CENT))


def first_shown(months: np.ndarray, limit: float, known: int) -> np.ndarray:
    """Month of the year, from 0, in which a break of *limit* shows in each draw; how many months there are if never.

    Parameters
    ----------
    months : (draws, months of the year) euros.
    known : months of the year that are over: nothing shows in them that is not known today.
    """
    to_date, total = months.cumsum(axis=1), months.sum(axis=1)
    first = np.full(len(months), months.shape[1])
    for month in reversed(range(known, months.shape[1])):
        first[break_probability(to_date[:, month], total, limit) >= CERTAIN] = month
    return first
