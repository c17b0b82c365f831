"""The search alone, on problems whose answer is known: monotone, not monotone, noisy, out of reach, several levers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import log2

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scenarios.decide.search import Place, Score, Trials, crossings, seek_one, seek_several

Bounds = list[tuple[int, int]]
ranges = st.tuples(st.integers(-60, 60), st.integers(1, 120)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def trials(excess: Callable[[Place], float], bounds: Bounds,
           cost: Callable[[Place], float] = lambda place: 0.0) -> Trials:
    tried: list[Place] = []

    def attempt(places: list[Place]) -> list[Score]:
        assert not set(places) & set(tried) and len(set(places)) == len(places)  # nothing is tried twice
        tried.extend(places)
        return [Score(excess(place) <= 0, excess(place), cost(place)) for place in places]

    return Trials(attempt, bounds)


@given(ranges, st.data(), st.booleans())
def test_a_monotone_target_gives_the_value_that_a_fine_grid_gives_in_few_trials(span, data, rising):
    low, high = span
    root = data.draw(st.integers(low, high - 1))  # the target holds on one side of root + ½
    asked = trials(lambda place: (place[0] - root - 0.5) * (1 if rising else -1), [span])
    found = seek_one(asked)
    assert found == ("boundary", (root if rising else root + 1,))
    assert crossings(asked) == 1
    assert len(asked.scores) <= 6 + log2(high - low) + 2


@given(ranges, st.data())
def test_whatever_the_target_is_like_the_answer_is_a_boundary_of_it(span, data):
    low, high = span
    excess = dict(zip(range(low, high + 1), data.draw(st.lists(
        st.integers(-3, 3), min_size=high - low + 1, max_size=high - low + 1)), strict=True))
    asked = trials(lambda place: excess[place[0]], [span])
    status, (step,) = seek_one(asked)
    met = {each for each, score in excess.items() if score <= 0}
    tried = {each for each, in asked.scores}
    if status == "boundary":
        near = {step - 1, step + 1} & excess.keys()
        assert step in met and near <= tried and near - met
    elif status == "everywhere":
        assert tried <= met and step == min(max(0, low), high)
    else:
        assert not tried & met and excess[step] == min(excess[each] for each in tried)


@given(ranges, st.data(), st.integers(0, 20))
def test_a_single_valley_is_found_however_narrow(span, data, half):
    low, high = span
    bottom = data.draw(st.integers(low, high))
    asked = trials(lambda place: abs(place[0] - bottom) - half, [span])
    status, (step,) = seek_one(asked)
    assert abs(step - bottom) <= half and status in ("boundary", "everywhere")
    if status == "boundary":
        assert abs(step - bottom) == half


@given(st.integers(-40, 40), st.floats(0, 8), st.integers(0, 1000))
def test_noise_moves_the_answer_no_farther_than_it_reaches(root, noise, seed):
    luck = np.random.default_rng(seed).uniform(-noise, noise, 101)
    asked = trials(lambda place: place[0] - root - 0.5 + luck[place[0] + 50], [(-50, 50)])
    status, (step,) = seek_one(asked)
    assert status == "boundary" and abs(step - root - 0.5) <= noise + 1


@given(ranges, st.sampled_from([-1, 1]))
def test_what_no_value_reaches_is_told_with_the_end_that_comes_nearest(span, slope):
    low, high = span
    asked = trials(lambda place: slope * place[0] + 200, [span])
    assert seek_one(asked) == ("nowhere", (low if slope > 0 else high,))


@given(ranges)
def test_what_every_value_reaches_leaves_today_alone(span):
    assert seek_one(trials(lambda place: -1.0, [span])) == ("everywhere", (min(max(0, span[0]), span[1]),))


@given(st.lists(st.tuples(st.integers(-9, -1), st.integers(1, 9)), min_size=2, max_size=3), st.data())
def test_several_levers_that_add_up_cost_what_the_whole_grid_says(bounds, data):
    """Fewest places moved so that savings per place reach a sum: the grid is tried whole beside the search."""
    gains = data.draw(st.lists(st.integers(1, 9), min_size=len(bounds), max_size=len(bounds)))
    need = data.draw(st.integers(-20, 60))

    def excess(place: Place) -> float:
        return need + sum(gain * step for gain, step in zip(gains, place, strict=True))

    def moved(place: Place) -> float:
        return sum(map(abs, place))

    asked = trials(excess, bounds, moved)
    status, place = seek_several(asked)
    grid = list(product(*(range(low, high + 1) for low, high in bounds)))
    feasible = [each for each in grid if excess(each) <= 0]
    if feasible:
        assert status == "optimum" and excess(place) <= 0 and moved(place) == min(map(moved, feasible))
    else:
        assert (status, place) == ("nowhere", tuple(low for low, _ in bounds))
    assert len(asked.scores) <= len(grid)


@given(st.integers(0, 10**6))
def test_no_step_and_no_exchange_from_the_answer_is_better(seed):
    luck = np.random.default_rng(seed)
    bounds, table, price = [(-6, 6)] * 2, luck.normal(0, 3, (13, 13)), luck.normal(0, 1, (13, 13))
    asked = trials(looked_up(table), bounds, looked_up(price))
    status, place = seek_several(asked)
    near = [(place[0] + one, place[1] + other) for one, other in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))]
    scores = [asked.scores[each] for each in near if asked.within(each)]
    if status == "optimum":
        assert all(not score.met or score.cost >= asked.scores[place].cost for score in scores)
    else:
        assert not any(score.met for score in scores)
    assert (status, place) == seek_several(trials(looked_up(table), bounds, looked_up(price)))  # the same way again


def looked_up(table: np.ndarray) -> Callable[[Place], float]:
    return lambda place: float(table[place[0] + 6, place[1] + 6])
