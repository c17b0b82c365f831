"""The ladder against a loop over days and against amounts worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.law import Ladder, load_law
from sim.law.calendar import day_number

AMOUNT = 37.21


@pytest.fixture(scope="module")
def ladder():
    return load_law().ladder(day_number("2026-01-01"))


@st.composite
def ladders(draw):
    thresholds = sorted(draw(st.sets(st.integers(1, 400), max_size=6)))
    shares = sorted(draw(st.lists(st.integers(0, 100), min_size=len(thresholds) + 1, max_size=len(thresholds) + 1)))
    return Ladder(tuple(thresholds), tuple(share / 100 for share in shares))


def share_by_search(ladder, day):
    """Share of one paid day, by going up the steps one at a time."""
    for last_day, share in zip(ladder.thresholds, ladder.shares, strict=False):
        if day <= last_day:
            return share
    return ladder.shares[-1]


@given(ladders(), st.integers(-50, 500))
def test_cumulated_equals_the_loop_over_days(ladder, n):
    looped = sum(share_by_search(ladder, day) for day in range(1, n + 1))
    assert ladder.cumulated(n) == pytest.approx(looped, abs=1e-9)


@given(ladders(), st.integers(1, 500))
def test_one_more_day_costs_its_share(ladder, n):
    assert ladder.share_of_day(n) == share_by_search(ladder, n)
    assert ladder.cumulated(n) - ladder.cumulated(n - 1) == pytest.approx(share_by_search(ladder, n), abs=1e-9)


@pytest.mark.parametrize(
    ("n", "euros"),
    [
        (100, 0.00),
        (101, 3.721),
        (200, 372.10),  # 100 x 3.721
        (201, 379.542),  # + 7.442
        (300, 1116.30),  # + 100 x 7.442
        (400, 2232.60),  # + 100 x 11.163
        (700, 6697.80),  # + 300 x 14.884
        (701, 6716.405),  # + 18.605
        (1000, 12279.30),  # + 300 x 18.605; "12 279 euros" in the law reference
    ],
)
def test_euros_per_person_by_hand(ladder, n, euros):
    assert AMOUNT * ladder.cumulated(n) == pytest.approx(euros, abs=1e-9)


def test_full_days_at_the_thresholds_are_exact(ladder):
    assert ladder.cumulated(ladder.thresholds).tolist() == [0, 10, 30, 60, 180]


def test_class_labels_are_those_of_kela(ladder):
    assert ladder.class_labels == ("0-100", "101-200", "201-300", "301-400", "401-700", "701-")


def test_edges_fall_into_the_class_whose_label_holds_them(ladder):
    edges = [1, 100, 101, 200, 201, 300, 301, 400, 401, 700, 701, 5000]
    labels = ["0-100", "101-200", "201-300", "301-400", "401-700", "701-"]
    assert [ladder.class_labels[step] for step in ladder.class_of_day(edges)] == list(np.repeat(labels, 2))
    assert ladder.share_of_day(edges).tolist() == [0, 0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.5, 0.5]


def test_waiting_days_cost_nothing_even_where_the_first_step_is_charged():
    charged_at_once = Ladder((), (0.5,))
    assert charged_at_once.cumulated([-7, -1, 0, 1, 2]).tolist() == [0, 0, 0, 0.5, 1.0]
    assert charged_at_once.class_labels == ("0-",)


def test_arrays_keep_their_shape(ladder):
    n = np.arange(-3, 897).reshape(30, 30)
    for function in (ladder.cumulated, ladder.share_of_day, ladder.class_of_day):
        assert function(n).shape == n.shape
