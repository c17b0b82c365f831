"""Programmes and clients for the flow: one of real assumptions, and small ones whose every number is chosen."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import settings

from scenarios.build import Behaviour, programme
from scenarios.inputs import load_inputs
from sim.clients.arrivals import arrivals
from sim.clients.clients import OPENING, Clients, State
from sim.demand.programme import DemandProgramme
from sim.flow.offer import Offer, Persons, Service, WaitingList
from sim.flow.programme import Absence, Programme, calendar_tables, exit_tables
from sim.law.calendar import month_number
from sim.law.loader import load_law
from sim.law.topics import Cohort
from sim.services.caseworkers import Task
from sim.services.meetings import OTHER, MeetingProgramme, Router
from sim.services.process import GROUPS
from sim.services.schedule import Schedule
from sources.area import data_root

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")

FIRST_MONTH = month_number("2026-09")
COHORTS = (Cohort(born=(1957, 1960), age=61), Cohort(born=(1961, 1962), age=62), Cohort(born=(1963, 1963), age=63),
           Cohort(born=(1964, 1964), age=64))  # law reference 3.3
NEVER = Absence.from_months([0.0], [1e-12])
COLUMNS = {
    "cohort": (OPENING, np.int32), "enters": (0.0, float), "state": (State.UNEMPLOYED, np.int8), "since": (0.0, float),
    "counter": (0, np.int32), "clock": (0, np.int32), "age": (1, np.int8), "born": (0, np.int32),
    "foreign_language": (False, bool), "reduced_ability": (False, bool), "entitlement": (0, np.int8),
    "maximum_days": (400, np.int16), "work_days": (0.0, float), "work_until": (0.0, float),
}


@pytest.fixture(scope="session")
def make_clients():
    """So many clients, alike but for the columns given."""

    def make(count, **given):
        return Clients(**{name: np.array(np.broadcast_to(given.get(name, plain), count), dtype)
                          for name, (plain, dtype) in COLUMNS.items()})

    return make


@pytest.fixture(scope="session")
def make_programme():
    """A programme from September 2026 with chosen hazards.

    ``hazards`` is one number a month or (12, months of spell); ``shares`` are cumulated shares of short work, lasting
    work and outside at all ages; ``absences`` replaces "never back" for some states. The law is that of 2026: 7 waiting
    days, work of 12 months within 28, in months of 30.4375 days, ages of additional days by year of birth.
    """

    def make(hazards=0.1, months=36, factors=1.0, shares=(0.3, 0.6, 0.9), absences=None, additional_days=COHORTS):
        calendar = calendar_tables(FIRST_MONTH, months)
        table = np.broadcast_to(hazards, (12, np.shape(hazards)[-1] if np.ndim(hazards) else 13))
        back = dict.fromkeys((State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE), NEVER)
        return Programme(
            **calendar,
            exits=exit_tables(table, np.broadcast_to(factors, (table.shape[1], months)), calendar["month_edges"]),
            depth=table.shape[1] - 1,
            destinations=[[tuple(shares)] * table.shape[1]] * 3,
            absences={int(state): absence for state, absence in (back | (absences or {})).items()},
            clock_kept=[{State.SHORT_WORK: 0.4, State.OUTSIDE: 0.8}.get(state, 0.0) for state in State],
            waiting_days=7,
            work_needed=[365.25] * 3,
            work_window=852.25,
            additional_days=additional_days,
            pension_age=65,
        )

    return make


@pytest.fixture(scope="session")
def lahti():
    """Inputs and behaviour as shipped, and the programme they make for three years of exits that quicken slowly."""
    inputs = load_inputs("lahti", data_root())
    exits, returns = inputs.assumed.exits, inputs.assumed.returns
    behaviour = Behaviour(float(exits.level), float(returns.level), float(exits.lasting))
    outflow = np.linspace(0.9, 1.1, 36)
    steps = programme(inputs, behaviour, FIRST_MONTH, outflow)
    return SimpleNamespace(first_month=FIRST_MONTH, assumed=inputs.assumed, hazards=inputs.hazards,
                           season=inputs.exit_season, outflow=outflow, steps=steps)


@pytest.fixture(scope="session")
def crowd(lahti, make_clients):
    """Four thousand people of all states, ages and durations at the start, and new ones every month."""
    draws = np.random.default_rng(20260901)
    count = 4000
    clock = draws.integers(0, 90, count)
    opening = make_clients(
        count, clock=clock, since=-30.0 * clock - draws.random(count) * 29,
        state=draws.choice(4, count, p=[0.5, 0.1, 0.25, 0.15]), counter=draws.integers(-7, 1500, count),
        age=draws.integers(0, 3, count), foreign_language=draws.random(count) < 0.2,
        reduced_ability=draws.random(count) < 0.1, born=-draws.integers(55 * 365, 66 * 365, count),
        entitlement=draws.integers(0, 3, count), maximum_days=draws.choice([300, 400, 500], count),
        work_days=draws.integers(0, 300, count),
        work_until=-1.0 * draws.integers(0, 200, count))
    opening = replace(opening, work_until=np.minimum(opening.work_until, opening.since))
    brings = load_law().new_entitlement(lahti.steps.origin)
    newcomers = arrivals(np.full(36, 60.0), lahti.steps.month_edges, lahti.assumed.arrivals, brings, 1, 0)
    return Clients.concatenate(opening, newcomers)


@pytest.fixture(scope="session")
def make_meetings():
    """Meetings without effect: an interview on the day of registration, nothing after it, caseworkers without end.

    ``gap`` is that of discretionary meetings, ``discussion`` that of statutory ones, ``staff`` of the one unit that
    clients meet; benefit statements are another's. All take the same *minutes*, and a referral none on top. Groups are
    alike but for ``ranks``; other names are the fields'.
    """

    def make(months=36, gap=inf, discussion=1e9, staff=((0.0, inf, 240.0),), minutes=30.0, ranks=(0, 0, 0, 0),
             demand_led=0.0, **given):
        days = int(calendar_tables(FIRST_MONTH, months)["month_edges"][-1])
        each = [[0.0 if task == Task.REFERRAL else minutes] * months for task in Task]
        plain = {
            "units": ("unit", "desk"), "classes": GROUPS, "staff": [list(staff), [(0.0, inf, 240.0)]],
            "task_units": [1 if task == Task.BENEFIT_STATEMENT else OTHER for task in Task],
            "minutes": each, "digital_minutes": each, "digital_tasks": frozenset(),
            "digital": [[0.0, 0.0]] * months, "digital_effect": 1.0,
            "jump": 0.0, "mean_life": 60.0, "lateness_life": 30.0, "patience": 30.0,
            "schedules": [(0.0, Schedule(discussion, inf, 0.0, 0))], "initial_due": [float(day) for day in range(days)],
            "router": Router(0, 0, 0, inf, 0, 0.0, 0, 0), "newly_unemployed_months": 3.0,
            "demand_led": [[demand_led] * 4] * months, "priorities": [list(ranks)] * months,
            "gaps": [[gap] * 4] * months, "effects": [1.0] * 4, "entitlements": [()] * 4,
            "pilot_units": [], "pilot_groups": [], "pilot_shares": [[]] * months}
        return MeetingProgramme(**plain | given)

    return make


@pytest.fixture(scope="session")
def make_service():
    """A paid service of thirty days that changes nothing, but for what is given."""

    def make(name="course", **given):
        plain = {"paid": True, "during": 1.0, "after": 1.0, "decay": 60.0, "completion": 1.0, "placed": 0.0,
                 "stay": lambda luck, client: 30.0}
        return Service(name, **plain | given)

    return make


@pytest.fixture(scope="session")
def make_offer(make_meetings):
    """An offer of *services* to *count* clients, one waiting list each.

    ``places`` is a number or (day, number) from each day on, ``chance`` that of a referral at a meeting; either may be
    a list by service. Other names are those of Persons and of Offer.
    """

    def make(count, *services, places=inf, chance=1.0, meetings=None, months=36, **given):
        places = places if isinstance(places, list) else [places] * len(services)
        chances = chance if isinstance(chance, list) else [chance] * len(services)
        lines = [WaitingList(service.name, number, list(steps) if isinstance(steps, Sequence) else [(0.0, steps)])
                 for number, (service, steps) in enumerate(zip(services, places, strict=True))]
        weights = [[(number, 1.0) for number in range(len(services))]] * count
        persons = {"groups": [(3, 3)] * count, "young": [False] * count, "weights": weights, "weights_known": weights,
                   "integration": [False] * count, "limited_from": [inf] * count, "field": [0] * count,
                   "mobile": [False] * count, "excepted": [False] * count, "moves": {}, "own": {}}
        own = {name: given.pop(name) for name in persons.keys() & given.keys()}
        plain = {"lines": lines, "meetings": meetings or make_meetings(months), "persons": Persons(**persons | own),
                 "referral": [chances] * months, "entitled": [[]] * 4, "handover": 180.0}
        return Offer(services=services, **plain | given)

    return make


@pytest.fixture(scope="session")
def make_demand():
    """A labour market without anything to offer: a hundred open vacancies a field that only others fill."""

    def make(months=36, fields=1, open_vacancies=100.0, **given):
        nothing = [[0.0] * fields] * months
        plain = {
            "month_edges": calendar_tables(FIRST_MONTH, months)["month_edges"], "shares": [1 / fields] * fields,
            "half": [0.1] * fields, "posted": 0.5, "open_days": 30.0, "lapse": 0.2,
            "vacancies": [[open_vacancies] * fields] * (months + 1), "told": nothing, "leads": nothing,
            "capital": nothing, "visits": [0.0] * months, "visit_minutes": 60.0, "found": 1.0,
            "found_fields": np.cumsum(np.full(fields, 1 / fields)).tolist(), "graduates": nothing,
            "accepts": (1.0, 1.0), "accepts_capital": 1.0, "shortlist": 3, "rounds": 1, "between": 7.0,
            "hire_days": 0.0, "ordered": [0.0] * months, "group": 10, "order_days": 30.0, "promised": 0.8}
        return DemandProgramme(**plain | given)

    return make
