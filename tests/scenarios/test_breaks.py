"""When a break shows: against the closed form of jointly normal months, and in cases that need no computing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from scenarios.breaks import CERTAIN, break_probability, breaks, first_shown

LEVEL, NOISE, MEAN, LIMIT = 40.0, 25.0, 1000.0, 12_100.0
DRAWS = 40_000


@pytest.fixture(scope="module")
def months():
    """A level that a year keeps, N(1000, 40), and a noise of each month, N(0, 25)."""
    rng = np.random.default_rng(7)
    return MEAN + LEVEL * rng.standard_normal((DRAWS, 1)) + NOISE * rng.standard_normal((DRAWS, 12))


def closed_form(to_date: np.ndarray, known: int) -> np.ndarray:
    """P(year > LIMIT) given the sum of the first *known* months, by the normal posterior of the level.

    The sum is N(known × level, known × NOISE²), so the level's posterior precision is 1/LEVEL² + known/NOISE², and the
    months to come are left × level + noise.
    """
    variance = 1 / (1 / LEVEL**2 + known / NOISE**2)
    level = variance * (MEAN / LEVEL**2 + to_date / NOISE**2)
    left = 12 - known
    return norm.sf(LIMIT, to_date + left * level, np.sqrt(left**2 * variance + left * NOISE**2))


@pytest.mark.parametrize("known", [1, 4, 8, 11])
def test_the_regression_finds_the_normal_posterior(months, known):
    to_date = months[:, :known].sum(axis=1)
    found = break_probability(to_date, months.sum(axis=1), LIMIT)
    assert found == pytest.approx(closed_form(to_date, known), abs=0.02)


def test_the_first_month_is_the_closed_forms(months):
    probabilities = np.stack([closed_form(months[:, :known].sum(axis=1), known) for known in range(1, 12)])
    expected = np.where((probabilities >= CERTAIN).any(axis=0), (probabilities >= CERTAIN).argmax(axis=0), 12)
    found = first_shown(months, LIMIT, known=0)
    early = (expected < 11) | (found < 11)
    assert (found[early] == expected[early]).mean() > 0.97


def test_a_break_that_shows_is_true_as_often_as_it_says(months):
    to_date, total = months[:, :6].sum(axis=1), months.sum(axis=1)
    told = break_probability(to_date, total, LIMIT)
    band = (told > 0.75) & (told < 0.85)
    assert breaks(total, LIMIT)[band].mean() == pytest.approx(0.80, abs=0.03)


def test_in_december_every_break_has_shown_and_nothing_else_does_then(months):
    few = months[:200]
    first, broken = first_shown(few, LIMIT, known=11), breaks(few.sum(axis=1), LIMIT)
    assert (first[broken] == 11).all() and (first[~broken] == 12).all()


def test_nothing_shows_in_months_that_are_over(months):
    assert first_shown(months[:200], LIMIT, known=8).min() >= 8


def test_a_sum_without_spread_breaks_or_not_by_the_cent():
    same = np.full(4, 100.0)
    assert not breaks(same, 100.0).any() and breaks(same, 99.99).all()
    assert (break_probability(same, same, 99.0) > 0.999).all()
    assert (break_probability(same, same, 101.0) < 0.001).all()
