"""The opening stock: drawn from hand-made and simulated pasts, written and read back."""

import numpy as np
import pandas as pd
import pytest

from sim.clients.clients import OPENING, Clients, State
from sim.clients.opening import COLUMNS, counters_at, draw_opening, opening_frame, read_opening, work_before
from sim.law.benefits import Entitlement
from sim.law.calendar import day_number
from sources.errors import InputError

ORIGIN = day_number("2026-01-01")
APRIL = 90.0  # 1 April 2026; January to March have 22 + 20 + 22 = 64 benefit days
WAITING_DAYS = 7
WINDOW = 852.25  # 28 months


@pytest.fixture
def draw(past, people):
    """The stock of 1 April 2026, with so many people for each client of the past."""
    return lambda weights: draw_opening(people(6), past, np.asarray(weights, float), time=APRIL, origin=ORIGIN,
                                        window=WINDOW, waiting_days=WAITING_DAYS)


@pytest.fixture
def people():
    """So many clients, told apart by their maximum days."""

    def make(count):
        zeros, flags = np.zeros(count), np.arange(count) % 2 == 1
        return Clients(
            cohort=np.zeros(count, np.int32), enters=zeros, state=np.zeros(count, np.int8), since=zeros,
            counter=np.zeros(count, np.int32), clock=np.zeros(count, np.int32),
            age=(np.arange(count) % 3).astype(np.int8), born=-9000 - np.arange(count),
            foreign_language=flags, reduced_ability=~flags,
            entitlement=np.full(count, Entitlement.EARNINGS_RELATED, np.int8),
            maximum_days=np.arange(count, dtype=np.int16), work_days=zeros, work_until=zeros)

    return make


@pytest.fixture
def past(spells):
    """Five pasts up to 1 April 2026, and what lies after it."""
    return spells([
        (0, "UNEMPLOYED", 0.0, 10, 2),
        (1, "UNEMPLOYED", 5.5, -7, 0),  # from Tuesday 6 January, noon
        (1, "SHORT_WORK", 12.5, -2, 0),
        (1, "UNEMPLOYED", 61.5, -2, 0),  # from 3 March, noon
        (2, "UNEMPLOYED", 0.0, 700, 40),
        (2, "OUTSIDE", 32.25, 722, 41),
        (3, "UNEMPLOYED", 0.0, 0, 0),
        (3, "GONE", 40.0, 28, 1),
        (4, "LASTING_WORK", 20.0, 120, 6),
        (4, "UNEMPLOYED", 100.0, 120, 0),
        (5, "UNEMPLOYED", 95.0, -7, 0),
    ], horizon=200)


def test_counters_and_clocks_are_carried_to_the_base_date_by_hand(draw):
    stock = draw(np.ones(6))
    row = {int(maximum): place for place, maximum in enumerate(stock.maximum_days)}
    assert set(row) == {0, 1, 2, 4}  # the third is gone, the fifth has not come yet
    told = {client: (int(stock.state[p]), int(stock.counter[p]), int(stock.clock[p]), float(stock.since[p]))
            for client, p in row.items()}
    assert told == {
        0: (State.UNEMPLOYED, 74, 5, -90.0),  # 10 + 64 days; months 2 + 3
        1: (State.UNEMPLOYED, 18, 1, -28.5),  # 4 to 31 March are 20 benefit days, the first two of them waiting days
        2: (State.OUTSIDE, 722, 41, -57.75),
        4: (State.LASTING_WORK, 120, 6, -70.0),
    }


def test_the_stock_starts_at_the_base_date_as_the_opening_cohort_with_its_own_traits(draw, people):
    clients, stock = people(6), draw(np.ones(6))
    assert (stock.cohort == OPENING).all() and not stock.enters.any()
    origin_of = stock.maximum_days.astype(int)
    for trait in ("age", "foreign_language", "reduced_ability", "entitlement"):
        assert (getattr(stock, trait) == getattr(clients, trait)[origin_of]).all()
    assert (stock.born == clients.born[origin_of] - APRIL).all()  # the same day of birth from the new origin


def test_a_weight_is_how_many_people_a_client_stands_for(draw):
    stock = draw([3, 0, 2, 9, 1, 9])
    assert np.bincount(stock.maximum_days, minlength=6).tolist() == [3, 0, 2, 0, 1, 0]


def test_weighted_counts_are_kept_within_one_person_in_every_stratum(people):
    draws = np.random.default_rng(1)
    count = 4000
    clients, weights = people(count), draws.exponential(0.7, count)
    state, counter = draws.integers(0, 4, count), draws.integers(-7, 1500, count)
    log = pd.DataFrame({"client": np.arange(count), "state": state, "start": 0.0, "counter": counter, "clock": 3,
                        "end": 300.0})
    stock = draw_opening(clients, log, weights, time=31.0, origin=ORIGIN, window=WINDOW, waiting_days=WAITING_DAYS)
    now = counter + np.where(state == State.UNEMPLOYED, 22, 0)  # January 2026 has 22 benefit days
    assert abs(len(stock) - weights.sum()) <= 0.5
    for place in range(4):
        for low, high in ((-7, 101), (101, 401), (401, 701), (701, 5000)):
            wanted = weights[(state == place) & (low <= now) & (now < high)].sum()
            drawn = ((stock.state == place) & (low <= stock.counter) & (stock.counter < high)).sum()
            assert abs(drawn - wanted) < 1


def test_weights_below_one_are_added_up_before_they_are_rounded(draw):
    assert len(draw(np.full(6, 0.5))) == 2  # four clients are there, half a person each


