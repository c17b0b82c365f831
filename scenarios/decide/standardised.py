"""Rates of producers on equal terms: adjusted for whom they took, with intervals, and shrunk where little is known.

**Adjustment** is indirect standardisation. A case-mix model, a logistic regression on the cells of what clients were at
the start, says how many outcomes each producer's clients would have had with the mean producer of the service; observed
over expected is the producer's ratio. The producers' own effects stand in the regression while it is fitted and are
left out of the expectation, so that a producer is not adjusted for its own merit. In each unit (draw and replication)
expected outcomes are brought to the observed sum over producers: what all share in a unit is no difference of theirs.
Errors are a jackknife's over clusters of units.

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
MOST_GROUPS = 20  # of clusters, left out one at a time


class Standardised(NamedTuple):
    """Producers of one service, each (producers,).

    Attributes
    ----------
    starters, outcomes, expected : over all units; ``expected`` with the mean producer of the service.
    ratio : outcomes over expected; NaN where nobody came. Of a producer that is alone 1.
    error : its standard error; infinite where one cluster is all there is. Of a producer that is alone, that of its
        rate over the rate.
    rate : of all the service's starters, one number.
    groups : of clusters, from which the error was reckoned.
    """

    starters: np.ndarray
    outcomes: np.ndarray
    expected: np.ndarray
    ratio: np.ndarray
    error: np.ndarray
    rate: float
    groups: int

    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """10 % and 90 % points of the ratio, by Student's t; NaN where its error is not known."""
        width = self._width(HIGH)
        return self.ratio - width, self.ratio + width

    @property
    def told(self) -> np.ndarray:
        """Whether a ratio is told from one: its 95 % interval does not hold it."""
        return np.abs(self.ratio - 1) > self._width(0.975)

    def _width(self, point: float) -> np.ndarray:
        known = np.where(np.isfinite(self.error), self.error, np.nan)
        return stats.t.ppf(point, max(self.groups - 1, 1)) * known


class Clients(NamedTuple):
    """Who started in a service, arrays by client.

    Attributes
    ----------
    producer, unit, cluster : codes from 0; units of a cluster (a mirrored pair of draws) are not independent.
    cells : (clients, characteristics) codes from 0.
    outcome : whether it came, as 0 and 1.
    """

    producer: np.ndarray
    unit: np.ndarray
    cluster: np.ndarray
    cells: np.ndarray
    outcome: np.ndarray

    def where(self, rows: np.ndarray) -> Clients:
        """Those in *rows*."""
        return Clients(*(column[rows] for column in self))


def standardise(clients: Clients, producers: int) -> Standardised:
    """The *producers* of a service, compared.

    Errors are those of a jackknife that leaves out a group of clusters at a time and fits anew, so that they hold what
    is not known of the case mix, too.
    """
    observed, expected = _outcomes(clients, producers)
    rate = float(clients.outcome.mean())
    ratio = _over(observed, expected) if producers > 1 else np.ones(1)
    names, place = np.unique(clients.cluster, return_inverse=True)
    groups = min(len(names), MOST_GROUPS)
    error = np.full(producers, np.inf)
    if groups > 1:
        left = [clients.where(place % groups != each) for each in range(groups)]
        ratios = np.stack([_over(*_outcomes(each, producers)) if producers > 1
                           else np.array([each.outcome.mean() / rate if rate else 0.0]) for each in left])
        error = np.sqrt((groups - 1) / groups * ((ratios - ratios.mean(axis=0)) ** 2).sum(axis=0))
    return Standardised(np.bincount(clients.producer, minlength=producers), observed, expected, ratio, error, rate,
                        groups)


def _outcomes(clients: Clients, producers: int) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes of each producer, and those expected with the mean one, (producers,)."""
    if producers == 1:
        return clients.outcome.sum(keepdims=True), clients.outcome.sum(keepdims=True)
    units = int(clients.unit.max()) + 1
    place = clients.unit * producers + clients.producer

    def sums(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, values, units * producers).reshape(units, producers)

    chance = _chance_with_the_mean(clients.producer, clients.cells, clients.outcome, producers)
    observed, expected = sums(clients.outcome), sums(chance)
    level = _over(observed.sum(axis=1, keepdims=True), expected.sum(axis=1, keepdims=True))
    return observed.sum(axis=0), np.nansum(expected * level, axis=0)


def _over(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """NaN where there is nothing to divide by."""
    return np.divide(numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator > 0)


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
