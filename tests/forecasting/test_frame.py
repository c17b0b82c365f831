"""The verbs on a tidy frame: what is promised of quantiles and paths, bad input, and the origin of April 2020."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from forecasting.frame import Model, fit, to_total
from forecasting.scores import LEVELS
from forecasting.series import KINDS, LONGEST_GAP
from sources.errors import InputError

EVERYTHING = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def tidy(values, name: str = "stock:Town", first: str = "2015-01") -> pd.DataFrame:
    months = pd.period_range(first, periods=len(values), freq="M")
    return pd.DataFrame({"series": name, "month": months, "value": np.asarray(values, float)})


def seasonal(months: int, level: float = 1000.0, noise: float = 0.03, seed: int = 4) -> np.ndarray:
    shock = noise * np.random.default_rng(seed).standard_normal(months)
    return level * np.exp(0.1 * np.cos(np.arange(months) * np.pi / 6) + shock.cumsum() / 3 + shock)


@pytest.fixture(scope="module")
def errors() -> pd.DataFrame:
    """A panel whose errors are wider than the model's at every horizon."""
    scores = 1.5 * np.random.default_rng(9).standard_normal((200, 24))
    return pd.DataFrame({"series": "other", "origin": pd.Period("2010-01", "M"), "score": scores.ravel(),
                         "horizon": np.tile(np.arange(1, 25), 200)})


@pytest.fixture(scope="module")
def model(recipients, errors) -> Model:
    return fit(recipients.rename("value").rename_axis("month").reset_index().assign(series="recipients:Town"),
               horizon=36, errors=errors)


@pytest.fixture(scope="module")
def april(unemployed) -> Model:
    return fit(unemployed.rename("value").rename_axis("month").reset_index().assign(series="unemployed:Town"))


# ---- quantiles and paths ----

def test_quantiles_never_cross_and_the_band_widens(model):
    table = model.forecast(36)[list(LEVELS)].to_numpy()
    assert (np.diff(table, axis=1) > 0).all()
    assert table[23, -1] - table[23, 0] > table[0, -1] - table[0, 0]


def test_sampled_months_have_the_forecasts_quantiles(model):
    paths = model.sample(36, range(6000), seed=3)["recipients:Town"]
    forecast = model.forecast(36, (0.1, 0.25, 0.5, 0.75, 0.9))
    below = [(paths < forecast[level].to_numpy()).mean(axis=0) for level in (0.1, 0.25, 0.5, 0.75, 0.9)]
    for share, level in zip(below, (0.1, 0.25, 0.5, 0.75, 0.9), strict=True):
        assert (np.abs(share - level) < 5 * np.sqrt(level * (1 - level) / 6000)).all()


def test_months_of_a_path_hang_together(model):
    ranks = np.argsort(np.argsort(model.sample(36, range(3000), seed=3)["recipients:Town"], axis=0), axis=0)
    correlation = np.corrcoef(ranks.T)
    assert correlation[11, 12] > 0.9
    # a random walk's months 1 and 13 correlate by sqrt(1 / 13) = 0.28, months 7 and 13 by 0.73
    assert 0.2 < correlation[0, 12] < 0.5 < correlation[6, 12] < 0.95


def test_same_seed_same_bytes_and_a_draw_does_not_depend_on_the_others(model):
    paths = model.sample(24, range(20), seed=7)["recipients:Town"]
    assert model.sample(24, range(20), seed=7)["recipients:Town"].tobytes() == paths.tobytes()
    assert (model.sample(24, [13], seed=7)["recipients:Town"][0] == paths[13]).all()
    assert (model.sample(12, range(20), seed=7)["recipients:Town"] == paths[:, :12]).all()
    assert (model.sample(24, range(20), seed=8)["recipients:Town"] != paths).any()


def test_pairs_mirror_each_other_about_the_median(model):
    fitted = model.series["recipients:Town"]
    paths = fitted.sample(36, range(40), seed=2, paired=True)
    median = model.forecast(36, (0.5,))[0.5].to_numpy()
    assert ((paths[::2] < median) == (paths[1::2] > median)).all()
    # the second of a pair stands at the mirrored quantile: both scores are found again on the forecast's own quantiles
    assert np.abs(np.mean(paths > median, axis=0) - 0.5).max() == 0


