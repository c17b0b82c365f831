"""In which month a paid day is paid.

Benefits are paid in arrears for periods of four weeks (or a month): a day waits for the end of its period, then for
the decision and payment. The profile is uniform over the twenty benefit days of a period after a fixed delay; a small
share comes later, spread over up to three months. Counted in benefit days, a steady caseload is paid in proportion to
the benefit days of the payment month, which is what Kela's months show. Payments due on a holiday that opens a month
are mostly made on the banking day before, in the month before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.law.calendar import benefit_days_before, month_of, month_start
from sim.money.ledger import Periods

PERIOD_DAYS = 20  # benefit days in a payment period of four weeks
HOLIDAY_MONTHS = (0, 4)  # January and May open with a holiday (month number modulo 12)
LATE_DAYS = 60  # a late payment is spread over the sixty benefit days after the usual time


@dataclass(frozen=True)
class PaymentProfile:
    """Delay from a paid day to its payment.

    Attributes
    ----------
    delay_days : benefit days from the end of a payment period to its payment; fractions interpolate.
    late_share : share of days paid late.
    advanced_share : share of the payments due on a holiday that opens a month which is made in the month before.
    """

    delay_days: float
    late_share: float
    advanced_share: float

    def weights(self) -> np.ndarray:
        """Share of a day's euros paid 0, 1, 2, … benefit days after it; sums to one."""
        usual = np.full(PERIOD_DAYS, 1 / PERIOD_DAYS)
        whole, part = divmod(self.delay_days, 1)
        shifted = np.concatenate([np.zeros(int(whole)), (1 - part) * usual, [0.0]])
        shifted[int(whole) + 1:] += part * usual
        late = np.convolve(shifted, np.full(LATE_DAYS, 1 / LATE_DAYS))
        total = self.late_share * late
        total[: len(shifted)] += (1 - self.late_share) * shifted
        return total


def payment_matrix(periods: Periods, first_month: int, months: int, profile: PaymentProfile) -> np.ndarray:
    """Share of the days of each period that is paid in each month.

    Returns
    -------
    (periods, months) from month number *first_month*; a row sums to less than one where payment falls outside.
    """
    return paid_between(periods, month_start(first_month + np.arange(months + 1)), profile)


def paid_between(periods: Periods, days: np.ndarray, profile: PaymentProfile) -> np.ndarray:
    """Share of the days of each period that is paid from each of *days* (day numbers) to the next.

    Returns
    -------
    (periods, days - 1), as ``payment_matrix``.
    """
    weights = profile.weights()
    ordinal = benefit_days_before(periods.edges)
    starts = _payment_starts(days, profile.advanced_share)
    cumulated = np.concatenate([[0.0], np.cumsum(weights)])
    matrix = np.zeros((len(periods), len(days) - 1))
    for period, (begin, end) in enumerate(zip(ordinal[:-1], ordinal[1:], strict=True)):
        if end > begin:
            ahead = starts[None, :] - np.arange(begin, end)[:, None]
            paid_before = np.interp(ahead, np.arange(len(cumulated)), cumulated)
            matrix[period] = np.diff(paid_before, axis=1).mean(axis=0)
    return matrix


def payment_days(first_month: int, months: int, advanced_share: float) -> np.ndarray:
    """Benefit days whose payments fall in each of *months* months: its own, less or more a holiday paid ahead.

    >>> from sim.law.calendar import month_number
    >>> payment_days(month_number("2026-04"), 2, advanced_share=1.0).tolist()
    [23.0, 20.0]
    """
    return np.diff(_payment_starts(month_start(first_month + np.arange(months + 1)), advanced_share))


def _payment_starts(day: np.ndarray, advanced_share: float) -> np.ndarray:
    """Benefit-day ordinal at which payments from each *day* on begin: a holiday that opens a month counts before it."""
    ordinal, month = benefit_days_before(day), month_of(day)
    opens = np.isin(month % 12, HOLIDAY_MONTHS) & (day == month_start(month))
    weekday_holidays = opens * (benefit_days_before(day + 1) - ordinal)
    return ordinal + advanced_share * weekday_holidays
