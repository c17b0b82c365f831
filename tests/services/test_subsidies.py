"""Lahti's subsidies, the law's caps on them, take-up in closed form, and places from procurement by hand."""

import shutil
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.law import load_law
from sim.law.calendar import day_number
from sim.services.contracts import CONTRACTS, read_contracts
from sim.services.integration import read_integration
from sim.services.procurement import Procurement
from sim.services.subsidies import SUBSIDIES, TakeUp, accrual, completed, read_subsidies
from sources.area import data_root, read_area
from sources.errors import InputError

ROOT = data_root()
KNOWN = {"source": "x", "status": "estimate"}
NEW_YEAR = day_number("2026-01-01")


def figure(value, unit, **more):
    return {"value": value, "unit": unit, **KNOWN, **more}


@pytest.fixture(scope="module")
def law():
    return load_law()


@pytest.fixture(scope="module")
def subsidies(catalogue, law):
    return read_subsidies(read_area("lahti", ROOT), catalogue, law)


@pytest.fixture
def spoil(tmp_path, catalogue, law):
    """Function (*changes) → what Lahti's files of subsidies and contracts say with the first of each text replaced."""
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))

    def read(*changes, file=SUBSIDIES):
        path = tmp_path / "lahti" / file
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        area = read_area("lahti", tmp_path)
        return completed(read_contracts(area, catalogue), read_subsidies(area, catalogue, law), catalogue,
                     read_integration(area))
    return read


def test_today_s_take_up_is_one_exactly_and_lengths_are_today_s(subsidies):
    assert all(each.take_up_factor(NEW_YEAR) == 1.0 and each.length_factor(NEW_YEAR) == 1.0
               for each in subsidies.services.values())


def test_lahti_lisa_has_the_rules_of_the_city(subsidies, catalogue):
    # lahti.md section 3: from 100 paid days, at most 6 months and 1 260 €/month, once a person
    granted = subsidies.services["municipal_supplement"]
    inside = catalogue.services["municipal_supplement"].participation
    assert (float(granted.amount[0]), float(granted.months[0])) == (1260, 6)
    assert (inside.eligibility.paid_days, inside.referral.once, inside.benefit) == (100, True, "paused")
    assert 3 <= float(inside.duration.mean) <= 6


def take_up(by_amount, by_months):
    measured = {"evidence": "judgement", "range": [0, 5]}
    return TakeUp(amount=figure(1000, "€/month"), months=figure(5, "months"),
                  by_amount=figure(by_amount, "elasticity", **measured),
                  by_months=figure(by_months, "elasticity", **measured))


def test_take_up_by_hand():
    # twice the amount by an elasticity of 1 is twice as many; four times the months by 0.5 is twice as many
    assert take_up(1, 0.5).factor(2000, 20) == pytest.approx(4)
    assert take_up(0, 0).factor(10, 1) == 1
    assert take_up(1, 0.5).factor(0, 5) == 0


@given(st.floats(0, 3), st.floats(0, 3), st.floats(1, 5000), st.floats(1, 5000), st.floats(1, 24))
def test_more_euros_never_mean_fewer_takers(by_amount, by_months, amount, other, months):
    factor = take_up(by_amount, by_months).factor
    assert factor(1000, 5) == 1.0
    assert factor(min(amount, other), months) <= factor(max(amount, other), months)


def test_a_raise_of_lahti_lisa_draws_more_from_its_day_on(subsidies):
    granted = subsidies.services["municipal_supplement"]
    more = granted.amount[0].model_copy(update={"since": date(2027, 1, 1), "value": 1575.0})
    granted = granted.model_copy(update={"amount": [*granted.amount, more]})
    assert granted.take_up_factor(day_number("2026-12-31")) == 1
    assert granted.take_up_factor(day_number("2027-01-01")) == pytest.approx(1.25)  # elasticity 1


@pytest.mark.parametrize(("key", "day", "expected"), [  # law.md section 3.4
    ("pay_subsidy_50", "2024-09-01", (0.75, 0)), ("pay_subsidy_50", "2024-09-02", (0, 0)),
    ("pay_subsidy_70", "2024-09-01", (0.75, 0)), ("pay_subsidy_70", "2024-09-02", (0.75, 10)),
    ("pay_subsidy_60", "2026-06-01", (0.75, 10)), ("start_up_grant", "2026-06-01", (0, 0)),
    ("municipal_supplement", "2026-06-01", (1, 0)),  # an ordinary job without pay subsidy
])
def test_what_subsidised_work_adds_to_the_work_condition_by_date(subsidies, law, key, day, expected):
    found = accrual(subsidies.services[key].accrues, law, day_number(day))
    assert (found.share, found.after_months) == expected


def procurement(clause):
    amount = [{"from": date(2026, 1, 1), **figure(0, "€/month")}]
    category = {"title": "t", "volume": [{"from": date(2026, 1, 1), **figure(60e6, "€/year")}], "clause": clause,
                "per_client": figure(1e6, "€/client", range=[1, 1e7]), "compliance": figure(0.8, "share")}
    return Procurement(amount=amount, accrues="full", qualifying=figure(0.9, "share"),
                       categories={"building": category})


