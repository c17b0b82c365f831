"""A stored run with services: priced again, explained, and held against the budget."""

import shutil

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from reports.explain import ENDED, STATES, explanation
from scenarios.books import load_books
from scenarios.explain import PricedUnit, explain_cell, explain_client
from scenarios.inputs import load_inputs
from scenarios.reprice import KEPT_OF_SERVICES, reprice
from scenarios.stored import open_run
from scenarios.variance import variance
from sim.clients.clients import State
from sim.flow.offer import Ended
from sim.law.loader import SHIPPED, load_law
from sources.area import data_root

ORIGIN, FROM = np.datetime64("2026-09-01"), np.datetime64("2026-11-01")
UNCHARGED = "  - {from: 2026-11-01, value: false, unit: yes or no, source: test, status: estimate}\n"
BASIC, SHARES = 37.21, (0, 0.10, 0.20, 0.30, 0.40, 0.50)


@pytest.fixture(scope="module")
def run(stored_served):
    return open_run(stored_served.folder)


@pytest.fixture
def uncharged(law_with):
    """The shipped law, but days in services are not charged from November 2026 on."""
    rule = (SHIPPED / "municipal_share.yaml").read_text("utf-8").split("service_days_charged:\n")[1]
    return load_law(law_with(("municipal_share.yaml", rule, f"{rule.rstrip()}\n{UNCHARGED}")))


@pytest.fixture
def copy_of_served(stored_served, tmp_path):
    return open_run(shutil.copytree(stored_served.folder, tmp_path / "results" / stored_served.folder.name))


def lived(name: str, stored_served) -> pd.DataFrame:
    """The run's table; of its measures, those that a repriced run has: what others pay is left out."""
    table = stored_served.outcome.tables[name]
    return table[table["object"] != "memo"].reset_index(drop=True) if name == "measures" else table


def test_no_change_gives_nothing_and_the_same_tables(run, stored_served):
    """The net keeps the bills and the staff of the simulation, unit by unit."""
    repriced = reprice(run, load_law(), 1)
    assert repriced.unchanged and repriced.unseen() == []
    for name, table in repriced.tables.items():
        pd.testing.assert_frame_equal(table, lived(name, stored_served), check_exact=True)
    assert {"net", "budget", "breaks"} <= set(repriced.tables)


def test_a_repriced_run_keeps_what_services_did(copy_of_served, uncharged, stored_served):
    again = open_run(reprice(copy_of_served, uncharged, 1).write({})[1])
    for table in KEPT_OF_SERVICES:
        pd.testing.assert_frame_equal(again.table(table), stored_served.outcome.tables[table])
    pd.testing.assert_frame_equal(again.episodes(0, 0), copy_of_served.episodes(0, 0))
    back = reprice(again, load_law(), 1)
    for name, table in back.tables.items():
        pd.testing.assert_frame_equal(table, lived(name, stored_served), check_exact=True)


def service_days(run, unit):
    """Each benefit day in a service from FROM on: its month of the run and its number on the counter, one by one."""
    log = run.log(*unit)
    found = []
    for row in log[log["state"] == State.SERVICE].itertuples():
        number = row.counter
        for day in ORIGIN + np.arange(int(np.ceil(row.start)), int(np.ceil(row.end))):
            if np.is_busday(day):
                number += 1
                if number > 0 and day >= FROM:
                    found.append((day.astype("datetime64[M]").astype(int) - ORIGIN.astype("datetime64[M]").astype(int),
                                  number))
    return found


def test_days_in_services_that_are_not_charged_cost_nothing(run, stored_served, uncharged):
    repriced = reprice(run, uncharged, 1)
    assert repriced.unseen() == []  # a price shows it
    before = stored_served.outcome.tables["account"]
    for unit, priced in zip(run.units, repriced.units, strict=True):
        terms, days = run.terms.terms(unit[0]), service_days(run, unit)
        paid_within = run.pricing(unit[0]).matrix[-terms.months:].sum(axis=1)  # of the days of each month
        place = [np.searchsorted(terms.thresholds, number) for _, number in days]
        lost = sum(BASIC * SHARES[each] * terms.utilisation[each] * paid_within[month]
                   for (month, _), each in zip(days, place, strict=True))
        own = before[(before["draw"] == unit[0]) & (before["replication"] == unit[1])]
        assert own["euros"].sum() - priced.euros.sum() == pytest.approx(lost, abs=0.5)  # cents of its cells
        assert lost > 1e5 and priced.days.sum() == own["paid_days"].sum()
    years = repriced.tables["budget"].set_index(["object", "year"])["mean"]
    was = stored_served.outcome.tables["budget"].set_index(["object", "year"])["mean"]
    assert years["operating", 2026] == was["operating", 2026]
    assert years["net", 2026] - was["net", 2026] == pytest.approx(
        years["benefit_share", 2026] - was["benefit_share", 2026], abs=0.03)


