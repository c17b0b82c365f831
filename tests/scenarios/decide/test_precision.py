"""Runs to a precision: how often intervals that stop so cover, where they stop, and that units stay the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.decide.precision import BATCH, MINIMUM, half_widths, read_precision, settle, stopped
from scenarios.paired import clusters_of, error_of_mean, margin
from scenarios.project import CENTRED_ON, Plan, project
from scenarios.run import plan_of, prepare
from scenarios.scenario import Scenario
from scenarios.unit_store import UnitStore
from sim.law.calendar import month_number
from sources.area import data_root
from sources.errors import InputError


@pytest.mark.parametrize("needed", [6, 15, 30])
def test_intervals_that_stop_when_narrow_cover_nearly_as_often_as_they_say(needed):
    """1,000 experiments of three years, pairs normal: the precision is what *needed* pairs would give on the average.

    A tenth of each pair's spread is mirrored away within it.
    """
    luck, size, most = np.random.default_rng(needed), 1_000, 120
    covered, drawn = 0, 0
    precision = float(margin(np.array(needed**-0.5), needed - 1))
    for _ in range(size):
        pair, shift = luck.standard_normal(most // 2), 0.1 * luck.standard_normal(most // 2)
        values = np.stack([pair + shift, pair - shift], axis=1).ravel()

        def look(draws: int, values: np.ndarray = values) -> np.ndarray:
            return margin(*error_of_mean(values[None, :draws], clusters_of(range(draws))))

        draws, half = stopped(look, precision, most)
        covered += abs(values[:draws].mean()) <= half[0]
        drawn += draws
    assert 0.92 <= covered / size <= 0.98
    assert drawn / size >= 2 * max(MINIMUM, 0.8 * needed)


def test_it_looks_from_the_minimum_on_in_batches_and_no_farther_than_it_may():
    looks = []

    def look(draws: int) -> np.ndarray:
        looks.append(draws)
        return np.array([0.1, 1 / draws])

    assert stopped(look, 1.0, 200)[0] == 2 * MINIMUM
    looks.clear()
    assert stopped(look, 0.01, 35)[0] == 35  # the first year never gets there
    assert looks == [2 * MINIMUM, 2 * (MINIMUM + BATCH), 35]
    assert stopped(look, 0.01, 7)[0] == 7


def test_half_widths_by_hand():
    """Pairs of means 9, 10, 11: error 1/√3, t(2) = 4.303: 2.484, of 10; less a baseline that moves alike, 0."""
    columns = pd.MultiIndex.from_product([range(6), [0]], names=["draw", "replication"])
    one = pd.DataFrame([[8.0, 10, 9, 11, 10, 12]], columns=columns)
    assert half_widths([one]) == pytest.approx([0.2484], abs=1e-4)
    assert half_widths([one, one + 3]) == [0.0]
    assert half_widths([one, 2 * one]) == pytest.approx(half_widths([one]))


@pytest.mark.parametrize(("text", "share"), [("0.5%", 0.005), (" 2 %", 0.02)])
def test_a_precision_is_in_per_cent(text, share):
    assert read_precision(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["0.5", "0%", "x%", "100%", "-1%"])
def test_what_is_no_precision_is_told(text):
    with pytest.raises(InputError, match="option --precision"):
        read_precision(text)


@pytest.fixture(scope="module")
def plan_with(inputs, calibration, scenario):
    """Function (draws) → scenario of so many draws, a replication each, to the end of the year, and its plan."""
    def make(draws: int) -> tuple[Scenario, Plan]:
        small = scenario.model_copy(update={"draws": draws, "replications": 1, "until": "2026-12"})
        return small, plan_of(inputs, calibration, month_number(small.until), small)
    return make


def test_a_run_stops_where_it_is_precise_or_says_that_it_is_not(plan_with, tmp_path):
    store, one, lines = UnitStore(tmp_path), prepare(plan_with(22)[0], data_root(), workers=1), list[str]()
    rough = settle(one, store, 0.05, 1, tell=lines.append)
    assert rough.reached and rough.draws == 2 * MINIMUM and not rough.difference and len(lines) == 1
    fine = settle(one, store, 1e-9, 1, tell=lines.append)
    assert not fine.reached and (fine.draws, fine.most) == (22, 22) and set(fine.half_widths) == {2026}
    assert len(list(tmp_path.rglob("*.unit"))) == 22 and len(lines) == 3


def test_a_unit_is_the_same_however_many_draws_its_run_may_have(plan_with):
    """More than the paths that runs are centred on, and fewer."""
    few, many = (project(plan_with(draws)[1], 3, 0) for draws in (4, CENTRED_ON + 2))
    assert few.euros.sum() > 0
    for name, value in vars(few).items():
        np.testing.assert_array_equal(getattr(many, name), value)
