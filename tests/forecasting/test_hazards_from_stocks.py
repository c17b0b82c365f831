"""Hazards from stocks: a closed form, synthetic cities whose hazards are known, and a published table."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.hazards_from_stocks import errors, recovered
from forecasting.hazards_from_stocks import fit_stocks
from sources.errors import InputError

CLASSES = (0, 1, 3, 6, 12, 18, 24)
# Statistics Finland, share of new spells lasting over so many months, Hämeenlinna, mean of 2017-2019 (CC BY 4.0)
PUBLISHED = {1: 0.729, 3: 0.442, 6: 0.249, 12: 0.117}


def steady(hazard, classes=CLASSES, months=48, entrants=1000.0):
    """Stock by class under a hazard that has always been the same: entrants times the integral of survival."""
    edges = np.append(classes, np.inf)
    people = -np.diff(np.exp(-hazard * edges)) / hazard * entrants
    index = pd.period_range("2020-01", periods=months, freq="M")
    return pd.DataFrame([people] * months, index, classes), pd.Series(entrants, index)


@pytest.mark.parametrize("hazard", [0.04, 0.1, 0.3])
def test_a_steady_stock_of_one_hazard_gives_it_back(hazard):
    found = fit_stocks(*steady(hazard))
    assert found.hazards == pytest.approx(hazard, rel=1e-3)
    assert found.season == pytest.approx(1, abs=1e-3) and found.cycle.to_numpy() == pytest.approx(1, abs=1e-3)
    assert found.survival([1, 6, 24]) == pytest.approx(np.exp(-hazard * np.array([1, 6, 24])), abs=2e-3)
    assert found.spread < 0.01


def test_classes_need_not_begin_with_months():
    found = fit_stocks(*steady(0.1, (0, 1.15, 2.99, 6.21, 12.2, 24.1)))
    assert found.survival([3, 12]) == pytest.approx(np.exp([-0.3, -1.2]), abs=0.01)  # cohorts are not quite even


def test_a_hidden_count_is_passed_over():
    stock, entrants = steady(0.1)
    stock.iloc[10:14, 5] = np.nan
    assert fit_stocks(stock, entrants).hazards == pytest.approx(0.1, rel=1e-3)


def test_twice_the_exits_in_one_half_of_the_time_are_the_cycle():
    """Exits at 0.1, then 0.2 a month, each month's cohorts reckoned from the last: the cycle's halves are as 1 to 2."""
    stock, entrants = steady(0.1, tuple(range(60)), months=72)
    people, rows = stock.iloc[0].to_numpy(), []
    for month in range(72):
        now = 0.1 if month < 36 else 0.2
        older = people * np.exp(-now)
        people = np.concatenate([[1000 * -np.expm1(-now) / now], older[:-1]])
        people[-1] += older[-1]
        rows.append(np.add.reduceat(people, CLASSES))
    found = fit_stocks(pd.DataFrame(rows, stock.index, CLASSES), entrants)
    early, late = found.cycle.iloc[6:30].mean(), found.cycle.iloc[42:].mean()
    assert late / early == pytest.approx(2, rel=0.05)  # the prior holds quarters together by 0.05
    assert found.survival([6])[0] == pytest.approx(np.exp(-6 * 0.1 * 2**0.5), abs=0.02)  # a mean month, in logs


def test_known_hazards_are_recovered_within_the_bar():
    bands, shares = errors(recovered(4)[0])
    assert (bands < 0.08).all()
    assert (shares < 0.005).all()


def test_a_published_table_anchored_on_its_first_months_meets_its_later_survival(stock_by_duration):
    table = stock_by_duration("2017-01", "2019-12")
    shares = fit_stocks(table, anchors={month: PUBLISHED[month] for month in (1, 3)}).survival([1, 3, 6, 12])
    assert shares[:2] == pytest.approx([PUBLISHED[1], PUBLISHED[3]], abs=0.02)
    assert shares[2] == pytest.approx(PUBLISHED[6], abs=0.04)  # the two tables differ by so much
    assert shares[3] == pytest.approx(PUBLISHED[12], abs=0.01)


@pytest.mark.parametrize(("change", "fault"), [
    (lambda stock, entrants: (stock.iloc[:20], entrants.iloc[:20]), "too few"),
    (lambda stock, entrants: (stock.drop(stock.index[5]), entrants.drop(stock.index[5])), "gap"),
    (lambda stock, entrants: (stock[stock.columns[::-1]], entrants), "do not rise from 0"),
    (lambda stock, entrants: (stock, entrants.iloc[1:]), "not that of the stock"),
    (lambda stock, entrants: (stock.rename(columns={1: 0.5}), None), "shorter than a month"),
])
def test_what_cannot_be_fitted_is_refused(change, fault):
    with pytest.raises(InputError, match=fault):
        fit_stocks(*change(*steady(0.1)))
