"""Limited work ability, the queues of others, and moves: shares by closed forms, and what ends benefit."""

from math import inf

import numpy as np
import pytest

from sim.clients.clients import WITH_BENEFIT, State
from sim.flow.offer import Assessment, Sequel
from sim.flow.served import simulate_served

COUNT, MONTHS = 2000, 24
CITY, COUNTY, KELA, THEIRS = range(4)  # waiting lists: assessments, then rehabilitation
SHARES = np.array([0.1, 0.15, 0.2, 0.15, 0.25])  # Kela's and the county's rehabilitation, sickness, pension, a plan
BOUGHT, DETECTED, WORK, PENSION = 0.3, 0.5, 0.2, 0.3
ASSESSED, REHABILITATED, SICK, DECIDED = 20.0, 100.0, 60.0, 90.0  # days


@pytest.fixture(scope="module")
def run(make_programme, make_clients):
    def simulated(offer, replication=0):
        count = len(offer.persons.groups)
        return simulate_served(make_programme(0.0, MONTHS), offer, make_clients(count), 1, replication)

    return simulated


@pytest.fixture(scope="module")
def offer_of(make_offer, make_service, make_meetings):
    """Work ability is limited in all; the county has so many *places* for assessments, all others have enough."""

    def offer(count=COUNT, places=inf):
        services = [make_service(name, paid=number < KELA, completion=1.0,
                                 stay=lambda luck, client, days=days: days)
                    for number, (name, days) in enumerate((("city", ASSESSED), ("county", ASSESSED),
                                                           ("kela", REHABILITATED), ("theirs", REHABILITATED)))]
        sequel = Sequel(WORK, WORK + PENSION, 1.0, 365.0)
        assessment = Assessment([DETECTED] * MONTHS, [BOUGHT] * MONTHS, CITY, COUNTY, (KELA, THEIRS),
                                np.cumsum(SHARES).tolist(), 1.0, 365.0, lambda luck: SICK, lambda luck: DECIDED,
                                (sequel, sequel, sequel))
        return make_offer(count, *services, places=[inf, places, inf, inf], chance=0.0, months=MONTHS,
                          meetings=make_meetings(MONTHS, gap=30.0), limited_from=[0.0] * count,
                          assessment=assessment)

    return offer


@pytest.fixture(scope="module")
def history(run, offer_of):
    return run(offer_of())


def assert_share(found, of, expected):
    assert abs(found / of - expected) < 3 * np.sqrt(expected * (1 - expected) / of), (found / of, expected)


def test_a_limited_work_ability_is_found_at_meetings_and_assessed_once(history):
    """Held monthly, so that 24 of them find nearly all; the city buys a share."""
    assessed = history.episodes[history.episodes["line"].isin([CITY, COUNTY])]
    assert len(assessed) == assessed["client"].nunique() == COUNT
    assert_share((assessed["line"] == CITY).sum(), COUNT, BOUGHT)
    assert_share((assessed["asked"] < 30.0).sum(), COUNT, DETECTED)


def test_assessments_lead_where_their_shares_say(history):
    counts = [(history.episodes["line"] == KELA).sum(), (history.episodes["line"] == THEIRS).sum(),
              (history.spells["state"] == State.SICKNESS).sum()]
    for count, share in zip(counts, SHARES, strict=False):
        assert_share(count, COUNT, share)
    spells = history.spells
    before = spells["state"].shift()
    granted = (spells["state"] == State.DISABILITY_PENSION) & (before == State.UNEMPLOYED)
    assert_share(granted.sum(), COUNT, SHARES[3])
    assessed = history.episodes[history.episodes["line"].isin([CITY, COUNTY])].set_index("client")["end"]
    pension = spells[granted].set_index("client")["start"]
    assert (pension - assessed[pension.index]).to_numpy() == pytest.approx(DECIDED, abs=1e-6)


def test_absences_of_the_ill_last_as_long_as_they_say_and_lead_on(history):
    """To work, to a pension, or back."""
    spells = history.spells
    absent = spells["state"].isin([State.SICKNESS, State.REHABILITATION]) & ~spells["open"]
    days = np.where(spells["state"] == State.SICKNESS, SICK, REHABILITATED)[absent]
    assert (spells["end"] - spells["start"])[absent].to_numpy() == pytest.approx(days, abs=1e-6)
    follows = spells["state"].shift(-1)[absent]
    assert_share((follows == State.LASTING_WORK).sum(), absent.sum(), WORK)
    assert_share((follows == State.DISABILITY_PENSION).sum(), absent.sum(), PENSION)
    assert_share((follows == State.UNEMPLOYED).sum(), absent.sum(), 1 - WORK - PENSION)


def test_no_benefit_is_paid_to_the_ill_and_nobody_comes_back_from_a_pension(history):
    spells = history.spells
    assert (spells.loc[spells["state"] == State.DISABILITY_PENSION, "open"]).all()
    assert not set(WITH_BENEFIT) & {State.SICKNESS, State.REHABILITATION, State.DISABILITY_PENSION}
    away = spells["state"].isin([State.SICKNESS, State.REHABILITATION]) & ~spells["open"]
    assert (spells["counter"].shift(-1)[away] == spells["counter"][away]).all(), "paid days stand still"


def test_half_the_places_of_a_queue_that_the_city_does_not_own_make_it_longer(run, offer_of):
    for replication in range(2):
        waits, served = [], []
        for places in (inf, 12, 6):
            record = run(offer_of(300, places), replication).pools["county"]
            waits.append(record.waiting_days.sum() / record.asked.sum())
            served.append(record.served.sum())
        assert waits == sorted(waits) and waits[0] == 0.0 < waits[1] < waits[2]
        assert served == sorted(served, reverse=True)


@pytest.fixture(scope="module")
def movers(run, make_offer):
    """Client and day of each move out of the city, under hazards a day of each month."""

    def moves(hazards):
        history = run(make_offer(COUNT, months=MONTHS, moves=dict.fromkeys(range(0, COUNT, 2), hazards)))
        gone = history.spells[history.spells["state"] == State.GONE]
        return dict(zip(gone["client"], gone["start"], strict=True))

    return moves


def test_without_a_hazard_nobody_moves(movers):
    assert not movers([0.0] * MONTHS)


def test_as_many_move_as_the_hazard_says(movers, make_programme):
    hazards = np.where(np.arange(MONTHS) < 9, 0.0004, 0.0012)
    moved, edges = movers(hazards.tolist()), make_programme(0.0, MONTHS).month_edges
    assert all(client % 2 == 0 for client in moved)
    passed = np.concatenate([[0.0], np.cumsum(hazards * np.diff(edges))])
    for month in (9, 15, 24):
        assert_share(sum(day < edges[month] for day in moved.values()), COUNT / 2, 1 - np.exp(-passed[month]))


def test_what_keeps_people_in_the_city_keeps_each_of_them_longer(movers):
    often, seldom = movers([0.001] * MONTHS), movers([0.0006] * MONTHS)
    assert set(seldom) < set(often) and all(seldom[client] > often[client] for client in seldom)
