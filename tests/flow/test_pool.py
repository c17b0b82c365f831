"""Pools by hand: five customers, dated places, patience, statistics, errors, and what is left in memory."""

import gc

import numpy as np
import pytest
import simpy

from sim.flow.light import LightProcess, start
from sim.flow.pool import NEVER, Caseworkers, Pool, Ticket

# five customers at one desk: arrival, service, and, by hand, start and departure
FIVE = [(0.0, 4.0), (1.0, 3.0), (2.0, 1.0), (9.0, 2.0), (10.0, 5.0)]
STARTS = [0.0, 4.0, 7.0, 9.0, 11.0]


def customer(pool, taken, name, arrives, stays, priority=0, patience=NEVER):
    """Arrive, wait at most so long, stay, and leave; *taken* gets the times of grant and of leaving by name."""
    environment = pool.environment
    yield arrives
    ticket = pool.request(priority)
    yield ticket.within(patience)
    if ticket.granted is not None:
        yield stays
    taken[name] = ticket.granted, environment.now
    ticket.leave()


def run(places, customers, edges=(0, 20), priorities=(0,), until=None, make=Pool):
    """Times of grant and of leaving of *customers* (arrival, stay, priority, patience), and the pool's record."""
    environment, taken = simpy.Environment(), {}
    pool = make(environment, places, edges, priorities)
    for name, each in enumerate(customers):
        start(environment, customer(pool, taken, name, *each))
    environment.run(until or edges[-1])
    return taken, pool.close()


def test_five_customers_by_hand():
    taken, record = run([(0, 1)], FIVE)
    assert [taken[name][0] for name in range(5)] == STARTS
    assert [taken[name][1] for name in range(5)] == [4, 7, 8, 11, 16]
    # in line: the second 3 days, the third 5, the fifth 1; the one being served is not in line
    assert record.waiting_days.tolist() == [9] and record.waited.tolist() == [[9]]
    assert record.mean_waiting.tolist() == [9 / 20] and record.mean_wait.tolist() == [[9 / 5]]
    assert record.busy_days.tolist() == [15] and record.utilisation.tolist() == [0.75]
    assert record.asked.tolist() == record.served.tolist() == [[5]] and record.gave_up.tolist() == [[0]]
    assert record.inside == 0 and record.still_waiting.tolist() == [0] and record.gap == 0


def test_five_customers_by_period():
    """Edges at 5 and 9: the wait of the third is counted where it ends, its days in line where they pass."""
    _, record = run([(0, 1)], FIVE, edges=(0, 5, 9, 20))
    assert record.waiting_days.tolist() == [3 + 3, 2, 1] and record.busy_days.tolist() == [5, 3, 7]
    assert record.place_days.tolist() == [5, 4, 11]
    assert record.asked.T.tolist() == [[3, 0, 2]], "an arrival on an edge is of the period that begins"
    assert record.served.T.tolist() == [[2, 1, 2]] and record.waited.T.tolist() == [[3, 5, 1]]
    assert record.utilisation.tolist() == [1, 0.75, 7 / 11] and record.gap == 0


def test_who_is_in_line_and_inside_at_the_horizon_is_counted():
    _, record = run([(0, 1)], FIVE, edges=(0, 3))
    assert record.inside == 1 and record.still_waiting.tolist() == [2] and record.waited_so_far.tolist() == [2 + 1]
    assert record.asked.tolist() == [[3]] and record.served.tolist() == [[1]]
    assert np.isnan(run([(0, 0)], FIVE, edges=(0, 3))[1].mean_wait).all(), "nobody was served: no mean, not zero"


def test_priority_first_then_first_come_first_served():
    taken, record = run([(0, 1)], [(0, 10, 2), (1, 1, 2), (2, 1, 1), (2, 1, 2), (2, 1, 1), (3, 1, -1)],
                        priorities=(2, 1, -1))
    assert [taken[name][0] for name in range(6)] == [0, 13, 11, 14, 12, 10]
    assert record.priorities == (-1, 1, 2) and record.waited.tolist() == [[7, 9 + 10, 12 + 12]]


