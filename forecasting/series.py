"""The tidy frame that every verb takes, and what is done to a series before a model sees it.

A frame has one row a series and month, in columns ``series``, ``month`` and ``value``. What cannot be used is refused
in one line; what can be used with a word of warning is used, and the word is kept: see ``Prepared.notes``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from forecasting.members import MEMBERS
from forecasting.members.base import YEAR, Note
from forecasting.members.structural import fill_gaps
from sim.law.calendar import benefit_days_in_month
from sources.errors import InputError

Spread = Callable[[Callable[[Any], Any], list], Iterable[Any]]  # like map; another may use several processes
COLUMNS = ("series", "month", "value")
SHORTEST = YEAR  # months below which nothing is forecast
SEASONAL = 3 * YEAR  # months from which the season is known: each calendar month seen three times
LEAST = 1e-6  # no person and no cent: what is smaller counts as 0
MOST = 1e15  # above it, units are no longer told apart in a float, and nothing that is counted or paid is so large
JUMP = 8.0  # robust standard deviations by which the last month's change stands out
LONGEST_GAP = 6  # months in a row that are filled
MOST_GAPS = 0.1  # share of the months


def area_of(name: str) -> str:
    """Area of a series named ``quantity:area``: whose errors are left out when it is calibrated.

    >>> area_of("unemployed:Lahti"), area_of("Lahti")
    ('Lahti', 'Lahti')
    """
    return name.rpartition(":")[2]


@dataclass(frozen=True)
class Kind:
    """What sort of quantity a series is.

    Attributes
    ----------
    per_benefit_day : divide by the month's benefit days before fitting: a month of 23 pays more than one of 20.
    half_life : months after which a forecast is half the model's and half the long-run seasonal mean's; None for a
        series whose level is not expected to come back, such as euros whose prices rise.
    members : models that are combined.
    """

    per_benefit_day: bool
    half_life: float | None
    members: tuple[str, ...] = tuple(MEMBERS)


# series of euros are short, too short for a slope (structural) or a changing season (stl_ets) of their own
KINDS = {"stock": Kind(per_benefit_day=False, half_life=18.0),
         "euro": Kind(per_benefit_day=True, half_life=None, members=("ets", "theta", "airline"))}


@dataclass(frozen=True, eq=False)
class Prepared:
    """A series ready to be fitted: no gap, no zero, on the logarithm.

    Attributes
    ----------
    name, kind : of the series.
    values : as observed, monthly periods, NaN where a month is missing.
    logs : log(value / benefit days + offset), missing months filled.
    offset : added before the logarithm; 0 unless a month is 0.
    notes : what was done; codes as in ``Note``.
    """

    name: str
    kind: Kind
    values: pd.Series
    logs: np.ndarray
    offset: float
    notes: tuple[Note, ...]

    @property
    def last(self) -> pd.Period:
        """Last observed month."""
        return self.values.index[-1]

    @property
    def constant(self) -> bool:
        """Whether all months are alike, so that there is nothing to estimate."""
        return bool(np.ptp(self.logs) < 1e-9)

    def divisor(self, months: pd.PeriodIndex) -> np.ndarray:
        """Benefit days of *months*, or ones for a series that is not paid by the day."""
        return _divisor(months, self.kind)

    def logs_of(self, values: np.ndarray, months: pd.PeriodIndex) -> np.ndarray:
        """*values* of *months* on the scale of ``logs``; minus infinity below it."""
        shifted = values / self.divisor(months) + self.offset
        return np.log(shifted, out=np.full_like(shifted, -np.inf), where=shifted > 0)


def _divisor(months: pd.PeriodIndex, kind: Kind) -> np.ndarray:
    if not kind.per_benefit_day:
        return np.ones(len(months))
    return benefit_days_in_month(months.year.to_numpy() * YEAR + months.month.to_numpy() - 1).astype(float)


def by_series(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Values by month of each series of a tidy *frame*, months in order, missing ones as NaN.

    Raises
    ------
    InputError : a column is missing, a month is no month or stands twice, or the frame is empty.
    """
    missing = [column for column in COLUMNS if column not in frame]
    if missing:
        raise InputError("frame", f"column {missing[0]}", "is missing", f"give columns {', '.join(COLUMNS)}")
    if frame.empty:
        raise InputError("frame", "", "holds no rows", "give at least one series")
    if frame["series"].isna().any():
        raise InputError("frame", "column series", "is empty in some row", "name the series of every row")
    found = frame.assign(month=_months(frame["month"]))
    twice = found.duplicated(["series", "month"])
    if twice.any():
        row = found[twice].iloc[0]
        raise InputError(f"series {row['series']}", f"month {row['month']}", "stands twice", "keep one of the two")
    result = {}
    for name, rows in found.groupby("series", sort=False):
        series = rows.set_index("month")["value"].astype(float).sort_index().loc[lambda values: _span(values)]
        index = pd.period_range(*_ends(series, str(name)), freq="M", name="month")
        result[str(name)] = series.reindex(index).rename(str(name))
    return result


