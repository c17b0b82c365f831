"""Locks: a scenario frozen with all that its results rest on, so that whatever is held against it stays the same.

A lock is a file of hashes and copies of what it was made from, in ``locks`` among the results. A stored run with the
same hashes is its run. Results against a lock never change under it: they are read from that run, which is never made
anew from files that have changed since.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from scenarios.calibration import folder_of
from scenarios.identity import Made, hashes_of, versions
from scenarios.inputs import load_inputs
from scenarios.levers import Horizon
from scenarios.national import OUTLOOK
from scenarios.resolved import Resolved, resolve
from scenarios.results import MANIFEST, changed_files, named, write_books, write_folder, write_law
from scenarios.run import baseline_of, load_calibration
from scenarios.scenario import Scenario, read_scenario, shown
from scenarios.service_levels import stored_levels
from sim.law.calendar import month_number
from sources.area import data_root
from sources.errors import InputError, nearest
from sources.files import Strict, digest, read_yaml, written_whole, yaml_text
from sources.national import read_outlook

LOCKS = "locks"  # among the results
SCENARIO = "scenario"  # folder of its chain of files
PREFIX = "lock:"  # by which a lock's run is asked for in place of a run
PARTS = {"scenario": ("scenario", "baseline"), "law": ("law",),
         "data": ("inputs", "forecast_errors", "budget", "outlook", "services"),
         "calibration": ("calibration", "levels"), "code": ("code",)}
"""What can move, and the hashes that tell it."""


class Lock(Strict):
    """Schema of a lock's file.

    Attributes
    ----------
    name : of the scenario, as it was asked for.
    date : on which it was locked.
    hashes : as in a run's manifest.
    scenario : resolved.
    """

    name: str
    date: date
    hashes: dict[str, str | None]
    versions: dict[str, str]
    scenario: dict[str, Any]


def lock(name: str, label: str, results: Path, root: Path, today: date) -> Path:
    """Freeze the scenario called *name* as *label* and return the lock's file.

    Raises
    ------
    InputError : there is such a lock, or the scenario, its calibration or its levels of services are not ready.
    """
    if not re.fullmatch(r"[\w.-]+", label):
        raise InputError("command line", f"option --as {label}", "is no name of a file", "write letters and digits")
    path = _path(label, results)
    if path.exists():
        raise InputError(path, "", "is there already, and a lock never changes", "choose another name with --as")
    scenario = read_scenario(name)
    made = _made(scenario, baseline_of(scenario), root, strict=True)
    content = Lock(name=name, date=today, hashes=hashes_of(made), versions=versions(), scenario=_resolved(scenario))

    def fill(draft: Path) -> None:
        (draft / SCENARIO).mkdir()
        for place, layer in enumerate(scenario.layers):
            shutil.copyfile(layer.file, draft / SCENARIO / f"{place}-{Path(layer.file).name}")
        write_law(made.inputs.law, draft)
        if made.books:
            write_books(made.books, draft)

    write_folder(results / LOCKS, label, fill)
    with written_whole(path, "free space or choose another folder with --results") as draft:
        draft.write_text(yaml_text(content.model_dump()), encoding="utf-8", newline="\n")
    return path


def read_locks(results: Path) -> dict[str, Lock]:
    """All locks among the *results* by label."""
    return {path.stem: read_yaml(path, Lock) for path in sorted((results / LOCKS).glob("*.yaml"))}


def moved(locked: Lock, root: Path) -> list[str]:
    """Those of PARTS that today's files under the data *root*, and the program, no longer have as *locked*.

    What the scenario was is held against today's data, and what it is today against what it was.
    """
    made = _made(Scenario.model_validate(locked.scenario), None, root, strict=False)
    try:
        scenario = read_scenario(locked.name)
        now = hashes_of(made._replace(scenario=scenario, baseline=baseline_of(scenario)))
    except InputError:  # a file of its chain is gone or spoilt
        now = {**hashes_of(made), "scenario": None}
    return [part for part, keys in PARTS.items() if any(now[key] != locked.hashes[key] for key in keys)]


def locked_run(label: str, results: Path, root: Path | None = None) -> Path:
    """The folder of the stored run of the lock *label*, seen to be what the lock says.

    Raises
    ------
    InputError : there is no such lock, or no run of it; what has moved since is named.
    """
    known = sorted(path.stem for path in (results / LOCKS).glob("*.yaml"))
    if label not in known:
        raise InputError(f"{PREFIX}{label}", "", f"is no lock in {results / LOCKS}", nearest(label, known) if known
                         else "make one with kuntaosuus scenario lock")
    locked = read_yaml(_path(label, results), Lock)
    if found := stored_run(locked.hashes, results):
        return found
    if parts := moved(locked, data_root(root)):
        raise InputError(f"{PREFIX}{label}", "", f"has no run in {results}, and none can be made: since {locked.date} "
                         f"{', '.join(parts)} moved", "bring the stored run back, or lock anew under another name")
    raise InputError(f"{PREFIX}{label}", "", f"has no run in {results}", f"make it with kuntaosuus run {locked.name}")


def stored_run(hashes: Mapping[str, str | None], results: Path) -> Path | None:
    """The run in *results* that was made from just these *hashes*; one with events before one without.

    Raises
    ------
    InputError : its folder does not hold what its manifest says.
    """
    fits = []
    for path in sorted(results.glob(f"[!.]*/{MANIFEST}")):
        with suppress(ValueError, KeyError, TypeError):  # a folder that is spoilt is no run
            manifest = json.loads(path.read_text("utf-8"))
            if manifest["hashes"] == hashes and "repriced_from" not in manifest:
                fits.append((not manifest["events"], path.parent, manifest))
    if not fits:
        return None
    _, folder, manifest = min(fits, key=lambda fit: fit[:2])
    _verify(folder, manifest)
    return folder


def _verify(folder: Path, manifest: dict[str, Any]) -> None:
    """InputError unless the run in *folder* is as it was written, and its name is that of its manifest."""
    content = {key: value for key, value in manifest.items() if key != "run"}
    as_told = named(manifest["scenario"]["title"], content)["run"] == manifest["run"]
    if changed := changed_files(folder) or ([] if as_told else [f"{MANIFEST} has another name"]):
        raise InputError(folder, "", f"is no longer what the run wrote: {changed[0]}", "bring the stored run back")


def _resolved(scenario: Scenario) -> dict[str, Any]:
    """*scenario* as a lock's file holds it, from which it can be made again."""
    content = scenario.model_dump(exclude_unset=True)
    for layer, own in zip(content["layers"], scenario.layers, strict=True):
        layer["file"] = shown(own.file)
    return content


