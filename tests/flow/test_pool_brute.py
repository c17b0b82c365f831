"""Pools with dated places and patience against a loop that looks at everybody at every event."""

from itertools import pairwise

import numpy as np
import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from sim.flow.light import start
from sim.flow.pool import NEVER, Pool

EDGES = [0.0, 7.0, 11.0, 30.0]
PRIORITIES = (0, 1)
places_by_date = st.lists(st.tuples(st.integers(1, 25), st.integers(0, 6)), max_size=6, unique_by=lambda step: step[0])


def drawn(seed, count):
    """Clients as (arrival, priority, patience, stay); a third have all the patience in the world."""
    draws = np.random.default_rng(seed)
    patience = np.where(draws.random(count) < 1 / 3, NEVER, draws.exponential(3, count))
    return list(zip((25 * draws.random(count)).tolist(), draws.choice(PRIORITIES, count).tolist(), patience.tolist(),
                    draws.exponential(4, count).tolist(), strict=True))


def by_pool(places, clients):
    """Times of grant, and of leaving the place or the line, by client; and the record."""
    environment, taken = simpy.Environment(), {}
    pool = Pool(environment, places, EDGES, PRIORITIES)

    def pathway(client, arrival, priority, patience, stay):
        yield arrival
        ticket = pool.request(priority)
        taken[client] = None, NEVER
        yield ticket.within(patience)
        taken[client] = ticket.granted, NEVER if ticket.granted is not None else environment.now
        if ticket.granted is not None:
            yield stay
            taken[client] = ticket.granted, environment.now
        ticket.leave()

    for client, each in enumerate(clients):
        start(environment, pathway(client, *each))
    environment.run(EDGES[-1])
    return taken, pool.close()


def by_looking_at_everybody(places, clients):
    """The same times: find the next event among all, let it happen, fill free places, again."""
    now, inside, line, taken = 0.0, {}, set(), {}
    while now < EDGES[-1]:
        capacity = [count for day, count in places if day <= now][-1]
        for client, (arrival, *_) in enumerate(clients):
            if arrival <= now and client not in taken:
                taken[client] = None, NEVER
                line.add(client)
        for client in [client for client, end in inside.items() if end <= now]:
            taken[client] = taken[client][0], inside.pop(client)
        for client in [client for client in line if clients[client][0] + clients[client][2] <= now]:
            line.remove(client)
            taken[client] = None, now
        while line and len(inside) < capacity:
            first = min(line, key=lambda client: (clients[client][1], clients[client][0]))
            line.remove(first)
            inside[first] = now + clients[first][3]
            taken[first] = now, NEVER
        coming = [*(day for day, _ in places), *(client[0] for client in clients), *inside.values(),
                  *(clients[client][0] + clients[client][2] for client in line), EDGES[-1]]
        now = min(time for time in coming if time > now)
    return taken


@given(st.integers(0, 6), places_by_date, st.integers(0, 2**32), st.integers(0, 60))
def test_everybody_is_served_and_gives_up_when_they_should(first, changes, seed, count):
    places, clients = [(0, first), *sorted(changes)], drawn(seed, count)
    taken, record = by_pool(places, clients)
    assert taken == by_looking_at_everybody(places, clients)
    _check_record(record, places, clients, taken)


def _check_record(record, places, clients, taken):
    """The record against clients' times, overlapped with each period."""
    lines = [(clients[client][0], end if granted is None else granted) for client, (granted, end) in taken.items()]
    stays = [(granted, end) for granted, end in taken.values() if granted is not None]
    for number, period in enumerate(pairwise(EDGES)):
        assert record.waiting_days[number] == pytest.approx(_overlap(lines, *period), abs=1e-9)
        assert record.busy_days[number] == pytest.approx(_overlap(stays, *period), abs=1e-9)
        opened = [count * _overlap([(day, until)], *period)
                  for (day, count), (until, _) in pairwise([*places, (NEVER, 0)])]
        assert record.place_days[number] == sum(opened)
        for column, priority in enumerate(PRIORITIES):
            mine = {client: times for client, times in taken.items() if clients[client][1] == priority}
            served = {client: granted - clients[client][0] for client, (granted, _) in mine.items()
                      if granted is not None and _in(granted, period)}
            gave_up = {client: end - clients[client][0] for client, (granted, end) in mine.items()
                       if granted is None and _in(end, period)}
            assert record.asked[number, column] == sum(_in(clients[client][0], period) for client in mine)
            assert record.served[number, column] == len(served)
            assert record.gave_up[number, column] == len(gave_up)
            assert record.waited[number, column] == pytest.approx(sum(served.values()), abs=1e-9)
            assert record.lost[number, column] == pytest.approx(sum(gave_up.values()), abs=1e-9)
    assert record.inside == sum(end == NEVER for _, end in stays)
    assert record.still_waiting.sum() == sum(end == NEVER for _, end in lines)
    assert record.asked.sum() == record.served.sum() + record.gave_up.sum() + record.still_waiting.sum()
    assert abs(record.gap) < 1e-9, "Little's law, with those still in line"


def _overlap(spans, begin, end):
    return sum(max(0.0, min(until, end) - max(since, begin)) for since, until in spans)


def _in(time, period):
    return period[0] <= time < period[1]
