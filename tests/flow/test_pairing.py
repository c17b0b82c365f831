"""Two scenarios meet the same people with the same luck: what one does not touch stays as it was, to the last bit."""

import numpy as np
import pandas as pd
import pytest

from sim.clients.arrivals import arrivals
from sim.clients.clients import OPENING, Clients, State
from sim.flow.model import simulate
from sim.law.loader import load_law


@pytest.fixture
def spells_of(crowd):
    """The log of a programme with the segment, cohort and place of each spell's client."""

    def run(steps, clients=crowd, replication=0):
        frame = simulate(steps, clients, 5, replication).frame()
        place = np.arange(len(clients)) - np.searchsorted(clients.cohort, clients.cohort)
        who = frame["client"].to_numpy()
        return frame.assign(segment=clients.hazard_row[who], cohort=clients.cohort[who], place=place[who])

    return run


def by_person(spells):
    return spells.drop(columns="client").sort_values(["cohort", "place", "start"], ignore_index=True)


@pytest.fixture
def factor_on(make_programme):
    """A programme whose hazard is raised in one segment by a factor."""
    hazards = np.linspace(0.05, 0.3, 12)[:, None] * np.linspace(1, 0.4, 13)

    def make(segment, factor):
        return make_programme(hazards * np.where(np.arange(12) == segment, factor, 1.0)[:, None])

    return make


def test_the_same_programme_run_twice_is_the_same(factor_on, spells_of):
    pd.testing.assert_frame_equal(spells_of(factor_on(4, 1.0)), spells_of(factor_on(4, 1.0)), check_exact=True)


@pytest.mark.parametrize("segment", [0, 4, 9])
def test_a_hazard_raised_in_one_segment_leaves_every_other_segment_as_it_was(segment, factor_on, spells_of):
    plain, raised = (spells_of(factor_on(segment, factor)) for factor in (1.0, 1.3))
    apart = [frame[frame["segment"] != segment].reset_index(drop=True) for frame in (plain, raised)]
    pd.testing.assert_frame_equal(*apart, check_exact=True)
    touched = [frame[frame["segment"] == segment] for frame in (plain, raised)]
    assert not touched[0].reset_index(drop=True).equals(touched[1].reset_index(drop=True))


def test_a_raised_hazard_brings_each_first_exit_of_its_segment_forward(factor_on, spells_of):
    plain, raised = (spells_of(factor_on(4, factor)) for factor in (1.0, 1.3))
    first = [frame[(frame["segment"] == 4) & (frame["state"] == State.UNEMPLOYED) & ~frame["client"].duplicated()]
             for frame in (plain, raised)]
    assert (first[0]["client"].to_numpy() == first[1]["client"].to_numpy()).all() and len(first[0]) > 100
    left = ~first[0]["open"].to_numpy()
    plain, raised = (frame["end"].to_numpy()[left] for frame in first)
    aged_out = plain % 1 == 0.5  # at noon of the last day of the allowance, which no hazard moves
    assert (raised[~aged_out] < plain[~aged_out]).all() and (raised[aged_out] <= plain[aged_out]).all()


def test_more_arrivals_only_add_people(lahti, crowd, spells_of):
    opening = crowd.take(crowd.cohort == OPENING)
    brings = load_law().new_entitlement(lahti.steps.origin)
    runs = []
    for factor in (1.0, 1.25):
        new = arrivals(np.full(36, 50.0 * factor), lahti.steps.month_edges, lahti.assumed.arrivals, brings, 5, 0)
        runs.append(by_person(spells_of(lahti.steps, Clients.concatenate(opening, new))))
    before, after = runs
    people = pd.MultiIndex.from_frame(before[["cohort", "place"]])
    kept = after[pd.MultiIndex.from_frame(after[["cohort", "place"]]).isin(people)]
    assert len(after) > len(before)
    pd.testing.assert_frame_equal(kept.reset_index(drop=True), before, check_exact=True)


def test_people_added_to_the_opening_stock_change_nobody(lahti, crowd, make_clients, spells_of):
    opening, new = crowd.take(crowd.cohort == OPENING), crowd.take(crowd.cohort != OPENING)
    wider = Clients.concatenate(opening, make_clients(50, clock=3, counter=80), new)
    before, after = by_person(spells_of(lahti.steps)), by_person(spells_of(lahti.steps, wider))
    kept = after[(after["cohort"] != OPENING) | (after["place"] < len(opening))].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, before, check_exact=True)


def test_a_longer_window_changes_nothing_before_its_horizon(make_programme, make_clients):
    """Spells that ended in the short window are the same in the long one."""
    short, long = (simulate(make_programme(0.2, months), make_clients(2000), 5, 0).frame() for months in (12, 24))
    ended = short[~short["open"]]
    both = ended.merge(long, on=["client", "state", "start", "end", "counter", "clock"])
    assert len(both) == len(ended) > 1000


def test_another_replication_is_other_luck(factor_on, spells_of):
    first, second = (spells_of(factor_on(4, 1.0), replication=r) for r in (0, 1))
    by_chance = [frame.loc[~frame["open"] & (frame["end"] % 1 != 0.5), "end"] for frame in (first, second)]
    exits = [set(ends.tolist()) for ends in by_chance]  # the last day of the allowance is no chance
    assert not exits[0] & exits[1]