def test_parts_add_up_to_their_total_and_keep_their_shares():
    parts = {"a": np.array([[30.0, 10.0]]), "b": np.array([[70.0, 40.0]])}
    scaled = to_total(parts, np.array([[200.0, 25.0]]))
    assert scaled["a"].tolist() == [[60.0, 5.0]]
    assert scaled["b"].tolist() == [[140.0, 20.0]]


def test_explanation_names_members_weights_and_guards(model):
    why = model.explain()
    weights = why[why["part"] != "guard"]
    assert set(weights["part"]) == {"ets", "theta", "airline", "stl_ets", "structural", "seasonal mean"}
    assert weights["first_year"].sum() == pytest.approx(1)
    assert weights["last_year"].sum() == pytest.approx(1)
    pulled = weights.set_index("part").loc["seasonal mean"]
    assert pulled["last_year"] > pulled["first_year"]
    assert "stretched" in set(why["note"])


# ---- April 2020 ----

def test_from_april_2020_nothing_explodes(april, unemployed):
    """7 693, 9 131 and 12 269 unemployed: an unguarded model has forecast 445 615 from here."""
    table = april.forecast(48)
    ten_years = unemployed.iloc[-120:]
    assert table[0.5].iloc[:24].max() < 2.5 * ten_years.max()
    assert table[0.5].min() > 0.4 * ten_years.min()
    assert table[0.975].max() <= 2.5 * ten_years.max() + 1e-6
    assert table[0.5].iloc[23] < 1.3 * ten_years.max()


def test_a_level_shift_in_the_last_month_is_neither_followed_for_ever_nor_lost():
    values = seasonal(96)
    values[-1] *= 3
    table = fit(tidy(values)).forecast(24)
    assert table[0.5].max() <= 2.5 * values.max()
    assert table[0.975].max() <= 2.5 * values.max() + 1e-6


# ---- working days, missing months ----

def test_euros_follow_the_benefit_days_of_the_month():
    """100 euros a benefit day, with a little noise: February 2027 has 20 such days and March 23."""
    months = pd.period_range("2018-01", "2026-08", freq="M")
    days = np.array([np.busday_count(str(month), str(month + 1)) for month in months])
    values = 100 * days * np.exp(0.001 * np.random.default_rng(1).standard_normal(len(days)))
    frame = pd.DataFrame({"series": "euro:Town", "month": months, "value": values})
    table = fit(frame, KINDS["euro"], horizon=12).forecast(12).set_index("month")[0.5]
    assert table[pd.Period("2027-02", "M")] == pytest.approx(2000, rel=0.01)
    assert table[pd.Period("2027-03", "M")] == pytest.approx(2300, rel=0.01)


def test_missing_months_are_filled_and_named():
    frame = tidy(seasonal(72))
    model = fit(frame.drop(index=[30, 31]))
    notes = dict(model.explain()[["note", "detail"]].to_numpy())
    assert notes["filled"] == "2017-07, 2017-08"
    whole = fit(frame).forecast(12)[0.5].to_numpy()
    np.testing.assert_allclose(model.forecast(12)[0.5], whole, rtol=0.05)


def test_rows_in_any_order_and_empty_ends_change_nothing():
    frame = tidy(seasonal(60))
    padded = pd.concat([frame, tidy([np.nan, np.nan], first="2020-01")])
    shuffled = padded.sample(frac=1, random_state=np.random.default_rng(1).integers(100))
    pd.testing.assert_frame_equal(fit(shuffled).forecast(6), fit(frame).forecast(6))


# ---- bad input: one line, or a stated fallback ----

