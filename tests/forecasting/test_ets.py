"""The exponential-smoothing model against statsmodels' own intervals and closed forms."""

import pickle

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from forecasting.ets import Fitted, fit
from sources.errors import InputError

DRAWS = 4000


@pytest.fixture(scope="module")
def fitted(recipients) -> Fitted:
    return fit(recipients)


@pytest.fixture(scope="module")
def shocked(unemployed) -> Fitted:
    """Fitted on the last month before anyone knew how the pandemic would go: 7 693 → 9 131 → 12 269."""
    return fit(unemployed)


@pytest.fixture(scope="module")
def wild() -> pd.Series:
    """A random walk of 30 % a month, whose only low months lie more than ten years back."""
    steps = 0.3 * np.random.default_rng(5).standard_normal(150)
    level = np.exp(np.cumsum(steps - 0.2 * steps.cumsum() / np.arange(1, 151)))
    level[:10] = 1e-6
    return pd.Series(1000 * level, pd.period_range("2010-01", periods=150, freq="M"), name="wild")


def deviations(fitted: Fitted, horizon: int = 24) -> np.ndarray:
    logs = np.log(fitted.sample(horizon, range(DRAWS), seed=11))
    return logs - logs.mean(axis=0)


# ---- the forecast is the model's own ----

def test_forecast_is_the_interval_of_statsmodels(recipients, fitted):
    logs = np.log(recipients.astype(float))
    result = ETSModel(logs, error="add", seasonal="add", seasonal_periods=12).fit(disp=False)
    frame = result.get_prediction(start=len(logs), end=len(logs) + 35).summary_frame(alpha=0.2)
    ours = fitted.forecast(36, [0.1, 0.5, 0.9])
    assert fitted.trend == "none"
    np.testing.assert_allclose(np.log(ours), frame[["pi_lower", "mean", "pi_upper"]], rtol=1e-6)
    assert ours.index[0] == pd.Period("2026-09", "M")
    assert ours.index[-1] == pd.Period("2029-08", "M")


def test_spread_within_a_year_is_the_closed_form(fitted):
    """Hyndman & Athanasopoulos, 3rd ed., table 8.8, (A,N,A) to twelve months: σ² (1 + α² (h − 1))."""
    normal_90 = 1.2815515655446004
    band = np.log(fitted.forecast(12, [0.5, 0.9]))
    alpha = fitted.parameters["smoothing_level"]
    expected = fitted.sigma * np.sqrt(1 + alpha**2 * np.arange(12))
    np.testing.assert_allclose((band[0.9] - band[0.5]) / normal_90, expected, rtol=1e-6)


@pytest.mark.parametrize("which", ["fitted", "shocked"])
def test_sampled_months_have_the_mean_and_spread_of_the_forecast(which, request):
    model = request.getfixturevalue(which)
    logs = np.log(model.sample(12, range(DRAWS), seed=11))
    band = np.log(model.forecast(12, [0.5, 0.8413447460685429]))
    middle, spread = band.iloc[:, 0].to_numpy(), (band.iloc[:, 1] - band.iloc[:, 0]).to_numpy()
    assert (abs(logs.mean(axis=0) - middle) < 4 * spread / np.sqrt(DRAWS)).all()
    assert (abs(logs.std(axis=0) / spread - 1) < 4 / np.sqrt(2 * DRAWS)).all()


def test_months_of_a_path_hang_together(fitted):
    """A random walk's months h and h + 1 correlate by sqrt(h / (h + 1)); independent months would not at all."""
    paths = deviations(fitted)
    for month in range(1, 11):
        correlation = np.corrcoef(paths[:, month - 1], paths[:, month])[0, 1]
        assert correlation == pytest.approx(np.sqrt(month / (month + 1)), abs=0.05)
        assert correlation > 0.5


def test_known_process_is_recovered():
    """A walk with season made from known numbers gives them back within sampling error."""
    noise = np.random.default_rng(3).standard_normal(240)
    season = 0.05 * np.cos(np.arange(240) * np.pi / 6)
    months = pd.period_range("2000-01", periods=240, freq="M")
    walk = fit(pd.Series(5000 * np.exp(np.cumsum(0.02 * noise) + season), months, name="walk"))
    assert walk.sigma == pytest.approx(0.02, rel=4 / np.sqrt(2 * 240))
    assert walk.parameters["smoothing_level"] > 0.85
    swing = np.log(walk.forecast(12, [0.5]))[0.5]
    assert swing.max() - swing.min() == pytest.approx(0.1, abs=0.03)


def test_units_do_not_matter(recipients, fitted):
    in_thousands = fit(recipients / 1000)
    np.testing.assert_allclose(in_thousands.forecast(24) * 1000, fitted.forecast(24), rtol=2e-3)


