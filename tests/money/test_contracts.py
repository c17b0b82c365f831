"""Bills of each kind of contract, reckoned by hand across a year end, and days inside against a day-by-day loop."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.law import load_law
from sim.law.calendar import date_of, day_number, month_number
from sim.money.contracts import LINES, UNSCALED, Scaled, bills
from sim.money.episodes import Episodes
from sim.services.catalogue import read_catalogue
from sim.services.contracts import (
    Contracts,
    Grant,
    InHouse,
    OutcomeBased,
    Own,
    SubsidyContract,
    UnitPrice,
    read_contracts,
)
from sim.services.integration import read_integration
from sim.services.subsidies import completed, read_subsidies
from sources.area import data_root, read_area

FIRST = month_number("2026-10")
ORIGIN = day_number("2026-10-01")
LEVELS = {2025: 0.98, 2026: 1.0, 2027: 1.10, 2028: 1.2}
KNOWN = {"source": "x", "status": "estimate"}


def figure(value, unit):
    return {"value": value, "unit": unit, **KNOWN}


def terms(payable, indexed=False, start="2026-01-01", end=None, places=()):
    return {"title": "t", "producer": "p", "service": "s", "start": date.fromisoformat(start),
            "end": end and date.fromisoformat(end), "indexed": indexed, "payable": figure(payable, "days"),
            "notice": figure(0, "days"),
            "places": [{"from": date.fromisoformat(day), **figure(value, "places")} for day, value in places]}


def episodes(*rows):
    """Episodes of contract 0 from (start, end, completed, outcome), ISO dates or None."""
    def day(written):
        return np.nan if written is None else day_number(written) - ORIGIN
    start, end, completed, outcome = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Episodes(np.zeros(len(rows), int), np.array([day(x) for x in start], float),
                    np.array([day(x) for x in end], float), np.array(completed, bool),
                    np.array([day(x) for x in outcome], float))


def billed(contract, *rows, months=6, scaled=UNSCALED):
    """{(month due, line): euros} of October 2026 to March 2027, and {line: euros due later}."""
    found = bills([contract], episodes(*rows), FIRST, months, LEVELS, scaled=scaled)
    def month(place):
        year, index = divmod(FIRST + place, 12)
        return f"{year}-{index + 1:02d}"
    some = zip(*np.nonzero(found.euros[:, 0]), strict=True)
    due = {(month(m), LINES[k]): float(found.euros[m, 0, k]) for m, k in some}
    return due, {LINES[k]: float(found.later[0, k]) for k in np.flatnonzero(found.later[0])}


def test_own_work_is_billed_by_month_with_the_places_of_each_day():
    # 12 000 a year: 1 000 a month. 10 places to 15.12., 20 from 16.12.; 600 a place and year: 50 a month.
    # December: (15 × 10 + 16 × 20) ÷ 31 = 470 ÷ 31 = 15.1613 places × 50 = 758.06. Paid on the month's last day.
    # It ends on 14 February: 14 of 28 days, 500 and 20 × 50 × 14 ÷ 28 = 500.
    due, later = billed(Own(**terms(0, end="2027-02-14", places=[("2026-01-01", 10), ("2026-12-16", 20)]),
                            fixed=figure(12_000, "€/year"), per_place=figure(600, "€/place/year")))
    assert due == {
        ("2026-10", "fixed"): 1000, ("2026-10", "places"): 500, ("2026-11", "fixed"): 1000, ("2026-11", "places"): 500,
        ("2026-12", "fixed"): 1000, ("2026-12", "places"): 758.06, ("2027-01", "fixed"): 1000,
        ("2027-01", "places"): 1000, ("2027-02", "fixed"): 500, ("2027-02", "places"): 500}
    assert not later


def test_an_in_house_company_is_paid_later_at_prices_of_the_year_it_worked_in():
    # 24 000 a year: 2 000 a month; 45 days after a month's end: October's on 15.12., November's on 14.1.,
    # December's on 14.2., January's, at 1.10, on 17.3.; February's (14.4.) and March's (15.5.) later: 4 400.
    # August's fell due on 15.10. (31.8. + 45 days), September's on 14.11.
    due, later = billed(InHouse(**terms(45, indexed=True), fixed=figure(24_000, "€/year"),
                                per_place=figure(0, "€/place/year")))
    assert due == {("2026-10", "fixed"): 2000, ("2026-11", "fixed"): 2000, ("2026-12", "fixed"): 2000,
                   ("2027-01", "fixed"): 2000, ("2027-02", "fixed"): 2000, ("2027-03", "fixed"): 2200}
    assert later == {"fixed": 4400}


def test_a_unit_price_a_participant_is_due_after_the_start():
    # 500 a start, 30 days: 10.9. → 10.10. (began before the origin, due within); 5.12. → 4.1.; 20.12. → 19.1.;
    # 5.1. → 4.2. at 1.10: 550; 20.3. → 19.4., after the horizon: 550. Of 25.8. → 24.9. it was paid before.
    due, later = billed(UnitPrice(**terms(30, indexed=True), price=figure(500, "€/participant")),
                        ("2026-08-25", "2026-11-01", True, None), ("2026-09-10", "2026-11-01", True, None),
                        ("2026-12-05", "2027-01-10", False, None), ("2026-12-20", "2027-01-10", True, None),
                        ("2027-01-05", "2027-02-10", True, None), ("2027-03-20", "2027-04-01", True, None))
    assert due == {("2026-10", "starts"): 500, ("2027-01", "starts"): 1000, ("2027-02", "starts"): 550}
    assert later == {"starts": 550}


def test_a_price_of_completion_is_due_after_the_end_of_those_who_complete():
    # 800: ends 20.12. + 30 days = 19.1.; one who drops out costs nothing
    due, later = billed(UnitPrice(**terms(30), price=figure(800, "€/completed participant")),
                        ("2026-11-05", "2026-12-20", True, None), ("2026-11-05", "2026-12-20", False, None))
    assert due == {("2027-01", "completions"): 800} and not later


def test_a_unit_price_a_day_counts_monday_to_friday_of_each_month():
    # 14.12.2026 (a Monday) to 13.1.2027, the day after the last: December has 14 days inside (14.-18., 21.-25.,
    # 28.-31.), January 8 (Friday 1., 4.-8., Monday 11. and Tuesday 12.). 20 a day: 280 due 31.12. + 14 = 14.1.;
    # 8 × 20 × 1.10 = 176 due 31.1. + 14 = 14.2.
    due, later = billed(UnitPrice(**terms(14, indexed=True), price=figure(20, "€/participant-day")),
                        ("2026-12-14", "2027-01-13", True, None))
    assert due == {("2027-01", "days"): 280, ("2027-02", "days"): 176} and not later


def test_who_is_inside_when_the_contract_ends_is_paid_for_to_the_end_of_the_stay():
    # the contract ends on 31.12.; of 14.12. to 13.1. both months are billed, 14 and 8 days (as above)
    due, _ = billed(UnitPrice(**terms(14, end="2026-12-31"), price=figure(20, "€/participant-day")),
                    ("2026-12-14", "2027-01-13", True, None))
    assert due == {("2027-01", "days"): 280, ("2027-02", "days"): 160}


def granted(unit, *amounts, **terms_):
    """A subsidy of (from, euros)."""
    return SubsidyContract(**terms(0, **terms_), amounts=[{"from": date.fromisoformat(day), **figure(euros, unit)}
                                                          for day, euros in amounts])


def test_a_subsidy_a_month_is_paid_by_the_part_of_each_month():
    # 1 000 a month from 16.11.2026 (15 of 30 days) to 10.1.2027, the day after the last (9 of 31 days)
    due, later = billed(granted("€/month", ("2026-01-01", 1000)), ("2026-11-16", "2027-01-10", True, None))
    assert due == {("2026-11", "subsidies"): 500, ("2026-12", "subsidies"): 1000, ("2027-01", "subsidies"): 290.32}
    assert not later


def test_a_grant_a_day_is_paid_for_monday_to_friday():
    # as the unit price a day above: 14 days in December, 8 in January
    due, _ = billed(granted("€/day", ("2026-01-01", 20)), ("2026-12-14", "2027-01-13", True, None))
    assert due == {("2026-12", "subsidies"): 280, ("2027-01", "subsidies"): 160}


def test_what_is_granted_stays_granted_when_amount_places_and_contract_are_cut():
    # Places are 0 from 1.12., the amount is 400 from then, and the contract ends on 31.12. Who began on 1.10. for six
    # months is paid 1 000 to the end of March; only who begins after the cut of the amount has 400: 15.12., 17 of 31
    # days, 219.35, and whole months after that.
    contract = granted("€/month", ("2026-01-01", 1000), ("2026-12-01", 400), end="2026-12-31",
                       places=[("2026-01-01", 5), ("2026-12-01", 0)])
    assert contract.places_on([ORIGIN, day_number("2026-12-15"), day_number("2027-01-15")]).tolist() == [5, 0, 0]
    due, _ = billed(contract, ("2026-10-01", "2027-04-01", True, None))
    assert list(due.values()) == [1000] * 6 and list(due)[-1] == ("2027-03", "subsidies")
    due, _ = billed(contract, ("2026-12-15", "2027-03-01", True, None))
    assert list(due.values()) == [219.35, 400, 400]


def test_a_subsidy_whose_amounts_are_not_filled_in_is_never_free():
    with pytest.raises(ValueError, match="not filled in"):
        billed(SubsidyContract(**terms(0)))


RESULTS = {"definition": "a job", "evidence": figure(3, "months"), "tariff": figure(1000, "€/outcome")}


def test_outcomes_are_billed_when_their_evidence_is_in_up_to_the_cap_and_settled_at_the_contract_years_end():
    # Contract years begin on 1.1.; 2026 is simulated from 1.10.: 92 of 365 days.
    # Cap 10 000: 2 520.55 of it for 1.10.-31.12. Outcomes begin 5.8., 10.8., 31.8.: verified on 5.11., 10.11., 30.11.
    # (31.8. and three months: November has 30 days), each + 30 days: 5.12., 10.12., 30.12.: 1 000, 1 000, 520.55.
    # Floor 0. Promised 40 a year: 40 × 92 ÷ 365 = 10.0822, two were sent: 8.0822 × 100 = 808.22, on 31.12. + 30 = 30.1.
    # 20.10. is verified on 20.1. in the next contract year, due 19.2.: 1 000.
    # 15.6. was verified on 15.9., before the first month, and is due on 15.10.: 1 000, outside the cap of these days.
    # 15.12. → 15.3. → 14.4., after the horizon: later 1 000. The contract year 2027 ends after it: not settled.
    due, later = billed(
        OutcomeBased(**terms(30), **RESULTS, cap=figure(10_000, "€/year"),
                     minimum=figure(40, "participants/year"), shortfall=figure(100, "€/participant")),
        ("2026-05-01", "2026-06-10", True, "2026-06-15"),
        ("2026-07-01", "2026-08-01", True, "2026-08-05"), ("2026-07-01", "2026-08-01", True, "2026-08-10"),
        ("2026-07-01", "2026-08-01", True, "2026-08-31"), ("2026-10-02", "2026-10-19", True, "2026-10-20"),
        ("2026-11-02", "2026-12-14", True, "2026-12-15"), ("2027-01-04", "2027-02-14", False, None))
    assert due == {("2026-10", "outcomes"): 1000, ("2026-12", "outcomes"): 2520.55, ("2027-01", "settlement"): 808.22,
                   ("2027-02", "outcomes"): 1000}
    assert later == {"outcomes": 1000}


def test_a_floor_is_settled_at_the_end_of_a_contract_year_that_is_none_of_the_calendars():
    # From 1.11.2026, two years; months to 12/2028. One outcome, begun 1.12.2026, verified 1.3.2027, due 31.3.: 1 000.
    # Floor 3 000: on 31.10.2027 + 30 = 30.11.2027: 2 000. Second year: none verified within it, 3 000 × 1.10 (its first
    # day is 1.11.2027), on 30.11.2028: 3 300. An outcome of 15.9.2028, verified 15.12.2028, after the contract, is paid
    # (14.1.2029, later) and lowers no floor: tariff 1 000 × 1.20.
    due, later = billed(
        OutcomeBased(**terms(30, indexed=True, start="2026-11-01", end="2028-10-31"), **RESULTS,
                     floor=figure(3000, "€/year")),
        ("2026-11-10", "2026-11-20", True, "2026-12-01"), ("2028-08-01", "2028-09-01", True, "2028-09-15"), months=27)
    assert due == {("2027-03", "outcomes"): 1100, ("2027-11", "settlement"): 1900, ("2028-11", "settlement"): 3300}
    assert later == {"outcomes": 1200}


def test_a_cap_that_is_reached_pays_the_rest_of_the_year_nothing_and_the_next_year_again():
    # Contract from 1.10.2026, cap 2 500: verified 1.12., 1.1., 1.2. (2 500 in all), 1.3. nothing; 1.10.2027 again.
    rows = [("2026-10-01", "2026-10-02", True, day) for day in ("2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01",
                                                               "2027-09-01")]
    due, later = billed(OutcomeBased(**terms(0, start="2026-10-01"), **{**RESULTS, "evidence": figure(1, "months")},
                                     cap=figure(2500, "€/year")), *rows, months=14)
    assert due == {("2026-12", "outcomes"): 1000, ("2027-01", "outcomes"): 1000, ("2027-02", "outcomes"): 500,
                   ("2027-10", "outcomes"): 1000}
    assert not later


def test_a_grant_is_paid_by_its_instalments():
    # 31.12.2026 + 14 days: 14.1.2027, at the price of 2026; 20.3.2027 + 14: 3.4., after the horizon, at 1.10.
    # 20.9.2026 + 14: 4.10.; 1.6.2026 was paid before; 1.4.2027 lies after the horizon.
    days = ("2026-06-01", "2026-09-20", "2026-12-31", "2027-03-20", "2027-04-01")
    grant = Grant(**terms(14, indexed=True), instalments=[
        {"date": date.fromisoformat(day), **figure(5000, "€")} for day in days])
    due, later = billed(grant)
    assert due == {("2026-10", "instalments"): 5000, ("2027-01", "instalments"): 5000}
    assert later == {"instalments": 5500}


def test_an_indexed_contract_without_a_price_level_is_told():
    contract = UnitPrice(**terms(30, indexed=True), price=figure(500, "€/participant"))
    with pytest.raises(ValueError, match="no price level of 2027"):
        bills([contract], episodes(("2027-01-05", "2027-01-06", True, None)), FIRST, 6, {2026: 1.0})


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(-60, 210), st.floats(0, 130), st.integers(0, 1)), max_size=25), st.integers(0, 70))
def test_days_are_those_of_a_slow_loop_over_each_day(rows, payable):
    price, months = 17.25, 7
    contracts = [UnitPrice(**terms(payable, indexed=True), price=figure(price, "€/participant-day")),
                 UnitPrice(**terms(payable), price=figure(price, "€/participant-day"))]
    start = np.array([row[0] for row in rows])
    log = Episodes(np.array([row[2] for row in rows], int), start, start + np.array([row[1] for row in rows]),
                   np.zeros(len(rows), bool), np.full(len(rows), np.nan))
    found = bills(contracts, log, FIRST, months, LEVELS)

    slow = np.zeros((months + 1, 2))
    horizon = day_number("2027-05-01") - ORIGIN
    for begins, lasts, place in rows:
        for day in range(-61, horizon):
            today = date_of(ORIGIN + day)
            if begins <= day < begins + lasts and today.weekday() < 5:
                closes = day_number(f"{today:%Y-%m}-01") + [31, 29 if today.year % 4 == 0 else 28, 31, 30, 31, 30, 31,
                                                           31, 30, 31, 30, 31][today.month - 1] - 1
                due = date_of(closes + payable)
                month = due.year * 12 + due.month - 1 - FIRST
                if month >= 0:
                    slow[min(month, months), place] += price * (LEVELS[today.year] if place == 0 else 1.0)
    line = LINES.index("days")
    assert found.euros[:, :, line] == pytest.approx(slow[:months], abs=0.006)
    assert found.later[:, line] == pytest.approx(slow[months], abs=0.006)
    assert found.euros.sum() == pytest.approx(found.euros[:, :, line].sum())


def test_a_bill_does_not_depend_on_who_else_is_billed(catalogue_of_lahti):
    contracts = list(catalogue_of_lahti.all.values())
    chance = np.random.default_rng(5)
    count = 4000
    start = chance.uniform(-100, 800, count)
    log = Episodes(chance.integers(0, len(contracts), count), start, start + chance.gamma(2, 60, count),
                   chance.uniform(size=count) < 0.8,
                   np.where(chance.uniform(size=count) < 0.3, start + chance.gamma(2, 60, count), np.nan))
    levels = dict.fromkeys(range(2025, 2032), 1.0)
    together = bills(contracts, log, FIRST, 30, levels)
    assert together.euros.shape == (30, len(contracts), len(LINES)) and (together.euros >= 0).all()
    assert (together.euros == together.euros.round(2)).all()
    order = chance.permutation(count)
    shuffled = Episodes(*(getattr(log, name)[order] for name in ("contract", "start", "end", "completed", "outcome")))
    assert (bills(contracts, shuffled, FIRST, 30, levels).euros == together.euros).all()
    for place in (1, 4, len(contracts) - 2):
        rows = log.contract == place
        alone = Episodes(np.zeros(rows.sum(), int), log.start[rows], log.end[rows], log.completed[rows],
                         log.outcome[rows])
        single = bills([contracts[place]], alone, FIRST, 30, levels)
        assert (single.euros[:, 0] == together.euros[:, place]).all()


@pytest.fixture(scope="module")
def catalogue_of_lahti() -> Contracts:
    area, catalogue = read_area("lahti", data_root()), read_catalogue(data_root())
    return completed(read_contracts(area, catalogue), read_subsidies(area, catalogue, load_law()), catalogue,
                     read_integration(area))


def test_fewer_outcomes_are_billed_by_the_same_tariff_cap_and_promise():
    # Two outcomes of 5. and 6.10., verified in January, due in February: 1 000 each. Promised 10.0822 to the end of
    # 2026 (as above), two were sent: 808.22; half of them: 9.0822 × 100 = 908.22. Under a cap of 1 500 a tenth fewer
    # outcomes cost the same.
    def contract(cap):
        return OutcomeBased(**terms(30), **RESULTS, cap=figure(cap, "€/year"),
                            minimum=figure(40, "participants/year"), shortfall=figure(100, "€/participant"))

    rows = (("2026-10-02", "2026-10-04", True, "2026-10-05"), ("2026-10-02", "2026-10-04", True, "2026-10-06"))

    def due(cap=10_000, **scaled):
        found, later = billed(contract(cap), *rows, scaled=Scaled(**scaled))
        assert not later
        return found

    assert due() == {("2027-01", "settlement"): 808.22, ("2027-02", "outcomes"): 2000}
    assert due(outcomes=0.9) == {("2027-01", "settlement"): 808.22, ("2027-02", "outcomes"): 1800}
    assert due(volume=0.5) == {("2027-01", "settlement"): 908.22, ("2027-02", "outcomes"): 1000}
    for outcomes, euros in ((1, 1500), (0.9, 1500), (0.5, 1000)):
        assert due(cap=1500, outcomes=outcomes)["2027-02", "outcomes"] == euros


def test_fewer_participants_are_billed_by_the_start_and_by_the_day_and_those_inside_before_stay():
    # Two starts since 1.10. at 700 and one before it, of which only its days are billed, at 10 a Monday-to-Friday day:
    # October: 1.-9.10. of the one inside since September, 7 days; 5.-9.10. of one who started on 5.10., 5 days.
    def unit(price):
        return UnitPrice(**terms(0), price=price)

    rows = (("2026-09-01", "2026-10-10", True, None), ("2026-10-05", "2026-10-10", True, None))
    half = Scaled(volume=0.5)
    assert billed(unit(figure(700, "€/participant")), *rows[1:], scaled=half)[0] == {("2026-10", "starts"): 350}
    assert billed(unit(figure(10, "€/participant-day")), *rows)[0] == {("2026-10", "days"): 120}
    assert billed(unit(figure(10, "€/participant-day")), *rows, scaled=half)[0] == {("2026-10", "days"): 95}