def _span(values: pd.Series) -> pd.Series:
    """True from the first to the last month that has a value."""
    there = values.notna()
    return there.cummax() & there[::-1].cummax()[::-1]


def _ends(series: pd.Series, name: str) -> tuple[pd.Period, pd.Period]:
    if series.empty:
        raise InputError(f"series {name}", "column value", "is empty throughout", "give its values or leave it out")
    return series.index[0], series.index[-1]


def _months(months: pd.Series) -> pd.PeriodIndex:
    try:
        if isinstance(months.dtype, pd.PeriodDtype):
            return pd.PeriodIndex(months).asfreq("M")
        return pd.PeriodIndex(pd.to_datetime(months, format="ISO8601"), freq="M")
    except (ValueError, TypeError) as fault:
        raise InputError("frame", "column month", f"holds what is no month ({str(fault).splitlines()[0]})",
                         "write months like 2026-08") from None


def check_values(series: pd.Series) -> None:
    """InputError naming the first month of *series* whose value is negative, infinite or above MOST."""
    bad = series[(series < 0) | (series > MOST)]
    if len(bad):
        raise InputError(f"series {series.name}", f"month {bad.index[0]}", f"is {bad.iloc[0]:g}",
                         f"correct the value: it must be 0 or more, and at most {MOST:g}")


def prepared(series: pd.Series, kind: Kind) -> Prepared:
    """Check one *series* of ``by_series`` and bring it on the logarithm.

    Raises
    ------
    InputError : too few months, a value that is no quantity (``check_values``), or gaps too long to be filled.
    """
    where = f"series {series.name}"
    check_values(series)
    if series.count() < SHORTEST:
        raise InputError(where, f"{series.count()} months", "are too few", f"give at least {SHORTEST} months")
    notes = list[Note]()
    rates = series.to_numpy() / _divisor(series.index, kind)
    offset = 0.0
    if np.nanmin(rates) == 0:
        above = rates[rates > 0]
        offset = max(0.5 * float(above.min()), LEAST) if len(above) else 1.0
        notes.append(("zeros", f"{int((rates == 0).sum())}"))
    logs = np.log(rates + offset)
    gaps = np.isnan(logs)
    if gaps.any():
        logs = _without_gaps(series, logs, gaps)
        notes.append(("filled", ", ".join(map(str, series.index[gaps]))))
    if np.ptp(logs) < 1e-9:
        notes.append(("constant", ""))
    elif len(logs) < SEASONAL:
        notes.append(("unseasonal", f"{len(logs)}"))
    elif _jumps_at_end(logs):
        notes.append(("jump", f"{series.index[-1]}"))
    return Prepared(str(series.name), kind, series, logs, offset, tuple(notes))


def _jumps_at_end(logs: np.ndarray) -> bool:
    """Whether the last month's change, against the same change a year before, is far from those of all months."""
    changes = np.diff(logs[YEAR:] - logs[:-YEAR])
    usual = np.median(np.abs(changes[:-1] - np.median(changes[:-1]))) / norm.ppf(0.75)
    return bool(abs(changes[-1] - np.median(changes[:-1])) > JUMP * usual > 0)


def _without_gaps(series: pd.Series, logs: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """*logs* with missing months filled; InputError if too many are missing."""
    where = f"series {series.name}"
    runs = np.diff(np.flatnonzero(np.concatenate([[True], ~gaps, [True]]))) - 1
    if runs.max() > LONGEST_GAP or gaps.mean() > MOST_GAPS:
        first = series.index[gaps][0]
        fault = f"is the first of {int(gaps.sum())} missing months, {int(runs.max())} in a row"
        raise InputError(where, f"month {first}", fault,
                         f"add them or begin later (at most {LONGEST_GAP} in a row and {MOST_GAPS:.0%} are filled)")
    if len(logs) < SEASONAL:
        return np.interp(np.arange(len(logs)), np.flatnonzero(~gaps), logs[~gaps])
    return fill_gaps(logs)
