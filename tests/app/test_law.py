"""The law on the command line: rules of known days as tables and JSON, and one line for whatever is wrong."""

import json
import shutil
from pathlib import Path

import pytest

from sim.law.loader import SHIPPED


@pytest.fixture
def law(kuntaosuus):
    return lambda *arguments: kuntaosuus("law", *arguments)


@pytest.fixture
def printed(law):
    def read(*arguments):
        result = law(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)
    return read


@pytest.fixture
def tree(tmp_path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "tree"))


def test_show_lists_a_topic_with_unit_dates_evidence_and_source(law):
    output = law("show", "waiting_days").output
    assert all(word in output for word in ("benefit days", "1.1.2024–", "vahvistettu", "StVM 16/2023 [S16]"))


def test_show_on_a_day_holds_one_entry_of_each_value_in_force(printed):
    before, after = printed("show", "waiting_days", "--on", "2023-12-31"), printed("show", "waiting_days", "--on",
                                                                                   "2024-01-01")
    assert [entry["value"] for entry in before] == [5]
    assert [(entry["value"], entry["since"], entry["until"]) for entry in after] == [(7, "2024-01-01", None)]


def test_show_as_json_gives_the_ladder_of_2025(printed):
    ladder = next(entry for entry in printed("show", "municipal_share", "--on", "2026-06-01")
                  if entry["key"] == "ladder")
    assert ladder["value"] == {"thresholds": [100, 200, 300, 400, 700], "shares": [0, 0.1, 0.2, 0.3, 0.4, 0.5]}
    assert (ladder["file"], ladder["unit"], ladder["status"]) == ("municipal_share.yaml", "share of basic amount",
                                                                  "derived")


def test_diff_over_may_2026_shows_the_merger_into_general_support(law, printed):
    pairs = {pair["name"]: pair for pair in printed("diff", "2026-04-30", "2026-05-01")}
    assert pairs["benefits.kinds.general"]["before"] is None
    assert pairs["benefits.kinds.general"]["after"]["value"] == "yleistuki"
    assert pairs["benefits.kinds.basic"]["after"] is None
    assert "municipal_share.ladder" not in pairs
    output = law("diff", "2026-04-30", "2026-05-01").output
    assert "peruspäiväraha" in output and "yleistuki" in output


def test_diff_of_a_day_with_itself_is_empty(printed):
    assert printed("diff", "2026-05-01", "2026-05-01") == []


def test_check_counts_values_and_lists_those_not_verified(law, printed):
    assert "Laki on kunnossa" in law("check").output
    content = printed("check")
    assert {"digest", "values", "unverified"} <= set(content)
    assert "basic_amount" in {entry["key"] for entry in content["unverified"]}


def test_check_of_a_faulty_tree_names_file_line_fault_and_mend(told, tree):
    file = tree / "waiting_days.yaml"
    text = file.read_text("utf-8")
    line_number = text[:text.index("source:")].count("\n") + 1
    file.write_text(text.replace("source:", "sorce:", 1), "utf-8")
    line = told("law", "check", "--law", tree)
    assert f"waiting_days.yaml: key waiting_days.0.sorce, line {line_number}: unknown key. Mend: write source" in line


def test_switches_show_alternatives_default_and_who_flips_them(law, printed):
    output = law("show", "switches").output
    assert "* whole_days: " in output and "full_day_equivalents: " in output
    assert "valitsin --switch valitsee toisen" in " ".join(output.split())
    shown = {switch["name"]: switch for switch in printed("show", "switches")}
    assert shown["integration_exemption"]["default"] == "none"
    assert set(shown["adjusted_days"]["alternatives"]) == {"whole_days", "full_day_equivalents"}


def test_the_committed_guide_page_is_current(law):
    page = Path(__file__).parents[2] / "docs" / "law.md"
    assert page.read_text("utf-8") == law("guide").stdout, "run make guide"


def test_the_guide_lists_every_value_with_unit_dates_evidence_and_source(law, printed):
    lines = law("guide").stdout.splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    content = printed("check")
    assert len(rows) == content["values"] + len(content["switches"])
    grant = next(row for row in rows if row.startswith("| `start_up_grant` |"))
    assert "| 2024-01-01 |  | 37.21 | €/day | verified | prizz.fi" in grant and "Inert: " in grant


def test_another_tree_is_shown(printed, tree):
    file = tree / "waiting_days.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 7", "value: 10"), "utf-8")
    assert [entry["value"] for entry in printed("show", "waiting_days", "--on", "2026-01-01", "--law", tree)] == [10]


@pytest.mark.parametrize(("arguments", "words"), [
    (["show", "benefit"], ["topic benefit", "write benefits"]),
    (["show", "switch"], ["topic switch", "write switches"]),
    (["show", "benefits", "--on", "1.5.2026"], ["option --on", "write it like 2026-05-01"]),
    (["diff", "2026-05-01", "2026-13-01"], ["second DATE"]),
    (["check", "--law", "nowhere"], ["nowhere", "the law folder is missing"]),
])
def test_a_wrong_argument_is_one_line(told, arguments, words):
    line = told("law", *arguments)
    assert all(word in line for word in words)
