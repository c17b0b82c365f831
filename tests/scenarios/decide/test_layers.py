"""Recombined units are those of a run where nothing is recombined; main effects of lines that add are known."""

import numpy as np
import pytest

from scenarios.decide import layers as module
from scenarios.decide.inputs import chosen, inputs_of
from scenarios.decide.layers import _recombined, layers, main_effects
from scenarios.decide.outturn import ALL_YEARS
from scenarios.exposure import central
from scenarios.project import project


def test_a_unit_of_one_draw_in_all_layers_is_the_run_s_own(setting):
    own = project(setting.plan, 2, 0)
    assert np.array_equal(_recombined(setting.plan, [2, 2, 2]).euros, own.euros)


@pytest.mark.parametrize("place", range(3))
def test_each_layer_alone_is_exchanged(setting, place):
    """Another draw prices the same events otherwise; another path or luck leaves utilisation and slips alone."""
    numbers = [0, 0, 0]
    numbers[place] = 2
    unit, own = _recombined(setting.plan, numbers), _recombined(setting.plan, [0, 0, 0])
    assert not np.array_equal(unit.euros, own.euros)
    assert unit.draw == numbers[0]


def test_operating_cost_is_all_of_the_draw_and_shares_are_of_one_whole(setting):
    rows = layers(setting, 1, 1)
    assert set(rows["layer"]) == {"draw", "path", "replication", "interaction"}
    operating = rows[rows["object"] == "operating"].set_index(["year", "layer"])["first"]
    assert operating[ALL_YEARS, "draw"] == pytest.approx(1)
    assert operating[ALL_YEARS, "path"] == pytest.approx(0, abs=1e-6)
    sums = rows.groupby(["object", "year"])["first"].sum()
    assert sums.to_numpy() == pytest.approx(1)


def test_main_effects_of_lines_that_add_are_their_squared_ranges(setting, monkeypatch):
    """Purchases and other costs, even over their ranges: variances are a twelfth of the squared widths.

    People do not hang on them, so one simulation stands for all.
    """
    unit = project(central(setting.plan), 0, 0)
    monkeypatch.setattr(module, "project", lambda plan, draw, replication: unit)
    names = ["books.operating.purchases", "books.operating.other"]
    inputs = chosen(inputs_of(setting), names)
    found = main_effects(setting, inputs, 64, 1)
    figures = dict(setting.books.plan.figures())
    widths = np.array([np.diff(figures[name.removeprefix("books.")].range)[0] for name in names])
    shares = dict(zip(names, widths**2 / (widths**2).sum(), strict=True))
    whole = found[(found["object"] == "net") & (found["year"] == ALL_YEARS)].set_index("input")
    for name, share in shares.items():
        assert whole.loc[name, "total"] == pytest.approx(share, abs=0.05)
        assert whole.loc[name, "first"] <= whole.loc[name, "total"]
    assert whole["deviation"].iloc[0] == pytest.approx(((widths**2).sum() / 12) ** 0.5, rel=0.05)
