"""Rates of producers on equal terms: adjusted for whom they took, with intervals, and shrunk where little is known.

**Adjustment** is indirect standardisation. A case-mix model, a logistic regression on the cells of what clients were at
the start, says how many outcomes each producer's clients would have had with the mean producer of the service; observed
over expected is the producer's ratio. The producers' own effects stand in the regression while it is fitted and are
left out of the expectation, so that a producer is not adjusted for its own merit. In each unit (draw and replication)
expected outcomes are brought to the observed sum over producers: what all share in a unit is no difference of theirs.

**Shrinkage** is empirical Bayes with normal errors: a ratio is drawn towards 1 by the part of its variance that is
chance; how far true ratios lie apart is estimated from all services together (DerSimonian and Laird, 1986).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

SPREAD = 2.5  # standard deviation of the weak prior of each coefficient, on the logit scale: no cell runs off
STEPS, CLOSE = 50, 1e-8
LOW, HIGH = 0.1, 0.9  # of all intervals


class Standardised(NamedTuple):
    """Producers of one service, each (producers,).

    Attributes
    ----------
    starters, outcomes, expected : over all units; ``expected`` with the mean producer of the service.
    ratio : outcomes over expected; NaN where nobody came. Of a producer that is alone 1.
    error : its standard error over units; infinite with one unit. Of a producer that is alone, that of its rate.
    rate : of all the service's starters, one number.
    units : how many.
    """

    starters: np.ndarray
    outcomes: np.ndarray
    expected: np.ndarray
    ratio: np.ndarray
    error: np.ndarray
    rate: float
    units: int

    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """10 % and 90 % points of the ratio, by Student's t over units."""
        width = stats.t.ppf(HIGH, max(self.units - 1, 1)) * self.error
        return self.ratio - width, self.ratio + width


def standardise(producer: np.ndarray, unit: np.ndarray, cells: np.ndarray, outcome: np.ndarray,
                producers: int) -> Standardised:
    """Producers of a service, compared.

    Parameters
    ----------
    producer, unit : (clients,) codes from 0.
    cells : (clients, characteristics) codes from 0.
    outcome : (clients,) whether it came.
    producers : how many there are.
    """
    chance = _chance_with_the_mean(producer, cells, outcome, producers)
    units = int(unit.max()) + 1
    shape = units, producers
    place = unit * producers + producer

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, values, units * producers).reshape(shape)

    observed, expected = sums(outcome), sums(chance)
    if producers > 1:
        whole = expected.sum(axis=1, keepdims=True)
        expected *= np.divide(observed.sum(axis=1, keepdims=True), whole, out=np.ones_like(whole), where=whole > 0)
    total = expected.sum(axis=0)
    gaps = observed - expected
    gaps = gaps - gaps.mean(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(total > 0, observed.sum(axis=0) / total, np.nan)
        spread = np.sqrt((gaps ** 2).sum(axis=0) * units / (units - 1)) if units > 1 else np.full(producers, np.inf)
        error = np.where(total > 0, spread / total, np.nan)
    ratio = ratio if producers > 1 else np.ones(1)
    return Standardised(np.bincount(producer, minlength=producers), observed.sum(axis=0), total, ratio, error,
                        float(outcome.mean()), units)


def _chance_with_the_mean(producer: np.ndarray, cells: np.ndarray, outcome: np.ndarray,
                          producers: int) -> np.ndarray:
    """Chance of an outcome of each client with the mean producer."""
    keys = np.column_stack([producer, cells])
    rows, row_of, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    row_of = row_of.ravel()
    came = np.bincount(row_of, outcome, len(rows))
    own = np.eye(producers)[rows[:, 0]]
    mix = np.column_stack([np.ones(len(rows)), *(np.equal.outer(column, np.unique(column)[1:]).astype(float)
                                                 for column in rows[:, 1:].T)])
    design = np.column_stack([mix, own])
    weak = np.full(design.shape[1], SPREAD ** -2)
    weak[0] = 0.0
    beta = np.zeros(design.shape[1])
    rate = min(max(came.sum() / count.sum(), 0.5 / count.sum()), 1 - 0.5 / count.sum())
    beta[0] = np.log(rate / (1 - rate))
    for _ in range(STEPS):
        chance = _logistic(design @ beta)
        information = (design * (count * chance * (1 - chance))[:, None]).T @ design + np.diag(weak)
        step = np.linalg.solve(information, design.T @ (came - count * chance) - weak * beta)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < CLOSE:
            break
    return _logistic(_levelled(mix @ beta[:mix.shape[1]], count, came.sum()))[row_of]


def _levelled(score: np.ndarray, count: np.ndarray, outcomes: float) -> np.ndarray:
    """*score* moved by what makes the expected outcomes those that came."""
    if not 0 < outcomes < count.sum():
        return np.full(len(score), np.inf if outcomes else -np.inf)
    low, high = -40.0 - score.max(), 40.0 - score.min()
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if count @ _logistic(score + middle) < outcomes else (low, middle)
    return score + (low + high) / 2


def _logistic(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(score, -500, 500)))


def shrunk(services: list[Standardised]) -> list[np.ndarray]:
    """Ratios of each service's producers drawn towards 1; as they are where a service has one producer only."""
    spread, weights = 0.0, 0.0
    for each in services:
        known = _comparable(each)
        if known.sum() > 1:
            weight = 1 / each.error[known] ** 2
            mean = np.average(each.ratio[known], weights=weight)
            spread += weight @ (each.ratio[known] - mean) ** 2 - (known.sum() - 1)
            weights += weight.sum() - (weight ** 2).sum() / weight.sum()
    between = max(spread / weights, 0.0) if weights else 0.0
    return [np.where(_comparable(each), 1 + between / (between + each.error ** 2) * (each.ratio - 1), each.ratio)
            if _comparable(each).sum() > 1 else each.ratio for each in services]


def _comparable(each: Standardised) -> np.ndarray:
    return np.isfinite(each.ratio) & np.isfinite(each.error) & (each.error > 0)


def of_one_year(rate: np.ndarray, clients: np.ndarray, between: float) -> tuple[np.ndarray, np.ndarray]:
    """10 % and 90 % points of the rate that one year's real *clients* show where the true one is *rate*.

    *between* is the variance of the true rate from unit to unit; the rest is binomial. A beta distribution has both.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = rate * (1 - rate) / clients + between
        size = rate * (1 - rate) / np.minimum(variance, 0.99 * rate * (1 - rate)) - 1
        ends = [stats.beta.ppf(point, rate * size, (1 - rate) * size) for point in (LOW, HIGH)]
    inside = (rate > 0) & (rate < 1)
    return np.where(inside, ends[0], rate), np.where(inside, ends[1], rate)


def between_units(frame: pd.DataFrame) -> float:
    """Variance of the true rate from unit to unit: that of the rates less what binomial chance makes of it.

    *frame* has ``unit`` and ``outcome``.
    """
    units = frame.groupby("unit")["outcome"].agg(["mean", "size"])
    if len(units) < 2:
        return 0.0
    chance = (units["mean"] * (1 - units["mean"]) / np.maximum(units["size"] - 1, 1)).mean()
    return max(float(units["mean"].var(ddof=1) - chance), 0.0)
