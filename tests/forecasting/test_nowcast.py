"""The nowcast of the unemployed: what a random walk's bridge must be, quoted counts left out, past years."""

import numpy as np
import pandas as pd
import pytest

from forecasting.nowcast import nowcast, unemployed_series
from forecasting.nowcast_backtest import errors_by_band, left_out, past_origins
from forecasting.scores import LEVELS
from scenarios.series import known_of_unemployed
from sources.area import data_root
from sources.errors import InputError

STEP = 0.03  # standard deviation of the walk of the log ratio
MONTHS = 480


@pytest.fixture(scope="module")
def known():
    return known_of_unemployed(data_root(), "lahti")


def walk(seed: int = 5, months: int = MONTHS) -> tuple[pd.Series, pd.Series]:
    """Unemployed and recipients of forty years, whose log ratio walks and has a season of ± 0.1."""
    index = pd.period_range("1980-01", periods=months, freq="M")
    steps = STEP * np.random.default_rng(seed).standard_normal(months)
    ratio = np.exp(steps.cumsum() + 0.1 * np.cos(np.arange(months) * np.pi / 6))
    recipients = pd.Series(100_000.0, index)
    return (recipients * ratio).round(), recipients


def spread(table: pd.DataFrame) -> pd.Series:
    """Standard error of the logarithm, from the 95 % interval."""
    return np.log(table[0.975] / table[0.025]) / (2 * 1.959964)


def test_published_months_are_as_published_and_quantiles_never_cross():
    unemployed, recipients = walk()
    table = nowcast(unemployed.iloc[:-24], recipients)
    assert (table.loc[table["origin"] == "statistic", list(LEVELS)].sub(unemployed.iloc[:-24], axis=0) == 0).all().all()
    assert (table["origin"] == "nowcast").sum() == 24
    assert (np.diff(table[list(LEVELS)].iloc[-24:], axis=1) > 0).all()


def test_after_the_end_the_error_grows_as_a_random_walks():
    """sqrt(h) x 0.03 after h months; the season is known from forty years."""
    unemployed, recipients = walk()
    error = spread(nowcast(unemployed.iloc[:-24], recipients).iloc[-24:]).to_numpy()
    np.testing.assert_allclose(error, STEP * np.sqrt(np.arange(1, 25)), rtol=0.12)


def test_between_two_counts_it_is_a_bridge():
    """Five months missing between two known: mean on the straight line, variance s^2 k (6 - k) / 6."""
    unemployed, recipients = walk()
    gap = slice(-7, -2)
    table = nowcast(unemployed.drop(unemployed.index[gap]), recipients)
    k = np.arange(1, 6)
    np.testing.assert_allclose(spread(table.iloc[gap]), STEP * np.sqrt(k * (6 - k) / 6), rtol=0.12)
    season = 0.1 * np.cos(np.arange(MONTHS) * np.pi / 6)
    level = np.log(table[0.5] / recipients) - season
    line = np.interp(k, [0, 6], level.iloc[[-8, -2]])
    np.testing.assert_allclose(level.iloc[gap], line, atol=0.01)


def test_a_count_with_an_error_is_known_within_it_and_an_exact_one_is_kept():
    unemployed, recipients = walk()
    month = unemployed.index[-6]
    points = pd.DataFrame({"unemployed": [90_000.0], "error": [450.0]}, index=[month])
    told = nowcast(unemployed.iloc[:-12], recipients, points).loc[month]
    assert told["origin"] == "press"
    # 0.5 % beside a walk whose error after seven months is 0.08: the count nearly alone decides
    assert np.log(told[0.975] / told[0.025]) / (2 * 1.96) == pytest.approx(0.005, rel=0.02)
    exact = nowcast(unemployed.iloc[:-12], recipients, points.assign(error=0.0)).loc[month]
    assert set(exact[list(LEVELS)]) == {90_000.0}


