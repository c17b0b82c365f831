"""Flow factors against the stock-flow law they were derived from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.flows import factors

REFERENCE = 7000.0
OPEN = (0.0, np.inf)  # no limits

logs = st.floats(-0.3, 0.3)
paths = st.lists(logs, min_size=1, max_size=36).map(lambda x: REFERENCE * np.exp(x))
starts = logs.map(lambda x: REFERENCE * np.exp(x))
turnovers, shares = st.floats(0.05, 1.0), st.floats(0.0, 1.0)


def stock(flows, previous: float, turnover: float) -> np.ndarray:
    """The exact law: N_t = N_{t−1} + A a_t − κ N_{t−1} c_t with A = κ R*."""
    levels = [previous]
    for arrivals, outflow in zip(flows.arrivals, flows.outflow, strict=True):
        levels.append(levels[-1] + turnover * REFERENCE * arrivals - turnover * levels[-1] * outflow)
    return np.array(levels[1:])


def test_by_hand():
    """κ = 0.1, φ = 0.5, from the reference to e^0.01 of it: g = 0.1, so a = e^0.05 and c = e^−0.05."""
    flows = factors([100 * np.exp(0.01)], 100, reference=100, turnover=0.1, arrival_share=0.5)
    assert flows.arrivals == pytest.approx([1.0512710963760241])
    assert flows.outflow == pytest.approx([0.951229424500714])


@given(paths, starts, turnovers, shares)
def test_the_first_order_law_gives_the_path_back(path, previous, turnover, share):
    flows = factors(path, previous, REFERENCE, turnover, share, OPEN)
    x = np.log(previous / REFERENCE)
    for month, level in enumerate(path):
        x += turnover * (np.log(flows.arrivals[month]) - np.log(flows.outflow[month]) - x)
        assert x == pytest.approx(np.log(level / REFERENCE), abs=1e-9)


@given(st.lists(st.floats(-0.005, 0.005), min_size=1, max_size=36), st.floats(-0.02, 0.02),
       st.floats(0.08, 0.3), st.floats(0.3, 0.7))
def test_the_exact_law_stays_within_one_per_cent_of_a_calm_path(moves, start, turnover, share):
    previous = REFERENCE * np.exp(start)
    path = REFERENCE * np.exp(np.clip(start + np.cumsum(moves), -0.05, 0.05))
    flows = factors(path, previous, REFERENCE, turnover, share)
    np.testing.assert_allclose(stock(flows, previous, turnover), path, rtol=0.01)


@given(logs, turnovers, shares)
def test_a_stock_that_stays_is_carried_exactly(level, turnover, share):
    held = REFERENCE * np.exp(level)
    flows = factors([held] * 12, held, REFERENCE, turnover, share, OPEN)
    np.testing.assert_allclose(stock(flows, held, turnover), held, rtol=1e-9)


@given(turnovers, shares)
def test_the_reference_itself_needs_no_factor(turnover, share):
    flows = factors([REFERENCE] * 24, REFERENCE, REFERENCE, turnover, share)
    assert (flows.arrivals == 1).all()
    assert (flows.outflow == 1).all()
    assert not flows.limited.any()


@given(starts, st.tuples(logs, logs).map(sorted), turnovers, shares)
def test_a_higher_path_never_has_fewer_arrivals_nor_faster_exits(previous, levels, turnover, share):
    lower, higher = (factors([REFERENCE * np.exp(x)], previous, REFERENCE, turnover, share) for x in levels)
    assert higher.arrivals[0] >= lower.arrivals[0]
    assert higher.outflow[0] <= lower.outflow[0]


@given(paths, starts, turnovers)
def test_the_share_says_who_carries_the_pressure(path, previous, turnover):
    all_arrivals = factors(path, previous, REFERENCE, turnover, 1.0, OPEN)
    all_outflow = factors(path, previous, REFERENCE, turnover, 0.0, OPEN)
    assert (all_arrivals.outflow == 1).all()
    assert (all_outflow.arrivals == 1).all()
    np.testing.assert_allclose(all_arrivals.arrivals * all_outflow.outflow, 1, rtol=1e-9)


@given(st.lists(logs, min_size=12, max_size=12), starts, turnovers, shares)
def test_draws_are_independent_rows(x, previous, turnover, share):
    draws = REFERENCE * np.exp(np.array(x)).reshape(3, 4)
    together = factors(draws, previous, REFERENCE, turnover, share)
    assert together.arrivals.shape == together.outflow.shape == together.limited.shape == (3, 4)
    for row, path in enumerate(draws):
        alone = factors(path, previous, REFERENCE, turnover, share)
        np.testing.assert_array_equal(together.arrivals[row], alone.arrivals)
        np.testing.assert_array_equal(together.outflow[row], alone.outflow)


def test_each_draw_may_start_from_its_own_stock():
    draws = np.array([[7000.0, 7100.0], [6900.0, 7000.0]])
    together = factors(draws, [7000.0, 6800.0], REFERENCE, 0.1, 0.45)
    second = factors(draws[1], 6800.0, REFERENCE, 0.1, 0.45)
    np.testing.assert_array_equal(together.arrivals[1], second.arrivals)


@given(paths, starts, turnovers, shares)
def test_limits_hold_and_say_where(path, previous, turnover, share):
    free = factors(path, previous, REFERENCE, turnover, share, OPEN)
    held = factors(path, previous, REFERENCE, turnover, share)
    for name in ("arrivals", "outflow"):
        assert getattr(held, name).min() >= 0.5
        assert getattr(held, name).max() <= 2.0
    changed = (held.arrivals != free.arrivals) | (held.outflow != free.outflow)
    np.testing.assert_array_equal(held.limited, changed)
    assert not free.limited.any()


@pytest.mark.parametrize("wrong", [
    {"turnover": 0.0}, {"turnover": 1.2}, {"arrival_share": -0.1}, {"arrival_share": 1.1}, {"reference": 0.0},
    {"previous": 0.0}, {"path": [7000.0, -1.0]}, {"path": [np.nan]},
])
def test_what_cannot_be_a_stock_or_a_share_is_refused(wrong):
    right = {"path": [7000.0], "previous": 7000.0, "reference": 7000.0, "turnover": 0.1, "arrival_share": 0.45}
    with pytest.raises(ValueError, match="must"):
        factors(**(right | wrong))
