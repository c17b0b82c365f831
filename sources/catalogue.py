"""Which series there are: file, source, licence, newest month, what is missing or revised, where newer ones come from.

Each folder of the data root with a ``tables.yaml`` is a publisher. A table with a file is that file; one without is the
municipality's own of Kela's tables.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import model_validator

from sources import kela
from sources.actuals import RECORD, Store
from sources.area import Area
from sources.errors import InputError, nearest
from sources.files import Strict, read_csv, read_text, read_yaml
from sources.monthly import months
from sources.pxweb import Service
from sources.statistics import Fetch, store_of

TABLES = "tables.yaml"
KELA_TABLES = {table.name: table for table in (kela.SHARE, kela.RECIPIENTS, kela.OLD_LAW)}


class Table(Strict):
    """A series: its title, its file in the same folder, its column of months, and how newer ones are fetched."""

    title: str
    file: str | None = None
    month: str
    separator: str = ","
    fetch: Fetch | None = None

    @model_validator(mode="after")
    def _fetched_by_month(self) -> Table:
        if self.fetch and (self.file is None or self.month not in self.fetch.keys):
            raise ValueError("a table that is fetched needs a file, and month among the codes of its columns")
        return self


class Publisher(Strict):
    """Schema of a ``tables.yaml``: who publishes, under which licence, when the files were collected."""

    source: str
    licence: str
    collected: date
    service: Service | None = None
    tables: dict[str, Table]

    @model_validator(mode="after")
    def _service_where_needed(self) -> Publisher:
        if self.service is None and any(table.fetch for table in self.tables.values()):
            raise ValueError("a table is fetched, and there is no service")
        return self


@dataclass(frozen=True)
class Series:
    """A table of a publisher, in its place.

    Attributes
    ----------
    name : its key in tables.yaml.
    path : its file, which may be missing.
    imports : where the records of its imports lie.
    cache : the file that keeps what the service last answered.
    code : municipality code; only for the municipality's own tables.
    """

    name: str
    table: Table
    publisher: Publisher
    path: Path
    imports: Path
    cache: Path
    code: str

    @property
    def updated_by(self) -> str | None:
        """The command that brings newer months: fetch, import (of Kela's files), or None when the series has ended."""
        if self.table.fetch:
            return "fetch"
        return "import" if self.table.file is None else None

    def fetched(self) -> tuple[Fetch, Service, Store]:
        """How a fetched series is asked for, of whom, and how it is stored."""
        fetch, service = self.table.fetch, self.publisher.service
        if fetch is None or service is None:
            raise InputError(TABLES, f"table {self.name}", "is not fetched from a service",
                             "import Kela's files with kuntaosuus actuals import")
        return fetch, service, store_of(self.name, self.path, fetch, self.table.month)

    def read(self) -> pd.DataFrame:
        """Its rows with ``month``; InputError when the file is faulty."""
        if self.table.fetch:
            return self.fetched()[2].read(self.path)
        if self.table.file is None:
            return kela.read_table(self.path, KELA_TABLES[self.name], self.code)
        raw = read_csv(self.path, [self.table.month], separator=self.table.separator)
        return raw.assign(month=months(raw, self.table.month, self.path))


def catalogue(root: Path, area: Area) -> list[Series]:
    """Every series of the data *root*, with the municipality's own of Kela's tables.

    Raises
    ------
    InputError : a tables.yaml is faulty, or has a table without a file that is none of Kela's.
    """
    found = []
    for path in sorted(root.glob(f"*/{TABLES}")):
        publisher = read_yaml(path, Publisher)
        for name, table in publisher.tables.items():
            own = table.file is None
            if own and name not in area.kela_files:
                raise InputError(path, f"key tables.{name}.file", "is missing",
                                 f"name the file, or call the table {', '.join(area.kela_files)}")
            found.append(Series(name, table, publisher, area.kela_files[name] if own else path.parent / str(table.file),
                                area.imports if own else path.parent / "imports",
                                path.parent / "cache" / f"{name}.json", area.code))
    return found


def fetchable(series: list[Series], names: list[str]) -> list[Series]:
    """Of *series*, those called *names* that a service has newer months of; all such without *names*.

    Raises
    ------
    InputError : there is no such series, or it is not fetched.
    """
    served = {each.name: each for each in series if each.table.fetch}
    for name in names:
        if name not in served:
            known = next((each for each in series if each.name == name), None)
            fault = "is not fetched from a service" if known else "is not known"
            raise InputError("command line", f"table {name}", fault, nearest(name, served))
    return [served[name] for name in dict.fromkeys(names)] if names else list(served.values())


def state_of(series: Series, today: date) -> dict[str, Any]:
    """What `kuntaosuus data status` says of a series.

    Returns
    -------
    ``name``, ``title``, ``file``, ``source``, ``licence``, ``updated_by``; ``fault`` (None, or why the file cannot be
    read: then its ``origin`` is missing or faulty, and nothing more is known); ``rows``, ``oldest`` and ``newest``
    month (2026-08), ``age_months`` and ``age_days`` from its end to *today*, ``missing_months``, ``empty_cells``,
    ``sha256``; ``origin`` (collected, fetched, imported, or changed: by other means than these) and its ``date``;
    ``revised`` (numbers that the last fetch or import changed) and the ``largest`` of them, if any.
    """
    about = {"name": series.name, "title": series.table.title, "file": str(series.path), "fault": None,
             "source": series.publisher.source, "licence": series.publisher.licence, "updated_by": series.updated_by}
    if not series.path.exists():
        return {**about, "origin": "missing", "fault": "the file is missing"}
    try:
        rows, origin = series.read(), _origin(series)
    except InputError as fault:
        return {**about, "origin": "faulty", "fault": str(fault)}
    if rows.empty:
        return {**about, "origin": "faulty", "fault": f"{series.path}: holds no rows"}
    held = pd.PeriodIndex(rows["month"])
    oldest, newest = held.min(), held.max()
    return {
        **about, "rows": len(rows), "oldest": str(oldest), "newest": str(newest),
        "age_months": (today.year - newest.year) * 12 + today.month - newest.month,
        "age_days": (today - newest.end_time.date()).days,
        "missing_months": [str(month) for month in pd.period_range(oldest, newest, freq="M").difference(held)],
        "empty_cells": int((rows.isna() | (rows == "")).to_numpy().sum()),
        **origin,
    }


def _origin(series: Series) -> dict[str, Any]:
    """Where the file's content comes from, by the records of imports."""
    digest = hashlib.sha256(series.path.read_bytes()).hexdigest()
    records = [record for path in sorted(series.imports.glob(f"[!.]*/{RECORD}"))
               if (record := _record(path))["file"] == series.path.name]
    if not records:
        return {"sha256": digest, "origin": "collected", "date": series.publisher.collected.isoformat(), "revised": 0,
                "largest": None}
    wrote_it = [record for record in records if record.get("stored_sha256") == digest]
    if not wrote_it:
        return {"sha256": digest, "origin": "changed", "date": None, "revised": 0, "largest": None}
    record = wrote_it[-1]
    revisions = record["revisions"]
    return {"sha256": digest, "origin": "fetched" if "://" in record["source"] else "imported",
            "date": record["imported"], "revised": len(revisions),
            "largest": max(revisions, key=lambda row: abs(row["difference"]), default=None)}


def _record(path: Path) -> dict[str, Any]:
    """What an import noted; InputError when the file holds no such thing."""
    try:
        record = json.loads(read_text(path))
        return {**record, **{key: record[key] for key in ("file", "imported", "source", "revisions")}}
    except (ValueError, KeyError, TypeError):
        raise InputError(path, "", "is not the record of an import",
                         "put the record back, or remove its folder") from None
