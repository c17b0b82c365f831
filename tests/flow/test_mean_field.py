"""The mean-field cohort model against closed forms, laws of conservation and the event model itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from sim.clients.clients import OPENING, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.mean_field import expected
from sim.flow.model import simulate
from sim.flow.programme import Absence
from sim.law.benefits import Entitlement
from sim.money.recipients import kela_recipients

STILL = 1e-12  # a hazard of nobody


def elapsed(programme):
    """Month edges in months of equal length."""
    return np.array(programme.month_edges) / DAYS_PER_MONTH


def test_one_hazard_without_returns_leaves_an_exponential(make_programme, make_clients):
    programme = make_programme(0.1, shares=(0, 0, 0))
    found = expected(programme, make_clients(1000, clock=np.arange(1000) % 40), np.ones(1000))
    assert found.stock == pytest.approx(1000 * np.exp(-0.1 * elapsed(programme)), rel=1e-12)
    assert found.gone.sum(axis=1) == pytest.approx(1000 - found.stock)


def test_who_arrives_evenly_over_a_month_leaves_within_it(make_programme, make_clients):
    programme = make_programme(0.4, months=1, shares=(0, 0, 0))
    found = expected(programme, make_clients(2, cohort=0, enters=[3.0, 9.0]), np.array([50.0, 30.0]))
    integrated = 0.4 * elapsed(programme)[1]
    assert found.stock.tolist() == pytest.approx([0, 80 * (1 - np.exp(-integrated)) / integrated], rel=1e-12)


def test_two_states_with_constant_hazards_are_a_markov_chain(make_programme, make_clients):
    programme = make_programme(0.2, shares=(1, 1, 1), absences={State.SHORT_WORK: Absence.from_months([0.0], [0.3])})
    clients = make_clients(2, state=[State.UNEMPLOYED, State.SHORT_WORK], since=-40.0)
    chain = np.array([[-0.2, 0.2], [0.3, -0.3]])
    truth = np.array([np.array([70, 30]) @ expm(chain * months) for months in elapsed(programme)])

    def error(steps):
        found = expected(programme, clients, np.array([70.0, 30.0]), steps)
        assert found.stock + found.away[:, :, 0].sum(axis=1) == pytest.approx(100)
        return np.abs(found.stock - truth[:, 0]).max() / 100

    assert error(2) < 2e-3
    assert error(8) < error(4) / 3 < error(2) / 9  # a fourth at half the step: of second order


def test_the_steady_stock_is_arrivals_times_time_unemployed(make_programme, make_clients):
    """Little's law. Half of the exits come back, so the time in all is two spells: 2 / 0.25 = 8 months."""
    months = 120
    programme = make_programme(0.25, months=months, shares=(0, 0, 0.5),
                               absences={State.OUTSIDE: Absence.from_months([0, 2], [0.1, 0.6])})
    clients = make_clients(months, cohort=np.arange(months))
    found = expected(programme, clients, np.diff(elapsed(programme)) * 100)
    assert found.stock[-1] == pytest.approx(100 * 8, rel=2e-3)


def test_those_away_at_the_opening_return_by_the_time_they_have_been_away(make_programme, make_clients):
    programme = make_programme(STILL, absences={State.OUTSIDE: Absence.from_months([0, 3, 6], [0.14, 0.10, 0.07])})
    clients = make_clients(1, state=State.OUTSIDE, since=-5 * DAYS_PER_MONTH)
    away = expected(programme, clients, np.ones(1)).away[:, :, 2].sum(axis=1)
    months = elapsed(programme)
    assert away == pytest.approx(np.exp(-0.10 * np.minimum(months, 1) - 0.07 * np.maximum(months - 1, 0)))


def test_who_comes_back_keeps_part_of_the_month_of_spell(make_programme, make_clients):
    programme = make_programme(STILL, absences={State.SHORT_WORK: Absence.from_months([0], [50.0])})
    clients = make_clients(1, state=State.SHORT_WORK, since=-1.0, clock=11)
    found = expected(programme, clients, np.ones(1)).unemployed.sum(axis=1)
    assert found[1, 5] == pytest.approx(1) and found[9, 13] == pytest.approx(1)  # 40 % of 11 is 4; a month older each


@pytest.mark.parametrize(("age", "stays"), [(66, 0), (63, 0), (57, 1)])
def test_the_old_leave_when_their_allowance_is_used_up(age, stays, make_programme, make_clients):
    """A hundred benefit days are 4.6 months. Who is 63 was born in 1963 and has additional days; 66 is on pension."""
    clients = make_clients(1, counter=300, born=-round(age * 365.25) - 20, entitlement=Entitlement.EARNINGS_RELATED)
    stock = expected(make_programme(STILL), clients, np.ones(1)).stock
    assert stock[[4, 6]].tolist() == pytest.approx([1, stays])


