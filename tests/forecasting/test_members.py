"""Every member against statsmodels' own figures, and each of its known defects seen to be avoided.

Defects by number, as measured with statsmodels 0.15.0: 1 Theta's variance; 2 ``simulate(random_state=…)`` fails; 3
``simulate(anchor=None)`` of a differenced model starts from the diffuse prior; 4 searches of orders stop at poor
optima; 5 an unbounded damped trend explodes after a jump; 6 warnings are turned on at import.
"""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.members import MEMBERS, UNSEASONAL, Ahead
from forecasting.members.airline import ORDERS, airline
from forecasting.members.base import state_space_ahead
from forecasting.members.smoothing import TREND_BOUNDS, best_smoothing, smoothing
from forecasting.members.structural import fill_gaps, structural
from forecasting.members.theta import one_month_errors, theta

HORIZON = 24
ALL = {**MEMBERS, **UNSEASONAL}


@pytest.fixture(scope="module")
def logs(unemployed) -> np.ndarray:
    """Up to February 2020, the last month before the pandemic."""
    return np.log(unemployed.to_numpy(float)[:-2])


@pytest.fixture(scope="module")
def shocked(unemployed) -> np.ndarray:
    return np.log(unemployed.to_numpy(float))


@pytest.fixture(scope="module")
def ahead(logs) -> dict[str, Ahead]:
    return {name: member(logs, HORIZON) for name, member in ALL.items()}


@pytest.mark.parametrize("name", ALL)
def test_months_hang_on_earlier_ones_only_and_spread_grows(name, ahead):
    member = ahead[name]
    assert (np.triu(member.root, 1) == 0).all()
    assert (np.diff(member.sd) > 0).all()
    assert 0.005 < member.sd[0] < 0.06  # months changed by 2–4 % beyond the season


