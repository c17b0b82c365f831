"""Exit hazards from aggregates: against populations whose hazard is known, and against published figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import AGE_GROUPS
from sim.clients.hazards import TOLD_APART, WEEKS_PER_MONTH, exit_hazards, stock_hazards, survival_hazards
from sources.statfin import read_duration_stock, read_survival

STEADY = pd.period_range("2017-01", "2019-12", freq="M")

# data/statfin/hameenlinna_virta_yli_1_3_6_12kk_2015M01_2020M06.csv, mean of 2017-2019: share of new spells that last
# over so many months. Statistics Finland, employment service statistics (CC BY 4.0).
PUBLISHED_SURVIVAL = {1: 0.729, 3: 0.442, 6: 0.249, 12: 0.117}

# The same where hazards change with calendar months. Bands have 0.3161, 0.2502, 0.1913 and 0.1259 a month. Months of
# spell have their means over durations from k - 1/2 to k + 1/2: 0.3161, 0.2832, 0.2502, 0.2208, 0.1913, 0.1913, 0.1586,
# then 0.1259, and about 0.111 in month 12. Who begins at b of a month has served (1 - b) h0 + h1 + ... + b hm after m
# months: exp(-0.3161) mean(exp(0.0329 b)) = 0.7411, exp(-0.8495) mean(exp(0.0953 b)) = 0.4487,
# exp(-1.4527) mean(exp(0.1575 b)) = 0.2534, exp(-2.2407) mean(exp(0.2051 b)) = 0.1181.
SURVIVAL_BY_CALENDAR_MONTHS = {1: 0.7411, 3: 0.4487, 6: 0.2534, 12: 0.1181}

# Monthly exit probability between the middles (months) of neighbouring duration classes, Hämeenlinna, mean 2017-2019:
# by age, (middle of the first class, of the second, probability). From Statistics Finland's stock table, worked out
# apart from this code (derived_hameenlinna_monthly_exit_hazard_from_stock_2017_2019.csv, kk_a, kk_b, kk_hasardi).
DERIVED = {
    "all": [(2.5, 4.6, 0.125), (4.6, 7.7, 0.162), (7.7, 10.7, 0.118), (10.7, 15.2, 0.080), (15.2, 21.2, 0.066),
            (21.2, 30.1, 0.057), (30.1, 42.1, 0.040), (42.1, 54.1, 0.033)],
    "15-24": [(2.5, 4.6, 0.238), (4.6, 7.7, 0.248), (7.7, 10.7, 0.200), (10.7, 15.2, 0.163), (15.2, 21.2, 0.130),
              (21.2, 30.1, 0.109)],
    "25-49": [(2.5, 4.6, 0.111), (4.6, 7.7, 0.163), (7.7, 10.7, 0.128), (10.7, 15.2, 0.087), (15.2, 21.2, 0.081),
              (21.2, 30.1, 0.068), (30.1, 42.1, 0.058), (42.1, 54.1, 0.046)],
    "50+": [(2.5, 4.6, 0.060), (4.6, 7.7, 0.116), (7.7, 10.7, 0.076), (10.7, 15.2, 0.056), (15.2, 21.2, 0.041),
            (21.2, 30.1, 0.043), (30.1, 42.1, 0.027), (42.1, 54.1, 0.028)],
}
CLASSES = [0, 1, 3, 5, 9, 13, 27, 40, 53, 79, 105, 157, 209, 261]  # weeks at which the published classes begin


@pytest.fixture(scope="module")
def survival(area):
    return read_survival(area.survival).loc["2017-01":"2019-12"]


@pytest.fixture(scope="module")
def stock(area):
    table = read_duration_stock(area.duration, area.hazard_area)
    return table[table["month"].isin(STEADY)]


@pytest.fixture(scope="module")
def table(survival, stock, assumed):
    return exit_hazards(survival, stock, assumed.arrivals.age.array)


def steady_stock(hazard, edges, ages=("all",)):
    """The stock under a monthly hazard that has always been the same: the integral of survival in each class."""
    months = np.asarray(edges) / WEEKS_PER_MONTH
    people = -np.diff(np.exp(-hazard * months)) / hazard * 1e6
    return pd.DataFrame([(age, lower, upper, month, count) for age in ages for month in STEADY
                         for lower, upper, count in zip(edges[:-1], edges[1:], people, strict=True)],
                        columns=["age", "lower_week", "upper_week", "month", "unemployed"])


@given(st.floats(0.01, 1.5))
def test_exponential_survival_gives_back_its_hazard(hazard):
    shares = pd.DataFrame({m: np.exp(-hazard * m) * np.ones(3) for m in (1, 3, 6, 12)})
    edges, found = survival_hazards(shares)
    assert edges.tolist() == [0, 1, 3, 6, 12]
    assert found == pytest.approx(hazard)


@given(st.floats(0.01, 0.5), st.integers(1, 30))
def test_the_steady_stock_of_a_constant_hazard_gives_it_back_where_classes_are_equally_wide(hazard, weeks):
    at, found = stock_hazards(steady_stock(hazard, np.arange(8.0) * weeks), "all")
    assert found == pytest.approx(hazard, rel=1e-6)
    assert at == pytest.approx(np.arange(1, 7) * weeks / WEEKS_PER_MONTH)


@pytest.mark.parametrize("hazard", [0.03, 0.05])
def test_the_published_classes_give_a_hazard_as_after_a_year_back_within_three_percent(hazard):
    _, found = stock_hazards(steady_stock(hazard, CLASSES), "all")
    assert found == pytest.approx(hazard, rel=0.03)  # survival curves inside a class, most in the widest


def test_a_population_of_one_hazard_gives_it_in_every_month_of_spell():
    hazard = 0.12
    shares = pd.DataFrame({m: [np.exp(-hazard * m)] for m in (1, 3, 6, 12)})
    stock = steady_stock(hazard, np.arange(0.0, 300, 4), ("all", "15-24", "25-49", "50+"))
    whole = exit_hazards(shares, stock, mix=np.array([0.2, 0.5, 0.3]))
    assert whole.shape == (3, TOLD_APART + 1)
    assert whole == pytest.approx(hazard, rel=1e-6)


def test_groups_that_survive_together_as_told_get_back_each_its_own_hazard():
    """A closed form: the survival of a mix of three groups, each with a hazard that never changes."""
    hazards, mix = np.array([0.25, 0.1, 0.04]), np.array([0.2, 0.5, 0.3])
    shares = pd.DataFrame({m: [mix @ np.exp(-hazards * m)] for m in (1, 3, 6, 12)})
    stocks = zip((0.1, *hazards), ("all", *AGE_GROUPS), strict=True)
    stock = pd.concat([steady_stock(hazard, np.arange(0.0, 300, 4), (age,)) for hazard, age in stocks])
    assert exit_hazards(shares, stock, mix) == pytest.approx(np.outer(hazards, np.ones(TOLD_APART + 1)), rel=1e-6)


@pytest.mark.parametrize("age", DERIVED)
def test_hazards_from_the_stock_are_those_worked_out_apart_from_it(stock, age):
    at, hazard = stock_hazards(stock, age)
    first = np.argmin(np.abs(at - 3.56))  # between classes 9-12 and 13-26 weeks
    derived = np.array(DERIVED[age])
    used = slice(first, first + len(derived))
    assert at[used] == pytest.approx(derived[:, :2].mean(axis=1), abs=0.06)
    assert 1 - np.exp(-hazard[used]) == pytest.approx(derived[:, 2], abs=0.0011)


def test_hazards_of_the_first_year_are_those_of_the_published_survival_shares(survival):
    shares = np.array([1.0, *PUBLISHED_SURVIVAL.values()])
    assert survival.mean().to_numpy() == pytest.approx(shares[1:], abs=0.0005)
    _, hazard = survival_hazards(survival)
    by_month = 1 - np.exp(-hazard)
    assert by_month == pytest.approx([0.27, 0.22, 0.17, 0.12], abs=0.005)  # reference figures, Hämeenlinna 2017-2019


@pytest.mark.parametrize(
    ("row", "at_13_18_26_36_48"),
    [
        (0, (0.16, 0.13, 0.11, None, None)),
        (1, (0.087, 0.081, 0.068, 0.058, 0.046)),
        (2, (0.056, 0.041, 0.043, 0.027, 0.028)),
    ],
)
def test_the_table_beyond_a_year_is_the_published_exit_probability_by_age(table, row, at_13_18_26_36_48):
    for month, published in zip((13, 18, 26, 36, 48), at_13_18_26_36_48, strict=True):
        if published is not None:
            assert 1 - np.exp(-table[row, month]) == pytest.approx(published, abs=0.004)


def test_new_clients_of_all_ages_survive_as_published(table, assumed):
    """Spells begin evenly over a month, ages mixed as among new clients."""
    begun = (np.arange(1000) + 0.5) / 1000
    for month, published in SURVIVAL_BY_CALENDAR_MONTHS.items():
        served = (1 - begun) * table[:, :1] + table[:, 1:month].sum(axis=1, keepdims=True) + begun * table[:, [month]]
        share = np.array(assumed.arrivals.age.value) @ np.exp(-served).mean(axis=1)
        assert share == pytest.approx(published, abs=0.0015)


def test_the_young_leave_fastest_and_those_over_fifty_slowest_at_every_duration(table):
    assert (table > 0).all()
    assert (np.diff(table, axis=0) < 0).all()
