"""Paid days and the work condition, against loops over dates."""

from datetime import date, timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.counter import meets_work_condition, paid_days
from sim.law.calendar import day_number

times = st.floats(0, 1200, allow_nan=False)


def weekdays_with_midnight_in(start, end, origin):
    """Mondays to Fridays whose midnight lies in [start, end), one by one."""
    days = range(ceil(start), ceil(end))
    return sum((origin + timedelta(day)).weekday() < 5 for day in days)


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), times, times)
def test_paid_days_are_the_weekdays_whose_midnight_lies_in_the_spell(origin, a, b):
    start, end = sorted((a, b))
    assert paid_days(start, end, day_number(origin)) == weekdays_with_midnight_in(start, end, origin)


@given(times, times, times)
def test_a_spell_split_anywhere_has_the_same_paid_days(a, b, c):
    start, cut, end = sorted((a, b, c))
    origin = day_number("2026-01-01")
    assert paid_days(start, cut, origin) + paid_days(cut, end, origin) == paid_days(start, end, origin)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (0.0, 1.0, 1),  # Thursday 1 January 2026
        (0.0, 7.0, 5),
        (2.0, 4.0, 0),  # the weekend of 3 and 4 January
        (0.5, 1.0, 0),  # no midnight inside
        (0.5, 1.5, 1),  # midnight of Friday
        (4.0, 4.0, 0),
    ],
)
def test_paid_days_of_the_first_week_of_2026_by_hand(start, end, days):
    assert paid_days(start, end, day_number("2026-01-01")) == days


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300)), max_size=6), st.integers(0, 200))
def test_the_work_condition_counts_the_days_of_work_in_the_window(waits, since):
    work, now = [], 0
    for gap, length in waits:
        work.append((now + gap, now + gap + length))
        now += gap + length
    now += since
    worked = {day for start, end in work for day in range(start, end)}
    inside = len(worked & set(range(now - 852, now)))
    assert meets_work_condition(work, now, needed=365, window=852) == (inside >= 365)
