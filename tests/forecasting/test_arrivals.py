"""Arrivals from stocks: closed forms, cohorts whose arrivals are known, a published table."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.arrivals import reconciled_arrivals
from forecasting.hazards_from_stocks import fit_stocks
from sim.clients.hazards import WEEKS_PER_MONTH
from sources.errors import InputError

MONTHS = pd.period_range("2015-01", periods=40, freq="M")


@given(st.lists(st.floats(50, 500), min_size=39, max_size=39), st.floats(0.02, 0.4), st.floats(0.5, 2))
def test_known_arrivals_come_back_under_a_constant_hazard(came, hazard, pace):
    """A day-free recursion of its own: N_t = N_(t-1) exp(-h) + A_t (1 - exp(-h)) / h."""
    h = hazard * pace
    stock = [1000.0]
    for new in came:
        stock.append(stock[-1] * np.exp(-h) + new * (1 - np.exp(-h)) / h)
    found = reconciled_arrivals(pd.Series(stock, MONTHS), np.array([hazard]), pd.Series(pace, MONTHS))
    assert found["arrivals"].to_numpy() == pytest.approx(came, rel=1e-6, abs=1e-6)
    assert not found["held"].any()


def test_those_who_stay_longer_leave_fewer_places_to_fill():
    """Two bands, 0.3 in the first month and 0.1 after it; stock and cohorts steady: arrivals are all exits.

    With arrivals A even over the month A (1 - e^-0.3) / 0.3 = 0.8639 A are in the first cohort, of whom
    exp(-(0.3 + 0.1) / 2) = 0.8187 reach the second month; there each stays for 1 / (1 - e^-0.1) months.
    """
    first = (1 - np.exp(-0.3)) / 0.3
    whole = first * (1 + np.exp(-0.2) / (1 - np.exp(-0.1)))
    stock = pd.Series(100 * whole, MONTHS)
    opening = np.array([100 * first, 100 * (whole - first)])
    found = reconciled_arrivals(stock, np.array([0.3, 0.1]), pd.Series(1.0, MONTHS), opening)
    assert found["arrivals"].to_numpy() == pytest.approx(100)


def test_a_stock_below_its_survivors_has_no_arrivals_and_says_so():
    stock = pd.Series(1000.0, MONTHS)
    stock.iloc[10] = 500  # 905 would be left with no one coming
    found = reconciled_arrivals(stock, np.array([0.1]), pd.Series(1.0, MONTHS))
    assert found["arrivals"].iloc[9] == 0 and found["held"].iloc[9]
    assert found["arrivals"].iloc[20] == pytest.approx(100)


def test_hameenlinnas_new_spells_follow_from_its_total_stock(stock_by_duration):
    """Stock in all and hazards say how many have been unemployed for under five weeks; the table says so, too."""
    stock = stock_by_duration("2015-01", "2019-12")
    new = stock[0.0]
    fitted = fit_stocks(stock, anchors={1: 0.729, 3: 0.442})
    hazards = fitted.hazards[np.searchsorted(fitted.bands, np.arange(25), side="right") - 1]
    factor = fitted.cycle * fitted.season[fitted.cycle.index.month - 1]
    found = reconciled_arrivals(stock.sum(axis=1), hazards, factor)
    under = found["under_one_month"]
    next_month = under.shift(1) * np.exp(-factor * (hazards[0] + hazards[1]) / 2)
    reckoned = (under + (5 / WEEKS_PER_MONTH - 1) * next_month).iloc[12:]
    assert reckoned.sum() / new[reckoned.index].sum() == pytest.approx(1, abs=0.05)
    assert np.corrcoef(reckoned, new[reckoned.index])[0, 1] > 0.8


def test_a_missing_month_is_told():
    stock = pd.Series(1000.0, MONTHS)
    stock.iloc[3] = np.nan
    with pytest.raises(InputError, match=r"stock: month 2015-04: is missing or not positive. Mend:"):
        reconciled_arrivals(stock, np.array([0.1]), pd.Series(1.0, MONTHS))
