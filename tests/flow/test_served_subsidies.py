"""Subsidised work: paid days stand still, committed months stay, hires that come anyway, the work condition."""

from math import inf

import numpy as np
import pandas as pd
import pytest

from sim.clients.clients import State
from sim.flow.model import simulate
from sim.flow.offer import Ended
from sim.flow.served import simulate_served

MONTHS, COUNT, YEAR = 30, 300, 365.25
WORK = (State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION)
FULL, NOTHING = (0.0, 1.0), (0.0, 0.0)


@pytest.fixture(scope="module")
def run(make_programme, make_clients):
    """History of unemployed clients with 450 paid days, whom no hazard moves unless *hazard*."""

    def simulated(offer, hazard=0.0, replication=0, **clients):
        count = len(offer.persons.groups)
        return simulate_served(make_programme(hazard, MONTHS), offer,
                               make_clients(count, **{"counter": 450} | clients), 1, replication)

    return simulated


@pytest.fixture(scope="module")
def subsidy(make_service):
    """Subsidised work of 200 days for whoever is referred to it."""

    def service(**given):
        return make_service("subsidy", **{"paid": False, "stay": lambda luck, client: 200.0} | given)

    return service


@pytest.fixture(scope="module")
def offer_of(make_offer, make_meetings):
    def offer(service, count=COUNT, **given):
        return make_offer(count, service, meetings=make_meetings(MONTHS, gap=30.0), months=MONTHS, **given)

    return offer


def test_paid_days_stand_still(run, subsidy, offer_of):
    spells = run(offer_of(subsidy(), chance=0.3)).spells
    at_work = (spells["state"] == State.SUBSIDISED_WORK) & ~spells["open"]
    assert (spells["counter"].shift(-1)[at_work] == spells["counter"][at_work]).all() and at_work.sum() > COUNT
    assert (spells["end"] - spells["start"])[at_work].to_numpy() == pytest.approx(200.0, abs=1e-6)


def test_committed_months_stay_when_a_cut_comes(run, subsidy, offer_of):
    cut = 100.0
    history = run(offer_of(subsidy(), chance=0.3, places=[[(0.0, 50), (cut, 0)]]))
    begun = history.episodes.dropna(subset="start")
    assert begun["start"].max() < cut and (begun["end"] > cut).sum() == 50
    assert (begun["end"] - begun["start"]).to_numpy() == pytest.approx(200.0, abs=1e-6)
    assert (begun["ended"] == Ended.COMPLETED).all() and history.pools["subsidy"].inside == 0
    at_work = history.spells[history.spells["state"] == State.SUBSIDISED_WORK]
    assert sorted(at_work["end"]) == sorted(begun["end"])


def test_some_stay_at_the_job_and_others_come_back(run, subsidy, offer_of):
    spells = run(offer_of(subsidy(completion=0.8, placed=0.5), chance=0.3)).spells
    over = (spells["state"] == State.SUBSIDISED_WORK) & ~spells["open"]
    lasting, over = (spells["state"].shift(-1)[over] == State.LASTING_WORK).sum(), over.sum()
    assert abs(lasting / over - 0.4) < 3 * np.sqrt(0.24 / over)


@pytest.mark.parametrize("places", [inf, 2])
def test_a_subsidy_for_hires_that_come_anyway_is_paid_and_changes_no_spell(places, run, subsidy, offer_of,
                                                                          make_programme, make_clients):
    """Work with the subsidy and the same job after it are the lasting work of the model without services."""
    share = 0.4
    service = subsidy(deadweight=[share] * MONTHS)
    spells = run(offer_of(service, chance=0.0, places=places), hazard=0.05).spells
    plain = simulate(make_programme(0.05, MONTHS), make_clients(COUNT, counter=450), 1, 0).frame()
    lasting = spells["state"].isin([State.SUBSIDISED_WORK, State.LASTING_WORK])
    goes_on = lasting & lasting.shift(fill_value=False) & (spells["client"] == spells["client"].shift())
    merged = spells[~goes_on].assign(state=spells["state"].replace(State.SUBSIDISED_WORK, State.LASTING_WORK))
    columns = ["client", "state", "start", "counter", "clock"]
    pd.testing.assert_frame_equal(merged[columns].reset_index(drop=True), plain[columns], check_exact=True)
    paid, hires = (spells["state"] == State.SUBSIDISED_WORK).sum(), (plain["state"] == State.LASTING_WORK).sum()
    if places == inf:
        assert abs(paid / hires - share) < 3 * np.sqrt(share * (1 - share) / hires)
    else:
        assert 2 < paid < 0.7 * share * hires
    assert goes_on.sum() == ((spells["state"] == State.SUBSIDISED_WORK) & ~spells["open"]).sum() > 1


