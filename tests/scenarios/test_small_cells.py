"""Small cells, against a reader who knows every cell that is left and every total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from scenarios.told.small_cells import BY_GROUP, LEAST, for_release, small_cells

BLOCKS = st.lists(st.integers(0, 40), min_size=1, max_size=8)


@given(BLOCKS)
def test_what_a_reader_can_compute_of_a_block_is_no_single_small_cell(counts):
    block = pd.Series(counts)
    hidden = small_cells(block)
    kept = block.drop(hidden)
    assert not ((kept > 0) & (kept < LEAST)).any()  # none is left
    if not hidden:
        return
    rest = float(block[hidden].sum())  # the total less what is left: all that there is to know
    if len(block) > 1:
        assert len(hidden) > 1
    assert rest >= LEAST or not (kept > 0).any()  # else the whole block is a handful, and its total a small cell itself
    bounds = [(0, None)] * len(hidden)
    for place in range(len(hidden)):
        if len(hidden) > 1:
            ends = [linprog(sign * np.eye(len(hidden))[place], A_eq=np.ones((1, len(hidden))), b_eq=[rest],
                            bounds=bounds).fun * sign for sign in (1, -1)]
            assert ends[1] - ends[0] >= min(LEAST, rest) - 1e-9  # no cell follows from the sum


@given(BLOCKS)
def test_nothing_is_emptied_where_nothing_is_small(counts):
    block = pd.Series([0 if count < LEAST else count for count in counts])
    assert small_cells(block) == []


def test_by_hand():
    assert set(small_cells(pd.Series({"a": 4, "b": 5, "c": 90}))) == {"a", "b"}  # 4 alone would be total less 95
    assert set(small_cells(pd.Series({"a": 1, "b": 2, "c": 30}))) == {"a", "b", "c"}  # 1 + 2 is itself small
    assert small_cells(pd.Series({"a": 0, "b": 5})) == []
    assert small_cells(pd.Series({"a": 4.9, "b": 0.0, "c": np.nan})) == ["b", "a"]  # a mean over units counts, too


def test_shares_go_with_their_counts_and_blocks_by_themselves():
    table = pd.DataFrame({"contract": ["x"] * 3 + ["y"] * 2, "characteristic": "age_group", "value": list("abcab"),
                          "starters": [3.0, 20.0, 60.0, 50.0, 50.0], "share": [3 / 83, 20 / 83, 60 / 83, 0.5, 0.5]})
    released, emptied = for_release("case_mix", table)
    assert emptied == 2
    assert released["starters"].isna().tolist() == [True, True, False, False, False]
    assert released["share"].isna().tolist() == [True, True, False, False, False]
    assert table["starters"].notna().all()  # the run's own table is left alone


def test_a_small_side_of_an_effect_hides_both_and_their_difference():
    sides = {"started": ((3, 9), (50, 50), (70, 71)), "wait": ((1, 2),) * 3}
    rows = [(group, line, *both) for line, pairs in sides.items() for group, both in zip("abc", pairs, strict=True)]
    table = pd.DataFrame(rows, columns=["group", "line", "baseline", "scenario"]).astype({"baseline": float})
    table["difference"], table["certain"] = table["scenario"] - table["baseline"], True
    released, emptied = for_release("effect_groups", table)
    assert emptied == 2
    gone = released["difference"].isna()
    assert released[gone].groupby("line")["group"].sum().to_dict() == {"started": "ab", "wait": "ab"}
    assert not released.loc[gone, "certain"].any()


@pytest.mark.parametrize("name", list(BY_GROUP))
def test_every_table_by_group_of_a_run_is_held_to_the_rule(served, name):
    table = pd.read_parquet(served.folder / f"{name}.parquet")
    released, emptied = for_release(name, table)
    counts = BY_GROUP[name]
    assert set(counts.within) | set(counts.linked) <= set(table.columns)
    for count in counts.linked:
        left = released[count].dropna()
        assert not ((left > 0) & (left < LEAST)).any()
    assert emptied == sum(int(released[each].isna().sum() - table[each].isna().sum()) for each in counts.linked)


def test_tables_that_are_not_by_group_are_released_as_they_are(served):
    table = pd.read_parquet(served.folder / "unit_costs.parquet")
    assert for_release("unit_costs", table) == (table, 0)
