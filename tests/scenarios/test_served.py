"""What a unit's history bills beside places: assessments that the city buys, and jobs that it pays employers for."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scenarios.mix import load_mix
from scenarios.served import BOUGHT, _by_contract, gained_days
from sim.clients.clients import State
from sim.flow.offer import Ended
from sim.law.calendar import day_number, month_label, month_number, month_start
from sim.money.contracts import bills
from sim.money.episodes import Episodes
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contracts
from sim.services.integration import Integration, MonthlyEurosFrom, integration_programme
from sim.services.subsidies import Subsidies, completed
from sources.area import data_root, load_area

FIRST, MONTHS = month_number("2026-11"), 12
ORIGIN = int(month_start(FIRST))
EDGES = month_start(FIRST + np.arange(MONTHS + 1)) - ORIGIN
HORIZON = float(EDGES[-1])
PLAN = np.array([True, False, True])  # who has one
SPELLS = ["client", "state", "start", "end", "open"]
EPISODES = ["client", "line", "asked", "start", "end", "ended"]


def day(written):
    return float(day_number(written) - ORIGIN)


def billed(contract, spells=(), episodes=(), steps=()):
    """Euros due by month of one of Lahti's contracts, and its episodes; *steps* (day, €/month) of the incentive."""
    mix = load_mix(load_area("lahti", data_root()))
    integration = mix.of(Integration)
    amount = [*integration.incentive.amount, *(MonthlyEurosFrom.model_validate(
        {"from": since, "value": value, "unit": "€/month", "source": "test", "status": "verified"})
        for since, value in steps)]
    integration = integration.model_copy(update={
        "incentive": integration.incentive.model_copy(update={"amount": amount})})
    contracts = completed(mix.of(Contracts), mix.of(Subsidies), mix.of(Catalogue), integration)
    plan = SimpleNamespace(
        contracts=contracts, integration=integration_programme(integration, ORIGIN, EDGES.tolist()),
        lines=[SimpleNamespace(name=name) for name in (*contracts.all, BOUGHT, "county_assessment")])
    history = SimpleNamespace(
        spells=pd.DataFrame(spells, columns=SPELLS),
        episodes=pd.DataFrame([(client, [line.name for line in plan.lines].index(line), *rest)
                               for client, line, *rest in episodes], columns=EPISODES).astype({"line": int}))
    frame = _by_contract(plan, SimpleNamespace(history=history, integration=PLAN), EDGES)
    place, levels = list(contracts.all).index(contract), dict.fromkeys(range(2026, 2028), 1.0)
    found = bills(list(contracts.all.values()), Episodes.of(frame), FIRST, MONTHS, levels).euros[:, place].sum(axis=1)
    euros = {month_label(FIRST + month): found[month] for month in np.flatnonzero(found)}
    return euros, frame[frame["contract"] == place]


JOBS = [
    (0, State.SHORT_WORK, day("2026-12-10"), day("2027-01-10"), False),   # begins before there is an incentive
    (0, State.LASTING_WORK, day("2027-01-11"), HORIZON, True),            # six months of 365.25 / 12 days: to 12 July
    (1, State.LASTING_WORK, day("2027-01-11"), HORIZON, True),            # has no plan
    (2, State.SHORT_WORK, 0.0, day("2026-11-20"), False),                 # was at work before the first day
    (2, State.SUBSIDISED_WORK, day("2027-01-05"), day("2027-02-01"), False),
    (2, State.SHORT_WORK, day("2027-02-01"), day("2027-02-15"), False),   # half of February
    (2, State.SHORT_WORK, day("2027-03-02"), day("2027-05-01"), False),   # begins after it has ended
]


def test_the_incentive_is_paid_for_months_of_work_by_the_amount_of_the_day_it_began():
    euros, jobs = billed("employer_incentive", JOBS, steps=[(date(2027, 1, 1), 500), (date(2027, 3, 1), 0)])
    # due 45 days after a month's end; 21 of 31 days in January, 12 of 31 in July
    assert euros == pytest.approx({
        "2027-03": 338.71, "2027-04": 500 + 250, "2027-05": 500, "2027-06": 500, "2027-07": 500, "2027-08": 500,
        "2027-09": 193.55})
    assert jobs["client"].tolist() == [0, 2] and jobs["completed"].tolist() == [True, False]


def test_there_is_none_in_the_baseline():
    euros, jobs = billed("employer_incentive", JOBS)
    assert euros == {} and jobs.empty


def test_an_assessment_that_the_city_buys_is_billed_when_it_begins_and_the_countys_is_not():
    euros, cases = billed("assessments_bought", episodes=[
        (0, BOUGHT, 0.0, day("2026-11-20"), day("2027-01-05"), Ended.COMPLETED),
        (1, BOUGHT, 5.0, day("2026-12-03"), day("2027-01-20"), Ended.LEFT),
        (1, BOUGHT, 5.0, np.nan, 9.0, Ended.GAVE_UP),
        (2, "county_assessment", 5.0, 9.0, 40.0, Ended.COMPLETED)])
    assert euros == {"2026-12": 900.0, "2027-01": 900.0}  # 30 days later
    assert len(cases) == 3 and cases["completed"].tolist() == [True, False, False]


def test_gains_are_of_the_same_people_also_where_more_arrive():
    """The baseline has two in the opening stock and one in each of months 0 and 1; here month 0 has a second."""
    baseline = SimpleNamespace(days=np.array([100.0, 50.0, 20.0, 10.0]), cohort=np.array([-1, -1, 0, 1]))
    days, cohort = np.array([90.0, 50.0, 25.0, 7.0, 4.0]), np.array([-1, -1, 0, 0, 1])
    assert gained_days(days, cohort, baseline).tolist() == [-10, 0, 5, 0, -6]
    assert gained_days(days[:4], baseline.cohort, baseline).tolist() == (days[:4] - baseline.days).tolist()
    assert gained_days(days, cohort, None).tolist() == [0] * 5
