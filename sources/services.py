"""National numbers of services: participants, where people are three months after, and what measures cost.

Statistics Finland's tables of services come as one long file (table, measure, code, month); a yearly table's numbers
stand at January of its year. The EU's labour-market-policy (LMP) database has entrants and expenditure by year.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sources.errors import InputError, nearest
from sources.files import Strict, numbers, read_csv, read_yaml, refuse
from sources.monthly import check_unique, months

STATISTICS = "services/statistics.yaml"  # national, in the data root
SERVICE_COLUMNS = {"taulu": "table", "tiedot": "measure", "palvelu_koodi": "code"}
LMP_COLUMNS = {"participants": ["LMP_TYPE", "STK_FLOW"], "expenditure": ["LMP_TYPE", "EXPTYPE"]}
MONTHS = 12
MISSING = 2  # months of a year that a mean may do without


class Statistics(Strict):
    """Schema of ``statistics.yaml``: files relative to the data root."""

    services: str
    outcomes: str
    lmp_participants: str
    lmp_expenditure: str


@dataclass(frozen=True, eq=False)
class National:
    """National numbers.

    Attributes
    ----------
    services : numbers by (table, measure, code, month).
    outcomes : ended (persons), unemployed and in_service (shares) by (table, code, year).
    entrants : by (LMP measure, year).
    expenditure : euros by (LMP measure, type of expenditure, year).
    path : file of the services, for faults.
    """

    services: pd.Series
    outcomes: pd.DataFrame
    entrants: pd.Series
    expenditure: pd.Series
    path: Path

    def months_of(self, table: str, measure: str, code: str, year: int) -> pd.Series:
        """Numbers by month of *year*.

        Raises
        ------
        InputError : the file does not know one of them, or not in that year.
        """
        known = self.services.index
        for level, key in enumerate((table, measure, code)):
            if key not in known.unique(level):
                raise InputError(self.path, f"{known.names[level]} {key}", "has no rows",
                                 nearest(key, map(str, known.unique(level))))
            known = known[known.get_level_values(level) == key]
        rows = self.services[table, measure, code]
        return rows[pd.PeriodIndex(rows.index).year == year]

    def stock(self, table: str, measure: str, codes: list[str], year: int) -> float:
        """Mean of the month ends of *year*, codes added up; InputError when more than two of the twelve are missing."""
        total = 0.0
        for code in codes:
            rows = self.months_of(table, measure, code, year)
            if len(rows) < MONTHS - MISSING:
                raise InputError(self.path, f"table {table}, {measure}, code {code}",
                                 f"has {len(rows)} of the twelve months of {year}", "choose another year of reference")
            total += float(rows.mean())
        return total

    def yearly(self, table: str, measure: str, codes: list[str], year: int) -> float:
        """The number of *year* in a yearly table, codes added up; InputError when there is not one."""
        total = 0.0
        for code in codes:
            rows = self.months_of(table, measure, code, year)
            if len(rows) != 1:
                raise InputError(self.path, f"table {table}, {measure}, code {code}",
                                 f"has {len(rows)} numbers for {year} and not one",
                                 "name a yearly table, or another year of reference")
            total += float(rows.iloc[0])
        return total


def read_national(root: Path) -> National:
    """The national numbers that ``statistics.yaml`` of the data *root* names.

    Raises
    ------
    InputError : a file or column is missing, a number is none, a row stands twice.
    """
    files = read_yaml(root / STATISTICS, Statistics)
    return National(read_services(root / files.services), read_outcomes(root / files.outcomes),
                    read_lmp_participants(root / files.lmp_participants),
                    read_lmp_expenditure(root / files.lmp_expenditure), root / files.services)


def read_services(path: Path) -> pd.Series:
    """Statistics Finland's tables of services: value by table, measure, code and month."""
    raw = read_csv(path, (*SERVICE_COLUMNS, "time", "value"))
    keys = raw[list(SERVICE_COLUMNS)].rename(columns=SERVICE_COLUMNS).assign(month=months(raw, "time", path))
    return _numbers(raw, keys, path)


def read_outcomes(path: Path) -> pd.DataFrame:
    """Where people are three months after the end of a service, in shares: raw rates, no effects of the service."""
    columns = {"paattyneet": "ended", "tyottomana_3kk_pct": "unemployed", "palvelussa_3kk_pct": "in_service"}
    raw = read_csv(path, ("taulu", "koodi", "vuosi", *columns))
    keys = pd.DataFrame({"table": raw["taulu"], "code": raw["koodi"], "year": _years(raw, "vuosi", path)})
    check_unique(keys, path)
    table = pd.DataFrame({name: numbers(raw, column, path) for column, name in columns.items()})
    for column, name in list(columns.items())[1:]:
        refuse(raw, column, ~table[name].between(0, 100), path, "is not a percentage", "write a number from 0 to 100")
        table[name] /= 100
    return table.set_index(pd.MultiIndex.from_frame(keys))


def read_lmp_participants(path: Path) -> pd.Series:
    """Entrants of a year by LMP measure."""
    raw = read_csv(path, (*LMP_COLUMNS["participants"], "time", "value"))
    entrants = raw[(raw["STK_FLOW"] == "ENT") & (raw["value"] != "")]
    return _numbers(entrants, pd.DataFrame({"measure": entrants["LMP_TYPE"],
                                            "year": _years(entrants, "time", path)}), path)


def read_lmp_expenditure(path: Path) -> pd.Series:
    """Euros of a year by LMP measure and type of expenditure."""
    raw = read_csv(path, (*LMP_COLUMNS["expenditure"], "time", "value"))
    spent = raw[raw["value"] != ""]
    return 1e6 * _numbers(spent, pd.DataFrame({"measure": spent["LMP_TYPE"], "type": spent["EXPTYPE"],
                                               "year": _years(spent, "time", path)}), path)


def _numbers(raw: pd.DataFrame, keys: pd.DataFrame, path: Path) -> pd.Series:
    check_unique(keys, path)
    values = numbers(raw, "value", path).to_numpy()
    return pd.Series(values, index=pd.MultiIndex.from_frame(keys), name="value").sort_index()


def _years(raw: pd.DataFrame, column: str, path: Path) -> pd.Series:
    years = numbers(raw, column, path)
    refuse(raw, column, years % 1 != 0, path, "is not a year", "write it like 2019")
    return years.astype(int)