@pytest.mark.parametrize(("left", "month"), [(-1, 0), (0, 1), (21, 1), (22, 2), (43, 2), (44, 3), (400, 19)])
def test_a_fund_member_becomes_a_recipient_after_the_last_day(left, month, make_programme, make_clients):
    """September and October 2026 have 22 benefit days each; to the end of March 2028 there are 413, of February 390."""
    clients = make_clients(1, counter=400 - left, born=-40 * 365, entitlement=Entitlement.EARNINGS_RELATED)
    found = expected(make_programme(STILL), clients, np.ones(1))
    assert found.recipients.tolist() == pytest.approx([0] * month + [1] * (37 - month))
    assert found.stock.tolist() == pytest.approx([1] * 37)


@pytest.mark.parametrize("counter", [-7, -3, 0])
@pytest.mark.parametrize("steps", [1, 4])
def test_a_new_client_is_a_recipient_after_the_waiting_days(counter, steps, make_programme, make_clients):
    """Of arrivals even over a month, those of the last days are not past them; afterwards all are."""
    clients = make_clients(1, cohort=0, counter=counter)
    waiting = (0.5 - counter) * 7 / 5 / DAYS_PER_MONTH  # at the end of half a day more than their number, in months
    recipients = expected(make_programme(STILL), clients, np.full(1, 100.0), steps).recipients
    assert recipients[:3].tolist() == pytest.approx([0, 100 * (1 - waiting), 100], abs=1e-6)


def test_where_no_days_are_left_all_unemployed_are_recipients(make_programme, make_clients):
    absences = {State.SHORT_WORK: Absence.from_months([0.0], [0.3])}
    programme = replace(make_programme(0.2, shares=(1, 1, 1), absences=absences), work_needed=[np.inf] * 3)
    clients = make_clients(4, cohort=[OPENING, OPENING, 0, 5], entitlement=[0, 1, 0, 1], counter=1)
    found = expected(programme, clients, np.full(4, 10.0))
    assert found.recipients == pytest.approx(found.stock)


def test_a_year_in_one_job_starts_the_counter_afresh(make_programme, make_clients):
    """Both are recipients after a shorter job; after a year of it one has 400 days of allowance, the other seven."""
    programme = make_programme(STILL, absences={State.LASTING_WORK: Absence.from_months([0], [50.0])})
    clients = make_clients(4, state=State.LASTING_WORK, since=[-400, -400, -100, -100], counter=900,
                           entitlement=[Entitlement.EARNINGS_RELATED, Entitlement.BASIC] * 2, born=-40 * 365)
    recipients = expected(programme, clients, np.array([1.0, 10, 100, 1000])).recipients
    assert recipients[[0, 2, 18, 20]] == pytest.approx([0, 1110, 1110, 1111], abs=0.01)


@settings(max_examples=5)
@given(seed=st.integers(0, 2**32 - 1), steps=st.integers(1, 3))
def test_nobody_appears_or_disappears(seed, steps, make_programme, crowd):
    draws = np.random.default_rng(seed)
    absences = {state: Absence.from_months([0, 3, 12], draws.random(3) * 0.3)
                for state in (State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE)}
    programme = make_programme(draws.random((12, 13)), shares=np.sort(draws.random(3)), absences=absences)
    weights = draws.random(len(crowd)) * 2
    found = expected(programme, crowd, weights, steps)
    entered = weights[crowd.cohort == OPENING].sum() + np.cumsum(np.bincount(crowd.cohort + 1, weights)[1:])
    total = found.unemployed.sum(axis=(1, 2)) + found.away.sum(axis=(1, 2)) + found.gone.sum(axis=1)
    assert total[1:] == pytest.approx(entered)
    assert min(part.min() for part in (found.unemployed, found.away, found.gone)) > -1e-9
    assert (np.diff(found.gone, axis=0) > -1e-9).all()
    assert (found.recipients >= 0).all() and (found.recipients <= found.stock + 1e-9).all()


def test_it_is_the_mean_of_the_event_model(lahti, crowd):
    """Stock, those in month of spell twelve or later, and Kela's recipients, three years long.

    Additional days and pensions are included, and so are fresh starts of the counter.
    """
    steps, replications, months = lahti.steps, 12, [1, 3, 6, 12, 24, 36]
    counts = np.empty((replications, 3, len(months)))
    edges = np.array(steps.month_edges)
    for replication in range(replications):
        log = simulate(steps, crowd, 3, replication).frame()
        spells = log[log["state"] == State.UNEMPLOYED]
        since = np.searchsorted(edges, spells["start"].to_numpy(), side="right") - 1 - spells["clock"].to_numpy()
        recipients = kela_recipients(log, crowd, steps.origin, edges[months])
        for place, (month, who) in enumerate(zip(months, recipients, strict=True)):
            here = ((spells["start"] < edges[month]) & (spells["end"] >= edges[month])).to_numpy()
            counts[replication, :, place] = here.sum(), (here & (month - since >= 12)).sum(), len(who)
    found = expected(steps, crowd, np.ones(len(crowd)))
    ours = np.array([found.stock, found.from_month(12), found.recipients])[:, months]
    standard_error = counts.std(axis=0, ddof=1) / np.sqrt(replications)
    assert (np.abs(counts.mean(axis=0) - ours) <= 4 * standard_error + 0.005 * ours).all()
