"""Every command that the pages show is run, at a small size, in a folder that looks like a user's.

Those that simulate or take minutes are run by ``make docs`` (environment variable DOCS=all) and skipped otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from app.cli import app
from benchmarks.durations import simulated_spells
from sim.law.loader import SHIPPED
from sources.area import data_root
from tests.app.test_durations import written
from tests.conftest import CHANGES, SCENARIO
from tests.docs.commands import BASE, OTHER, ROOT, arguments, before, is_slow, shown

HISTORY = """client,start,end,state,benefit,utilisation,opening_counter
Aino,2026-04-20,2026-05-11,unemployed,basic,1,95
"""
PLAN = "title: Syksy\nscenarios: [baseline, budget]\ndraws: 2\n"
MAPPING = """sign: cost_positive
columns: {month: Kausi, account: Tili, amount: Summa}
rules: [{accounts: ['4740'], object: benefit_share, line: total}]
"""


@pytest.fixture(scope="session")
def units(tmp_path_factory) -> Path:
    """Simulated units that the commands share, as a user's would."""
    return tmp_path_factory.mktemp("units")


@pytest.fixture
def home(stored_served, served, units, tmp_path, monkeypatch) -> Path:
    """A folder with data, two scenarios' runs and the files that pages name."""
    shutil.copytree(data_root(), tmp_path / "data")
    shutil.copytree(tmp_path / "data" / "lahti", tmp_path / "data" / "x")
    shutil.copytree(served.folder, tmp_path / "results" / served.folder.name, copy_function=os.link)
    (tmp_path / "results" / ".units").symlink_to(units)
    for run, name in ((stored_served, BASE), (served, OTHER)):
        folder = shutil.copytree(run.folder, tmp_path / "results" / f"{name}-00000000", copy_function=os.link)
        content = json.loads((folder / "manifest.json").read_text("utf-8")) | {"run": folder.name}
        (folder / "manifest.json").unlink()
        (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    shutil.copytree(SHIPPED, tmp_path / "law")
    shutil.copy(data_root() / "kela" / "lahti_monthly.csv", tmp_path / "kela_2026.csv")
    short = (ROOT / "scenarios" / "library" / "baseline.yaml").read_text("utf-8")
    for old, new in (("title: Perusura", "title: Lyhyt"), ("until: 2028-12", "until: 2026-12"),
                     ("draws: 120", "draws: 2")):
        assert old in short
        short = short.replace(old, new)
    other = SCENARIO.replace("title: Koe", "title: Toinen").replace("baseline: baseline", "baseline: short.yaml")
    for name, text in (("my.yaml", SCENARIO.replace("until: 2026-12\n", "") + CHANGES), ("short.yaml", short),
                       ("other.yaml", other + CHANGES), ("HISTORY.csv", HISTORY), ("autumn.yaml", PLAN),
                       ("night.yaml", PLAN), ("ledger.yaml", MAPPING)):
        (tmp_path / name).write_text(text, "utf-8")
    book = openpyxl.Workbook()
    for row in (("Kausi", "Tili", "Summa"), ("1/2026", "4740", 2206200.91)):
        book.active.append(row)
    book.save(tmp_path / "ledger.xlsx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def small(words: list[str]) -> list[str]:
    """*words* with the size of the test's runs: two draws, one process, the folder's own data, no network."""
    command = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "commands") or word not in command.commands:
            break
        command = command.commands[word]
    options = {name for each in getattr(command, "params", []) for name in each.opts}
    if "--draws" in words:
        words[words.index("--draws") + 1] = "2"
    if words[:1] == ["producers"]:
        words += ["--lasting", "1", "--within", "1"]  # the small runs end after four months
    if words[:1] == ["pilot"]:
        words += ["--results", "long"]  # see FIRST
    if words[0] in ("tornado", "rules", "layers"):
        words.insert(1, "short.yaml")
    for option, value in (("--draws", "2"), ("--points", "2"), ("--groups", "30"), ("--top", "3"), ("--workers", "1"),
                          ("--data", "data"), ("--offline", "")):
        if option in options and option not in words and "--help" not in words:
            words += [option, value] if value else [option]
    return words


def run(command: str) -> None:
    words = small(arguments(command))
    if words[:1] == ["explain"]:
        words = ["2026-11" if word == "2027-03" else word for word in words]  # the small runs end with their first year
    result = CliRunner().invoke(app, words)
    if words[:2] == ["data", "fetch"]:  # without a network the stored files serve, which it tells
        assert "käytössä on tallessa oleva" in result.stderr
        return
    assert result.exit_code == 0, f"kuntaosuus {' '.join(words)}\n{result.stderr}\n{result.exception}"


@pytest.mark.parametrize("command", shown())
def test_a_command_of_the_pages_runs(command, home):
    if is_slow(command) and os.environ.get("DOCS") != "all":
        pytest.skip("simulates, or takes minutes: make docs")
    if command.startswith("scenario new"):
        (home / "my.yaml").unlink()
    if "SPELLS.csv" in command:
        written(simulated_spells(2000, np.random.default_rng(6)), home / "SPELLS.csv")
    for each in (*before(command), command):
        run(each)


def test_the_pages_show_commands_of_every_kind():
    names = {command.split()[0] for command in shown()}
    group = typer.main.get_command(app)
    assert names == set(group.commands), "a command that no page shows, or one that is not there"
