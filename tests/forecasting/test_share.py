"""The share of a local series: hand cases, and that its uncertainty adds to the national one as independent ones do."""

import numpy as np
import pandas as pd
import pytest

from forecasting.series import KINDS
from forecasting.share import fit_share, parts
from forecasting.shock import measured_shock, with_shock
from sources.errors import InputError

AHEAD = 24


@pytest.fixture(scope="module")
def local(unemployed) -> pd.Series:
    return unemployed.astype(float).rename("unemployed:Town")


@pytest.fixture(scope="module")
def country(local) -> pd.Series:
    """Ten times the town a year smoother: the town's share of it varies."""
    return (10 * local.rolling(12, min_periods=1).mean()).rename("unemployed:Land")


@pytest.fixture(scope="module")
def model(local, country):
    return fit_share(local, country, horizon=AHEAD)


def test_a_constant_share_is_exact_whatever_the_national_path(local):
    model = fit_share(0.03 * local, local, horizon=AHEAD)
    path = np.linspace(5000, 9000, AHEAD)
    np.testing.assert_allclose(model.forecast(path).to_numpy(), np.outer(0.03 * path, np.ones(7)))
    np.testing.assert_allclose(model.sample(path, range(3), seed=1), np.tile(0.03 * path, (3, 1)))


def test_shares_of_two_parts_of_one_share_each_add_up_to_the_country(local):
    path = np.linspace(5000, 9000, AHEAD)
    towns = [fit_share(share * local, local, horizon=AHEAD).forecast(path)[0.5] for share in (0.25, 0.75)]
    np.testing.assert_allclose(sum(towns), path)


def test_a_national_path_twice_as_high_doubles_the_forecast_and_its_interval(model):
    path = np.full(AHEAD, 80_000.0)
    np.testing.assert_allclose(model.forecast(2 * path), 2 * model.forecast(path))


def test_each_draw_is_its_national_path_times_its_share(model):
    national = np.exp(np.random.default_rng(2).normal(11, 0.2, (50, AHEAD)))
    drawn = model.sample(national, range(50), seed=1)
    np.testing.assert_allclose(drawn / national, model.shares(AHEAD, range(50), seed=1))
    np.testing.assert_allclose(model.sample(national[7:9], [7, 8], seed=1), drawn[7:9])


def test_variances_of_independent_parts_add_up_to_the_joint_one(model):
    # a random walk whose log has a standard deviation of 0.1 sqrt(h) after h months
    steps = np.random.default_rng(2).normal(0, 0.1, (4000, AHEAD))
    national = 80_000 * np.exp(steps.cumsum(axis=1))
    told = parts(national, model.shares(AHEAD, range(4000), seed=1)).set_index("horizon")
    assert told.index.tolist() == [3, 12, 24]
    np.testing.assert_allclose(told["national"], 0.1 * np.sqrt([3, 12, 24]), rtol=0.04)
    np.testing.assert_allclose(told["joint"]**2, told["national"]**2 + told["share"]**2, rtol=0.06)


def test_a_certain_path_has_no_part_in_the_uncertainty(model):
    told = parts(np.full((200, AHEAD), 80_000.0), model.shares(AHEAD, range(200), seed=1))
    np.testing.assert_allclose(told["of_national"], 0, atol=1e-12)
    np.testing.assert_allclose(told["joint"], told["share"])


def test_only_months_that_both_know_count(local, country):
    model = fit_share(local, country.iloc[:-6], horizon=AHEAD)
    assert model.last == local.index[-7]
    with pytest.raises(InputError, match="no month in common"):
        fit_share(local, country.set_axis(country.index + 1200), horizon=AHEAD)
    with pytest.raises(InputError, match="month 2010-01: is not positive"):
        fit_share(local, country * (np.arange(len(country)) > 0), horizon=AHEAD)


def test_past_errors_of_other_areas_stretch_the_shares_interval_and_its_own_do_not(local, country, model):
    # all others' errors were 1.5 standard scores: so far reaches the interval of 80 %, instead of 1.28
    past = pd.DataFrame({"series": ["Other"] * 80 + ["Town"] * 80, "origin": local.index[60], "horizon": 1,
                         "score": [1.5] * 80 + [30.0] * 80})
    stretched = fit_share(local, country, horizon=AHEAD, errors=past).share
    scores = np.full((1, AHEAD), 1.5)
    np.testing.assert_allclose(stretched.quantiles(AHEAD, [0.9])[0.9], np.exp(model.share.uncalibrated(scores))[0])
    np.testing.assert_allclose(stretched.quantiles(AHEAD, [0.5]), model.share.quantiles(AHEAD, [0.5]))


def test_the_shock_of_the_pandemic_is_read_off_the_series(unemployed):
    # 3/2020 was 9 131 and 4/2020 12 269; a year before, 7 405 and 7 246, and the series had been level: a forecast
    # within 4 % of those gives 1.19 to 1.28 and 1.63 to 1.76
    shock = measured_shock(unemployed, KINDS["stock"], pd.Period("2020-03", "M"), pd.Period("2020-04", "M"))
    assert 1.19 < shock[0] < 1.28
    assert 1.63 < shock[1] < 1.76
    with pytest.raises(InputError, match="month 2020-05: of the shock is not observed"):
        measured_shock(unemployed, KINDS["stock"], pd.Period("2020-03", "M"), pd.Period("2020-06", "M"))


def test_a_shock_multiplies_its_months_and_no_others():
    months = pd.period_range("2027-01", periods=4, freq="M")
    shaken = with_shock(np.full((2, 4), 100.0), months, np.array([1.5, 1.2]), months[1])
    np.testing.assert_allclose(shaken, [[100, 150, 120, 100]] * 2)
    np.testing.assert_allclose(with_shock(np.full(4, 100.0), months, np.array([1.5, 1.2]), months[3]),
                               [100, 100, 100, 150])
    with pytest.raises(InputError, match="start 2028-01: is outside the path"):
        with_shock(np.full(4, 100.0), months, np.array([1.5]), pd.Period("2028-01", "M"))
