"""Who may be referred to what, who waits for whom, and when courses start: small tables by hand."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import Clients, State
from sim.law.benefits import Entitlement
from sim.law.calendar import date_of, day_number
from sim.services.catalogue import CourseMonths, read_catalogue
from sim.services.referral import course_starts, group_members, referral_weights, thresholds, waiting_ranks
from sources.errors import InputError


@dataclass(frozen=True)
class Traits:
    limited: np.ndarray
    integration: np.ndarray
    starter: np.ndarray
    young: np.ndarray
    under30: np.ndarray


def people(*rows):
    """Clients and traits from (age in years at entry, months unemployed, entitlement, names of further flags)."""
    ages, months, entitlements, flags = zip(*rows, strict=True)
    count = len(rows)
    none, enters = np.zeros(count), np.full(count, 10.0)

    def has(name):
        return np.array([name in each for each in flags])

    columns = dict.fromkeys(Clients.__dataclass_fields__, none) | {
        "enters": enters, "since": enters - np.array(months) * 30.5, "born": enters - np.array(ages) * 365.25,
        "state": np.full(count, State.UNEMPLOYED),
        "entitlement": np.array([Entitlement[each] for each in entitlements]),
        "foreign_language": has("foreign_language"), "reduced_ability": has("reduced_ability")}
    years = np.array(ages)
    return Clients(**columns), Traits(has("limited"), has("integration"), has("starter"), years < 25, years < 30)


def test_weights_by_age_group_and_entitlement(catalogue):
    rows = [(24.5, 1, "BASIC", ()), (40, 14, "LABOUR_MARKET", ("reduced_ability", "limited")),
            (64.9, 30, "EARNINGS_RELATED", ("starter",)), (65.1, 30, "LABOUR_MARKET", ()),
            (30, 5, "LABOUR_MARKET", ("integration",))]
    keys = ["job_coaching", "change_security_training", "start_up_grant", "integration_training", "rehabilitative_work",
            "pay_subsidy_70", "work_trial"]
    found = referral_weights(catalogue, keys, *people(*rows))
    assert found.tolist() == [
        [1, 0, 0, 0, 0, 0, 2],             # young: twice the work trials
        [1.5 ** 3, 0, 0, 0, 2, 1, 1],      # coaching by need: long-term, reduced ability, limited
        [1.5, 1, 1, 0, 0, 0, 1],           # 64 to the day before turning 65
        [0, 0, 0, 0, 0, 0, 0],             # too old for everything
        [1, 0, 0, 1, 1, 0, 1],
    ]


@given(st.lists(st.tuples(st.floats(16, 70), st.floats(0, 60), st.sampled_from([each.name for each in Entitlement]),
                          st.sets(st.sampled_from(["limited", "integration", "starter", "reduced_ability",
                                                   "foreign_language"]))), min_size=2, max_size=6))
def test_a_client_s_weights_and_ranks_hang_on_nobody_else(catalogue, rows):
    keys = [key for key, service in catalogue.services.items() if service.participation]
    weights, ranks = (of(catalogue, keys, *people(*rows)) for of in (referral_weights, waiting_ranks))
    assert weights.shape == ranks.shape == (len(rows), len(keys)) and (weights >= 0).all()
    assert (referral_weights(catalogue, keys, *people(rows[0])) == weights[:1]).all()
    assert (waiting_ranks(catalogue, keys, *people(rows[0])) == ranks[:1]).all()


def test_groups_are_those_at_entry(catalogue):
    members = group_members(*people((20, 1, "BASIC", ()), (40, 11, "BASIC", ()), (40, 13, "BASIC", ())))
    assert {name: who.tolist() for name, who in members.items() if who.any()} == {
        "young": [True, False, False], "under30": [True, False, False], "newly_unemployed": [True, False, False],
        "long_term": [False, False, True]}


def test_the_first_group_of_the_priority_decides(catalogue):
    # job-search coaching: young, then newly unemployed, then all others; no order for training
    ranks = waiting_ranks(catalogue, ["job_search_coaching", "labour_market_training"], *people(
        (20, 1, "BASIC", ()), (20, 8, "BASIC", ()), (40, 1, "BASIC", ()), (40, 8, "BASIC", ())))
    assert ranks.T.tolist() == [[0, 0, 1, 2], [0, 0, 0, 0]]


def test_thresholds_are_the_catalogue_s(catalogue):
    found = thresholds(catalogue, ["pay_subsidy_50", "municipal_supplement", "work_trial"])
    assert found.months.tolist() == [6, 0, 0] and found.paid_days.tolist() == [0, 100, 0]
    with pytest.raises(ValueError, match="nobody is in interviews"):
        thresholds(catalogue, ["interviews"])


def step(since, months):
    return CourseMonths.model_validate({"from": date.fromisoformat(since), "value": months, "unit": "months",
                                        "source": "x", "status": "estimate"})


def test_courses_start_every_so_many_months_until_the_next_step():
    # from 15.1. every 3 months: 1.2., 1.5., (1.8. is after the change of 15.6.); then each month from 1.7.
    found = course_starts([step("2026-01-15", 3), step("2026-06-15", 1)], day_number("2026-02-02"),
                          day_number("2026-09-01"))
    assert [date_of(day).isoformat() for day in found] == ["2026-05-01", "2026-07-01", "2026-08-01"]
    assert len(course_starts([step("2026-01-01", 1)], day_number("2026-01-01"), day_number("2028-01-01"))) == 24
    assert len(course_starts([step("2027-01-01", 1)], day_number("2026-01-01"), day_number("2026-07-01"))) == 0


@pytest.mark.parametrize(("old", "new", "said"), [
    ("priority: [young, newly_unemployed]", "priority: [yuong]", ["priority", "write young"]),
    ("{value: 1.5, unit: factor", "{value: 1.5, unit: points", ["weights.newly_unemployed.unit", "'points'"]),
    ("          newly_unemployed: {value: 1.5", "          newly_unemployd: {value: 1.5", ["newly_unemployd"]),
    ("value: 1, unit: months, source: \"courses", "value: 0, unit: months, source: \"courses", ["starts_every"]),
    ("{value: 1.5, unit: factor, source: \"the service", "{value: 1.5, unit: factor, source: \"\", x: \"",
     ["weights"]),
])
def test_a_spoilt_referral_is_told(spoilt, old, new, said):
    root, line = spoilt(old, new)
    with pytest.raises(InputError) as fault:
        read_catalogue(root)
    assert all(word in str(fault.value) for word in [*said, f"line {line}", "Mend: "]), str(fault.value)
