"""Keyed draws: a client's luck depends on the client, the purpose and the visit, and on nobody else."""

from functools import partial
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clients.clients import OPENING
from sim.flow.draws import BLOCK, entry_draws, exponential, keyed_draws, uniform

cohort_sizes = st.lists(st.integers(0, 6), min_size=1, max_size=5)
VISITS = range(3 * BLOCK)


def cohorts(sizes):
    """The opening stock and the arrivals of months 0, 1, …, so many of each."""
    return np.repeat(np.arange(len(sizes)) + OPENING, sizes).astype(np.int32)


def all_draws(sizes, seed=4, replication=2, purpose="exit", make=exponential):
    """Every draw by (cohort, place in the cohort, visit)."""
    who = cohorts(sizes)
    draw = keyed_draws(seed, replication, purpose, who, make)
    place = [int((who[:client] == who[client]).sum()) for client in range(len(who))]
    return {(int(who[c]), place[c], visit): draw(c, visit) for c, visit in product(range(len(who)), VISITS)}


@given(cohort_sizes, cohort_sizes, st.sampled_from([uniform, exponential]))
def test_a_draw_is_the_same_whoever_else_is_there(sizes, others, make):
    first, second = all_draws(sizes, make=make), all_draws(others, make=make)
    assert all(first[key] == second[key] for key in first.keys() & second.keys())


def test_clients_added_at_the_end_of_a_cohort_and_whole_cohorts_change_nobody():
    before = all_draws([3, 2])
    after = all_draws([5, 2, 0, 4])
    assert before.keys() < after.keys()
    assert {key: after[key] for key in before} == before


def test_the_order_of_asking_and_other_purposes_in_between_change_nothing():
    who = cohorts([4, 3])
    straight = [keyed_draws(1, 0, "exit", who, exponential)(client, visit) for client in range(7) for visit in VISITS]
    draw, other = (keyed_draws(1, 0, purpose, who, exponential) for purpose in ("exit", "another purpose"))
    mixed = {}
    for client, visit in np.random.default_rng(1).permutation(list(product(range(7), VISITS))).tolist():
        other(client, visit)
        mixed[client, visit] = draw(client, visit)
    assert [mixed[key] for key in product(range(7), VISITS)] == straight


def test_no_two_keys_share_a_draw():
    """Seeds, replications, purposes, cohorts, places and visits, beyond the first block as well."""
    keys = product((0, 1, 2**31), (0, 1, 500), ("exit", "return"))
    seen = [value for seed, replication, purpose in keys
            for value in all_draws([3, 3, 3], seed, replication, purpose, uniform).values()]
    assert len(set(seen)) == len(seen) == 3 * 3 * 2 * 9 * 3 * BLOCK


def test_a_client_who_comes_back_often_has_draws_of_its_own_from_each_further_block():
    draw, again = (keyed_draws(1, 0, "exit", cohorts([3, 3]), uniform) for _ in range(2))
    blocks = [[draw(4, visit) for visit in range(start, start + BLOCK)] for start in range(0, 10 * BLOCK, BLOCK)]
    assert len({tuple(block) for block in blocks}) == 10
    assert [again(4, visit) for visit in reversed(range(10 * BLOCK))] == sum(blocks, [])[::-1]
    assert draw(4, 5 * BLOCK) != draw(3, 5 * BLOCK)


@pytest.mark.parametrize(("make", "survival"), [(uniform, lambda x: 1 - x), (exponential, lambda x: np.exp(-x))])
@pytest.mark.parametrize("first_visit", [0, BLOCK])
def test_draws_follow_their_distribution(make, survival, first_visit):
    draw = keyed_draws(8, 1, "exit", cohorts([1500, 500]), make)
    values = np.sort([draw(client, first_visit + visit) for client in range(2000) for visit in range(BLOCK)])
    distance = np.abs(survival(values) - (1 - (np.arange(len(values)) + 0.5) / len(values))).max()
    assert distance <= 1.95 / np.sqrt(len(values))  # Kolmogorov's bound of one in a thousand


def test_draws_of_one_client_and_of_neighbours_are_unrelated():
    columns = []
    for purpose in ("exit", "return"):
        draw = keyed_draws(8, 1, purpose, cohorts([1500]), uniform)
        columns += [[draw(client, visit) for client in range(1500)] for visit in (0, 1, BLOCK)]
    columns.append([0.0, *columns[0][:-1]])  # the neighbour's
    correlation = np.corrcoef(columns)[np.triu_indices(7, 1)]
    assert (np.abs(correlation) <= 4 / np.sqrt(1500)).all()


@given(cohort_sizes, st.integers(0, 3))
def test_a_draw_on_entry_is_the_same_whoever_else_is_there(sizes, more):
    draw = partial(entry_draws, 4, 2, "rest of the absence", make=exponential)
    plain, wider = draw(cohorts=cohorts(sizes)), draw(cohorts=cohorts([size + more for size in sizes] + [2]))
    assert len(plain) == sum(sizes)
    kept = np.concatenate([np.arange(size + more) < size for size in sizes] + [[False, False]])
    assert wider[kept].tolist() == plain.tolist()


def test_nobody_needs_no_draws():
    assert len(entry_draws(1, 0, "rest of the absence", cohorts([0]), exponential)) == 0
    keyed_draws(1, 0, "exit", cohorts([0, 0]), exponential)
