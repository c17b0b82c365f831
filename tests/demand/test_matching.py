"""The matching function: its limits, its elasticity by finite difference, and the factor that follows from it."""

from math import inf, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.demand.matching import finding, half_saturation, tightness_factor

tightness = st.floats(1e-3, 1e3)
elasticities = st.floats(0.05, 0.95)


@given(tightness, tightness, tightness)
def test_finding_rises_with_tightness_and_stays_below_one(low, high, half):
    low, high = sorted((low, high))
    assert 0 < finding(low, half) <= finding(high, half) < 1
    assert finding(0.0, half) == 0 and finding(inf, half) == 1
    assert finding(half, half) == 0.5


@given(elasticities, tightness)
def test_elasticity_at_the_reference_is_the_one_asked_for(elasticity, theta):
    half, step = half_saturation(elasticity, theta), 1e-4
    slope = log(finding(theta * (1 + step), half) / finding(theta * (1 - step), half)) / log((1 + step) / (1 - step))
    assert slope == pytest.approx(elasticity, abs=1e-6)


@given(tightness, tightness)
def test_the_factor_is_one_exactly_at_the_reference(theta, half):
    assert tightness_factor(theta, theta, half) == 1.0
    assert tightness_factor(inf, inf, half) == 1.0


@given(tightness, tightness, tightness)
def test_the_factor_lies_between_one_and_the_ratio_of_tightness(theta, reference, half):
    low, high = sorted((1.0, theta / reference))
    assert low * (1 - 1e-12) <= tightness_factor(theta, reference, half) <= high * (1 + 1e-12)


def test_more_searchers_cost_less_where_jobs_are_ample():
    half = half_saturation(0.35, 0.2)
    few, ample = (tightness_factor(theta / 1.1, theta, half) for theta in (0.05, 5.0))
    assert few < 0.94 < 0.99 < ample < 1  # (θ + k) ÷ (θ + 1.1 k): 0.9366 and 0.9979
