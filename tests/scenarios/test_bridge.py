"""The bridge from budget to outturn: one factor at a time by hand, and parts that add up to the cent."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.bridge import PARTS, Months, bridge, outturn
from sim.law.calendar import month_number

# Two classes: 60 people at 4 € a day and 40 people at 20 € a day, 20 days, all paid in full:
# 60 × 20 × 4 = 4,800 and 40 × 20 × 20 = 16,000; together 20,800 €.
BASE = Months(np.array([24300]), np.array([[60.0, 40.0]]), np.array([[4800.0, 16000.0]]), np.zeros(1), np.array([20.0]),
              np.array([[4.0, 20.0]]))
BUDGET = np.array([20800.0])


def parts(months, basis=BASE, recent=None, budget=BUDGET):
    """The parts that are not zero, and the deviation."""
    row = bridge(months, basis, recent or months, budget).iloc[0]
    return {name: row[name] for name in ("deviation", *PARTS) if row[name]}


def test_an_outturn_as_budgeted_has_no_parts():
    assert parts(BASE) == {}


def test_more_people_of_the_same_kind_are_volume():
    """A tenth more of both: 2,080 €."""
    assert parts(replace(BASE, people=BASE.people * 1.1, euros=BASE.euros * 1.1)) == {
        "deviation": 2080, "volume": 2080}


def test_a_shift_to_the_dearer_class_is_mix():
    """50 at 4 € and 50 at 20 €: 4,000 + 20,000 = 24,000; 100 people as before."""
    assert parts(replace(BASE, people=np.array([[50.0, 50.0]]), euros=np.array([[4000.0, 20000.0]]))) == {
        "deviation": 3200, "class_mix": 3200}


def test_a_dearer_day_is_law():
    """The second class at 25 €: 40 × 20 × 5 = 4,000 more."""
    assert parts(replace(BASE, price=np.array([[4.0, 25.0]]), euros=np.array([[4800.0, 20000.0]]))) == {
        "deviation": 4000, "law": 4000}


def test_a_lower_level_for_good_is_benefit_level_and_for_one_month_timing():
    """Nine tenths of the second class paid: 1,600 less."""
    month = replace(BASE, euros=np.array([[4800.0, 14400.0]]))
    assert parts(month) == {"deviation": -1600, "benefit_level": -1600}
    assert parts(month, recent=BASE) == {"deviation": -1600, "timing": -1600}


def test_what_was_taken_back_is_corrections():
    assert parts(replace(BASE, corrections=np.array([-250.0]))) == {"deviation": -250, "corrections": -250}


def test_a_budget_above_what_its_basis_carries_made_room_for_people():
    """26,000 is room for 125 people where 100 came: −5,200 of volume."""
    assert parts(BASE, budget=np.array([26000.0])) == {"deviation": -5200, "volume": -5200}


def test_a_month_with_more_days_than_the_basis_is_no_deviation_of_a_budget_phased_by_days():
    """22 days: 20,800 × 1.1 = 22,880 on both sides."""
    month = replace(BASE, days=np.array([22.0]), euros=BASE.euros * 1.1)
    assert parts(month, budget=BUDGET * 1.1) == {}


def test_a_class_without_people_in_the_basis_is_all_level():
    """Nobody at 20 € then, 40 now who cost 16,000; budget 60 × 20 × 4 = 4,800 for 60 people.

    100 people of the old kind: 8,000, so 3,200 of volume. The other mix at known levels, 0 for the second class: 4,800.
    """
    basis = replace(BASE, people=np.array([[60.0, 0.0]]), euros=np.array([[4800.0, 0.0]]))
    assert parts(BASE, basis=basis, budget=np.array([4800.0])) == {
        "deviation": 16000, "volume": 3200, "class_mix": -3200, "benefit_level": 16000}


positive = st.floats(1, 5000)


@given(st.lists(positive, min_size=8, max_size=8), st.floats(0, 1e5), st.floats(-1e3, 1e3))
def test_parts_add_up_to_the_cent_whatever_the_figures(figures, budget, taken_back):
    people, euros, price = np.array(figures[:2]), np.array(figures[2:4]), np.array(figures[4:6])
    month = Months(np.array([24300]), people[None], euros[None], np.array([taken_back]), np.array([21.0]), price[None])
    row = bridge(month, BASE, month, np.array([budget])).iloc[0]
    assert round(sum(row[name] for name in PARTS), 2) == pytest.approx(row["deviation"], abs=1e-6)
    assert abs(row["residual"]) < 0.05  # six parts of half a cent and the deviation's own


def test_the_bridge_of_published_months_ends_at_their_totals(inputs):
    """January to August 2026: Kela's 17,893,145 € (lahti.md section 0), of which corrections are what is negative."""
    months = outturn(inputs.share, inputs.law, 0.8)
    year = months.take(months.number >= month_number("2026-01"))
    known = months.take((months.number >= month_number("2025-02")) & (months.number <= month_number("2025-09")))
    table = bridge(year, known, months.take(np.arange(-12, 0)), np.full(8, 2e6))
    assert table["outturn"].sum() == pytest.approx(17_893_145, abs=1)
    rows = inputs.share.query("benefit != 'total' and day_class != 'total' and month >= '2026-01'")
    taken_back = rows[(rows["euros"] < 0) | (rows["recipients"] == 0)]["euros"].sum()
    assert table["corrections"].sum() == pytest.approx(taken_back, abs=0.01)
    assert (table[list(PARTS)].sum(axis=1) - table["deviation"]).abs().max() < 0.005
