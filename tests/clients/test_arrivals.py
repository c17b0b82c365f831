"""New clients: their number, their days and their shares, against the distributions the assumptions state."""

import numpy as np
import pytest

from sim.clients.arrivals import arrivals, expected_arrivals
from sim.clients.clients import AGE_GROUPS, State
from sim.law.benefits import Entitlement
from sim.law.loader import NewEntitlement

EDGES = [0.0, 31.0, 59.0, 90.0]
EXPECTED = np.array([20.0, 5.0, 45.0])
WAITING_DAYS = 7
BRINGS = NewEntitlement(WAITING_DAYS, short_history=300, long_history=400, senior=500)


@pytest.fixture(scope="module")
def many(assumed):
    """A hundred thousand new clients in one month."""
    return arrivals(np.array([100_000.0]), [0.0, 31.0], assumed.arrivals, BRINGS, seed=3, replication=0)


@pytest.fixture(scope="module")
def counts(assumed):
    """Arrivals by month in a thousand replications, (replications, months)."""
    return np.array([np.bincount(arrivals(EXPECTED, EDGES, assumed.arrivals, BRINGS, 5, r).cohort, minlength=3)
                     for r in range(1000)])


def assert_share(mask, share):
    """Within four standard errors of a binomial share."""
    assert abs(mask.mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(mask))


def test_counts_by_month_have_the_expected_mean(counts):
    assert (np.abs(counts.mean(axis=0) - EXPECTED) <= 4 * np.sqrt(EXPECTED / len(counts))).all()


def test_counts_have_the_variance_of_a_poisson_number(counts):
    error = EXPECTED * np.sqrt(2 / (len(counts) - 1) + 1 / (len(counts) * EXPECTED))  # of its sample variance
    assert (np.abs(counts.var(axis=0, ddof=1) - EXPECTED) <= 4 * error).all()


def test_the_probability_of_each_count_is_that_of_a_poisson_number(counts):
    share, error = (counts[:, 1] == 0).mean(), np.sqrt(np.exp(-5) / len(counts))
    assert abs(share - np.exp(-5)) <= 4 * error  # P(0) with mean 5
    assert abs((counts[:, 1] == 4).mean() - 0.175467) <= 4 * np.sqrt(0.1755 * 0.8245 / len(counts))  # 5⁴ e⁻⁵ / 4!


def test_months_are_independent(counts):
    correlation = np.corrcoef(counts.T)[np.triu_indices(3, 1)]
    assert (np.abs(correlation) <= 4 / np.sqrt(len(counts))).all()


def test_a_month_without_expected_arrivals_has_none(assumed):
    who = arrivals(np.array([10.0, 0.0, 10.0]), EDGES, assumed.arrivals, BRINGS, 1, 0)
    assert set(who.cohort.tolist()) == {0, 2}


def test_clients_enter_in_the_month_of_their_cohort_and_evenly_over_it(assumed, many):
    who = arrivals(EXPECTED * 100, EDGES, assumed.arrivals, BRINGS, 1, 0)
    edges = np.array(EDGES)
    assert ((edges[who.cohort] <= who.enters) & (who.enters < edges[who.cohort + 1])).all()
    ordered = np.sort(many.enters) / 31
    distance = np.abs(ordered - (np.arange(len(ordered)) + 0.5) / len(ordered)).max()
    assert distance <= 1.95 / np.sqrt(len(ordered))  # Kolmogorov's bound of one in a thousand


def test_newcomers_begin_a_first_spell_with_their_waiting_days_before_them(many):
    assert (many.state == State.UNEMPLOYED).all() and (many.since == many.enters).all()
    assert (many.counter == -WAITING_DAYS).all()
    assert not many.clock.any() and not many.work_days.any()
    assert many.newly_unemployed.all()


def test_shares_of_segments_are_those_assumed(assumed, many):
    for age, share in enumerate(assumed.arrivals.age.value):
        assert_share(many.age == age, share)
    assert_share(many.foreign_language, assumed.arrivals.foreign_language.value)
    assert_share(many.reduced_ability, assumed.arrivals.reduced_ability.value)


def test_flags_overlap_as_chance_has_it(assumed, many):
    both = assumed.arrivals.foreign_language.value * assumed.arrivals.reduced_ability.value
    assert_share(many.foreign_language & many.reduced_ability, both)
    assert_share((many.age == 2) & many.foreign_language,
                 assumed.arrivals.age.value[2] * assumed.arrivals.foreign_language.value)