def test_one_jump_moves_the_level_and_does_not_widen_what_follows():
    unemployed, recipients = walk(months=120)
    plain = spread(nowcast(unemployed.iloc[:-12], recipients)).iloc[-1]
    jumped = unemployed * np.where(np.arange(120) < 60, 1.0, 1.6)
    table = nowcast(jumped.iloc[:-12], recipients)
    assert spread(table).iloc[-1] == pytest.approx(plain, rel=0.15)
    assert table[0.5].iloc[-1] == pytest.approx(1.6 * nowcast(unemployed.iloc[:-12], recipients)[0.5].iloc[-1], rel=0.1)


@pytest.mark.filterwarnings("error")
def test_a_ratio_that_never_moved_stays():
    index = pd.period_range("2018-01", periods=80, freq="M")
    recipients = pd.Series(np.linspace(5000, 6000, 80).round(), index)
    table = nowcast((1.2 * recipients).round().iloc[:60], recipients)
    np.testing.assert_allclose(table[0.5].iloc[60:], 1.2 * recipients.iloc[60:], rtol=1e-3)


# ---- published and quoted counts ----

def test_every_quoted_count_left_out_is_in_its_interval_and_nearer_than_the_yardsticks(known):
    quoted = left_out(known.unemployed, known.recipients, known.points)
    assert quoted["month"].astype(str).tolist() == ["2023-12", "2024-01", "2024-02", "2024-12", "2025-01"]
    assert quoted["actual"].tolist() == [8381, 8265, 8231, 8991, 9033]
    assert quoted["actual"].between(quoted[0.025], quoted[0.975]).all()
    off = {column: (quoted[column] - quoted["actual"]).abs().mean() for column in (0.5, "held", "naive")}
    assert off[0.5] < 0.3 * min(off["held"], off["naive"])


def test_past_years_from_recipients_alone_beat_the_yardsticks_at_every_distance(known):
    made = past_origins(known.unemployed, known.recipients)
    assert made["origin"].astype(str).min() <= "2020-01" and made["horizon"].max() == 24
    origin = made[made["origin"].astype(str) == "2021-10"]
    assert origin["month"].astype(str).iloc[[0, -1]].tolist() == ["2021-11", "2023-10"]
    assert origin["actual"].iloc[-1] == 7211  # table 12r5, October 2023
    errors = errors_by_band(made).set_index(["band", "method"])["error"].unstack()
    assert (errors["nowcast"] < errors["ratio held"]).all()
    assert (errors["nowcast"] < errors["seasonal naive"]).all()


def test_the_series_says_what_each_month_rests_on(known):
    series = unemployed_series(known.name, known.unemployed, known.recipients, known.points)
    assert series["month"].astype(str).iloc[[0, -1]].tolist() == ["2006-01", str(known.recipients.index[-1])]
    assert series["month"].is_unique and series["value"].notna().all()
    by_source = series.groupby("source")["value"]
    assert by_source.size()["statistic"] == len(known.unemployed)
    assert by_source.get_group("press").tolist() == [8381, 8265, 8231, 8991, 9033]


def test_the_two_derived_counts_that_the_statistic_has_agree_to_the_person(known):
    derived = known.points[known.points["error"] > 0]
    both = derived.join(known.unemployed.rename("published"), how="inner")
    assert both.index.astype(str).tolist() == ["2023-01", "2023-02"]
    assert (both["unemployed"] == both["published"]).all()


@pytest.mark.parametrize(("change", "told"), [
    (lambda unemployed, recipients: (unemployed.iloc[:23], recipients), "23 months in common with recipients"),
    (lambda unemployed, recipients: (unemployed * 0, recipients), "is not above 0"),
    (lambda unemployed, recipients: (unemployed, recipients.where(recipients.index != "1990-01", 0.0)),
     "recipients: month 1990-01"),
])
def test_what_cannot_be_nowcast_is_told(change, told):
    with pytest.raises(InputError, match=told):
        nowcast(*change(*walk()))
