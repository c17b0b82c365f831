"""An export as files: each table in Parquet and CSV, the data dictionary, and what the export was made of."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from reports.export.dimensions import dimensions
from reports.export.facts import facts
from reports.export.schema import FACTS, TABLES, VERSION, Table
from scenarios.told.report_set import ReportSet
from scenarios.told.small_cells import LEAST
from sources.errors import InputError

MANIFEST, DICTIONARY = "export.json", "dictionary"
TYPES = {"text": "string", "integer": "Int64", "number": "Float64", "flag": "boolean",
         "date": "date32[pyarrow]"}
FORMULA = re.compile(r"((?:^|[;\t\r\n])[ \"]*)(?=[=+\-@])")
"""Where a spreadsheet would begin to calculate: as a text begins, and after what separates cells where no comma does.

In CSV an apostrophe goes before it.
"""


@dataclass(frozen=True, eq=False)
class Export:
    """Tables by name as the schema has them, and what is said of them in export.json."""

    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]


def export_of(report: ReportSet, internal: str = "") -> Export:
    """The export of *report*; *internal* is the reason why small cells are kept, without which they are emptied."""
    made, emptied = {}, {}
    for run in report.runs:
        made[run.name], emptied[run.name] = facts(run, released=not internal)
    together = {name: _typed(pd.concat([made[run.name][name] for run in report.runs], ignore_index=True), table)
                for name, table in FACTS.items()}
    tables = {**{f"fact_{name}": table for name, table in together.items()},
              **{f"dim_{name}": _typed(table, TABLES[f"dim_{name}"])
                 for name, table in dimensions(report, together).items()}}
    manifest = {
        "schema": VERSION, "runs": [run.name for run in report.runs], "municipality": report.first.municipality,
        "base_month": report.first.manifest["base_month"], "sign": "cost is positive", "currency": "€, nominal",
        "small_cells": {"least": None if internal else LEAST, "emptied": emptied, "internal": internal or None},
        "tables": {name: len(table) for name, table in tables.items()}}
    return Export(tables, manifest)


def _typed(table: pd.DataFrame, schema: Table) -> pd.DataFrame:
    return table.astype({name: TYPES[column.kind] for name, column in schema.columns.items()})


def write_export(export: Export, folder: Path) -> None:
    """Write *export* into *folder*, whole or not at all; one that is there gives way, anything else is kept.

    Raises
    ------
    InputError : *folder* holds something else, or cannot be written.
    """
    folder = folder.resolve()
    _check_free(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        older, draft = None, Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as fault:
        raise InputError(folder, "", f"cannot be written ({fault.strerror})", "choose another folder") from None
    try:
        for name, table in export.tables.items():
            _write(table, draft / name)
        (draft / f"{DICTIONARY}.json").write_text(_json(dictionary()), "utf-8")
        (draft / f"{DICTIONARY}.md").write_text(dictionary_page(export.manifest), "utf-8")
        (draft / MANIFEST).write_text(_json(export.manifest), "utf-8")
        draft.chmod(0o755)
        if folder.exists():
            older = draft.with_name(f"{draft.name}-older")
            folder.replace(older)  # aside, so that one of both is always there
        draft.replace(folder)
        if older:
            shutil.rmtree(older, ignore_errors=True)
    except OSError as fault:
        raise InputError(folder, "", f"cannot be written ({fault.strerror})", "free space, or choose another") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_free(folder: Path) -> None:
    """InputError unless *folder* may be written: it is not there, is empty, or holds an export and nothing else."""
    if not folder.exists():
        return
    known = {MANIFEST, f"{DICTIONARY}.json", f"{DICTIONARY}.md", *(f"{name}{end}" for name in TABLES
                                                                  for end in (".parquet", ".csv"))}
    found = {each.name for each in folder.iterdir()} if folder.is_dir() else {folder.name}
    if strange := sorted(found - known):
        raise InputError(folder, "", f"holds {strange[0]}, which is not of an export", "choose another with --to")


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_parquet(path.with_suffix(".parquet"), index=False, compression="zstd")
    texts = table.select_dtypes("string").columns
    table.assign(**{name: table[name].map(as_text, na_action="ignore") for name in texts}).to_csv(
        path.with_suffix(".csv"), index=False, encoding="utf-8-sig", lineterminator="\r\n")


def as_text(value: str) -> str:
    """*value* as a cell of a CSV file that no spreadsheet calculates.

    >>> as_text("=1+1"), as_text("Koe;=1+1"), as_text("Jarru")
    ("'=1+1", "Koe;'=1+1", 'Jarru')
    """
    guarded = FORMULA.sub(r"\1'", value)
    return f"'{guarded}" if guarded.startswith(("\t", "\r")) else guarded


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def dictionary() -> dict[str, Any]:
    """The data dictionary as plain data."""
    return {"schema": VERSION, "tables": {name: {
        "grain": table.grain, "keys": list(table.keys), "columns": [
            {"name": column, "type": told.kind, "unit": told.unit, "meaning": told.meaning,
             "dimension": f"dim_{told.of}" if told.of else ""} for column, told in table.columns.items()]}
        for name, table in TABLES.items()}}


def dictionary_page(manifest: Mapping[str, Any]) -> str:
    """The data dictionary as a page of Markdown, with what is said of the export in *manifest*."""
    cells = manifest["small_cells"]
    emptied = (f"Counts of people below {cells['least']} in tables by group are empty, and as many beside them as it "
               f"takes that no sum gives them back ({sum(cells['emptied'].values())} in this export)."
               if cells["internal"] is None else
               "FOR INTERNAL USE: small counts are kept. Reason: " + " ".join(cells["internal"].split()))
    lines = [f"# Data dictionary, schema {VERSION}", "", emptied, "",
             "CSV is UTF-8 with a byte order mark, commas between columns and points in numbers. A text that begins "
             "with = + - @, tab or return, also after a semicolon, has an apostrophe before it there; in "
             "Parquet it stands as it is.", ""]
    for name, table in TABLES.items():
        lines += [f"## {name}", "", f"A row is {table.grain}. Key: {', '.join(table.keys)}.", "",
                  "| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| {name} | {told.kind} | {told.unit} | {told.meaning} |" for name, told in table.columns.items()]
        lines.append("")
    return "\n".join(lines)
