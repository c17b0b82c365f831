"""Exit hazards from published stocks by duration class and, where they are known, entrants.

A monthly cohort model. At a month's end, cohort k holds those who entered k months before, at durations spread evenly
over [k, k + 1) months; the last cohort is open. In month t a cohort loses exp(-c_t (h_{k-1} + h_k) / 2), where h_k is
the hazard at durations from k to k + 1 and c_t = season x a quarterly random walk. Class stocks are sums of cohorts.
Every month the cohorts are rescaled to the published classes, and the next month is forecast from them: the hazards are
those that make Pearson residuals of one-step forecasts smallest, under priors that hold log hazards smooth over
duration and the cycle smooth over quarters. So an error in the entrants, or a change of codes, is forgotten after a
month.

After van den Berg & van Ours, "Unemployment dynamics and duration dependence", Journal of Labor Economics 14(1), 1996,
who identify duration dependence from such classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from sources.errors import InputError

YEAR, QUARTER = 12, 3  # months
BANDS = (0, 1, 2, 3, 6, 9, 12, 18, 24)  # months at which a band of constant hazard begins
BEND = 0.3  # prior standard deviation of second differences of log hazards over bands
DRIFT = 0.05  # of the cycle's change over a quarter
SEASONAL = 0.2  # of the log season of a month
LEVEL = 0.01  # of the mean of the log cycle, which the hazards' level has already
ANCHOR = 0.005  # of a published survival share
STEP = 1e-6  # of the numerical Jacobian, on the log scale


@dataclass(frozen=True, eq=False)
class StockHazards:
    """Fitted hazards.

    Attributes
    ----------
    bands : first month of each band; the last is open.
    hazards : a month, in each band, in a mean month.
    season : (12,) factor by calendar month.
    cycle : factor of all exits by month, without the season.
    spread : root mean square of the Pearson residuals of one-step forecasts; below 1 where only chance moves people,
        for most of a class stay.
    """

    bands: tuple[int, ...]
    hazards: np.ndarray
    season: np.ndarray
    cycle: pd.Series
    spread: float

    def survival(self, months: Sequence[float]) -> np.ndarray:
        """Share of new spells that last over *months*, in mean months.

        >>> flat = StockHazards((0, 2), np.array([0.1, 0.05]), np.ones(12), pd.Series(dtype=float), 1.0)
        >>> (-np.log(flat.survival([1, 2, 4]))).round(6).tolist()
        [0.1, 0.2, 0.3]
        """
        edges = np.append(self.bands, np.inf)
        served = np.clip(np.minimum(np.asarray(months, float)[:, None], edges[1:]) - edges[:-1], 0, None)
        return np.exp(-served @ self.hazards)


def fit_stocks(stock: pd.DataFrame, entrants: pd.Series | None = None, anchors: Mapping[int, float] | None = None,
               bands: tuple[int, ...] = BANDS) -> StockHazards:
    """Fit hazards to monthly stocks by duration class.

    Parameters
    ----------
    stock : people at month end, months (a gapless period index) by classes; columns are the months of duration at which
        classes begin, from 0 up, the last class open. NaN where a count is hidden.
    entrants : people who became unemployed in each of these months. Without them the first class, which must reach over
        a month, stands for them: then hazards of the first month rest on *anchors* and the prior alone.
    anchors : published share of new spells that last over so many months, such as {1: 0.729, 3: 0.442}.

    Raises
    ------
    InputError : fewer than two years of months, a gap, or classes that do not begin at 0 and rise.
    """
    _check(stock, entrants)
    cohorts = _Cohorts(stock, entrants, anchors or {}, bands)
    # "lm" factors by MINPACK; the default takes a singular value decomposition in every step, which costs far more
    found = least_squares(lambda x: cohorts.residuals(x[None])[0], cohorts.start(), cohorts.jacobian, method="lm")
    hazards, season, cycle = cohorts.parts(found.x[None])
    one_step = cohorts.residuals(found.x[None])[0, :cohorts.counted]
    used = max(int(np.isfinite(cohorts.seen[1:, cohorts.told]).sum()), 1)
    return StockHazards(bands, hazards[0], np.exp(season[0]), pd.Series(np.exp(cycle[0]), stock.index, name="cycle"),
                        float(np.sqrt((one_step**2).sum() / used)))


def _check(stock: pd.DataFrame, entrants: pd.Series | None) -> None:
    months, starts = stock.index, np.asarray(stock.columns, float)
    if len(stock) < 2 * YEAR:
        raise InputError("stock", f"{len(stock)} months", "are too few", f"give at least {2 * YEAR} months")
    if len(pd.period_range(months[0], months[-1], freq="M")) != len(months) or not months.is_monotonic_increasing:
        raise InputError("stock", "index", "has a gap or months out of order", "give each month once, oldest first")
    if starts[0] != 0 or (np.diff(starts) <= 0).any():
        raise InputError("stock", "columns", "do not rise from 0", "name classes by the month at which they begin")
    if entrants is None and starts[1] < 1:
        raise InputError("stock", "columns", "the first class is shorter than a month and entrants are not given",
                         "add the first classes up, or give entrants")
    if entrants is not None and not entrants.index.equals(months):
        raise InputError("entrants", "index", "is not that of the stock", "give both the same months")


def steady_cohorts(hazard: np.ndarray) -> np.ndarray:
    """Cohorts (n, cohorts) in proportion to survival, as under steady inflow; the open one holds all that came before.

    Parameters
    ----------
    hazard : (n, cohorts) a month, at durations from k to k + 1 months.
    """
    loss = np.column_stack([hazard[:, 0] / 2, (hazard[:, 1:] + hazard[:, :-1]) / 2])
    people = np.exp(-np.cumsum(loss, axis=1))
    people[:, -1] /= -np.expm1(-hazard[:, -1])
    return people


def survivors(people: np.ndarray, hazard: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Who of the cohorts *people* is there a month later, (n, cohorts); *factor* (n, 1) multiplies all hazards."""
    stay = np.exp(-factor * (hazard[:, 1:] + hazard[:, :-1]) / 2)
    older = np.concatenate([np.zeros((len(people), 1)), people[:, :-1] * stay], axis=1)
    older[:, -1] += people[:, -1] * np.exp(-factor[:, 0] * hazard[:, -1])
    return older


