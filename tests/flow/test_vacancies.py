"""Vacancies as objects, with clients who only wait for offers: rates, capacity, order of offers, keyed draws, books."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
import simpy

from sim.demand.programme import demand_programme, read_demand
from sim.flow.draws import keyed_draws, uniform
from sim.flow.pool import Caseworkers
from sim.flow.vacancies import ON_TOP, Came, Closed, Registry, Seeker, Vacancies, VacancyLog
from sim.law.calendar import day_number
from sources.area import data_root, read_area

MONTHS, STOCK, FIELDS = 24, 1200.0, 10
MINUTES = 240.0  # client-facing, of an adviser's calendar day


@pytest.fixture(scope="module")
def demand():
    return demand_programme(read_demand(read_area("lahti", data_root())), np.full(MONTHS, STOCK),
                            day_number("2026-09-01"), MONTHS)


class Unit:
    """A run of the vacancies alone."""

    def __init__(self, demand, advisers=inf, handling=0.0, seekers=0, mobile=0.0, answer=None, replication=0):
        environment = simpy.Environment()
        self.pool = Caseworkers(environment, [(0, advisers, MINUTES)], demand.month_edges)
        self.registry, self.hires, self.orders = Registry(FIELDS, (0, 1)), [], []
        for client in range(seekers):
            self.registry.join(self.seeker(client, mobile=client < mobile * seekers))
        answer = answer or keyed_draws(1, replication, "answer to an offer", np.full(seekers, -1), uniform)
        self.vacancies = Vacancies(environment, demand, self.pool, [handling] * MONTHS, self.registry, answer,
                                   lambda *order: self.orders.append(order), seed=1, replication=replication)
        self.vacancies.launch()
        environment.run(until=demand.month_edges[-1])
        self.record = self.pool.close()
        self.log = self.vacancies.log.frame()

    def seeker(self, client, mobile):
        return Seeker(client, client % FIELDS, mobile, priority=client // FIELDS % 2,
                      hire=lambda vacancy, day: self.hires.append((client, vacancy, day)))


def always(client, offer):
    return 0.0


def never(client, offer):
    return 1.0


def without(demand, *flows):
    nothing = {"visits": [0.0] * MONTHS} | dict.fromkeys(("told", "leads", "capital"), [[0.0] * FIELDS] * MONTHS)
    return replace(demand, **{flow: nothing[flow] for flow in flows})


def test_without_clients_vacancies_are_open_as_long_as_littles_law_says(demand):
    told = replace(without(demand, "leads", "capital", "visits"), ordered=[0.0] * MONTHS)
    rate = np.sum(told.told) / told.month_edges[-1]
    begin, end = told.month_edges[12], told.month_edges[-1]
    means, lapsed = [], []
    for replication in range(20):
        log = Unit(told, replication=replication).log
        assert not log["how"].isin([Closed.HIRED, Closed.ORDERED]).any()
        stays = np.clip(log["closed"].fillna(end), begin, end) - np.clip(log["opened"], begin, end)
        means.append(stays.sum() / (end - begin))
        lapsed.append((log["how"] == Closed.LAPSED).sum() / log["how"].isin([Closed.LAPSED, Closed.OTHERS]).sum())
    for values, expected in ((means, rate * told.open_days), (lapsed, told.lapse)):
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert error < 0.1 * expected and abs(np.mean(values) - expected) < 3 * error


def test_with_advisers_and_takers_enough_all_are_filled_at_once(demand):
    unit = Unit(demand, seekers=8000, mobile=1.0, answer=always)
    assert (unit.log["how"] == Closed.HIRED).all()
    assert (unit.log["reached"] == unit.log["opened"]).all() and (unit.log["closed"] == unit.log["opened"]).all()
    assert len(unit.hires) == len(unit.log) and len({client for client, *_ in unit.hires}) == len(unit.hires)
    starts = np.array([day for *_, day in unit.hires])
    vacancies = [vacancy for _, vacancy, _ in unit.hires]
    assert starts == pytest.approx(unit.log["closed"].to_numpy()[vacancies] + demand.hire_days)
    assert unit.log["client"].to_numpy()[vacancies].tolist() == [client for client, *_ in unit.hires]


def test_two_advisers_have_two_vacancies_in_hand_at_most(demand):
    handling = 400.0  # 1.7 days: about 90 vacancies a month are more than two advisers get through
    unit = Unit(without(demand, "visits"), advisers=2, handling=handling, seekers=2000)
    begun = np.sort(unit.log["reached"].dropna())
    assert (begun[2:] - begun[:-2] >= handling / MINUTES - 1e-9).all()
    assert (unit.record.utilisation[1:] > 0.9).all() and (unit.record.utilisation <= 1 + 1e-9).all()
    assert abs(unit.record.gap) < 1e-6 * unit.record.waiting_days.sum(), "Little's law"
    missed = unit.log["reached"].isna() & unit.log["closed"].notna()
    assert missed.sum() == unit.record.gave_up.sum() > 0, "who no adviser took up in time left the line"
    assert (unit.log["reached"] <= unit.log["closed"])[unit.log["reached"].notna() & unit.log["closed"].notna()].all()


def test_fewer_advisers_place_fewer(demand):
    hires = [len(Unit(demand, advisers=count, handling=90.0, seekers=3000).hires) for count in (0, 0.5, 2, 20)]
    assert hires[0] == 0 and sorted(set(hires)) == hires


def test_the_short_list_goes_by_priority_then_registration_and_the_mobile_alone_get_the_capital():
    registry = Registry(1, (0, 1))
    seekers = [Seeker(client, 0, client in (1, 3), client % 2, hire=lambda *_: None) for client in range(6)]
    for seeker in seekers:
        registry.join(seeker)

    def names(count=9, mobile=False):
        return [seeker.client for seeker in registry.shortlist(0, count, mobile)]

    assert names() == [0, 2, 4, 1, 3, 5] and names(4) == [0, 2, 4, 1] and names(mobile=True) == [1, 3]
    registry.refuse(seekers[0])
    assert names() == [2, 4, 0, 1, 3, 5]
    registry.leave(seekers[2])
    assert seekers[2] not in registry and names(2) == [4, 0]
    registry.join(seekers[2])
    assert names(3) == [4, 0, 2]


def test_whoever_refuses_is_offered_again_under_the_next_number_and_only_the_mobile_go_to_the_capital(demand):
    asked = []

    def answer(client, offer):
        asked.append((client, offer))
        return demand.accepts_capital * 0.99 if offer == 2 else 1.0  # the third offer: good enough for either

    unit = Unit(demand, seekers=400, mobile=0.2, answer=answer)
    by_client = {client: [offer for who, offer in asked if who == client] for client, _ in asked}
    assert all(offers == list(range(len(offers))) for offers in by_client.values())
    assert all(len(by_client[client]) == 3 for client, *_ in unit.hires)
    capital = unit.log[(unit.log["came"] == Came.CAPITAL) & (unit.log["how"] == Closed.HIRED)]
    assert len(capital) and (capital["client"] < 0.2 * 400).all()


def test_a_vacancy_that_nobody_takes_becomes_an_order_or_is_offered_once_more(demand):
    ordered = Unit(replace(demand, ordered=[1.0] * MONTHS), seekers=400, mobile=1.0, answer=never)
    local = ordered.log["came"] != Came.CAPITAL
    assert (ordered.log["how"][local] == Closed.ORDERED).all() and len(ordered.orders) == local.sum()
    assert not (ordered.log["how"][~local] == Closed.ORDERED).any()
    asked = []
    twice = Unit(replace(without(demand, "capital"), ordered=[0.0] * MONTHS, open_days=1e9, between=0.5), seekers=400,
                 answer=lambda *offer: asked.append(offer) or 1.0)
    rounds = len(asked) / demand.shortlist / len(twice.log)
    assert demand.rounds == 2 and rounds == pytest.approx(2, abs=0.01), "but for those of the last half day"


def test_more_vacancies_or_visits_shift_no_other(demand):
    few = Unit(demand).log
    told = (np.array(demand.told) * np.where(np.arange(FIELDS) == 4, 1.5, 1)).tolist()
    more = Unit(replace(demand, told=told, visits=[2 * visits for visits in demand.visits])).log
    rows = [set(map(tuple, log[["came", "field", "opened", "closed", "how"]].fillna(-1).to_numpy().tolist()))
            for log in (few, more)]
    assert rows[0] < rows[1]
    added = rows[1] - rows[0]
    assert {row[:2] for row in added if row[0] != Came.VISIT} == {(Came.TOLD, 4)}


def test_flows_are_what_the_market_wants(demand):
    unit = Unit(replace(demand, ordered=[0.2] * MONTHS), seekers=3000, mobile=0.3)
    taken, opened = unit.vacancies.flows()
    log = unit.log
    local = log["came"] != Came.CAPITAL
    for counts, rows in ((taken, local & log["how"].isin([Closed.HIRED, Closed.ORDERED])),
                         (opened, log["came"].isin(ON_TOP))):
        assert counts == np.bincount(log["field"][rows], minlength=FIELDS).tolist() and sum(counts)
    assert unit.vacancies.flows() == ([0] * FIELDS, [0] * FIELDS)


def test_visits_find_what_they_promise(demand):
    found = [(Unit(demand, replication=replication).log["came"] == Came.VISIT).sum() for replication in range(20)]
    expected = sum(demand.visits) * demand.found
    assert abs(np.mean(found) - expected) < 3 * np.sqrt(expected / len(found)), "Poisson"


def test_a_log_without_vacancies_has_its_columns_all_the_same(demand):
    nothing = Unit(without(demand, "told", "leads", "capital", "visits")).log
    assert len(nothing) == 0 and nothing.dtypes.astype(str).to_dict() == VacancyLog.COLUMNS