def _made(scenario: Scenario, baseline: Scenario | None, root: Path, strict: bool) -> Made:
    """What a run of *scenario* today would be made from.

    Parameters
    ----------
    strict : whether a part that is not ready is an InputError; else it is None, whose hash differs from any lock's.
    """
    inputs = load_inputs(scenario.area, root, choices=scenario.law)
    area, horizon = inputs.area, Horizon.of(inputs.newest + 1, month_number(scenario.until))
    calibration, levels, resolved = None, None, Resolved(None, None, None)
    tolerated = () if strict else (InputError,)
    with suppress(*tolerated):
        calibration = load_calibration(inputs, root)
    with suppress(*tolerated):
        resolved = resolve(area, scenario, horizon)
    folder = folder_of(root, area.name, inputs.newest)
    if resolved.files and calibration:
        levels = stored_levels(resolved.files, calibration, folder)
        if strict and levels is None:
            raise InputError(folder, "", "holds no levels of services as they now stand", "fit them by kuntaosuus run")
    outlook = read_outlook(root) if scenario.path == OUTLOOK else None
    return Made(scenario, baseline, inputs, digest(*area.files()), calibration, resolved.books, outlook,
                resolved.mix, levels)


def _path(label: str, results: Path) -> Path:
    return results / LOCKS / f"{label}.yaml"
