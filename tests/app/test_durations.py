"""The command ``kuntaosuus durations fit`` as a planner meets it."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from app.cli import app
from benchmarks.durations import simulated_spells
from sim.clients.measured import read_measured


def written(spells, path):
    """Spells as a city would export them, with pseudonyms."""
    table = spells.assign(**{name: spells[name].dt.strftime("%Y-%m-%d").fillna("") for name in ("start", "end")},
                          id=[f"pseudonym-{person}" for person in spells["person"]])
    flags = {name: table[name].astype(int) for name in ("foreign_language", "reduced_ability")}
    table.assign(**flags)[["id", "start", "end", "exit", "age_group", *flags]].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("durations")


@pytest.fixture(scope="module")
def spells(folder):
    return written(simulated_spells(4000, np.random.default_rng(6)), folder / "spells.csv")


def invoke(*arguments):
    return CliRunner().invoke(app, ["durations", "fit", *map(str, arguments)])


@pytest.fixture(scope="module")
def as_json(spells, folder):
    result = invoke(spells, "--out", folder / "hazards.csv", "--since", "2021-01-01", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_what_is_printed_as_json_is_what_is_written(as_json, folder):
    read = read_measured(folder / "hazards.csv")
    for row in as_json["bands"]:
        age = ["15-24", "25-49", "50+"].index(row["age_group"])
        assert read.hazards[age, row["first_month"]] == pytest.approx(row["hazard"], abs=1e-5)
    assert as_json["since"] == "2021-01"
    assert len(as_json["season"]) == 12
    assert {row["month"] for row in as_json["survival"]} == {1, 3, 6, 12, 24}


def test_no_pseudonym_and_no_small_cell_leaves(as_json, folder):
    assert (folder / "hazards.png").read_bytes().startswith(b"\x89PNG")
    assert "pseudonym" not in json.dumps(as_json) + (folder / "hazards.csv").read_text("utf-8")
    assert min(row["persons"] for row in as_json["bands"]) >= as_json["min_persons"] == 10
    assert all(row["persons"] is None or row["persons"] >= 10 for row in as_json["survival"])


def test_the_tables_are_finnish_and_say_what_was_pooled(spells, folder):
    result = invoke(spells, "--out", folder / "h.csv")
    assert result.exit_code == 0, result.output
    for text in ("Yhä työttömänä", "Kaplan", "Päättymisriski kuukaudessa", "Vieraskielinen", "Yhdistetty",
                 "Alle 10 henkilön", "hazards.measured"):
        assert text in result.output


def test_a_fault_is_one_line_and_writes_nothing(spells, folder):
    bad = folder / "bad.csv"
    bad.write_text(spells.read_text("utf-8").replace("pseudonym-7,", "131052-308T,", 1), "utf-8")
    result = invoke(bad, "--out", folder / "none.csv")
    assert result.exit_code == 2
    assert "personal identity code" in result.stderr and "131052" not in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (folder / "none.csv").exists() and not (folder / "none.png").exists()


def test_the_spells_themselves_are_never_overwritten(spells):
    before = spells.read_bytes()
    assert invoke(spells, "--out", spells).exit_code == 2
    assert spells.read_bytes() == before
