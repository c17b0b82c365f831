"""Days, months and benefit days as integers, for whole arrays at once.

A *day number* is days since 1970-01-01 (numpy ``datetime64[D]`` as an integer). A *month number* is
year x 12 + month - 1. A *benefit day* is a Monday to Friday: at most five are paid a week, and public
holidays are paid like other weekdays. All functions take integers or integer arrays, and raise TypeError
on floats: a fraction of a day would otherwise be cut off unseen.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

_EPOCH = date(1970, 1, 1).toordinal()
_EPOCH_MONTH = 1970 * 12


def _integers(values: npt.ArrayLike) -> Integers:
    return np.asarray(values).astype(np.int64, casting="safe")


def benefit_days_before(day: npt.ArrayLike) -> Integers:
    """Benefit days d with 0 <= d < *day*; minus those with *day* <= d < 0 when *day* is negative.

    The benefit days of [a, b) are therefore ``benefit_days_before(b) - benefit_days_before(a)``.

    Parameters
    ----------
    day : day number(s), any shape.

    Returns
    -------
    counts of the same shape.

    Examples
    --------
    >>> int(benefit_days_before(7)), int(benefit_days_before(-7))
    (5, -5)
    """
    # Day 0 was a Thursday: weeks are counted from Monday 1969-12-29, whose Mon-Wed are taken off again.
    weeks, weekday = np.divmod(_integers(day) + 3, 7)
    return 5 * weeks + np.minimum(weekday, 5) - 3


def benefit_day(ordinal: npt.ArrayLike) -> Integers:
    """Day number(s) of the benefit day(s) with *ordinal* benefit days before them: ``benefit_days_before`` backwards.

    >>> benefit_day(benefit_days_before(7)).item()  # day 7 is a Thursday
    7
    """
    weeks, weekday = np.divmod(_integers(ordinal) + 3, 5)
    return 7 * weeks + weekday - 3


def benefit_days_in_month(month: npt.ArrayLike) -> Integers:
    """Benefit days of the month number(s) *month*.

    >>> int(benefit_days_in_month(month_number("2026-02")))
    20
    """
    month = _integers(month)
    return benefit_days_before(month_start(month + 1)) - benefit_days_before(month_start(month))


def month_of(day: npt.ArrayLike) -> Integers:
    """Month number(s) in which the day number(s) *day* fall.

    >>> month_label(month_of(day_number("2026-08-31")))
    '2026-08'
    """
    months = _integers(day).astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64) + _EPOCH_MONTH


def month_start(month: npt.ArrayLike) -> Integers:
    """Day number(s) of the first day of the month number(s) *month*.

    >>> date_of(month_start(month_number("2026-08"))).isoformat()
    '2026-08-01'
    """
    months = (_integers(month) - _EPOCH_MONTH).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)[()]


def years_after(day: npt.ArrayLike, years: int) -> Integers:
    """Day number(s) of the same date so many *years* later; 1 March where 29 February has none.

    >>> date_of(years_after(day_number("1964-02-29"), 61)).isoformat()
    '2025-03-01'
    """
    month = month_of(day)
    return month_start(month + 12 * years) + _integers(day) - month_start(month)


def month_number(label: str) -> int:
    """Month number of a *label* such as "2026-08"; ValueError for any other spelling.

    >>> month_number("1970-01") == 1970 * 12
    True
    """
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", label, re.ASCII)
    if not match:
        raise ValueError(f"{label!r} is not a month written like 2026-08")
    return int(match[1]) * 12 + int(match[2]) - 1


def month_label(month: int | Integers) -> str:
    """Label of one month number, the inverse of ``month_number``.

    >>> month_label(2026 * 12 + 7)
    '2026-08'
    """
    year, index = divmod(int(month), 12)
    return f"{year:04d}-{index + 1:02d}"


def day_number(day: str | date) -> int:
    """Day number of a date, or of text such as "2026-09-01"; ValueError for any other spelling.

    >>> day_number("1970-01-02")
    1
    """
    if isinstance(day, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
            raise ValueError(f"{day!r} is not a date written like 2026-09-01")
        day = date.fromisoformat(day)
    return day.toordinal() - _EPOCH


def date_of(day: int | Integers) -> date:
    """Date of one day number, the inverse of ``day_number``.

    >>> date_of(1)
    datetime.date(1970, 1, 2)
    """
    return date.fromordinal(int(day) + _EPOCH)
