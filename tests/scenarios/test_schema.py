"""The JSON schema of scenario files, and the files that ``scenario new`` writes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from ruamel.yaml import YAML

from scenarios.scenario import LIBRARY, ScenarioFile, library, read_scenario
from scenarios.schema import FILE, KEYS, scenario_schema
from scenarios.template import headings, new_text, write_new
from sim.law.loader import load_law
from sources.errors import InputError


@pytest.fixture(scope="module")
def schema():
    return scenario_schema()


def refs(node: Any):
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
        node = list(node.values())
    for each in node if isinstance(node, list) else []:
        yield from refs(each)


def content(text: str) -> Any:
    """YAML as an editor hands it to a schema: dates as text."""
    return json.loads(json.dumps(YAML(typ="safe").load(text), default=str))


def test_every_key_is_described_and_every_reference_leads_somewhere(schema):
    assert set(schema["properties"]) == set(ScenarioFile.model_fields) == set(KEYS)
    assert set(schema["required"]) == {"title", "question", "author", "date"}
    assert all(part["description"] for part in schema["properties"].values())
    assert {ref.removeprefix("#/$defs/") for ref in refs(schema)} <= set(schema["$defs"])
    parts = (schema, *(schema["$defs"][name] for name in ("Change", "Shock", "Window", "Answers")))
    assert all(part["additionalProperties"] is False for part in parts)
    assert schema["properties"]["baseline"]["examples"] == library()


def test_the_answers_of_the_law_are_listed(schema):
    answers = schema["$defs"]["Answers"]["properties"]
    assert {name: each["anyOf"][0]["enum"] for name, each in answers.items()} == {
        name: list(switch.alternatives) for name, switch in load_law().switches.items()}


def test_keys_of_every_file_of_the_library_are_in_it(schema):
    for name in library():
        written = content((LIBRARY / f"{name}.yaml").read_text("utf-8"))
        assert set(written) <= set(schema["properties"]) and set(schema["required"]) <= set(written)
        for change in written["changes"]:
            assert set(change) <= set(schema["$defs"]["Change"]["properties"])


WRONG = ["drws: 3", "draws: one", "path: outlok", "law: {end_of_index_freeze: maybe}", "until: 2028-11",
         "shocks: [{since: 2027-13, until: 2027-12}]", "window: {from: 2027-01}",
         "changes: [{at: a.b, why: w}]", "changes: [{at: a.b, value: 1, add: 1, why: w}]"]


def test_an_editor_takes_the_library_and_refuses_what_the_program_refuses(schema, tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema)
    editor = jsonschema.Draft202012Validator(schema)
    for name in library():
        editor.validate(content((LIBRARY / f"{name}.yaml").read_text("utf-8")))
    own = "title: Oma\nquestion: q\nauthor: a\ndate: 2026-11-24\nbaseline: baseline\n"
    editor.validate(content(own))
    for line in WRONG:
        (tmp_path / "own.yaml").write_text(f"{own}{line}\n", "utf-8")
        assert not editor.is_valid(content(f"{own}{line}\n")), line
        with pytest.raises(InputError):
            read_scenario(str(tmp_path / "own.yaml"))


# --- new files ---

@pytest.mark.parametrize("today", [date(2026, 11, 26), date(2027, 6, 30)])
def test_a_new_file_fits_the_data_whatever_its_heading_and_day(tmp_path, checker, today):
    for heading in (None, *headings()):
        path = write_new(str(tmp_path / f"{heading}"), "baseline", heading, "Minä", today)
        checked = checker.check(str(path))
        assert [effect.at for effect in checked.effects[:1]] == (
            [read_scenario(heading).changes[0].at] if heading else [])
        assert not checked.idle and (checked.scenario.date, checked.scenario.author) == (today, "Minä")


def test_every_commented_key_can_be_taken_in_and_is_then_the_baseline_s_or_an_example(tmp_path):
    path = tmp_path / "mine.yaml"
    text = new_text(path, "baseline", None, "Minä", date(2026, 11, 26))
    assert text.startswith(f"# yaml-language-server: $schema={FILE}\n")
    keys = [line.removeprefix("# ") if line.startswith("# ") and line[2:].split(":")[0] in KEYS else line
            for line in text.split("# changes:")[0].splitlines()]
    path.write_text("\n".join(keys), "utf-8")
    found, baseline = read_scenario(str(path)), read_scenario("baseline")
    assert set(content(path.read_text("utf-8"))) == set(KEYS) - {"changes"}
    for key in ("area", "until", "draws", "replications", "seed", "path", "services"):
        assert getattr(found, key) == getattr(baseline, key)
    assert found.law and found.shocks and found.window


def test_a_file_is_never_written_over_and_rests_on_a_file_elsewhere(tmp_path):
    base = write_new(str(tmp_path / "base"), "baseline", None, "Minä", date(2026, 11, 26))
    path = write_new(str(tmp_path / "ideas" / "mine.yaml"), str(base), None, "Minä", date(2026, 11, 26))
    assert [layer.title for layer in read_scenario(str(path)).layers] == ["Perusura", "base", "mine"]
    before = path.read_bytes()
    with pytest.raises(InputError, match="is there already"):
        write_new(str(path), "baseline", None, "Minä", date(2026, 11, 26))
    with pytest.raises(InputError, match="is no heading. Mend: write budget"):
        write_new(str(tmp_path / "other"), "baseline", "budgte", "Minä", date(2026, 11, 26))
    assert path.read_bytes() == before and not (tmp_path / "other.yaml").exists()
