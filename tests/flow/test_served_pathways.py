"""What a client goes through, day by day, on the need-led and the demand-led pathway."""

from math import inf

import numpy as np
import pytest

from sim.flow.served import simulate_served


@pytest.fixture(scope="module")
def run(make_programme, make_clients):
    """History of unemployed clients whom no hazard moves, unless *hazard*; columns of theirs by *clients*."""

    def simulated(offer, hazard=0.0, months=36, demand=None, replication=0, clients=None, **programme):
        count = len(offer.persons.groups)
        return simulate_served(make_programme(hazard, months, **programme), offer,
                               make_clients(count, **(clients or {})), 1, replication, demand)

    return simulated


def test_a_turn_and_a_place_that_come_at_once_are_both_taken_at_once(run, make_offer, make_service, make_meetings):
    """No caseworker from day 5 to day 40, and a second place from day 40 on; one client has the first."""
    meetings = make_meetings(staff=[(0.0, inf, 240.0), (5.0, 0.0, 240.0), (40.0, inf, 240.0)], gap=30.0, patience=inf)
    course = make_service(stay=lambda luck, client: 2000.0)
    offer = make_offer(2, course, places=[[(0.0, 1), (40.0, 2)]], meetings=meetings)
    clients = {"enters": [1.0, 2.0], "cohort": 0}
    history = run(offer, clients=clients)
    assert history.episodes["start"].tolist() == [1.0, 40.0]
    assert history.meetings["held"].dropna().tolist()[:3] == [1.0, 2.0, 40.0]
