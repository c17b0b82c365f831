"""The notebooks run from end to end on a run, and are pages that need no network."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import pytest
from typer.testing import CliRunner

from app.cli import app
from reports.notebook import FOLDER, NOTEBOOKS, PARAMETERS, page_of, told_runs
from sources.errors import InputError

SAID = {"budget_forecast": ("Talousennuste", "Netto määrärahaa vasten", "ARVIO, ei kaupungin päätös"),
        "service_mix": ("Palvelujen yhdistelmä", "Kuka hyötyy, kuka odottaa", "ei erotu nollasta"),
        "model_and_validation": ("Littlen laki", "suurin erotus 0.", "Malli ÷ Kela koko jaksolla")}
OF = {"budget_forecast": "served", "service_mix": "served", "model_and_validation": "stored_served"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_to_its_end_and_asks_for_nothing(name, request):
    run = request.getfixturevalue(OF[name])
    page = page_of(name, [run.folder.name], run.results, "fi")
    plain = page.replace("\u00a0", " ")
    assert all(words in plain for words in SAID[name])
    assert page.count("data:image/png;base64") >= 2 and "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!data:|#)[^\"]*", page) == []


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_text_without_outputs_and_has_parameters(name):
    path = FOLDER / f"{name}.py"
    book = jupytext.read(path)
    [cell] = [each for each in book.cells if PARAMETERS in each.metadata.get("tags", [])]
    assert set(re.findall(r"^(\w+) =", cell.source, re.M)) == {"RUNS", "RESULTS", "LANGUAGE"}
    assert jupytext.writes(book, fmt="py:percent").split("# %%", 1)[1] == path.read_text("utf-8").split("# %%", 1)[1]


def test_the_newest_run_is_told_by_default_and_a_folder_without_runs_says_so(stored, tmp_path):
    told = told_runs("", str(stored.results), "en")
    assert told.run.name == stored.folder.name
    assert told.chart("services") == "The runs have no tables for the chart services."
    with pytest.raises(InputError, match="holds no run"):
        told_runs("", str(tmp_path), "fi")


def test_the_command_tells_a_wrong_name_and_a_wrong_run_before_it_starts(stored):
    for arguments, fault in ((["budget", stored.folder.name], "is not there"), (["service_mix", "x"], "is not among")):
        done = CliRunner().invoke(app, ["report", "notebook", *arguments, "--results", str(stored.results)])
        assert done.exit_code == 2 and fault in done.stderr


def test_a_cell_that_stops_is_told_in_a_line(stored, monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text('# %% tags=["parameters"]\nRUNS = ""\n\n# %%\n1 / 0\n', "utf-8")
    monkeypatch.setattr("reports.notebook.FOLDER", Path(tmp_path))
    with pytest.raises(InputError, match="stopped at a cell: ZeroDivisionError: division by zero"):
        page_of("broken", [], stored.results, "fi")
