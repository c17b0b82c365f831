"""One series, fitted: quantiles, joint paths, and the reasons for both."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from forecasting.calibrate_intervals import stretch_nodes, stretched
from forecasting.combine import Combination
from forecasting.guards import sanity_bounds
from forecasting.members import MEMBERS, UNSEASONAL, Ahead
from forecasting.pull import model_weight, seasonal_mean
from forecasting.scores import LEVELS
from forecasting.series import SEASONAL, Prepared, area_of
from sim.clients.streams import generator

HORIZON = 48
GRID = np.linspace(-12, 12, 481)  # standard scores over which a value's own score is looked up


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted series and everything that is known of its months ahead.

    Attributes
    ----------
    series : what was fitted.
    members : combined models; empty for a constant series.
    rest : long-run seasonal mean and standard deviation on the log scale, (horizon,) each.
    weight : weight of the members against the rest, by month ahead.
    nodes : stretch of the intervals, (horizon, 3), or None where there is no panel of past errors.
    bounds : lowest and highest log level.
    dropped : members that failed, with the reason.
    """

    series: Prepared
    members: Combination | None
    rest: tuple[np.ndarray, np.ndarray]
    weight: np.ndarray
    nodes: np.ndarray | None
    bounds: tuple[float, float]
    dropped: Mapping[str, str]

    @property
    def horizon(self) -> int:
        """Months that were looked ahead at fitting."""
        return len(self.weight)

    def months(self, horizon: int) -> pd.PeriodIndex:
        """The *horizon* months after the last observed one."""
        return pd.period_range(self.series.last + 1, periods=horizon, freq="M", name="month")

    def uncalibrated(self, scores: np.ndarray) -> np.ndarray:
        """Log levels at the model's own standard *scores* (…, horizon): combined and pulled, not bounded."""
        if self.members is None:
            return np.broadcast_to(self.series.logs[-1], scores.shape)
        mean, sd = self.rest
        return self.weight * self.members.levels(scores) + (1 - self.weight) * (mean + sd * scores)

    def values(self, scores: np.ndarray) -> np.ndarray:
        """Values at standard *scores* (…, horizon): calibrated, bounded, in the units of the series; rising."""
        logs = self.uncalibrated(scores if self.nodes is None else stretched(scores, self.nodes))
        levels = np.exp(np.clip(logs, *self.bounds)) - self.series.offset
        return np.maximum(levels, 0) * self.series.divisor(self.months(self.horizon))

    def quantiles(self, horizon: int, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """Quantiles of each of the next *horizon* months; one column a level, one row a month."""
        scores = np.repeat(norm.ppf(np.asarray(levels))[:, None], self.horizon, axis=1)
        return pd.DataFrame(self.values(scores).T[:horizon], index=self.months(horizon), columns=list(levels))

    def sample(self, horizon: int, draws: Iterable[int], seed: int, *, paired: bool = False) -> np.ndarray:
        """Joint paths of the next *horizon* months, (draws, horizon), in the units of the series.

        Each path is one member's, with that member's correlation of months; its standard scores are then read in the
        combined, pulled and calibrated distribution, whose quantiles the paths therefore have. Draw *d* depends on
        (seed, name, d) alone: more draws, or a longer horizon, keep what was there.

        Parameters
        ----------
        draws : numbers of the draws, as ``range(100)``.
        seed : non-negative seed of the run.
        paired : whether draws 0 and 1, 2 and 3, … are mirror images: the second of a pair has all scores negated, so
            that few draws have the right centre.
        """
        numbers = np.array(list(draws), dtype=int)
        keys = numbers // 2 if paired else numbers
        normals, member = np.empty((len(keys), self.horizon)), np.empty(len(keys), dtype=int)
        for row, key in enumerate(keys.tolist()):
            stream = generator(seed, key, self.series.name)
            member[row] = stream.integers(len(self.members.members) if self.members else 1)
            normals[row] = stream.standard_normal(self.horizon)
        scores = self.members.scores_of_paths(member, normals) if self.members else normals
        if paired:
            scores = np.where((numbers % 2 == 1)[:, None], -scores, scores)
        return self.values(scores)[:, :horizon]

    def score_of(self, actual: pd.Series) -> np.ndarray:
        """The model's own standard score of what came, *actual* by month from the first month ahead."""
        logs = self.series.logs_of(actual.to_numpy(float), pd.PeriodIndex(actual.index))
        grid = self.uncalibrated(np.repeat(GRID[:, None], self.horizon, axis=1))
        return np.array([np.interp(log, grid[:, step], GRID) for step, log in enumerate(logs)])


def fit_series(series: Prepared, horizon: int = HORIZON, errors: pd.DataFrame | None = None) -> Fitted:
    """Fit the members of its kind to one prepared series, *horizon* months ahead.

    Parameters
    ----------
    errors : past errors of many areas (``calibrate_intervals``) that stretch the intervals, but those of the own area;
        None leaves the model's.
    """
    logs = series.logs
    seasonal = len(logs) >= SEASONAL
    rest = seasonal_mean(logs, horizon) if seasonal else (np.zeros(horizon), np.zeros(horizon))
    weight = model_weight(horizon, series.kind.half_life if seasonal else None)
    if series.constant:
        return Fitted(series, None, rest, weight, None, (-np.inf, np.inf), {})
    nodes = None if errors is None else stretch_nodes(errors, series.last, horizon, area_of(series.name))
    models = {name: MEMBERS[name] for name in series.kind.members} if seasonal else UNSEASONAL
    ahead, dropped = dict[str, Ahead](), dict[str, str]()
    for name, model in models.items():
        reason = ""
        try:
            with warnings.catch_warnings():  # set here, for statsmodels turns its own warnings on at import
                warnings.simplefilter("ignore")
                ahead[name] = model(logs, horizon)
        except (ValueError, np.linalg.LinAlgError, ZeroDivisionError) as fault:
            reason = str(fault).splitlines()[0]
        if name in ahead and not _sound(ahead[name]):
            del ahead[name]
            reason = "its forecast is not finite"
        if reason:
            dropped[name] = reason
    if not ahead:
        raise ValueError(f"no member could be fitted to series {series.name}: {dropped}")
    return Fitted(series, Combination(ahead), rest, weight, nodes, sanity_bounds(logs), dropped)


def _sound(ahead: Ahead) -> bool:
    return bool(np.isfinite(ahead.mean).all() and np.isfinite(ahead.root).all() and (ahead.sd > 0).all())
