"""A light process against SimPy's own: the same programme of waits gives the same times, to the last bit."""

import simpy
from hypothesis import given
from hypothesis import strategies as st

from sim.flow.light import start
from sim.flow.model import simulate
from sim.flow.stock import stock_process

waits = st.lists(st.lists(st.one_of(st.integers(0, 5), st.floats(0, 1e3, allow_nan=False)), max_size=8), max_size=8)


def trace(launch, processes):
    """(time, process, step) at each step, in the order in which they were taken."""
    environment, taken = simpy.Environment(), []

    def process(number, delays):
        for step, delay in enumerate(delays):
            taken.append((environment.now, number, step))
            yield delay
        taken.append((environment.now, number, len(delays)))

    for number, delays in enumerate(processes):
        launch(environment, process(number, delays))
    environment.run()
    return taken


@given(waits)
def test_random_waits_are_served_at_the_same_times_and_in_the_same_order(processes):
    assert trace(start, processes) == trace(stock_process, processes)


@given(waits)
def test_times_are_the_sums_of_the_waits(processes):
    expected = []
    for number, delays in enumerate(processes):
        now = 0
        for step, delay in enumerate([*delays, 0]):
            expected.append((now, number, step))
            now = now + delay
    assert sorted(trace(start, processes)) == sorted(expected)


@given(waits)
def test_processes_that_start_processes_keep_the_same_times(processes):
    def family(launch):
        environment, taken = simpy.Environment(), []

        def child(number, delays):
            for delay in delays:
                yield delay
                taken.append((environment.now, number))

        def parent():
            for number, delays in enumerate(processes):
                launch(environment, child(number, delays))
                yield 0.75
                taken.append((environment.now, -1))

        launch(environment, parent())
        environment.run()
        return sorted(taken)

    assert family(start) == family(stock_process)


def test_a_light_process_shares_the_schedule_with_stock_processes_and_resources():
    environment, taken = simpy.Environment(), []
    desk = simpy.Resource(environment)

    def visitor(name, arrives, stays):
        yield environment.timeout(arrives)
        with desk.request() as turn:
            yield turn
            yield environment.timeout(stays)
            taken.append((environment.now, name))

    def clock():
        for _ in range(3):
            yield 2.0
            taken.append((environment.now, "clock"))

    environment.process(visitor("first", 1, 2))
    environment.process(visitor("second", 1, 2))
    start(environment, clock())
    environment.run()
    assert taken == [(2, "clock"), (3, "first"), (4, "clock"), (5, "second"), (6, "clock")]


def test_the_model_under_simpys_own_processes_writes_the_same_log_to_the_last_bit(lahti, crowd):
    light, stock = (simulate(lahti.steps, crowd, 7, 3, launch).frame() for launch in (start, stock_process))
    assert len(light) > 10_000
    assert list(light) == list(stock)
    for column in light:
        assert light[column].to_numpy().tobytes() == stock[column].to_numpy().tobytes(), column


def test_times_in_the_log_are_those_of_the_environments_clock(lahti, crowd):
    """The model keeps the time itself; here the clock is read at each step of each client."""
    read = {0.0}

    def watched(environment, delays):
        for delay in delays:
            yield delay
            read.add(environment.now)

    def launch(environment, delays):
        start(environment, watched(environment, delays))

    log = simulate(lahti.steps, crowd, 7, 3, launch)
    assert set(log.frame()["start"].tolist()) <= read
