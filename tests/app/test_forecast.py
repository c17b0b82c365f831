"""The command forecast: figures as JSON, faults in one line, the record kept."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from app.cli import app
from forecasting.panel import read_panel
from scenarios.series import PANEL, SHARE_PANEL
from sources.area import data_root

RUNNER = CliRunner()


@pytest.fixture
def own(tmp_path):
    """A tidy file of sixty months around 1 000, with a season."""
    months = pd.period_range("2019-01", periods=60, freq="M").astype(str)
    noise = 0.02 * np.random.default_rng(3).standard_normal(60)
    values = 1000 * np.exp(0.1 * np.cos(np.arange(60) * np.pi / 6) + noise)
    path = tmp_path / "own.csv"
    pd.DataFrame({"series": "own", "month": months, "value": values.round(1)}).to_csv(path, index=False)
    return path


def called(*arguments: str) -> dict:
    result = RUNNER.invoke(app, ["forecast", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_file_is_forecast_explained_charted_and_put_on_record_once(own, tmp_path):
    record, charts = tmp_path / "record.csv", tmp_path / "charts"
    arguments = [str(own), "--months", "6", "--record", str(record), "--workers", "1"]
    found = called(*arguments, "--charts", str(charts))["forecasts"][0]
    assert (found["series"], found["origin"], len(found["months"])) == ("own", "2023-12", 6)
    first = found["months"][0]
    assert first["month"] == "2024-01"
    assert first["p2.5"] < first["p50"] < first["p97.5"]
    assert {"ets", "seasonal mean"} <= {row["part"] for row in found["explanation"]}
    assert (charts / "own.png").read_bytes().startswith(b"\x89PNG")
    kept = record.read_text("utf-8")
    assert called(*arguments)["forecasts"][0] == found
    assert record.read_text("utf-8") == kept
    assert len(kept.splitlines()) == 7


def test_an_earlier_origin_knows_nothing_later_and_is_not_put_on_record(own, tmp_path):
    record = tmp_path / "record.csv"
    found = called(str(own), "--months", "3", "--origin", "2022-12", "--record", str(record))["forecasts"][0]
    assert found["months"][0]["month"] == "2023-01"
    assert not record.exists()


def test_backtest_sets_seasonal_naive_and_the_budget_beside(own, tmp_path):
    budget = tmp_path / "budget.csv"
    months = pd.period_range("2019-01", periods=60, freq="M").astype(str)
    pd.DataFrame({"series": "own", "month": months, "value": 2000.0}).to_csv(budget, index=False)
    found = called("backtest", str(own), "--horizon", "12", "--origins", "2", "--budget", str(budget),
                   "--workers", "1")["backtests"][0]
    assert [row["model"] for row in found["scores"]] == ["combination", "seasonal naive"] * 2
    assert {"MASE", "RMSSE", "sMAPE", "coverage_80", "coverage_95", "WIS", "MSIS"} <= set(found["scores"][0])
    assert all(row["forecast_error"] < row["budget_error"] for row in found["year_ends"])


def test_series_are_listed_with_their_spans():
    listed = {row["series"]: row for row in called("series")["series"]}
    assert listed["unemployed:Lahti"]["last"] == "2023-10"
    assert listed["old_law_share:Hämeenlinna"]["kind"] == "euro"


@pytest.mark.parametrize(("arguments", "told"), [
    (["unemployed:Lahtti"], "write unemployed:Lahti"),
    (["nothing-like-it"], "kuntaosuus forecast series lists the names"),
    (["unemployed:Lahti", "--origin", "June"], "option --origin"),
    (["unemployed:Lahti", "--origin", "2030-01"], "is after the last month"),
    (["unemployed:Lahti", "--kind", "stok"], "write stock"),
])
def test_faults_are_one_line(arguments, told, tmp_path):
    result = RUNNER.invoke(app, ["forecast", *arguments, "--record", str(tmp_path / "record.csv")])
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def edited(own, tmp_path, change):
    """The tidy file *own* with its lines, header first, changed."""
    path = tmp_path / "edited.csv"
    path.write_text("\n".join(change(own.read_text("utf-8").splitlines())) + "\n", "utf-8")
    return path


def with_value(number: int, value: str):
    """A change of the value in line *number* (the header is 0)."""
    return lambda lines: [f"{line.rpartition(',')[0]},{value}" if at % len(lines) == number % len(lines) else line
                          for at, line in enumerate(lines)]


@pytest.mark.parametrize("command", ["make", "backtest"])
@pytest.mark.parametrize(("change", "line"), [
    (lambda lines: lines[:20] + lines[27:], "series own: month 2020-08: is the first of 7 missing months, 7 in a row"),
    (lambda lines: [*lines, lines[-1]], "row 62: repeats row 61: own, 2023-12"),
    (lambda lines: [*lines, "own,202312,5"], "row 62: repeats row 61: own, 2023-12"),
    (with_value(-1, "-5"), "series own: month 2023-12: is -5"),
    (with_value(-1, "1e300"), "series own: month 2023-12: is 1e+300"),
    (with_value(-1, "inf"), "row 61, column value: 'inf' is not a number"),
    (with_value(-1, "abc"), "row 61, column value: 'abc' is not a number"),
    (lambda lines: lines[:10], "series own: 9 months: are too few"),
    (lambda lines: [line.rpartition(",")[0] + "," if at else line for at, line in enumerate(lines)],
     "series own: column value: is empty throughout"),
    (lambda lines: [line.replace(",", ";").replace(".", ",") for line in lines], "cells are separated by ';'"),
    (lambda lines: [line.replace(".", ",") for line in lines], "has 4 cells and the header 3. Mend: write decimals"),
    (lambda lines: [lines[0], *lines], "row 2, column month: 'month' is of a second header"),
    (lambda lines: lines[:1], "holds no rows"),
    (lambda lines: [], "column series: is missing: the file is empty"),
    (lambda lines: [*lines, *(f"short,2020-{month:02},5" for month in range(1, 10))],
     "series short: 9 months: are too few"),
])
def test_what_cannot_be_forecast_is_told_and_nothing_is_put_on_record(own, tmp_path, command, change, line):
    record, path = tmp_path / "record.csv", edited(own, tmp_path, change)
    rest = ["--record", str(record)] if command == "make" else ["--horizon", "12", "--origins", "5"]
    result = RUNNER.invoke(app, ["forecast", command, str(path), "--workers", "1", *rest])
    assert result.exit_code == 2, result.output
    assert line in result.stderr and "Mend: " in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not record.exists()


def test_a_folder_is_told_by_both_commands(tmp_path, told):
    for command in ("make", "backtest"):
        assert "cannot be read" in told("forecast", command, tmp_path)


def test_however_months_are_written_the_forecast_is_the_same(own, tmp_path):
    rows, spellings = pd.read_csv(own), ("%Y-%m", "%YM%m", "%Y%m", "%d.%m.%Y", "%Y-%m-%d")
    ends = pd.PeriodIndex(rows["month"], freq="M").end_time
    rows["month"] = [end.strftime(spellings[at % len(spellings)]) for at, end in enumerate(ends)]
    path = tmp_path / "spelt.csv"
    rows.to_csv(path, index=False)
    arguments = ["--months", "3", "--workers", "1", "--record", str(tmp_path / "record.csv")]
    assert called(str(path), *arguments) == called(str(own), *arguments)


@pytest.mark.parametrize(("change", "note", "low", "high"), [
    (lambda lines: lines[:30] + lines[32:], "filled", 800, 1300),
    (with_value(30, "NaN"), "filled", 800, 1300),
    (with_value(-1, "5000"), "jump", 800, 5000),
    (with_value(-1, "0"), "zeros", 0, 1300),
    (lambda lines: [line.rpartition(",")[0] + ",7" if at else line for at, line in enumerate(lines)], "constant", 7, 7),
    (lambda lines: [line.rpartition(",")[0] + ",0" if at else line for at, line in enumerate(lines)], "zeros", 0, 0),
])
def test_what_is_forecast_with_a_word_of_warning_stays_in_bounds(own, tmp_path, change, note, low, high):
    path = edited(own, tmp_path, change)
    record = tmp_path / "record.csv"
    found = called(str(path), "--workers", "1", "--months", "12", "--record", str(record))["forecasts"][0]
    assert note in {row["note"] for row in found["explanation"]}
    assert all(low <= row["p50"] <= high for row in found["months"])
    assert called("backtest", str(path), "--horizon", "12", "--origins", "1", "--workers", "1")["backtests"]


def test_many_series_come_in_order_whatever_the_workers(own, tmp_path):
    rows = pd.read_csv(own)
    path = tmp_path / "many.csv"
    pd.concat([rows.assign(series=name) for name in ("c", "a", "b")]).to_csv(path, index=False)
    arguments = [str(path), "--months", "3", "--record", str(tmp_path / "record.csv")]
    found = called(*arguments, "--workers", "2")
    assert [each["series"] for each in found["forecasts"]] == ["c", "a", "b"]
    assert found == called(*arguments, "--workers", "1")


def test_nowcast_tells_months_errors_and_series_and_draws_them(tmp_path):
    chart = tmp_path / "nowcast.png"
    found = called("nowcast", "--chart", str(chart))
    assert chart.read_bytes().startswith(b"\x89PNG")
    months = {row["month"]: row for row in found["months"]}
    assert months["2023-10"]["origin"] == "statistic" and months["2023-10"]["p50"] == 7211
    assert months["2025-01"]["origin"] == "press" and months["2025-01"]["p50"] == 9033
    assert months["2026-08"]["origin"] == "nowcast" and months["2026-08"]["p2.5"] < months["2026-08"]["p97.5"]
    assert [row["month"] for row in found["left_out"]] == ["2023-12", "2024-01", "2024-02", "2024-12", "2025-01"]
    assert {row["method"] for row in found["errors"]} == {"nowcast", "ratio held", "seasonal naive"}
    assert found["unemployed"][-1]["source"] == "nowcast"


def test_nowcast_without_quoted_counts_rests_on_recipients_alone(data, kuntaosuus):
    (data / "lahti" / "tables.yaml").unlink()
    result = kuntaosuus("forecast", "nowcast", "--data", data)
    assert result.exit_code == 0, result.output
    assert "tilasto päättyi 10/2023" in result.stdout and "8/2026" in result.stdout
    assert "yksitellen" not in result.stdout


def test_the_panel_is_made_of_stocks_and_of_shares(monkeypatch, tmp_path):
    """Statistics Finland, October 2023: 7 211 unemployed in Lahti, 256 070 in the country."""
    made = []

    def kept(frame, kind, spread):
        made.append(frame)
        return pd.DataFrame({"series": ["Lahti"], "origin": ["2020-01"], "horizon": [1], "score": [0.5]})

    monkeypatch.setattr("forecasting.panel.panel_errors", kept)
    data = tmp_path / "data"
    shutil.copytree(data_root(), data)
    result = RUNNER.invoke(app, ["forecast", "panel", "--data", str(data)])
    assert result.exit_code == 0, result.output
    assert [read_panel(data / name)["score"].tolist() for name in (PANEL, SHARE_PANEL)] == [[0.5], [0.5]]
    stocks, shares = (frame.set_index(["series", "month"])["value"] for frame in made)
    last = pd.Period("2023-10", "M")
    assert stocks["unemployed:Lahti", last] == 7211
    assert shares["share:Lahti", last] == pytest.approx(7211 / 256_070)
    assert stocks.index.unique(0).size == shares.index.unique(0).size == 30
