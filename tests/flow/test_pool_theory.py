"""Pools against queueing theory: mean waits within three standard errors of the closed form, over replications."""

from math import factorial

import numpy as np
import pytest
import simpy

from sim.flow.light import start
from sim.flow.pool import Pool

REPLICATIONS, CLIENTS, WARM_UP = 20, 6000, 1000


def mean_waits(servers, rate, stays, shares=(1.0,), seed=1):
    """Mean wait by priority, (replications, priorities), of *CLIENTS* that come at *rate* less the first ones.

    *stays* draws so many service times; *shares* of the clients have each priority.
    """
    draws = np.random.default_rng(seed)
    means = []
    for _ in range(REPLICATIONS):
        gaps = draws.exponential(1 / rate, CLIENTS).tolist()
        priorities = draws.choice(len(shares), CLIENTS, p=shares)
        waits, record = simulated(servers, gaps, priorities.tolist(), stays(draws, CLIENTS).tolist(), len(shares))
        assert abs(record.gap) < 1e-6 * record.waiting_days.sum(), "Little's law"
        assert record.waited.sum() == pytest.approx(waits.sum())
        late = np.arange(CLIENTS) >= WARM_UP
        means.append([waits[late & (priorities == priority)].mean() for priority in range(len(shares))])
    return np.array(means)


def simulated(servers, gaps, priorities, stays, classes):
    environment = simpy.Environment()
    pool = Pool(environment, [(0, servers)], (0, 1e9), range(classes))
    waits = np.empty(len(gaps))

    def client(number):
        ticket = pool.request(priorities[number])
        yield ticket
        waits[number] = ticket.granted - ticket.asked
        yield stays[number]
        ticket.leave()

    def arrivals():
        for number, gap in enumerate(gaps):
            yield gap
            start(environment, client(number))

    start(environment, arrivals())
    environment.run()
    return waits, pool.close()


def assert_within_three_standard_errors(means, expected):
    error = means.std(axis=0, ddof=1) / np.sqrt(len(means))
    assert (error < 0.1 * np.array(expected)).all(), "a band so wide would show nothing"
    assert (np.abs(means.mean(axis=0) - expected) < 3 * error).all(), (means.mean(axis=0), expected, error)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 0.8), (20, 0.9)])
def test_m_m_c_waits_as_erlang_c_says(servers, load):
    offered = servers * load  # mean stay 1
    all_busy = offered**servers / factorial(servers) / (1 - load)
    chance = all_busy / (sum(offered**k / factorial(k) for k in range(servers)) + all_busy)
    means = mean_waits(servers, offered, lambda draws, count: draws.exponential(1.0, count))
    assert_within_three_standard_errors(means, [chance / (servers - offered)])


@pytest.mark.parametrize("squared_variation", [0.0, 0.25, 3.0])
def test_m_g_1_waits_as_pollaczek_and_khinchine_say(squared_variation):
    def stays(draws, count):
        shape = 1 / squared_variation if squared_variation else None
        return draws.gamma(shape, 1 / shape, count) if shape else np.ones(count)

    load = 0.6
    assert_within_three_standard_errors(mean_waits(1, load, stays), [load * (1 + squared_variation) / 2 / (1 - load)])


def test_two_priorities_wait_as_cobham_says():
    first, second = 0.3, 0.4  # loads; mean stay 1
    rest = first + second  # mean rest of the stay that an arrival meets
    means = mean_waits(1, first + second, lambda draws, count: draws.exponential(1.0, count),
                       shares=(first / (first + second), second / (first + second)))
    assert_within_three_standard_errors(means, [rest / (1 - first), rest / (1 - first) / (1 - first - second)])
