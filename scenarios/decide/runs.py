"""The run store: which runs there are, whether they are as they were written, questions in SQL, and what can go.

Every folder of a run carries ``checksums.txt``, the SHA-256 of each of its files in the form that ``sha256sum -c``
reads. The name of a run ends in the hash of its manifest.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from scenarios.decide.batch import BATCHES
from scenarios.locks import read_locks
from scenarios.results import changed_files, named
from scenarios.stored import MANIFEST, RunTables, open_tables
from scenarios.unit_store import UNITS
from sources.errors import InputError

DAY = 86_400.0
COLUMNS = ["run", "title", "area", "base_month", "until", "draws", "services", "baseline", "events", "written", "mb"]


def list_runs(results: Path) -> pd.DataFrame:
    """Runs in *results*, COLUMNS, the newest last; a folder that cannot be read has its name and nothing else."""
    rows = []
    for path in sorted(results.glob(f"*/{MANIFEST}"), key=lambda each: (each.stat().st_mtime, each)):
        if path.parent.name.startswith("."):
            continue
        row = {"run": path.parent.name, "written": pd.Timestamp(path.stat().st_mtime, unit="s").floor("s"),
               "mb": round(_size(path.parent) / 1e6, 1)}
        with suppress(InputError):
            manifest = open_tables(path.parent).manifest
            scenario = manifest["scenario"]
            row |= {"title": scenario["title"], "area": scenario["area"], "base_month": manifest["base_month"],
                    "until": scenario["until"], "draws": scenario["draws"], "services": scenario.get("services"),
                    "baseline": manifest.get("baseline"), "events": manifest.get("events")}
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def verify(run: RunTables) -> list[str]:
    """What is wrong with the folder of *run*, a line each: files changed, missing or added, or another's manifest."""
    told = changed_files(run.folder)
    content = {key: value for key, value in run.manifest.items() if key != "run"}
    name = named(run.manifest["scenario"]["title"], content)["run"]
    if run.name.rpartition("-")[2] != name.rpartition("-")[2] or run.folder.name != run.name:
        told.append(f"the manifest is that of {name}, and the folder is called {run.folder.name}")
    return told


def query(sql: str, results: Path) -> pd.DataFrame:
    """Answer of DuckDB to *sql*, in which every table of the runs is a view with the column ``run``.

    Raises
    ------
    InputError : there are no runs, or DuckDB does not understand; its own words are in it.
    """
    tables: dict[str, list[Path]] = {}
    for manifest in sorted(results.glob(f"[!.]*/{MANIFEST}")):
        for path in manifest.parent.glob("*.parquet"):
            tables.setdefault(path.stem, []).append(path)
    if not tables:
        raise InputError(results, "", "holds no run", "make one with kuntaosuus run, or name the folder with --results")
    connection = duckdb.connect()
    for name, paths in tables.items():
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        connection.execute(
            f'CREATE VIEW "{name}" AS SELECT * EXCLUDE (filename), parse_path(filename)[-2] AS run '
            f"FROM read_parquet([{files}], union_by_name = true, filename = true)")
    try:
        return connection.execute(sql).df()
    except duckdb.Error as fault:
        raise InputError("command line", "SQL", str(fault).splitlines()[0],
                         f"the tables are {', '.join(sorted(tables))}; DESCRIBE TABLE-NAME lists its columns") from None


@dataclass(frozen=True)
class Litter:
    """What could go: a path, why, and its size in bytes."""

    path: Path
    why: str
    size: int


def prunable(results: Path, older: float, keep: Iterable[str] = ()) -> list[Litter]:
    """Runs, units and batches in *results* that nobody has touched for *older* days, but for the runs called *keep*.

    A run whose events another one rests on stays with it, and a run of a lock stays.
    """
    limit, found = time.time() - older * DAY, []
    runs = {path.parent: path.stat().st_mtime for path in results.glob(f"[!.]*/{MANIFEST}")}
    kept = {folder for folder, touched in runs.items() if touched >= limit or folder.name in set(keep)}
    locked = [lock.hashes for lock in read_locks(results).values()]
    kept |= {folder for folder in runs if _content(folder).get("hashes") in locked}
    kept |= {folder.parent / str(_content(folder).get("repriced_from")) for folder in kept}
    found += [Litter(folder, "run", _size(folder)) for folder in sorted(runs.keys() - kept)]
    for folder in sorted((results / UNITS).glob("*")):
        files = list(folder.glob("*.unit"))
        if all(path.stat().st_mtime < limit for path in files):
            found.append(Litter(folder, f"{len(files)} units", _size(folder)))
    found += [Litter(folder, "batch", _size(folder)) for folder in sorted((results / BATCHES).glob("*"))
              if folder.is_dir() and folder.stat().st_mtime < limit]
    return found


def _content(folder: Path) -> dict[str, Any]:
    """Its manifest; empty where it is spoilt."""
    with suppress(OSError, ValueError):
        return dict(json.loads((folder / MANIFEST).read_text("utf-8")))
    return {}


def prune(litter: Iterable[Litter]) -> None:
    """Delete it; InputError when the disk does not let go."""
    for each in litter:
        try:
            shutil.rmtree(each.path)
        except OSError as fault:
            raise InputError(each.path, "", f"cannot be deleted ({fault.strerror})", "check its rights") from None
