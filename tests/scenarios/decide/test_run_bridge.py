"""Bridges between runs, whose parts are the differences of full runs that exchange one input at a time."""

import json
import shutil
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from reports.charts.run_bridge import run_bridge_chart
from reports.run_bridge import part_label, run_bridge_finding, run_bridge_tables
from scenarios import run as runs
from scenarios.decide.hybrid import Side
from scenarios.decide.run_bridge import differing, run_bridge, steps_between
from scenarios.decide.run_sums import sums_of_stored
from scenarios.inputs import load_inputs
from scenarios.results import write_results
from scenarios.scenario import read_scenario
from scenarios.shocks import Shock
from scenarios.stored import open_tables
from sim.law.calendar import month_number
from sources.area import data_root
from sources.errors import InputError
from sources.files import digest

LAW = {"law": {"adjusted_days": "full_day_equivalents"}}
FEWER_EXITS = {"title": "Muu", "shocks": [Shock(since="2026-09", until="2026-12", outflow=0.5)]}
SMALL = {"draws": 2, "replications": 1, "services": False, "until": "2026-12"}


@pytest.fixture(scope="module", autouse=True)
def no_vacancies():
    """Runs without services have no use for them, and to fit their paths is half of such a run's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "vacancy_paths", lambda *given: None)
        yield


@pytest.fixture(scope="module")
def stored_runs(tmp_path_factory):
    """Runs of four months: base, law (another answer), both (and fewer exits), older (known to 12/2025, base else)."""
    results = tmp_path_factory.mktemp("bridge")

    def make(**changes):
        scenario = read_scenario("baseline").model_copy(update={**SMALL, **changes})
        return open_tables(write_results(runs.run(scenario, data_root(), 1), results, {}))

    def known_to(month, *given):
        return load_inputs(*given).until(month)

    made = SimpleNamespace(base=make(), law=make(**LAW), both=make(**LAW, **FEWER_EXITS), results=results)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "load_inputs", partial(known_to, month_number("2025-12")))
        made.older = make()
    return made


def doctored(run, folder, **hashes):
    """A copy of *run* in *folder* whose manifest has other *hashes*."""
    copy = shutil.copytree(run.folder, folder)
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    manifest["hashes"].update(hashes)
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return open_tables(copy)


def part(told, name):
    """Differences of a part by year and object."""
    return told.table[told.table["part"] == name].set_index(["year", "object"])["difference"]


def between(first, last):
    """The same of two full runs."""
    before, after = sums_of_stored(first), sums_of_stored(last)
    return {key: float((after[key] - before[key]).mean()) for key in before}


def assert_same(found, expected):
    assert {key: pytest.approx(expected[key], abs=0.011) for key in expected} == found.to_dict()


def test_a_run_to_itself_is_zero_throughout_and_simulates_nothing(stored_runs):
    told = run_bridge(stored_runs.base, stored_runs.base, data_root())
    assert (told.table[["difference", "error", "p10", "p90"]] == 0).all(axis=None) and not told.table["certain"].any()
    assert told.parts == ["code", "data", "calibration", "law", "assumptions", "scenario"]
    assert "ei muutu" in run_bridge_finding(told)


def test_sums_of_a_stored_run_are_those_of_its_budget_table(stored_runs):
    budget = stored_runs.base.table("budget").set_index(["year", "object"])["mean"]
    for key, euros in sums_of_stored(stored_runs.base).items():
        assert euros.mean() == pytest.approx(budget[key], abs=0.011)


def test_runs_of_two_laws_differ_by_the_law_alone_and_without_simulation(stored_runs, monkeypatch):
    monkeypatch.setattr("scenarios.decide.run_bridge.sums_between", None)  # would fail if it were called
    told = run_bridge(stored_runs.base, stored_runs.law, data_root())
    assert_same(part(told, "law"), between(stored_runs.base, stored_runs.law))
    assert part(told, "law")[2026, "benefit_share"] != 0
    for name in ("code", "data", "calibration", "assumptions", "scenario"):
        assert (part(told, name) == 0).all()


def test_each_part_is_the_difference_of_full_runs_and_the_sum_is_exact(stored_runs, tmp_path):
    """The order is stated: program, data and calibration, law, scenario; the full runs are made by other means here.

    The old program of the first run gave what today's gives, so its part is 0.00 and moves no other.
    """
    told = run_bridge(doctored(stored_runs.older, tmp_path / "old", code="x"), stored_runs.both, data_root())
    assert told.steps.together == ("code",)
    assert told.steps.parts == (("data", "calibration"), ("law",), ("scenario",))
    assert len(told.steps.simulated) == 3  # the start as today's program makes it, and two between
    assert (part(told, "code") == 0).all() and (part(told, "assumptions") == 0).all()
    assert_same(part(told, "data+calibration"), between(stored_runs.older, stored_runs.base))
    assert_same(part(told, "law"), between(stored_runs.base, stored_runs.law))
    assert_same(part(told, "scenario"), between(stored_runs.law, stored_runs.both))
    assert part(told, "scenario")[2026, "benefit_share"] > 0
    whole = part(told, "total")
    cents = told.table[told.table["part"] != "total"].groupby(["year", "object"])["difference"].sum()
    for key in whole.index:
        assert round(cents[key], 2) == whole[key]
    text = Console(width=120, record=True)
    text.print(run_bridge_tables(told))
    assert "tiedot ja kalibrointi yhdessä, laki, skenaario" in text.export_text()


def test_the_other_books_are_the_assumptions(stored_runs, tmp_path):
    other = doctored(stored_runs.law, tmp_path / "books")
    plan = other.folder / "books" / "operating.yaml"
    text = plan.read_text("utf-8")
    old = text[text.index("cost: {value: ") + len("cost: {value: "):].split(",")[0]
    plan.write_text(text.replace(f"cost: {{value: {old},", f"cost: {{value: {int(float(old)) + 5000},"), "utf-8")
    files = [other.folder / "books" / name for name in ("budget.yaml", "operating.yaml")]
    closed = other.folder / "books" / "actuals.csv"
    other.manifest["hashes"]["budget"] = digest(*files, *([closed] if closed.exists() else []))
    told = run_bridge(stored_runs.base, other, data_root())
    assert told.steps.parts == (("law",), ("assumptions",))
    assert_same(part(told, "law"), between(stored_runs.base, stored_runs.law))
    assert part(told, "assumptions")[2026, "operating"] > 0
    assert part(told, "assumptions")[2026, "benefit_share"] == 0


def test_what_is_not_at_hand_is_told_together_and_what_both_lack_makes_all_one_part(stored_runs, tmp_path):
    def steps(first, last):
        found = steps_between(Side(first, data_root()), Side(last, data_root()))
        return found.together, found.parts

    base, both = stored_runs.base, stored_runs.both
    recalibrated = doctored(base, tmp_path / "a", code="x", calibration="x", inputs="x")
    assert steps(recalibrated, both) == (("code", "data", "calibration", "assumptions"), (("law",), ("scenario",)))
    assert steps(both, recalibrated) == (("code", "data", "calibration", "assumptions"), (("law",), ("scenario",)))
    old = [doctored(each, tmp_path / f"old{place}", code="x") for place, each in enumerate((base, both))]
    assert steps(*old) == (("law", "scenario"), ())  # no program at hand that made either
    lost = doctored(both, tmp_path / "lost", baseline="x")
    assert steps(base, lost)[0] == ("scenario",) and steps(base, lost)[1] == (("law",),)
    edited = doctored(stored_runs.older, tmp_path / "edited", inputs="x")
    assert steps(edited, both) == (("assumptions",), (("data", "calibration"), ("law",), ("scenario",)))


def test_scenarios_differ_by_what_decides_on_figures_only(stored_runs):
    base, both = (Side(run, data_root()) for run in (stored_runs.base, stored_runs.both))
    assert differing(base, both) == ["law", "scenario"]
    assert base.course() == Side(stored_runs.law, data_root()).course()


def test_runs_that_cannot_be_paired_are_told(stored_runs, tmp_path):
    other = doctored(stored_runs.base, tmp_path / "seed")
    other.manifest["scenario"]["seed"] = 1
    with pytest.raises(InputError, match="--seed 2026"):
        run_bridge(stored_runs.base, other, data_root())
    again = doctored(stored_runs.base, tmp_path / "again")
    again.manifest["repriced_from"] = "x"
    with pytest.raises(InputError, match="kuntaosuus reprice"):
        run_bridge(stored_runs.base, again, data_root())


def test_the_chart_shows_each_year_and_bars_that_end_at_the_total(stored_runs, tmp_path):
    told = run_bridge(stored_runs.base, stored_runs.law, data_root())
    figure = run_bridge_chart(told, source="x", date=stored_runs.base.date)
    axes, = figure.axes
    *parts, total = axes.patches
    net = part(told, "total")[2026, "net"] / 1e6
    assert sum(bar.get_width() for bar in parts) == pytest.approx(net) == pytest.approx(total.get_width())
    assert np.isclose(parts[-1].get_x() + parts[-1].get_width(), net)


def test_names_of_parts_told_together():
    assert part_label("law") == "Laki"
    assert part_label("code+data+assumptions") == "Ohjelma, tiedot ja oletukset yhdessä"
