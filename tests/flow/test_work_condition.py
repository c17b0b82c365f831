"""Twelve months of work within twenty-eight reset the counter to the waiting days; less, or too long ago, does not."""

from itertools import pairwise

import numpy as np
import pytest

from sim.clients.clients import State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.model import simulate
from sim.flow.programme import Absence

AT_ONCE = 1e6  # hazard a month: the wait is a few seconds
WAITING_DAYS = 7


def work_of(months):
    """Work that lasts just so long, whoever draws."""
    return Absence.from_months([0, months], [0.0, AT_ONCE])


@pytest.fixture
def counters(make_programme, make_clients):
    """Counter at each start of unemployment of one client, for stays of fixed length.

    Unemployment ends with the first minute of the *apart*-th month after the one it began in (0: in a minute); work
    lasts *months* each time. The client comes at six in the morning of 1 September 2026, unless it is at work then.
    """

    def run(months, apart=0, window=60, **client):
        hazards = np.where(np.arange(apart + 2) < apart, 0.0, AT_ONCE)
        steps = make_programme(np.broadcast_to(hazards, (12, apart + 2)), window, shares=(0, 1, 1),
                               absences={State.LASTING_WORK: work_of(months)})
        entry = 0.0 if "since" in client else 0.25
        frame = simulate(steps, make_clients(1, enters=entry, **client), 1, 0).frame()
        return frame.loc[frame["state"] == State.UNEMPLOYED, "counter"].tolist()

    return run


def test_twelve_months_of_work_reset_the_counter(counters):
    assert counters(12.01, counter=450, window=20)[:2] == [450, -WAITING_DAYS]


def test_eleven_months_of_work_do_not(counters):
    assert counters(11, counter=450, window=20)[:2] == [450, 450]


def test_two_spells_of_six_months_within_the_window_reset_it_at_the_end_of_the_second(counters):
    """With four months of unemployment before each."""
    first, after_one, after_two, *_ = counters(6.01, apart=4, counter=450, window=24)
    assert (first, after_two) == (450, -WAITING_DAYS)
    assert after_one == 450 + 21 + 22 + 21 + 23 + 1  # weekdays from 2 September 2026 to 1 January 2027


def test_two_spells_with_one_outside_the_window_do_not(counters):
    """With twenty-two months of unemployment before each: none of the first six months is inside at the end."""
    first, after_one, after_two, *_ = counters(6.01, apart=22, counter=0, window=60)
    assert first == 0 and 0 < after_one < after_two


@pytest.mark.parametrize(("apart", "resets"), [(10, True), (14, True), (16, True), (18, False), (19, False)])
def test_nine_months_and_nine_reset_it_while_three_of_the_first_are_inside(apart, resets, counters):
    """12 − 9 = 3 months are inside 28 as long as the two spells are not more than 28 − 9 − 3 = 16 months apart."""
    assert (counters(9, apart=apart, counter=0, window=60)[2] == -WAITING_DAYS) == resets


def test_work_before_the_base_date_counts(counters):
    plain = {"state": State.LASTING_WORK, "since": -200.0, "counter": 640}
    assert counters(9, window=12, **plain)[0] == 640
    assert counters(9, window=12, **plain, work_days=100.0, work_until=-230.0)[0] == -WAITING_DAYS  # 100 + 274 days
    assert counters(9, window=12, **plain, work_days=90.0, work_until=-230.0)[0] == 640  # 90 + 274 days
    assert counters(9, window=12, **plain, work_days=100.0, work_until=-850.0)[0] == 640  # too long ago


def test_time_outside_the_labour_force_is_no_work(make_programme, make_clients):
    steps = make_programme(AT_ONCE, 60, shares=(0, 0, 1), absences={State.OUTSIDE: work_of(24)})
    frame = simulate(steps, make_clients(1, enters=0.25, counter=333), 1, 0).frame()
    unemployed = frame[frame["state"] == State.UNEMPLOYED]
    assert len(unemployed) > 2 and (unemployed["counter"] == 333).all()


def test_work_counts_once_for_one_reset(counters):
    """After a reset the work behind it is used up: seven months each time, and every second return is a reset."""
    used = counters(7, apart=2, counter=450, window=60)
    assert [n == -WAITING_DAYS for n in used[:6]] == [False, False, True, False, True, False]


def test_every_reset_of_a_crowd_is_one_that_its_own_spells_of_work_earn(lahti, crowd):
    """The rule applied again to each client's spells, with the work before the base date as one block."""
    frame = simulate(lahti.steps, crowd, 3, 0).frame()
    resets = 0
    work = {client: [(until - days, until)]
            for client, (until, days) in enumerate(zip(crowd.work_until, crowd.work_days, strict=True))}
    rows = frame[["client", "state", "start", "counter"]].itertuples(index=False)
    for before, after in pairwise(rows):
        client = before.client
        if after.client != client or before.state not in (State.SHORT_WORK, State.LASTING_WORK):
            continue
        begun = crowd.since[client] if before.start == crowd.enters[client] else before.start
        work[client].append((begun, after.start))
        opens = after.start - 28 * DAYS_PER_MONTH
        inside = sum(max(0.0, end - max(start, opens)) for start, end in work[client])
        assert abs(inside - 12 * DAYS_PER_MONTH) > 1e-6
        earned = inside >= 12 * DAYS_PER_MONTH
        assert after.counter == (-WAITING_DAYS if earned else before.counter), client
        if earned:
            resets, work[client] = resets + 1, []
    assert resets > 100
