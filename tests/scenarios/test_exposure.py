"""Euros that hang on values nobody verified: against what the account's own arithmetic says they must be."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.evidence import open_questions, unverified
from scenarios.exposure import central, exposure
from scenarios.project import project
from scenarios.run import plan_of
from sim.clients.assumptions import Fitted
from sim.law import load_law
from sim.law.calendar import month_number


@pytest.fixture(scope="module")
def short(inputs, calibration, scenario):
    return plan_of(inputs, calibration, month_number("2027-02"), scenario)


@pytest.fixture(scope="module")
def exposed(short):
    return exposure(short, 2)


@pytest.fixture(scope="module")
def paid(short):
    """Euros of the central forecast, (months, classes)."""
    return project(central(short), 0, 0).euros.sum(axis=1)


def total(exposed, kind, name, end):
    return exposed.query("kind == @kind and name == @name and end == @end")["euros"].sum().round(2)


def test_a_utilisation_moves_the_euros_of_its_class_in_proportion(short, exposed, paid):
    """Euros of a class are days × price × utilisation; draws at the fitted values leave nothing else to vary."""
    stored = short.calibration.stored
    place = stored.names.index("utilisation 701-")
    change = 1.2816 * stored.covariance[place][place] ** 0.5 / stored.values[place]
    assert total(exposed, "fitted", "utilisation 701-", "high") == pytest.approx(paid[:, -1].sum() * change, rel=1e-4)


def test_a_price_moves_euros_as_far_up_as_down(exposed):
    name = "benefits.basic_amount 2027-01-01"
    low, high = (total(exposed, "law", name, end) for end in ("low", "high"))
    assert high > 0 and low == pytest.approx(-high, abs=1)  # cents of a few hundred cells


def test_a_tenth_on_the_amount_of_2027_is_a_tenth_of_the_euros_of_its_days(exposed, paid):
    """Days of 2027 are paid in January and February 2027: all of those months' euros but for days of 2026."""
    high = exposed.query("name == 'benefits.basic_amount 2027-01-01' and end == 'high'").set_index("year")["euros"]
    assert 0 <= high[2026] < 1
    assert 0.02 * paid[-2:].sum() < high[2027] < 0.1 * paid[-2:].sum()


def test_what_only_names_the_benefit_moves_no_euro(exposed):
    """Basic allowance and general support cost the municipality the same."""
    assert total(exposed, "assumption", "arrivals.basic", "low") == 0
    assert total(exposed, "assumption", "arrivals.basic", "high") == 0


def test_lower_middle_steps_cost_less_and_higher_ones_more(exposed):
    assert total(exposed, "switch", "middle_steps", "low") < 0 < total(exposed, "switch", "middle_steps", "high")


def test_every_unverified_value_has_its_euros_or_was_fitted(inputs, exposed):
    listed = unverified(inputs, exposed).set_index("name")
    fitted = {name for name, a in inputs.assumed.items() if isinstance(a, Fitted) and not name.startswith("payment.d")
              and name != "payment.late_share"}
    assert set(listed.index[listed["euros_low"].isna()]) == fitted & set(listed.index)
    assert (listed["euros_low"].dropna() <= 0).all() and (listed["euros_high"].dropna() >= 0).all()
    ladder = listed.loc["municipal_share.ladder 2025-01-01"]
    assert ladder["switches"] == "middle_steps"
    assert ladder["euros_low"] == total(exposed, "switch", "middle_steps", "low")


def test_every_alternative_of_every_open_question_has_its_euros_or_a_reason(inputs, exposed):
    listed = open_questions(inputs.law, exposed)
    assert set(listed["switch"]) == set(inputs.law.switches)
    assert listed["euros"].notna().all() and (listed["reason"] != "").all()
    assert (listed[listed["holds"] | listed["inert"]]["euros"] == 0).all()
    assert listed.groupby("switch")["holds"].sum().eq(1).all()


def test_without_the_table_the_lists_are_whole_and_their_euros_empty(inputs):
    assert unverified(inputs)["euros_low"].isna().all() and len(unverified(inputs)) > 20
    asked = open_questions(inputs.law)
    assert asked[~(asked["holds"] | asked["inert"])]["euros"].isna().all()


def test_a_non_member_whom_work_never_resets_costs_more_and_members_stay(plan):
    never = load_law(choices={"reset_of_non_members": "never"})
    base, other = (project(each, 0, 0).euros for each in (plan, replace(plan, inputs=replace(plan.inputs, law=never))))
    assert other.sum() > base.sum()
    fund = 2  # earnings-related allowance: its receivers are members, and their draws are their own
    assert np.array_equal(other[:, fund], base[:, fund])