def still_there(hazard: np.ndarray) -> np.ndarray:
    """Share of those who enter evenly over a month under *hazard* who are still there at its end."""
    return -np.expm1(-hazard) / hazard


class _Cohorts:
    """The model on one table; parameters are log hazards by band, eleven log seasons, and a log cycle by quarter.

    All functions take many parameter vectors at once, (n, parameters).
    """

    def __init__(self, stock: pd.DataFrame, entrants: pd.Series | None, anchors: Mapping[int, float],
                 bands: tuple[int, ...]) -> None:
        starts = np.asarray(stock.columns, float)
        self.bands, self.anchors = bands, anchors
        last = max(int(np.ceil(starts[-1])), bands[-1])
        self.band = np.searchsorted(bands, np.arange(last + 1), side="right") - 1
        lower, upper = starts, np.append(starts[1:], np.inf)
        cohort = np.arange(last + 1.0)
        share = np.clip(np.minimum(upper[:, None], cohort + 1) - np.maximum(lower[:, None], cohort), 0, 1)
        share[:, -1] = 0  # the open cohort is in the open class
        share[-1, -1] = 1
        self.share = share  # (classes, cohorts): how much of a cohort lies in a class
        self.seen = stock.to_numpy(float)
        self.entrants = None if entrants is None else entrants.to_numpy(float)
        self.told = slice(0 if entrants is not None else 1, None)  # classes that are forecast
        self.counted = (len(stock) - 1) * len(range(len(starts))[self.told])
        self.month = stock.index.month.to_numpy() - 1
        self.quarter = np.arange(len(stock)) // QUARTER

    def start(self) -> np.ndarray:
        """One hazard for all, the turnover of the stock; no season, no cycle."""
        total = np.nanmean(np.nansum(self.seen, axis=1))
        flow = np.nanmean(self.seen[:, 0] if self.entrants is None else self.entrants)
        return np.concatenate([np.full(len(self.bands), np.log(flow / total)),
                               np.zeros(YEAR - 1 + self.quarter[-1] + 1)])

    def parts(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Hazards by band, log season (12), log cycle by month."""
        count = len(self.bands)
        season = x[:, count:count + YEAR - 1]
        season = np.column_stack([season, -season.sum(axis=1)])
        return np.exp(x[:, :count]), season, x[:, count + YEAR - 1:][:, self.quarter]

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """Forward differences, all parameters in one pass."""
        values = self.residuals(x + np.vstack([np.zeros(len(x)), STEP * np.eye(len(x))]))
        return (values[1:] - values[0]).T / STEP

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Pearson residuals of one-step forecasts, then those of priors and anchors."""
        by_band, season, cycle = self.parts(x)
        hazard, factor = by_band[:, self.band], np.exp(season[:, self.month] + cycle)
        people, forecast = self._rescaled(steady_cohorts(hazard), 0), []
        for month in range(1, len(self.seen)):
            people = self._next(people, hazard, factor[:, [month]], month)
            classes = people @ self.share.T
            gap = (self.seen[month] - classes) / np.sqrt(np.maximum(classes, 1))
            forecast.append(np.where(np.isnan(gap), 0, gap)[:, self.told])
            people = self._rescaled(people, month)
        return np.concatenate([np.concatenate(forecast, axis=1), self._priors(x, hazard)], axis=1)

    def _priors(self, x: np.ndarray, hazard: np.ndarray) -> np.ndarray:
        count = len(self.bands)
        cycle = x[:, count + YEAR - 1:]
        served = np.concatenate([np.zeros((len(x), 1)), np.cumsum(hazard, axis=1)], axis=1)
        anchors = [(np.exp(-served[:, [month]]) - share) / ANCHOR for month, share in self.anchors.items()]
        return np.concatenate([np.diff(x[:, :count], 2, axis=1) / BEND, x[:, count:count + YEAR - 1] / SEASONAL,
                               np.diff(cycle, axis=1) / DRIFT, cycle.mean(axis=1, keepdims=True) / LEVEL, *anchors],
                              axis=1)

    def _next(self, people: np.ndarray, hazard: np.ndarray, factor: np.ndarray, month: int) -> np.ndarray:
        """Cohorts a month later."""
        older = survivors(people, hazard, factor)
        if self.entrants is None:  # what the first class holds beyond those of last month is new
            older[:, 0] = np.maximum((self.seen[month, 0] - older @ self.share[0]) / self.share[0, 0], 1)
        else:
            older[:, 0] = self.entrants[month] * still_there(factor[:, 0] * hazard[:, 0])
        return older

    def _rescaled(self, people: np.ndarray, month: int) -> np.ndarray:
        """*people* with each class at its published size; a hidden one stays."""
        ratio = self.seen[month] / (people @ self.share.T)
        return people * (np.where(np.isnan(ratio), 1, ratio) @ self.share)
