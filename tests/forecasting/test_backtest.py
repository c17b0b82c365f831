"""Backtests, year-end totals, the panel and the record: nothing is known before its time."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.backtest import (
    COMBINATION,
    NAIVE,
    backtest,
    origins_of,
    score_bands,
    seasonal_naive,
    year_end_errors,
    year_ends,
)
from forecasting.panel import panel_errors, read_panel, write_panel
from forecasting.record import add_to_record, judged, read_record
from forecasting.scores import LEVELS, summary
from forecasting.series import KINDS
from sources.errors import InputError

STOCK = KINDS["stock"]


@pytest.fixture(scope="module")
def frame(recipients) -> pd.DataFrame:
    return recipients.rename("value").rename_axis("month").reset_index().assign(series="recipients:Town")


@pytest.fixture(scope="module")
def made(frame) -> pd.DataFrame:
    return backtest(frame, STOCK, horizon=6, origins=3)


def test_origins_are_the_newest_whose_months_have_all_come(recipients):
    # the series ends in August 2026
    assert [str(each) for each in origins_of(recipients, 6, 3)] == ["2025-08", "2025-11", "2026-02"]
    assert str(origins_of(recipients, 24, 1000)[0]) == "2021-02"  # by threes from August 2024 down to 38 months known


def test_a_series_too_short_for_a_backtest_is_told(recipients):
    with pytest.raises(InputError, match="40 months: are too few for a backtest over 24 months"):
        origins_of(recipients.iloc[:40], 24, 5)


def test_what_came_stands_beside_what_was_forecast(made):
    assert made.groupby("model", sort=False).size().to_dict() == {COMBINATION: 18, NAIVE: 18}
    rows = made[(made["model"] == NAIVE) & (made["origin"] == pd.Period("2026-02", "M"))]
    row = rows[rows["horizon"] == 6].iloc[0]
    assert str(row["month"]) == "2026-08"
    assert row["actual"] == 7064
    assert row[0.5] == 6447  # August 2025


def test_forecasts_know_nothing_of_later_months(frame, made):
    changed = frame.assign(value=frame["value"].where(frame["month"] <= pd.Period("2025-11", "M"), 99_999.0))
    again = backtest(changed, STOCK, horizon=6, origins=3)
    early = made["origin"] <= pd.Period("2025-11", "M")
    pd.testing.assert_frame_equal(made.loc[early, list(LEVELS)], again.loc[early, list(LEVELS)])


def test_seasonal_naive_repeats_the_year_with_the_spread_of_its_changes():
    # two years of 100 but for changes of +10 and −10: sd 10 (mean change 0); in the second year ahead 10 · √2
    values = np.concatenate([np.full(12, 100.0), np.tile([110.0, 90.0], 6)])
    known = pd.Series(values, pd.period_range("2020-01", periods=24, freq="M"))
    ahead = seasonal_naive(known, 13, (0.5, 0.8413447460685429))
    assert ahead[0.5].tolist() == [*np.tile([110.0, 90.0], 6), 110.0]
    spread = ahead.iloc[:, 1] - ahead.iloc[:, 0]
    assert spread.iloc[0] == pytest.approx(10)
    assert spread.iloc[12] == pytest.approx(10 * np.sqrt(2))


def test_year_ends_are_outturn_to_date_plus_what_is_left():
    months = pd.period_range("2025-01", "2025-12", freq="M")
    values = pd.DataFrame({"series": "a", "month": months, "value": 10.0})
    budget = values.assign(value=11.0)
    ahead = pd.DataFrame({"model": COMBINATION, "series": "a", "origin": pd.Period("2025-09", "M"),
                          "month": months[9:], 0.5: [9.0, 10.0, 10.0]})
    ends = year_ends(ahead, values, budget)
    # nine months of 10, then 9 + 10 + 10 or 3 × 11; 120 came
    assert ends[["year", "actual", "forecast", "remaining_budget"]].iloc[0].tolist() == [2025, 120, 119, 123]
    errors = year_end_errors(ends).iloc[0]
    assert (errors["month"], errors["totals"]) == (9, 1)
    assert errors["forecast_error"] == pytest.approx(1 / 120)
    assert errors["budget_error"] == pytest.approx(3 / 120)
    assert year_ends(ahead.iloc[:2], values, budget).empty  # December was not forecast


def test_scores_by_band_set_both_models_side_by_side(made):
    scores = score_bands(made)
    assert scores["band"].tolist() == ["1-3", "1-3", "4-12", "4-12"]
    assert scores["model"].tolist() == [COMBINATION, NAIVE] * 2
    assert scores["forecasts"].tolist() == [9] * 4


def test_panel_scores_are_standard_scores_of_the_uncalibrated_model(tmp_path, frame):
    short = frame.iloc[:70]
    errors = panel_errors(short, STOCK)
    assert set(errors["series"]) == {"Town"}
    # 70 months: the newest origin is the 67th, then the 61st; 3 and 9 months have come
    assert errors.groupby("origin")["horizon"].max().tolist() == [9, 3]
    assert errors["score"].abs().max() < 12
    path = tmp_path / "panel.csv.gz"
    write_panel(errors, path)
    first = path.read_bytes()
    write_panel(errors, path)
    assert path.read_bytes() == first
    pd.testing.assert_frame_equal(read_panel(path), errors, check_dtype=False)


@pytest.mark.parametrize(("text", "told"), [
    ("series,origin,horizon\nTown,2020-01,1\n", "column score: is missing"),
    ("series,origin,horizon,score\nTown,2020-01,0,1\n", "column horizon: holds no month ahead"),
    ("series,origin,horizon,score\nTown,2020-01,1,x\n", "row 2, column score: 'x' is not a number"),
])
def test_a_spoilt_panel_is_told(tmp_path, text, told):
    path = tmp_path / "panel.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_panel(path)
    assert told in str(fault.value)


def forecast(median: float = 100.0) -> pd.DataFrame:
    offsets = dict(zip(LEVELS, (-30, -20, -10, 0, 10, 20, 30), strict=True))
    months = pd.period_range("2025-02", periods=2, freq="M")
    return pd.DataFrame({"series": "a", "origin": pd.Period("2025-01", "M"), "month": months,
                         **{level: median + offset for level, offset in offsets.items()}})


def test_every_forecast_is_kept_once_and_none_is_changed(tmp_path):
    path = tmp_path / "kept" / "record.csv"
    assert add_to_record(path, forecast(), date(2025, 2, 10)) == 2
    assert add_to_record(path, forecast(), date(2025, 2, 11)) == 0
    before = path.read_text("utf-8")
    assert add_to_record(path, forecast(101.0), date(2025, 2, 12)) == 2
    assert path.read_text("utf-8").startswith(before)
    assert read_record(path)["made"].tolist() == ["2025-02-10"] * 2 + ["2025-02-12"] * 2
    assert [each.name for each in path.parent.iterdir()] == ["record.csv"]


def test_record_is_judged_by_what_came(tmp_path):
    path = tmp_path / "record.csv"
    add_to_record(path, forecast(), date(2025, 2, 10))
    months = pd.period_range("2025-01", periods=2, freq="M")
    came = pd.DataFrame({"series": "a", "month": months, "value": [90.0, 125.0]})
    row = judged(read_record(path), came)
    assert len(row) == 1  # March has not come
    assert row[["actual", "horizon", "error"]].iloc[0].tolist() == [125, 1, -25]
    assert (row["in_80"].iloc[0], row["in_95"].iloc[0]) == (False, True)
    assert judged(read_record(tmp_path / "none.csv"), came).empty


def test_on_published_recipients_the_combination_beats_seasonal_naive(frame):
    """Over a year ahead, from twelve origins, by both scores; and the 80 % interval covers about that."""
    scores = summary(backtest(frame, STOCK, horizon=12, origins=12))
    assert scores.loc[COMBINATION, "MASE"] < scores.loc[NAIVE, "MASE"]
    assert scores.loc[COMBINATION, "WIS"] < scores.loc[NAIVE, "WIS"]
    assert scores.loc[COMBINATION, "coverage_80"] == pytest.approx(0.8, abs=0.2)
