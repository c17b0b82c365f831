"""The folder of a run: tidy tables, a manifest of all that made them, and nothing half-written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.books import Books
from scenarios.evidence import open_questions
from scenarios.identity import hashes, text_hash, unit_key, versions
from scenarios.run import Outcome
from scenarios.summary import broken_months
from sim.law.calendar import month_label
from sim.law.loader import Law
from sources.errors import InputError

BOOKS, EVENTS, LAW = "books", "events", "law"  # folders of a run
CHECKSUMS = "checksums.txt"
MANIFEST = "manifest.json"


def manifest(outcome: Outcome) -> dict:
    """What made the run: scenario, hashes of all inputs, versions, seeds. The run's name ends in its hash.

    Nothing in it depends on the clock, the machine's speed or the number of workers.
    """
    plan, scenario = outcome.plan, outcome.scenario
    inputs, stored, services, base = plan.inputs, plan.calibration.stored, plan.services, outcome.baseline
    content = {
        "municipality": inputs.area.title,
        "scenario": scenario.model_dump(mode="json"),
        "baseline": None if base is None else base.title,
        "services": services is not None,
        "law_choices": dict(inputs.law.choices),
        "base_month": stored.until,
        "months": [month_label(plan.first_month), month_label(plan.first_month + plan.months - 1)],
        "hashes": hashes(plan, scenario, base),
        "units": unit_key(plan, scenario, base),
        "seeds": {"run": scenario.seed, "calibration": stored.seed},
        "versions": versions(),
        "bands": "draw (parameters, payment timing), path (stock of recipients) and replication, together",
        "sign": "cost is positive",
        "unverified_values": len(outcome.unverified),
        "broken_months": [list(each) for each in broken_months(inputs)],
        "events": outcome.events is not None,
    }
    return named(scenario.title, content)


def named(title: str, content: dict[str, Any]) -> dict[str, Any]:
    """The manifest *content* with the run's name before it, which ends in the hash of all the rest."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()  # ä is a, and no gap
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "run"
    area, until = content["scenario"]["area"], content["base_month"]
    return {"run": f"{area}-{until}-{slug}-{text_hash(json.dumps(content, sort_keys=True))[:8]}", **content}


def check_writable(folder: Path) -> None:
    """InputError when results could not be written to *folder*: told before a run, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        raise InputError(folder, "", f"the results folder cannot be written to ({fault.strerror})",
                         "choose another one with --results") from None


@contextmanager
def events_draft(folder: Path, wanted: bool = True) -> Iterator[Path | None]:
    """A folder for the events of a run that is to be written into *folder*: hidden, and gone unless it was moved."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix=".events-", dir=folder) as hidden:
        yield Path(hidden) / EVENTS


def write_results(outcome: Outcome, folder: Path, charts: Mapping[str, Callable[[Path], None]]) -> Path:
    """Write the run into *folder*/<run>/ and return that path; its events are moved there.

    Parameters
    ----------
    charts : by name of the PNG file, called with the path to write.
    """
    content = manifest(outcome)

    def fill(draft: Path) -> None:
        """Everything that the run leaves."""
        law = outcome.plan.inputs.law
        lists = {"unverified": outcome.unverified,
                 "open_questions": open_questions(law, outcome.tables.get("exposure"))}
        write_tables(draft, outcome.tables, lists, content, law, outcome.books)
        for name, draw in charts.items():
            draw(draft / name)
        if outcome.events:
            outcome.events.rename(draft / EVENTS)

    return write_folder(folder, content["run"], fill)


def write_tables(draft: Path, tables: dict[str, pd.DataFrame], lists: dict[str, pd.DataFrame], content: dict,
                 law: Law, books: Books | None) -> None:
    """Write into *draft* what every run holds: tables, lists of what is in doubt, law tree, books if any, manifest."""
    for name, table in tables.items():
        table.to_parquet(draft / f"{name}.parquet", index=False, compression="zstd")
    for name, table in lists.items():
        table.to_csv(draft / f"{name}.csv", index=False, lineterminator="\n")
    write_law(law, draft)
    if books:
        write_books(books, draft)
    text = json.dumps(content, indent=2, ensure_ascii=False)
    (draft / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def write_law(law: Law, folder: Path) -> None:
    """Copy the tree of *law* into *folder*."""
    (folder / LAW).mkdir()
    for path in sorted(law.folder.glob("*.yaml")):
        shutil.copyfile(path, folder / LAW / path.name)


def write_books(books: Books, folder: Path) -> None:
    """Write *books* into *folder*, as the scenario changes them."""
    (folder / BOOKS).mkdir()
    for path, content in zip(books.files, books.contents, strict=True):
        (folder / BOOKS / path.name).write_bytes(content)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in *folder* by its path there, but for the list of them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def changed_files(folder: Path) -> list[str]:
    """What is not as a run wrote it into *folder*, a line each: files that are missing, were added or have changed."""
    try:
        pairs = [line.split("  ", 1) for line in (folder / CHECKSUMS).read_text("utf-8").splitlines()]
        stored = {name: value for value, name in pairs}
    except (OSError, ValueError):
        return [f"{CHECKSUMS} is missing or spoilt, so nothing can be said of its files"]
    now = checksums(folder)
    told = [f"{name} is missing" for name in stored.keys() - now.keys()]
    told += [f"{name} was added" for name in now.keys() - stored.keys()]
    return sorted(told + [f"{name} has changed" for name in stored.keys() & now.keys() if stored[name] != now[name]])


def write_folder(folder: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """Make *folder*/*name* and return that path; *fill* is called with the folder to write into.

    That is a hidden one, moved in one step. A run with the same name holds the same bytes and is replaced.
    """
    target, draft = folder / name, folder / f".{name}.partial"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        fill(draft)
        lines = [f"{value}  {name}\n" for name, value in checksums(draft).items()]
        (draft / CHECKSUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    except OSError as fault:
        raise InputError(target, "", f"cannot be written ({fault.strerror})",
                         "free space or choose another folder with --results") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target
