"""What every monthly table is asked: are its months months, is none missing, are counts counts, are sums the same."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sources.errors import InputError
from sources.files import numbers, refuse

HALF_CENT = 0.005  # two amounts in cents that are this near are the same


def months(frame: pd.DataFrame, column: str, path: Path | str) -> pd.PeriodIndex:
    """Months of *column*, spelt 202501 (Kela), 2025M01 (Statistics Finland) or 2025-01 (this project).

    Raises
    ------
    InputError : names the first row that holds no month.
    """
    codes, words = pd.factorize(frame[column], use_na_sentinel=False)  # few spellings stand in many rows
    parts = pd.Series(words, dtype=str).str.extract(r"^(\d{4})[M-]?(0[1-9]|1[0-2])$")
    refuse(frame, column, parts[0].isna()[codes], path, "is not a month", "write year and month, as 202501 or 2025M01")
    return pd.PeriodIndex.from_fields(year=parts[0].astype(int), month=parts[1].astype(int), freq="M")[codes]


def counts(frame: pd.DataFrame, column: str, path: Path | str) -> pd.Series:
    """Column as integers; InputError names the first row that is no whole number from 0 up."""
    values = numbers(frame, column, path)
    refuse(frame, column, (values < 0) | (values % 1 != 0), path, "is not a count", "write a whole number, 0 or more")
    return values.astype(int)


def check_gapless(found: pd.PeriodIndex, path: Path | str) -> None:
    """InputError naming the first month between the oldest and the newest of *found* that is not there."""
    missing = pd.period_range(found.min(), found.max(), freq="M").difference(found)
    if len(missing):
        raise InputError(path, f"month {missing[0]}", "is missing, and later months are there",
                         "add its rows, or cut the file so that it begins after the gap")


def check_unique(keys: pd.DataFrame, path: Path | str) -> None:
    """InputError naming the first row of *keys* that repeats an earlier one; the index holds file positions."""
    twice = keys.duplicated()
    if twice.any():
        row = keys.index[twice.to_numpy().argmax()]
        first = keys.index[(keys == keys.loc[row]).all(axis=1).to_numpy().argmax()]
        raise InputError(path, f"row {row + 2}", f"repeats row {first + 2}: {', '.join(map(str, keys.loc[row]))}",
                         "keep one of the two")


def monthly_series(values: pd.Series, when: pd.PeriodIndex, path: Path | str, name: str) -> pd.Series:
    """One value a month, in order, named *name*; InputError on a repeated or missing month."""
    check_unique(pd.DataFrame({"month": when}, index=values.index), path)
    check_gapless(when, path)
    return pd.Series(values.to_numpy(), index=when, name=name).sort_index().rename_axis("month")
