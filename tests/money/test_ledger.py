"""The ledger in closed form against a loop over days."""

from collections import Counter
from datetime import date, timedelta
from math import ceil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import State
from sim.law.benefits import Benefit
from sim.law.calendar import benefit_days_in_month, day_number, month_number, month_start
from sim.money.ledger import Periods, ladder_of, paid_dates, paid_day_rows

FIRST_MONTH, MONTHS = month_number("2026-01"), 30
ORIGIN = date(2025, 11, 1)
CLASSES = 6
AMOUNT = 37.21  # € a day, basic amount of 2026 (Kela 17.12.2025)
SHARES = (0, 0.10, 0.20, 0.30, 0.40, 0.50)


@pytest.fixture(scope="module")
def periods(law):
    return Periods.of_months(FIRST_MONTH, MONTHS, law)


@pytest.fixture(scope="module")
def ledger(law, periods):
    """Rows of a log; its times count from *origin*."""
    return lambda log, clients, origin=ORIGIN: paid_day_rows(log, clients, day_number(origin), periods, law)


@pytest.fixture(scope="module")
def totals(ledger, periods):
    return lambda *given: ledger(*given).totals(len(periods), CLASSES)


def by_month(periods, totals):
    """Days by (year, month), benefit and class, without zeros."""
    days = Counter()
    for period, benefit, day_class in zip(*np.nonzero(totals), strict=True):
        year, month = divmod(int(periods.month[period]), 12)
        days[(year, month + 1), int(benefit), int(day_class)] += totals[period, benefit, day_class]
    return days


def test_a_thousand_random_histories_have_exactly_the_days_of_the_loop(histories, totals, periods):
    looped = Counter()
    for (month, benefit, day_class, _), days in histories.paid.items():
        looped[month, benefit, day_class] += days
    assert len({month for month, _, _ in looped}) == MONTHS
    assert {benefit for _, benefit, _ in looped} == set(map(int, Benefit))
    assert {day_class for _, _, day_class in looped} == set(range(CLASSES))
    assert by_month(periods, totals(histories.log, histories.clients)) == looped


