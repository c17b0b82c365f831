"""Further topics of the law against the law reference: what held on the day before and on the day of a change."""

from datetime import date

import pytest

from sim.law import load_law
from sim.law.calendar import day_number
from sim.law.listing import differences, in_force, plain


@pytest.fixture(scope="module")
def law():
    return load_law()


def value(law, name, day):
    """The plain value of *name* on a day, None where it is not in force."""
    held = [entry for entry in law.evidence() if entry.name == name and in_force(entry, date.fromisoformat(day))]
    return plain(held[0].value) if held else None


CHANGES = {  # name: last day of the old value, old, first day of the new value, new; sections 1 to 5 of the reference
    "adjusted_benefit.protected_earnings": ("2024-03-31", 300, "2024-04-01", 0),
    "adjusted_benefit.deducted_share": ("2024-03-31", 0.5, "2024-04-01", 0.5),
    "supplements.service_increase": ("2024-12-31", 5.29, "2025-01-01", None),
    "supplements.living_with_parents": ("2024-12-31", 0.5, "2025-01-01", 0.35),
    "supplements.other_income_limit": ("2026-04-30", None, "2026-05-01", 311),
    "subsidised_work.pay_subsidy": ("2024-09-01", {"share": 0.75, "after_months": 0},
                                    "2024-09-02", {"share": 0, "after_months": 0}),
    "subsidised_work.pay_subsidy_exceptions": ("2024-09-01", None, "2024-09-02", {"share": 0.75, "after_months": 10}),
    "subsidised_work.full_month_wage": ("2024-09-01", None, "2024-09-02", 930),
    "subsidised_work.half_month_wage": ("2024-09-01", None, "2024-09-02", 465),
    "subsidised_work.municipal_employment_duty": ("2024-09-01", True, "2024-09-02", False),
    "sanctions.first_suspension": ("2026-02-28", 0, "2026-03-01", 7),
    "sanctions.second_suspension": ("2026-02-28", 7, "2026-03-01", None),
    "sanctions.third_suspension": ("2026-02-28", 14, "2026-03-01", None),
    "sanctions.work_obligation": ("2026-02-28", 12, "2026-03-01", 6),
    "sanctions.work_obligation_after": ("2026-02-28", 4, "2026-03-01", 2),
    "meetings.initial_interview_within": ("2025-12-31", 5, "2026-01-01", 10),
    "meetings.supplementary_every": ("2025-12-31", 2, "2026-01-01", None),
    "meetings.supplementary_for": ("2025-12-31", 3, "2026-01-01", None),
    "meetings.discussion_every": ("2025-12-31", 3, "2026-01-01", 3),
    "meetings.supplementary_each_half_year": ("2025-12-31", 2, "2026-01-01", 0),
    "meetings.profile_duty": ("2026-08-31", False, "2026-09-01", True),
    "compensation.national_amount": ("2024-12-31", None, "2025-01-01", 216e6),
    "integration.compensation_under_7": ("2024-12-31", 6503, "2025-01-01", None),
    "integration.compensation_7_or_older": ("2024-12-31", 1955, "2025-01-01", None),
    "integration.period": ("2024-12-31", 3, "2025-01-01", 2),
    "earnings_related.step_down": ("2024-09-01", None, "2024-09-02",
                                   {"after_days": [40, 170], "shares": [0.8, 0.75]}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_values_around_the_day_of_change(law, name):
    last, old, first, new = CHANGES[name]
    assert (value(law, name, last), value(law, name, first)) == (old, new)


def test_meetings_by_either_law(law):
    """Section 5 of the reference."""
    assert law.meetings(date(2025, 12, 31)) == (5, 3, 2, 3, 2)
    assert law.meetings(day_number("2026-01-01")) == (10, 3, None, None, 0)
    assert law.meetings(date(2026, 1, 1)).supplementary_every is None


def test_contacts_are_in_use_and_cut_no_price(law):
    assert set(law.contacts.values()) <= set(law.values())
    assert not any(period.inert for course in law.contacts.values() for period in course.periods)
    assert law.changes(day_number("2025-12-01"), day_number("2026-02-01")) == []


def test_values_of_2026(law):
    found = {name: value(law, name, "2026-06-01") for name in (
        "layoffs.earnings_related_charged", "layoffs.additional_days_charged", "compensation.base_year",
        "subsidies.pay_subsidy_50.cap", "subsidies.pay_subsidy_70.cap", "subsidies.pay_subsidy_100.cap",
        "subsidies.start_up_grant", "subsidies.start_up_grant_duration", "subsidies.expense_compensation",
        "subsidies.expense_compensation_far", "billing.due_day")}
    assert list(found.values()) == [False, False, 2023, 1260, 1770, 2020, 37.21, 12, 9, 18, 28]


@pytest.mark.parametrize(("born", "age"), [(1957, 61), (1960, 61), (1961, 62), (1963, 63), (1964, 64), (1965, None)])
def test_additional_days_by_year_of_birth(law, born, age):
    cohorts = value(law, "earnings_related.additional_days", "2026-06-01")
    ages = [cohort["age"] for cohort in cohorts if cohort["born"][0] <= born <= cohort["born"][1]]
    assert ages == ([] if age is None else [age])


def test_the_start_up_grant_is_the_basic_amount(law):
    assert value(law, "subsidies.start_up_grant", "2026-06-01") == law.basic_amount.on(date(2026, 6, 1))


def test_what_is_not_used_says_why_and_moves_nothing(law):
    unused = [period for course in law.unused for period in course.periods]
    assert unused and all(period.inert for period in unused)
    # sanctions change on 1 March and the profile duty on 1 September 2026: no period of a run is cut there
    assert law.changes(day_number("2025-12-31"), day_number("2026-12-31")) == [day_number("2026-05-01")]


def test_what_is_in_force_from_2025_and_used_by_a_run_is_not_inert(law):
    """Histories tell more apart than a run: lay-offs, subsidised work, both counters, invoices; a draft waits."""
    histories = {"counted_days", "support_amount", "invoice_lag", "earnings_related_charged", "kela_benefits_charged",
                 "pay_subsidy", "pay_subsidy_exceptions"}
    for course in law.values():
        for period in course.periods:
            unmoved = period.last < day_number("2025-01-01") or course.key in histories
            assert bool(period.inert) == unmoved, (course.key, period.first)


def test_differences_name_what_begins_ends_and_changes(law):
    pairs = {pair.name: pair for pair in differences(law, date(2026, 2, 28), date(2026, 3, 1))}
    assert set(pairs) == {"sanctions.first_suspension", "sanctions.second_suspension", "sanctions.third_suspension",
                          "sanctions.work_obligation", "sanctions.work_obligation_after"}
    assert pairs["sanctions.third_suspension"].after is None


def test_every_entry_knows_its_line(law):
    for course in (*law.values(), *law.unused):
        lines = course.path.read_text("utf-8").splitlines()
        for period in course.periods:
            assert lines[period.line - 1].strip().startswith("- from: ")
