"""The books of a unit of Lahti balance: queues, places, where everyone is, meetings, paid days."""

from dataclasses import replace
from math import ceil, isfinite

import numpy as np
import pytest

from scenarios.mix import load_mix
from scenarios.neutral import ServiceLevels
from scenarios.service_plan import service_plan
from scenarios.service_unit import unit_offer
from sim.clients.clients import WITH_BENEFIT, State
from sim.clients.counter import paid_days
from sim.demand.programme import Demand, demand_programme
from sim.flow.offer import Ended
from sim.flow.served import Demand as Side
from sim.flow.served import simulate_served
from sim.law.loader import load_law
from sim.services.catalogue import Catalogue
from sim.services.volumes import AreaServices, derive_volumes
from sources.area import data_root, read_area
from sources.services import read_national

MONTHS, KEY = 36, (3, 0)
PART = 8  # of Lahti's clients, vacancies, staff and places; the last are scarce then
WORKING = (State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION, State.REHABILITATION)


@pytest.fixture(scope="module")
def clients(crowd):
    return crowd.take(np.arange(len(crowd)) % 2 == 0)


@pytest.fixture(scope="module")
def demand(lahti):
    mix = load_mix(read_area("lahti", data_root()))
    return demand_programme(mix.of(Demand), np.full(MONTHS, 1200.0 / PART), lahti.steps.origin, MONTHS)


@pytest.fixture(scope="module")
def offer(lahti, clients, demand):
    """Lahti's, in small: a cut in the middle halves the places of every contract."""
    area = read_area("lahti", data_root())
    mix = load_mix(area)
    volumes = derive_volumes(area, mix.of(AreaServices), mix.of(Catalogue), read_national(data_root()))
    levels = ServiceLevels({key: round(each.stock / PART) for key, each in volumes.items()},
                           {key: each.starts / PART for key, each in volumes.items()},
                           {key: each.starts / 2000 for key, each in volumes.items()},
                           {"pay_subsidy_50": 0.05})
    plan = service_plan(mix, load_law(), lahti.first_month, MONTHS, levels)
    offer = unit_offer(plan, clients, 0.5, demand.shares, lahti.steps.month_edges, *KEY)
    staff = [[(day, workers / PART, minutes) for day, workers, minutes in unit] for unit in offer.meetings.staff]
    return replace(offer, lines=[replace(line, places=halved(line.places), ahead=line.ahead[::PART])
                                 for line in offer.lines],
                   meetings=replace(offer.meetings, staff=staff))


