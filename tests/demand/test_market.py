"""The market of a run against its baseline: exactly 1 where they are equal, displacement, the books of vacancies."""

from dataclasses import replace
from math import exp, inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.demand.market import FLOOR, Market
from tests.demand.conftest import MONTHS, STOCK

FIELDS = 10
SEARCH, MATCHES = np.full(FIELDS, 900.0), np.full(FIELDS, 50.0)
NONE = np.zeros(FIELDS)


def run(programme, reference=None, searching=SEARCH, matches=MATCHES, taken=NONE, opened=NONE):
    market = Market(programme, reference)
    for _ in range(MONTHS):
        market.advance(searching.tolist(), matches.tolist(), taken.tolist(), opened.tolist())
    return market.record()


def only(field, value):
    return np.where(np.arange(FIELDS) == field, value, 0.0)


@settings(max_examples=20)
@given(st.lists(st.floats(0, 5000), min_size=FIELDS, max_size=FIELDS),
       st.lists(st.floats(0, 500), min_size=FIELDS, max_size=FIELDS))
def test_a_scenario_equal_to_its_baseline_has_factors_of_exactly_one(programme, searching, matches):
    flows = {"searching": np.array(searching), "matches": np.array(matches), "taken": np.array(matches) / 3,
             "opened": np.array(matches) / 7}
    baseline = run(programme, **flows)
    again = run(programme, baseline, **flows)
    assert (baseline.factor == 1).all() and (again.factor == 1).all()
    assert (again.vacancies == np.array(programme.vacancies)[1:]).all()


def test_more_search_in_one_field_slows_that_field_and_no_other(programme):
    record = run(programme, run(programme), searching=SEARCH + only(4, 90))
    assert (record.factor[0] == 1).all(), "the first month is before any difference"
    assert (record.factor[1:, 4] < 1).all()
    assert (np.delete(record.factor, 4, axis=1) == 1).all()


def test_with_ample_vacancies_nobody_is_displaced(programme):
    ample = replace(programme, vacancies=np.full((MONTHS + 1, FIELDS), inf).tolist())
    record = run(ample, run(ample), searching=SEARCH * 2, matches=MATCHES * 2, taken=MATCHES)
    assert (record.factor == 1).all()


def test_a_deviation_settles_where_littles_law_says(programme):
    record = run(programme, run(programme), opened=only(4, 10))
    deviation = record.vacancies - np.array(programme.vacancies)[1:]
    days = programme.month_edges[-1] - programme.month_edges[-2]  # a short month before would leave a little more
    assert deviation[-1, 4] == pytest.approx(10 * programme.open_days / days, rel=0.05)
    first = programme.month_edges[1]
    assert deviation[0, 4] == pytest.approx(10 * programme.open_days / first * (1 - exp(-first / programme.open_days)))
    assert (record.factor[1:, 4] > 1).all()


@pytest.mark.parametrize(("flow", "part"), [("matches", "posted"), ("taken", None)])
def test_filled_vacancies_are_gone_and_come_back_only_by_the_path(programme, flow, part):
    usual = {"matches": MATCHES, "taken": NONE}[flow]
    record = run(programme, run(programme), **{flow: usual + only(4, 10)})
    filled = 10 * (getattr(programme, part) if part else 1)
    before = np.array(programme.vacancies)[1:, 4] - record.vacancies[:, 4]
    kept = [programme.open_days / days * (1 - exp(-days / programme.open_days))
            for days in np.diff(programme.month_edges)]
    left = [exp(-days / programme.open_days) for days in np.diff(programme.month_edges)]
    missing = 0.0
    for month in range(MONTHS):  # what is missing at an edge: what was missing, faded, and this month's
        missing = missing * left[month] + filled * kept[month]
        assert before[month] == pytest.approx(missing)
    assert (record.factor[1:, 4] < 1).all()


def test_vacancies_never_run_out(programme):
    record = run(programme, run(programme), taken=np.full(FIELDS, 1e6))
    assert record.vacancies == pytest.approx(FLOOR * np.array(programme.vacancies)[1:])
    assert (record.factor > 0).all()


def test_a_field_without_searchers_has_a_factor_all_the_same(programme):
    baseline = run(programme)
    record = run(programme, baseline, searching=SEARCH - only(4, 900))
    assert np.isfinite(record.factor).all() and (record.factor[1:, 4] > 1).all()
    assert (run(programme, run(programme, searching=NONE), searching=NONE).factor == 1).all()


def test_graduates_at_work_fill_vacancies_too(programme):
    more = replace(programme, graduates=(np.array(programme.graduates) + 2).tolist())
    record = run(more, run(programme))
    assert record.net - run(programme).net == pytest.approx(np.full((MONTHS, FIELDS), -2 * programme.posted))
    assert (record.factor[1:] < 1).all()


def test_the_stock_is_split_by_field(programme):
    assert np.array(programme.vacancies).sum(axis=1) == pytest.approx(np.full(MONTHS + 1, STOCK))
