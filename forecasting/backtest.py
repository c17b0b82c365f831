"""What would have been forecast, from each of many origins, beside what came.

At each origin the members are fitted anew, on the months up to it and on nothing later; so are the interval's factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import norm

from forecasting.model import fit_series
from forecasting.scores import LEVELS, YEAR, band_of, naive_scales, summary
from forecasting.series import SEASONAL, Kind, Spread, by_series, check_values, prepared
from sources.errors import InputError

COMBINATION, NAIVE = "combination", "seasonal naive"


def origins_of(series: pd.Series, horizon: int, count: int, step: int = 3) -> list[pd.Period]:
    """The newest *count* origins, *step* months apart, from which *horizon* months have been observed, oldest first.

    Fewer, where the first would not know SEASONAL months of the series.

    Raises
    ------
    InputError : there is not one.
    """
    newest, first = series.index[-1] - horizon, series.index[0] + SEASONAL - 1
    found = [newest - step * back for back in range(count) if newest - step * back >= first]
    if not found:
        raise InputError(f"series {series.name}", f"{len(series)} months",
                         f"are too few for a backtest over {horizon} months",
                         f"give at least {SEASONAL + horizon} months, or ask for a shorter horizon")
    return found[::-1]


def backtest(frame: pd.DataFrame, kind: Kind, *, horizon: int = 24, origins: int = 22, step: int = 3,
             errors: pd.DataFrame | None = None, spread: Spread = map) -> pd.DataFrame:
    """Forecasts from rolling origins of every series of a tidy *frame*.

    Parameters
    ----------
    frame : series, month, value.
    kind : what sort of quantity the series are.
    horizon, origins, step : months ahead, number of origins, months between them.
    errors : past errors of other series, to calibrate intervals by; at each origin only what was known then is used.
    spread : applies a function to each of a list, like ``map``; another may use several processes.

    Returns
    -------
    DataFrame : model (COMBINATION or NAIVE), series, origin, horizon, month, actual, one column each of LEVELS,
        mae_scale and rms_scale (``scores.naive_scales``) and score: the standard score of what came by the
        combination's own uncalibrated interval, NaN for NAIVE. Months that were not observed have no row.
    """
    known = by_series(frame)
    for series in known.values():
        check_values(series)
    keys = [(series.loc[:origin], series.loc[origin + 1:origin + horizon])
            for series in known.values() for origin in origins_of(series, horizon, origins, step)]
    task = partial(_from_one_origin, kind=kind, errors=errors)
    return pd.concat(spread(task, keys), ignore_index=True)


def _from_one_origin(key: tuple[pd.Series, pd.Series], kind: Kind, errors: pd.DataFrame | None) -> pd.DataFrame:
    """Both models' forecasts of the months after one origin."""
    known, actual = key
    horizon = len(actual)
    fitted = fit_series(prepared(known, kind), horizon, errors)
    mae, rms = naive_scales(known.to_numpy())
    parts = {COMBINATION: fitted.quantiles(horizon), NAIVE: seasonal_naive(known, horizon)}
    scores = {COMBINATION: fitted.score_of(actual), NAIVE: np.nan}
    frames = [part.assign(model=name, series=known.name, origin=known.index[-1], horizon=range(1, horizon + 1),
                          month=part.index, actual=actual.to_numpy(), mae_scale=mae, rms_scale=rms, score=scores[name])
              for name, part in parts.items()]
    return pd.concat(frames, ignore_index=True).dropna(subset=["actual"])


def seasonal_naive(known: pd.Series, horizon: int, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
    """Quantiles of the same month of the last known year, the yardstick of every forecast.

    The spread is that of changes over a year, growing with the root of the years ahead (Hyndman & Athanasopoulos,
    Forecasting: Principles and Practice, 3rd ed., section 5.5).
    """
    values = known.ffill().to_numpy(float)
    sd = np.nanstd(values[YEAR:] - values[:-YEAR])
    years = (np.arange(horizon) // YEAR + 1)[:, None]
    quantiles = np.resize(values[-YEAR:], horizon)[:, None] + sd * np.sqrt(years) * norm.ppf(np.asarray(levels))
    months = pd.period_range(known.index[-1] + 1, periods=horizon, freq="M", name="month")
    return pd.DataFrame(np.maximum(quantiles, 0), index=months, columns=list(levels))


def year_ends(forecasts: pd.DataFrame, values: pd.DataFrame, budget: pd.DataFrame) -> pd.DataFrame:
    """Year-end totals as each origin saw them: outturn to date plus forecast, and plus the remaining budget.

    Parameters
    ----------
    forecasts : what ``backtest`` returned.
    values, budget : tidy frames (series, month, value): what came, and what the budget gave each month.

    Returns
    -------
    DataFrame : series, origin, year, actual, forecast, remaining_budget; of years whose months are all known, budgeted,
        and, after the origin, forecast.
    """
    came, planned = by_series(values), by_series(budget)
    rows = []
    medians = forecasts[forecasts["model"] == COMBINATION]
    for (name, origin), group in medians.groupby(["series", "origin"], sort=False):
        ahead = group.set_index("month")[0.5]
        rest = pd.period_range(origin + 1, f"{(origin + 1).year}-12", freq="M")
        year = pd.period_range(f"{rest[0].year}-01", periods=YEAR, freq="M")
        plan = planned.get(name, pd.Series(dtype=float, index=pd.PeriodIndex([], freq="M"))).reindex(rest)
        actual = came[name].reindex(year)
        if plan.isna().any() or actual.isna().any() or not rest.isin(ahead.index).all():
            continue
        to_date = actual[~year.isin(rest)].sum()
        rows.append({"series": name, "origin": origin, "year": rest[0].year, "actual": actual.sum(),
                     "forecast": to_date + ahead[rest].sum(), "remaining_budget": to_date + plan.sum()})
    return pd.DataFrame(rows, columns=["series", "origin", "year", "actual", "forecast", "remaining_budget"])


def year_end_errors(ends: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute errors of ``year_ends``, as shares of the actual total, by months known of the year.

    Returns
    -------
    DataFrame : series, month (months of the year known at the origin, 0 to 11), totals, forecast_error, budget_error.
    """
    known = ends["origin"].map(lambda origin: origin.month % YEAR)
    errors = ends.assign(month=known, forecast_error=(ends["forecast"] / ends["actual"] - 1).abs(),
                         budget_error=(ends["remaining_budget"] / ends["actual"] - 1).abs())
    grouped = errors.groupby(["series", "month"])
    table = grouped[["forecast_error", "budget_error"]].mean()
    table.insert(0, "totals", grouped.size())
    return table.reset_index()


def score_bands(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Scores of a backtest by series, band of horizons and model; see ``scores.summary``."""
    banded = forecasts.assign(band=band_of(forecasts["horizon"]), name=forecasts["series"])
    banded = banded.sort_values("horizon", kind="stable")
    scores = summary(banded, ("name", "band", "model")).reset_index()
    return scores.rename(columns={"name": "series"})
