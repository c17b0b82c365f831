"""Scores against cases computed by hand."""

import numpy as np
import pandas as pd
import pytest

from forecasting.scores import LEVELS, band_of, interval_score, naive_scales, scored, summary, weighted_interval_score

# one month: 50 % interval 90–110, 80 % 80–120, 95 % 70–130, median 100
CASE = {0.025: 70.0, 0.1: 80.0, 0.25: 90.0, 0.5: 100.0, 0.75: 110.0, 0.9: 120.0, 0.975: 130.0}


def months(*actual: float, **columns) -> pd.DataFrame:
    return pd.DataFrame([{**CASE, "actual": each, "mae_scale": 10.0, "rms_scale": 20.0, "series": "a", "origin": 1,
                          "model": "m", **columns} for each in actual])


def test_interval_score_charges_two_over_alpha_for_a_miss():
    # width 20; 5 beyond the upper end at 80 %: 20 + 2 / 0.2 · 5 = 70; below by 1 at 95 %: 20 + 40
    assert interval_score(np.array([125.0]), np.array([100.0]), np.array([120.0]), 0.8)[0] == pytest.approx(70)
    assert interval_score(np.array([99.0]), np.array([100.0]), np.array([120.0]), 0.95)[0] == pytest.approx(60)


def test_weighted_interval_score_by_hand():
    # actual 125: median's error 25 · 1/2 = 12.5
    # 50 %: (20 + 4 · 15) · 0.25 = 20; 80 %: (40 + 10 · 5) · 0.1 = 9; 95 %: 60 · 0.025 = 1.5; sum 43 over 3.5
    assert weighted_interval_score(np.array([125.0]), months(125.0))[0] == pytest.approx(43 / 3.5)


def test_a_forecast_without_spread_scores_its_absolute_error():
    point = pd.DataFrame([dict.fromkeys(LEVELS, 100.0)])
    assert weighted_interval_score(np.array([117.0]), point)[0] == pytest.approx(17)


def test_weighted_interval_score_is_the_mean_of_doubled_pinball_losses():
    # an identity of Bracher et al. (2021): WIS of K intervals and the median = 2 × mean pinball loss over 2K + 1 levels
    loss = np.mean([2 * max(level * (125 - CASE[level]), (level - 1) * (125 - CASE[level])) for level in LEVELS])
    assert weighted_interval_score(np.array([125.0]), months(125.0))[0] == pytest.approx(loss)


def test_scales_are_changes_over_a_year():
    # twelve months at 100, then 103 and 96: changes +3 and −4
    mae, rms = naive_scales(np.array([100.0] * 12 + [103.0, 96.0]))
    assert (mae, rms) == (pytest.approx(3.5), pytest.approx(np.sqrt(12.5)))


def test_one_month_scored_by_hand():
    row = scored(months(125.0)).iloc[0]
    assert row["MASE"] == pytest.approx(2.5)  # 25 / 10
    assert row["squared"] == pytest.approx((25 / 20) ** 2)
    assert row["sMAPE"] == pytest.approx(200 * 25 / 225)
    assert (row["coverage_80"], row["coverage_95"]) == (0, 1)
    assert row["WIS"] == pytest.approx(43 / 3.5 / 10)
    assert row["MSIS"] == pytest.approx(6.0)  # width 60, no miss, / 10


def test_nothing_forecast_and_nothing_come_has_no_percentage_error():
    nothing = months(0.0)
    nothing[list(LEVELS)] = 0.0
    assert scored(nothing)["sMAPE"].tolist() == [0.0]


def test_each_series_weighs_alike_however_many_months_it_has():
    table = pd.concat([months(100.0, 100.0, 100.0), months(125.0, series="b")], ignore_index=True)
    result = summary(table).loc["m"]
    assert result["forecasts"] == 4
    assert result["MASE"] == pytest.approx((0 + 2.5) / 2)
    assert result["RMSSE"] == pytest.approx((0 + 1.25) / 2)
    assert result["coverage_80"] == pytest.approx(0.5)


def test_bands_of_horizons():
    assert band_of(pd.Series([1, 3, 4, 12, 13, 24, 25, 48])).tolist() == [
        "1-3", "1-3", "4-12", "4-12", "13-24", "13-24", "25-36", "37-48"]
