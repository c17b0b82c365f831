"""Operating cost: by hand as planned, and its spread, mirror and keys as drawn."""

from __future__ import annotations

import numpy as np
import pytest

from sim.money.operating import drawn_costs, planned_costs, read_operating
from sources.errors import InputError

SECOND = """\
  rents:
    title: Vuokrat
    yearly: {value: 1200, unit: €/year, source: x, status: verified}
    pattern: {value: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], timing: 0.1, unit: weight, source: x, status: verified}
"""


@pytest.fixture
def plan(write_books):
    return read_operating(write_books() / "operating.yaml", [2026])


def test_the_plan_by_hand(plan):
    # staff: 10 FTE × 60 000 × 1.02 / 12 = 51 000 a month; purchases: 1 000 000 × 1.10, a quarter of it in July
    months = planned_costs(plan, [2026])
    assert list(plan.titles.values()) == ["Ensi", "Ostot"]
    assert months[:, 0].tolist() == [51_000.0] * 12
    assert months[:, 1].tolist() == [0, 0, 0, 0, 0, 0, 275_000.0, 0, 0, 0, 0, 825_000.0]


def test_a_figure_spreads_by_a_quarter_of_its_range(plan):
    # range 0.8 to 1.2 M€: standard deviation 0.1 M€, at 2026 prices 0.11 M€; staff has no range
    costs = drawn_costs(plan, [2026], 4000, seed=1)
    assert costs.shape == (4000, 12, 2)
    years = costs.sum(axis=1)
    assert years[:, 0] == pytest.approx(612_000.0, abs=0.06)
    assert years[:, 1].std() == pytest.approx(110_000, rel=0.05)


def test_mirrored_pairs_have_the_plan_for_their_centre(plan):
    years = drawn_costs(plan, [2026], 10, seed=1)[:, :, 1].sum(axis=1)
    assert years.reshape(-1, 2).mean(axis=1) == pytest.approx(1_100_000, abs=0.02)


def test_timing_moves_months_and_not_the_year(write_books):
    folder = write_books(plan=lambda text: text.replace(", range: [800000, 1200000]", ""))
    steady = read_operating(folder / "operating.yaml", [2026])
    purchases = drawn_costs(steady, [2026], 40, seed=1)[:, :, 1]
    assert purchases.sum(axis=1) == pytest.approx(1_100_000, abs=0.02)
    assert purchases[:, 6].std() > 10_000 and (purchases[:, :6] == 0).all()


def test_another_line_draw_or_year_shifts_nobodys_luck(plan, write_books):
    more = read_operating(write_books(plan=lambda text: text.replace("2026:", "2025: {value: 1.0, unit: factor, "
                          "source: x, status: verified}, 2026:") + SECOND) / "operating.yaml", [2025, 2026])
    wide = drawn_costs(more, [2025, 2026], 8, seed=3)
    assert (wide[:4, 12:, :2] == drawn_costs(plan, [2026], 4, seed=3)).all()
    assert wide.shape == (8, 24, 3)


def test_another_seed_is_another_luck(plan):
    assert not np.allclose(drawn_costs(plan, [2026], 2, seed=1), drawn_costs(plan, [2026], 2, seed=2))


@pytest.mark.parametrize(("old", "new", "words"), [
    ("pay_index: {2026:", "pay_index: {2027:", ["key staff.pay_index", "has no year 2026", "add 2026"]),
    ("price_index: {2026:", "price_index: {2025:", ["key price_index", "has no year 2026"]),
    ("[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "[1, 1]", ["staff.pattern.value, line 2", "at least 12"]),
    ("[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]", ["weights are all 0"]),
    ("unit: FTE", "unit: people", ["staff.units.first.staff.unit, line 7", "FTE"]),
    ("yearly:", "planned:", ["key lines.purchases.planned, line 13", "unknown key"]),
])
def test_a_fault_is_one_line(old, new, words, write_books):
    folder = write_books(plan=lambda text: text.replace(old, new, 1))
    with pytest.raises(InputError) as fault:
        read_operating(folder / "operating.yaml", [2026])
    assert all(word in str(fault.value) for word in ["operating.yaml", "Mend: ", *words]), fault.value
