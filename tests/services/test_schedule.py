"""Statutory meetings by hand under both laws, and across the change of 2026."""

from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.counter import DAYS_PER_MONTH
from sim.law import load_law
from sim.law.calendar import date_of, day_number
from sim.services.caseworkers import Task
from sim.services.schedule import SAME_DAY, Schedule, initial_due, next_statutory

LAW = load_law()
OLD, NEW = (Schedule.of(LAW.meetings(date(year, 1, 1))) for year in (2025, 2026))
QUARTER = 3 * DAYS_PER_MONTH
DISCUSSION, SUPPLEMENTARY = Task.STATUTORY_DISCUSSION, Task.SUPPLEMENTARY_DISCUSSION


def course(schedules, initial, until):
    """Every meeting due before *until*, each held on its day."""
    found, last = [], initial
    while True:
        last, task = next_statutory(schedules, initial, last)
        if last >= until:
            return found
        found.append((last, task))


@pytest.mark.parametrize(("registered", "within", "due"), [
    ("2026-09-01", 10, "2026-09-15"),  # Tuesday: ten working days are two weeks
    ("2026-09-04", 5, "2026-09-11"),  # Friday
    ("2026-09-05", 5, "2026-09-11"),  # a Saturday's first working day is Monday
    ("2026-09-06", 1, "2026-09-07"),
])
def test_the_initial_interview_is_due_in_working_days(registered, within, due):
    assert date_of(initial_due(day_number(registered), within)).isoformat() == due


def test_the_law_of_2026_wants_a_discussion_every_three_months():
    assert course([(0.0, NEW)], 10.0, 400.0) == [(10 + QUARTER * n, DISCUSSION) for n in (1, 2, 3, 4)]


def test_the_law_before_wants_twelve_contacts_in_the_first_year():
    month = DAYS_PER_MONTH
    expected = [*((14.0 * n, SUPPLEMENTARY) for n in range(1, 7)), (QUARTER, DISCUSSION), (2 * QUARTER, DISCUSSION),
                (6.5 * month, SUPPLEMENTARY), (7 * month, SUPPLEMENTARY), (3 * QUARTER, DISCUSSION)]
    assert course([(0.0, OLD)], 0.0, 365.0) == [(pytest.approx(day), task) for day, task in expected]


@pytest.mark.parametrize(("schedule", "day"), [(OLD, date(2025, 6, 1)), (NEW, date(2026, 6, 1))])
def test_contacts_of_a_year_are_those_that_the_law_file_reckons(schedule, day):
    [reckoned] = [item for item in LAW.evidence() if item.key == "contacts_first_year" and item.since <= day
                  and (item.until is None or day <= item.until)]
    low, high = reckoned.range
    assert low <= 1 + len(course([(0.0, schedule)], 0.0, 365.0)) <= high


def test_the_later_half_years_have_their_intensive_month_too():
    tasks = [(round(day / DAYS_PER_MONTH, 6), task) for day, task in course([(0.0, OLD)], 0.0, 740.0)]
    assert [month for month, task in tasks if task == SUPPLEMENTARY and month > 3] == [6.5, 7, 12.5, 13, 18.5, 19]


def test_a_meeting_goes_by_the_law_of_the_day_it_is_due():
    """Interviewed on 1 December 2025: two supplementary discussions before the year ends, then none."""
    change = day_number("2026-01-01") - day_number("2025-12-01")
    schedules = [(0.0, OLD), (float(change), NEW)]
    assert course(schedules, 0.0, 200.0) == [(14.0, SUPPLEMENTARY), (28.0, SUPPLEMENTARY), (QUARTER, DISCUSSION),
                                             (2 * QUARTER, DISCUSSION)]
    # and back again, as a scenario may want it: the discussions keep their place
    assert course([(0.0, NEW), (20.0, OLD)], 0.0, 60.0) == [(28.0, SUPPLEMENTARY), (42.0, SUPPLEMENTARY),
                                                            (56.0, SUPPLEMENTARY)]


def test_a_late_meeting_takes_the_place_of_those_it_has_overtaken():
    assert next_statutory([(0.0, OLD)], 0.0, 30.0) == (42.0, SUPPLEMENTARY)
    assert next_statutory([(0.0, NEW)], 0.0, QUARTER + 20) == (2 * QUARTER, DISCUSSION)
    assert next_statutory([(0.0, NEW)], 0.0, 2.5 * QUARTER) == (3 * QUARTER, DISCUSSION)


def due_days(schedule, until):
    """Every day on which *schedule* wants a meeting, written down one by one."""
    days = [schedule.discussion * n for n in range(1, int(until / schedule.discussion) + 3)]
    if schedule.supplementary < inf:
        days += [day for n in range(1, 1000) if (day := schedule.supplementary * n) < schedule.supplementary_end]
    days += [6 * DAYS_PER_MONTH * half + DAYS_PER_MONTH * place / schedule.each_half_year
             for half in range(1, int(until / 180) + 3) for place in range(1, schedule.each_half_year + 1)]
    return sorted(days)


@given(st.builds(Schedule, st.floats(20, 200), st.just(inf) | st.floats(5, 60), st.floats(0, 400),
                 st.integers(0, 3)), st.floats(0, 1500))
def test_the_next_meeting_is_the_first_of_all_that_are_written_down(schedule, elapsed):
    due, _ = schedule.due_from(elapsed)
    expected = next(day for day in due_days(schedule, 2000) if day >= elapsed - 1e-9)
    assert due == pytest.approx(expected)


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 500))
def test_the_next_meeting_is_at_least_a_day_after_the_last(change, initial, since):
    due, _ = next_statutory([(0.0, OLD), (change + 1, NEW)], initial, initial + since)
    assert due >= initial + since + SAME_DAY - 1e-6
