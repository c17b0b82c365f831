"""Seeks from question to answer: on a bench of known costs beside the whole grid, and on a real one of four months."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from typer.testing import CliRunner

import scenarios.checks as checks
import scenarios.decide.question as questions
import scenarios.decide.seek as seeks
from app.cli import app
from reports.charts.seek import seek_chart
from reports.precision import precision_line
from reports.seek import seek_finding, seek_tables
from scenarios.books import load_books
from scenarios.checks import Checker
from scenarios.decide.precision import Settled
from scenarios.decide.question import ask
from scenarios.decide.seek import Sought, efficient, seek
from scenarios.decide.seek_file import check_new, write_scenario
from scenarios.measures import KEYS, UNIT_KEYS
from scenarios.mix import load_mix
from scenarios.run import run
from scenarios.scenario import Scenario, read_scenario
from scenarios.unit_store import UNITS, UnitStore
from sources.area import data_root, read_area
from sources.errors import InputError

TRAINING = "contracts.unit_price.training_bought.places"
IN_HOUSE = "contracts.in_house_company.training_in_house.places"
TODAY = {TRAINING: 60, IN_HOUSE: 61}
OPERATING, SHARE = {TRAINING: 5_000.0, IN_HOUSE: 9_000.0}, {TRAINING: -1_000.0, IN_HOUSE: -4_000.0}  # € of one place
YEAR, DRAWS = 2028, 10
LUCK = np.random.default_rng(5).normal(0, 60_000, DRAWS)


@dataclass(frozen=True)
class KnownBench:
    """A bench on which a place of each contract costs and saves what OPERATING and SHARE say, in every draw."""

    plan: Any
    books: Any
    progress: Any = staticmethod(lambda done, total: None)

    def unserved(self, scenario: Scenario) -> Any:
        return self.plan

    def prepared(self, scenario: Scenario) -> Any:
        return SimpleNamespace(plan=self.plan, books=self.books, scenario=scenario)

    def measured(self, prepared: Sequence[Any], draws: int) -> list[pd.DataFrame]:
        self.progress(len(prepared) * draws, len(prepared) * draws)
        return [known_table(moved_of(one.scenario)) for one in prepared]


def moved_of(scenario: Scenario) -> dict[str, int]:
    own = scenario.changes if scenario.baseline else []
    return {change.at: change.value - TODAY[change.at] for change in own}


def known_table(moved: dict[str, int]) -> pd.DataFrame:
    cost, share = (sum(prices[at] * step for at, step in moved.items()) for prices in (OPERATING, SHARE))
    rows = {("operating", "total", "", YEAR): np.full(DRAWS, 17e6 + cost), ("benefit_share", "total", "", YEAR):
            27e6 + share + LUCK, ("net", "total", "", YEAR): 44e6 + cost + share + LUCK}
    return pd.DataFrame(list(rows.values()), pd.MultiIndex.from_tuples(rows, names=KEYS),
                        pd.MultiIndex.from_product([range(DRAWS), [0]], names=UNIT_KEYS))


@pytest.fixture(scope="module")
def bench():
    area = read_area("lahti", data_root())
    books = load_books(area)
    plan = SimpleNamespace(first_month=2026 * 12 + 8, months=28, inputs=SimpleNamespace(area=area), books=books)
    return KnownBench(plan, books)


@pytest.fixture(scope="module", autouse=True)
def once(bench):
    """The files of services are read once for all."""
    mix = load_mix(bench.plan.inputs.area)
    with pytest.MonkeyPatch.context() as patch:
        for module in (questions, seeks, checks):
            patch.setattr(module, "load_mix", lambda area: mix)
        yield


@pytest.fixture(scope="module")
def start():
    return read_scenario("baseline").model_copy(update={"draws": DRAWS})


def sought(bench, start, target: str, levers: Sequence[str] = (TRAINING,), **options) -> Sought:
    return seek(ask(bench, start, target, levers, year=YEAR, **options), bench)


@pytest.mark.parametrize("limit", [43.87e6, 43.96e6, 44.0e6, 44.1e6])
@pytest.mark.parametrize("share", [0.5, 0.8])
def test_one_lever_gives_what_the_whole_grid_gives_and_the_price_of_a_place(bench, start, limit, share):
    found = sought(bench, start, f"P(net<={limit / 1e6:.2f}M)>={share}")
    kept = [value for value in range(121) if np.mean(44e6 + 4_000 * (value - 60) + LUCK <= limit) >= share]
    value, = found.question.values(found.found.place)
    assert found.found.status == "boundary" and value == max(kept)  # the most places that the target allows
    prices = found.prices().set_index("object")
    assert prices["price"].to_dict() == pytest.approx({"operating": 5_000, "benefit_share": -1_000, "net": 4_000})
    assert prices["certain"].all() and prices["margin"].to_numpy() == pytest.approx(0, abs=1e-6)
    table = found.frontier()
    assert len(found.trials) < 16 and found.units == found.simulated == DRAWS * len(table)
    assert table["net_difference"].to_numpy() == pytest.approx(4_000 * (table[TRAINING] - 60).to_numpy(), abs=1e-6)
    assert [table.loc[table[name], TRAINING].tolist() for name in ("today", "found")] == [[60], [value]]
    assert list(table["efficient"]) == [True] + [False] * (len(table) - 1)  # fewest places: cheapest and safest
    assert set(found.neighbours()["value"]) == {value - 1, value + 1}
    assert all(not reading.clear for reading in (each.reading for each in found.unclear))


def test_out_of_reach_is_told_with_what_comes_nearest_at_which_end(bench, start):
    low, high = sought(bench, start, "mean(net)<=40M"), sought(bench, start, "mean(benefit_share)<=26.9M")
    assert (low.found.status, low.question.values(low.found.place)) == ("nowhere", [0])
    assert (high.found.status, high.question.values(high.found.place)) == ("nowhere", [120])
    assert "ei täyty" in seek_finding(low) and "(välin alaraja)" in seek_finding(low)
    assert "(välin yläraja)" in seek_finding(high)


@pytest.mark.parametrize(("minimised", "values"), [("places", [60, 47]), ("operating", [0, 0])])
def test_several_levers_move_fewest_places_or_cost_least(bench, start, minimised, values):
    """65 000 € less net: 5 000 a place in house, 4 000 a bought one; all that is cut costs less still."""
    found = sought(bench, start, "net_change<=-65k", [TRAINING, IN_HOUSE], minimised=minimised)
    assert found.found.status == "optimum"
    assert found.question.values(found.found.place) == [values[0], 48 if minimised == "places" else values[1]]


def test_efficient_is_what_nothing_else_beats():
    luck = np.random.default_rng(2)
    cost, excess = luck.integers(0, 6, 40), luck.integers(0, 6, 40)
    beaten = [any(c <= a and e <= b and (c < a or e < b) for c, e in zip(cost, excess, strict=True))
              for a, b in zip(cost, excess, strict=True)]
    assert list(efficient(cost, excess)) == [not each for each in beaten]


@pytest.mark.parametrize(("levers", "options", "words"), [
    ((TRAINING,), {"since": date(2027, 1, 1), "year": 2027}, "its notice is 180 days"),
    ((TRAINING,), {"year": 2031}, "not within the simulated part of 2031"),
    ((TRAINING, "training_bought.places"), {}, "names one figure twice"),
    ((TRAINING,), {"spans": ["0:1", "0:1"]}, "ranges: 2, levers: 1"),
    ((TRAINING,), {"minimised": "pain"}, "'pain' is not known"),
    ((TRAINING,), {"target": "wait(training)<=30"}, "asks for contract training, .* Mend: write training_bought"),
])
def test_what_cannot_be_asked(bench, start, levers, options, words):
    with pytest.raises(InputError, match=words):
        seek(ask(bench, start, levers=levers, **{"target": "net_change<=0", "year": YEAR, **options}), bench)


def test_without_services_no_lever_moves_anything(bench, start):
    with pytest.raises(InputError, match="without services no lever"):
        sought(bench, start.model_copy(update={"services": False}), "net_change<=0")


def test_the_answer_is_a_scenario_that_checks(bench, start, tmp_path):
    found, file = sought(bench, start, "P(net<=43.96M)>=0.8"), tmp_path / "answer.yaml"
    check_new(file)
    write_scenario(found, "baseline", seek_finding(found), file)
    checked = Checker(data_root()).check(str(file))
    effect, = checked.effects
    assert (effect.at, effect.before, [effect.after]) == (TRAINING, 60, found.question.values(found.found.place))
    assert not checked.idle and checked.scenario.draws == read_scenario("baseline").draws
    with pytest.raises(InputError, match="is there already"):
        check_new(file)


SCENARIO = """\
title: Koe
question: Mitä?
author: Testi
date: 2026-01-01
baseline: baseline
until: 2026-12
"""


def test_a_real_seek_agrees_with_runs_and_simulates_nothing_twice(tmp_path):
    """Four months, two draws, two values; the saved answer, run from the store, has the effect that the seek told."""
    (tmp_path / "koe.yaml").write_text(SCENARIO, encoding="utf-8")

    def seek_with(*more: str) -> dict:
        result = CliRunner().invoke(app, [
            "seek", str(tmp_path / "koe.yaml"), "--target", "operating_change<=-100k", "--lever",
            "training_bought.places", "--range", "30:60:30", "--draws", "2", "--workers", "1", "--results",
            str(tmp_path), "--json", *more])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    first = seek_with("--save", str(tmp_path / "answer.yaml"))
    assert first["found"] == {TRAINING: 30} and first["units"] == {"simulated": 4, "all": 4}
    grid = {row[TRAINING]: row["operating_difference"] for row in first["frontier"]}
    assert list(grid) == [30, 60] and grid[30] <= -100_000 < grid[60] == 0
    assert Path(first["chart"]).stat().st_size > 10_000
    answer = read_scenario(str(tmp_path / "answer.yaml")).model_copy(update={"draws": 2})
    store = UnitStore(tmp_path / UNITS)
    before = sorted(store.folder.rglob("*.unit"))
    effect = run(answer, data_root(), 1, store=store).tables["effect"]
    assert sorted(store.folder.rglob("*.unit")) == before and len(before) == 4
    row = effect[(effect["year"] == 2026) & (effect["object"] == "operating") & (effect["line"] == "total")].iloc[0]
    assert row["difference"] == pytest.approx(grid[30], abs=0.01)


@pytest.mark.parametrize(("target", "levers"), [("P(net<=43.96M)>=0.8", [TRAINING]),
                                                ("net_change<=-65k", [TRAINING, IN_HOUSE])])
def test_tables_fit_the_console_and_the_chart_has_every_trial(bench, start, tmp_path, target, levers):
    found = sought(bench, start, target, levers)
    console = Console(width=120, record=True, file=StringIO())
    console.print(seek_tables(found))
    text = console.export_text()
    assert not re.search(r"…(?!\S)", text) and all(lever in text for lever in levers) and "löytyi" in text
    shown = [line for line in text.splitlines() if line.strip().startswith("Sitova netto")]
    assert [line.split("+")[1].split()[0] for line in shown] == ["4", "5"][:len(levers)]  # thousands of € a place
    figure = seek_chart(found, title=seek_finding(found), source="x", date=date(2026, 11, 24))
    points = sum(len(line.get_xdata()) for line in figure.axes[0].lines if line.get_marker() == "o")
    assert points == len(found.trials)


def test_the_line_on_precision_says_whether_it_was_reached():
    came = Settled(0.005, 30, 120, "net", {2027: 0.0027, 2028: 0.0045}, False)
    assert precision_line(came).replace("\u00a0", " ") == (
        "Tarkkuus 0,50 % saavutettiin 30 vedolla (keskiarvon 95 %:n väli, osuus nettoa: 2027 ± 0,27 %, 2028 ± 0,45 %).")
    assert "ei saavutettu" in precision_line(replace(came, precision=0.003))