@pytest.mark.parametrize("excepted", [True, False])
def test_whoever_the_law_excepts_is_excepted_in_every_subsidised_job(excepted, run, subsidy, offer_of):
    """After a referral, in a hire that comes anyway, and in a job that goes on from before the first day."""
    after = 100.0, 1.0
    ways = {"referral": ({"chance": 1.0}, {}), "hire": ({"chance": 0.0}, {"hazard": 1.0}),
            "opening": ({"chance": 0.0, "inside": {0: (0, 500.0)}}, {"state": State.SHORT_WORK})}
    for way, (terms, people) in ways.items():
        service = subsidy(stay=lambda luck, client: 500.0, deadweight=[1.0] * MONTHS, accrues=NOTHING,
                          accrues_excepted=after)
        offer = offer_of(service, 20 if way == "hire" else 1, excepted=[excepted] * 20, **terms)
        spells = run(offer, **people).spells
        at_work = spells["state"].isin(WORK)
        assert set(spells["state"][at_work]) == {WORK[excepted]}, way
        ended = at_work & ~spells["open"]
        assert ended.any() and (spells["counter"].shift(-1)[ended] == -7).all() == excepted, way


@pytest.mark.parametrize("inside", [{}, {0: (0, 40.0)}])
def test_a_grant_that_is_given_once_is_given_once(inside, run, subsidy, offer_of):
    """Whether it is given in the run or has been before the first day."""
    state = State.SHORT_WORK if inside else State.UNEMPLOYED
    assert len(run(offer_of(subsidy(once=True), 1, chance=1.0, inside=inside), state=state).episodes) == 1
    assert len(run(offer_of(subsidy(), 1, chance=1.0, inside=inside), state=state).episodes) > 1


@pytest.fixture(scope="module")
def restarts(run, subsidy, offer_of):
    """Whether the paid days of one client start again after the first subsidised work of so many days."""

    def found(days, accrues, excepted=False, **clients):
        service = subsidy(stay=lambda luck, client: days, **accrues)
        spells = run(offer_of(service, 1, excepted=[excepted]), **clients).spells
        at_work = spells["state"].isin(WORK).to_numpy().argmax()
        assert spells["state"][at_work] == WORK[excepted]
        before, after = spells["counter"][[at_work, at_work + 1]]
        assert after in (before, -7)
        return after == -7

    return found


@pytest.mark.parametrize(("days", "accrues", "restarts_then"), [
    (YEAR + 1, FULL, True), (YEAR - 1, FULL, False),  # the condition is twelve months
    (YEAR + 1, NOTHING, False),
    (304.375 + YEAR / 0.75 + 1, (304.375, 0.75), True), (304.375 + YEAR / 0.75 - 1, (304.375, 0.75), False)])
def test_work_adds_to_the_work_condition_what_the_law_says(days, accrues, restarts_then, restarts):
    """Pay subsidy adds nothing; of those excepted by the law three quarters of what is past ten months."""
    assert restarts(days, {"accrues": accrues}) == restarts_then


@pytest.mark.parametrize(("worked", "restarts_then"), [(184.0, True), (181.0, False), (0.0, False)])
def test_half_a_year_of_work_that_counts_adds_to_work_before(worked, restarts_then, restarts):
    """As with the municipality's own supplement: 183 days and what was before are twelve months, or are not."""
    before = {"work_days": worked, "work_until": -10.0, "since": -10.0}
    assert restarts(182.625, {"accrues": FULL}, **before) == restarts_then
    assert not restarts(182.625, {"accrues": NOTHING}, **before), "pay subsidy does not"


def test_the_exception_holds_for_those_excepted_alone(restarts):
    """Three quarters of a year past ten months, with a quarter of a year before."""
    accrues = {"accrues": NOTHING, "accrues_excepted": (304.375, 0.75)}
    before = {"work_days": 0.25 * YEAR + 1.0, "work_until": -10.0, "since": -10.0}
    for excepted in (True, False):
        assert restarts(304.375 + YEAR, accrues, excepted, **before) == excepted
