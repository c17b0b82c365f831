"""Waiting lists and caseworkers of the served model against queueing theory: mean waits within three standard errors.

Every client comes new, at times of a Poisson process, is met on the day, referred to a service and, having completed
it, goes to work for good. So a waiting list, or a unit of caseworkers, is a queue with Poisson arrivals.
"""

from math import factorial

import numpy as np
import pytest

from sim.flow.served import simulate_served
from sim.services.duration import Duration

REPLICATIONS, MONTHS, WARM_UP, HORIZON = 8, 36, 50.0, 1096.0
LAST = HORIZON - 40.0  # whoever asks later may still be in line at the end
MINUTES = 240.0  # of a caseworker's calendar day
AT_ONCE = 1e-6  # days


def duration(mean_days, spread):
    source = {"source": "none", "status": "estimate"}
    return Duration(mean={"value": mean_days * 12 / 365.25, "unit": "months", "range": [0.001, 1], **source},
                    spread={"value": spread, "unit": "standard deviation over mean", **source})


@pytest.fixture(scope="module")
def run(make_programme, make_clients, make_offer):
    """History of clients that come at a rate a day, each of one of the *groups*, all as likely."""
    steps = make_programme(0.0, MONTHS)

    def simulated(rate, replication, service, groups=(3,), **given):
        draws = np.random.default_rng([9, replication])
        enters = np.sort(draws.random(draws.poisson(rate * HORIZON))) * HORIZON
        months = np.searchsorted(steps.month_edges, enters, side="right") - 1
        clients = make_clients(len(enters), enters=enters, since=enters, cohort=months)
        group = draws.choice(groups, len(enters))
        offer = make_offer(len(enters), service, groups=[(each, each) for each in group.tolist()], **given)
        history = simulate_served(steps, offer, clients, 1, replication)
        history.meetings["group"] = group[history.meetings["client"]]
        return history

    return simulated


def assert_within_three_standard_errors(means, expected):
    means = np.array(means)
    error = means.std(axis=0, ddof=1) / np.sqrt(len(means))
    assert (error < 0.1 * np.array(expected)).all(), "a band so wide would show nothing"
    assert (np.abs(means.mean(axis=0) - expected) < 3 * error).all(), (means.mean(axis=0), expected, error)


def mean_wait(asked, granted):
    counted = (asked > WARM_UP) & (asked < LAST)
    assert granted[counted].notna().all()
    return (granted - asked)[counted].mean()


@pytest.mark.parametrize(("places", "load", "stay"), [(2, 0.7, 0.6), (4, 0.75, 1.1)])
def test_a_waiting_list_is_as_long_as_erlang_says(places, load, stay, run, make_service):
    lasting = duration(stay, 1.0)
    service = make_service(placed=1.0, stay=lambda luck, client: float(lasting.days(luck)))
    offered = places * load
    all_busy = offered**places / factorial(places) / (1 - load)
    chance = all_busy / (sum(offered**k / factorial(k) for k in range(places)) + all_busy)
    waits = []
    for replication in range(REPLICATIONS):
        episodes = run(offered / stay, replication, service, places=places).episodes
        waits.append(mean_wait(episodes["asked"], episodes["start"]))
    assert_within_three_standard_errors(waits, chance * stay / (places - offered))


@pytest.mark.parametrize("spread", [0.3, 1.5])
def test_a_waiting_list_for_one_place_is_as_long_as_pollaczek_and_khinchine_say(spread, run, make_service):
    load, stay = 0.6, 0.4
    lasting = duration(stay, spread)
    service = make_service(placed=1.0, stay=lambda luck, client: float(lasting.days(luck)))
    waits = []
    for replication in range(REPLICATIONS):
        episodes = run(load / stay, replication, service, places=1).episodes
        waits.append(mean_wait(episodes["asked"], episodes["start"]))
    assert_within_three_standard_errors(waits, load * stay * (1 + spread**2) / 2 / (1 - load))


@pytest.fixture(scope="module")
def met(run, make_service, make_meetings):
    """Meetings of one caseworker that take a share *days* of a day, and to whom they were due."""
    gone = make_service(placed=1.0, stay=lambda luck, client: AT_ONCE)

    def simulated(rate, days, replication, groups=(3,), **given):
        meetings = make_meetings(staff=[(0.0, 1.0, MINUTES)], minutes=days * MINUTES, **given)
        return run(rate, replication, gone, groups, meetings=meetings).meetings

    return simulated


def test_a_caseworker_with_meetings_of_one_length_is_m_d_1(met):
    load, days = 0.7, 0.4
    meetings = [met(load / days, days, replication) for replication in range(REPLICATIONS)]
    assert_within_three_standard_errors([mean_wait(each["due"], each["held"]) for each in meetings],
                                        load * days / 2 / (1 - load))


def test_two_groups_of_clients_wait_as_cobham_says(met):
    """Starters, three sevenths of the clients, go first."""
    first, second, days = 0.3, 0.4, 0.4
    rest, means = (first + second) * days / 2, []
    for replication in range(REPLICATIONS):
        each = met((first + second) / days, days, replication, groups=(0, 3, 0, 3, 0, 3, 3), ranks=(0, 0, 0, 1))
        group = each["group"]
        means.append([mean_wait(each["due"][group == which], each["held"][group == which]) for which in (0, 3)])
    assert_within_three_standard_errors(means, [rest / (1 - first), rest / (1 - first) / (1 - first - second)])
