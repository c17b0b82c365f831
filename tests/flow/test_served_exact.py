"""Services that change nothing leave the model without services as it is, to the last bit."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.mix import load_mix
from sim.clients.clients import State
from sim.flow.model import simulate
from sim.flow.served import Demand, simulate_served
from sim.law.loader import load_law
from sim.services.caseworkers import Caseworking
from sim.services.meetings import meeting_programme
from sim.services.process import Process
from sources.area import data_root, read_area

KEY = 3, 1


@pytest.fixture(scope="module")
def some(crowd):
    return crowd.take(np.arange(len(crowd)) % 4 == 0)


@pytest.fixture(scope="module")
def plain(lahti, some):
    return simulate(lahti.steps, some, *KEY).frame()


@pytest.fixture(scope="module")
def meetings(lahti):
    """Those of Lahti by the law's schedule, with no effect on anybody."""
    mix = load_mix(read_area("lahti", data_root()))
    steps = meeting_programme(mix.of(Caseworking), mix.of(Process), load_law(), lahti.steps.origin, 36)
    return replace(steps, jump=0.0)


def with_staff(meetings, workers):
    return replace(meetings, staff=[[(0.0, workers, 240.0)]] * len(meetings.units))


def without_services(spells):
    """The same spells, where the time in a paid service is part of the spell of unemployment around it."""
    inside = spells["state"] == State.SERVICE
    goes_on = (spells["state"] == State.UNEMPLOYED) & inside.shift(fill_value=False)
    first = ~(inside | goes_on & (spells["client"] == spells["client"].shift()))
    ends = spells.groupby(first.cumsum())[["end", "open"]].last()
    return spells[first].assign(end=ends["end"].to_numpy(), open=ends["open"].to_numpy()).reset_index(drop=True)


@pytest.mark.parametrize("workers", [float("inf"), 1.4], ids=["caseworkers without end", "too few caseworkers"])
def test_meetings_without_effect_change_nobodys_spells(workers, lahti, some, plain, meetings, make_offer):
    history = simulate_served(lahti.steps, make_offer(len(some), meetings=with_staff(meetings, workers)), some, *KEY)
    pd.testing.assert_frame_equal(history.spells, plain, check_exact=True)
    late = history.meetings["held"] - history.meetings["due"]
    assert (late.max() > 1.0) == (workers < 2) and late.notna().sum() > 5 * len(some)


def test_nor_does_a_demand_side_whose_offers_nobody_accepts(lahti, some, plain, meetings, make_offer, make_demand):
    demand = make_demand(told=[[40.0]] * 36, accepts=(0.0, 0.0))
    offer = make_offer(len(some), handover=90.0,
                       meetings=replace(with_staff(meetings, float("inf")), demand_led=[[1.0] * 4] * 36))
    history = simulate_served(lahti.steps, offer, some, *KEY, demand=Demand(demand))
    pd.testing.assert_frame_equal(history.spells, plain, check_exact=True)
    assert len(history.vacancies) > 1000 and (history.vacancies["client"] == -1).all()
    again = simulate_served(lahti.steps, offer, some, *KEY, demand=Demand(demand, history.market))
    pd.testing.assert_frame_equal(again.spells, plain, check_exact=True)
    assert (again.market.factor == 1.0).all(), "measured against itself, a market changes nothing"


def test_paid_services_without_effect_are_time_spent_in_the_same_spells(lahti, some, plain, meetings, make_service,
                                                                      make_offer):
    services = make_service(completion=0.7, stay=lambda luck, client: 120 * luck), make_service("other")
    offer = make_offer(len(some), *services, places=[20, [(0.0, 5), (400.0, 0), (700.0, 9)]], chance=0.1,
                       meetings=with_staff(meetings, 3.0))
    history = simulate_served(lahti.steps, offer, some, *KEY)
    pd.testing.assert_frame_equal(without_services(history.spells), plain, check_exact=True)
    assert history.episodes["start"].notna().sum() > 300
    assert {"course", "other"} <= history.pools.keys() and history.pools["course"].gave_up.sum() > 0


def test_services_without_places_change_nobodys_spells(lahti, some, plain, meetings, make_service, make_offer):
    service = make_service(during=0.2, after=3.0, placed=0.5)
    history = simulate_served(lahti.steps, make_offer(len(some), service, places=0, meetings=meetings), some, *KEY)
    pd.testing.assert_frame_equal(history.spells, plain, check_exact=True)
    assert len(history.episodes) == 0
