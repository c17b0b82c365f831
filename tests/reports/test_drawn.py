"""The charts of a report: what each is drawn from, the same numbers in both languages, and sentences that hold."""

from __future__ import annotations

import json
import math
import shutil
from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from typer.testing import CliRunner

from app.cli import app
from reports.charts.board import board_chart, board_finding
from reports.charts.drawn import figures
from reports.charts.exposure import exposure_chart, exposure_finding
from reports.charts.forecast import forecast_finding
from reports.charts.net_bridge import budget_bridge_finding
from reports.language import speaking
from reports.run_titles import class_name, run_source
from scenarios.stored import open_run
from scenarios.told.report_set import open_report_set

OF_ALL = {"fan", "net", "objects", "classes", "budget-bridge", "board"}


@pytest.fixture(scope="module")
def scenario(served):
    return open_report_set([str(served.folder)], served.results)


@pytest.fixture(scope="module")
def with_events(stored_served):
    return open_report_set([str(stored_served.folder)], stored_served.results)


def numbers(figure: Figure) -> list[float]:
    """Every coordinate of lines and bars."""
    found = []
    for axes in figure.axes:
        found += [value for line in axes.get_lines() for value in np.asarray(line.get_xydata()).ravel()]
        found += [value for bar in axes.patches for value in (*bar.get_xy(), bar.get_width(), bar.get_height())]
    return [float(value) for value in found if math.isfinite(value)]


def words(figure: Figure) -> str:
    return " ".join(each.get_text() for each in figure.findobj(Text)).replace("\u00a0", " ")


@pytest.mark.parametrize(("report", "names"), [
    ("scenario", OF_ALL | {"services", "effect", "effect-bridge"}),
    ("with_events", OF_ALL | {"services", "states", "survival"})])
def test_each_chart_has_the_same_numbers_in_both_languages_and_a_title_source_and_date(report, names, request):
    report = request.getfixturevalue(report)
    drawn = {}
    for language in ("fi", "en"):
        with speaking(language):
            drawn[language] = {name: draw() for name, draw in figures(report)}
    assert names <= drawn["fi"].keys() == drawn["en"].keys()
    for name, finnish in drawn["fi"].items():
        english = drawn["en"][name]
        assert numbers(finnish) == numbers(english), name
        for figure, source, made in ((finnish, "Lähde: Kela", "Laadittu "), (english, "Source: Kela", "Made on ")):
            assert source in words(figure) and made in words(figure), name
            assert figure.texts[0].get_text(), name
        assert finnish.texts[0].get_text() != english.texts[0].get_text() or name == "board"


def test_stacked_classes_end_at_the_total_of_each_month(scenario):
    figure = dict(figures(scenario))["classes"]()
    months = scenario.first.table("months")
    total = months[months["line"] == "total"].set_index("month")["mean"] / 1e6
    tops = pd.Series([bar.get_y() + bar.get_height() for bar in figure.axes[0].patches])
    assert tops[len(tops) - len(total):].to_list() == pytest.approx(total.to_list())
    known = next(line for line in figure.axes[0].get_lines() if "Kela" in str(line.get_label()))
    seen = months[(months["kind"] == "observed") & (months["line"] == "total")]["mean"] / 1e6
    assert list(known.get_ydata()) == pytest.approx(seen.to_list())


@pytest.mark.parametrize("name", ["budget-bridge", "effect-bridge"])
def test_the_parts_of_a_waterfall_add_up_to_its_total(scenario, name):
    for axes in dict(figures(scenario))[name]().axes:
        *parts, total = [bar.get_width() for bar in axes.patches]
        assert sum(parts) == pytest.approx(total, abs=1e-6)


def test_the_total_of_the_effect_is_that_of_the_table(scenario):
    effect = scenario.first.table("effect").query("year == 0 and object == 'net' and line == 'total'")
    bar = dict(figures(scenario))["effect-bridge"]().axes[0].patches[-1]
    assert bar.get_width() == pytest.approx(effect["difference"].item() / 1e6)


def test_stock_and_states_are_those_of_the_log(with_events):
    run = open_run(with_events.first.folder)
    figure = dict(figures(with_events))["states"]()
    at = 30.0 - 0.5  # of September 2026, which is the first month and has 30 days
    unemployed = [((log["state"] == 0) & (log["start"] <= at) & (at < log["end"])).sum()
                  for log in (run.log(*unit) for unit in run.units)]
    assert run.manifest["months"][0] == "2026-09"
    assert figure.axes[0].patches[0].get_height() == pytest.approx(np.mean(unemployed))


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_the_board_has_a_row_a_run_whatever_their_number_and_titles(scenario, count):
    titles = {f"run-{each}": f"{each} " + "=<b>Nimi</b> \"$x$\" \U0001f600 " * (1 + 300 * (each == 1))
              for each in range(count)}
    board = pd.concat([scenario.board.assign(run=name) for name in titles])
    figure = board_chart(board, titles, source=run_source(scenario.first), date=scenario.first.date)
    dots = [line for line in figure.axes[0].get_lines() if line.get_marker() in ("o", "D")]
    assert len(figure.axes) == 4 and len(dots) == count
    figure.canvas.draw()
    page = figure.bbox
    for each in figure.axes[0].get_yticklabels():
        assert each.get_window_extent().x0 >= page.x0


