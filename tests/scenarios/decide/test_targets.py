"""Targets: what is understood of a text and what is told of the rest; readings by hand and by brute force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.decide.targets import Target, parse, wilson
from scenarios.measures import KEYS, UNIT_KEYS
from scenarios.paired import clusters_of, error_of_mean
from sources.errors import InputError


@pytest.mark.parametrize(("text", "asked", "name", "limit", "share"), [
    ("P(net<=budget)>=0.8", "object", "net", None, 0.8),
    (" P( operating <= 17.4M ) ≥ 80 % ", "object", "operating", 17_400_000, 0.8),
    ("P(benefit_share<=500k)>=0.05", "object", "benefit_share", 500_000, 0.05),
    ("mean(net)<=28.0M", "object", "net", 28_000_000, None),
    ("p90(net)<=budget", "object", "net", None, 0.9),
    ("net_change<=0", "change", "net", 0, None),
    ("benefit_share_change<=-250k", "change", "benefit_share", -250_000, None),
    ("wait(job_coaching_bought)<=30", "wait", "job_coaching_bought", 30, None),
])
def test_forms(text, asked, name, limit, share):
    assert parse(text) == Target(text, asked, name, limit, share)


@pytest.mark.parametrize(("text", "words"), [
    ("P(nett<=budget)>=0.8", "write net"),
    ("P(net<=budget)>=1.2", "between 0 and 1"),
    ("P(net<=budget)>=0", "between 0 and 1"),
    ("P(net<=budget)=0.8", "none of <= and >="),
    ("P(net<budget)>=0.8", "none of <= and >="),
    ("mean(net)<=28,0M", "'28,0' where a number belongs"),
    ("net_change<=budget", "against a whole budget"),
    ("wait(x)<=budget", "give days"),
    ("p0(net)<=1M", "from p1 to p99"),
    ("cheaper", "write one of P(net<=budget)>=0.8"),
])
def test_faults(text, words):
    with pytest.raises(InputError, match="option --target") as fault:
        parse(text)
    assert words in str(fault.value)


@given(st.lists(st.integers(0, 10), min_size=1, max_size=30), st.integers(0, 10), st.integers(1, 99))
def test_a_quantile_is_met_exactly_when_as_many_draws_keep_the_limit(values, limit, rank):
    reading = parse(f"p{rank}(net)<={limit}").reading(np.array(values, float), np.arange(len(values)), float(limit))
    kept = sum(value <= limit for value in values)
    assert reading.met == (100 * kept >= rank * len(values))
    assert reading.estimate == kept / len(values) and reading.low <= reading.estimate <= reading.high


def test_wilson_by_hand():
    """8 of 10: (8 + 1.92) / 13.84 = 0.717, half 1.96 · √(10 · 0.16 + 0.96) / 13.84 = 0.227 (Newcombe 1998)."""
    assert wilson(0.8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(1.0, 4) == pytest.approx((0.5101, 1.0), abs=1e-4) and wilson(0.0, 4)[0] == 0.0


def measured(rows: dict[tuple[str, str, str, int], list[float]]) -> pd.DataFrame:
    """Measures of four draws."""
    columns = pd.MultiIndex.from_product([range(4), [0]], names=UNIT_KEYS)
    return pd.DataFrame(list(rows.values()), pd.MultiIndex.from_tuples(rows, names=KEYS), columns)


TOTAL, DAYS, STARTED = ("net", "total", "", 2027), *(("contract", "a", part, 2027) for part in ("wait_days", "started"))
BEFORE = measured({TOTAL: [10.0, 20, 30, 40], DAYS: [0.0, 0, 0, 0], STARTED: [0.0, 0, 0, 0]})
AFTER = measured({TOTAL: [9.0, 18, 33, 40], DAYS: [10.0, 40, 0, 30], STARTED: [1.0, 2, 0, 1]})


def test_a_change_is_that_of_pairs_and_a_wait_that_of_all_who_started():
    change = parse("net_change<=0")
    assert list(change.values(AFTER, BEFORE, 2027)) == [-1, -2, 3, 0]
    assert change.reading(change.values(AFTER, BEFORE, 2027), np.arange(4), 0.0).met
    waits = parse("wait(a)<=30").values(AFTER, BEFORE, 2027)
    assert waits.mean() == pytest.approx(80 / 4)  # 80 days, 4 people: not the mean of 10, 20 and 30
    error, _ = error_of_mean(waits, clusters_of(range(4)))
    assert error == pytest.approx(5)  # pairs are 10 days below and above 20 · started: √(2 · (10² + 10²)) / 4
    assert not parse("wait(a)<=30").reading(parse("wait(a)<=30").values(BEFORE, BEFORE, 2027), np.arange(4), 30.0).met


def test_what_the_run_does_not_measure_is_told():
    with pytest.raises(InputError, match="net in 2031"):
        parse("mean(net)<=1").values(AFTER, BEFORE, 2031)
    with pytest.raises(InputError, match="budget of 2027"):
        parse("P(net<=budget)>=0.8").limit_in(None, 2027)
