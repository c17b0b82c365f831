"""Scenarios on the command line: what list, show and check print, and one line for a fault."""

import json

import pytest

MINE = """\
title: Oma
question: Entä jos?
author: Minä
date: 2026-11-24
baseline: baseline
changes:
  - {at: contracts.unit_price.career_coaching_bought.places, from: 2027-03-01, until: 2027-12-31, value: 0, why: jarru}
  - {at: contracts.unit_price.training_bought.price, times: 1, why: ei mitään}
"""


@pytest.fixture
def mine(tmp_path):
    """Function (old, new) → path of a scenario file with a text replaced."""
    def write(old: str = "", new: str = "") -> str:
        assert old in MINE
        (tmp_path / "mine.yaml").write_text(MINE.replace(old, new), "utf-8")
        return str(tmp_path / "mine.yaml")
    return write


def test_list_names_the_baseline_first(kuntaosuus):
    printed = json.loads(kuntaosuus("scenario", "list", "--json").stdout)["scenarios"]
    assert printed[0]["name"] == "baseline" and printed[0]["changes"] == 0
    assert all(each["title"] and each["question"] for each in printed)
    output = kuntaosuus("scenario", "list").output
    assert "Perusura" in output and max(map(len, output.splitlines())) <= 120


def test_show_tells_each_change_with_days_values_and_reason(kuntaosuus, mine):
    output = " ".join(kuntaosuus("scenario", "show", mine()).output.split())
    places = json.loads(kuntaosuus("scenario", "show", mine(), "--json").stdout)["changes"][0]
    assert places["before"] > 0 and places["after"] == 0
    assert f"1.3.2027–31.12.2027: {places['before']} → 0. jarru" in output
    assert "Entä jos?" in output and "koko ajan" in output


def test_show_says_which_file_and_line_gave_each_key_and_change(kuntaosuus, mine):
    file = mine("author:", "draws: 10\nauthor:")
    output = kuntaosuus("scenario", "show", file).output
    rows = {line.split()[0]: line.split() for line in output.splitlines() if line.strip()}
    assert rows["draws"] == ["draws", "10", f"{file}:3"]
    assert rows["seed"][1] == "2026" and rows["seed"][2].startswith("library/baseline.yaml:")
    assert f"Muutokset: Oma ({file}, 24.11.2026)" in " ".join(output.split())
    assert f"{file}:9" in output and max(map(len, output.splitlines())) <= 120


def test_diff_tells_days_both_values_and_where_each_was_written(kuntaosuus, mine):
    file = mine()
    result = kuntaosuus("scenario", "diff", "baseline", file)
    assert result.exit_code == 0 and max(map(len, result.output.splitlines())) <= 120
    told = " ".join(result.output.split())
    assert "1.3.2027–31.12.2027: " in told and f"{file}: {file}:7: jarru" in told
    rows = json.loads(kuntaosuus("scenario", "diff", "baseline", file, "--json").stdout)["differences"]
    places, = [row for row in rows if row["section"] == "figures"]
    assert places["second"] == 0 and places["first"] > 0 and places["since"] == "2027-03-01"


def test_diff_of_one_scenario_says_that_it_is_the_same(kuntaosuus):
    result = kuntaosuus("scenario", "diff", "technology", "technology")
    assert result.exit_code == 0 and "Sama skenaario" in result.output


def test_new_writes_a_file_that_check_takes_and_schema_writes_what_its_first_line_names(kuntaosuus, told, tmp_path):
    name, schema = tmp_path / "mine", tmp_path / "scenario.schema.json"
    written = kuntaosuus("scenario", "new", name, "--template", "subsidies")
    assert written.exit_code == 0 and f"schema --out {schema}" in written.output
    assert "kunnossa, 1 muutettua arvoa" in kuntaosuus("scenario", "check", f"{name}.yaml").output
    assert "is there already" in told("scenario", "new", name)
    assert kuntaosuus("scenario", "schema", "--out", schema).exit_code == 0
    assert f"$schema={schema.name}" in (tmp_path / "mine.yaml").read_text("utf-8").splitlines()[0]
    assert json.loads(schema.read_text("utf-8")) == json.loads(kuntaosuus("scenario", "schema").stdout)


def test_lock_freezes_a_scenario_and_locks_lists_what_moved(kuntaosuus, mine, tmp_path):
    file, results = mine("author:", "services: false\nauthor:"), tmp_path / "results"
    locked = kuntaosuus("scenario", "lock", file, "--as", "first", "--results", results)
    assert locked.exit_code == 0 and "Ajo (lock:first): ei vielä" in locked.output
    mine()
    listed = kuntaosuus("scenario", "locks", "--results", results).output
    assert "first" in listed and "muuttunut: skenaario" in listed


def test_check_says_what_can_be_run_and_what_changes_nothing(kuntaosuus, mine):
    result = kuntaosuus("scenario", "check", mine())
    assert result.exit_code == 0
    assert "kunnossa, 2 muutettua arvoa" in result.output
    assert "contracts.unit_price.training_bought.price, koko ajan: ei muuta mitään" in result.output


def test_check_says_that_changes_to_services_need_services(kuntaosuus, mine):
    told = kuntaosuus("scenario", "check", mine("changes:", "services: false\nchanges:")).output
    assert "services: false, joten muutokset palveluihin eivät vaikuta" in told


@pytest.mark.parametrize(("old", "new", "said"), [
    ("baseline: baseline", "baseline: basline", ["write baseline"]),
    ("baseline: baseline\n", "", ["mine.yaml: has no area", "add baseline: baseline"]),
    ("baseline: baseline", "baseline: mine.yaml", ["leads back to itself"]),
    ("changes:", "chnages:", ["unknown key", "line 6", "write changes"]),
    ("question:", "draws: 0\nquestion:", ["key draws, line 2", "greater than or equal to 2"]),
    ("until: 2027-12-31", "until: 2027-01-31", ["changes.0", "line 7", "ends on 2027-01-31, before it begins"]),
    ("value: 0", "value: 0, add: 1", ["value and add", "one of value, times, add, new, remove"]),
    ("from: 2027-03-01", "from: 2027-01-01", ["changes.0, line 7", "notice is 90 days", "begin from 2027-02-22 or"]),
    ("_bought.price", "_bougt.price", ["changes.1, line 8", "write contracts.unit_price.training_bought.price"]),
    ("value: 0", "value: -1", ["changes.0, line 7", "greater than or equal to 0"]),
])
def test_a_fault_is_one_line_with_file_key_line_and_mend(told, mine, old, new, said):
    line = told("scenario", "check", mine(old, new))
    assert all(words in line for words in said), line


def test_a_scenario_takes_what_it_leaves_out_from_its_baseline(mine, tmp_path):
    from scenarios.scenario import read_scenario

    (tmp_path / "over.yaml").write_text(MINE.replace("baseline: baseline", "baseline: mine.yaml").replace(
        "title: Oma", "title: Päällä\ndraws: 10"), "utf-8")
    mine()
    found, baseline = read_scenario(str(tmp_path / "over.yaml")), read_scenario("baseline")
    assert (found.title, found.draws, found.seed, found.area) == ("Päällä", 10, baseline.seed, "lahti")
    assert [layer.title for layer in found.layers] == ["Perusura", "Oma", "Päällä"]
    assert len(found.changes) == 2
