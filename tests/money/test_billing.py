"""Days kept off the invoices and days billed late: worked by hand, against a loop, and nothing lost."""

from datetime import date, timedelta
from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import State
from sim.law.benefits import Benefit
from sim.law.calendar import benefit_days_before, day_number, month_number
from sim.money.billing import found_shares, late_billing, moved_on, movers, without_days_before
from sim.money.ledger import Periods, paid_day_rows
from sim.money.payment import PaymentProfile, payment_matrix

NEW_YEAR = day_number("2025-01-01")  # a Wednesday
UNEMPLOYED, WORK = State.UNEMPLOYED, State.SHORT_WORK
shares = st.lists(st.floats(0, 1), min_size=1, max_size=20).filter(lambda found: sum(found) > 0.01).map(
    lambda found: np.array(found) / sum(found))


def test_the_tail_of_the_old_law_takes_as_much_of_january_2025_as_it_did_in_the_whole_country(law):
    """Kela billed 25.13 M€ in January and 59.01 in February 2025 (whole country, new law): a ratio of 0.426.

    Here the same people are paid every day; the profile is Lahti's fitted one, made without those months.
    """
    periods = Periods.of_months(month_number("2024-06"), 9, law)
    matrix = payment_matrix(periods, month_number("2025-01"), 2, PaymentProfile(4.3, 0.028, 0.8))
    days = np.diff(benefit_days_before(periods.edges))
    whole, new_law = days @ matrix, days @ without_days_before(matrix, periods, NEW_YEAR)
    assert new_law[0] / new_law[1] == pytest.approx(25.13 / 59.01, abs=0.05)
    assert whole[0] / whole[1] > 1  # January 2025 has more benefit days than February
    assert (without_days_before(matrix, periods, NEW_YEAR)[periods.edges[:-1] >= NEW_YEAR]
            == matrix[periods.edges[:-1] >= NEW_YEAR]).all()


def test_a_client_moves_on_the_day_after_the_last_day_of_allowance(make_clients, spells):
    clients = make_clients([2] * 5, [300, 300, 400, 300, 300])
    log = spells([
        (0, UNEMPLOYED, 0.0, 90.0, 298),  # days 299 and 300 are Wednesday 1 and Thursday 2 January
        (1, UNEMPLOYED, 0.0, 90.0, 297),  # day 300 is Friday 3 January
        (2, UNEMPLOYED, 0.0, 90.0, 500),  # moved before the log begins
        (3, UNEMPLOYED, 0.0, 2.0, 298),  # day 300 is the last of the spell:
        (3, WORK, 2.0, 12.0, 300),
        (3, UNEMPLOYED, 12.0, 90.0, 300),  # what is paid from Monday 13 January on is beyond it
        (4, UNEMPLOYED, 0.0, 90.0, 200),  # 63 benefit days: not there yet
    ])
    found = moved_on(log, clients, NEW_YEAR) - NEW_YEAR
    assert found == pytest.approx([2, 3, np.nan, np.nan, np.nan, 12, np.nan], nan_ok=True)


def test_a_counter_that_starts_afresh_gives_a_second_move(make_clients, spells):
    clients = make_clients([2], [300])
    log = spells([(0, UNEMPLOYED, 0.0, 90.0, 298), (0, WORK, 90.0, 500.0, 362), (0, UNEMPLOYED, 500.0, 600.0, -7),
                  (0, UNEMPLOYED, 600.0, 1500.0, 64)])
    first, _, fresh, second = moved_on(log, clients, NEW_YEAR) - NEW_YEAR
    assert (first, fresh) == (2, 2)
    assert second == pytest.approx(600 + (300 - 64) * 7 / 5, abs=4)  # 236 benefit days later


@pytest.mark.parametrize(("benefit", "since"), [(Benefit.LABOUR_MARKET, date(2026, 1, 10)),
                                                (Benefit.GENERAL, date(2026, 11, 14))])  # both Saturdays
def test_movers_days_are_those_of_a_loop_over_days(histories, law, benefit, since):
    periods = Periods.of_months(month_number("2026-01"), 30, law)
    rows = paid_day_rows(histories.log, histories.clients, histories.origin, periods, law)
    held = movers(rows, histories.log, histories.clients, histories.origin, benefit, day_number(since))
    client = histories.log["client"].to_numpy()[rows.spell[held]]
    found = np.bincount(client, rows.days[held], minlength=len(histories.clients))
    looped = _movers_by_loop(histories, since, general=benefit == Benefit.GENERAL)
    assert (found == looped).all() and looped.any()


def _movers_by_loop(histories, since, general):
    """Paid days of each client beyond the maximum of earnings-related allowance, moved on or after *since*."""
    origin, days, moved = date(2025, 11, 1), np.zeros(len(histories.clients)), {}
    for row in histories.log.itertuples():
        maximum, number = histories.clients.maximum_days[row.client], row.counter
        if row.state != State.UNEMPLOYED or histories.clients.entitlement[row.client] != 2:
            continue
        for place in range(ceil(row.start), ceil(row.end)):
            day = origin + timedelta(place)
            if number == maximum and day.weekday() < 5:
                after_weekend = timedelta(2) if day.weekday() == 0 and place - 2 >= ceil(row.start) else timedelta(0)
                moved[row.client] = day - after_weekend  # the day after the last day of allowance
            number += day.weekday() < 5
            if day.weekday() < 5 and number > maximum and date(2026, 1, 1) <= day < date(2028, 7, 1):
                right_benefit = (day >= date(2026, 5, 1)) == general
                days[row.client] += right_benefit and moved.get(row.client, date.min) >= since
    return days


def test_what_falls_due_before_people_are_found_is_billed_when_they_are():
    # Six of ten people are found in the third month, four in the fourth.
    assert late_billing(np.array([0, 0, 0.6, 0.4, 0])) == pytest.approx(np.array([
        [0, 0, 0.6, 0.4, 0],
        [0, 0, 0.6, 0.4, 0],
        [0, 0, 0.6, 0.4, 0],  # those found in this month are billed in time from now on
        [0, 0, 0, 1, 0],
        [0, 0, 0, 0, 1],
    ]))


@given(shares)
def test_late_billing_loses_nothing_and_bills_nothing_before_it_is_due(found):
    matrix = late_billing(found)
    cents = np.arange(1, len(found) + 1) * 1_000_003
    assert cents @ matrix.sum(axis=1) == pytest.approx(cents.sum(), abs=0.5)
    assert (np.tril(matrix, -1) == 0).all() and (matrix >= 0).all()
    assert matrix.sum(axis=1) == pytest.approx(1)


def test_people_found_are_arrears_over_what_had_accrued():
    # 100 a month: 200 had accrued before the third month, 300 before the fourth. 17.5 / 200 = 0.0875 and
    # 12 / 300 = 0.04, of together 0.1275.
    found = found_shares(np.full(5, 100.0), np.array([0, 0, 17.5, 12, 0]))
    assert found == pytest.approx([0, 0, 0.0875 / 0.1275, 0.04 / 0.1275, 0])
    assert found_shares(np.zeros(3), np.array([0, 3.0, 1.0])) == pytest.approx([0, 0.75, 0.25])  # nobody is held back
