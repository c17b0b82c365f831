"""When the law wants a client to be met: the schedule of a law in days, and the next meeting due.

A schedule is counted from the initial interview. A meeting that is held does with all that was due by then, so that one
held very late takes the place of those it has overtaken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, inf

from sim.clients.counter import DAYS_PER_MONTH
from sim.law.calendar import Integers, benefit_day, benefit_days_before
from sim.law.topics import MeetingSchedule
from sim.services.caseworkers import Task

HALF_YEAR = 6 * DAYS_PER_MONTH
DISCUSSION, SUPPLEMENTARY = Task.STATUTORY_DISCUSSION, Task.SUPPLEMENTARY_DISCUSSION  # looked up once, for speed
SAME_DAY = 1.0  # what is due within a day of a meeting is done at it


def initial_due(registered: int | Integers, within: int | Integers) -> Integers:
    """Last day number of the initial interview: *within* Monday-to-Friday days after the day number(s) *registered*.

    >>> initial_due(4, 5).item()  # day 4 is a Monday: five working days later it is Monday again
    11
    """
    return benefit_day(benefit_days_before(registered + 1) - 1 + within)


@dataclass(frozen=True)
class Schedule:
    """Statutory meetings in days from the initial interview.

    Attributes
    ----------
    discussion : days between discussions.
    supplementary, supplementary_end : days between supplementary discussions, which end after so many; infinite and 0
        where no number is fixed.
    each_half_year : supplementary discussions, evenly within the month that follows each half-year.
    """

    discussion: float
    supplementary: float
    supplementary_end: float
    each_half_year: int

    @staticmethod
    def of(law: MeetingSchedule) -> Schedule:
        """The schedule that a *law* prescribes."""
        return Schedule(law.discussion_every * DAYS_PER_MONTH, (law.supplementary_every or inf) * 7,
                        (law.supplementary_for or 0) * DAYS_PER_MONTH, int(law.supplementary_each_half_year))

    def due_from(self, elapsed: float) -> tuple[float, Task]:
        """The first meeting due *elapsed* days after the initial interview or later: its day and task."""
        found = self.discussion * max(1, ceil(elapsed / self.discussion)), DISCUSSION
        if elapsed < self.supplementary_end:
            due = self.supplementary * max(1, ceil(elapsed / self.supplementary))
            if due < self.supplementary_end:
                found = min(found, (due, SUPPLEMENTARY))
        if self.each_half_year:
            found = min(found, (self._in_half_year(elapsed), SUPPLEMENTARY))
        return found

    def _in_half_year(self, elapsed: float) -> float:
        apart = DAYS_PER_MONTH / self.each_half_year
        begun = HALF_YEAR * max(1, floor(elapsed / HALF_YEAR))
        place = max(1, ceil((elapsed - begun) / apart))
        return begun + apart * place if place <= self.each_half_year else begun + HALF_YEAR + apart


def next_statutory(schedules: Sequence[tuple[float, Schedule]], initial: float, last: float) -> tuple[float, Task]:
    """The next statutory meeting: its day and task.

    Parameters
    ----------
    schedules : (day, schedule) from each day on, in order; the law of a meeting is that of the day it is due.
    initial, last : days of the initial interview and of the last meeting held, on the same count.
    """
    for number, (since, schedule) in enumerate(schedules, 1):
        due, task = schedule.due_from(max(last + SAME_DAY, since) - initial)
        if number == len(schedules) or initial + due < schedules[number][0]:
            break
    return initial + due, task
