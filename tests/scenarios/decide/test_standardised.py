"""Producers compared where the truth is known: equal producers with other clients, and unlike ones with the same."""

import numpy as np
import pandas as pd
import pytest

from scenarios.decide.standardised import Clients, Standardised, between_units, of_one_year, shrunk, standardise

EASY, HARD = 0.45, 0.10  # chance of an outcome by kind of client
SHARE_OF_EASY = (0.8, 0.3)  # of two producers


def clients(rng, units, size, effect=(1.0, 1.0), shares=SHARE_OF_EASY):
    """Clients of two producers, of two kinds; a producer multiplies the chance by its effect, a unit by its luck."""
    producer = np.tile(np.repeat([0, 1], size), units)
    unit = np.repeat(np.arange(units), 2 * size)
    easy = rng.random(len(producer)) < np.array(shares)[producer]
    luck = np.exp(0.2 * rng.standard_normal(units))[unit]
    chance = np.where(easy, EASY, HARD) * np.array(effect)[producer] * luck
    outcome = (rng.random(len(producer)) < chance).astype(float)
    return Clients(producer, unit, unit, easy.astype(int)[:, None], outcome)


def test_equal_producers_with_other_clients_are_told_equal_and_their_raw_rates_are_not():
    rng = np.random.default_rng(1)
    data = clients(rng, units=40, size=150)
    found = standardise(data, 2)
    raw = found.outcomes / found.starters
    assert raw[0] - raw[1] > 0.12  # 0.38 and 0.205 by their kinds
    assert found.ratio == pytest.approx([1, 1], abs=0.05)
    assert not found.told.any()
    assert found.expected.sum() == pytest.approx(found.outcomes.sum())


def test_a_known_difference_is_found_whatever_the_mix():
    """With effects 1.2 and 0.8, and halves of a service each, the ratio of both is 1.5."""
    found = standardise(clients(np.random.default_rng(2), units=40, size=300, effect=(1.2, 0.8)), 2)
    assert found.ratio[0] / found.ratio[1] == pytest.approx(1.5, abs=0.12)
    assert found.told.all()


def test_intervals_of_equal_producers_cover_one_in_four_of_five():
    """80 % intervals: of 120 small runs chance moves the share by 4 points; of 1 200 it was 79 %."""
    covered, rng = [], np.random.default_rng(3)
    for _ in range(120):
        low, high = standardise(clients(rng, units=6, size=60), 2).interval()
        covered.append((low[0] <= 1) & (high[0] >= 1))
    assert np.mean(covered) == pytest.approx(0.80, abs=0.1)


def test_with_one_characteristic_expected_outcomes_are_those_of_its_cells():
    """Producers that do alike in every cell: expected is the sum of the cells' own rates, by hand."""
    producer = np.repeat([0, 0, 1, 1], [400, 600, 900, 100])
    kind = np.repeat([0, 1, 0, 1], [400, 600, 900, 100])
    outcome = np.concatenate([np.arange(size) < size * rate for size, rate in
                              ((400, 0.5), (600, 0.1), (900, 0.5), (100, 0.1))]).astype(float)
    found = standardise(Clients(producer, np.zeros(2000, int), np.zeros(2000, int), kind[:, None], outcome), 2)
    assert found.expected == pytest.approx([400 * 0.5 + 60, 450 + 10], rel=1e-3)
    assert np.isinf(found.error).all() and np.isnan(found.interval()).all() and not found.told.any()  # one cluster


def test_shrinkage_leaves_the_well_known_and_draws_the_little_known_towards_the_mean():
    def service(ratio, error):
        ones = np.ones(len(ratio))
        return Standardised(ones, ones, ones, np.array(ratio), np.array(error), 0.3, 10)

    surely, hardly = shrunk([service([1.4, 0.6], [0.01, 0.01]), service([1.4, 0.6], [0.4, 0.4])])
    assert surely == pytest.approx([1.4, 0.6], abs=0.01)
    assert hardly == pytest.approx([1 + 0.4 * 2 / 3, 1 - 0.4 * 2 / 3], abs=0.01)  # 0.32 ÷ (0.32 + 0.16) by hand
    same, = shrunk([service([1.02, 0.98], [0.1, 0.1])])
    assert same == pytest.approx([1, 1])  # no more apart than chance: nothing is left
    alone, = shrunk([service([1.0], [0.2])])
    assert alone == pytest.approx([1.0])


def test_shrunk_ratios_are_nearer_the_truth_than_raw_ones():
    rng = np.random.default_rng(4)
    truth = 1 + 0.15 * rng.standard_normal((30, 4))
    error = rng.choice([0.05, 0.4], truth.shape)
    seen = truth + error * rng.standard_normal(truth.shape)
    ones = np.ones(4)
    drawn = shrunk([Standardised(ones, ones, ones, *row, 0.3, 10) for row in zip(seen, error, strict=True)])
    assert np.mean((np.array(drawn) - truth) ** 2) < 0.6 * np.mean((seen - truth) ** 2)


def test_a_years_clients_show_their_rate_within_the_interval():
    """40 clients at 30 %, whose true rate moves by 5 points from year to year: four years of five."""
    rng, rate, clients_a_year = np.random.default_rng(5), 0.3, 40
    low, high = of_one_year(np.array([rate]), np.array([clients_a_year]), 0.05 ** 2)
    years = rng.binomial(clients_a_year, np.clip(rate + 0.05 * rng.standard_normal(20_000), 0, 1)) / clients_a_year
    assert np.mean((years >= low) & (years <= high)) == pytest.approx(0.8, abs=0.04)
    assert of_one_year(np.array([0.0]), np.array([10]), 0.0)[1] == 0


def test_the_variance_between_units_leaves_binomial_chance_out():
    rng = np.random.default_rng(6)
    for spread in (0.0, 0.08):
        rate = np.repeat(0.4 + spread * rng.standard_normal(400), 50)
        frame = pd.DataFrame({"unit": np.repeat(np.arange(400), 50), "outcome": rng.random(20_000) < rate})
        assert between_units(frame) == pytest.approx(spread ** 2, abs=1.2e-3)
