"""What is stated of the whole country: an official outlook by year, and the months of a shock that has been.

Both are files of the folder ``tem`` of the data root, named there: see its README.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, model_validator

from sources.errors import InputError
from sources.files import Strict, digest, numbers, read_csv, read_yaml, refuse
from sources.monthly import check_unique

OUTLOOK = "tem/outlook.yaml"
SHOCK = "tem/shock.yaml"
COLUMNS = ("muuttuja", "jakso", "arvo")
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class OutlookFile(Strict):
    """Schema of ``outlook.yaml``: a file beside it, when it was published, and how it calls the series read."""

    file: str
    source: str
    status: str
    unit: str
    published: Month
    published_status: str
    series: dict[str, str]


class PastShock(Strict):
    """Schema of ``shock.yaml``: months, both included, in which a shock drove a series from its course."""

    name: str
    first: Month
    last: Month
    source: str
    status: str

    @model_validator(mode="after")
    def _in_order(self) -> PastShock:
        if self.last < self.first:
            raise ValueError("the last month of the shock is before its first")
        return self


@dataclass(frozen=True, eq=False)
class Outlook:
    """An official outlook: means of calendar years, by name of the series; years are whole numbers, in order.

    Attributes
    ----------
    files : that were read.
    stated : what ``outlook.yaml`` says of them: source, status and unit of the means, month of publication.
    """

    files: tuple[Path, ...]
    stated: OutlookFile
    annual: Mapping[str, pd.Series]

    @property
    def digest(self) -> str:
        """SHA-256 of the files."""
        return digest(*self.files)


def read_shock(root: Path) -> PastShock:
    """The months of the shock that the data *root* names."""
    return read_yaml(root / SHOCK, PastShock)


def read_outlook(root: Path) -> Outlook:
    """The official outlook of the data *root*.

    Raises
    ------
    InputError : a missing column or series, a year that is none, a value that is not positive, a year that stands twice
        or is missing between two others.
    """
    settings = read_yaml(root / OUTLOOK, OutlookFile)
    path = (root / OUTLOOK).parent / settings.file
    raw = read_csv(path, COLUMNS, separator=";")
    return Outlook((root / OUTLOOK, path), settings,
                   {name: _annual(raw[raw["muuttuja"] == called], name, called, path)
                    for name, called in settings.series.items()})


def _annual(rows: pd.DataFrame, name: str, called: str, path: Path) -> pd.Series:
    if rows.empty:
        raise InputError(path, f"column muuttuja, {called}", "has no rows",
                         "add them, or correct the name in outlook.yaml")
    refuse(rows, "jakso", ~rows["jakso"].str.fullmatch(r"\d{4}"), path, "is not a year", "write it like 2026")
    check_unique(rows[["muuttuja", "jakso"]], path)
    values = numbers(rows, "arvo", path)
    refuse(rows, "arvo", values <= 0, path, "is not positive", "write the mean number of persons of the year")
    annual = pd.Series(values.to_numpy(), index=rows["jakso"].astype(int).to_numpy(), name=name).sort_index()
    missing = set(range(annual.index[0], annual.index[-1] + 1)) - set(annual.index)
    if missing:
        raise InputError(path, f"{called}, year {min(missing)}", "is missing, and later years are there", "add its row")
    return annual
