"""An outlook by year as months: smooth, with the season of the series, and exactly the stated means.

The proportional first-difference method of Denton ("Adjustment of monthly or quarterly series to annual totals",
Journal of the American Statistical Association 66, 1971), with the start left free as Cholette (1984) does, or tied to
the last observed month: of all paths with the stated means, the one whose level without season changes least from month
to month. Months between the last observed one and the first stated year are so bridged by a straight line.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.members.base import YEAR
from sources.errors import InputError


def outlook_months(annual: pd.Series, pattern: np.ndarray, last: pd.Period | None = None,
                   level: float = np.nan) -> pd.Series:
    """Months of an outlook, through the end of its last year.

    Parameters
    ----------
    annual : stated mean of each calendar year, by year (whole numbers in a row). A year of which some month is observed
        is left out: what was observed wins.
    pattern : (12,) seasonal factor of January to December, as ``season.seasonal_index``.
    last, level : last observed month and its value: the path goes on from there. Without them it begins with the first
        stated year and knows nothing of what was before.

    Returns
    -------
    Series : by month, from the one after *last*, or from the first January, to the last December.

    Raises
    ------
    InputError : no year lies wholly after *last*, or a month would be negative, so unlike are the years.
    """
    stated = annual[[last is None or year > last.year for year in annual.index]]
    if stated.empty:
        raise InputError("outlook", f"year {annual.index[-1]}", f"is not after the last observed month, {last}",
                         "give an outlook of later years, or an earlier origin")
    first = pd.Period(f"{stated.index[0]}-01", "M") if last is None else last
    months = pd.period_range(first, f"{stated.index[-1]}-12", freq="M", name="month")
    season = pattern[months.month - 1]
    means = (months.year.to_numpy() == stated.index.to_numpy()[:, None]) * season / YEAR
    rules, targets = means, stated.to_numpy(float)
    if last is not None:
        rules, targets = np.vstack([season * (months == last), means]), np.append(level, targets)
    values = pd.Series(_smoothest(rules, targets) * season, index=months, name=annual.name)
    if (values <= 0).any():
        raise InputError("outlook", f"month {values.idxmin()}", "would be negative between years so unlike",
                         "check the stated means")
    return values if last is None else values[1:]


def _smoothest(rules: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Levels with the least sum of squared changes for which *rules* (rules, months) @ levels = *targets*."""
    count, months = rules.shape
    change = np.diff(np.eye(months), axis=0)
    system = np.block([[change.T @ change, rules.T], [rules, np.zeros((count, count))]])
    return np.linalg.solve(system, np.append(np.zeros(months), targets))[:months]


def months_of_doubt(months: pd.PeriodIndex, last: pd.Period, published: pd.Period) -> np.ndarray:
    """Months ahead that an outlook's path is as uncertain as, (months,): 1 or more.

    Whoever made the outlook knew all months before its publication, so from there on it is a forecast of that date. The
    months between the last observed one and that date are a bridge, whose ends are known: each is as uncertain as a
    forecast from the nearer end.

    Parameters
    ----------
    months : of the path, all after *last*.
    last : last month that was observed here.
    published : month in which the outlook was published.

    Examples
    --------
    >>> months_of_doubt(pd.period_range("2024-01", periods=6, freq="M"), pd.Period("2023-12", "M"),
    ...                 pd.Period("2024-05", "M")).tolist()
    [1, 2, 1, 1, 1, 2]
    """
    ahead, away = (months.astype("int64") - end.ordinal for end in (last, published - 1))
    return np.maximum(np.minimum(ahead, np.abs(away)), 1)


def outlook_growth(annual: pd.Series, base: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
    """Growth since *base* by the outlook, without season: multipliers (months,) of the level that a series has there.

    For a series that is observed further than the one that the outlook is of: what is taken over is the outlook's
    course, not its level.

    Raises
    ------
    InputError : *base* or some month lies outside the stated years.

    Examples
    --------
    >>> outlook_growth(pd.Series({2026: 100.0, 2027: 100.0}), pd.Period("2026-08"),
    ...                pd.period_range("2026-09", periods=3, freq="M")).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    levels = outlook_months(annual, np.ones(YEAR))
    for month in (base, *months):
        if month not in levels.index:
            raise InputError("outlook", f"month {month}", f"is outside {annual.index[0]} to {annual.index[-1]}",
                             "ask for months of these years, or add years to the outlook")
    return levels[months].to_numpy() / levels[base]