def halved(places):
    """So many parts of the places, and half as many from the second new year on."""
    part = [(day, ceil(count / PART) if isfinite(count) else count) for day, count in places]
    cut = 487.0
    last = [count for day, count in part if day < cut][-1]
    return [*(step for step in part if step[0] < cut), (cut, last // 2 if isfinite(last) else last)]


@pytest.fixture(scope="module")
def history(lahti, clients, offer, demand):
    return simulate_served(lahti.steps, offer, clients, *KEY, demand=Side(demand))


def test_every_way_that_services_know_is_taken(history):
    """Else the other tests would show nothing."""
    states = history.spells["state"].value_counts()
    assert {State.SERVICE, State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION, State.SICKNESS,
            State.REHABILITATION, State.DISABILITY_PENSION} <= set(states.index), states
    assert set(history.episodes["ended"]) == set(Ended)
    assert (history.vacancies["client"] >= 0).any()


def test_littles_law_holds_in_every_queue(history):
    assert sum(record.gave_up.sum() > 0 for record in history.pools.values()) > 5
    for name, record in history.pools.items():
        assert abs(record.gap) <= 1e-6 * max(record.waiting_days.sum(), 1.0), name
        assert record.asked.sum() == record.served.sum() + record.gave_up.sum() + record.still_waiting.sum(), name


def test_nobody_begins_where_there_is_no_place(history, offer):
    """A cut throws nobody out, but whoever begins has a place that there is, or was on the way to a course's start."""
    begun = history.episodes[history.episodes["start"].notna()]
    full = 0
    for number, line in enumerate(offer.lines):
        rows = begun[begun["line"] == number].sort_values("start")
        inside = np.arange(1, len(rows) + 1) - np.searchsorted(np.sort(rows["end"]), rows["start"], side="right")
        days, counts = np.array(line.places).T
        of_courses = line.service >= 0 and offer.services[line.service].starts
        places = np.max([counts[np.searchsorted(days, rows[column], side="right") - 1]
                         for column in (["start", "asked"] if of_courses else ["start"])], axis=0)
        assert (inside <= places).all(), line.name
        full += (inside == places).any()
    assert full > 5


def test_places_are_taken_for_as_long_as_someone_is_in_them(history, offer, lahti):
    for number, line in enumerate(offer.lines):
        rows = history.episodes[(history.episodes["line"] == number) & history.episodes["start"].notna()]
        if not (line.ahead or line.service >= 0 and offer.services[line.service].starts):
            busy = history.pools[line.name].busy_days.sum()
            assert busy == pytest.approx((rows["end"] - rows["start"]).sum(), abs=1e-6), line.name


def test_spells_tile_each_clients_time(history, clients, lahti):
    spells = history.spells
    assert spells["client"].unique().tolist() == list(range(len(clients)))
    first = ~spells["client"].duplicated()
    assert spells["start"][first].to_numpy() == pytest.approx(clients.enters, abs=1e-9)
    goes_on = ~first.to_numpy()[1:]
    assert (spells["start"].to_numpy()[1:] == spells["end"].to_numpy()[:-1])[goes_on].all()
    assert (spells["end"].to_numpy()[:-1][~goes_on] == lahti.steps.horizon).all()
    assert (spells["end"] >= spells["start"]).all()


def test_nobody_is_in_two_services(history):
    episodes = history.episodes.sort_values(["client", "asked", "start"])
    same = episodes["client"].to_numpy()[1:] == episodes["client"].to_numpy()[:-1]
    assert (episodes["asked"].to_numpy()[1:] >= episodes["end"].to_numpy()[:-1])[same].all()


@pytest.mark.parametrize(("paid", "states"), [(True, (State.SERVICE,)), (False, WORKING)])
def test_the_two_logs_say_the_same_of_who_is_inside(paid, states, history, offer):
    begun = history.episodes[history.episodes["start"].notna()]
    kind = np.array([line.service >= 0 and offer.services[line.service].paid for line in offer.lines])
    episodes = begun[kind[begun["line"]] == paid]
    spells = history.spells[history.spells["state"].isin(states)]
    columns = ["client", "start", "end"]
    assert sorted(map(tuple, episodes[columns].to_numpy())) == sorted(map(tuple, spells[columns].to_numpy()))
    assert len(spells) > 50


def test_nobody_is_at_two_meetings(history, offer):
    meetings = offer.meetings
    pace = np.array([minutes * workers / ceil(round(workers, 9)) for (_, workers, minutes), *_ in meetings.staff])
    met = history.meetings[history.meetings["held"].notna()].sort_values(["client", "held"])
    ends = (met["held"] + met["minutes"] / pace[met["unit"]]).to_numpy()
    same = met["client"].to_numpy()[1:] == met["client"].to_numpy()[:-1]
    assert all(len(steps) == 1 for steps in meetings.staff), "one pace each"
    assert (met["held"].to_numpy()[1:] >= ends[:-1])[same].all() and same.sum() > 5000


def test_counters_grow_by_paid_days_stand_still_otherwise_and_restart_after_work_alone(history, lahti):
    spells = history.spells
    paid = paid_days(spells["start"], spells["end"], lahti.steps.origin)
    state, counter = spells["state"].to_numpy(), spells["counter"].to_numpy()
    after = counter + np.where(np.isin(state, WITH_BENEFIT), paid, 0)
    follows = np.diff(spells["client"]) == 0
    reached, found, left = after[:-1][follows], counter[1:][follows], state[:-1][follows]
    worked = np.isin(left, (State.SHORT_WORK, State.LASTING_WORK, State.SUBSIDISED_WORK,
                            State.SUBSIDISED_WORK_EXCEPTION))
    restarts = worked & (found == -lahti.steps.waiting_days)
    assert ((found == reached) | restarts).all() and restarts.sum() > 20