def test_entitlements_by_age_are_those_assumed(assumed, many):
    for age in range(len(AGE_GROUPS)):
        held = many.entitlement[many.age == age]
        fund, basic = assumed.arrivals.earnings_related.value[age], assumed.arrivals.basic.value
        assert_share(held == Entitlement.EARNINGS_RELATED, fund)
        assert_share(held == Entitlement.BASIC, basic)
        assert_share(held == Entitlement.LABOUR_MARKET, 1 - fund - basic)


def test_maximum_days_are_300_after_a_short_history_500_for_most_of_the_oldest_and_else_400(assumed, many):
    oldest = many.age == 2
    assert set(np.unique(many.maximum_days[oldest]).tolist()) == {400, 500}
    assert set(np.unique(many.maximum_days[~oldest]).tolist()) == {300, 400}
    assert_share(many.maximum_days[oldest] == 500, assumed.arrivals.maximum_500.value)
    assert_share(many.maximum_days[~oldest] == 300, assumed.arrivals.maximum_300.value)


def test_ages_in_years_are_even_over_the_age_group_and_those_with_500_days_are_58_to_62(many):
    years = (many.enters - many.born) / 365.25
    spans = [(15, 25, many.age == 0), (25, 50, many.age == 1), (50, 58, (many.age == 2) & (many.maximum_days == 400)),
             (58, 63, many.maximum_days == 500)]
    for low, high, who in spans:
        place = np.sort((years[who] - low) / (high - low))
        assert place[0] >= 0 and place[-1] < 1 + 0.01  # births are whole days
        distance = np.abs(place - (np.arange(len(place)) + 0.5) / len(place)).max()
        assert distance <= 1.95 / np.sqrt(len(place)) + 1 / 365  # Kolmogorov's bound of one in a thousand


def test_more_expected_arrivals_add_clients_and_change_no_one(assumed):
    few = arrivals(EXPECTED, EDGES, assumed.arrivals, BRINGS, 9, 2)
    more = arrivals(EXPECTED * 1.5, EDGES, assumed.arrivals, BRINGS, 9, 2)
    assert len(more) > len(few)
    for month in range(3):
        old, new = few.take(few.cohort == month), more.take(more.cohort == month)
        kept = new.take(np.arange(len(old)))
        for column in vars(old):
            assert getattr(kept, column).tobytes() == getattr(old, column).tobytes()


def test_months_added_to_the_window_change_no_one_in_it(assumed):
    short = arrivals(EXPECTED[:2], EDGES[:3], assumed.arrivals, BRINGS, 9, 2)
    long = arrivals(EXPECTED, EDGES, assumed.arrivals, BRINGS, 9, 2)
    assert long.enters[: len(short)].tobytes() == short.enters.tobytes()


def test_another_seed_and_another_replication_are_other_people(assumed):
    first, second, third = (arrivals(EXPECTED, EDGES, assumed.arrivals, BRINGS, *key).enters
                            for key in ((9, 2), (9, 3), (8, 2)))
    assert not set(first) & set(second) and not set(first) & set(third)


def test_expected_arrivals_stand_for_as_many_as_are_expected_each_month(assumed):
    clients, weights = expected_arrivals(EXPECTED, EDGES, assumed.arrivals, BRINGS)
    assert np.bincount(clients.cohort, weights) == pytest.approx(EXPECTED)
    assert (np.searchsorted(EDGES, clients.enters, side="right") - 1 == clients.cohort).all()


def test_expected_arrivals_have_the_stated_shares(assumed):
    clients, weights = expected_arrivals(np.full(12, 50.0), [30.0 * month for month in range(13)], assumed.arrivals,
                                         BRINGS)
    who = assumed.arrivals
    shares = np.bincount(clients.age, weights) / 600
    assert shares == pytest.approx(who.age.array, abs=0.002)
    for mask, share in ((clients.foreign_language, who.foreign_language),
                        (clients.reduced_ability, who.reduced_ability),
                        (clients.entitlement == Entitlement.BASIC, who.basic),
                        (clients.entitlement == Entitlement.EARNINGS_RELATED, who.member_share)):
        assert mask @ weights / 600 == pytest.approx(float(share), abs=0.004)
    senior = clients.maximum_days == BRINGS.senior
    assert senior @ weights / 600 == pytest.approx(float(who.maximum_500) * who.age.array[-1], abs=0.004)
