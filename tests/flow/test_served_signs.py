"""Signs, paired over thirty replications: what helps whom, and at whose cost."""

from dataclasses import replace
from math import inf

import numpy as np
import pandas as pd
import pytest

from sim.clients.clients import WITH_BENEFIT, State
from sim.clients.counter import paid_days
from sim.flow.programme import Absence
from sim.flow.served import Demand, simulate_served

REPLICATIONS, MONTHS = range(30), 12
HERE, COMING = 45, 3  # clients at the origin, and new ones a month


@pytest.fixture(scope="module")
def steps(make_programme):
    """A tenth leaves each month: three of ten for a job of two months on average, half for lasting work."""
    return make_programme(0.1, MONTHS, shares=(0.3, 0.8, 1.0),
                          absences={State.SHORT_WORK: Absence.from_months([0.0], [0.5])})


@pytest.fixture(scope="module")
def for_good(make_programme):
    """The same, but nobody comes back."""
    return make_programme(0.1, MONTHS, shares=(0.3, 0.8, 1.0))


@pytest.fixture(scope="module")
def clients(make_clients, steps):
    months = np.repeat(np.arange(MONTHS), COMING)
    enters = np.array(steps.month_edges)[months] + np.tile(np.arange(COMING) * 9.3 + 0.1, MONTHS)
    cohort = np.concatenate([np.full(HERE, -1), months])
    return make_clients(len(cohort), enters=np.concatenate([np.zeros(HERE), enters]), cohort=cohort,
                        since=np.concatenate([np.zeros(HERE), enters]))


@pytest.fixture(scope="module")
def run(steps, clients):
    def simulated(offer, replication, demand=None, programme=steps):
        return simulate_served(programme, offer, clients, 1, replication, demand)

    return simulated


@pytest.fixture(scope="module")
def meetings(make_meetings):
    return make_meetings(MONTHS, gap=40.0)


@pytest.fixture(scope="module")
def offer_of(clients, make_offer, meetings):
    def offer(*services, **given):
        return make_offer(len(clients), *services, **{"chance": 0.15, "meetings": meetings, "months": MONTHS} | given)

    return offer


def benefit_days(history, programme):
    """Paid days of each client up to the horizon."""
    spells = history.spells[history.spells["state"].isin(WITH_BENEFIT)]
    days = paid_days(spells["start"], spells["end"], programme.origin)
    return np.bincount(spells["client"], days, minlength=history.spells["client"].max() + 1)


def test_more_places_never_lengthen_their_own_queue(run, offer_of, make_service):
    service = make_service(stay=lambda luck, client: 120 * luck, during=0.7, after=1.3)
    for replication in REPLICATIONS:
        records = [run(offer_of(service, places=places), replication).pools["course"] for places in (2, 4, 8)]
        lengths = [record.waiting_days.sum() for record in records]
        waits = [record.waited.sum() / record.served.sum() for record in records]
        assert sorted(lengths, reverse=True) == lengths and sorted(waits, reverse=True) == waits, replication
        assert lengths[0] > lengths[-1] > 0


def test_more_caseworkers_never_lengthen_theirs(run, offer_of, make_meetings):
    for replication in REPLICATIONS:
        lengths = []
        for workers in (0.1, 0.15, 0.4):
            busy = make_meetings(MONTHS, gap=30.0, staff=[(0.0, workers, 240.0)], minutes=60.0)
            lengths.append(run(offer_of(meetings=busy), replication).pools["unit"].waiting_days.sum())
        assert sorted(lengths, reverse=True) == lengths and lengths[0] > lengths[-1] > 0, replication


@pytest.mark.parametrize(("effect", "sign"), [
    ({"after": 1.5}, -1), ({"placed": 0.3}, -1), ({"during": 1.4, "after": 1.2, "placed": 0.1}, -1),
    ({"during": 0.4}, 1)], ids=["after", "placed", "all", "lock-in"])
