"""The commands ``tornado``, ``rules`` and ``layers`` as a planner meets them, on a small run that is made once."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from scenarios.books import load_books
from scenarios.decide import prepare
from scenarios.decide.inputs import Setting
from scenarios.decide.rules_file import kept_rules
from scenarios.inputs import load_inputs
from scenarios.run import load_calibration, plan_of
from scenarios.scenario import read_scenario
from sim.law.calendar import month_number
from sources.area import data_root
from sources.errors import InputError


@pytest.fixture(scope="module", autouse=True)
def small():
    """Every scenario ends in 2026, has four draws and no services, so that a run takes a tenth of a second."""
    scenario = read_scenario("baseline").model_copy(update={"draws": 8, "replications": 1, "services": False})
    inputs = load_inputs("lahti", data_root())
    plan = plan_of(inputs, load_calibration(inputs, data_root()), month_number("2026-12"), scenario)
    patch = pytest.MonkeyPatch()
    patch.setattr(prepare, "prepared", lambda *given: (scenario, Setting(plan, load_books(inputs.area))))
    yield
    patch.undo()


NAMES = ("--inputs", "books.operating.other", "--inputs", "switch.middle_steps")


def test_tornado_begins_at_the_widest_says_what_it_reads_and_draws_a_chart(kuntaosuus, tmp_path):
    output = kuntaosuus("tornado", *NAMES, "--draws", 2, "--workers", 1, "--results", tmp_path).output
    plain = output.replace("\u00a0", " ")
    assert plain.index("switch.middle_steps") < plain.index("books.operating.other")
    assert "näin paljon ennuste olisi pielessä" in " ".join(plain.split())
    assert "500 000 → 600 000" in plain
    assert "Sitova netto 2026: eniten liikuttaa switch.middle_steps" in plain
    assert (tmp_path / "tornado-baseline.png").read_bytes().startswith(b"\x89PNG")


def test_tornado_json_has_every_end_object_and_year(kuntaosuus, tmp_path):
    printed = json.loads(kuntaosuus("tornado", *NAMES, "--draws", 2, "--workers", 1, "--results", tmp_path,
                                    "--json").stdout)
    assert printed["of"] == "forecast" and printed["measure"] == "net" and printed["screening"] is None
    other = [row for row in printed["changes"] if row["input"] == "books.operating.other" and row["object"] == "net"]
    assert {(row["end"], row["year"]) for row in other} == {(end, year) for end in ("low", "high")
                                                            for year in (2026, 0)}


def test_tornado_lists_inputs_and_refuses_a_pattern_that_matches_none(kuntaosuus, told):
    listed = json.loads(kuntaosuus("tornado", "--list", "--json", "--inputs", "fitted").stdout)["inputs"]
    assert {row["name"].split(".")[0] for row in listed} == {"fitted"}
    assert "fitted.lasting" in told("tornado", "--inputs", "fitted.lastng")


def test_rules_are_one_page(kuntaosuus, tmp_path):
    output = kuntaosuus("rules", "--draws", 2, "--workers", 1, "--results", tmp_path).output
    assert len(output.splitlines()) < 50 and max(map(len, output.splitlines())) <= 120
    assert all(name in output for name in ("Perusosa", "Lähdöt työhön", "Palkat", "Yksi maksupäivä", "tarkka"))


def test_rules_are_kept_for_runs_of_the_same_scenario_made_from_the_same(kuntaosuus, tmp_path):
    printed = json.loads(kuntaosuus("rules", "--draws", 2, "--workers", 1, "--results", tmp_path, "--json").stdout)
    path = tmp_path / "rules-lahti-baseline.json"
    hashes = json.loads(path.read_text("utf-8"))["made_from"]
    asked = read_scenario("baseline").model_copy(update={"draws": 120, "services": False, "title": "Toinen nimi"})

    def told_beside(heard=None, of=hashes, **changed):
        manifest = {"scenario": asked.model_copy(update=changed).model_dump(mode="json"), "hashes": of}
        return kept_rules(SimpleNamespace(name="ajo", manifest=manifest), tmp_path, (heard or []).append)

    [kept] = told_beside()
    assert kept.draws == 2 and kept.title == "Perusura"
    assert kept.rows["difference"].to_list() == [row["difference"] for row in printed["rules"]]
    assert kept.rows["margin"].notna().all() and told_beside(seed=7) == [] and told_beside(services=True) == []
    heard = [""]
    assert told_beside(heard, {**hashes, "law": "other"}) == []
    assert heard[1].startswith("rules-lahti-baseline.json is left out: it was made from other law than ajo")
    path.write_text('{"rules": []}', "utf-8")
    with pytest.raises(InputError, match="is no answer of kuntaosuus rules.*remove the file"):
        told_beside()


def test_layers_tell_shares_of_a_whole(kuntaosuus, told):
    assert "is no power of two" in told("layers", "--points", 12)
    printed = json.loads(kuntaosuus("layers", "--draws", 2, "--points", 0, "--workers", 1, "--json").stdout)
    shares = [row["first"] for row in printed["layers"] if row["object"] == "net" and row["year"] == 0]
    assert sum(shares) == pytest.approx(1) and printed["inputs"] == []