def board_of(**rows: tuple[float, float]) -> tuple[pd.DataFrame, dict[str, str]]:
    table = pd.DataFrame([{"run": run, "object": "net", "line": "total", "year": 0, "unit": "€", "value": 100e6,
                           "difference": gap, "margin": margin, "certain": abs(gap) > margin, "p_break": math.nan}
                          for run, (gap, margin) in rows.items()])
    return table, {run: run.upper() for run in rows}


@pytest.mark.parametrize(("rows", "told"), [
    ({"a": (-2e6, 0.1e6), "b": (-3e6, 0.2e6)}, "Sitova netto pienenee eniten skenaariossa B: −3,00 M€ ± 0,20 M€"),
    ({"a": (-2e6, 2.1e6), "b": (3e6, 0.2e6)}, "Mikään skenaario ei pienennä lukua sitova netto niin, että ero "
                                              "erottuisi nollasta"),
    ({"a": (-2e6, 2.1e6), "b": (-1e6, 0.2e6)}, "Sitova netto pienenee eniten skenaariossa B: −1,00 M€ ± 0,20 M€"),
    ({"a": (math.nan, math.nan)}, "A: Sitova netto 100,0 M€ koko ennusteajalla")])
def test_the_board_praises_only_what_is_told_from_zero(rows, told):
    assert board_finding(*board_of(**rows)).replace("\u00a0", " ") == told


def test_the_bridge_says_over_or_under_and_which_object():
    rows = [("benefit_share", 24e6, 27e6), ("operating", 17e6, 16e6), ("income", -6e6, -6e6), ("net", 35e6, 37e6)]
    budget = pd.DataFrame([{"year": 2026, "object": name, "appropriation": granted, "mean": mean}
                           for name, granted, mean in rows])
    assert budget_bridge_finding(budget).replace("\u00a0", " ") == (
        "Netto ylittää määrärahan keskimäärin 2,00 M€ (2026); eniten siirtää Kuntaosuus, +3,00 M€")
    turned = budget.assign(mean=2 * budget["appropriation"] - budget["mean"])
    assert budget_bridge_finding(turned).replace("\u00a0", " ") == (
        "Netto alittaa määrärahan keskimäärin 2,00 M€ (2026); eniten siirtää Kuntaosuus, −3,00 M€")


def test_the_tornado_of_unverified_values_begins_at_the_widest_and_leaves_out_what_was_not_tried():
    listed = pd.DataFrame([(name, "1", "estimate", span, f"source of {name}", low, high) for name, span, low, high in (
        ("narrow", None, -1e6, 0.0), ("wide <b>", "0 to 2", -2e6, 3e6), ("untried", None, math.nan, math.nan),
        ("still", None, 0.0, 0.0))], columns=["name", "value", "status", "range", "source", "euros_low", "euros_high"])
    figure = exposure_chart(listed, source="Kela", date=date(2026, 11, 24))
    assert [bar.get_width() for bar in figure.axes[0].patches] == [-1.0, 0.0, -2.0, 3.0]  # from the foot upwards
    assert "eniten liikuttaa wide <b>: −2,00…3,00 M€" in words(figure) and "4 vahvistamatonta" in words(figure)
    with speaking("en"):
        assert exposure_finding(listed[listed["name"] == "still"]).startswith("No value")


def test_the_last_day_class_has_no_end():
    assert class_name("701-") == "yli 700 päivää"
    with speaking("en"):
        assert class_name("101-200") == "101–200 days"


def test_the_command_writes_what_is_asked_and_tells_a_wrong_name(served, tmp_path):
    ask = ["report", "charts", served.folder.name[:20], "--results", str(served.results), "--to", str(tmp_path / "c")]
    done = CliRunner().invoke(app, [*ask, "--only", "board", "--only", "net", "--format", "svg", "--lang", "en"])
    assert done.exit_code == 0 and sorted(each.name for each in (tmp_path / "c").iterdir()) == ["board.svg", "net.svg"]
    wrong = CliRunner().invoke(app, [*ask, "--only", "bord"])
    assert wrong.exit_code == 2 and "is no chart of these runs" in wrong.stderr and "board" in wrong.stderr


def test_a_run_of_the_share_alone_has_charts_of_it(stored, tmp_path):
    folder = shutil.copytree(stored.folder, tmp_path / "run")
    for table in ("net", "budget", "breaks"):
        (folder / f"{table}.parquet").unlink()
    content = json.loads((folder / "manifest.json").read_text("utf-8"))
    content["hashes"]["budget"] = None
    (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    drawn = dict(figures(open_report_set([str(folder)], tmp_path)))
    assert drawn.keys() == {"fan", "classes", "states", "survival", "board"}
    for name in ("fan", "board"):
        assert drawn[name]().axes


@pytest.mark.parametrize(("scale", "told"), [
    (1.0, "Etuudensaajat, Lahti: 12/2027 noin 6 500, 80 %:n väli 6 000–7 000; 8/2026 oli 7 100"),
    (1e3, "Etuudensaajat, Lahti: 12/2027 noin 6,5 M€, 80 %:n väli 6,0 M€–7,0 M€; 8/2026 oli 7,1 M€")])
def test_a_forecast_is_titled_by_its_end(scale, told):
    history = pd.Series([6900.0, 7100.0], pd.period_range("2026-07", periods=2, freq="M")) * scale
    ahead = pd.DataFrame({"month": pd.period_range("2027-12", periods=1, freq="M"), 0.1: [6000.0 * scale],
                          0.5: [6500.0 * scale], 0.9: [7000.0 * scale]})
    assert forecast_finding("recipients:Lahti", history, ahead).replace("\u00a0", " ") == told
