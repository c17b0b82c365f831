"""The event log: typed columns, and the spells made of them."""

import numpy as np

from sim.flow.log import EventLog


def written(rows, horizon=100.0):
    log = EventLog(horizon)
    for row in rows:
        log.record(*row)
    return log


def test_a_spell_ends_where_the_clients_next_one_begins_or_at_the_horizon():
    frame = written([(1, 0, 0.0, 5, 0), (0, 2, 1.5, -7, 3), (1, 1, 20.25, 19, 1), (1, 0, 60.0, 19, 0)]).frame()
    assert frame.to_dict("list") == {
        "client": [0, 1, 1, 1],
        "state": [2, 0, 1, 0],
        "start": [1.5, 0.0, 20.25, 60.0],
        "counter": [-7, 5, 19, 19],
        "clock": [3, 0, 1, 0],
        "end": [100.0, 20.25, 60.0, 100.0],
        "open": [True, False, False, True],
    }


def test_rows_written_at_once_equal_rows_written_one_by_one():
    rows = [(3, 2, 0.0, 120, 7), (5, 2, 0.0, -7, 0), (5, 0, 40.5, -7, 0)]
    at_once = EventLog(100.0)
    columns = np.array(rows).T
    at_once.extend(dict(zip(("client", "state", "start", "counter", "clock"), columns, strict=True)))
    assert len(at_once) == 3
    assert at_once.frame().to_dict("list") == written(rows).frame().to_dict("list")


def test_a_row_takes_nineteen_bytes():
    log = written([(1, 0, 0.5, 3, 2)] * 1000)
    assert sum(len(column.tobytes()) for column in log.columns.values()) == 19_000


def test_types_hold_the_largest_counters_and_times():
    frame = written([(2_000_000, 4, 1826.4375, 5_000, 600)], horizon=20_000.0).frame()
    assert frame.iloc[0].tolist() == [2_000_000, 4, 1826.4375, 5_000, 600, 20_000.0, True]


def test_a_log_without_rows_has_no_spells_and_all_columns():
    frame = EventLog(100.0).frame()
    assert len(frame) == 0
    assert list(frame) == ["client", "state", "start", "counter", "clock", "end", "open"]
