"""A small run in its folder, made once; law trees that differ from the shipped one; a small budget as files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.outcome import charts
from scenarios.results import events_draft, write_results
from scenarios.run import run
from scenarios.scenario import read_scenario
from scenarios.unit_store import UnitStore
from sim.law.loader import SHIPPED
from sources.area import data_root

BUDGET = """\
years:
  2026:
    benefit_share:
      original: {value: 24000000, unit: €/year, source: council, status: verified}
      amended:
        - {date: 2026-09-14, decision: § 90, value: 26500000, unit: €/year, source: council, status: verified}
        - {date: 2026-06-15, decision: § 70, value: 25000000, unit: €/year, source: council, status: verified}
    operating:
      original: {value: 12000000, unit: €/year, source: council, status: estimate}
income:
  state_compensation:
    title: Korvaus
    base: {value: 6000000, unit: €/year, source: decision, status: verified}
    index: {2026: {value: 1.02, unit: factor, source: index, status: derived}}
"""
FLAT = "{value: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], timing: 0.0, unit: weight, source: x, status: verified}"
SKEW = "{value: [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 3], timing: 0.5, unit: weight, source: x, status: verified}"
PLAN = f"""\
staff:
  pattern: {FLAT}
  pay_index: {{2026: {{value: 1.02, unit: factor, source: x, status: verified}}}}
  units:
    first:
      title: Ensi
      staff: {{value: 10, unit: FTE, source: x, status: verified}}
      cost: {{value: 60000, unit: €/FTE/year, source: x, status: verified}}
price_index: {{2026: {{value: 1.10, unit: factor, source: x, status: verified}}}}
lines:
  purchases:
    title: Ostot
    yearly: {{value: 1000000, unit: €/year, source: x, status: estimate, range: [800000, 1200000]}}
    pattern: {SKEW}
"""
Change = Callable[[str], str]


@pytest.fixture(scope="session")
def stored(tmp_path_factory):
    """Two draws of two replications: ``folder`` of the run, ``results`` that holds it, ``outcome`` in memory.

    To be read only; ``copy_of_run`` may be spoiled.
    """
    return _stored(tmp_path_factory.mktemp("results"), replications=2, services=False)


@pytest.fixture(scope="session")
def stored_served(tmp_path_factory):
    """The same with services, to the end of the first budget year, a replication a draw."""
    return _stored(tmp_path_factory.mktemp("served"), until="2026-12")


def _stored(results: Path, **changes) -> SimpleNamespace:
    scenario = read_scenario("baseline").model_copy(update={"draws": 2, **changes})
    with events_draft(results) as events:
        outcome = run(scenario, data_root(), 2, events=events)
        folder = write_results(outcome, results, {"fan.png": lambda path: path.write_bytes(b"chart")})
    return SimpleNamespace(folder=folder, results=results, outcome=outcome)


@pytest.fixture
def copy_of_run(stored, tmp_path) -> Path:
    """The run's folder in a results folder of its own."""
    return Path(shutil.copytree(stored.folder, tmp_path / "results" / stored.folder.name))


@pytest.fixture
def law_with(tmp_path):
    """Function (file, old, new, …) → folder of a copy of the shipped law tree with texts replaced."""

    def edit(*changes: tuple[str, str, str]) -> Path:
        folder = tmp_path / f"law-{len(list(tmp_path.glob('law-*')))}"
        shutil.copytree(SHIPPED, folder)
        for file, old, new in changes:
            text = (folder / file).read_text("utf-8")
            assert old in text
            (folder / file).write_text(text.replace(old, new), "utf-8")
        return folder

    return edit


SCENARIO = """\
title: Koe
question: Mitä varhaiset tapaamiset ja osto maksavat?
author: Testi
date: 2026-01-01
baseline: baseline
until: 2026-12
draws: 2
"""
CHANGES = """\
changes:
  - {at: process.groups.newly_unemployed.discretionary_every, from: 2026-09-01, value: 10, why: koe}
  - {at: process.groups.newly_unemployed.queue_priority, from: 2026-09-01, value: 0, why: koe}
  - {at: contracts.unit_price.training_bought.places, from: 2026-10-01, times: 0.3, why: koe}
"""


@pytest.fixture(scope="session")
def unit_store(tmp_path_factory) -> UnitStore:
    """Units that all workers of the tests share: what one has simulated the others read."""
    base = tmp_path_factory.getbasetemp()
    return UnitStore((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "units")


@pytest.fixture(scope="session")
def served(tmp_path_factory, unit_store):
    """Two draws of a scenario with services until the end of the first budget year, held against the baseline.

    As ``stored``, and to be read only; ``file`` is the scenario.
    """
    results = tmp_path_factory.mktemp("served")
    file = results / "koe.yaml"
    file.write_text(SCENARIO + CHANGES, encoding="utf-8")
    outcome = run(read_scenario(str(file)), data_root(), 1, store=unit_store)
    return SimpleNamespace(folder=write_results(outcome, results, charts(outcome)), results=results, outcome=outcome,
                           file=file)


@pytest.fixture(scope="session")
def unchanged(tmp_path_factory, unit_store):
    """Outcome of a scenario that names the baseline and changes nothing."""
    file = tmp_path_factory.mktemp("unchanged") / "koe.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    return run(read_scenario(str(file)), data_root(), 1, store=unit_store)


def _unchanged(text: str) -> str:
    return text


@pytest.fixture(scope="session")
def later_ladder() -> Callable[..., tuple[str, str, str]]:
    """Function (day, *changes) → an edit for law_with: the newest ladder, with *changes* to its text, from *day* on."""

    def edit(day: str, *changes: tuple[str, str]) -> tuple[str, str, str]:
        ladders = (SHIPPED / "municipal_share.yaml").read_text("utf-8").split("ladder:\n")[1].split("\n\n")[0]
        later = ladders[ladders.index("  - from: 2025-01-01"):].replace("2025-01-01", day)
        for old, new in changes:
            assert old in later
            later = later.replace(old, new)
        return "municipal_share.yaml", ladders, f"{ladders}\n{later}"

    return edit


@pytest.fixture
def write_books(tmp_path: Path) -> Callable[..., Path]:
    """Writes budget.yaml and operating.yaml, each changed as asked, and returns their folder."""
    def write(budget: Change = _unchanged, plan: Change = _unchanged, folder: Path = tmp_path) -> Path:
        (folder / "budget.yaml").write_text(budget(BUDGET), encoding="utf-8")
        (folder / "operating.yaml").write_text(plan(PLAN), encoding="utf-8")
        return folder
    return write
