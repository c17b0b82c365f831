"""Combination, pull, calibration and bounds against hand-computed cases and each other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from forecasting.calibrate_intervals import COVERAGES, LIMITS, NOMINAL, stretch_nodes, stretched
from forecasting.combine import Combination
from forecasting.guards import sanity_bounds
from forecasting.members import Ahead
from forecasting.model import fit_series
from forecasting.series import KINDS, prepared


def flat(mean: float, sd: float) -> Ahead:
    """A member that says the same of both months, independently."""
    return Ahead(np.full(2, mean), sd * np.eye(2))


@pytest.fixture
def three() -> Combination:
    return Combination({"low": flat(0, 1), "middle": flat(1, 2), "high": flat(5, 1)})


def test_each_quantile_is_the_median_of_the_members(three):
    # score 0: 0, 1, 5 → 1; score 2: 2, 5, 7 → 5; score −2: −2, −3, 3 → −2
    levels = three.levels(np.array([[0.0, 0.0], [2.0, 2.0], [-2.0, -2.0]]))
    assert levels.tolist() == [[1, 1], [5, 5], [-2, -2]]


def test_a_member_that_runs_away_moves_the_median_no_further(three):
    away = Combination({**three.members, "high": flat(1e6, 1)})
    assert away.levels(np.zeros((1, 2))).tolist() == [[1, 1]]


def test_weights_say_how_often_a_member_is_the_median(three):
    # low is the middle one below its crossing with middle at score −1, middle until it meets high at score 4
    weights = three.weights()
    assert sum(weights.values()).tolist() == [1, 1]
    assert weights["high"].tolist() == [0, 0]
    assert 0.2 < weights["low"][0] < 0.3  # scores −2 … −1 of −2 … 2


def test_an_even_number_of_members_shares_the_middle():
    two = Combination({"a": flat(0, 1), "b": flat(2, 1)})
    assert two.levels(np.zeros((1, 2))).tolist() == [[1, 1]]
    assert two.weights()["a"].tolist() == [0.5, 0.5]


def test_scores_of_paths_are_normal_in_each_month_and_correlated_as_the_members_paths():
    walk = Ahead(np.zeros(9), np.tri(9))  # a random walk: months 4 and 9 correlate by sqrt(4 / 9)
    scores = Combination({"walk": walk}).scores_of_paths(
        np.zeros(20_000, int), np.random.default_rng(2).standard_normal((20_000, 9)))
    np.testing.assert_allclose(scores.std(axis=0), 1, atol=0.02)
    assert np.corrcoef(scores[:, 3], scores[:, 8])[0, 1] == pytest.approx(2 / 3, abs=0.02)


def panel(spread: float, **columns) -> pd.DataFrame:
    """Errors whose quantiles are those of a normal distribution of that spread, at horizons 1 and 2."""
    scores = spread * norm.ppf((np.arange(2000) + 0.5) / 2000)
    return pd.DataFrame({"series": "other", "origin": pd.Period("2015-01", "M"), "score": np.tile(scores, 2),
                         "horizon": np.repeat([1, 2], 2000), **columns})


def test_errors_twice_as_wide_stretch_the_interval_twofold():
    nodes = stretch_nodes(panel(2.0), pd.Period("2016-01", "M"), 3, "mine")
    np.testing.assert_allclose(nodes, 2 * np.tile(NOMINAL, (3, 1)), rtol=0.01)  # the third as the second: unknown


def test_calibrated_interval_covers_what_it_says():
    errors = panel(1.7)
    nodes = stretch_nodes(errors, pd.Period("2016-01", "M"), 1, "mine")
    first = errors.loc[errors["horizon"] == 1, "score"].to_numpy()
    for coverage, nominal in zip(COVERAGES, NOMINAL, strict=True):
        end = stretched(np.array([[nominal]]), nodes)[0, 0]
        assert np.mean(np.abs(first) <= end) == pytest.approx(coverage, abs=0.002)


@pytest.mark.parametrize("columns", [{"series": "mine"}, {"origin": pd.Period("2015-12", "M")}])
def test_own_errors_and_errors_not_yet_known_are_left_out(columns):
    nodes = stretch_nodes(panel(2.0, **columns), pd.Period("2015-12", "M"), 2, "mine")
    np.testing.assert_allclose(nodes, np.tile(NOMINAL, (2, 1)))


def test_a_series_of_an_area_is_fitted_without_the_errors_of_that_area(recipients):
    area = recipients.rename("recipients:Town")
    errors = panel(2.0, origin=pd.Period("2000-01", "M"))
    own, others = (fit_series(prepared(area, KINDS["stock"]), 2, errors.assign(series=name))
                   for name in ("Town", "Other"))
    np.testing.assert_allclose(own.nodes, np.tile(NOMINAL, (2, 1)))
    np.testing.assert_allclose(others.nodes, 2 * np.tile(NOMINAL, (2, 1)), rtol=0.01)


def test_no_interval_is_stretched_beyond_its_limits():
    for spread, limit in ((100.0, LIMITS[1]), (0.001, LIMITS[0])):
        nodes = stretch_nodes(panel(spread), pd.Period("2016-01", "M"), 2, "mine")
        np.testing.assert_allclose(nodes, limit * np.tile(NOMINAL, (2, 1)))


@given(st.lists(st.floats(0.1, 6), min_size=3, max_size=3).map(sorted))
def test_stretching_keeps_scores_in_order(nodes):
    scores = np.linspace(-5, 5, 101)[:, None]
    assert (np.diff(stretched(scores, np.array([nodes]))[:, 0]) >= 0).all()


def test_bounds_are_factors_on_the_range_of_ten_years():
    # 30 years at 100, but 10 in the first and 200 in the last: 0.4 · 100 and 2.5 · 200
    values = np.full(360, 100.0)
    values[0], values[-1] = 10, 200
    assert np.exp(sanity_bounds(np.log(values))) == pytest.approx([40, 500])
