"""The folder of a run: tidy tables, a manifest of all that made them, and nothing half-written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from scenarios.books import Books
from scenarios.inputs import Inputs
from scenarios.run import Outcome
from sim.law.calendar import month_label
from sources.errors import InputError
from sources.files import digest

PACKAGES = ("simpy", "numpy", "scipy", "pandas", "statsmodels", "pyarrow", "matplotlib")
CODE = ("sim", "sources", "forecasting", "scenarios")  # what a number can depend on


def manifest(outcome: Outcome) -> dict:
    """What made the run: scenario, hashes of all inputs, versions, seeds. The run's name ends in its hash.

    Nothing in it depends on the clock, the machine's speed or the number of workers.
    """
    plan, scenario = outcome.plan, outcome.scenario
    inputs, stored = plan.inputs, plan.calibration.stored
    content = {
        "scenario": scenario.model_dump(mode="json"),
        "base_month": stored.until,
        "months": [month_label(plan.first_month), month_label(plan.first_month + plan.months - 1)],
        "hashes": {
            "scenario": _hash(scenario.model_dump_json()),
            "inputs": stored.inputs,
            "law": inputs.law.digest,
            "calibration": plan.calibration.digest,
            "budget": None if outcome.books is None else outcome.books.digest,
            "code": code_digest(),
        },
        "seeds": {"run": scenario.seed, "calibration": stored.seed},
        "versions": {"kuntaosuus": version("kuntaosuus"), "python": ".".join(map(str, sys.version_info[:3])),
                     **{name: version(name) for name in PACKAGES}},
        "bands": "draw (parameters, payment timing), path (stock of recipients) and replication, together",
        "sign": "cost is positive",
        "unverified_values": len(unverified(inputs, outcome.books)),
    }
    slug = re.sub(r"[^a-z0-9]+", "-", scenario.title.lower()).strip("-") or "run"
    return {"run": f"{scenario.area}-{stored.until}-{slug}-{_hash(json.dumps(content, sort_keys=True))[:8]}", **content}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def code_digest() -> str:
    """Hash of the program text a number can depend on."""
    root = Path(__file__).parents[1]
    total = hashlib.sha256()
    for path in sorted(p for package in CODE for p in (root / package).rglob("*.py")):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(digest(path).encode())
    return total.hexdigest()


def unverified(inputs: Inputs, books: Books | None) -> pd.DataFrame:
    """Every value of law, assumptions and books that was not verified: name, value, unit, status, range, source."""
    rows = [{"name": f"{e.file} {e.key}", "value": str(e.value), "unit": e.unit, "status": e.status, "range": "",
             "source": e.source} for e in inputs.law.unverified()]
    rows += [{"name": name, "value": str(a.value), "unit": a.unit, "status": a.status,
              "range": "" if a.range is None else f"{a.range[0]:g} to {a.range[1]:g}", "source": a.source}
             for name, a in [*((name, each) for name, each in inputs.assumed.items() if each.status != "verified"),
                             *(books.unverified() if books else [])]]
    return pd.DataFrame(rows)


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


def write_results(outcome: Outcome, folder: Path, charts: Mapping[str, Callable[[Path], None]]) -> Path:
    """Write the run into *folder*/<run>/ and return that path.

    All files are written into a hidden folder first and moved in one step; a run with the same name holds the same
    bytes and is replaced.

    Parameters
    ----------
    charts : by name of the PNG file, called with the path to write.
    """
    content = manifest(outcome)
    target, draft = folder / content["run"], folder / f".{content['run']}.partial"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        for name, table in outcome.tables.items():
            table.to_parquet(draft / f"{name}.parquet", index=False, compression="zstd")
        unsure = unverified(outcome.plan.inputs, outcome.books)
        unsure.to_csv(draft / "unverified.csv", index=False, lineterminator="\n")
        text = json.dumps(content, indent=2, ensure_ascii=False)
        (draft / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")
        for name, draw in charts.items():
            draw(draft / name)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    except OSError as fault:
        raise InputError(target, "", f"cannot be written ({fault.strerror})",
                         "free space or choose another folder with --results") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target