def hold_to_the_cent(one):
    sums = pd.concat([explain_cell(one, month, label).sums for month in ("2026-09", "2026-12")
                      for label in one.pricing.labels])
    assert sums["account"].sum() > 1e6
    assert (sums["explained"] - sums["account"]).abs().max() <= 0.00501


def test_explained_sums_are_the_account_to_the_cent(run):
    for key in ("0.0", "1.0"):
        hold_to_the_cent(PricedUnit(run, key))


def test_so_they_are_where_days_in_services_are_not_charged(copy_of_served, uncharged):
    one = PricedUnit(open_run(reprice(copy_of_served, uncharged, 1).write({})[1]), "1.0")
    hold_to_the_cent(one)
    told = explain_cell(one, "2026-12", "401-700")
    state = one.log.assign(spell=one.spell_number).set_index(["client", "spell"])["state"]
    serving = state.loc[list(zip(told.paid["client"], told.paid["spell"], strict=True))].to_numpy() == State.SERVICE
    free = serving & (told.paid["first"] >= str(FROM)).to_numpy()
    assert (told.paid["charged"].to_numpy() == np.where(free, 0.0, 1.0)).all() and free.any()
    of_service = {rule.number for rule in told.rules if rule.name == "service"}
    assert [bool(of_service & set(rules)) for rules in told.paid["rules"]] == serving.tolist()


def test_episodes_come_back_and_match_the_log(run):
    episodes, log = run.episodes(1, 0), run.log(1, 0)
    assert set(episodes["ended"]) <= {each.name.lower() for each in Ended}
    assert episodes["start"].notna().any() and (episodes["asked"] <= episodes["end"]).all()
    assert {"training_bought", "county_assessment", "work_trials"} <= set(episodes["contract"])
    # whoever came into a service with benefit during the run has a spell that begins then
    training = episodes[(episodes["service"] == "labour_market_training") & (episodes["start"] > 0)]
    spells = log[log["state"] == State.SERVICE].set_index(["client", "start"])
    begun = pd.MultiIndex.from_frame(training[["client", "start"]])
    assert len(begun) and begun.isin(spells.index).all()


def test_a_clients_page_names_the_services(run, capsys):
    one = PricedUnit(run, "0.0")
    episodes = run.episodes(0, 0)
    began = episodes[episodes["service"].eq("labour_market_training") & episodes["start"].gt(0)].iloc[0]
    told = explain_client(one, int(began["client"]))
    row = told.services[told.services["contract"] == began["contract"]].iloc[0]
    assert row["first"] == str(ORIGIN + int(np.ceil(began["start"]))) >= row["asked"]
    assert "service" in set(told.spells["state"])
    Console(width=200).print(explanation(told, 20))
    printed = capsys.readouterr().out
    assert "Palvelut" in printed and began["title"] in printed and "palvelussa" in printed
    nobody = set(range(len(one.people))) - set(episodes["client"])
    assert explain_client(one, min(nobody)).services.empty


def test_every_state_and_end_has_a_name():
    assert set(STATES) == {state.name.lower() for state in State}
    assert set(ENDED) == {each.name.lower() for each in Ended}


def test_the_year_ends_with_the_runs_own_operating_cost(run, stored_served):
    inputs = load_inputs("lahti", data_root())
    told = variance(inputs, load_books(inputs.area), "2026-08", run).objects.set_index("object")
    budget = stored_served.outcome.tables["budget"].query("year == 2026").set_index("object")
    for name in ("benefit_share", "operating", "income", "net"):
        assert told.loc[name, "year_median"] == budget.loc[name, "median"]
        assert told.loc[name, "p_break"] == budget.loc[name, "p_break"]
