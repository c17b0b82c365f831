"""Laws of a population: nobody appears, disappears or is in two places."""

from bisect import bisect_right
from collections import Counter

import numpy as np
import pytest

from sim.clients.clients import OPENING, State
from sim.flow.model import simulate


@pytest.fixture(scope="module")
def run(lahti, crowd):
    log = simulate(lahti.steps, crowd, seed=2, replication=5)
    return lahti.steps, crowd, log, log.frame()


def test_spells_tile_each_clients_time_from_entry_to_the_horizon(run):
    steps, clients, _, frame = run
    assert frame["client"].unique().tolist() == list(range(len(clients)))
    for _, spells in frame.groupby("client"):
        start, end = spells["start"].to_numpy(), spells["end"].to_numpy()
        assert start[0] == pytest.approx(clients.enters[spells["client"].iloc[0]], abs=1e-9)
        assert (start[1:] == end[:-1]).all() and end[-1] == steps.horizon
        assert (end > start).all()
        assert spells["open"].tolist() == [False] * (len(spells) - 1) + [True]


def test_each_client_enters_with_its_own_state_counter_and_clock(run):
    _, clients, _, frame = run
    first = frame.groupby("client").first()
    for column in ("state", "counter", "clock"):
        assert (first[column].to_numpy() == getattr(clients, column)).all()


def test_unemployment_ends_in_another_state_and_every_absence_in_unemployment(run):
    _, _, _, frame = run
    state, client = frame["state"].to_numpy(), frame["client"].to_numpy()
    follows = client[1:] == client[:-1]
    before, after = state[:-1][follows], state[1:][follows]
    assert ((before == State.UNEMPLOYED) != (after == State.UNEMPLOYED)).all()
    assert set(after.tolist()) == {*range(State.GONE + 1), State.ADDITIONAL_DAYS}


@pytest.mark.parametrize("state", [State.GONE, State.ADDITIONAL_DAYS])
def test_nobody_comes_back_for_good(run, state):
    _, _, _, frame = run
    there = frame[frame["state"] == state]
    assert len(there) > 20 and there["open"].all()


def test_stock_and_flows_balance_in_every_month_and_segment(run):
    """Flows from a replay of the log as it was written, stocks from a day's view of who is where."""
    steps, clients, log, frame = run
    segment, edges = clients.hazard_row.tolist(), steps.month_edges
    arrived, returned, left, place = Counter(), Counter(), Counter(), {}
    for client, state, start in zip(*(log.columns[name] for name in ("client", "state", "start")), strict=True):
        cell = bisect_right(edges, start) - 1, segment[client]
        if client not in place:
            arrived[cell] += state == State.UNEMPLOYED and clients.cohort[client] != OPENING
        elif state == State.UNEMPLOYED:
            returned[cell] += 1
        else:
            left[cell] += place[client] == State.UNEMPLOYED
        place[client] = state

    def stock_at(day):
        here = frame[(frame["state"] == State.UNEMPLOYED) & (frame["start"] <= day) & (frame["end"] > day)]
        return Counter(segment[client] for client in here["client"])

    at_the_end = Counter(segment[client] for client, state in place.items() if state == State.UNEMPLOYED)
    stocks = [*map(stock_at, edges[:-1]), at_the_end]
    assert sum(arrived.values()) == (clients.cohort != OPENING).sum()
    for month in range(36):
        for row in range(12):
            change = arrived[month, row] + returned[month, row] - left[month, row]
            assert stocks[month][row] + change == stocks[month + 1][row], (month, row)


def test_the_whole_crowd_is_somewhere_on_every_day(run):
    _, clients, _, frame = run
    for day in range(0, 1000, 7):
        assert ((frame["start"] <= day) & (frame["end"] > day)).sum() == (clients.enters <= day).sum()


def test_counters_grow_by_the_weekdays_of_unemployment_and_by_nothing_else(run):
    steps, _, _, frame = run
    weekday = (np.arange(int(steps.horizon) + 1) + 1) % 7 < 5  # 1 September 2026 is a Tuesday
    before = np.concatenate([[0], np.cumsum(weekday)])
    paid = before[np.ceil(frame["end"]).astype(int)] - before[np.ceil(frame["start"]).astype(int)]
    after = frame["counter"].to_numpy() + np.where(frame["state"] == State.UNEMPLOYED, paid, 0)
    follows = np.diff(frame["client"]) == 0
    reached, found = after[:-1][follows], frame["counter"].to_numpy()[1:][follows]
    worked = np.isin(frame["state"].to_numpy()[:-1][follows], (State.SHORT_WORK, State.LASTING_WORK))
    assert ((found == reached) | (worked & (found == -steps.waiting_days))).all()
