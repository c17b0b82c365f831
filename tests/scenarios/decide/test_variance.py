"""Pick-freeze against functions whose indices are known in closed form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.decide.variance import components, indices
from sim.clients.streams import generator


def design(function, draw, inputs, rows, seed=0):
    """Outputs of A, B and A with one column of B, for *function* of (rows, inputs) numbers that *draw* makes."""
    stream = generator(seed, 0, "test of variance")
    a, b = draw(stream, (rows, inputs)), draw(stream, (rows, inputs))
    mixed = np.stack([function(np.where(np.arange(inputs) == place, b, a)) for place in range(inputs)])
    return function(a), function(b), mixed


def normal(stream, size):
    return stream.standard_normal(size)


def ishigami(x):
    return (np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))[:, None]


# Ishigami and Homma 1990 with a = 7, b = 0.1: variances of the parts by integration
ALONE_1, ALONE_2, TOGETHER_13 = (1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8, 0.01 * np.pi**8 * 8 / 225
WHOLE = ALONE_1 + ALONE_2 + TOGETHER_13


@pytest.mark.parametrize("estimator", [indices, components])
def test_ishigami_has_its_closed_form(estimator):
    found = estimator(*design(ishigami, lambda stream, size: stream.uniform(-np.pi, np.pi, size), 3, 8192), 1)
    first = np.array([ALONE_1, ALONE_2, 0]) / WHOLE
    total = np.array([ALONE_1 + TOGETHER_13, ALONE_2, TOGETHER_13]) / WHOLE
    assert found.variance[0] == pytest.approx(WHOLE, rel=0.03)
    assert found.first[:, 0] == pytest.approx(first, abs=0.02)
    assert found.total[:, 0] == pytest.approx(total, abs=0.02)


@given(scales=st.lists(st.floats(0.05, 5), min_size=3, max_size=3), seed=st.integers(0, 50))
@settings(max_examples=8, deadline=None)
def test_layers_that_add_have_the_shares_of_their_variances_and_no_interaction(scales, seed):
    found = components(*design(lambda x: (x * scales).sum(axis=1)[:, None], normal, 3, 512, seed), seed)
    shares = np.square(scales) / np.square(scales).sum()
    assert found.first[:, 0] == pytest.approx(shares, abs=0.06)
    assert found.first.sum() == pytest.approx(1, abs=1e-3)
    assert found.total == pytest.approx(found.first, abs=1e-3)


def test_layers_that_multiply_are_all_interaction():
    """Of the product of two standard normals neither alone tells anything: E(xy | x) = 0."""
    found = components(*design(lambda x: (x[:, 0] * x[:, 1])[:, None], normal, 3, 4096), 1)
    assert found.first[:, 0] == pytest.approx([0, 0, 0], abs=0.05)
    assert found.total[:, 0] == pytest.approx([1, 1, 0], abs=0.05)


@pytest.mark.parametrize("estimator", [indices, components])
def test_what_does_not_vary_has_no_shares_and_bands_hold_the_estimate(estimator):
    still = design(lambda x: np.column_stack([np.full(len(x), 3.0), x.sum(axis=1)]), normal, 3, 128)
    found = estimator(*still, 1)
    assert not found.first[:, 0].any() and not found.total[:, 0].any()
    assert (found.total_band[0, :, 1] < found.total_band[1, :, 1]).all()
    assert (found.first <= found.total + 1e-9).all()


def test_an_80_percent_band_holds_the_truth_about_as_often():
    """Sums of two normals of variances 1 and 3: the share of the first is a quarter."""
    inside = 0
    for seed in range(20):
        found = components(*design(lambda x: (x[:, :1] + 3**0.5 * x[:, 1:2]), normal, 2, 64, seed), seed)
        low, high = found.first_band[:, 0, 0]
        inside += low <= 0.25 <= high
    assert 12 <= inside <= 20