def test_counters_at_a_date_are_those_of_a_loop_over_days(spells):
    log = spells([(0, "UNEMPLOYED", 1.2, -7, 0), (1, "SHORT_WORK", 3.0, 55, 0)], horizon=400)
    weekdays = [day for day in range(2, 100) if (day + 3) % 7 < 5]  # 1 January 2026 is a Thursday
    assert counters_at(log, 100.0, ORIGIN).tolist() == [-7 + len(weekdays), 55]


def test_work_before_the_base_date_adds_up_since_the_last_reset(spells):
    log = spells([
        (0, "UNEMPLOYED", 0, 50, 0),
        (0, "SHORT_WORK", 100, 120, 3),  # 60 days
        (0, "UNEMPLOYED", 160, 120, 1),
        (0, "LASTING_WORK", 200, 150, 2),  # 100 days
        (0, "UNEMPLOYED", 300, 150, 0),
        (0, "LASTING_WORK", 501, 250, 0),  # what comes later, and a reset then, are not known yet
        (0, "UNEMPLOYED", 580, -WAITING_DAYS, 0),
        (1, "UNEMPLOYED", 0, 200, 0),
        (1, "LASTING_WORK", 10, 205, 0),
        (1, "UNEMPLOYED", 400, -WAITING_DAYS, 0),  # 390 days of work: reset
        (1, "SHORT_WORK", 450, 30, 0),  # 20 days
        (1, "UNEMPLOYED", 470, 30, 0),
        (2, "UNEMPLOYED", 0, 300, 0),
        (2, "OUTSIDE", 20, 310, 0),
    ], horizon=600)
    days, until = work_before(log, 3, time=500.0, window=WINDOW, waiting_days=WAITING_DAYS)
    assert days.tolist() == [160.0, 20.0, 0.0]
    middle = (60 * 130 + 100 * 250) / 160  # one block about the mean date of both spells, 205
    assert until.tolist() == [middle + 80, 470.0, 500.0]


def test_work_before_the_window_is_left_out(spells):
    log = spells([
        (0, "SHORT_WORK", 0, 50, 0),
        (0, "UNEMPLOYED", 90, 50, 0),
        (1, "LASTING_WORK", 0, 50, 0),
        (1, "UNEMPLOYED", 130, 50, 0),
    ], horizon=1000)
    days, until = work_before(log, 2, time=1000.0, window=900.0, waiting_days=WAITING_DAYS)
    assert days.tolist() == [0.0, 30.0]  # the window opens on day 100
    assert until.tolist() == [1000.0, 130.0]


def test_work_that_still_goes_on_at_the_horizon_is_not_among_the_work_before_it(spells, people):
    """200 days of work so far are told by the state and its start; as work before they would count twice."""
    log = spells([
        (0, "LASTING_WORK", 100, 250, 0),
        (0, "UNEMPLOYED", 140, 250, 0),
        (0, "SHORT_WORK", 165, 268, 1),
    ], horizon=365)
    days, until = work_before(log, 1, time=365.0, window=WINDOW, waiting_days=WAITING_DAYS)
    assert (days.tolist(), until.tolist()) == ([40.0], [140.0])
    stock = draw_opening(people(1), log, np.ones(1), time=365.0, origin=ORIGIN, window=WINDOW,
                         waiting_days=WAITING_DAYS)
    assert (stock.state.tolist(), stock.since.tolist()) == ([State.SHORT_WORK], [-200.0])
    assert (stock.work_days.tolist(), stock.work_until.tolist()) == ([40.0], [-225.0])


def test_a_stock_comes_back_from_its_file_as_it_was(draw, tmp_path):
    stock = draw(np.full(6, 2.0))
    opening_frame(stock).to_parquet(tmp_path / "opening.parquet")
    back = read_opening(tmp_path / "opening.parquet")
    for column in vars(stock):
        written, read = getattr(stock, column), getattr(back, column)
        assert read.dtype == written.dtype and read.tolist() == written.tolist(), column


def test_a_missing_file_says_what_makes_it(tmp_path):
    told = r"opening\.parquet: the file is missing\. Mend: run kuntaosuus calibrate --area "
    with pytest.raises(InputError, match=told):
        read_opening(tmp_path / "opening.parquet")


@pytest.mark.parametrize("content", [b"", b"state,since\n0,-3\n", b"PAR1" + b"\0" * 40 + b"PAR1"])
def test_a_file_that_is_no_parquet_table_is_told_so(content, tmp_path):
    (tmp_path / "opening.parquet").write_bytes(content)
    with pytest.raises(InputError, match=r"opening\.parquet: is no Parquet table"):
        read_opening(tmp_path / "opening.parquet")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(column, draw, tmp_path):
    opening_frame(draw(np.ones(6))).drop(columns=column).to_parquet(tmp_path / "opening.parquet")
    with pytest.raises(InputError, match=rf"opening\.parquet: column {column}: is missing"):
        read_opening(tmp_path / "opening.parquet")


@pytest.mark.parametrize(("column", "value"), [("counter", "many"), ("since", np.nan), ("state", 3.5), ("age", 70_000)])
def test_a_column_of_another_kind_or_with_gaps_is_named(column, value, draw, tmp_path):
    opening_frame(draw(np.ones(6))).assign(**{column: value}).to_parquet(tmp_path / "opening.parquet")
    with pytest.raises(InputError, match=rf"opening\.parquet: column {column}: holds .* Mend: run kuntaosuus"):
        read_opening(tmp_path / "opening.parquet")
