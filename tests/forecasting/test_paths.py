"""Sampled paths of recipients and the flows that bring them about, against the identity that joins the two."""

from dataclasses import replace

import numpy as np
import pytest

from forecasting.paths import StockModel

TURNOVER, SHARE, SPREAD = 0.08, 0.45, 0.1
DRAWS = range(40)


@pytest.fixture(scope="module")
def model(recipients) -> StockModel:
    return StockModel(recipients, TURNOVER, SHARE, SPREAD)


@pytest.fixture(scope="module")
def sampled(model):
    return model.sampled(model.fitted(24, None), DRAWS, 3)


def test_every_draw_splits_the_same_pressure_in_its_own_proportion(model, sampled):
    fixed = replace(model, arrival_share_sd=0.0)
    paths, flows = fixed.sampled(fixed.fitted(24, None), DRAWS, 3)
    assert np.array_equal(paths, sampled[0])  # whoever brings it about, the stock is the same
    free = ~(flows.limited | sampled[1].limited)
    # log a - log c = g, and the share of arrivals is (log a) / g
    pressure = np.log(flows.arrivals / flows.outflow)
    np.testing.assert_allclose(np.log(sampled[1].arrivals / sampled[1].outflow)[free], pressure[free], atol=1e-12)
    share = np.where(free, np.log(sampled[1].arrivals), np.nan) / np.where(free, pressure, np.nan)
    assert np.nanmax(np.nanstd(share, axis=1)) < 1e-9  # one a draw
    drawn = np.nanmean(share, axis=1)
    assert drawn.std() == pytest.approx(SPREAD, rel=0.35)  # forty mirrored draws: twenty numbers
    np.testing.assert_allclose(drawn[::2] + drawn[1::2], 2 * SHARE)


def test_arrivals_and_exits_of_draws_are_no_longer_one_number(sampled):
    arrivals, outflow = np.log(sampled[1].arrivals[:, 12]), np.log(sampled[1].outflow[:, 12])
    assert -0.99 < np.corrcoef(arrivals, outflow)[0, 1] < -0.3


def test_more_draws_keep_those_that_were_there(model, sampled):
    paths, flows = model.sampled(model.fitted(24, None), range(6), 3)
    assert np.array_equal(paths, sampled[0][:6])
    assert np.array_equal(flows.arrivals, sampled[1].arrivals[:6])
