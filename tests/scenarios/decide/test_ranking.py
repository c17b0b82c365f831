"""The order of levers: prices by hand, and no order by what is noise."""

import math

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.decide.ranking import price, ranked


def lever(name, saved, added, certain, saving_told=True):
    figures = {"contract": name, "operating": -saved, "operating_certain": saving_told, "saved": saved, "added": added,
               "added_certain": certain, "towards_gap": saved}
    return {**figures, "per_euro": price(figures)}


def order(levers):
    return ranked(pd.DataFrame(levers).set_index("contract"))


def test_prices_and_order_by_hand():
    table = order([lever("dear", 100, 400, True), lever("noise", 900, 5000, False), lever("nothing", 0, -50, True),
                   lever("both", 10, -30, True), lever("fair", 100, 50, True), lever("cheap", 60, 20, True),
                   lever("small noise", 300, -5000, False), lever("vague", 500, 10, True, False),
                   lever("dearer", 90, 900, True)])
    assert list(table.index) == ["both", "cheap", "fair", "noise", "vague", "small noise", "dear", "dearer", "nothing"]
    assert table["per_euro"].dropna().to_dict() == {"both": math.inf, "cheap": 3, "fair": 2, "dear": 0.25,
                                                    "dearer": 0.1}
    assert table["standing"].to_list() == [
        "saves_both", "cheap", "cheap", "unknown", "unknown", "unknown", "dear", "dear", "no_saving"]


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(1, 10**6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=8))
def test_a_cost_that_is_not_told_moves_nothing(cases):
    first, second = (order([lever(place, saved, costs[which], False) for place, (saved, *costs) in enumerate(cases)])
                     for which in (0, 1))
    assert list(first.index) == list(second.index) and first["saved"].is_monotonic_decreasing
