"""A shock that has been, as multipliers that can be laid on a path: never an edit of what was observed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.model import fit_series
from forecasting.series import Kind, prepared
from sources.errors import InputError


def measured_shock(series: pd.Series, kind: Kind, first: pd.Period, last: pd.Period) -> np.ndarray:
    """What came over what was forecast, as multipliers (months,) from *first* to *last*.

    The forecast is the median from the month before *first*, which knows nothing later.

    Raises
    ------
    InputError : some of the months was not observed, or too few were before them.
    """
    came = series.reindex(pd.period_range(first, last, freq="M"))
    if came.isna().any():
        raise InputError(f"series {series.name}", f"month {came.index[came.isna()][0]}", "of the shock is not observed",
                         "choose a shock whose months are")
    expected = fit_series(prepared(series.loc[:first - 1], kind), len(came)).quantiles(len(came), [0.5])[0.5]
    return came.to_numpy() / expected.to_numpy()


def with_shock(paths: np.ndarray, months: pd.PeriodIndex, shock: np.ndarray, start: pd.Period) -> np.ndarray:
    """*paths* (…, months) with the multipliers *shock* from month *start* on; months beyond either are left alone.

    Raises
    ------
    InputError : *start* is not among *months*.
    """
    if start not in months:
        raise InputError("shock", f"start {start}", f"is outside the path, {months[0]} to {months[-1]}",
                         "choose a month of the path, or a longer one")
    factor = np.ones(len(months))
    at = months.get_loc(start)
    factor[at:at + len(shock)] = shock[:len(months) - at]
    return paths * factor
