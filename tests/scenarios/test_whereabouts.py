"""Where people are and how long unemployment lasts, against cases counted by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scenarios.told import whereabouts as told
from sim.clients.clients import OPENING, State

UNEMPLOYED, SERVICE, WORK = int(State.UNEMPLOYED), int(State.SERVICE), int(State.LASTING_WORK)
MONTH = 30.4375


def log(*rows: tuple[int, int, float, float, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["client", "state", "start", "end", "open"])


LOG = log(
    (0, UNEMPLOYED, 0.0, 20.0, False), (0, WORK, 20.0, 50.0, False), (0, UNEMPLOYED, 50.0, 91.0, True),
    (1, UNEMPLOYED, 10.0, 15.0, False), (1, SERVICE, 15.0, 60.0, False), (1, WORK, 60.0, 91.0, True),
    (2, UNEMPLOYED, 30.0, 91.0, True))


def run_of(frame: pd.DataFrame, opening: int, ages: list[int]) -> SimpleNamespace:
    """A run of one unit whose first *opening* clients are of the opening stock; September to November 2026: 91 days."""
    people = SimpleNamespace(cohort=np.array([OPENING] * opening + [0] * (len(ages) - opening)), age=np.array(ages))
    terms = SimpleNamespace(terms=lambda draw: SimpleNamespace(first_month=2026 * 12 + 8, months=3))
    return SimpleNamespace(units=[(0, 0)], terms=terms, log=lambda *unit: frame, people=lambda *unit: people)


def test_people_are_counted_where_they_are_at_each_months_end():
    table = told.whereabouts(run_of(LOG, 1, [0, 1, 1]))
    assert table.index.to_list() == ["2026-09", "2026-10", "2026-11"]
    # at days 29.5, 60.5 and 90.5; client 2 comes in on day 30, client 1 leaves the service on day 60
    assert table.to_dict("list") == {"unemployed": [0, 2, 2], "lasting_work": [1, 1, 1], "service": [1, 0, 0]}


def test_new_spells_run_through_services_and_leave_out_the_opening_stock():
    spells = told.new_spells(LOG, np.array([True, False, False]))
    assert spells.to_dict("records") == [
        {"client": 0, "days": 41.0, "ended": False}, {"client": 1, "days": 50.0, "ended": True},
        {"client": 2, "days": 61.0, "ended": False}]


def test_survival_is_kaplan_meier_by_hand(monkeypatch):
    """Ten spells: two end in the first month, one is censored in it, three end in the second, four go on."""
    lasts = [0.5, 0.5, 0.8, 1.5, 1.5, 1.5, 2.9, 2.9, 2.9, 2.9]
    ended = [True, True, False, True, True, True, False, False, False, False]
    rows = [(each, UNEMPLOYED, 0.0, months * MONTH, not over) for each, (months, over) in
            enumerate(zip(lasts, ended, strict=True))]
    monkeypatch.setattr(told, "LEAST", 1)
    table = told.survival(run_of(log(*rows), 0, [1] * 10)).set_index("month")
    assert (table["age_group"] == "25-49").all() and table["at_risk"].to_list() == [10, 7, 4]
    # 8 of 10 pass the first exits; 7 are at risk at the second, of whom 4 pass
    assert table["share"].to_list() == pytest.approx([1.0, 0.8, 0.8 * 4 / 7])


def test_points_of_few_spells_are_left_out():
    rows = [(each, UNEMPLOYED, 0.0, 2.9 * MONTH if each < 4 else 0.5 * MONTH, each < 4) for each in range(6)]
    table = told.survival(run_of(log(*rows), 0, [2] * 6))
    assert table["month"].to_list() == [0] and table["at_risk"].to_list() == [6]