@pytest.mark.parametrize("name", ALL)
def test_a_longer_horizon_continues_a_shorter(name, logs, ahead):
    shorter = ALL[name](logs, 10)
    np.testing.assert_allclose(shorter.mean, ahead[name].mean[:10], rtol=1e-10)
    np.testing.assert_allclose(shorter.root, ahead[name].root[:10, :10], atol=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_sampled_paths_have_the_members_mean_spread_and_correlation(name, ahead):
    member, draws = ahead[name], 20_000
    paths = member.paths(np.random.default_rng(1).standard_normal((draws, HORIZON)))
    assert (np.abs(paths.mean(axis=0) - member.mean) < 5 * member.sd / np.sqrt(draws)).all()
    assert (np.abs(paths.std(axis=0) / member.sd - 1) < 5 / np.sqrt(2 * draws)).all()
    assert np.corrcoef(paths[:, 11], paths[:, 12])[0, 1] > 0.8


def test_state_space_months_are_get_forecast_and_simulate_from_the_end(logs):
    """Defects 2 and 3: ``rng`` and anchor="end" give what we read off the matrices; without anchor paths are wild."""
    for result in (SARIMAX(logs, **ORDERS, concentrate_scale=True).fit(disp=False),
                   UnobservedComponents(logs, level="llevel", seasonal=12).fit(disp=False)):
        ours, theirs = state_space_ahead(result, HORIZON), result.get_forecast(HORIZON)
        np.testing.assert_allclose(ours.mean, theirs.predicted_mean, rtol=1e-9)
        np.testing.assert_allclose(ours.sd, theirs.se_mean, rtol=1e-6)
        paths = result.simulate(HORIZON, anchor="end", repetitions=4000, rng=np.random.default_rng(5))
        sampled = np.asarray(paths).reshape(HORIZON, -1)
        assert (np.abs(sampled.std(axis=1) / ours.sd - 1) < 0.06).all()
        correlation = (ours.root @ ours.root.T)[3, 20] / ours.sd[3] / ours.sd[20]
        assert np.corrcoef(sampled)[3, 20] == pytest.approx(correlation, abs=0.05)
    loose = SARIMAX(logs, **ORDERS).fit(disp=False).simulate(HORIZON, repetitions=50, rng=np.random.default_rng(5))
    assert np.asarray(loose).std() > 100


def test_airlines_fast_fit_is_as_likely_as_the_default_fit(logs):
    """Defect 4 does not touch a model of fixed orders: both ways of fitting it end at the same likelihood."""
    quick = SARIMAX(logs, **ORDERS, simple_differencing=True, concentrate_scale=True).fit(disp=False)
    default = SARIMAX(logs, **ORDERS).fit(disp=False)
    assert quick.llf == pytest.approx(default.llf, abs=1.0)
    ours = airline(logs, HORIZON)
    np.testing.assert_allclose(ours.mean, default.get_forecast(HORIZON).predicted_mean, atol=0.01)


def test_smoothing_is_statsmodels_forecast_with_its_interval(logs):
    dated = pd.Series(logs, pd.period_range("2010-01", periods=len(logs), freq="M"))  # its intervals need an index
    form, result = best_smoothing(dated, seasonal="add", seasonal_periods=12)
    first = len(logs)
    theirs = result.get_prediction(start=first, end=first + HORIZON - 1)
    ours = smoothing(logs, HORIZON)
    assert form in ("none", "damped")
    np.testing.assert_allclose(ours.mean, theirs.predicted_mean, rtol=1e-9)
    np.testing.assert_allclose(ours.sd**2, theirs.var_pred_mean, rtol=1e-6)


def test_trend_is_capped_after_the_jump_of_2020_where_an_unbounded_one_explodes(shocked):
    """Defect 5: 12 269 unemployed in April 2020, after 9 131 and 7 693."""
    free = ETSModel(shocked, error="add", trend="add", damped_trend=True, seasonal="add",
                    seasonal_periods=12).fit(disp=False)
    form, capped = best_smoothing(shocked, seasonal="add", seasonal_periods=12)
    fitted = dict(zip(capped.model.param_names, capped.params, strict=True))
    if form == "damped":
        for name, (low, high) in TREND_BOUNDS.items():
            assert low - 1e-9 <= fitted[name] <= high + 1e-9
    assert np.exp(smoothing(shocked, HORIZON).mean.max()) < 30_000
    assert np.exp(np.max(free.forecast(HORIZON))) > np.exp(smoothing(shocked, HORIZON).mean.max())


def test_theta_has_the_variance_of_its_own_errors(logs):
    """Defect 1: σ² (1 + (h − 1) α²), by simulating the method forward; statsmodels' interval is far too wide."""
    season = seasonal_decompose(logs, period=12).seasonal
    slope, alpha = ThetaModel(logs - season, deseasonalize=False).fit().params
    sigma = np.sqrt(np.mean(one_month_errors(logs - season, slope, alpha) ** 2))
    shocks = sigma * np.random.default_rng(3).standard_normal((40_000, HORIZON))
    level, sampled = np.zeros(len(shocks)), np.empty_like(shocks)
    for month in range(HORIZON):  # observe, then move the level: the recursion itself
        sampled[:, month] = level + shocks[:, month]
        level = level + alpha * shocks[:, month]
    ours = theta(logs, HORIZON)
    np.testing.assert_allclose(ours.sd, sampled.std(axis=0), rtol=0.02)
    theirs = ThetaModel(logs, period=12, use_test=False, method="additive").fit().prediction_intervals(HORIZON)
    width = (theirs["upper"] - theirs["lower"]).to_numpy() / (2 * 1.959964)
    assert width[11] > 1.3 * ours.sd[11]


def test_theta_errors_are_those_of_forecasting_each_month_from_the_months_before(logs):
    """Level 5, then 6 and 4 with α = 0.5, slope 2: drifts 1 · (1 − 0.5) / 0.5 = 1 and (1 − 0.25) / 0.5 = 1.5.

    Errors 6 − 5 − 1 = 0, then level 5.5 and 4 − 5.5 − 1.5 = −3.
    """
    assert one_month_errors(np.array([5.0, 6.0, 4.0]), 2.0, 0.5).tolist() == [0.0, -3.0]


def test_structural_forecast_is_a_line_with_a_season(logs):
    change = np.diff(structural(logs, 36).mean.reshape(3, 12), axis=0)
    np.testing.assert_allclose(change, change[0, 0], atol=1e-6)


def test_nowcast_of_missing_months_is_close_to_what_they_were(logs):
    holes = logs.copy()
    holes[[60, 61, 100]] = np.nan
    found = fill_gaps(holes)
    np.testing.assert_allclose(found[[60, 61, 100]], logs[[60, 61, 100]], atol=0.05)
    kept = np.setdiff1d(np.arange(len(logs)), [60, 61, 100])
    assert (found[kept] == logs[kept]).all()


def test_no_warning_of_statsmodels_reaches_the_user(unemployed):
    """Defect 6."""
    from forecasting.model import fit_series
    from forecasting.series import KINDS, prepared

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit_series(prepared(unemployed.astype(float), KINDS["stock"]))
    assert [str(each.message) for each in caught] == []
