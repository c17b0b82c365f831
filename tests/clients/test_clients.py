"""The table of clients."""

from dataclasses import replace

import numpy as np
import pytest

from sim.clients.clients import AGE_GROUPS, OPENING, Clients, State


@pytest.fixture
def everyone():
    """One client of each age group, language and work ability, in the order of the hazard table."""
    age, foreign, reduced = (g.ravel() for g in np.meshgrid(range(3), [False, True], [False, True], indexing="ij"))
    zeros = np.zeros(12)
    return Clients(np.full(12, OPENING), zeros, np.full(12, State.UNEMPLOYED), zeros, zeros.astype(int),
                   zeros.astype(int), age.astype(np.int8), zeros.astype(int), foreign, reduced, zeros.astype(int),
                   np.full(12, 400), zeros, zeros)


def test_each_segment_has_its_own_hazard_row_and_rows_follow_age_then_language_then_ability(everyone):
    assert everyone.hazard_row.tolist() == list(range(12))
    assert len(AGE_GROUPS) * 2 * 2 == 12


def test_taking_and_joining_keeps_every_column(everyone):
    first, rest = everyone.take(np.arange(5)), everyone.take(np.arange(12) >= 5)
    joined = Clients.concatenate(first, rest)
    assert len(joined) == 12 and joined.hazard_row.tolist() == list(range(12))


def test_the_newly_unemployed_are_those_unemployed_for_less_than_three_months(everyone):
    since = np.array([0, -90, -91, -400, -10, *[0] * 7], float)
    state = np.array([State.UNEMPLOYED] * 4 + [State.OUTSIDE] * 8)
    assert replace(everyone, since=since, state=state).newly_unemployed.tolist() == [True, True, *[False] * 10]