def test_more_places_open_at_once_and_fewer_throw_nobody_out():
    arrivals = [(0, 10), (0, 4), (1, 5), (1, 5), (1, 5)]
    taken, record = run([(0, 2), (3, 3), (6, 1)], arrivals)
    # day 3 lets in the third, day 4 the fourth; then one place, and those inside finish: the fifth waits to day 10
    assert [taken[name] for name in range(5)] == [(0, 10), (0, 4), (3, 8), (4, 9), (10, 15)]
    assert record.place_days.tolist() == [6 + 9 + 14]


def test_places_that_open_go_to_the_line_before_anything_else_of_that_day():
    taken, _ = run([(0, 0), (2, 0), (3, 1)], [(1, 1, 5), (3, 1, 0)], priorities=(0, 5))
    assert [taken[name][0] for name in range(2)] == [3, 4], "though the second comes first in priority"


def test_a_place_given_back_goes_to_the_line_before_who_asks_later_in_that_instant():
    environment, taken = simpy.Environment(), {}
    pool = Pool(environment, [(0, 1)], (0, 20), priorities=(0, 5))

    def in_two_steps():
        yield 2.0  # so that day 3 is on the schedule after the end of the first one's stay
        yield from customer(pool, taken, "urgent", 1.0, 1.0)

    for name, arrives, stays in (("inside", 0.0, 3.0), ("in line", 1.0, 1.0)):
        start(environment, customer(pool, taken, name, arrives, stays, 5))
    start(environment, in_two_steps())
    environment.run()
    assert taken == {"inside": (0, 3), "in line": (3, 4), "urgent": (4, 5)}


def test_no_places_serve_nobody_and_infinitely_many_let_nobody_wait():
    taken, record = run([(0, 0)], FIVE)
    assert not taken and record.still_waiting.tolist() == [5] and np.isnan(record.utilisation).all()
    taken, record = run([(0, NEVER)], FIVE)
    assert [taken[name][0] for name in range(5)] == [arrives for arrives, _ in FIVE]
    assert record.busy_days.sum() == 15 and record.utilisation.tolist() == [0] and record.waiting_days.sum() == 0


def test_infinitely_many_places_put_nothing_on_the_schedule_and_change_no_times():
    class Counted(simpy.Environment):
        entries = 0

        def schedule(self, *given, **named):
            self.entries += 1
            super().schedule(*given, **named)

    def walk(environment, pool, number, taken):
        for step in range(1, 6):
            yield number * 0.1 + step
            if pool:
                ticket = pool.request()
                yield ticket
                ticket.leave()
            taken.append((number, environment.now))

    def outcome(with_pool):
        environment, taken = Counted(), []
        pool = Pool(environment, [(0, NEVER)], (0, 50)) if with_pool else None
        for number in range(20):
            start(environment, walk(environment, pool, number, taken))
        environment.run()
        return taken, environment.entries

    assert outcome(True) == outcome(False)


def test_patience_ends_with_the_line_or_the_place():
    taken, record = run([(0, 1)], [(0, 5), (1, 1, 0, 2), (1, 1, 0, 4), (2, 1, 0, 10), (4, 3, 0, 0)])
    # the second gives up on day 3; at 5 the place and the end of patience of the third meet: the place, which was
    # on the schedule first, wins; the fifth asks whether there is a place right now
    assert [taken[name] for name in range(5)] == [(0, 5), (None, 3), (5, 6), (6, 7), (None, 4)]
    assert record.gave_up.tolist() == [[2]] and record.lost.tolist() == [[2]] and record.gap == 0


def test_a_client_keeps_its_place_in_line_while_it_does_something_else():
    environment, taken = simpy.Environment(), []
    pool = Pool(environment, [(0, 1)], (0, 20))

    def busy_one():
        ticket = pool.request()
        yield 6.0
        ticket.leave()

    def waiting_one():
        yield 1.0
        ticket = pool.request()
        yield ticket.within(2.0)
        taken.append((environment.now, ticket.granted))
        yield 4.0  # a meeting, during which the place comes
        taken.append((environment.now, ticket.granted))
        yield ticket
        taken.append((environment.now, pool.busy))
        ticket.leave()

    def late_one():
        yield 2.0
        ticket = pool.request()
        yield ticket
        taken.append((environment.now, "late"))

    for each in (busy_one, waiting_one, late_one):
        start(environment, each())
    environment.run(20)
    assert taken == [(3, None), (7, 6), (7, 1), (7, "late")]


