"""Scenarios side by side: nothing where nothing changes, a run's effect where something does, and who is no pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.decide.bench import Bench
from scenarios.decide.compare import compare
from scenarios.measures import to_long, to_wide
from scenarios.served import GROUP_SUMS
from scenarios.unit_store import Prepared, units_of
from sources.area import data_root
from sources.errors import InputError

SAME_AS_BASELINE = "title: Sama\nquestion: Mitä?\nauthor: Testi\ndate: 2026-01-01\nbaseline: baseline\n"
SHORT = {"until": "2026-12", "draws": 2}
FIGURES = ["diff_mean", "diff_low", "diff_high", "diff_p10", "diff_p90"]


@pytest.fixture(scope="module")
def bench(unit_store) -> Bench:
    return Bench(data_root(), unit_store, 1)


@pytest.fixture(scope="module")
def against_runs(stored_served, served, bench):
    """A stored baseline and a stored scenario."""
    return compare([str(stored_served.folder), str(served.folder)], bench, served.results)


def test_a_scenario_that_changes_nothing_differs_by_nothing_in_every_cell(bench, tmp_path):
    (tmp_path / "same.yaml").write_text(SAME_AS_BASELINE, "utf-8")
    found = compare(["baseline", str(tmp_path / "same.yaml")], bench, tmp_path, SHORT)
    assert len(found.rows) > 400 and (found.rows[FIGURES] == 0.0).all(axis=None) and not found.rows["certain"].any()
    assert (found.rows["baseline"] == found.rows["value"]).all() and (found.risk["p_more"] == 0).all()


def test_stored_runs_differ_by_the_effect_that_the_scenario_s_run_told(against_runs, served):
    rows = against_runs.rows[against_runs.rows["part"] == ""].set_index(["year", "object", "line"])
    effect = served.outcome.tables["effect"]
    lines = effect[~effect["line"].isin(("paid_days", "per_avoided_day"))].set_index(["year", "object", "line"])
    columns = ["baseline", "scenario", "difference", "p10", "p90"]
    pd.testing.assert_frame_equal(
        rows.loc[lines.index, ["baseline", "value", "diff_mean", "diff_p10", "diff_p90"]].set_axis(columns, axis=1),
        lines[columns], check_exact=False, atol=1e-9)
    groups = served.outcome.tables["effect_groups"].set_index(["group", "line"])["difference"]
    parts = against_runs.rows.query("object == 'group'").set_index(["line", "part"])["diff_mean"]
    assert (parts - groups.reindex(parts.index)).abs().max() == 0


def test_cells_add_up_to_their_totals(against_runs):
    rows = against_runs.rows
    for figure in ("baseline", "value", "diff_mean"):
        sums = rows[rows["year"] == 2026].groupby(["object", "line"])[figure].sum()
        net = sum(sums[name, "total"] for name in ("benefit_share", "operating", "income"))
        assert net == pytest.approx(sums["net", "total"], abs=0.02)
        days = sums["paid_days"].drop("total").sum()
        assert days == pytest.approx(sums["paid_days", "total"], abs=0.2)
    bills = rows.query("object == 'contract' and part == 'euros' and year == 2026")["diff_mean"].sum()
    assert bills == pytest.approx(sums["operating", "purchases"] + sums["operating", "subsidies"], abs=0.2)


def test_people_helped_and_set_back_are_those_whose_days_moved_by_a_month(served, unit_store):
    """Each client by itself, in a loop; and clients' days are those of their groups."""
    one = Prepared.of(served.outcome.scenario, served.outcome.plan, served.outcome.baseline)
    for unit in units_of(one, range(2), unit_store):
        now, before = unit.services.reference.days, unit.baseline.services.reference.days
        moved = [after - days for after, days in zip(now.tolist(), before.tolist(), strict=True)]
        helped, set_back = sum(each <= -21.5 for each in moved), sum(each >= 21.5 for each in moved)
        assert unit.services.people.sum(axis=0).tolist() == [helped, set_back] and min(helped, set_back) > 0
        assert now.sum() == pytest.approx(unit.services.groups[:, GROUP_SUMS.index("paid_days")].sum())
        assert not unit.baseline.services.people.any()


def test_what_is_no_pair_is_told(stored_served, stored, served, bench, tmp_path):
    for names, changes, words in [
        ([str(stored_served.folder), str(stored.folder)], {}, "key until"),
        ([str(stored_served.folder), str(served.file)], {"seed": 5}, "key seed"),
    ]:
        with pytest.raises(InputError, match=words):
            compare(names, bench, tmp_path, changes)
    (tmp_path / "second.yaml").write_text(SAME_AS_BASELINE.replace("baseline: baseline", f"baseline: {served.file}"),
                                          "utf-8")
    with pytest.raises(InputError, match="labour market"):
        compare([str(stored_served.folder), str(tmp_path / "second.yaml")], bench, tmp_path)


def test_measures_survive_storage():
    units = [(0, 0), (0, 1), (1, 0)]
    keys = pd.MultiIndex.from_tuples([("net", "total", "", 2027), ("group", "young", "helped", 0)],
                                     names=["object", "line", "part", "year"])
    table = pd.DataFrame([[1.5, 0.0, -2.0], [0.0, 3.0, 0.0]], keys,
                         pd.MultiIndex.from_tuples(units, names=["draw", "replication"]))
    again = to_wide(to_long(table), units).loc[keys]
    assert np.array_equal(again.to_numpy(), table.to_numpy()) and again.columns.equals(table.columns)
