"""A scenario that changes budget, prices and pay: the net tables by hand, what is refused, and what a run stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from scenarios.book_levers import no_lever_of_budget
from scenarios.books import load_books, read_books
from scenarios.changes import Change, Layer
from scenarios.effects import effects, idle
from scenarios.levers import Horizon, apply_changes
from scenarios.measures import measures
from scenarios.net import net_tables
from scenarios.reprice import reprice
from scenarios.results import BOOKS, events_draft, write_books, write_results
from scenarios.run import run, with_mix
from scenarios.run_effect import effect_tables
from scenarios.scenario import Scenario, Window, read_scenario
from scenarios.stored import open_run
from scenarios.variance import variance
from sim.law.loader import load_law
from sim.money.budget import Budget
from sim.money.operating import Operating
from sources.area import data_root
from sources.errors import InputError

HORIZON = Horizon(date(2026, 9, 1), date(2028, 12, 31))
DECISION = {"date": date(2026, 11, 2), "decision": "§ 120", "value": 18_500_000, "unit": "€/year",
            "source": "valtuusto", "status": "estimate"}
PAY = {"at": "operating.staff.pay_index.2027", "times": 1.1}
PRICES = {"at": "operating.price_index.2027", "times": 1.5}
OTHER = {"at": "operating.lines.other.yearly", "add": 100_000}
MORE = {"at": "budget.years.2027.benefit_share.original", "add": 2_000_000}
AMENDED = {"at": "budget.years.2026.operating.amended", "new": DECISION}
INCOME = {"at": "budget.income.state_compensation.base", "value": 5_000_000}


def layer(*written: dict) -> Layer:
    changes = [Change.model_validate({"why": "kokeilu", **each}) for each in written]
    return Layer(file="mine.yaml", title="Koe", date=date(2026, 11, 24), changes=changes)


def changing(scenario: Scenario, *written: dict) -> Scenario:
    return scenario.model_copy(update={"layers": [*scenario.layers, layer(*written)]})


@pytest.fixture(scope="module")
def held(plan, units, scenario):
    """Function (changes) → tables of a run without services, its baseline's units beside its own."""
    base = with_mix(plan, scenario, 1, print)
    paired = [replace(unit, baseline=unit) for unit in units]

    def tables(*written: dict, window: Window | None = None) -> dict[str, pd.DataFrame]:
        changed = replace(with_mix(plan, changing(scenario, *written), 1, print), baseline=base)
        return {**net_tables(changed, paired, scenario.draws, changed.books),
                **effect_tables(paired, measures(base, units, scenario.draws),
                                measures(changed, paired, scenario.draws), window)}

    return tables


def effect_of(tables, year: int, name: str, line: str) -> pd.Series:
    return tables["effect"].set_index(["year", "object", "line"]).loc[(year, name, line)]


def test_pay_moves_staff_and_prices_the_other_lines_of_their_year_alone(held):
    tables = held(PAY, PRICES)
    staff, other = (effect_of(tables, 2027, "operating", line) for line in ("staff", "other"))
    assert staff["scenario"] == pytest.approx(1.1 * staff["baseline"], abs=1)  # cents of 12 months and 5 units
    assert other["scenario"] == pytest.approx(1.5 * other["baseline"], abs=1)
    assert staff["certain"] and effect_of(tables, 2028, "net", "total")["difference"] == 0
    net, cost = (effect_of(tables, 2027, name, "total")["difference"] for name in ("net", "operating"))
    assert net == pytest.approx(cost) and effect_of(tables, 0, "net", "total")["difference"] == pytest.approx(net)
    assert effect_of(tables, 0, "benefit_share", "total")["error"] == 0