# ---- guards ----

def test_april_2020_does_not_explode(unemployed, shocked):
    assert unemployed.index[-1] == pd.Period("2020-04", "M")
    assert shocked.trend == "damped"
    assert 1e-4 <= shocked.parameters["smoothing_trend"] <= 0.1
    assert 0.8 <= shocked.parameters["damping_trend"] <= 0.95
    decade = unemployed.loc["2010-05":]
    median = shocked.forecast(24, [0.5])[0.5]
    assert median.between(0.4 * decade.min(), 2.5 * decade.max()).all()
    assert median.max() < 2 * unemployed.iloc[-1]
    paths = shocked.sample(36, range(500), seed=1)
    assert paths.min() >= 0.4 * decade.min()
    assert paths.max() <= 2.5 * decade.max()


def test_sanity_bounds_hold_ten_years_and_count_what_they_hold(wild):
    model = fit(wild)
    low, high = 0.4 * wild.iloc[30:].min(), 2.5 * wild.iloc[30:].max()
    assert model.bounds == pytest.approx((low, high))
    paths = model.sample(36, range(200), seed=2)
    assert paths.min() == pytest.approx(low)
    assert paths.max() == pytest.approx(high)
    assert model.clipped(paths) == np.isclose(paths, low).sum() + np.isclose(paths, high).sum() > 0
    assert model.clipped(paths[:, :1]) < model.clipped(paths)


@pytest.mark.parametrize("which", ["fitted", "shocked"])
def test_quantiles_never_cross_and_nothing_is_negative(which, request):
    model = request.getfixturevalue(which)
    levels = model.forecast(48, [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]).to_numpy()
    assert (np.diff(levels, axis=1) >= 0).all()
    assert levels.min() > 0
    assert model.sample(48, range(200), seed=3).min() > 0


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda s: s.iloc[:35], ["35 months", "at least 36 months"]),
    (lambda s: s.drop(pd.Period("2020-03", "M")), ["month 2020-03", "is missing"]),
    (lambda s: s.astype(float).where(s.index != pd.Period("2021-07", "M")), ["month 2021-07", "is missing"]),
    (lambda s: s.where(s.index != pd.Period("2019-05", "M"), 0), ["month 2019-05", "is 0"]),
    (lambda s: s.where(s.index != pd.Period("2019-06", "M"), -4), ["month 2019-06", "is -4"]),
    (lambda s: s.iloc[::-1], ["out of order"]),
    (lambda s: pd.concat([s, s.iloc[-1:]]).sort_index(), ["twice"]),
    (lambda s: s.reset_index(drop=True), ["index", "PeriodIndex"]),
    (lambda s: s.iloc[:0], ["0 months"]),
])
def test_a_series_that_cannot_be_fitted_is_refused(recipients, spoil, words):
    with pytest.raises(InputError) as fault:
        fit(spoil(recipients))
    for word in ["series recipients", "Mend:", *words]:
        assert word in str(fault.value)


def test_a_series_without_name_is_refused(recipients):
    with pytest.raises(InputError, match="name"):
        fit(recipients.rename(None))


# ---- keyed draws ----

def test_same_seed_same_paths_and_other_seed_other_paths(recipients, fitted):
    first = fitted.sample(24, range(5), seed=7)
    np.testing.assert_array_equal(first, fit(recipients).sample(24, range(5), seed=7))
    assert (first != fitted.sample(24, range(5), seed=8)).all()


def test_a_draw_does_not_depend_on_the_others_nor_on_the_horizon(fitted):
    hundred = fitted.sample(24, range(100), seed=7)
    np.testing.assert_array_equal(hundred[:20], fitted.sample(24, range(20), seed=7))
    np.testing.assert_array_equal(hundred[[63, 5]], fitted.sample(24, np.array([63, 5]), seed=7))
    np.testing.assert_array_equal(hundred[[42]], fitted.sample(24, [42], seed=7))
    np.testing.assert_array_equal(hundred[:, :6], fitted.sample(6, range(100), seed=7))
    assert len(np.unique(hundred[:, 0])) == 100


def test_a_worker_process_gets_the_same_paths(fitted):
    other = pickle.loads(pickle.dumps(fitted))
    assert other == fitted
    np.testing.assert_array_equal(other.sample(12, [3], seed=1), fitted.sample(12, [3], seed=1))


def test_series_of_different_name_do_not_share_their_luck(recipients, fitted):
    twin = fit(recipients.rename("vacancies"))
    ours, theirs = (np.log(model.sample(1, range(DRAWS), seed=7))[:, 0] for model in (fitted, twin))
    assert abs(np.corrcoef(ours, theirs)[0, 1]) < 4 / np.sqrt(DRAWS)
