"""Import of actuals: new and revised months join the stored tables, and nothing is lost.

Every import goes one way, and a fetched table the same (``statistics``): the file is read and checked whole; its months
are laid over the stored ones; what is new and what was revised is told; then the replaced file is kept, the new one is
written beside, read back and moved in. A file that brings nothing new changes no byte.

A `Store` says what differs between tables. A month of the file replaces that month of the store as a whole, for a
combination that is no longer there was corrected away; in the ledger, a month of the budget object.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from sources import kela
from sources.area import Area
from sources.city_ledger import LEDGER_KEYS, ledger_text, read_actuals, read_ledger
from sources.errors import InputError
from sources.files import read_csv
from sources.monthly import HALF_CENT
from sources.published import read_published

RECORD = "record.json"


@dataclass(frozen=True)
class Store:
    """A stored table that imports extend.

    Attributes
    ----------
    kind : its name in output: kela_share, kela_recipients, kela_old_law, ledger, or a name in tables.yaml.
    path : where it is stored, or will be.
    whole : columns whose combinations an import replaces whole; ``month`` is the first.
    keys : columns that tell rows apart; the first are those of *whole*.
    measures : columns of numbers.
    carried : further columns, which come along and are not compared.
    read : stored file → tidy frame; raises InputError.
    text : tidy frame → text of the file.
    """

    kind: str
    path: Path
    whole: tuple[str, ...]
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    read: Callable[[Path], pd.DataFrame]
    text: Callable[[pd.DataFrame], str]
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Import:
    """What a file brings.

    Attributes
    ----------
    source, digest : name of the file, or the address, and the SHA-256 of what it held.
    store : the table that it extends.
    new : combinations of ``store.whole`` that were not stored; months as 2026-08.
    revisions : ``store.keys``, ``measure``, ``before``, ``after`` (NaN where there is no row) and ``difference``
        (nothing counts as 0), for each number that changes in a month that was stored.
    ignored : account, rows and euros that the mapping of a ledger leaves out; empty for Kela's tables.
    merged : the whole table as it will be.
    """

    source: str
    digest: str
    store: Store
    new: pd.DataFrame
    revisions: pd.DataFrame
    ignored: pd.DataFrame
    merged: pd.DataFrame

    @property
    def changes(self) -> bool:
        """Whether there is anything to store."""
        return len(self.new) > 0 or len(self.revisions) > 0

    def summary(self) -> dict:
        """Source, its SHA-256, kind, new months and revisions: the record of an import, and what --json prints."""
        revisions = self.revisions.astype(object).where(self.revisions.notna(), None)
        return {"source": self.source, "sha256": self.digest, "kind": self.store.kind,
                "file": self.store.path.name, "new": self.new.to_dict("records"),
                "revisions": revisions.to_dict("records")}


def plan_import(path: Path, area: Area, mapping: Path | None = None) -> Import:
    """Read *path* and tell what importing it would change; nothing is written.

    Parameters
    ----------
    path : Kela's open data as published, or with *mapping* a city's ledger as CSV or XLSX.

    Raises
    ------
    InputError : the file or the stored one is faulty, holds none of the municipality's rows, or leaves a gap.
    """
    ignored = pd.DataFrame(columns=["account", "rows", "euros"])
    if mapping is None:
        table, rows = read_published(path, area.code)
        store, found = _kela_store(table, area), kela.tidy(rows, table, path)
    else:
        store = Store("ledger", area.actuals, LEDGER_KEYS[:2], LEDGER_KEYS, ("euros",), read_actuals, ledger_text)
        found, ignored = read_ledger(path, mapping)
    return replace(lay_over(store, found, path.name, hashlib.sha256(path.read_bytes()).hexdigest()), ignored=ignored)


def lay_over(store: Store, found: pd.DataFrame, source: str, digest: str) -> Import:
    """What the tidy rows *found* in *source* would change in *store*; nothing is written.

    Raises
    ------
    InputError : the stored file is faulty, or a month would be missing between others.
    """
    columns = [*store.keys, *store.measures, *store.carried]
    stored = store.read(store.path)[columns] if store.path.exists() else found[columns].iloc[:0]
    merged = pd.concat([stored[~_within(stored, found, store.whole)], found[columns]], ignore_index=True)
    _check_no_gap(merged, store, source)
    new = found[~_within(found, stored, store.whole)][list(store.whole)].drop_duplicates()
    return Import(source, digest, store,
                  new.sort_values(list(store.whole)).assign(month=lambda rows: rows["month"].astype(str)),
                  _revisions(stored, found, store), pd.DataFrame(columns=["account", "rows", "euros"]),
                  merged.sort_values(list(store.keys), ignore_index=True))


def store_import(planned: Import, imports: Path, today: date) -> Path:
    """Write what *planned* changes, and return the folder that keeps what it replaced and the record.

    That folder, <imports>/<today>-<hash>/, is there before the table changes. If anything fails, the table is as it
    was.

    Raises
    ------
    InputError : the data folder cannot be written.
    """
    target = planned.store.path
    before = target.read_bytes() if target.exists() else b""
    name = hashlib.sha256(planned.digest.encode() + before).hexdigest()[:8]
    kept = imports / f"{today.isoformat()}-{name}"
    draft, kept_draft = target.with_name(f".{target.name}.draft"), kept.with_name(f".{kept.name}.draft")
    text = planned.store.text(planned.merged)
    record = {"imported": today.isoformat(), **planned.summary(),
              "replaced_sha256": hashlib.sha256(before).hexdigest() if before else None,
              "stored_sha256": hashlib.sha256(text.encode()).hexdigest()}
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8", newline="\n")
        planned.store.read(draft)  # what forecasts would read, checked to the cent before it is there
        kept_draft.mkdir(parents=True, exist_ok=True)
        if before:
            (kept_draft / target.name).write_bytes(before)
        told = json.dumps(record, indent=2, ensure_ascii=False)
        (kept_draft / RECORD).write_text(told + "\n", encoding="utf-8", newline="\n")
        shutil.rmtree(kept, ignore_errors=True)  # the same import of the same file on the same day: the same content
        kept_draft.rename(kept)
        try:
            draft.replace(target)
        except OSError:
            shutil.rmtree(kept, ignore_errors=True)  # no record of an import that was not
            raise
    except OSError as fault:
        raise InputError(target, "", f"cannot be written ({fault.strerror})",
                         "copy the data folder and use --data") from None
    finally:
        draft.unlink(missing_ok=True)
        shutil.rmtree(kept_draft, ignore_errors=True)
    return kept


def _kela_store(table: kela.Table, area: Area) -> Store:
    """Where the municipality keeps *table*."""
    return Store(table.name, area.kela_files[table.name], ("month",), ("month", *table.words),
                 (*table.counted, *table.amounts),
                 partial(_read_own, table=table, code=area.code), partial(kela.as_stored, table=table, code=area.code))


def _read_own(path: Path, table: kela.Table, code: str) -> pd.DataFrame:
    """The stored *table*; InputError when other municipalities' rows, which an import would drop, are in it."""
    codes = read_csv(path, ["kunta_nro"], separator=";")["kunta_nro"].str.zfill(3)
    if (codes != code).any():
        raise InputError(path, "column kunta_nro", "holds other municipalities too, and an import would drop them",
                         f"name a new file of its own for {table.name} in the municipality's settings.yaml; the import "
                         "makes it")
    return kela.read_table(path, table, code)