def test_values_by_year_change_in_whole_years_of_the_run(mix):
    """Changes of one index, each against a look at every year."""
    index = {year: float(each) for year, each in mix.of(Operating).price_index.items()}
    assert set(index) == {2025, 2026, 2027, 2028}
    for days, years in (({}, {2026, 2027, 2028}), ({"from": date(2027, 1, 1)}, {2027, 2028}),
                        ({"from": date(2025, 1, 1), "until": date(2026, 12, 31)}, {2026}),
                        ({"until": date(2027, 12, 31)}, {2026, 2027})):
        change = {"at": "operating.price_index", "times": 1.1, **days}
        changed = apply_changes(mix, layer(change), HORIZON)
        assert {year: float(each) for year, each in changed.of(Operating).price_index.items()} == pytest.approx(
            {year: value * (1.1 if year in years else 1) for year, value in index.items()})
        told = effects(mix, changed, layer(change))
        assert [each.at for each in told] == [f"operating.price_index.{year}" for year in sorted(years)]
    for since, said in ((date(2027, 3, 1), "begin from 1 January"), (date(2029, 1, 1), "changes no year of the run")):
        with pytest.raises(InputError, match=said):
            apply_changes(mix, layer({"at": "operating.price_index", "times": 1.1, "from": since}), HORIZON)
    with pytest.raises(InputError, match="same days as changes.0"):
        apply_changes(mix, layer({"at": "operating.price_index", "times": 1.1}, PRICES), HORIZON)
    idle_one = layer({"at": "operating.price_index", "times": 1.0})
    assert len(idle(effects(mix, apply_changes(mix, idle_one, HORIZON), idle_one))) == 1


def test_a_yearly_sum_is_at_prices_of_the_base_and_so_indexed(held):
    tables = held(OTHER)
    for year, index in ((2026, 1.0), (2027, 1.02), (2028, 1.04)):  # price_index of operating.yaml
        assert effect_of(tables, year, "operating", "total")["difference"] == pytest.approx(1e5 * index, rel=0.03)


def test_income_falls_by_hand(held):
    gap = effect_of(held(INCOME), 2027, "net", "total")["difference"]
    assert gap == pytest.approx((6_610_000 - 5_000_000) * 1.05, abs=0.1)  # base and index of budget.yaml


def test_an_appropriation_moves_the_chance_of_a_break_and_no_euro(held):
    before, tables = held()["budget"], held(MORE, AMENDED)
    budget = tables["budget"].set_index(["year", "object"])
    was = before.set_index(["year", "object"])
    assert budget.loc[(2027, "benefit_share"), "appropriation"] == was.loc[(2027, "benefit_share"), "original"] + 2e6
    assert budget.loc[(2026, "operating"), "amended"] == 18.5e6
    assert budget.loc[(2026, "operating"), "original"] == was.loc[(2026, "operating"), "original"]
    assert budget.loc[(2027, "net"), "appropriation"] == pytest.approx(was.loc[(2027, "net"), "appropriation"] + 2e6)
    assert budget.loc[(2027, "benefit_share"), "p_break"] < was.loc[(2027, "benefit_share"), "p_break"]
    assert (budget["median"] == was["median"]).all() and (tables["effect"]["difference"].dropna() == 0).all()


def test_all_years_are_those_of_the_window(held):
    year = held(PAY, window=Window.model_validate({"from": "2027-01", "until": "2027-12"}))
    both = held(PAY, window=Window.model_validate({"from": "2027-01", "until": "2028-12"}))
    for name in ("benefit_share", "operating", "net"):
        of_year, windowed = (effect_of(year, number, name, "total") for number in (2027, 0))
        assert of_year.equals(windowed)
        sums = sum(effect_of(both, number, name, "total")["scenario"] for number in (2027, 2028))
        assert effect_of(both, 0, name, "total")["scenario"] == pytest.approx(sums, abs=0.02)


@pytest.mark.parametrize(("at", "simulated", "said"), [
    ("operating.staff.units.matching.staff", True, "change caseworkers.units.matching.fte"),
    ("operating.lines.purchases.yearly", True, "change places and prices of contracts"),
    ("operating.staff.units.matching.staff", False, ""), ("operating.lines.purchases.yearly", False, ""),
    ("operating.staff.units.matching.cost", True, ""), ("operating.staff.pay_index.2028", True, ""),
    ("operating.price_index.2025", True, "choose a year from 2026 to 2028"),
    ("budget.years.2025.operating.original", True, "choose a year from 2026 to 2028"),
    ("budget.memo.kela_benefits.yearly", True, "change an appropriation or income"),
    ("budget.years.2027.benefit_share.basis", True, "change original or amended"),
    ("budget.years.2027.benefit_shares.original", True, "write budget.years.2027.benefit_share.original"),
    ("budget.years.2027.benefit_share", True, "go on to one of its own"),
])
def test_what_moves_nothing_is_refused_with_what_to_change_instead(mix, at, simulated, said):
    ask = replace(mix, simulated=simulated)
    if not said:
        assert apply_changes(ask, layer({"at": at, "times": 1.1}), HORIZON) is not ask
        return
    with pytest.raises(InputError, match="mine.yaml: key changes.0") as fault:
        apply_changes(ask, layer({"at": at, "times": 1.1}), HORIZON)
    assert said in fault.value.mend, str(fault.value)