def test_places_from_procurement_by_hand(catalogue):
    # 60 M€ × 25 % under the clause ÷ 1 M€ a client × 0.8 = 12 clients a year, × 8 months ÷ 12 = 8 places; at half, 16
    clause = [{"from": date.fromisoformat(day), **figure(share, "share")}
              for day, share in (("2026-01-01", 0), ("2026-07-01", 0.25), ("2027-01-01", 0.5))]
    places = procurement(clause).places(catalogue, date(2026, 3, 1))
    assert [(each.since.isoformat(), each.value) for each in places] == [
        ("2026-03-01", 0), ("2026-07-01", 8), ("2027-01-01", 16)]


CLAUSE = "clause: &none_yet [{from: 2026-01-01, value: "
TERM = "value: 8, unit: months, source: \"5 to 10 months (law.md section 6, recalled)\", status: estimate"


def test_contracts_get_amounts_and_places(spoil):
    contracts = spoil((f"{CLAUSE}0,", f"{CLAUSE}0.2,"))
    # (80 ÷ 1 + 70 ÷ 0.75) M€ × 20 % × 0.7 compliance = 24.3 clients a year, × 8 ÷ 12 = 16.2
    assert contracts.places("procurement_employment", date(2026, 9, 1)) == 16
    assert [float(each) for each in contracts.subsidy["lahti_supplement"].amounts] == [1260]
    assert all(each.amounts for each in contracts.subsidy.values())


@pytest.mark.parametrize(("old", "new", "said"), [
    ("status: estimate, range: [870, 1260]}]", "status: estimate}, {from: 2027-01-01, value: 1261, unit: €/month, "
     "source: x, status: estimate}]", ["services.pay_subsidy_50.amount, from 2027-01-01, line 14",
                                       "1261 €/month is more", "pay_subsidy_50.cap, 1260", "write at most 1260"]),
    ("value: 8, unit: months", "value: 11, unit: months", ["outside its range"]),
    (f"{TERM}, range: [5, 10]", "value: 11, unit: months, source: x, status: estimate",
     ["services.pay_subsidy_50.months", "11 months is more than the law's pay_subsidy_50.duration, 10"]),
    ("value: 37.21, unit: €/day", "value: 800, unit: €/month", ["is in €/month and the law's start_up_grant in €/day"]),
    ("cap: pay_subsidy_50.cap", "cap: pay_subsidy_5O.cap", ["services.pay_subsidy_50.cap, line 11",
                                                            "write pay_subsidy_50.cap"]),
    ("  pay_subsidy_60:", "  pay_subsidi_60:", ["services.pay_subsidi_60", "write pay_subsidy_60"]),
    ("  pay_subsidy_60:", "  work_trial:", ["services.work_trial", "is no subsidised work"]),
    ("  municipal_supplement:", "  employment_subsidy_60:", ["is no subsidised work"]),
    ("elasticity, source: \"none seen\"", "elasticity, source: \" \"", ["without a source"]),
    ("accrues: pay_subsidy\n", "accrues: pay_subsidi\n", ["write pay_subsidy"]),
    (f"{CLAUSE}0,", f"{CLAUSE}1.5,", ["clause"]),
    (f"{CLAUSE}0, unit: share", f"{CLAUSE}0, unit: per cent", ["clause", "'per cent'"]),
    ("per_client: {value: 1000000,", "per_client: {value: 0,", ["per_client"]),
])
def test_a_spoilt_file_of_subsidies_is_told(spoil, old, new, said):
    with pytest.raises(InputError) as fault:
        spoil((old, new))
    assert all(word in str(fault.value) for word in [*said, SUBSIDIES, "Mend: "]), str(fault.value)


def test_steps_out_of_order_are_told(spoil):
    step = "{from: 2025-06-01, value: 6, unit: months, source: x, status: estimate}"
    with pytest.raises(InputError, match="do not rise"):
        spoil(("range: [3, 6]}]", f"range: [3, 6]}}, {step}]"))


STEP = "[{from: 2026-01-01, value: 3, source: x, status: estimate, unit: "


@pytest.mark.parametrize(("old", "new", "said"), [
    ("service: municipal_supplement", "service: self_motivated_study", "has no self_motivated_study"),
    ("title: Lahti-lisä\n", f"title: Lahti-lisä\n    amounts: {STEP}€/month}}]\n", "stand in subsidies.yaml"),
    ("service: procurement_employment\n", f"service: procurement_employment\n    places: {STEP}places}}]\n",
     "follow from the volume of procurement"),
])
def test_a_contract_of_a_subsidy_needs_amounts_from_the_one_place(spoil, old, new, said):
    with pytest.raises(InputError, match=said):
        spoil((old, new), file=CONTRACTS)


def test_a_municipality_without_subsidies_is_told_only_when_asked(tmp_path, catalogue, law):
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))
    (tmp_path / "lahti" / SUBSIDIES).unlink()
    with pytest.raises(InputError, match="Lahti has no file of its subsidies"):
        read_subsidies(read_area("lahti", tmp_path), catalogue, law)


def test_no_figure_is_without_source_and_estimates_of_effects_have_a_range(subsidies):
    figures = subsidies.figures()
    assert len({name for name, _ in figures}) == len(figures)
    assert all(each.source.strip() for _, each in figures)
    assert all(each.range for name, each in figures if name.endswith(("deadweight", "by_amount", "by_months")))
