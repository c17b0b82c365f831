"""Days and months against numpy's own business-day count and against dates looked up in a calendar."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.law.calendar import (
    benefit_day,
    benefit_days_before,
    benefit_days_in_month,
    date_of,
    day_number,
    month_label,
    month_number,
    month_of,
    month_start,
)

FIRST, LAST = day_number("1970-01-01"), day_number("2100-12-31")
days = st.integers(FIRST, LAST)


def busdays(start, end):
    return np.busday_count(np.asarray(start).astype("datetime64[D]"), np.asarray(end).astype("datetime64[D]"))


@given(days, days)
def test_difference_is_the_number_of_weekdays(a, b):
    start, end = min(a, b), max(a, b)
    assert benefit_days_before(end) - benefit_days_before(start) == busdays(start, end)


@given(st.integers(-20_000, 40_000))
def test_a_benefit_day_is_a_weekday_with_so_many_before_it(ordinal):
    day = int(benefit_day(ordinal))
    assert date_of(day).weekday() < 5
    assert (benefit_days_before(day), benefit_days_before(day + 1)) == (ordinal, ordinal + 1)


@given(st.integers(-40_000, -1))
def test_days_before_1970_count_negative(day):
    assert benefit_days_before(day) == -busdays(day, 0)


def test_week_around_the_epoch_by_hand():
    # 1969-12-29 Monday ... 1970-01-01 Thursday = day 0 ... 1970-01-05 Monday
    assert benefit_days_before(np.arange(-3, 6)).tolist() == [-3, -2, -1, 0, 1, 2, 2, 2, 3]


def test_every_day_of_131_years_at_once():
    every = np.arange(FIRST, LAST + 1).reshape(1, -1)
    counted = benefit_days_before(every)
    assert counted.dtype == np.int64
    assert counted.shape == every.shape
    assert np.array_equal(counted, busdays(np.zeros_like(every), every))


@pytest.mark.parametrize(
    ("label", "benefit_days"),
    [
        ("2024-02", 21),  # leap year, from Thursday to Thursday
        ("2026-02", 20),  # four whole weeks
        ("2026-08", 21),  # begins on a Saturday
        ("2027-01", 21),  # begins on a Friday; New Year's Day is a benefit day
        ("2000-02", 21),  # leap century
        ("2100-02", 20),  # no leap year
    ],
)
def test_benefit_days_in_month(label, benefit_days):
    assert benefit_days_in_month(month_number(label)) == benefit_days


def test_a_leap_day_belongs_to_february():
    leap = day_number("2028-02-29")
    assert month_label(month_of(leap)) == "2028-02"
    assert month_label(month_of(leap + 1)) == "2028-03"
    assert month_start(month_number("2028-03")) == leap + 1


@given(days)
def test_months_and_days_agree_with_the_standard_library(day):
    as_date = date(1970, 1, 1) + timedelta(days=day)
    assert date_of(day) == as_date
    assert day_number(as_date.isoformat()) == day
    month = month_of(day)
    assert month == as_date.year * 12 + as_date.month - 1
    assert month_label(month) == as_date.strftime("%Y-%m")
    assert date_of(month_start(month)) == as_date.replace(day=1)
    assert month_number(month_label(month)) == month


def test_day_numbers_by_hand():
    assert day_number("1970-01-01") == 0
    assert day_number(date(1972, 2, 29)) == 365 + 365 + 31 + 28
    assert day_number("1969-12-31") == -1


def test_months_before_1970():
    assert month_of([-1, 0]).tolist() == [1969 * 12 + 11, 1970 * 12]
    assert month_start([1969 * 12 + 11, 1970 * 12]).tolist() == [-31, 0]


@pytest.mark.parametrize("text", ["2026-13", "2026-8", "8/2026", "2026-08-01", ""])
def test_a_wrong_month_is_named(text):
    with pytest.raises(ValueError, match="is not a month written like 2026-08"):
        month_number(text)


@pytest.mark.parametrize("text", ["1.9.2026", "20260901", "2026-W36-2"])
def test_a_wrong_date_is_named(text):
    with pytest.raises(ValueError, match="is not a date written like 2026-09-01"):
        day_number(text)


@pytest.mark.parametrize("function", [benefit_days_before, month_of, month_start])
def test_fractions_of_a_day_are_refused(function):
    with pytest.raises(TypeError):
        function(np.array([20000.5]))


@pytest.mark.parametrize("function", [benefit_days_before, benefit_days_in_month, month_of, month_start])
def test_a_scalar_stays_a_scalar(function):
    assert isinstance(function(24_000), np.int64)
