"""Arithmetic of the paid-day counter, shared by the event model and the ledger.

A client's counter *n* is the number of benefit days paid since the work condition was last met. It stands still while
no benefit is paid and returns to the start when the condition is met again. Waiting days are counted as negative
paid days: a fresh counter starts at minus the number of waiting days, so they pass before day 1 is paid.

A spell [start, end) in continuous days covers the days whose midnight lies in it: ceil(start) … ceil(end) − 1.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.law.calendar import benefit_days_before

DAYS_PER_MONTH = 365.25 / 12


def paid_days(start, end, origin: int) -> np.ndarray:
    """Benefit days (Monday to Friday) in the spells [start, end).

    Parameters
    ----------
    start, end : days from the origin, any matching shapes.
    origin : day number of the origin.
    """
    first = np.ceil(start).astype(np.int64) + origin
    after = np.ceil(end).astype(np.int64) + origin
    return benefit_days_before(after) - benefit_days_before(first)


def meets_work_condition(work: Iterable[tuple[float, float]], now: float, needed: float, window: float) -> bool:
    """Whether the *work* spells (start, end) reach *needed* days inside the last *window* days before *now*.

    >>> meets_work_condition([(0.0, 200.0), (300.0, 500.0)], now=500.0, needed=365.25, window=852.25)
    True
    >>> meets_work_condition([(0.0, 200.0), (900.0, 1100.0)], now=1100.0, needed=365.25, window=852.25)
    False
    """
    opens = now - window
    return sum(max(0.0, end - max(start, opens)) for start, end in work) >= needed
