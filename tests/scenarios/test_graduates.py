"""Graduates whom cooperation takes straight to work never become unemployed: as many as stated, by each one's luck."""

from types import SimpleNamespace

import numpy as np
import pytest

from scenarios.served import with_graduates
from sim.clients.clients import Clients, State

MONTHS, A_MONTH = 12, 400


@pytest.fixture
def new():
    """Of four hundred arrivals a month every other one is young."""
    count = MONTHS * A_MONTH
    zeros = np.zeros(count)
    return Clients(cohort=np.repeat(np.arange(MONTHS, dtype=np.int32), A_MONTH), enters=zeros,
                   state=np.full(count, State.UNEMPLOYED, np.int8), since=zeros, counter=zeros.astype(np.int32),
                   clock=zeros.astype(np.int32), age=np.tile([0, 1], count // 2).astype(np.int8),
                   born=zeros.astype(np.int32), foreign_language=zeros > 0, reduced_ability=zeros > 0,
                   entitlement=zeros.astype(np.int8), maximum_days=zeros.astype(np.int16), work_days=zeros,
                   work_until=zeros)


def placed(new, more, before=0.0):
    demand = SimpleNamespace(graduates=[[more / 2, more / 2]] * MONTHS)
    return with_graduates(demand, new, (3, 1), SimpleNamespace(graduates=np.full(MONTHS, before))).state == (
        State.LASTING_WORK)


def test_so_many_of_the_young_as_stated_beyond_the_baseline_go_to_work(new):
    who = placed(new, 30.0, before=10.0)
    assert not who[new.age != 0].any()
    expected = 20 * MONTHS  # binomial: 200 young a month, a tenth of them
    assert abs(who.sum() - expected) < 3 * np.sqrt(expected * 0.9)


def test_nobody_goes_where_the_scenario_has_no_more_than_its_baseline(new):
    assert not placed(new, 10.0, before=10.0).any() and not placed(new, 5.0, before=10.0).any()


def test_more_cooperation_adds_to_those_placed_and_moves_none_of_them(new):
    few, many = placed(new, 10.0), placed(new, 25.0)
    assert (many >= few).all() and many.sum() > few.sum() > 0
