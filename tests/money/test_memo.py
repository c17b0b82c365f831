"""Memo lines by hand: who pays for three people across a month edge, and days that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import State
from sim.law.benefits import Entitlement
from sim.law.calendar import day_number
from sim.money.ledger import Rights
from sim.money.memo import (
    PAYERS,
    compensation_lines,
    days_in_states,
    joint_plan_lines,
    memo_lines,
    queue_lines,
    read_payers,
)
from sim.services.integration import read_integration
from sim.services.partners import read_partners
from sources.area import data_root, read_area
from sources.errors import InputError

ORIGIN = day_number("2026-01-01")  # a Thursday
EDGES = np.array([0.0, 31.0, 59.0])
DAYS_PER_MONTH = 365.25 / 12


@pytest.fixture(scope="module")
def payers():
    return read_payers(data_root())


@pytest.fixture(scope="module")
def partners():
    return read_partners(read_area("lahti", data_root()))


def spells(*rows):
    """Log of (client, state, start, end, counter)."""
    return pd.DataFrame(rows, columns=["client", "state", "start", "end", "counter"]).astype({"state": int})


def people(*entitlement, maximum=400):
    return Rights(np.array(entitlement), np.full(len(entitlement), maximum))


def euros(frame, line):
    return frame.loc[frame["line"] == line, "euros"].to_numpy()


THREE = spells(
    (0, State.UNEMPLOYED, 0.0, 20.0, 700), (0, State.REHABILITATION, 20.0, 59.0, 714),
    (1, State.UNEMPLOYED, 0.0, 40.0, 390), (1, State.LASTING_WORK, 40.0, 59.0, 418),
    (2, State.SICKNESS, 0.0, 45.0, 900), (2, State.DISABILITY_PENSION, 45.0, 59.0, 900))
WHO = people(Entitlement.LABOUR_MARKET, Entitlement.EARNINGS_RELATED, Entitlement.BASIC)


def test_three_people_across_a_month_edge(payers):
    found = memo_lines(payers, days_in_states(THREE, WHO, ORIGIN, EDGES), np.array([300.0, 100.0]))
    # the first: 20 days of benefit, then 11 and 28 of rehabilitation; six of seven days at 33 euros
    assert euros(found, "rehabilitation_allowance") == pytest.approx([11 * 6 / 7 * 33, 28 * 6 / 7 * 33])
    # the second has ten days of allowance left: Thursday 1 to Wednesday 14 January, so 14 calendar days
    assert euros(found, "earnings_part") == pytest.approx([14 * 5 / 7 * 30, 0])
    # both have 20 + 31 days of benefit in January and 9 in February, of which the municipality pays 300 and 100 euros
    assert euros(found, "basic_part") == pytest.approx([51 * 5 / 7 * 35.3 - 300, 9 * 5 / 7 * 35.3 - 100])
    assert euros(found, "tax_of_benefits") == pytest.approx([-51 / DAYS_PER_MONTH * 35, -9 / DAYS_PER_MONTH * 35])
    assert euros(found, "tax_of_work") == pytest.approx([0, -19 / DAYS_PER_MONTH * 110])
    # the third: 31 and 14 days of sickness, then 14 of a pension that two pay
    assert euros(found, "sickness_allowance") == pytest.approx([31 * 6 / 7 * 33, 14 * 6 / 7 * 33])
    assert euros(found, "disability_pension_earned") == pytest.approx([0, 14 / DAYS_PER_MONTH * 650])
    assert euros(found, "disability_pension_national") == pytest.approx([0, 14 / DAYS_PER_MONTH * 450])
    assert set(found["payer"]) == {"state", "funds", "kela", "pension_insurers", "employers", "municipal_tax"}


SPELL = st.tuples(st.sampled_from(list(State)), st.floats(0, 59), st.integers(-7, 800))


@given(st.lists(SPELL, min_size=1, max_size=20))
def test_days_of_all_states_add_up_to_the_time_of_all_spells(drawn):
    log = spells(*((client, state, start, 59.0, counter) for client, (state, start, counter) in enumerate(drawn)))
    who = people(*(Entitlement.EARNINGS_RELATED for _ in drawn))
    days = days_in_states(log, who, ORIGIN, EDGES)
    assert days.min() > -1e-9
    assert days.sum() == pytest.approx((59 - log["start"]).sum())


def test_cases_are_paid_by_the_owner_of_the_queue_in_the_month_of_their_start(partners):
    cases = pd.DataFrame({"queue": ["bought_assessment", "county_assessment", "county_assessment",
                                    "kela_rehabilitation"], "start": [3.0, 30.9, 31.0, 40.0]})
    found = queue_lines(partners.queues, cases, EDGES)
    assert "bought_assessment" not in set(found["line"])
    assert euros(found, "county_assessment").tolist() == [1000, 1000]
    assert euros(found, "kela_rehabilitation").tolist() == [0, 5000]
    assert found.groupby("payer")["euros"].sum().to_dict() == {"kela": 5000, "wellbeing_county": 2000}


def test_joint_plans_begin_at_their_paid_days_and_are_shared_out(partners):
    log = spells((0, State.UNEMPLOYED, 0.0, 59.0, 190), (1, State.OUTSIDE, 0.0, 59.0, 500))
    found = joint_plan_lines(partners.joint_plan, log, ORIGIN, EDGES)
    # ten paid days to go: from 15 January on, 17 and 28 days; 12 % of clients, 1 800 euros a year
    whole = np.array([17, 28]) * 0.12 * 1800 / 365.25
    county, kela = (found.loc[found["payer"] == payer, "euros"].to_numpy() for payer in ("wellbeing_county", "kela"))
    assert county == pytest.approx(0.4 * whole) and kela == pytest.approx(0.1 * whole)
    assert "city" not in set(found["payer"])


def test_the_state_compensates_two_years_of_whoever_is_still_here():
    compensation = read_integration(read_area("lahti", data_root())).compensation
    log = spells((0, State.UNEMPLOYED, 0.0, 40.0, 0), (0, State.GONE, 40.0, 59.0, 0),  # moves away in February
                 (1, State.LASTING_WORK, 0.0, 59.0, 0),  # began two years before 11 January
                 (2, State.UNEMPLOYED, 0.0, 59.0, 0))  # has no plan
    found = compensation_lines(compensation, log, np.array([0.0, 10 - 730.5, np.inf]), EDGES)
    assert found["euros"].to_numpy() == pytest.approx(np.array([31 + 10, 9]) * 1955 / 365.25)


def test_a_line_of_an_unknown_state_is_told(tmp_path):
    path = tmp_path / PAYERS
    path.parent.mkdir()
    path.write_text((data_root() / PAYERS).read_text("utf-8").replace("[sickness]", "[sicknes]"), "utf-8")
    with pytest.raises(InputError, match="write sickness"):
        read_payers(tmp_path)


def test_amounts_that_were_not_verified_have_a_range(payers):
    assert all(figure.range for _, figure in payers.figures() if figure.status != "verified")