def test_an_effect_moves_the_paid_days_of_all_who_are_treated_one_way(effect, sign, run, offer_of, make_service,
                                                                     for_good, steps):
    """Client by client where nobody comes back; where some do, the days of all together."""
    for replication in REPLICATIONS:
        pair = [offer_of(make_service(**given)) for given in ({}, effect)]
        without, treated = (run(offer, replication, programme=for_good) for offer in pair)
        change = sign * (benefit_days(treated, for_good) - benefit_days(without, for_good))
        assert (change >= 0).all() and change.sum() > 0, replication
        untouched = np.setdiff1d(without.spells["client"], treated.episodes["client"])
        assert (change[untouched] == 0).all()
        if replication < 5:
            without, treated = (run(offer, replication) for offer in pair)
            assert sign * (benefit_days(treated, steps) - benefit_days(without, steps)).sum() > 0, replication


def test_meetings_with_effect_shorten_unemployment(run, offer_of, meetings, for_good):
    for replication in REPLICATIONS[:10]:
        plain, helped = (run(offer_of(meetings=replace(meetings, jump=jump)), replication, programme=for_good)
                         for jump in (0.0, 0.3))
        change = benefit_days(helped, for_good) - benefit_days(plain, for_good)
        assert (change <= 0).all() and change.sum() < 0


@pytest.fixture(scope="module")
def helped(clients):
    """Every second client of field 0; field 1 has a third of the clients."""
    field = np.arange(len(clients)) % 3 // 2
    return field, (field == 0) & (np.arange(len(clients)) % 2 == 0)


@pytest.fixture(scope="module")
def displaced(run, offer_of, make_service, make_demand, helped):
    """Spells in a baseline without the service, and in a scenario with it, of a replication and vacancies."""
    field, who = helped
    service = make_service(after=3.0, decay=1e6, stay=lambda luck, client: 1.0)
    weights = [[(0, 1.0)] if each else [] for each in who.tolist()]

    def pair(open_vacancies, replication):
        market = make_demand(MONTHS, fields=2, open_vacancies=open_vacancies)
        before, after = (offer_of(service, field=field.tolist(), weights=weights, chance=chance)
                         for chance in (0.0, 0.9))
        baseline = run(before, replication, Demand(market))
        return baseline.spells, run(after, replication, Demand(market, baseline.market)).spells

    return pair


def exits_to_work(spells, who):
    left = spells["state"].isin([State.SHORT_WORK, State.LASTING_WORK]) & (spells["start"] > 0)
    return who[spells["client"][left]].sum()


def test_where_jobs_are_few_help_for_some_slows_the_others_of_their_field(displaced, helped):
    field, who = helped
    changes = []
    for replication in REPLICATIONS:
        baseline, scenario = displaced(4.5, replication)
        apart = [spells[field[spells["client"]] == 1].reset_index(drop=True) for spells in (baseline, scenario)]
        pd.testing.assert_frame_equal(*apart, check_exact=True)
        changes.append([exits_to_work(scenario, whose) - exits_to_work(baseline, whose)
                        for whose in (who, (field == 0) & ~who)])
    changes = np.array(changes)
    error = changes.std(axis=0, ddof=1) / np.sqrt(len(changes))
    of_helped, of_others = changes.mean(axis=0) / error
    assert of_helped > 3 and of_others < -3


def test_where_jobs_are_ample_it_does_not(displaced, helped):
    _, who = helped
    for replication in REPLICATIONS[:5]:
        baseline, scenario = displaced(inf, replication)
        others = [spells[~who[spells["client"]]].reset_index(drop=True) for spells in (baseline, scenario)]
        pd.testing.assert_frame_equal(*others, check_exact=True)
        assert exits_to_work(scenario, who) > exits_to_work(baseline, who)


def test_a_scenario_equal_to_its_baseline_has_the_same_books(run, offer_of, meetings, make_service, make_demand):
    busy = replace(meetings, staff=[[(0.0, 0.7, 240.0)]] * 2, jump=0.2, demand_led=[[0.5] * 4] * MONTHS)
    market = make_demand(MONTHS, told=[[10.0]] * MONTHS, accepts=(0.5, 0.5))
    offer = offer_of(make_service(during=0.6, after=1.5, placed=0.1), places=9, meetings=busy)
    for replication in REPLICATIONS[:3]:
        baseline = run(offer, replication, Demand(market))
        again = run(offer, replication, Demand(market, baseline.market))
        for name in ("spells", "episodes", "meetings", "vacancies"):
            pd.testing.assert_frame_equal(getattr(again, name), getattr(baseline, name), check_exact=True)
