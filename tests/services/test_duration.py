"""Durations, and what is left of them for those met inside: against numerical integrals and people met by chance."""

import numpy as np
import pytest

from sim.services.duration import Duration


def duration(mean, spread):
    known = {"source": "x", "status": "estimate"}
    return Duration(mean={"value": mean, "unit": "months", "range": [0, 99], **known},
                    spread={"value": spread, "unit": "standard deviation over mean", **known})


@pytest.fixture(params=[(0.84, 0.5), (4.15, 0.7), (7.4, 0.3), (3.0, 1.0), (2.0, 1.6)], ids=str)
def stay(request):
    return duration(*request.param)


def test_mean_and_spread_are_those_asked_for(stay):
    middle = (np.arange(400_000) + 0.5) / 400_000
    days = stay.days(middle)
    assert days.mean() == pytest.approx(stay.mean_days, rel=2e-3)
    assert days.std() / days.mean() == pytest.approx(float(stay.spread), rel=1e-2)


def test_share_left_is_the_integral_of_longer_stays_over_the_mean(stay):
    days = np.linspace(0, 60 * stay.mean_days, 1_200_001)
    longer = stay.share_longer(days)
    beyond = np.concatenate([[0], np.cumsum((longer[1:] + longer[:-1]) / 2 * np.diff(days))])
    left = (beyond[-1] - beyond) / stay.mean_days
    assert stay.share_left_longer(days[::5000]) == pytest.approx(left[::5000], abs=1e-4)
    assert stay.share_left_longer(0) == 1


def test_mean_left_is_the_integral_of_the_share_left(stay):
    days = np.linspace(0, 60 * stay.mean_days, 200_001)
    assert np.trapezoid(stay.share_left_longer(days), days) == pytest.approx(stay.mean_left, rel=1e-3)


def test_without_memory_what_is_left_is_as_long_as_the_whole():
    stay = duration(3.0, 1.0)
    days = np.linspace(0, 500, 50)
    assert stay.share_left_longer(days) == pytest.approx(np.exp(-days / stay.mean_days))


def test_nearly_equal_stays_are_met_half_way():
    assert duration(6.0, 0.05).mean_left == pytest.approx(duration(6.0, 0.05).mean_days / 2, rel=3e-3)


def test_days_left_are_those_of_people_met_in_a_service_that_has_run_for_long(stay):
    # entrants evenly in time over 60 mean stays; whoever is inside at the end is met
    chance = np.random.default_rng(3)
    span = 60 * stay.mean_days
    start, length = chance.uniform(0, span, 600_000), stay.days(chance.uniform(size=600_000))
    met = start + length > span
    left = np.sort((start + length - span)[met])
    drawn = stay.days_left(chance.uniform(size=20_000), chance.uniform(size=20_000))
    error = 4 * left.std() / np.sqrt(len(left))
    assert stay.mean_left == pytest.approx(left.mean(), abs=error)
    assert drawn.mean() == pytest.approx(left.mean(), abs=error + 4 * drawn.std() / np.sqrt(20_000))
    at = np.quantile(left, [0.1, 0.5, 0.9])
    assert stay.share_left_longer(at) == pytest.approx([0.9, 0.5, 0.1], abs=0.02)
    assert (drawn[:, None] > at).mean(axis=0) == pytest.approx([0.9, 0.5, 0.1], abs=0.03)
