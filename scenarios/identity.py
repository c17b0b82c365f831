"""What a run was made from, as hashes: equal hashes, equal numbers."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from scenarios.books import Books
from scenarios.calibration import Calibration
from scenarios.inputs import Inputs
from scenarios.mix import ServiceMix
from scenarios.neutral import ServiceLevels
from scenarios.project import Plan
from scenarios.scenario import Scenario
from sim.money.memo import PAYERS
from sources.files import digest
from sources.national import Outlook

PACKAGES = ("simpy", "numpy", "scipy", "pandas", "statsmodels", "pyarrow", "matplotlib")
CODE = ("sim", "sources", "forecasting", "scenarios")  # what a number can depend on
ABOVE_UNITS = ("scenarios/decide", "scenarios/told")  # what asks for units, or tells of them; none depends on it
SIMULATED = {"area", "until", "law", "path", "shocks", "services", "replications", "seed"}  # keys, beside changes


class Made(NamedTuple):
    """What a run is made from; ``data`` is the hash of the observed series, mix and levels are of services."""

    scenario: Scenario
    baseline: Scenario | None
    inputs: Inputs
    data: str
    calibration: Calibration | None
    books: Books | None
    outlook: Outlook | None
    mix: ServiceMix | None
    levels: ServiceLevels | None


def hashes_of(made: Made) -> dict[str, str | None]:
    """Hash of each part; None where there is none."""
    return {
        "scenario": text_hash(made.scenario.model_dump_json()),
        "baseline": text_hash(made.baseline.model_dump_json()) if made.baseline else None,
        "inputs": made.data,
        "law": made.inputs.law.digest,
        "calibration": made.calibration.digest if made.calibration else None,
        "forecast_errors": digest(made.inputs.panel) if made.inputs.panel else None,
        "budget": made.books.digest if made.books else None,
        "outlook": made.outlook.digest if made.outlook else None,
        "services": digest(*made.mix.paths, made.inputs.area.root / PAYERS) if made.mix else None,
        "levels": made.levels.digest if made.levels else None,
        "code": code_digest(),
    }


def hashes(plan: Plan, scenario: Scenario, baseline: Scenario | None) -> dict[str, str | None]:
    """Hashes of what a run of *plan* is made from."""
    services = plan.services
    return hashes_of(Made(scenario, baseline, plan.inputs, plan.calibration.stored.inputs, plan.calibration, plan.books,
                          plan.outlook, services.plan.mix if services else None,
                          services.levels if services else None))


def unit_key(plan: Plan, scenario: Scenario, baseline: Scenario | None) -> str:
    """Hash of all that a unit of *plan* depends on: not how the scenario is titled, nor how many draws it has."""
    made_from = hashes(plan, scenario, None) | {"scenario": None, "code": code_digest(units=True)}
    asked, before = (each and simulated(each.model_dump(mode="json")) for each in (scenario, baseline))
    return text_hash(json.dumps({
        **made_from, "simulated": asked, "baseline": before, "choices": dict(plan.inputs.law.choices),
        "versions": versions()}, sort_keys=True, default=str))


def simulated(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """What of *scenario*, as JSON has it (also in a run's manifest), moves a unit."""
    return {**{key: scenario[key] for key in SIMULATED},
            "changes": [[{key: each for key, each in change.items() if key != "why"} for change in layer["changes"]]
                        for layer in scenario["layers"]]}


def versions() -> dict[str, str]:
    """Versions of the program, Python and the libraries a number can depend on."""
    return {"kuntaosuus": version("kuntaosuus"), "python": ".".join(map(str, sys.version_info[:3])),
            **{name: version(name) for name in PACKAGES}}


def text_hash(text: str) -> str:
    """SHA-256 of *text*."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_digest(units: bool = False) -> str:
    """Hash of the program text a number can depend on; with *units*, of what a single unit can."""
    root = Path(__file__).parents[1]
    total = hashlib.sha256()
    for path in sorted(p for package in CODE for p in (root / package).rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not (units and name.startswith(ABOVE_UNITS)):
            total.update(name.encode())
            total.update(digest(path).encode())
    return total.hexdigest()
