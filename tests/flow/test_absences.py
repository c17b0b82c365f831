"""How long absences last: the hazard integrated over the time away reaches the draw."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.model import simulate
from sim.flow.programme import Absence

widths = st.lists(st.floats(0.1, 12), max_size=4)


@st.composite
def absences(draw):
    """Edges (months) and hazards a month; any band but the last may have no returns at all."""
    edges = np.concatenate([[0.0], np.cumsum(draw(widths))])
    rates = [draw(st.sampled_from([0.0, 0.005, 0.14, 0.9])) for _ in edges[1:]]
    return edges, np.array([*rates, draw(st.floats(0.01, 1))])


def integral(edges, rates, start, end):
    """Hazard integrated over [start, end] months, band by band."""
    return sum(rate * max(0.0, min(end, after) - max(start, before))
               for rate, before, after in zip(rates, edges, [*edges[1:], np.inf], strict=True))


@given(absences(), st.floats(0, 40), st.floats(1e-3, 20))
def test_the_hazard_from_now_to_the_return_sums_to_the_draw(absence, elapsed, draw):
    edges, rates = absence
    length = Absence.from_months(edges, rates).length(elapsed * DAYS_PER_MONTH, np.array([draw]))[0] / DAYS_PER_MONTH
    assert length >= elapsed
    assert integral(edges, rates, elapsed, length) == pytest.approx(draw, rel=1e-8, abs=1e-8)


@given(absences(), st.floats(0, 30), st.floats(1e-3, 10))
def test_an_absence_met_midway_ends_when_it_would_have_ended_anyway(absence, elapsed, further):
    edges, rates = absence
    away = Absence.from_months(edges, rates)
    whole = away.length(0.0, np.array([integral(edges, rates, 0, elapsed) + further]))
    assert away.length(elapsed * DAYS_PER_MONTH, np.array([further])) == pytest.approx(whole)


def test_no_one_returns_in_bands_without_a_hazard():
    away = Absence.from_months([0, 3, 6, 12], [0.0, 0.0, 0.005, 0.012])
    lengths = away.length(0.0, np.random.default_rng(1).exponential(size=50_000)) / DAYS_PER_MONTH
    assert lengths.min() >= 6
    by_a_year, ever = 1 - np.exp(-6 * 0.005), (lengths < 12).mean()
    assert abs(ever - by_a_year) <= 4 * np.sqrt(by_a_year / 50_000)


def test_those_not_back_before_a_last_band_without_returns_never_are():
    away = Absence.from_months([0, 2], [0.5, 0.0])
    assert away.length(0.0, np.array([0.5, 1.5])).tolist() == [1 * DAYS_PER_MONTH, np.inf]
    assert away.length(3 * DAYS_PER_MONTH, np.array([0.1])).tolist() == [np.inf]


def test_a_band_that_begins_at_the_elapsed_time_holds_from_there():
    away = Absence.from_months([0, 2], [0.0, 0.5])
    assert away.length(2 * DAYS_PER_MONTH, np.array([1.0])) == pytest.approx([4 * DAYS_PER_MONTH])
    assert away.length(1 * DAYS_PER_MONTH, np.array([1.0])) == pytest.approx([4 * DAYS_PER_MONTH])
    assert away.length(3 * DAYS_PER_MONTH, np.array([1.0])) == pytest.approx([5 * DAYS_PER_MONTH])


@pytest.mark.parametrize("state", [State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE])
def test_the_opening_stock_returns_by_the_hazard_of_the_time_it_has_been_away(state, lahti, make_clients):
    """Those away for five months, in the third month of the simulation: the hazard is that of months 5 to 8."""
    clients = make_clients(20_000, state=state, since=-5 * DAYS_PER_MONTH)
    frame = simulate(lahti.steps, clients, 1, 0).frame()
    first = frame[~frame["client"].duplicated()]
    hazards = getattr(lahti.assumed.returns, state.name.lower()).value
    still = np.exp(-(hazards[1] * 1 + hazards[2] * 2))
    assert abs((first["end"] > 3 * DAYS_PER_MONTH).mean() - still) <= 4 * np.sqrt(still * (1 - still) / 20_000)


@given(absences(), st.floats(0.01, 5))
def test_lengths_of_many_are_lengths_of_each(absence, draw):
    away = Absence.from_months(*absence)
    elapsed = np.array([0.0, 10.0, 400.0])
    together = away.length(elapsed, np.full(3, draw))
    assert together.tolist() == [away.length(one, np.array([draw]))[0] for one in elapsed]


def test_a_subsidised_job_leaves_of_the_spell_what_a_short_job_does_and_sickness_what_time_outside_does(lahti):
    """Else whoever comes back from them after years of unemployment would leave as readily as a new client."""
    kept, returns = lahti.steps.clock_kept, lahti.assumed.returns
    assert {kept[state] for state in (State.SHORT_WORK, State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION)} == {
        float(returns.clock_kept_short_work)}
    assert {kept[state] for state in (State.OUTSIDE, State.SICKNESS, State.REHABILITATION)} == {
        float(returns.clock_kept_outside)}
    assert kept[State.LASTING_WORK] == 0