def test_euros_of_the_closed_form_are_those_of_the_loop_to_the_cent(histories, ledger, law, periods):
    rows = ledger(histories.log, histories.clients)
    cumulated = ladder_of(law, periods).cumulated
    closed = AMOUNT * (cumulated(rows.first - 1 + rows.days) - cumulated(rows.first - 1))
    looped = Counter()
    for (month, _, day_class, _), days in histories.paid.items():
        looped[month] += days * AMOUNT * SHARES[day_class]
    months = Counter()
    for month, euros in zip(periods.month[rows.period].tolist(), closed.tolist(), strict=True):
        months[month // 12, month % 12 + 1] += euros
    assert months.keys() == looped.keys()
    for month, euros in looped.items():
        assert euros > 10_000 and abs(months[month] - euros) < 0.005, month


def test_each_paid_day_stands_in_exactly_one_row_month_benefit_and_class(histories, ledger, periods):
    """The rows taken apart again into days, by the number of the paid day."""
    rows, days = ledger(histories.log, histories.clients), Counter()
    columns = (getattr(rows, name).tolist() for name in ("period", "benefit", "day_class", "first", "days"))
    for period, benefit, day_class, first, count in zip(*columns, strict=True):
        year, month = divmod(int(periods.month[period]), 12)
        days.update(((year, month + 1), benefit, day_class, number) for number in range(first, first + count))
    assert days == histories.paid


def test_nobody_has_more_paid_days_in_a_month_than_it_has_benefit_days(histories, ledger, periods):
    rows = ledger(histories.log, histories.clients)
    client = histories.log["client"].to_numpy()[rows.spell]
    days = np.zeros((1000, MONTHS), int)
    np.add.at(days, (client, periods.month[rows.period] - FIRST_MONTH), rows.days)
    most = benefit_days_in_month(FIRST_MONTH + np.arange(MONTHS))
    assert (days <= most).all()
    assert (days == most).any(axis=0).all()


@pytest.mark.parametrize(
    ("start", "end", "counter", "days"),
    [
        ("2026-01-01", "2026-02-01", 0, {(2026, 1): 22}),
        ("2026-04-29", "2026-05-05", 50, {(2026, 4): 2, (2026, 5): 2}),  # Wednesday, Thursday | Friday, Monday
        ("2028-02-28", "2028-03-02", 50, {(2028, 2): 2, (2028, 3): 1}),  # 29 February 2028 is a Tuesday
        ("2026-01-01", "2026-01-14", -7, {(2026, 1): 2}),  # nine weekdays, seven of them waiting
        ("2026-01-01", "2026-01-10", -7, {}),
        ("2025-12-29", "2026-01-03", 10, {(2026, 1): 2}),  # what lies before the window counts, but is not in it
        ("2028-06-29", "2028-08-01", 10, {(2028, 6): 2}),
    ],
)
def test_days_by_month_by_hand(start, end, counter, days, totals, periods, make_clients, spells):
    a, b = ((date.fromisoformat(day) - ORIGIN).days for day in (start, end))
    found = totals(spells([(0, State.UNEMPLOYED, float(a), float(b), counter)]), make_clients([0], [400]))
    months = Counter()
    for (month, _, _), count in by_month(periods, found).items():
        months[month] += count
    assert months == days


def test_benefits_change_on_the_first_of_may_2026_and_after_the_maximum(totals, periods, make_clients, spells):
    """The same two weeks for each entitlement: 20 April to 1 May are nine days before the change and one after."""
    start, end = ((date(2026, *day) - ORIGIN).days for day in ((4, 20), (5, 2)))
    log = spells([(client, State.UNEMPLOYED, float(start), float(end), 296) for client in range(4)])
    days = by_month(periods, totals(log, make_clients([0, 1, 2, 2], [300, 300, 300, 400])))
    april, may = (2026, 4), (2026, 5)
    labour_market, basic, earnings_related, general = range(4)
    up_to_300, after_300 = 2, 3
    assert days == {
        (april, labour_market, up_to_300): 4, (april, labour_market, after_300): 5 + 5 + 5,
        (april, basic, up_to_300): 4,
        (april, earnings_related, up_to_300): 4 + 4, (april, earnings_related, after_300): 5,
        (may, general, after_300): 3, (may, earnings_related, after_300): 1,
    }


def test_no_day_is_paid_in_work_or_outside_the_labour_force(ledger, make_clients, spells):
    others = [State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE, State.GONE]
    log = spells([(0, state, 100.0 * place, 100.0 * place + 100, 250) for place, state in enumerate(others)])
    assert len(ledger(log, make_clients([0], [400]))) == 0


def cut_at(log, cuts):
    """The log with each spell cut at those of *cuts* that lie inside it, the counter carried by a loop over days."""
    rows = []
    for row in log.itertuples():
        counter, start = row.counter, row.start
        for stop in [*sorted(cut for cut in cuts if row.start < cut < row.end), row.end]:
            rows.append((row.client, row.state, start, stop, counter))
            counter += sum((ORIGIN + timedelta(day)).weekday() < 5 for day in range(ceil(start), ceil(stop)))
            start = stop
    return pd.DataFrame(rows, columns=["client", "state", "start", "end", "counter"])


one_spell = st.tuples(st.floats(0, 900), st.one_of(st.floats(0, 400), st.integers(0, 400)), st.integers(-7, 1000))


@given(one_spell, st.lists(st.one_of(st.floats(0, 1300), st.integers(0, 1300)), max_size=6), st.integers(0, 2),
       st.sampled_from([300, 400, 500]))
def test_a_spell_split_anywhere_costs_the_same(totals, make_clients, spells, spell, cuts, entitlement, maximum):
    start, length, counter = spell
    clients = make_clients([entitlement], [maximum])
    whole = spells([(0, State.UNEMPLOYED, start, start + length, counter)])
    assert (totals(cut_at(whole, cuts), clients) == totals(whole, clients)).all()


@given(st.lists(one_spell, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(totals, make_clients, spells, drawn, shuffler):
    kinds = np.arange(len(drawn)) % 3
    clients = make_clients(kinds, 300 + 100 * kinds)
    rows = [(client, State.UNEMPLOYED, start, start + length, counter)
            for client, (start, length, counter) in enumerate(drawn)]
    mixed = shuffler.sample(rows, len(rows))
    assert (totals(spells(mixed), clients) == totals(spells(rows), clients)).all()


def test_rows_grow_with_months_and_cuts_never_with_days(ledger, make_clients, spells):
    """From 1 January 2026, from a counter of 0: 129 benefit days in six months, 261 in twelve, 521 in twenty-four."""
    start, clients = (date(2026, 1, 1) - ORIGIN).days, make_clients([0], [400])

    def rows(end, counter):
        return len(ledger(spells([(0, State.UNEMPLOYED, float(start), float((end - ORIGIN).days), counter)]), clients))

    assert rows(date(2026, 7, 1), 0) == 6 + 1  # cut at 100
    assert rows(date(2027, 1, 1), 0) == 12 + 2  # at 100 and 200
    assert rows(date(2028, 1, 1), 0) == 24 + 4  # at 100, 200, 300 and 400, which is the maximum as well
    assert rows(date(2028, 1, 1), 5000) == 24
    assert rows(date(2028, 1, 1), -7) == 24 + 3  # day 100 is 29 May 2026: one cut falls on a month's end


def test_weights_multiply_the_days_of_a_row(ledger, periods, make_clients, spells):
    log = spells([(0, State.UNEMPLOYED, 61.0, 92.0, 0), (1, State.UNEMPLOYED, 61.0, 92.0, 150)])
    rows = ledger(log, make_clients([0, 0], [400, 400]))
    weights = np.array([2.5, 10.0])[log["client"].to_numpy()[rows.spell]]
    found = rows.totals(len(periods), CLASSES, weights)
    assert found[0, 0, :2].tolist() == [22 * 2.5, 22 * 10.0]  # January 2026
    assert found.sum() == 22 * 12.5


def test_periods_are_months_cut_where_the_law_changes(law, periods):
    starts = [date(2026 + place // 12, place % 12 + 1, 1) for place in range(MONTHS + 1)]
    assert periods.edges.tolist() == [day_number(day) for day in starts]  # laws have changed on first days so far
    assert periods.month.tolist() == [FIRST_MONTH + place for place in range(MONTHS)]
    switched = Periods.of_months(month_number("2024-08"), 3, law)  # the work condition changed on 2 September 2024
    cut = [day_number(day) for day in ("2024-08-01", "2024-09-01", "2024-09-02", "2024-10-01", "2024-11-01")]
    assert switched.edges.tolist() == cut
    assert (switched.month - switched.month[0]).tolist() == [0, 1, 1, 2]
    assert month_start(switched.month[2]) == cut[1]


def test_rows_cut_at_more_counters_hold_the_same_days_and_cross_none(ledger, histories):
    rows = ledger(histories.log, histories.clients)
    counters = np.array([7, 150, 199, 700, 1234])
    cut = rows.cut(counters)
    assert len(cut) > len(rows)
    assert (np.searchsorted(counters, cut.first) == np.searchsorted(counters, cut.first + cut.days - 1)).all()

    def numbers(rows):
        """(spell, number of the paid day) of every day."""
        return sorted((spell, number) for spell, first, days in zip(rows.spell, rows.first, rows.days, strict=True)
                      for number in range(first, first + days))

    assert numbers(cut) == numbers(rows)


def test_dates_of_paid_days_span_as_many_weekdays_in_spell_and_month(ledger, histories, periods):
    rows = ledger(histories.log, histories.clients)
    first, last = paid_dates(rows, histories.log, day_number(ORIGIN))
    as_dates = first.astype("datetime64[D]"), last.astype("datetime64[D]")
    assert (np.busday_count(as_dates[0], as_dates[1] + 1) == rows.days).all()
    assert np.is_busday(as_dates[0]).all() and np.is_busday(as_dates[1]).all()
    assert (first >= periods.edges[rows.period]).all() and (last < periods.edges[rows.period + 1]).all()
    spells = histories.log.iloc[rows.spell]
    assert (first - day_number(ORIGIN) >= spells["start"]).all() and (last - day_number(ORIGIN) < spells["end"]).all()