def _within(frame: pd.DataFrame, other: pd.DataFrame, columns: tuple[str, ...]) -> np.ndarray:
    """True for the rows of *frame* whose *columns* occur in *other*."""
    return frame.set_index(list(columns)).index.isin(other.set_index(list(columns)).index)


def _check_no_gap(merged: pd.DataFrame, store: Store, source: str) -> None:
    """InputError naming the first month that would be missing between others, in each part of the store."""
    parts = merged.groupby(list(store.whole[1:])) if store.whole[1:] else [("", merged)]
    for _, rows in parts:
        missing = pd.period_range(rows["month"].min(), rows["month"].max(), freq="M").difference(
            pd.PeriodIndex(rows["month"]))
        if len(missing):
            raise InputError(source, f"month {missing[0]}", f"is missing, and would be a gap in {store.path.name}",
                             "import the file that holds it first")


def _revisions(stored: pd.DataFrame, found: pd.DataFrame, store: Store) -> pd.DataFrame:
    """Numbers that differ in what both *stored* and *found* hold whole; see Import."""
    both = pd.merge(stored[_within(stored, found, store.whole)], found[_within(found, stored, store.whole)],
                    on=list(store.keys), how="outer", suffixes=(" before", " after"))
    each = [both[list(store.keys)].assign(measure=measure, before=both[f"{measure} before"].astype(float),
                                          after=both[f"{measure} after"].astype(float)) for measure in store.measures]
    rows = pd.concat(each)
    rows["difference"] = (rows["after"].fillna(0) - rows["before"].fillna(0)).round(2)
    changed = (rows["difference"].abs() > HALF_CENT) | (rows["before"].isna() != rows["after"].isna())
    ordered = rows[changed].sort_values(list(store.keys), kind="stable", ignore_index=True)
    return ordered.assign(month=ordered["month"].astype(str))
