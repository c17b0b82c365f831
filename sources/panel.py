"""Monthly series of many areas as one tidy frame: ``series``, ``month``, ``value``.

One reader a file shape. Series are named ``quantity:area``, as ``unemployed:Tampere``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sources.errors import InputError
from sources.files import numbers, read_csv, refuse
from sources.monthly import check_unique, months

TIDY = ("series", "month", "value")
STOCKS = {"unemployed": "TYOTTOMATLOPUSSA", "vacancies": "AVPAIKATLOPUSSA"}
FLOWS = {"new_vacancies": "Uudet_avoimet_tyopaikat_kauden_aikana"}
SERVICES = {"subsidised_started": ("tyonv_12u6", "SIJOITALKOI"), "subsidised": ("tyonv_12u6", "TYOLLISTETTYLOP")}
ALL_SERVICES = "SSS"
COUNTRY = "KOKO MAA"
DATES = {"%Y-%m-%d": r"\d{4}-\d\d-\d\d", "%d.%m.%Y": r"\d\d?\.\d\d?\.\d{4}"}
EMPTY = ("", "NaN", "nan", "NA")


def read_tidy(path: Path) -> pd.DataFrame:
    """A CSV file of columns series, month and value; an empty value is a missing month.

    Returns
    -------
    DataFrame : series (text), month (monthly periods; written 2026-08, 2026M08 or 202608, also mixed, or as a date,
        2026-08-31 or 31.8.2026, which counts as the month it lies in), value (NaN where empty).

    Raises
    ------
    InputError : a missing column, a month that is none, text for a number, or a month that stands twice.
    """
    raw = read_csv(path, TIDY)
    if raw.empty:
        raise InputError(path, "", "holds no rows", "export the file again")
    refuse(raw, "month", raw["month"] == "month", path, "is of a second header", "remove that row")
    raw["month"] = _without_days(raw["month"])
    refuse(raw, "series", raw["series"].str.strip() == "", path, "is no name", "name the series of every row")
    frame = pd.DataFrame({"series": raw["series"], "month": months(raw, "month", path),
                          "value": _values(raw, "value", path)})
    check_unique(frame[["series", "month"]], path)
    return frame


def read_stocks(path: Path) -> pd.DataFrame:
    """Statistics Finland's table 12r5: unemployed and open vacancies at month end, municipalities and the country."""
    return _long(path, "nimi", "kuukausi", STOCKS)


def read_vacancy_flows(path: Path) -> pd.DataFrame:
    """Statistics Finland's table 2310: vacancies newly opened in the month, by municipality."""
    return _long(path, "kunta", "kuukausi", FLOWS)


def read_services(path: Path) -> pd.DataFrame:
    """Statistics Finland's table 12u6: jobs with a pay subsidy, started in the month and held at its end, country."""
    raw = read_csv(path, ("taulu", "palvelu_koodi", "time", "tiedot", "value"))
    parts = []
    for name, (table, measure) in SERVICES.items():
        rows = raw[(raw["taulu"] == table) & (raw["tiedot"] == measure) & (raw["palvelu_koodi"] == ALL_SERVICES)]
        if rows.empty:
            raise InputError(path, f"table {table}, measure {measure}", "has no rows", "export the table again")
        parts.append(pd.DataFrame({"series": f"{name}:{COUNTRY}", "month": months(rows, "time", path),
                                   "value": numbers(rows, "value", path)}))
    return pd.concat(parts, ignore_index=True)


def _long(path: Path, area: str, month: str, quantities: dict[str, str]) -> pd.DataFrame:
    raw = read_csv(path, (area, month, *quantities.values()))
    when = months(raw, month, path)
    check_unique(pd.DataFrame({"area": raw[area], "month": when}), path)
    return pd.concat([pd.DataFrame({"series": f"{name}:" + raw[area], "month": when,
                                    "value": _values(raw, column, path)})
                      for name, column in quantities.items()], ignore_index=True)


def _without_days(months: pd.Series) -> pd.Series:
    """*months* with each date (2026-08-31, 31.8.2026) put as its month, 2026-08; what is no date stays."""
    codes, words = pd.factorize(months)
    spelt = pd.Series(words, dtype=str)
    for form, pattern in DATES.items():
        dates = pd.to_datetime(spelt.where(spelt.str.fullmatch(pattern)), format=form, errors="coerce")
        spelt = spelt.mask(dates.notna(), dates.dt.strftime("%Y-%m"))
    return pd.Series(spelt.to_numpy()[codes], index=months.index)


def _values(raw: pd.DataFrame, column: str, path: Path) -> pd.Series:
    """A column of numbers; NaN where a cell is empty: not known, or a hidden count of 1 to 4."""
    empty = raw[column].str.strip().isin(EMPTY)
    return numbers(raw.assign(**{column: raw[column].mask(empty, "0")}), column, path).mask(empty, np.nan)
