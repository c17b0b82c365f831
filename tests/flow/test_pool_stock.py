"""Pools against simpy.PriorityResource under simpy.Process: the same times to the last bit, ties included."""

import numpy as np
import simpy
from hypothesis import given
from hypothesis import strategies as st

from sim.flow.light import start
from sim.flow.pool import NEVER, Pool
from sim.flow.stock import StockPool, stock_process

PRIORITIES = (0, 1, 2)
POOLS = 3
whole = st.integers(0, 4)  # whole days meet again and again
fine = st.floats(0, 20, allow_nan=False)


def visits(days):
    """(delay before, pool, priority, patience, what to do on running out of it, stay)."""
    return st.tuples(days, st.integers(0, POOLS - 1), st.sampled_from(PRIORITIES), st.one_of(days, st.just(NEVER)),
                     st.sampled_from(["leave", "meet", "meet and leave"]), days)


def programmes(days):
    return st.tuples(st.lists(st.sampled_from([1, 1, 2, 3, NEVER]), min_size=POOLS, max_size=POOLS),
                     st.lists(st.lists(visits(days), min_size=1, max_size=4), min_size=1, max_size=12))


def taken_steps(launch, make, programme):
    """(time, client, visit, what, time of grant) in the order in which it happened."""
    capacities, clients = programme
    environment, taken = simpy.Environment(), []
    pools = [make(environment, [(0, capacity)]) for capacity in capacities]
    inside = [set() for _ in pools]

    def pathway(client, plan):
        def say(number, what, ticket):
            taken.append((environment.now, client, number, what, ticket.granted))

        for number, (delay, which, priority, patience, then, stay) in enumerate(plan):
            yield delay
            ticket = pools[which].request(priority)
            yield ticket.within(patience)
            say(number, "waited", ticket)
            if ticket.granted is None and then != "leave":
                yield 1
                say(number, "met", ticket)
            if ticket.granted is None and then == "meet":
                yield ticket
                say(number, "waited on", ticket)
            if ticket.granted is not None:
                assert not any(client in others for others in inside), "in two places"
                inside[which].add(client)
                assert len(inside[which]) <= capacities[which]
                yield stay
                inside[which].remove(client)
            say(number, "leaves", ticket)
            ticket.leave()

    for client, plan in enumerate(clients):
        launch(environment, pathway(client, plan))
    environment.run()
    return taken


def light_pool(environment, places):
    return Pool(environment, places, (0, 1e6), PRIORITIES)


@given(programmes(whole))
def test_whole_days_with_their_ties_give_the_same_steps_in_the_same_order(programme):
    assert taken_steps(start, light_pool, programme) == taken_steps(stock_process, StockPool, programme)


@given(programmes(fine))
def test_any_days_give_the_same_steps_to_the_last_bit(programme):
    assert taken_steps(start, light_pool, programme) == taken_steps(stock_process, StockPool, programme)


def as_in_simpys_guide(places, clients):
    """Times of grant of clients (arrival, priority, patience, stay), written as SimPy's guide does: no ties here."""
    environment, granted = simpy.Environment(), {}
    resource = simpy.PriorityResource(environment, places)

    def pathway(client, arrival, priority, patience, stay):
        yield environment.timeout(arrival)
        with resource.request(priority) as turn:
            yield turn | environment.timeout(patience)
            if turn.triggered:
                granted[client] = environment.now
                yield environment.timeout(stay)

    for client, each in enumerate(clients):
        environment.process(pathway(client, *each))
    environment.run()
    return granted


@given(st.integers(1, 4), st.integers(0, 2**32), st.integers(1, 60))
def test_simpys_own_idiom_grants_the_same_places_at_the_same_times(places, seed, count):
    draws = np.random.default_rng(seed)
    clients = [(20 * draws.random(), int(draws.integers(3)), *draws.exponential((4.0, 2.0))) for _ in range(count)]
    environment, granted = simpy.Environment(), {}
    pool = light_pool(environment, [(0, places)])

    def pathway(client, arrival, priority, patience, stay):
        yield arrival
        turn = pool.request(priority)
        yield turn.within(patience)
        if turn.granted is not None:
            granted[client] = turn.granted
            yield stay
        turn.leave()

    for client, each in enumerate(clients):
        start(environment, pathway(client, *each))
    environment.run()
    assert granted == as_in_simpys_guide(places, clients)
