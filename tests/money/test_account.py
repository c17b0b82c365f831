"""The account: euros by payment month, benefit and class, from days priced by hand."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.law.benefits import Benefit
from sim.law.calendar import month_number
from sim.money.account import account, daily_prices
from sim.money.ledger import Periods, paid_day_rows
from sim.money.payment import PaymentProfile, payment_matrix

FIRST_MONTH, MONTHS = month_number("2026-01"), 30
UTILISATION = np.array([1.0, 0.92, 0.92, 0.93, 0.95, 0.97])
PRICES = [0.0, 3.721, 7.442, 11.163, 14.884, 18.605]  # 37.21 € × 0, 10, 20, 30, 40, 50 %


@pytest.fixture(scope="module")
def periods(law):
    return Periods.of_months(FIRST_MONTH, MONTHS, law)


def test_a_paid_day_costs_its_share_of_the_basic_amount(law, periods):
    prices = daily_prices(law, periods, np.ones(6))
    assert prices == pytest.approx(np.tile(PRICES, (len(periods), 1)))


def test_utilisation_lowers_each_class_by_its_own_factor(law, periods):
    prices = daily_prices(law, periods, UTILISATION)
    assert prices[0] == pytest.approx([0, 3.721 * 0.92, 7.442 * 0.92, 11.163 * 0.93, 14.884 * 0.95, 18.605 * 0.97])


def test_an_account_by_hand():
    """Two periods, two months of payment: of the first period 60 % is paid at once, of the second 30 %."""
    days = np.zeros((2, 4, 6))
    days[0, Benefit.LABOUR_MARKET, 5], days[1, Benefit.GENERAL, 5], days[1, Benefit.EARNINGS_RELATED, 1] = 100, 50, 20
    euros = account(days, np.array([PRICES, PRICES]), np.array([[0.6, 0.4], [0.0, 0.3]]))
    assert euros.shape == (2, 4, 6)
    assert euros[0, Benefit.LABOUR_MARKET, 5] == pytest.approx(1116.30)  # 100 × 18.605 × 0.6
    assert euros[1, Benefit.LABOUR_MARKET, 5] == pytest.approx(744.20)
    assert euros[1, Benefit.GENERAL, 5] == pytest.approx(279.075)  # 50 × 18.605 × 0.3
    assert euros[1, Benefit.EARNINGS_RELATED, 1] == pytest.approx(22.326)  # 20 × 3.721 × 0.3
    assert euros.sum() == pytest.approx(1116.30 + 744.20 + 279.075 + 22.326)


def test_the_account_of_a_thousand_histories_is_the_sum_of_its_hand_priced_days(histories, law, periods):
    """All payments of the days of the window, each day priced by its class in the loop."""
    rows = paid_day_rows(histories.log, histories.clients, histories.origin, periods, law)
    matrix = payment_matrix(periods, FIRST_MONTH - 1, MONTHS + 8, PaymentProfile(5, 0.03, 0.8))
    euros = account(rows.totals(len(periods), 6), daily_prices(law, periods, UTILISATION), matrix)
    looped = Counter()
    for (_, benefit, day_class, _), days in histories.paid.items():
        looped[benefit, day_class] += days * PRICES[day_class] * UTILISATION[day_class]
    for (benefit, day_class), total in looped.items():
        assert abs(euros[:, benefit, day_class].sum() - total) < 0.005
    assert euros.sum() > 1_000_000 and abs(euros.sum() - sum(looped.values())) < 0.005


def test_the_full_bill_of_one_person_from_the_first_to_the_thousandth_day(law, make_clients, spells):
    """12 279 euros in the law reference: 100 × (3.721 + 7.442 + 11.163) + 300 × (14.884 + 18.605)."""
    whole = Periods.of_months(FIRST_MONTH, 60, law)
    log = spells([(0, 0, 0.0, 1400.0, 0)])  # 1 January 2026 is a Thursday: 1,400 days are 1,000 weekdays
    rows = paid_day_rows(log, make_clients([0], [400]), int(whole.edges[0]), whole, law)
    assert rows.days.sum() == 1000
    prices = daily_prices(law, whole, np.ones(6))
    assert (prices[rows.period, rows.day_class] * rows.days).sum() == pytest.approx(12279.30)


@given(arrays(float, (5, 4, 6), elements=st.floats(0, 1e5)), st.floats(0, 15), st.floats(0, 0.2), st.floats(0, 1))
def test_paying_moves_euros_between_months_and_loses_none(law, days, delay, late, advanced):
    stretch = Periods.of_months(FIRST_MONTH, 5, law)
    prices = daily_prices(law, stretch, UTILISATION)
    matrix = payment_matrix(stretch, FIRST_MONTH - 1, 14, PaymentProfile(delay, late, advanced))
    euros = account(days, prices, matrix)
    assert euros.sum(axis=0) == pytest.approx((days * prices[:, None, :]).sum(axis=0))


@given(arrays(float, (5, 4, 6), elements=st.floats(0, 1e4)), arrays(float, (5, 4, 6), elements=st.floats(0, 1e4)))
def test_the_account_of_two_groups_is_the_sum_of_their_accounts(law, first, second):
    stretch = Periods.of_months(FIRST_MONTH, 5, law)
    prices = daily_prices(law, stretch, UTILISATION)
    matrix = payment_matrix(stretch, FIRST_MONTH, 5, PaymentProfile(5, 0.03, 0.8))
    apart = account(first, prices, matrix) + account(second, prices, matrix)
    assert account(first + second, prices, matrix) == pytest.approx(apart)
