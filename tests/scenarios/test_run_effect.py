"""A scenario against its baseline: sums that must hold, nothing where nothing changes, pairs by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.measures import KEYS
from scenarios.results import manifest
from scenarios.run_effect import _part_effects

DICTIONARY = Path(__file__).parents[2] / "results" / "README.md"
CENT = 0.01
MEASURES = ["baseline", "scenario", "difference"]


@pytest.fixture
def effect(served) -> pd.DataFrame:
    return served.outcome.tables["effect"].set_index(["year", "object", "line"])


def near(sums, total, terms: int) -> bool:
    """Equal but for the rounding of each of the *terms* to cents."""
    return bool((np.abs(np.asarray(sums) - np.asarray(total)) <= (terms + 1) * CENT / 2 + 1e-9).all())


def test_lines_add_up_to_the_total_of_their_object_and_objects_to_the_net(effect):
    for year in (2026, 0):
        rows = effect.loc[year]
        net = sum(rows.loc[(name, "total"), MEASURES] for name in ("benefit_share", "operating", "income"))
        assert near(net, rows.loc[("net", "total"), MEASURES], 3)
        classes = rows.loc["benefit_share", MEASURES].drop(["total", "paid_days"])
        assert near(classes.sum(), rows.loc[("benefit_share", "total"), MEASURES], len(classes))
        cost = rows.loc["operating", MEASURES].drop(["total", "staff", "per_avoided_day"], errors="ignore")
        assert near(cost.sum(), rows.loc[("operating", "total"), MEASURES], len(cost))
        units = cost.drop(["purchases", "subsidies", "other"])
        assert len(units) == 5 and near(units.sum(), rows.loc[("operating", "staff"), MEASURES], len(units))


def test_the_scenario_side_is_that_of_the_run_s_own_tables(served, effect):
    years = served.outcome.tables["years"].set_index(["year", "line"])["mean"]
    budget = served.outcome.tables["budget"].set_index(["year", "object"])["mean"]
    for line, mean in years.loc[2026].items():
        assert effect.loc[(2026, "benefit_share", line), "scenario"] == pytest.approx(mean, abs=1.1 * CENT)
    for name, mean in budget.loc[2026].items():
        assert effect.loc[(2026, name, "total"), "scenario"] == pytest.approx(mean, abs=1.1 * CENT)


def test_one_budget_year_is_all_years(effect):
    both = effect.drop((0, "operating", "per_avoided_day"))
    pd.testing.assert_frame_equal(both.loc[2026], both.loc[0])


def test_purchases_differ_by_the_bills_of_contracts(served, effect):
    services = served.outcome.tables["effect_services"]
    bills = services[services["line"] == "euros"]["difference"].sum()
    lines = sum(effect.loc[(2026, "operating", line), "difference"] for line in ("purchases", "subsidies"))
    assert bills == pytest.approx(lines, abs=CENT * len(services["contract"].unique()))
    cut = services.set_index(["contract", "line"]).loc[("training_bought", "place_days")]
    assert cut["scenario"] < cut["baseline"] and cut["certain"]


def test_the_bills_of_a_run_are_those_of_its_units_and_of_the_net(served):
    tables = served.outcome.tables
    means = tables["operating_lines"].groupby(["month", "budget_line"])["mean"].sum()
    net = tables["net"].query("span == 'month' and kind == 'forecast' and line in ('purchases', 'subsidies')")
    assert len(net) == len(means) == 8
    for row in net.itertuples():
        assert row.mean == pytest.approx(means[row.month, row.line], abs=0.2)
    by_unit = tables["operating_account"].groupby("month")["euros"].sum() / 2
    assert by_unit.to_numpy() == pytest.approx(means.groupby("month").sum().to_numpy(), abs=0.2)


def test_a_group_has_the_same_clients_in_both_and_a_priority_group_is_met_more(served):
    groups = served.outcome.tables["effect_groups"].set_index(["group", "line"])
    clients = groups.xs("clients", level="line")
    assert (clients["difference"] == 0).all() and not clients["certain"].any()
    assert groups.loc[("newly_unemployed", "meetings"), "difference"] > 0
    table = served.outcome.tables["groups"].set_index("group")
    assert (table["meetings_a_client"] * table["clients"]).to_numpy() == pytest.approx(table["meetings"].to_numpy())
    assert groups.xs("paid_days", level="line")["scenario"].to_numpy() == pytest.approx(
        table["paid_days"].to_numpy(), abs=CENT)


def test_a_scenario_that_changes_nothing_differs_by_exactly_nothing(unchanged):
    for name in ("effect", "effect_services", "effect_groups"):
        table = unchanged.tables[name]
        rows = table[table["line"] != "per_avoided_day"]
        assert len(rows) > 20 and (rows[["difference", "error", "p10", "p90"]] == 0.0).all(axis=None)
        assert (rows["baseline"] == rows["scenario"]).all() and not rows["certain"].any()


def test_ratios_are_unit_by_unit_and_left_out_where_a_unit_has_nothing_to_divide_by():
    keys = pd.MultiIndex.from_tuples([("contract", "a", part, 2027) for part in ("started", "wait_days")], names=KEYS)
    units = pd.MultiIndex.from_tuples([(0, 0), (2, 0)], names=["draw", "replication"])
    before, after, nobody = (pd.DataFrame(rows, keys, units) for rows in (
        [[2.0, 4.0], [10.0, 8.0]], [[2.0, 1.0], [14.0, 5.0]], [[0.0, 1.0], [0.0, 5.0]]))
    rows = _part_effects("contract", before, after, np.array([0, 1])).set_index("line")
    assert rows.loc["wait", "baseline"] == 3.5 and rows.loc["wait", "scenario"] == 6.0  # 5 and 2, then 7 and 5
    assert list(_part_effects("contract", before, nobody, np.array([0, 1]))["line"]) == ["started", "wait_days"]


def test_the_manifest_names_services_their_levels_and_the_baseline(served, stored, unchanged):
    with_services, without, null = map(manifest, (served.outcome, stored.outcome, unchanged))
    assert with_services["services"] and not without["services"]
    assert with_services["baseline"] == "Perusura" and without["baseline"] is None
    names = ("services", "levels", "baseline")
    assert all(len(with_services["hashes"][name]) == 64 and without["hashes"][name] is None for name in names)
    assert all(with_services["hashes"][name] == null["hashes"][name] for name in names)
    assert with_services["hashes"]["scenario"] != null["hashes"]["scenario"]
    assert len({each["run"] for each in (with_services, without, null)}) == 3
    assert json.loads((served.folder / "manifest.json").read_text("utf-8")) == with_services


def test_what_is_not_verified_of_services_is_listed_once_and_with_the_scenario_s_values(served, stored):
    listed = pd.read_csv(served.folder / "unverified.csv", keep_default_na=False)
    services = listed[listed["kind"] == "service"].set_index("name")
    assert not listed.duplicated(["kind", "name"]).any() and (services["euros_low"] == "").all()
    assert len(services) > 300 and set(services["status"]) <= {"derived", "recalled", "estimate"}
    changed = services[services["source"] == "skenaario Koe: koe"]
    assert len(changed) == 3 and "contracts.unit_price.training_bought.places" in changed.index.str.rpartition(".")[0]
    assert len(listed) == manifest(served.outcome)["unverified_values"]
    assert not (stored.outcome.unverified["kind"] == "service").any()


def test_a_run_with_services_leaves_every_table_and_the_dictionary_names_their_columns(served):
    names = {path.name for path in served.folder.iterdir()}
    tables = ("operating_lines", "operating_account", "unit_costs", "service_flow", "caseworkers", "case_mix", "groups",
              "memo", "labour_market", "effect", "effect_services", "effect_groups")
    assert {f"{name}.parquet" for name in tables} | {"effect.png", "services.png", "fan.png", "net.png"} <= names
    dictionary = DICTIONARY.read_text("utf-8")
    for path in served.folder.glob("*.parquet"):
        assert f"`{path.name}`" in dictionary
        missing = [column for column in pd.read_parquet(path).columns if f"`{column}`" not in dictionary]
        assert not missing, f"{path.name}: {missing}"
