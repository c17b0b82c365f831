"""A stored run's scenario, and the services it was made with, read back from its manifest and the files of today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from scenarios.levers import Horizon, with_scenario
from scenarios.mix import ServiceMix, load_mix
from scenarios.scenario import Scenario
from scenarios.stored import NEW_RUN, RunTables
from sim.money.memo import PAYERS
from sources.area import load_area
from sources.errors import InputError
from sources.files import digest

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def scenario_of(run: RunTables) -> Scenario:
    """The scenario that *run* was made with; InputError where this program's scenarios have other keys."""
    written = run.manifest["scenario"]
    layers = [{**layer, "file": f"{run.name}, {layer['title']}", "changes": [_said(each) for each in layer["changes"]]}
              for layer in written.get("layers", [])]
    try:
        return Scenario.model_validate({**written, "layers": layers})
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(run.folder / "manifest.json", f"key scenario.{where}", first["msg"], NEW_RUN) from None


def _said(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change as its file wrote it: an action that is null was not given, and what looks like a date is one."""
    return {key: _dated(value) for key, value in change.items() if value is not None}


def _dated(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dated(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_dated(each) for each in value]
    return date.fromisoformat(value) if isinstance(value, str) and DATE.fullmatch(value) else value


def mix_of(run: RunTables, root: Path) -> ServiceMix:
    """The service mix of *run* under the data *root*, its scenario's changes made.

    Raises
    ------
    InputError : the municipality's files are not those that the run was made with.
    """
    scenario = scenario_of(run)
    mix = load_mix(load_area(scenario.area, root))
    if digest(*mix.paths, root / PAYERS) != run.manifest["hashes"].get("services"):
        raise InputError(f"run {run.name}", "key hashes.services", "was made with other service files than those here",
                         NEW_RUN)
    return with_scenario(mix, scenario, Horizon.of(run.base_month + 1, run.last_month))
