"""Services in the account: unit costs, flow, case mix and the price of an avoided day by hand; the net to the cent."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import simpy

from scenarios.books import load_books
from scenarios.net import Simulated, net_tables, year_account
from scenarios.service_account import (
    case_mix,
    caseworkers,
    operating_account,
    operating_lines,
    per_avoided_day,
    price_levels,
    service_flow,
    unit_costs,
)
from scenarios.service_use import ServiceUse, casework_sums, service_sums
from scenarios.service_use import case_mix as mix_of
from sim.clients.clients import State
from sim.flow.light import start
from sim.flow.pool import Pool
from sim.law.calendar import month_number, month_start
from sim.law.ladder import Ladder
from sim.money.contracts import Bills
from sim.money.operating import drawn_costs
from sim.money.service_cost import Label, ServiceCosts, service_costs
from sim.services.catalogue import read_catalogue
from sim.services.contracts import read_contracts
from sim.services.integration import read_integration
from sim.services.subsidies import completed, read_subsidies
from sources.area import data_root, load_area
from sources.errors import InputError

FIRST = month_number("2026-09")
EDGES = [0.0, 30.0, 61.0]  # September and October
LADDER = Ladder((100, 200), (0.0, 0.1, 0.2))
LABELS = (Label("a", "A", "course", "Kurssi", "p", "unit_price", "need_bound", "purchases"),
          Label("b", "B", "course", "Kurssi", "q", "in_house_company", "need_bound", "purchases"),
          Label("c", "C", "subsidy", "Tuki", "r", "unit_price", "voluntary", "subsidies"))


def costs_of(due, accrued) -> ServiceCosts:
    """Euros due (months, contracts) and accrued, all on the first line of bills."""
    pad = ((0, 0), (0, 7))
    due = np.pad(np.array(due, float)[:, :, None], ((0, 0), *pad))
    return ServiceCosts(LABELS, Bills(due, np.zeros(due.shape[1:]), np.pad(np.array(accrued, float)[:, None], pad)))


EPISODES = pd.DataFrame([
    (0, 0, -9.0, -5.0, 20.0, True, 20.0),  # inside on the first day; a job follows in September
    (1, 0, 2.0, 12.0, 31.0, True, 40.0), (2, 0, 3.0, 33.0, 61.0, False, np.nan),  # waits 10 and 30; one stays inside
    (3, 0, 4.0, np.nan, 35.0, False, np.nan),  # gives up in October
    (4, 0, 50.0, np.nan, 61.0, False, np.nan),  # waits still
    (5, 2, 10.0, 10.0, 29.0, False, np.nan),  # drops out in September
], columns=["client", "contract", "asked", "start", "end", "completed", "outcome"])


def pools():
    """One place in contract 0, unlimited ones in the others; a client in 0 from day 5 to day 20 who waited none."""
    environment = simpy.Environment()
    many = [Pool(environment, [(0, places)], EDGES) for places in (1, float("inf"), 4)]

    def visit():
        yield 5.0
        ticket = many[0].request()
        yield ticket
        yield 15.0
        ticket.leave()

    start(environment, visit())
    environment.run(until=61)
    return [pool.close() for pool in many]


@pytest.fixture(scope="module")
def use() -> ServiceUse:
    meetings = pd.DataFrame([(7, 0, 0, 3.0, 5.0, 45.0), (8, 0, 1, 10.0, 8.0, 30.0), (9, 0, 0, 20.0, 34.0, 45.0)],
                            columns=["client", "unit", "task", "due", "start", "minutes"])
    records = pools()
    zeros = np.zeros((3, 18))
    return ServiceUse(service_sums(EPISODES, records), casework_sums(meetings, records[:1], [0]), zeros)


def test_flow_by_month_and_contract(use):
    flow = service_flow(FIRST, LABELS, [use, use]).set_index(["month", "contract"])
    september, october = flow.loc["2026-09", "a"], flow.loc["2026-10", "a"]
    names = ["asked", "started", "completed", "dropped", "gave_up", "outcomes", "wait"]
    assert september[names].tolist() == [3, 1, 1, 0, 0, 1, 10]
    assert october[names].tolist() == [1, 1, 1, 0, 1, 1, 30]
    assert september["inside"] == 15 / 30 == september["utilisation"] and october["inside"] == 0
    assert flow.loc["2026-09", "c"][["started", "dropped", "wait", "places"]].tolist() == [1, 1, 0, 4]
    assert np.isnan(flow.loc["2026-09", "b"][["wait", "places", "utilisation"]].astype(float)).all()


def test_caseworkers_by_month_and_in_all(use):
    rows = caseworkers(FIRST, ["first"], [use]).set_index("month")
    # September: two meetings of 75 minutes; the statutory one two days late, the other early. October: 14 days late
    names = ["meetings", "minutes", "late_statutory", "late_discretionary"]
    assert rows.loc["2026-09", names].tolist() == [2, 75, 2, 0]
    assert rows.loc["2026-10", names[:3]].tolist() == [1, 45, 14] and np.isnan(rows.loc["2026-10", names[3]])
    assert rows.loc["total", names].tolist() == [3, 120, 8, 0]
    assert rows.loc["total", "utilisation"] == pytest.approx(15 / 61) and rows.loc["total", "queue"] == 0


def test_unit_costs_by_hand(use):
    # two units of the run: contract a 900 and 1 100 for two starts each, two completed, two outcomes
    due = [[400, 0, 80], [300, 50, 0]]
    costs = [costs_of(due, [900, 50, 60]), costs_of(due, [1100, 50, 60])]
    rows = unit_costs(FIRST, costs, [use, use]).set_index(["service", "contract"])
    names = ["started", "euros", "paid", "per_start", "per_completed", "per_outcome"]
    assert rows.loc[("course", "a"), names].tolist() == [2, 1000, 700, 500, 500, 500]
    assert rows.loc[("course", "b"), names[:3]].tolist() == [0, 50, 50]
    assert rows.loc[("course", "b"), names[3:]].isna().all()
    assert rows.loc[("course", "total"), names].tolist() == [2, 1050, 750, 525, 525, 525]
    assert rows.loc[("subsidy", "total"), [*names[:4], "wait"]].tolist() == [1, 60, 80, 60, 0]
    assert rows.loc[("total", "total"), names[:4]].tolist() == [3, 1110, 830, 370]
    assert rows.loc[("course", "total"), "wait"] == 20 and rows.loc[("course", "total"), "inside"] == 15 / 61
    assert list(rows["title"]) == ["A", "B", "C", "Kurssi", "Tuki", "Yhteensä"]


def test_case_mix_is_that_of_the_start():
    origin = int(month_start(FIRST))  # 1.9.2026, a Tuesday
    clients = SimpleNamespace(age=np.array([0, 1, 2]), foreign_language=np.array([True, False, False]),
                              reduced_ability=np.zeros(3, bool))
    # client 0 is unemployed for 14 days, ten of them benefit days: 95 + 10 paid days at the start; its clock 2 + 0.5
    # months. Client 1's service is logged at its start. Client 2 was inside before the first day and does not count.
    log = pd.DataFrame([(0, State.UNEMPLOYED, 0.0, 95, 2), (1, State.UNEMPLOYED, 0.0, 150, 20),
                        (1, State.SERVICE, 30.0, 172, 21), (2, State.SERVICE, 0.0, 300, 40)],
                       columns=["client", "state", "start", "counter", "clock"])
    episodes = pd.DataFrame([(1, 0, 30.0), (0, 0, 14.0), (2, 0, -3.0), (0, 2, np.nan)],
                            columns=["client", "contract", "start"])
    counts = mix_of(episodes, 3, log, clients, LADDER, origin)
    mix = case_mix(LABELS, [ServiceUse(np.zeros(0), np.zeros(0), counts)] * 2, LADDER)
    some = mix[(mix["contract"] == "a") & (mix["share"] > 0)]
    shares = {(row.characteristic, row.value): row.share for row in some.itertuples()}
    assert shares == {("age_group", "15-24"): 0.5, ("age_group", "25-49"): 0.5, ("foreign_language", "no"): 0.5,
                      ("foreign_language", "yes"): 0.5, ("reduced_ability", "no"): 1.0, ("spell_months", "1"): 0.5,
                      ("spell_months", "12"): 0.5, ("day_class", "101-200"): 1.0}
    assert mix[mix["contract"] == "c"]["share"].isna().all()
    assert mix.loc[mix["contract"] == "a", "starters"].sum() == 2 * 5  # two starters, five characteristics


def test_the_price_of_an_avoided_day():
    cost, days = np.array([100.0, 120, 80, 100, 100]), np.array([-10.0, -10, -10, -8, -12])
    # mean 100 ÷ 10; ratios 10, 12, 8, 12.5, 8.33: the lowest and the highest are the 10 % and 90 % points of five
    assert per_avoided_day(cost, days, np.arange(len(cost))) == (10.0, 8.0, 12.5)
    # a cut: 100 saved, 10 days more
    assert per_avoided_day(-cost, -days, np.arange(len(cost))) == (10.0, 8.0, 12.5)
    # one of five units adds days: still told from zero, and the dearest fifth has no price
    assert per_avoided_day(np.full(5, 100.0), np.array([-10.0, -10, -10, -10, 1]), np.arange(5)).p90 == np.inf
    assert np.isnan(per_avoided_day(cost, np.array([-10.0, 10, -9, 9, -1]), np.arange(5))).all()
    assert np.isnan(per_avoided_day(np.zeros(4), np.zeros(4), np.arange(4))).all()
    assert np.isnan(per_avoided_day(cost[:1], days[:1], np.arange(1))).all()


@pytest.fixture(scope="module")
def books():
    return load_books(load_area("lahti", data_root()))


@pytest.fixture(scope="module")
def contracts(inputs):
    area, catalogue = load_area("lahti", data_root()), read_catalogue(data_root())
    return completed(read_contracts(area, catalogue), read_subsidies(area, catalogue, inputs.law), catalogue,
                     read_integration(area))


@pytest.fixture(scope="module")
def bills(plan, units, scenario, books, contracts):
    """Lahti's contracts over the run's months, with the same few thousand made-up episodes in each unit."""
    chance, count = np.random.default_rng(3), 6000
    days = int(month_start(plan.first_month + plan.months) - month_start(plan.first_month))
    began = chance.uniform(0, days, count)
    ends = np.minimum(began + chance.gamma(2, 40, count), days)
    episodes = pd.DataFrame({"contract": chance.integers(0, len(contracts.all), count), "start": began, "end": ends,
                             "completed": ends < days, "outcome": np.where(ends < days, ends, np.nan)})
    levels = price_levels(books, contracts, plan.first_month, plan.months, scenario.draws, scenario.seed)
    catalogue = read_catalogue(data_root())
    return [service_costs(contracts, catalogue, episodes, plan.first_month, plan.months, levels[unit.draw])
            for unit in units]


def test_bills_are_the_lines_of_the_account_to_the_cent(plan, units, scenario, books, bills):
    simulated = Simulated.of(bills, np.ones((plan.months, len(books.plan.staff.units))))
    planned = net_tables(plan, units, scenario.draws, books)["net"]
    net = net_tables(plan, units, scenario.draws, books, simulated)["net"]
    keys = ["month", "object", "line", "span"]
    before, after = (each.set_index(keys).sort_index() for each in (planned, net))
    kept = ~after.index.isin(["purchases", "subsidies", "total"], level="line")
    pd.testing.assert_frame_equal(before[kept], after[kept])  # staff, other cost and the benefit share's classes
    # what is over stays planned, until the first simulated month
    assert after.loc[("2026-08", "operating", "purchases", "month"), "kind"] == "planned"
    assert after.loc[("2026-09", "operating", "purchases", "month"), "kind"] == "forecast"
    lines = operating_lines(plan.first_month, bills)
    for line, rows in lines.groupby("budget_line"):
        in_net = net[(net["line"] == line) & (net["span"] == "month")].set_index("month")["mean"]
        by_month = rows.groupby("month")["mean"].sum()
        assert by_month.to_numpy() == pytest.approx(in_net[by_month.index].to_numpy(), abs=0.05)  # rounded by contract
    every = operating_account(plan.first_month, units, bills)
    assert every["euros"].sum() == pytest.approx(sum(each.bills.euros.sum() for each in bills))
    own = every[(every["draw"] == 2) & (every["replication"] == 1)].groupby("contract")["euros"].sum()
    assert own["training_bought"] == pytest.approx(bills[5].due[:, [
        label.contract == "training_bought" for label in bills[5].labels]].sum())
    for year in (2026, 2027, 2028):
        account = year_account(plan, units, scenario.draws, books, year, simulated).euros
        of_lines = sum(euros for (owner, line), euros in account.items() if owner == "operating" and line != "total")
        assert np.abs(of_lines - account["operating", "total"]).max() < 0.005
        total = sum(account[name, "total"] for name in ("benefit_share", "operating", "income"))
        assert np.abs(total - account["net", "total"]).max() < 0.005
    place, year = 2026 * 12 + 8 - plan.first_month, year_account(plan, units, scenario.draws, books, 2026, simulated)
    assert (year.euros["operating", "purchases"][:, 8] == [each.by_line()["purchases"][place] for each in bills]).all()


def test_staff_follows_the_scenario_and_closed_months_stand(plan, units, scenario, books, bills):
    staff = np.ones((plan.months, 5))
    staff[month_number("2027-03") - plan.first_month, 1] = 0.8  # a fifth fewer in job_search, one month
    planned = year_account(plan, units, scenario.draws, books, 2027)
    fewer = year_account(plan, units, scenario.draws, books, 2027, Simulated.of(bills, staff))
    ratio = fewer.euros["operating", "job_search"] / planned.euros["operating", "job_search"]
    assert ratio == pytest.approx(np.tile(np.where(np.arange(12) == 2, 0.8, 1.0), (len(units), 1)))
    closed = books.closed.reindex([month_number("2027-03")]).fillna(7.0)
    stands = year_account(plan, units, scenario.draws, replace(books, closed=closed), 2027, Simulated.of(bills, staff))
    assert (stands.euros["operating", "total"][:, 2] == 7.0 * len(books.plan.titles)).all()


def test_price_levels_are_those_of_the_draws_costs(books, contracts, plan):
    levels = price_levels(books, contracts, plan.first_month, plan.months, 6, seed=4)
    assert levels[0][2026] == 1.0  # without a range
    other = drawn_costs(books.plan, [2027], 6, seed=4)
    flat = books.plan.model_copy(update={"price_index": {
        **books.plan.price_index, 2027: books.plan.price_index[2027].model_copy(update={"range": None})}})
    certain = drawn_costs(flat, [2027], 6, seed=4)
    place = list(books.plan.titles).index("other")
    ratio = other.sum(axis=1)[:, place] / certain.sum(axis=1)[:, place]
    assert ratio == pytest.approx([each[2027] / 1.02 for each in levels], abs=1e-6)


def test_faults_are_one_line(books, contracts, plan, units, scenario, bills):
    with pytest.raises(InputError, match="price_index: has no year 2029, whose work is billed"):
        price_levels(books, contracts, plan.first_month, 30, 1, seed=1)
    lines = {name: line for name, line in books.plan.lines.items() if name != "subsidies"}
    without = replace(books, plan=books.plan.model_copy(update={"lines": lines}))
    with pytest.raises(InputError, match="operating.yaml: key lines: has no subsidies"):
        year_account(plan, units, scenario.draws, without, 2027, Simulated.of(bills, np.ones((plan.months, 5))))