def test_who_gave_up_can_neither_leave_again_nor_wait():
    environment = simpy.Environment()
    pool = Pool(environment, [(0, 0)], (0, 20))
    ticket = pool.request()
    ticket.leave()
    with pytest.raises(RuntimeError, match="given back before"):
        ticket.leave()

    def waits():
        yield ticket

    with pytest.raises(RuntimeError, match="has left the line"):
        start(environment, waits())


@pytest.mark.parametrize(("places", "edges", "message"), [
    ([(0, -1)], (0, 1), "-1 places from day 0"), ([(0, 1.5)], (0, 1), "1.5 places"), ([(0, np.nan)], (0, 1), "nan"),
    ([(1, 1)], (0, 1), "places have to begin by day 0"), ([], (0, 1), "places have to begin"),
    ([(0, 1), (0, 2)], (0, 1), "places: the days do not ascend"), ([(0, 1)], (0, 2, 1), "edges of periods: the days"),
    ([(0, 1)], (0,), "horizon 0 is not after"), ([(0, 1)], (), "edges of periods have to begin"),
])
def test_impossible_places_are_refused(places, edges, message):
    with pytest.raises(ValueError, match=message):
        Pool(simpy.Environment(), places, edges)


def test_unknown_priorities_negative_patience_and_a_late_close_are_refused():
    environment = simpy.Environment()
    pool = Pool(environment, [(0, 0)], (0, 5), priorities=(1, 2))
    for unknown in (0, -1):
        with pytest.raises(KeyError):
            pool.request(unknown)
    for impossible in (-1.0, np.nan):
        with pytest.raises(ValueError, match="cannot wait"):
            pool.request(1).within(impossible)
    environment.run(6)
    pool.request(1)
    with pytest.raises(ValueError, match="after the horizon 5"):
        pool.close()


@pytest.mark.parametrize(("full_time", "minutes"), [(3.0, 240.0), (2.5, 180.0), (0.2, 300.0), (10.75, 171.0)])
def test_caseworkers_get_through_exactly_their_minutes(full_time, minutes):
    """Never idle, they see clients for workers × minutes × days, but for the meetings under way at the end."""
    environment, seen = simpy.Environment(), [0]
    desk = Caseworkers(environment, [(0, full_time, minutes)], (0, 200))

    def client():
        turn = desk.request()
        yield turn
        yield desk.days(30)
        seen[0] += 1
        turn.leave()

    for _ in range(20_000):
        start(environment, client())
    environment.run(200)
    record = desk.close()
    assert full_time * minutes * 200 / 30 - desk.capacity <= seen[0] <= full_time * minutes * 200 / 30
    assert record.utilisation == pytest.approx(1.0)


def test_caseworkers_by_date_and_without_end():
    environment = simpy.Environment()
    desk = Caseworkers(environment, [(0, 1.5, 240), (10, 2, 240), (20, 0, 240), (30, NEVER, 200), (40, 2, 0)],
                       (0, 50))
    found = []
    for day in (5, 15, 25, 35, 45):
        environment.run(day)
        found.append((desk.capacity, desk.days(60) if desk.capacity else None))
    assert found == [(2, 60 / 180), (2, 60 / 240), (0, None), (NEVER, 60 / 200), (0, None)]
    assert Caseworkers(environment, [(0, 0.1 + 0.2 + 2.7, 60)], (0, 60)).capacity == 3, "rounding adds nobody"
    with pytest.raises(ValueError, match="below zero"):
        Caseworkers(environment, [(0, -0.5, 240)], (0, 60))


def test_nothing_is_left_to_the_garbage_collector():
    """It is off while the model runs: whoever was served, gave up or still waits has to go without it."""
    environment = simpy.Environment()
    gc.collect()
    gc.disable()
    try:
        for begin, places in ((0, 1), (100, 0)):  # in the second some wait to the end
            pool = Pool(environment, [(begin, 2), (begin + 5, places)], (begin, begin + 100))
            for arrives in range(10):
                for patience in (1.0, 40.0, NEVER):
                    start(environment, customer(pool, {}, "any", arrives, 3.0, 0, patience))
            environment.run(begin + 100)
            record = pool.close()
            assert record.gave_up.sum() and (record.still_waiting.sum() > 0) == (places == 0)
            del pool
            left = [each for each in gc.get_objects() if isinstance(each, (Pool, Ticket, LightProcess))]
            assert not left
    finally:
        gc.enable()
