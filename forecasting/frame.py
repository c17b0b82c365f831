"""The verbs on a tidy frame: fit all its series, then forecast, sample, explain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from forecasting.calibrate_intervals import NOMINAL
from forecasting.members import YEAR
from forecasting.members.base import Note
from forecasting.model import HORIZON, Fitted, fit_series
from forecasting.scores import LEVELS
from forecasting.series import KINDS, Kind, Spread, by_series, prepared


@dataclass(frozen=True, eq=False)
class Model:
    """All series of a frame, fitted, by name."""

    series: Mapping[str, Fitted]

    def forecast(self, horizon: int, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """Quantiles of the next *horizon* months of each series.

        Returns
        -------
        DataFrame : series, origin (last observed month), horizon, month, and one column a quantile of *levels*.
        """
        parts = []
        for name, fitted in self.series.items():
            quantiles = fitted.quantiles(horizon, levels).reset_index()
            quantiles.insert(0, "horizon", range(1, horizon + 1))
            quantiles.insert(0, "origin", fitted.series.last)
            quantiles.insert(0, "series", name)
            parts.append(quantiles)
        return pd.concat(parts, ignore_index=True)

    def sample(self, horizon: int, draws: Iterable[int], seed: int, *, paired: bool = False) -> dict[str, np.ndarray]:
        """Joint paths (draws, horizon) of each series; see ``Fitted.sample``. Series have their own random numbers."""
        numbers = list(draws)
        return {name: fitted.sample(horizon, numbers, seed, paired=paired) for name, fitted in self.series.items()}

    def explain(self) -> pd.DataFrame:
        """Why each forecast is as it is: one row a series and part, see ``explained``."""
        return pd.concat([explained(fitted) for fitted in self.series.values()], ignore_index=True)


def fit(frame: pd.DataFrame, kind: Kind = KINDS["stock"], *, horizon: int = HORIZON,
        errors: pd.DataFrame | None = None, spread: Spread = map) -> Model:
    """Fit every series of a tidy *frame* (series, month, value), to look at most *horizon* months ahead.

    Parameters
    ----------
    kind : what sort of quantity the series are: KINDS["stock"] or KINDS["euro"].
    errors : past errors of other series (``read_panel``) by which intervals are calibrated.
    spread : applies a function to each of a list, like ``map``; another may use several processes.

    Raises
    ------
    InputError : a series cannot be used; the line names it, the month and the mend.

    Examples
    --------
    >>> months = pd.period_range("2018-01", periods=60, freq="M")
    >>> level = 1000 + 50 * np.cos(np.arange(60) * np.pi / 6) + np.arange(60) % 7
    >>> model = fit(pd.DataFrame({"series": "stock:Town", "month": months, "value": level}))
    >>> model.sample(24, range(3), seed=1)["stock:Town"].shape
    (3, 24)
    """
    ready = {name: prepared(series, kind) for name, series in by_series(frame).items()}
    task = partial(fit_series, horizon=horizon, errors=errors)
    return Model(dict(zip(ready, spread(task, list(ready.values())), strict=True)))


def explained(fitted: Fitted) -> pd.DataFrame:
    """Members with their weights, the long-run mean with its own, and every guard that acted, of one series.

    Returns
    -------
    DataFrame : series, part (member, "seasonal mean" or "guard"), first_year and last_year (mean weight over the first
        and the last twelve months looked ahead; NaN for guards), note and detail (``members.base.Note``).
    """
    rows = []
    if fitted.members:
        for name, share in fitted.members.weights().items():
            weight = share * fitted.weight
            notes = fitted.members.members[name].notes or [("", "")]
            rows.append((name, weight[:YEAR].mean(), weight[-YEAR:].mean(), *notes[0]))
        if (fitted.weight < 1).any():
            rest = 1 - fitted.weight
            rows.append(("seasonal mean", rest[:YEAR].mean(), rest[-YEAR:].mean(), "", ""))
    rows += [("guard", np.nan, np.nan, *note) for note in _guards(fitted)]
    table = pd.DataFrame(rows, columns=["part", "first_year", "last_year", "note", "detail"])
    table.insert(0, "series", fitted.series.name)
    return table


def _guards(fitted: Fitted) -> list[Note]:
    guards = [*fitted.series.notes, *(("left_out", f"{name}: {reason}") for name, reason in fitted.dropped.items())]
    if held := held_months(fitted):
        guards.append(("held", f"{held}"))
    if fitted.nodes is not None:
        first, last = fitted.nodes[[0, -1], -1] / NOMINAL[-1]
        guards.append(("stretched", f"{first:.2f} … {last:.2f}"))
    return guards


def held_months(fitted: Fitted) -> int:
    """Months whose median would have left the sanity bounds."""
    logs = fitted.uncalibrated(np.zeros((1, fitted.horizon)))[0]
    low, high = fitted.bounds
    return int(((logs < low) | (logs > high)).sum())


def to_total(parts: Mapping[str, np.ndarray], total: np.ndarray) -> dict[str, np.ndarray]:
    """Paths of the *parts*, (draws, horizon) each, scaled in every draw and month so that they add up to *total*.

    What is kept of the parts is their shares, what is kept of the total is all: its distribution and its cycle.
    """
    added = np.sum(list(parts.values()), axis=0)
    factor = np.divide(total, added, out=np.zeros_like(added), where=added > 0)
    return {name: paths * factor for name, paths in parts.items()}