def test_of_several_decisions_the_newest_is_the_lever(mix):
    earlier = {**DECISION, "date": date(2026, 6, 1)}
    amended = apply_changes(apply_changes(mix, layer(AMENDED)), layer({**AMENDED, "new": earlier}))
    held_by = amended.of(Budget).years[2026].operating
    assert [float(each) for each in held_by.amended] == [18.5e6, 18.5e6] and held_by.current.date == DECISION["date"]
    for part, lever in (("original", False), ("amended.0", True), ("amended.1", False), ("amended", True)):
        refused = no_lever_of_budget(["years", "2026", "operating", *part.split(".")], amended, None)
        assert (refused is None) == lever
        assert lever or refused.mend == "change budget.years.2026.operating.amended.0"


def test_levels_of_services_do_not_hang_on_the_budget(mix):
    """Else a new appropriation would have today's services fitted anew, which takes minutes."""
    names = {path.name for path in mix.paths}
    assert "budget.yaml" not in names and {"operating.yaml", "contracts.yaml", "catalogue.yaml"} <= names


def test_prices_reach_indexed_contracts(plan, scenario):
    before, after = (with_mix(plan, changing(scenario.model_copy(update={"services": True}), *written), 1, print)
                     for written in ((), (PRICES,)))
    for old, new in zip(before.services.prices, after.services.prices, strict=True):
        assert new[2027] == pytest.approx(1.5 * old[2027]) and new[2028] == old[2028]
    assert before.books.digest == load_books(plan.inputs.area).digest != after.books.digest


def test_books_that_nothing_changes_stay_byte_for_byte_and_changed_ones_are_read_back(mix, tmp_path):
    books = load_books(mix.area)
    assert books.changed(mix.of(Budget), mix.of(Operating)).contents == books.contents
    changed = apply_changes(mix, layer(PAY, MORE, AMENDED))
    written = books.changed(changed.of(Budget), changed.of(Operating))
    write_books(written, tmp_path)
    read = read_books(tmp_path / BOOKS)
    assert read.digest == written.digest != books.digest
    assert (read.budget, read.plan) == (written.budget, written.plan) == (changed.of(Budget), changed.of(Operating))


def test_a_stored_run_has_the_books_it_used(inputs, tmp_path):
    file = tmp_path / "koe.yaml"
    file.write_text("title: Koe\nquestion: q\nauthor: Testi\ndate: 2026-01-01\nbaseline: baseline\nuntil: 2026-12\n"
                    "draws: 2\nservices: false\nchanges:\n"
                    "  - {at: operating.staff.pay_index.2026, times: 1.1, why: palkat}\n"
                    "  - {at: budget.years.2026.benefit_share.original, value: 27000000, why: lisä}\n", "utf-8")
    with events_draft(tmp_path) as events:
        outcome = run(read_scenario(str(file)), data_root(), 1, events=events)
        stored = open_run(write_results(outcome, tmp_path, {}))
    assert stored.books.digest == outcome.books.digest != load_books(inputs.area).digest
    again = reprice(stored, load_law(), 1)
    assert again.unchanged
    pd.testing.assert_frame_equal(again.tables["net"], outcome.tables["net"], check_exact=True)
    told = variance(inputs, stored.books, "2026-08", stored).objects.set_index("object")
    budget = outcome.tables["budget"].set_index("object")
    for name in ("benefit_share", "operating", "net"):
        assert told.loc[name, "year_median"] == budget.loc[name, "median"]
        assert told.loc[name, "budget"] == budget.loc[name, "appropriation"]
    assert np.isclose(told.loc["benefit_share", "budget"], 27e6)
