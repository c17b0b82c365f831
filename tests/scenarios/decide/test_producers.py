"""The league table against the run's own bills, and against loops over its episodes and its log."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from reports.producers import producers_tables
from scenarios.decide.producer_bills import ProducerBills
from scenarios.decide.producers import _changed_contracts, producers_of
from scenarios.decide.restored import mix_of, scenario_of
from scenarios.decide.starters import Outcome, contracts_of, starters
from scenarios.scenario import library, read_scenario
from scenarios.served import carried_rates
from scenarios.stored import RunTables
from sim.clients.clients import State
from sim.clients.counter import DAYS_PER_MONTH
from sim.law.calendar import month_start
from sim.money.episodes import DailyRates
from sim.money.operating import drawn_price_levels
from sim.services.contracts import Contracts
from sources.area import data_root
from sources.errors import InputError

SHORT = Outcome(within=0.5, lasting=0.25)  # of a run of four months


@pytest.fixture(scope="module")
def bills(served_run):
    return ProducerBills(served_run, data_root())


@pytest.fixture(scope="module")
def told(served_run):
    return producers_of(served_run, data_root(), SHORT)


def test_bills_made_again_are_those_of_the_run_to_the_cent(served_run, bills):
    account = served_run.table("operating_account")
    for key in served_run.units:
        due = bills.bills(key[0], bills.episodes(key), bills.months).euros.sum(axis=2)
        own = account[(account["draw"] == key[0]) & (account["replication"] == key[1])].pivot_table(
            index="month", columns="contract", values="euros", aggfunc="sum")
        own = own.reindex(columns=bills.names["contract"]).fillna(0.0)
        np.testing.assert_allclose(due, own.to_numpy(), atol=0.005)


def test_what_a_year_leaves_to_the_next_is_what_began_within_the_term_of_payment(served_run, bills):
    """Job coaching: a price a start, due 30 days later, so the starts of 2 to 31 December 2026; by a loop."""
    price = float(bills.contracts.all["job_coaching_bought"].price)
    scenario, books = served_run.manifest["scenario"], served_run.books
    levels = drawn_price_levels(books.plan, scenario["draws"], scenario["seed"])
    turn = month_start(2027 * 12) - month_start(bills.first)
    late = []
    for draw, replication in served_run.units:
        episodes = served_run.episodes(draw, replication)
        starts = episodes.loc[episodes["contract"] == "job_coaching_bought", "start"]
        late.append(price * levels[draw][2026] * sum(np.floor(start) >= turn - 30 for start in starts))
    found = bills.year_ends().set_index(["contract", "year"])["euros"]
    assert sum(late) > 0
    assert found["job_coaching_bought", 2026] == pytest.approx(np.mean(late), abs=0.01)
    assert found["guidance_grant", 2026] == 0  # paid at once


def test_risk_is_borne_as_contracts_say(bills):
    """Paid by the start: nothing lost with outcomes, a fifth with participants. Own places are paid whoever comes."""
    risk = bills.risk().set_index("contract")
    bought = risk.loc["job_search_coaching_bought"]
    assert bought["outcomes_lower"] == bought["outcomes_higher"] == 0 == bought["producer_share"]
    assert bought["volume_lower"] == pytest.approx(-0.2 * bought["euros"], abs=0.01)
    in_house = risk.loc["training_in_house"]
    assert in_house["euros"] > 0 and (in_house[["outcomes_lower", "volume_lower"]] == 0).all()
    results = risk.loc["job_coaching_results"]
    assert results["outcomes_lower"] <= 0 <= results["outcomes_higher"]
    assert results["outcomes_lower"] >= -0.1 * results["euros"] - 0.01


def test_starters_and_their_outcomes_are_those_of_a_loop_over_the_log(served_run):
    contracts = contracts_of(served_run)
    people = starters(served_run, contracts, SHORT)
    rows = people[(people["draw"] == 0) & (people["service"] == "job_search_coaching")]
    log = served_run.log(0, 0)
    jobs = log[log["state"].isin((State.SHORT_WORK, State.LASTING_WORK))]
    within, lasting = (months * DAYS_PER_MONTH for months in SHORT)
    assert len(rows) > 10
    for row in rows.itertuples():
        own = jobs[(jobs["client"] == row.client) & (jobs["start"] >= row.start)].sort_values("start").head(1)
        came = any(job.start <= row.end + within and (job.end - job.start >= lasting or job.open)
                   for job in own.itertuples())
        assert came == row.outcome
        age = served_run.people(0, 0).age[row.client]
        assert age == row.age_group


def test_the_table_counts_each_starter_once_and_compares_within_a_service(told, served_run):
    table = told.table.set_index("contract")
    assert table["followed"].sum() == len(starters(served_run, contracts_of(served_run), SHORT))
    assert (table["raw"] * table["followed"]).sum() == pytest.approx(table["outcomes"].sum())
    alone = table.loc["job_search_coaching_bought"]
    assert alone["ratio"] == 1 and alone["adjusted"] == pytest.approx(alone["raw"]) and not alone["told"]
    assert alone["year_low"] <= alone["adjusted"] <= alone["year_high"]
    assert table["low"].isna().all()  # one pair of draws tells no error
    assert set(table["avoided_day_known"]) == {"needs_pair"}  # the baseline has none
    assert told.years["paid"].sum() == pytest.approx(told.cash["euros"].sum())


def test_tables_are_whole_at_120_columns_and_say_what_takes_a_pair(told):
    console = Console(width=120, record=True)
    console.print(producers_tables(told))
    text = console.export_text()
    assert "…" not in text and "tarvitsee parin" in text and "Työhönvalmennus" in text


def test_changed_contracts_are_those_of_a_pair_only(tmp_path):
    def of(*paths):
        changes = [{"at": path} for path in paths]
        return _changed_contracts(RunTables(tmp_path, {"scenario": {"layers": [{"changes": changes}]}}))

    assert of("contracts.unit_price.a.places") == (set(), False)  # the run was held against nothing
    (tmp_path / "effect.parquet").touch()
    assert of("contracts.unit_price.a.places", "contracts.own.b") == ({"a", "b"}, True)
    assert of("contracts.unit_price.a.places", "process.groups.x") == ({"a"}, False)
    assert of() == (set(), True)


@pytest.mark.parametrize("name", library())
def test_a_scenario_comes_back_from_its_manifest(name, tmp_path):
    scenario = read_scenario(name)
    run = RunTables(tmp_path, {"run": "x", "scenario": json.loads(scenario.model_dump_json())})
    assert scenario_of(run).model_dump_json() == scenario.model_dump_json()


def test_other_service_files_are_told(served_run, tmp_path):
    manifest = {**served_run.manifest, "hashes": {**served_run.manifest["hashes"], "services": "x"}}
    with pytest.raises(InputError, match="other service files"):
        mix_of(RunTables(tmp_path, manifest), data_root())


def test_a_new_contract_carries_nothing_in_and_moves_no_other(bills):
    """Contracts are in order of kind, so a new one moves the codes of those after it; rates go by name."""
    old = list(bills.contracts.all)
    rates = DailyRates(*(np.arange(len(old)) + 10.0 * kind for kind in range(1, 5)))
    new = bills.contracts.model_copy(update={"outcome_based": {
        "new": bills.contracts.outcome_based["job_coaching_results"], **bills.contracts.outcome_based}})
    assert isinstance(new, Contracts)
    found = carried_rates(SimpleNamespace(contracts=tuple(old), rates=rates), new)
    by_name = pd.Series(found.starts, list(new.all))
    assert by_name["new"] == 0 and by_name.drop("new").to_dict() == dict(zip(old, rates.starts, strict=True))
