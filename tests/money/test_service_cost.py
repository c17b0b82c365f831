"""Bills under their labels across a year end, and what the first months pay for what happened before them, by hand."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.law.calendar import benefit_days_in_month, day_number, month_number
from sim.money.contracts import LINES, bills
from sim.money.episodes import DailyRates, Episodes, daily_rates
from sim.money.service_cost import service_costs
from sim.services.contracts import Contracts, OutcomeBased, SubsidyContract, UnitPrice

FIRST = month_number("2026-10")
ORIGIN = day_number("2026-10-01")
LEVELS = {2026: 1.0, 2027: 1.10}
NOTHING = DailyRates(*np.zeros((4, 5)))
COLUMNS = ["client", "contract", "asked", "start", "end", "completed", "outcome"]


def figure(value, unit):
    return {"value": value, "unit": unit, "source": "x", "status": "estimate"}


def terms(service, payable, indexed=False, start="2020-01-01", **places):
    return {"title": f"Sopimus {service}", "producer": "p", "service": service, "start": date.fromisoformat(start),
            "indexed": indexed, "payable": figure(payable, "days"), "notice": figure(0, "days"), **places}


CATALOGUE = SimpleNamespace(services={
    name: SimpleNamespace(finnish=name.capitalize(), statutory_class=its_class,
                          participation=benefit and SimpleNamespace(benefit=benefit))
    for name, its_class, benefit in (("course", "need_bound", "paid"), ("subsidy", "appropriation_dependent", "paused"),
                                     ("guidance", "voluntary", None))})


def of_each_kind() -> Contracts:
    """Own 12 000 a year; in-house 24 000; 500 a participant; 1 000 an outcome of two months; a grant of 5 000."""
    per_place = figure(0, "€/place/year")
    return Contracts(
        own={"own": {**terms("course", 0), "fixed": figure(12_000, "€/year"), "per_place": per_place}},
        in_house_company={"house": {**terms("course", 45, True), "fixed": figure(24_000, "€/year"),
                                    "per_place": per_place}},
        unit_price={"subsidy": {**terms("subsidy", 30, True), "price": figure(500, "€/participant")}},
        outcome_based={"results": {**terms("course", 30), "definition": "a job", "evidence": figure(2, "months"),
                                   "tariff": figure(1000, "€/outcome")}},
        grant={"grant": {**terms("guidance", 14), "instalments": [
            {"date": date(2026, 12, 31), **figure(5000, "€")}]}})


def log(*rows):
    """Episodes of (contract, start, end, completed, outcome), ISO dates or None; who has no start gave up."""
    def day(written):
        return np.nan if written is None else day_number(written) - ORIGIN
    return pd.DataFrame([(place, contract, day(start), day(start), day(end), completed, day(outcome))
                         for place, (contract, start, end, completed, outcome) in enumerate(rows)], columns=COLUMNS)


def test_each_kind_across_a_year_end_by_budget_line():
    # own: 1 000 each month. In-house: 2 000, from January's, due 17.3., 2 200 (as in test_contracts).
    # Subsidy: starts 20.12. → 19.1.: 500; 5.1. → 4.2. at 1.10: 550; who gave up costs nothing.
    # Outcome of 5.11. verified 5.1., due 4.2.: 1 000; of 10.2. due 10.4. + 30 days, later. Grant 31.12. + 14: January.
    costs = service_costs(of_each_kind(), CATALOGUE, log(
        (2, "2026-12-20", "2027-02-01", True, None), (2, "2027-01-05", "2027-02-01", False, None),
        (2, None, "2027-01-07", False, None), (3, "2026-10-20", "2026-11-04", True, "2026-11-05"),
        (3, "2027-01-20", "2027-02-09", True, "2027-02-10")), FIRST, 6, LEVELS, NOTHING)
    assert [(each.contract, each.kind, each.statutory_class, each.budget_line) for each in costs.labels] == [
        ("own", "own", "need_bound", "purchases"), ("house", "in_house_company", "need_bound", "purchases"),
        ("subsidy", "unit_price", "appropriation_dependent", "subsidies"),
        ("results", "outcome_based", "need_bound", "purchases"), ("grant", "grant", "voluntary", "subsidies")]
    assert costs.due.tolist() == [
        [1000, 2000, 0, 0, 0], [1000, 2000, 0, 0, 0], [1000, 2000, 0, 0, 0],
        [1000, 2000, 500, 0, 5000], [1000, 2000, 550, 1000, 0], [1000, 2200, 0, 0, 0]]
    lines = costs.by_line()
    assert lines["purchases"].tolist() == [3000, 3000, 3000, 3000, 4000, 3200]
    assert lines["subsidies"].tolist() == [0, 0, 0, 5500, 550, 0]
    # what happened in the six months: in-house three at 2 000 and three at 2 200, both outcomes
    assert costs.accrued.tolist() == [6000, 12_600, 1050, 2000, 5000]
    assert sum(lines.values()).sum() == costs.bills.euros.sum() == costs.due.sum()


def unit_price(unit, price, payable, start="2020-01-01"):
    return UnitPrice(**terms("course", payable, start=start), price=figure(price, unit))


def steady(days, length=40.0):
    """One client a day starts at noon; those of the *length* days before the origin are inside on the base date."""
    start = np.arange(-int(length), days) + 0.5
    outcome = np.where(start + length >= 0, start + length, np.nan)
    return Episodes(np.zeros(len(start), int), start, np.minimum(start + length, days), np.ones(len(start), bool),
                    outcome)


@pytest.mark.parametrize("payable", [0, 14, 30, 75])
@pytest.mark.parametrize("unit", ["€/participant", "€/completed participant", "€/participant-day"])
def test_a_steady_stream_is_billed_evenly_from_the_first_month(unit, payable):
    """One start and one end a day and 40 inside: a month pays one price a day of those on which its bills arose."""
    months = 24
    days = int(np.diff(_edges(months)).sum())
    contract, episodes = unit_price(unit, 10, payable), steady(days)
    rate = daily_rates([contract], episodes, FIRST, months)
    assert rate.starts[0] == 1 and rate.participant_days[0] == pytest.approx(40)
    assert rate.completions[0] == 1 == rate.outcomes[0]
    euros = bills([contract], episodes, FIRST, months, {}, rate).euros.sum(axis=(1, 2))
    if unit == "€/participant-day":  # a month's days are billed at its end, and due in the month in which that falls
        arose = range(FIRST - 5, FIRST + months)
        closes = [int(_start(month + 1)) - 1 + payable for month in arose]
        due = np.zeros(months)
        for month, day in zip(arose, closes, strict=True):
            place = int(np.searchsorted(_edges(months), day, side="right")) - 1
            if 0 <= place < months:
                due[place] += 40 * 10 * benefit_days_in_month(month)
        assert euros == pytest.approx(due)
    else:
        assert euros == pytest.approx(np.diff(_edges(months)) * 10.0)


def _start(month):
    return np.datetime64(f"{month // 12}-{month % 12 + 1:02d}-01", "D").astype(int)


def _edges(months):
    return np.array([_start(FIRST + month) for month in range(months + 1)])


def test_without_carry_in_the_first_months_would_pay_too_little():
    days = int(_edges(12)[-1] - ORIGIN)
    contract, episodes = unit_price("€/participant", 10, 60), steady(days, length=20.0)
    bare = bills([contract], episodes, FIRST, 12, {}).euros.sum(axis=(1, 2))
    # October pays the starts of 2.8.-1.9., of which none is still inside; November those of 2.9.-1.10., of whom the
    # twenty of 11.9.-30.9. are, and the one of 1.10.
    assert bare[:3].tolist() == [0, 210, 310]
    assert bills([contract], episodes, FIRST, 12, {}, daily_rates([contract], episodes, FIRST, 12)).euros.sum(
        axis=(1, 2))[:3].tolist() == [310, 300, 310]


def test_outcomes_are_carried_in_by_evidence_and_payment_and_use_up_cap_and_floor():
    # One outcome a day, three months of evidence, paid at once: October verifies July's 31, then 31 and 30. 2026 is
    # simulated from 1.10.: 92 verified in 92 of 365 days. Cap 365 000 a year: 92 000, just enough for 92 at 1 000.
    # A floor of as much is met and nothing is settled; half the cap pays October and November's first 15.
    def contract(**more):
        return OutcomeBased(**terms("course", 0), definition="a job", evidence=figure(3, "months"),
                            tariff=figure(1000, "€/outcome"), **more)
    episodes = steady(int(_edges(18)[-1] - ORIGIN))
    rate = daily_rates([contract()], episodes, FIRST, 18)
    limits = figure(365_000, "€/year")
    whole = bills([contract(cap=limits, floor=limits)], episodes, FIRST, 18, {}, rate).euros[:, 0]
    assert whole[:3, LINES.index("outcomes")].tolist() == [31_000, 31_000, 30_000]
    assert whole[:, LINES.index("settlement")].sum() == pytest.approx(0, abs=0.01)
    half = bills([contract(cap=figure(182_500, "€/year"))], episodes, FIRST, 18, {}, rate).euros[:, 0]
    assert half[:4, LINES.index("outcomes")].tolist() == [31_000, 15_000, 0, 31_000]
    # without carry-in October's 31 would be the first to be verified, in January
    bare = bills([contract()], episodes, FIRST, 18, {}).euros[:, 0]
    assert not bare[:3].any() and bare[3].sum() == 31_000


def test_a_contract_that_began_just_before_carries_in_its_own_days_only():
    # begun 21.9., payable 30 days: ten starts of 21.-30.9. are due 21.-30.10., and 1.10. on 31.10.
    contract = unit_price("€/participant", 10, 30, start="2026-09-21")
    euros = bills([contract], steady(365), FIRST, 12, {}, DailyRates(*np.ones((4, 1)))).euros.sum(axis=(1, 2))
    assert euros[0] == 110
    days = unit_price("€/participant-day", 10, 5, start="2026-09-21")
    rate = daily_rates([days], steady(365), FIRST, 12)
    # 21.-30.9.2026 has eight Mondays to Fridays; billed 30.9., due 5.10.
    assert bills([days], steady(365), FIRST, 12, {}, rate).euros[0].sum() == pytest.approx(8 * 40 * 10)
    # two and a half clients on a mean day
    few = DailyRates(*np.full((4, 1), 2.5))
    assert bills([days], steady(365), FIRST, 12, {}, few).euros[0].sum() == pytest.approx(8 * 2.5 * 10)


def test_a_subsidy_is_carried_in_at_the_amount_of_its_month():
    # 40 inside; 100 a month until August and 200 since; 30 days after the month's end. October pays August's, due
    # 30.9., no more, but September's, due 30.10.: 40 × 200. Those who began in August, inside still, go on at 100.
    contract = SubsidyContract(**terms("subsidy", 30), amounts=[
        {"from": date(2020, 1, 1), **figure(100, "€/month")}, {"from": date(2026, 9, 1), **figure(200, "€/month")}])
    episodes = steady(365)
    rate = daily_rates([contract], episodes, FIRST, 12)
    euros = bills([contract], episodes, FIRST, 12, {}, rate).euros.sum(axis=(1, 2))
    assert euros[0] == 8000
    # the ten who began on 22.-31.8. leave at noon on 1.-10.10., a day of October after the other: 1 + 2 + … + 10 days
    assert euros[1] == pytest.approx(8000 - 55 / 31 * 100)


def test_rates_are_of_the_days_in_force():
    # begins 1.4.2027: 183 of the first 365 days; one that ended in 2025 has none
    late = unit_price("€/participant", 10, 30, start="2027-04-01")
    over = UnitPrice(**{**terms("course", 30), "end": date(2025, 12, 31)}, price=figure(10, "€/participant"))
    start = np.arange(182, 365) + 0.25
    episodes = Episodes(np.zeros(183, int), start, start + 5, np.zeros(183, bool), np.full(183, np.nan))
    assert daily_rates([late, over], episodes, FIRST, 15).starts.tolist() == [1.0, 0.0]


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-90, 170), st.floats(0, 60), st.booleans(), st.booleans()),
                max_size=30))
def test_lines_add_up_to_all_bills_to_the_cent(rows):
    frame = pd.DataFrame([(place, contract, start - 3, np.nan if gone else start, start + lasts, completed,
                           start + lasts if completed else np.nan)
                          for place, (contract, start, lasts, completed, gone) in enumerate(rows)], columns=COLUMNS)
    costs = service_costs(of_each_kind(), CATALOGUE, frame, FIRST, 6, LEVELS)
    lines = costs.by_line()
    assert (np.abs(sum(lines.values()) - costs.bills.euros.sum(axis=(1, 2))) < 0.005).all()
    assert all((line == line.round(2)).all() for line in lines.values())
