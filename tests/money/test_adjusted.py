"""Full-day equivalents by day class, against a loop over days."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import State
from sim.law.ladder import Ladder
from sim.money.adjusted import FullDays

HALVES = FullDays((100, 200, 300, 400, 700), np.array([1.0, 0.5, 0.5, 0.5, 0.5, 0.5]))
paces = st.lists(st.floats(0.3, 1.3), min_size=6, max_size=6)


def test_at_half_pay_every_bound_takes_twice_the_days():
    assert HALVES.paid_days(np.array([-7, 0, 1, 100, 700, 1000])).tolist() == [-7, 0, 2, 200, 1400, 2000]
    assert HALVES.ladder(Ladder((100, 400), (0.0, 0.2, 0.5))).thresholds == (200, 800)
    assert HALVES.number(np.array([1, 2, 3, 200, 201])).tolist() == [1, 1, 2, 100, 101]


def test_the_free_class_moves_as_the_first_charged_one_and_no_day_counts_for_more_than_one():
    scale = FullDays((100, 200), np.array([1.0, 0.8, 1.25]))
    assert scale.paid_days(np.array([100, 200, 300])).tolist() == [125, 250, 350]


@given(paces, st.integers(0, 900))
def test_counting_day_by_day_reaches_each_number_on_the_same_day(utilisation, bound):
    """A day adds the utilisation of the class that the counter stands in, part by part."""
    scale = FullDays((100, 200, 300, 400, 700), np.array(utilisation))
    pace, bounds = np.minimum([utilisation[1], *utilisation[1:]], 1.0), (100, 200, 300, 400, 700, np.inf)
    counter, days = 0.0, 0
    while counter < bound - 1e-7:
        left = 1.0
        while left > 1e-12:
            step = next(n for n, top in enumerate(bounds) if counter < top - 1e-9)
            used = min(left, (bounds[step] - counter) / pace[step])
            counter, left = counter + used * pace[step], left - used
        days += 1
    assert scale.paid_days(np.array([bound])).tolist() == [days]


@given(paces, st.integers(1, 1500))
def test_number_leads_back_from_paid_days(utilisation, number):
    scale = FullDays((100, 200, 300, 400, 700), np.array(utilisation))
    days = scale.paid_days(np.array([number]))
    assert scale.number(days)[0] <= number <= scale.number(days + 1)[0]


def test_what_a_client_brings_is_stretched_until_the_count_begins_anew():
    """Client 0 brings 150 days, which take 300 paid ones, and is reset on the third spell; client 1 brings nothing."""
    log = pd.DataFrame({"client": [0, 0, 0, 0, 1, 1], "state": [int(State.UNEMPLOYED)] * 6,
                        "start": [0.0, 50, 400, 500, 0, 90], "end": [40.0, 90, 440, 540, 60, 99],
                        "counter": [150, 178, -7, 21, 0, 43]})
    assert HALVES.counted(log)["counter"].tolist() == [300, 328, -7, 21, 0, 43]


def test_nobody_brings_a_stretch_while_waiting_days_are_left():
    log = pd.DataFrame({"client": [0], "state": [0], "start": [0.0], "end": [9.0], "counter": [-3]})
    assert HALVES.counted(log)["counter"].tolist() == [-3]


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_an_empty_log_stays_empty(share):
    empty = pd.DataFrame({name: np.array([], dtype=np.int64) for name in ("client", "state", "counter")})
    assert FullDays((100,), np.array([1.0, share])).counted(empty).empty
