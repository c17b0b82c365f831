"""What a run was made from, as hashes: equal hashes, equal numbers."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from scenarios.books import Books
from scenarios.project import Plan
from scenarios.scenario import Scenario
from sim.money.memo import PAYERS
from sources.files import digest

PACKAGES = ("simpy", "numpy", "scipy", "pandas", "statsmodels", "pyarrow", "matplotlib")
CODE = ("sim", "sources", "forecasting", "scenarios")  # what a number can depend on
ABOVE_UNITS = "scenarios/decide"  # what asks for units, and no unit depends on
SIMULATED = {"area", "until", "law", "path", "shocks", "services", "replications", "seed"}  # keys, beside changes


def hashes(plan: Plan, scenario: Scenario, baseline: Scenario | None, books: Books | None) -> dict[str, str | None]:
    """Hash of everything that a run rests on, by name; None where it rests on no such thing."""
    inputs, services = plan.inputs, plan.services
    return {
        "scenario": text_hash(scenario.model_dump_json()),
        "baseline": None if baseline is None else text_hash(baseline.model_dump_json()),
        "inputs": plan.calibration.stored.inputs,
        "law": inputs.law.digest,
        "calibration": plan.calibration.digest,
        "forecast_errors": None if inputs.panel is None else digest(inputs.panel),
        "budget": None if books is None else books.digest,
        "outlook": None if plan.outlook is None else plan.outlook.digest,
        "services": digest(*services.plan.mix.paths, inputs.area.root / PAYERS) if services else None,
        "levels": services.levels.digest if services else None,
        "code": code_digest(),
    }


def unit_key(plan: Plan, scenario: Scenario, baseline: Scenario | None, books: Books | None) -> str:
    """Hash of all that a unit of *plan* depends on: not how the scenario is titled, nor how many draws it has."""
    made_from = hashes(plan, scenario, None, books) | {"scenario": None, "code": code_digest(units=True)}
    return text_hash(json.dumps({
        **made_from, "simulated": _simulated(scenario), "baseline": baseline and _simulated(baseline),
        "choices": dict(plan.inputs.law.choices), "versions": versions()}, sort_keys=True, default=str))


def _simulated(scenario: Scenario) -> dict:
    plain = scenario.model_dump(mode="json", include=SIMULATED)
    return {**plain, "changes": [[change.model_dump(mode="json", exclude={"why"}) for change in layer.changes]
                                 for layer in scenario.layers]}


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
