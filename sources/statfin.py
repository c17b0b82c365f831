"""Statistics Finland's employment service statistics: how long unemployment lasts, and how many are in it."""

from __future__ import annotations

from math import inf
from pathlib import Path

import numpy as np
import pandas as pd

from sources.errors import InputError, nearest
from sources.files import numbers, read_csv
from sources.monthly import check_gapless, check_unique, counts, monthly_series, months

ALL = "Yhteensä"
SURVIVAL_MONTHS = (1, 3, 6, 12)
BREAKDOWNS = ("Sukupuoli", "Ikäryhmät", "Valmistuminen")
DURATION_COLUMNS = ("Alue", "Sukupuoli", "Ikäryhmitys", "Kesto", "Kuukausi", "Työnhakijat")
AGES = {
    ALL: "all",
    "Nuoret työnhakijat (15-24v)": "15-24",
    "25-49v työnhakijat": "25-49",
    "Yli 50v työnhakijat": "50+",
}
# Half-open [lower, upper) in weeks since the spell began: "1-2 viikkoa" are one or two whole weeks served.
DURATIONS = {
    "Alle viikon": (0, 1),
    "1-2 viikkoa": (1, 3),
    "3-4 viikkoa": (3, 5),
    "5-8 viikkoa": (5, 9),
    "9-12 viikkoa": (9, 13),
    "13-26 viikkoa": (13, 27),
    "27-39 viikkoa": (27, 40),
    "40-52 viikkoa": (40, 53),
    "53-78 viikkoa": (53, 79),
    "79-104 viikkoa": (79, 105),
    "2-3 vuotta": (105, 157),
    "3-4 vuotta": (157, 209),
    "4-5 vuotta": (209, 261),
    "Yli 5 vuotta": (261, inf),
}
UNEMPLOYED, VACANCIES = "TYOTTOMATLOPUSSA", "AVPAIKATLOPUSSA"
UNUSED_DURATIONS = (ALL, "Tuntematon")  # a sum of the others, and a class that is empty throughout


def read_survival(path: Path) -> pd.DataFrame:
    """Share of new unemployment spells that last over 1, 3, 6 and 12 months.

    Returns
    -------
    DataFrame over a monthly period index without gaps; integer columns 1, 3, 6, 12 (months); shares 0–1.
    Each column is about another cohort, so in a rare month a longer duration has the larger share.

    Raises
    ------
    InputError : a missing column, a repeated or missing month, or a percentage outside 0–100.
    """
    columns = {month: f"%-Virta yli {month}kk työttömyyteen" for month in SURVIVAL_MONTHS}
    raw = read_csv(path, (*BREAKDOWNS, "Kuukausi", *columns.values()))
    when = months(raw, "Kuukausi", path)
    whole = (raw[list(BREAKDOWNS)] == ALL).all(axis=1)
    if not whole.any():
        raise InputError(path, ", ".join(BREAKDOWNS), f"no row is {ALL} in all of them", "export the totals too")
    return pd.DataFrame({
        month: monthly_series(_percentages(raw, column, path)[whole], when[whole], path, column)
        for month, column in columns.items()
    })


def read_duration_stock(path: Path, area_label: str) -> pd.DataFrame:
    """Unemployed at month end by age and by weeks of the spell so far.

    Parameters
    ----------
    path : table with one row a month × age group × duration class.
    area_label : the area as the column Alue spells it.

    Returns
    -------
    DataFrame with columns ``age`` (all, 15-24, 25-49, 50+), ``lower_week`` and ``upper_week`` (half-open, the
    last infinite), ``month`` (monthly period) and ``unemployed`` (persons; NaN where the statistic hides a
    count of 1 to 4), sorted by the first four; every combination stands once.

    Raises
    ------
    InputError : unknown area, age group or class, text for a number, a repeated row, or a missing one.
    """
    raw = read_csv(path, DURATION_COLUMNS)
    if area_label not in set(raw["Alue"]):
        raise InputError(path, f"column Alue, area {area_label}", "has no rows", nearest(area_label, set(raw["Alue"])))
    for column, known in (("Ikäryhmitys", list(AGES)), ("Kesto", [*DURATIONS, *UNUSED_DURATIONS])):
        _check_words(raw, column, known, path)
    stock = pd.DataFrame({
        "age": raw["Ikäryhmitys"].map(AGES),
        "lower_week": raw["Kesto"].map({label: float(weeks[0]) for label, weeks in DURATIONS.items()}),
        "upper_week": raw["Kesto"].map({label: float(weeks[1]) for label, weeks in DURATIONS.items()}),
        "month": months(raw, "Kuukausi", path),
        "unemployed": _visible_counts(raw, "Työnhakijat", path),
    })[(raw["Alue"] == area_label) & (raw["Sukupuoli"] == ALL) & raw["Kesto"].isin(list(DURATIONS))]
    check_unique(stock[["age", "lower_week", "month"]], path)
    _check_every_cell(stock, path)
    return stock.sort_values(["age", "lower_week", "month"], ignore_index=True)


def read_unemployed(path: Path) -> pd.Series:
    """Unemployed job seekers at month end in the one area of the file.

    Returns
    -------
    Series ``unemployed`` of integers (persons) over a monthly period index without gaps.

    Raises
    ------
    InputError : a missing column, text for a number, a repeated month (two areas), or a missing month.
    """
    return _at_month_end(path, UNEMPLOYED, "unemployed")


def read_open_vacancies(path: Path) -> pd.Series | None:
    """Open vacancies at month end in the one area of the file, as ``read_unemployed``; None without their column."""
    return _at_month_end(path, VACANCIES, "vacancies") if VACANCIES in read_csv(path, ()).columns else None


def _at_month_end(path: Path, column: str, name: str) -> pd.Series:
    raw = read_csv(path, ("alue", "kuukausi", column))
    return monthly_series(counts(raw, column, path), months(raw, "kuukausi", path), path, name)


def _percentages(raw: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """A column of percentages as shares."""
    values = numbers(raw, column, path)
    bad = ~values.between(0, 100)
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise InputError(path, f"row {row + 2}, column {column}", f"{values.iloc[row]:g} is not a percentage",
                         "write a number from 0 to 100")
    return values / 100


def _visible_counts(raw: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """A column of counts as floats; an empty cell, which hides 1 to 4 people, becomes NaN."""
    hidden = raw[column] == ""
    return counts(raw.assign(**{column: raw[column].mask(hidden, "0")}), column, path).mask(hidden, np.nan)


def _check_words(raw: pd.DataFrame, column: str, known: list[str], path: Path) -> None:
    """InputError naming the first row whose word is not *known*."""
    unknown = ~raw[column].isin(known)
    if unknown.any():
        row = int(unknown.to_numpy().argmax())
        word = raw[column].iloc[row]
        raise InputError(path, f"row {row + 2}, column {column}", f"{word!r} is unknown", nearest(word, known))


def _check_every_cell(stock: pd.DataFrame, path: Path) -> None:
    """InputError naming the first age × class × month that has no row."""
    check_gapless(pd.PeriodIndex(stock["month"]), path)
    cells = pd.MultiIndex.from_frame(stock[["age", "lower_week", "month"]])
    missing = pd.MultiIndex.from_product([level.unique() for level in cells.levels]).difference(cells)
    if len(missing):
        age, week, month = missing[0]
        raise InputError(path, f"month {month}, age {age}, class from week {week:g}", "has no row",
                         "export the table again with all classes and age groups")