@pytest.mark.parametrize(("frame", "told"), [
    (tidy(seasonal(60)).drop(columns="value"), "frame: column value: is missing"),
    (tidy([]), "frame: holds no rows"),
    (tidy(seasonal(9)), "series stock:Town: 9 months: are too few"),
    (tidy([*seasonal(40), -1.0]), "series stock:Town: month 2018-05: is -1"),
    (tidy([*seasonal(40), np.inf]), "series stock:Town: month 2018-05: is inf"),
    (tidy([np.nan] * 40), "series stock:Town: column value: is empty throughout"),
    (pd.concat([tidy(seasonal(40)), tidy([5.0])]), "series stock:Town: month 2015-01: stands twice"),
    (tidy(seasonal(60)).drop(index=range(20, 21 + LONGEST_GAP)), "series stock:Town: month 2016-09: is the first of 7"),
    (tidy(seasonal(40)).assign(month="someday"), "frame: column month: holds what is no month"),
    (tidy(seasonal(40)).assign(series=None), "frame: column series: is empty in some row"),
])
def test_what_cannot_be_used_is_told_in_one_line(frame, told):
    with pytest.raises(InputError) as fault:
        fit(frame)
    assert str(fault.value).startswith(told)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(("values", "note", "forecast"), [
    (np.full(60, 40.0), "constant", 40.0), (np.zeros(60), "constant", 0.0)])
def test_a_constant_is_forecast_as_it_is_and_says_so(values, note, forecast):
    model = fit(tidy(values))
    assert note in set(model.explain()["note"])
    np.testing.assert_allclose(model.forecast(24)[list(LEVELS)], forecast)
    np.testing.assert_allclose(model.sample(24, range(3), seed=1)["stock:Town"], forecast)


def test_a_short_series_is_forecast_without_season_and_says_so():
    model = fit(tidy(seasonal(20)))
    assert "unseasonal" in set(model.explain()["note"])
    median = model.forecast(12)[0.5]
    assert np.ptp(median) < 1e-6 * median.mean()


def test_zeros_are_stated_and_forecasts_stay_at_zero_or_above():
    values = np.random.default_rng(8).poisson(1.0, 80).astype(float)
    model = fit(tidy(values))
    assert dict(model.explain()[["note", "detail"]].to_numpy())["zeros"] == str(int((values == 0).sum()))
    assert (model.forecast(24)[list(LEVELS)] >= 0).all().all()


def test_months_may_be_written_in_several_ways():
    frame = tidy(seasonal(48))
    expected = fit(frame).forecast(3)
    for written in (frame["month"].astype(str), frame["month"].dt.to_timestamp(),
                    frame["month"].dt.to_timestamp().dt.strftime("%Y-%m-%d")):
        pd.testing.assert_frame_equal(fit(frame.assign(month=written)).forecast(3), expected)


@settings(max_examples=25, deadline=None, suppress_health_check=EVERYTHING)
@example(values=[0.0] * 11 + [5e-324])  # half of which is no number
@given(values=st.lists(st.one_of(st.floats(0, 1e7), st.sampled_from([0.0, 1.0, 5.0, np.nan, 1e-3])), min_size=1,
                       max_size=60))
def test_whatever_the_values_the_forecast_is_sound_or_the_fault_is_told(values):
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            model = fit(tidy(values), horizon=12)
        except InputError:
            return
    table = model.forecast(12)[list(LEVELS)].to_numpy()
    known = np.array(values)[np.isfinite(values)]
    assert np.isfinite(table).all()
    assert (table >= 0).all()
    assert (np.diff(table, axis=1) >= 0).all()
    assert table.max() <= 2.5 * known.max() + 2  # the sanity bound, and the offset of a series with zeros


@pytest.mark.parametrize(("factor", "acts"), [(0.5, True), (2.0, True), (1.0, False)])
def test_a_level_shift_in_the_last_month_is_told_and_explodes_nothing(recipients, factor, acts):
    """One halved or doubled month is no trend: two years on the median is within the sanity bounds of ten years."""
    shifted = recipients.astype(float)
    shifted.iloc[-1] *= factor
    model = fit(shifted.rename("value").rename_axis("month").reset_index().assign(series="recipients:Town"))
    why = model.explain()
    assert ("jump" in set(why["note"])) == acts
    median = model.forecast(24)[0.5]
    assert median.between(0.4 * shifted.min(), 2.5 * shifted.max()).all()
    assert median.iloc[-1] == pytest.approx(recipients.iloc[-1], rel=0.55)
