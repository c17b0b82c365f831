"""Rules of thumb: the exact ones are a hundredth of their euros; hazards move as asked and no other does."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.build import programme, work_shares
from scenarios.decide.inputs import Setting
from scenarios.decide.outturn import ALL_YEARS
from scenarios.decide.rules import (
    COPIES,
    _of_draw,
    _places,
    _staff,
    rules_of,
    rules_of_thumb,
    with_copies,
    with_exits_to_work,
)
from scenarios.project import project
from sim.money.operating import drawn_costs
from sim.money.payment import payment_days
from sim.services.values import figures_of


@pytest.fixture(scope="module")
def rules(setting):
    return rules_of_thumb(setting, 2, 1)


@pytest.fixture(scope="module")
def units(setting):
    return [project(setting.plan, draw, 0) for draw in range(2)]


def rule(rules, name, what, year=ALL_YEARS):
    row, = rules.query("rule == @name and object == @what and year == @year").itertuples()
    return row


@pytest.mark.parametrize("name", ["basic_amount", "utilisation"])
def test_one_per_cent_of_a_price_is_a_hundredth_of_the_share(rules, units, name):
    row = rule(rules, name, "benefit_share")
    paid = np.array([unit.euros.sum() for unit in units])
    assert row.exact and row.difference == pytest.approx(0.01 * paid.mean(), rel=2e-3)  # of a draw's utilisation
    assert rule(rules, name, "operating").difference == 0


def test_pay_staff_and_prices_are_a_hundredth_of_their_lines(rules, setting):
    plan = setting.books.plan
    lines = drawn_costs(plan, [2026], 4, setting.plan.seed)[:2].sum(axis=1).mean(axis=0)
    staff = len(plan.staff.units)
    for name, euros in (("pay", lines[:staff]), ("staff", lines[:staff]), ("prices", lines[staff:])):
        assert rule(rules, name, "operating").difference == pytest.approx(0.01 * euros.sum(), abs=1)
        assert rule(rules, name, "benefit_share").difference == 0


def test_a_payment_day_times_their_number_is_the_share(rules, setting, units):
    plan = setting.plan
    days = payment_days(plan.first_month, plan.months, plan.advanced_share).sum()
    paid = np.mean([unit.euros.sum() for unit in units])
    assert rule(rules, "payment_day", "benefit_share").difference * days == pytest.approx(paid, abs=1)


def test_more_exits_to_work_cost_less_and_both_sides_agree(rules):
    row = rule(rules, "exits_to_work", "benefit_share")
    assert row.p90 < 0 and row.difference < 0 and abs(row.bend) < 0.2  # in both draws


def test_a_person_past_700_days_costs_no_more_than_half_of_each_day(rules, setting):
    plan = setting.plan
    days = payment_days(plan.first_month, plan.months, plan.advanced_share).sum()
    each = rule(rules, "people_701", "benefit_share").difference / 100
    assert 0.5 * days * 0.5 * 37.21 < each < days * 0.5 * 37.21


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.3])
def test_hazards_to_work_are_multiplied_and_no_other(inputs, calibration, factor):
    """By the programme that the model runs: hazard of each way = hazard of leaving × its share."""
    def ways(of):
        steps = programme(of, calibration.central().behaviour, calibration.until + 1, np.ones(3))
        shares = np.diff(np.pad(np.array(steps.destinations), ((0, 0), (0, 0), (1, 0))), axis=2)
        return shares[:, :, :2].sum(axis=2), shares[:, :, 2]

    before, after = inputs, with_exits_to_work(inputs, factor)
    of_work = work_shares(before)
    leaving = after.hazards * (1 - after.destinations[:, :, 1])
    band = np.digitize(np.arange(before.hazards.shape[1]), [6, 12])
    plain = before.hazards * (1 - before.assumed.exits.to_services.array[band])
    assert leaving == pytest.approx(plain * (1 + of_work * (factor - 1)))
    (work, outside), (more, other) = ways(before), ways(after)
    assert leaving * more == pytest.approx(factor * plain * work)
    assert leaving * other == pytest.approx(plain * outside)


def test_copies_join_at_the_end_and_shift_nobody(setting, units):
    """Whoever was there lives as before: all that is added is the copies' own."""
    more = with_copies(setting.plan, COPIES)
    assert len(more.opening) == len(setting.plan.opening) + COPIES
    assert (more.opening.counter[-COPIES:] >= 701).all()
    others = project(more, 0, 0).euros - units[0].euros
    assert (others.sum(axis=(1, 2)) > 0).all() and not others[:, :, :-1].any()


def test_staff_and_places_are_a_share_more_where_contracts_are_bought(served_setting):
    bare = Setting(replace(served_setting.plan, baseline=None), served_setting.books)
    assert {"staff", "places", "vacancies"} <= {each.name for each in rules_of(bare)}
    before, staff, places = (dict(figures_of(each.plan.services.plan.mix.files[file], file))
                             for each, file in ((bare, "caseworkers"), (_staff(bare, 1.05), "caseworkers"),
                                                (_places(bare, 1.2), "contracts")))
    for name in (each for each in before if ".fte." in each):
        assert float(staff[name]) == pytest.approx(1.05 * float(before[name]))
    bought = dict(figures_of(bare.plan.services.plan.mix.files["contracts"], "contracts"))
    assert float(places["contracts.unit_price.training_bought.places.0"]) == 72  # 60 of today
    granted = "contracts.subsidy.pay_subsidy_companies.places.0"
    assert float(places[granted]) == float(bought[granted])


def test_arrivals_are_varied_with_services_too(served_setting):
    """More clients arrive than in the unit that they are held against, and fewer; in four months they cost no share."""
    bare = Setting(replace(served_setting.plan, baseline=None), served_setting.books)
    arrivals = next(each for each in rules_of(bare) if each.name == "arrivals")
    up, down = _of_draw(bare, [arrivals], 2, 0)[0]
    assert np.isfinite([up, down]).all() and not np.allclose(up, down)
