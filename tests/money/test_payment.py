"""When days are paid: hand-computed months, and what must hold for any profile."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.law.calendar import month_number
from sim.money.ledger import Periods
from sim.money.payment import PaymentProfile, payment_days, payment_matrix

# Mondays to Fridays of each month, January to December
WEEKDAYS = np.array([23, 20, 21, 22, 22, 21, 23, 21, 22, 23, 20, 23,  # 2025
                     22, 20, 22, 22, 21, 22, 23, 21, 22, 22, 21, 23,  # 2026
                     21, 20, 23, 22, 21, 22, 22, 22, 22, 21, 22, 23], float)  # 2027
HOLIDAYS = [4, 12, 16, 24]  # later months of these whose first day is a holiday on a weekday; 1 May 2027 is a Saturday
AT_ONCE = PaymentProfile(delay_days=0, late_share=0, advanced_share=0)

profiles = st.builds(PaymentProfile, st.floats(0, 20), st.floats(0, 0.3), st.floats(0, 1))


@pytest.fixture(scope="module")
def matrix(law):
    """Payment matrix of months of days, in months of payment, both given as first month and number."""

    def of(days_from, days_months, profile, paid_from=None, paid_months=None):
        periods = Periods.of_months(month_number(days_from), days_months, law)
        return payment_matrix(periods, month_number(paid_from or days_from), paid_months or days_months, profile)

    return of


@given(profiles)
def test_weights_are_shares_of_one_day(profile):
    weights = profile.weights()
    assert (weights >= 0).all() and weights.sum() == pytest.approx(1)


@given(profiles)
def test_the_mean_wait_is_half_a_period_the_delay_and_half_the_late_span_for_the_late(profile):
    weights = profile.weights()
    assert weights @ np.arange(len(weights)) == pytest.approx(9.5 + profile.delay_days + profile.late_share * 29.5)


@given(profiles)
def test_every_day_is_paid_once_when_the_window_is_long_enough(matrix, profile):
    paid = matrix("2026-01", 18, profile, paid_from="2025-12", paid_months=25)
    assert (paid >= 0).all()
    assert paid.sum(axis=1) == pytest.approx(1)


@given(profiles)
def test_nothing_is_paid_before_its_month_but_what_is_due_on_a_holiday_that_opens_it(matrix, profile):
    early = np.tril(matrix("2026-02", 11, profile), -1)
    assert np.delete(early, 3, axis=0).sum() == 0
    assert early[3].sum() <= profile.advanced_share / 21 / 20 + 1e-12  # of 1 May 2026, what is paid on the day itself


def test_a_month_of_days_by_hand_without_any_delay(matrix):
    """September 2025 has 22 benefit days; of day i, min(20, 22 − i) twentieths are paid in its month: 250 in all."""
    paid = matrix("2025-09", 1, AT_ONCE, paid_months=3)
    assert paid[0] == pytest.approx([250 / 440, 190 / 440, 0])


def test_a_delay_of_five_days_by_hand(matrix):
    """Of day i, 22 − i − 5 twentieths are paid in its month: 17 + 16 + … + 1 = 153."""
    paid = matrix("2025-09", 1, PaymentProfile(5, 0, 0), paid_months=3)
    assert paid[0] == pytest.approx([153 / 440, 1 - 153 / 440 - 1 / 440, 1 / 440])  # October has 23 days: one is left


def test_late_payments_by_hand(matrix):
    """A late day waits for its period, 0 to 19 days, and then 0 to 59 more, all equally likely."""
    weights = PaymentProfile(0, 1.0, 0).weights()
    by_hand = [sum(1 / 20 / 60 for a in range(20) for b in range(60) if a + b == lag) for lag in range(79)]
    assert weights[:79] == pytest.approx(by_hand) and weights[79:].sum() == 0
    assert PaymentProfile(0, 0.1, 0).weights()[0] == pytest.approx(0.9 / 20 + 0.1 / 1200)


@given(st.integers(0, 15), st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 1))
def test_a_fraction_of_a_day_of_delay_lies_between_the_whole_days(matrix, whole, part, late, advanced):
    lower, upper, between = (matrix("2026-01", 12, PaymentProfile(delay, late, advanced))
                             for delay in (whole, whole + 1, whole + part))
    assert between == pytest.approx((1 - part) * lower + part * upper, abs=1e-12)


def test_the_advanced_share_moves_the_payments_of_the_first_of_may_by_hand(matrix):
    """1 May 2026 is a Friday, the 22 benefit days of April before it: of each of the last 19, 1/20 is due on it."""
    plain, moved = (matrix("2026-04", 1, PaymentProfile(0, 0, share), paid_months=3) for share in (0, 0.8))
    assert (moved - plain)[0] == pytest.approx([0.8 * 19 / 20 / 22, -0.8 * 19 / 20 / 22, 0])


@settings(max_examples=20)
@given(st.floats(0, 20), st.floats(0, 0.3))
def test_exactly_one_days_payments_move_from_a_holiday_on_a_weekday_into_the_month_before(matrix, delay, late):
    """Of a steady caseload one day's worth is due on every day; no other month changes."""
    plain, moved = (matrix("2025-01", 36, PaymentProfile(delay, late, share)) for share in (0, 1))
    expected = np.zeros(36)
    for holiday in HOLIDAYS:
        expected[[holiday - 1, holiday]] = 1, -1
    assert (WEEKDAYS @ (moved - plain))[6:] == pytest.approx(expected[6:])  # when all before are being paid as well
    touched = [0, *(month for holiday in HOLIDAYS for month in (holiday - 1, holiday))]  # 0: 1 January 2025
    assert np.delete(moved - plain, touched, axis=1) == pytest.approx(0)


@settings(max_examples=20)
@given(profiles)
def test_a_steady_caseload_is_paid_by_the_benefit_days_of_the_payment_month(matrix, profile):
    """One recipient on every benefit day of three years, but for what holidays bring forward."""
    expected = WEEKDAYS.copy()
    for holiday in HOLIDAYS:
        expected[[holiday - 1, holiday]] += profile.advanced_share, -profile.advanced_share
    assert (WEEKDAYS @ matrix("2025-01", 36, profile))[6:] == pytest.approx(expected[6:])


def test_payment_days_of_a_month_count_the_holiday_that_opens_the_next():
    # December 2026 has 23 benefit days and 1 January 2027 is a Friday, January 2027 has 21; April 2026 has 22 and
    # 1 May is a Friday, May has 21
    assert payment_days(month_number("2026-12"), 2, 0.8).tolist() == pytest.approx([23.8, 20.2])
    assert payment_days(month_number("2026-04"), 2, 1.0).tolist() == [23.0, 20.0]
    # none is lost: 261 benefit days of 2026, less that of 1 January (Thursday) paid before, and that of 1.1.2027 in it
    assert payment_days(month_number("2026-01"), 12, 0.8).sum() == pytest.approx(261 - 0.8 + 0.8)
