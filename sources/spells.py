"""A city's own spells of unemployment, one row a spell and a pseudonym for each person.

What is read here is personal data, so no fault that is told quotes a cell, names of people have no column, and a
personal identity code anywhere stops the reading. docs/durations.md describes the columns.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sources.errors import InputError, nearest
from sources.files import read_csv

NEEDED = ("id", "start", "end", "exit")
AGE_COLUMNS = ("age_group", "age", "birth_year")  # one of them
FLAGS = ("foreign_language", "reduced_ability")
OPTIONAL = (*FLAGS, "sex", "entry")
EXITS = ("work", "service", "other")
AGE_FROM = {"15-24": 15, "25-49": 25, "50+": 50}
OLDEST = 100
WORKING_LIFE = np.timedelta64(60 * 366, "D")  # nothing in a file of spells lies further apart
# day, month and year of birth, sign of the century, three digits, check character
IDENTITY_CODE = r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[-+A-FU-Ya-fu-y]\d{3}[0-9A-Ya-y](?![0-9A-Za-z])"
DAY = r"\d{4}-\d{2}-\d{2}"


def read_unemployment_spells(path: Path) -> pd.DataFrame:
    """Spells of unemployment, in file order.

    Returns
    -------
    DataFrame : person (a number for each pseudonym), start, end and entry (datetime64; end is NaT while the spell
        runs, entry is where the observation begins), exit (text of EXITS; empty where no exit was seen), age_group at
        the start of the spell (AGE_FROM), and of the columns foreign_language, reduced_ability (bool) and sex (text)
        those that the file has. A spell is half-open: it has its start and not its end.

    Raises
    ------
    InputError : names row and column, never a value: a missing or unknown column, an identity code, a date or word
        that is none, an end before its start, an exit without an end, or overlapping spells of one id.
    """
    raw = read_csv(path, NEEDED)
    age_column = _check_columns(raw, path)
    _check_no_identity_code(raw, path)
    if raw.empty:
        raise InputError(path, "", "holds no spell", "export the spells of some years, one a row")
    _refuse(raw, "id", raw["id"].str.strip() == "", path, "is empty", "give each person a pseudonym")
    start, end = _days(raw, "start", path), _days(raw, "end", path, optional=True)
    entry = _days(raw, "entry", path, optional=True).fillna(start) if "entry" in raw else start
    _refuse(raw, "start", (start - start.median()).abs() > WORKING_LIFE, path, "is sixty years from most others",
            "correct the year")
    exits = _words(raw, "exit", ("", *EXITS), path)
    _refuse(raw, "end", end <= start, path, "is not after start", "let the spell have its start and not its end")
    _refuse(raw, "end", end - start > WORKING_LIFE, path, "is sixty years after start", "correct the year")
    _refuse(raw, "exit", (exits != "") & end.isna(), path, "stands on a spell without an end",
            "write the end, or leave both empty while the spell runs")
    _refuse(raw, "entry", (entry < start) | (entry >= end), path, "lies outside its spell",
            "write the first day on which the person was in view, or leave it empty")
    spells = pd.DataFrame({
        "person": pd.factorize(raw["id"])[0], "start": start, "end": end, "entry": entry, "exit": exits,
        "age_group": _age_groups(raw, age_column, start, path)})
    for flag in FLAGS:
        if flag in raw:
            spells[flag] = _words(raw, flag, ("0", "1"), path) == "1"
    if "sex" in raw:
        spells["sex"] = _words(raw, "sex", ("female", "male"), path)
    _check_no_overlap(spells, path)
    return spells


def _check_columns(raw: pd.DataFrame, path: Path) -> str:
    """The column that gives the age; InputError unless there is one, and no column that is not known."""
    for column in raw.columns:
        if column not in (*NEEDED, *AGE_COLUMNS, *OPTIONAL):
            raise InputError(path, f"column {list(raw.columns).index(column) + 1}", "is none of those that are used",
                             f"leave it out, for no more should be handed over than is needed; columns are "
                             f"{', '.join((*NEEDED, *AGE_COLUMNS, *OPTIONAL))}")
        if list(raw.columns).count(column) > 1:
            raise InputError(path, f"column {column}", "stands twice", "keep one of the two")
    found = [column for column in AGE_COLUMNS if column in raw]
    if len(found) != 1:
        raise InputError(path, f"columns {', '.join(AGE_COLUMNS)}", f"{len(found)} of them are there, and one is asked",
                         "give the age in one of the three ways")
    return found[0]


def _check_no_identity_code(raw: pd.DataFrame, path: Path) -> None:
    for column in raw.columns:
        _refuse(raw, column, raw[column].str.contains(IDENTITY_CODE), path,
                "looks like a Finnish personal identity code, and nothing was read",
                "delete the file here, and export it with pseudonyms and a birth year")


def _days(raw: pd.DataFrame, column: str, path: Path, optional: bool = False) -> pd.Series:
    """Column as days; an empty cell is NaT where that is *optional*."""
    text = raw[column].str.strip()
    days = pd.to_datetime(text.where(text.str.fullmatch(DAY)), format="%Y-%m-%d", errors="coerce")
    _refuse(raw, column, days.isna() & ~((text == "") & optional), path, "is not a date", "write it like 2026-05-01")
    return days.astype("datetime64[s]")


def _words(raw: pd.DataFrame, column: str, known: tuple[str, ...], path: Path) -> pd.Series:
    words = raw[column].str.strip()
    mend = nearest("", [word for word in known if word]) + " or nothing" * ("" in known)
    _refuse(raw, column, ~words.isin(known), path, "is not known", mend)
    return words


def _age_groups(raw: pd.DataFrame, column: str, start: pd.Series, path: Path) -> np.ndarray:
    """Age group on the day each spell began; of a birth year, the age reached in that year."""
    if column == "age_group":
        return _words(raw, column, tuple(AGE_FROM), path).to_numpy(str)
    number = pd.to_numeric(raw[column], errors="coerce")
    age = start.dt.year - number if column == "birth_year" else number
    _refuse(raw, column, ~age.between(min(AGE_FROM.values()), OLDEST) | (number % 1 != 0), path,
            "does not give a whole age from 15 to 100 years at the start",
            "write the year of birth" if column == "birth_year" else "write the age in whole years")
    return np.array(list(AGE_FROM))[np.digitize(age, list(AGE_FROM.values())) - 1]


def _check_no_overlap(spells: pd.DataFrame, path: Path) -> None:
    """InputError naming the first row of a person's spell that begins before an earlier one has ended."""
    order = spells.sort_values(["person", "start"], kind="stable")
    same = order["person"].eq(order["person"].shift(-1))
    late = same & ~(order["end"] <= order["start"].shift(-1))
    if late.any():
        place = int(late.to_numpy().argmax())
        first, second = sorted(int(row) + 2 for row in order.index[place:place + 2])
        raise InputError(path, f"rows {first} and {second}", "are of one id and overlap",
                         "give each spell its own days, and an end to all but the last")


def _refuse(raw: pd.DataFrame, column: str, bad: pd.Series, path: Path, fault: str, mend: str) -> None:
    """InputError naming the first row that is *bad*; what the cell holds is personal and stays untold."""
    if bad.any():
        raise InputError(path, f"row {int(bad.to_numpy().argmax()) + 2}, column {column}", fault, mend)
