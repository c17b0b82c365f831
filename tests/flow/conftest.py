"""Programmes and clients for the flow: one of real assumptions, and small ones whose every number is chosen."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import settings

from scenarios.build import Behaviour, programme
from scenarios.inputs import load_inputs
from sim.clients.arrivals import arrivals
from sim.clients.clients import OPENING, Clients, State
from sim.flow.programme import Absence, Programme, calendar_tables, exit_tables
from sim.law.calendar import month_number
from sim.law.loader import load_law
from sim.law.topics import Cohort
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
            clock_kept=[0, 0.4, 0, 0.8, 0],
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
    return SimpleNamespace(assumed=inputs.assumed, hazards=inputs.hazards, season=inputs.exit_season, outflow=outflow,
                           steps=steps)


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
