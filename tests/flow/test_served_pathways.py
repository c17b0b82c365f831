"""What a client goes through, day by day, on the need-led and the demand-led pathway."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from sim.clients.clients import State
from sim.flow.offer import Ended
from sim.flow.served import Demand, simulate_served
from sim.flow.vacancies import Closed
from sim.services.caseworkers import Task

MONTHS, COUNT = 12, 200


@pytest.fixture(scope="module")
def run(make_programme, make_clients):
    """History of *count* unemployed clients, whom no hazard moves unless *hazard*."""

    def simulated(offer, hazard=0.0, months=MONTHS, demand=None, replication=0, **clients):
        count = len(offer.persons.groups)
        return simulate_served(make_programme(hazard, months), offer, make_clients(count, **clients), 1, replication,
                               Demand(demand) if demand else None)

    return simulated


@pytest.fixture(scope="module")
def by_demand(make_offer, make_meetings):
    """An offer to clients who all come new on the first day, and are met monthly, on the demand-led pathway."""

    def offer(*services, handover=1000.0, **given):
        meetings = make_meetings(MONTHS, gap=30.0, demand_led=1.0)
        return make_offer(COUNT, *services, meetings=meetings, months=MONTHS, handover=handover, **given)

    return offer


NEW = {"enters": 0.5, "since": 0.5, "cohort": 0}


def test_a_turn_and_a_place_that_come_at_once_are_both_taken_at_once(run, make_offer, make_service,
                                                                           make_meetings):
    """No caseworker from day 5 to day 40, and a second place from day 40 on; one client has the first."""
    meetings = make_meetings(staff=[(0.0, inf, 240.0), (5.0, 0.0, 240.0), (40.0, inf, 240.0)], gap=30.0, patience=inf)
    course = make_service(stay=lambda luck, client: 2000.0)
    offer = make_offer(2, course, places=[[(0.0, 1), (40.0, 2)]], meetings=meetings)
    history = run(offer, months=36, enters=[1.0, 2.0], cohort=0)
    assert history.episodes["start"].tolist() == [1.0, 40.0]
    assert history.meetings["held"].dropna().tolist()[:3] == [1.0, 2.0, 40.0]


def test_who_accepts_an_offer_is_at_work_on_the_day(run, by_demand, make_demand):
    demand = make_demand(MONTHS, told=[[10.0]] * MONTHS, accepts=(0.4, 0.4), hire_days=3.0)
    history = run(by_demand(), demand=demand, **NEW)
    hired = history.vacancies[history.vacancies["how"] == Closed.HIRED]
    at_work = history.spells[history.spells["state"] == State.LASTING_WORK].sort_values("start")
    started = hired[hired["closed"] + 3 < history.spells["end"].max()]
    assert at_work["client"].tolist() == started["client"].tolist() and len(at_work) > 50
    assert at_work["start"].to_numpy() == pytest.approx(started["closed"] + 3, abs=1e-6)


def test_a_vacancy_that_nobody_wants_becomes_training_to_order(run, by_demand, make_demand, make_service):
    """A course for each five orders, ten days after the fifth; whoever completes it has the job that was promised."""
    demand = make_demand(MONTHS, told=[[5.0]] * MONTHS, accepts=(0.0, 0.0), ordered=[1.0] * MONTHS, group=5,
                         order_days=10.0, promised=1.0)
    training = make_service("training", completion=0.8, placed=0.0, stay=lambda luck, client: 40.0)
    history = run(by_demand(training, training=0), demand=demand, **NEW)
    ordered = history.vacancies.loc[history.vacancies["how"] == Closed.ORDERED, "closed"].sort_values().to_numpy()
    begins = [day + 10 for day in ordered[4::5] if day + 10 < history.spells["end"].max()]
    assert history.episodes["asked"].tolist() == pytest.approx(np.repeat(begins, 5).tolist(), abs=1e-6)
    assert len(begins) > 5
    completed = history.episodes[history.episodes["ended"] == Ended.COMPLETED]
    at_work = history.spells[history.spells["state"] == State.LASTING_WORK]
    assert sorted(zip(at_work["client"], at_work["start"], strict=True)) == sorted(
        zip(completed["client"], completed["end"], strict=True))
    assert (completed["end"] - completed["start"]).to_numpy() == pytest.approx(40.0, abs=1e-6)


def test_after_its_time_the_demand_led_pathway_hands_over_to_the_need_led_one(run, by_demand, make_demand,
                                                                             make_service):
    """No offer any more, but referrals: from the first end of a month ninety days after registration."""
    demand = make_demand(MONTHS, told=[[10.0]] * MONTHS, accepts=(0.2, 0.2))
    history = run(by_demand(make_service(), handover=90.0), demand=demand, **NEW)
    handed_over = demand.month_edges[3]  # of those who registered half a day after the first edge: 91 days
    hires = history.vacancies.loc[history.vacancies["client"] >= 0, "closed"]
    assert len(hires) > 10 and hires.max() < handed_over <= history.episodes["asked"].min()
    stayed = set(range(COUNT)) - set(history.vacancies["client"])
    assert stayed == set(history.episodes["client"])


def lateness(history, who):
    """Mean days late of the meetings held with *who*."""
    met = history.meetings[history.meetings["held"].notna() & who[history.meetings["client"]]]
    return (met["held"] - met["due"]).mean()


def test_a_group_that_goes_first_is_met_earlier_and_the_others_later(run, make_offer, make_meetings):
    starter = np.arange(COUNT) % 2 == 0
    for replication in range(5):
        late = []
        for ranks in ((0, 0, 0, 0), (0, 0, 0, 1)):
            meetings = make_meetings(MONTHS, gap=30.0, minutes=60.0, ranks=ranks, staff=[(0.0, 1.5, 240.0)],
                                     patience=inf)
            offer = make_offer(COUNT, meetings=meetings, months=MONTHS,
                               groups=[(0, 0) if each else (3, 3) for each in starter.tolist()])
            history = run(offer, replication=replication)
            late.append([lateness(history, starter), lateness(history, ~starter)])
        (alike_starters, alike_others), (starters, others) = late
        assert starters < 0.5 * alike_starters and others > 1.2 * alike_others


def test_statutory_meetings_come_before_discretionary_ones_which_are_dropped(run, make_offer, make_meetings):
    meetings = make_meetings(MONTHS, gap=15.0, discussion=60.0, minutes=60.0, staff=[(0.0, 1.2, 240.0)], patience=10.0)
    met = run(make_offer(COUNT, meetings=meetings, months=MONTHS)).meetings
    late = (met["held"] - met["due"]).groupby(met["task"]).mean()
    assert late[Task.STATUTORY_DISCUSSION] < 1.0 < late[Task.DISCRETIONARY_MEETING] < 10.0
    dropped = met["held"].isna().groupby(met["task"]).mean()
    assert dropped[Task.STATUTORY_DISCUSSION] == 0.0 < dropped[Task.DISCRETIONARY_MEETING]


def test_with_fewer_caseworkers_meetings_are_late_refer_later_and_help_less(run, make_offer, make_meetings,
                                                                          make_service):
    for replication in range(5):
        late, referred, exits = [], [], []
        for workers in (inf, 2.0, 0.8):
            meetings = make_meetings(MONTHS, discussion=60.0, minutes=90.0, jump=1.0, lateness_life=20.0,
                                     staff=[(0.0, workers, 240.0)])
            offer = make_offer(COUNT, make_service(), chance=0.3, meetings=meetings, months=MONTHS)
            history = run(offer, hazard=0.03, replication=replication)
            late.append(lateness(history, np.ones(COUNT, bool)))
            first = history.episodes.groupby("client")["asked"].min()
            referred.append(first.reindex(range(COUNT)).fillna(366.0).mean())
            exits.append((history.spells["state"] != State.UNEMPLOYED).sum())
        assert late == sorted(late) and late[0] == 0.0
        assert referred == sorted(referred) and exits == sorted(exits, reverse=True)
        assert referred[0] < referred[2] and exits[0] > exits[2]


def test_a_share_of_new_spells_goes_by_each_pathway_and_the_others_spells_stay_the_same(run, by_demand, make_demand):
    """The pathway is one draw a spell: a higher share takes more clients in, and none out."""
    demand = make_demand(MONTHS, told=[[30.0]] * MONTHS)
    ways = []
    for share in (0.0, 0.4, 0.8):
        offer = by_demand()
        offer = replace(offer, meetings=replace(offer.meetings, demand_led=[[share] * 4] * MONTHS))
        ways.append(set(run(offer, demand=demand, **NEW).vacancies["client"]) - {-1})
    assert not ways[0] and ways[1] < ways[2]
    for clients, share in zip(ways[1:], (0.4, 0.8), strict=True):
        assert abs(len(clients) / COUNT - share) < 3 * np.sqrt(share * (1 - share) / COUNT)


def test_where_the_law_leaves_no_longer_wait_the_client_gets_in_beyond_the_places(run, make_offer, make_service,
                                                                                make_meetings):
    """One place, three clients who want it on days 1, 2 and 3, and twenty days of waiting at most."""
    course = make_service(stay=lambda luck, client: 200.0, longest_wait=20.0)
    offer = make_offer(3, course, places=[[(0.0, 1)]], meetings=make_meetings(gap=inf, patience=inf))
    history = run(offer, months=12, enters=[1.0, 2.0, 3.0], cohort=0)
    assert history.episodes["start"].tolist() == [1.0, 22.0, 23.0]
    record = history.pools[offer.lines[0].name]
    assert (record.served.sum(), record.gave_up.sum()) == (3, 0) and abs(record.gap) < 1e-9
    assert record.waited.sum() == pytest.approx(40.0) and record.utilisation.max() == pytest.approx(3.0)
