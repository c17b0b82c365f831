"""Clients for whom nothing happens before the horizon cost no events."""

import numpy as np
import pytest
import simpy

from sim.clients.clients import OPENING, Clients, State
from sim.flow.model import simulate
from sim.flow.programme import Absence


@pytest.fixture
def scheduled(monkeypatch):
    """Events put on the schedule of every environment made from now on."""
    events = []

    class Counting(simpy.Environment):
        def schedule(self, event, *rest):
            events.append(event)
            super().schedule(event, *rest)

    monkeypatch.setattr(simpy, "Environment", Counting)
    return events


@pytest.fixture
def steps(make_programme):
    """Those in lasting work come back after ten years at the earliest."""
    return make_programme(0.15, absences={
        State.LASTING_WORK: Absence.from_months([0, 120], [0.0, 0.5]),
        State.SHORT_WORK: Absence.from_months([0], [0.2]),
        State.OUTSIDE: Absence.from_months([0], [0.1]),
    })


def test_ten_thousand_far_from_their_return_add_nothing_to_the_schedule(steps, crowd, make_clients, scheduled):
    opening, new = crowd.take(crowd.cohort == OPENING), crowd.take(crowd.cohort != OPENING)
    before = simulate(steps, crowd, 1, 0).frame()
    events = len(scheduled)
    scheduled.clear()
    idle = make_clients(10_000, state=State.LASTING_WORK, since=-200.0, counter=250)
    after = simulate(steps, Clients.concatenate(opening, idle, new), 1, 0).frame()
    assert len(scheduled) == events > 5000
    assert len(after) == len(before) + 10_000
    theirs = after[(after["client"] >= len(opening)) & (after["client"] < len(opening) + 10_000)]
    assert theirs["open"].all() and (theirs["counter"] == 250).all() and (theirs["state"] == State.LASTING_WORK).all()


def test_each_wait_costs_one_event(steps, make_clients, scheduled):
    """Every closed spell is one entry in the schedule, and so is each arrival's day of entry."""
    clients = make_clients(500, enters=np.arange(500) + 1.0, since=np.arange(500) + 1.0, cohort=0)
    frame = simulate(steps, clients, 1, 0).frame()
    assert len(scheduled) == (~frame["open"]).sum() + 500


def test_those_gone_stay_gone_without_an_event(steps, make_clients, scheduled):
    frame = simulate(steps, make_clients(10, state=State.GONE), 1, 0).frame()
    assert not scheduled
    assert (frame["state"] == State.GONE).all() and frame["open"].all()
