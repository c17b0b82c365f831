"""The runs of a report: comparable or refused, told apart, and their board against the measures of their units."""

from __future__ import annotations

import json
import shutil

import pytest

from scenarios.told.report_set import open_report_set
from sources.errors import InputError


def changed(folder, name, **keys):
    """A copy of the run in *folder*, called *name*, with *keys* of its manifest changed."""
    copy = folder.parent / name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    content = json.loads((copy / "manifest.json").read_text("utf-8")) | {"run": name, **keys}
    (copy / "manifest.json").write_text(json.dumps(content), "utf-8")
    return str(copy)


def test_the_board_of_a_scenario_is_its_effect_and_of_a_run_without_one_the_mean_of_its_units(served, stored):
    scenario, plain = (open_report_set([str(each.folder)], each.results) for each in (served, stored))
    effect = scenario.first.table("effect").set_index(["object", "line", "year"])
    board = scenario.board.set_index(["object", "line", "year"])
    for column, name in (("value", "scenario"), ("difference", "difference"), ("margin", "margin")):
        assert board[column].to_dict() == effect.loc[board.index, name].to_dict()
    account = plain.first.table("measures").query("object == 'net' and line == 'total' and year == 2027")
    row = plain.board.query("object == 'net' and year == 2027").iloc[0]
    assert row["value"] == pytest.approx(account["value"].mean(), abs=0.01)
    assert row["p_break"] == plain.first.table("budget").query("object == 'net' and year == 2027")["p_break"].item()
    assert plain.board["difference"].isna().all() and not plain.board["certain"].any()


def test_runs_with_one_title_are_numbered(copy_of_run):
    other = changed(copy_of_run, "other")
    chosen = open_report_set([str(copy_of_run), other], copy_of_run.parent)
    assert list(chosen.titles.values()) == ["Perusura (1)", "Perusura (2)"]


@pytest.mark.parametrize(("key", "value", "told"), [
    ("municipality", "Hämeenlinna", "another municipality"), ("base_month", "2025-12", "another newest month"),
    ("months", ["2026-09", "2027-12"], "other months")])
def test_runs_that_are_not_comparable_are_refused_by_name(copy_of_run, key, value, told):
    other = changed(copy_of_run, "other", **{key: value})
    with pytest.raises(InputError, match=f"other.*{told}"):
        open_report_set([str(copy_of_run), other], copy_of_run.parent)


def test_scenarios_against_different_baselines_and_a_run_named_twice_are_refused(copy_of_run):
    made = json.loads((copy_of_run / "manifest.json").read_text("utf-8"))["hashes"]
    other = changed(copy_of_run, "other", hashes={**made, "baseline": "0" * 64})
    with pytest.raises(InputError, match="another baseline"):
        open_report_set([str(copy_of_run), other], copy_of_run.parent)
    with pytest.raises(InputError, match="twice"):
        open_report_set([str(copy_of_run)] * 2, copy_of_run.parent)
    with pytest.raises(InputError, match="names no run"):
        open_report_set([], copy_of_run.parent)
