"""A small run in its folder, made once, and law trees that differ from the shipped one."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from scenarios.results import events_draft, write_results
from scenarios.run import run
from scenarios.scenario import read_scenario
from sim.law.loader import SHIPPED
from sources.area import data_root


@pytest.fixture(scope="session")
def stored(tmp_path_factory):
    """Two draws of two replications: ``folder`` of the run, ``results`` that holds it, ``outcome`` in memory.

    To be read only; ``copy_of_run`` may be spoiled.
    """
    results = tmp_path_factory.mktemp("results")
    scenario = read_scenario("default").model_copy(update={"draws": 2, "replications": 2})
    with events_draft(results) as events:
        outcome = run(scenario, data_root(), 2, events=events)
        folder = write_results(outcome, results, lambda path: path.write_bytes(b"chart"))
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
