"""Counts of the unemployed that releases and news quote, for months whose statistic is not at hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sources.errors import InputError
from sources.files import numbers, read_csv, refuse
from sources.monthly import check_unique, counts, months

COLUMNS = ("kuukausi", "tyottomat", "keskivirhe", "lahde")


def read_press_points(path: Path) -> pd.DataFrame:
    """Quoted counts by month.

    Returns
    -------
    DataFrame over a monthly period index in order, which may have gaps: unemployed (persons), error (standard error in
        persons; 0 where the count itself was quoted), source (text).

    Raises
    ------
    InputError : a missing column, a month that is none or stands twice, a count that is not above 0, a negative
        error, or no source.
    """
    raw = read_csv(path, COLUMNS)
    if raw.empty:
        raise InputError(path, "", "holds no rows", "add the counts that were quoted, or remove the file")
    when = months(raw, "kuukausi", path)
    check_unique(pd.DataFrame({"month": when}, index=raw.index), path)
    unemployed, error = counts(raw, "tyottomat", path), numbers(raw, "keskivirhe", path)
    refuse(raw, "tyottomat", unemployed == 0, path, "is not above 0", "write the number of unemployed")
    refuse(raw, "keskivirhe", error < 0, path, "is negative", "write 0 or more persons")
    refuse(raw, "lahde", raw["lahde"].str.strip() == "", path, "is no source", "name where the count was quoted")
    points = pd.DataFrame({"unemployed": unemployed.to_numpy(float), "error": error.to_numpy(float),
                           "source": raw["lahde"].to_numpy()}, index=when)
    return points.sort_index().rename_axis("month")
