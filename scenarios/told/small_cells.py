"""Small cells: counts of so few people that a reader might know them are emptied before a table by group leaves.

A count above zero and below ``least`` is a small cell. Emptying it alone is not enough: the total of its block, or the
table it was split from, gives it back. So further cells of the block are emptied, the smallest first, until at least
two are empty and together hold at least ``least``: all that can be computed then is the sum of people too many to be
told apart. Where a block holds no others above zero, zeros are emptied, too. Figures that follow from a count
(shares, ratios) are emptied with it. A zero discloses nobody and stays.

Whose cells: tables that split **people** by a characteristic of theirs (``BY_GROUP``). Tables by contract, unit or
month count places, bills and meetings of an organisation, and are released as they are. People of a run are simulated,
and its counts are means over units; a committee reads them as people all the same, so they are held to the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

LEAST = 5


class Counts(NamedTuple):
    """What is counted in a table by group.

    Attributes
    ----------
    within : columns that name a block: its rows split the same people.
    linked : by column of counts, the columns that follow from it.
    """

    within: tuple[str, ...]
    linked: Mapping[str, tuple[str, ...]]


BY_GROUP = {
    "groups": Counts((), {
        "clients": ("meetings_a_client", "work_a_client", "paid_days_a_client"), "asked": (),
        "started": ("wait", "wait_days"), "work": ("work_a_client",)}),
    "case_mix": Counts(("contract", "characteristic"), {"starters": ("share",)}),
    "opening": Counts(("state",), {"people": ()}),
}
"""Tables of a run that are by group; ``effect_groups`` is long, and has a rule of its own."""
LONG_COUNTS = ("clients", "asked", "started", "work")
LONG_LINKED = {"started": ("wait", "wait_days")}
LONG_FIGURES = ("baseline", "scenario", "difference", "error", "margin", "p10", "p90")


def for_release(name: str, table: pd.DataFrame, least: int = LEAST) -> tuple[pd.DataFrame, int]:
    """The table *name* of a run as it may leave the project, and how many counts were emptied.

    Counts are emptied as NaN. A table that is not by group comes back as it is.
    """
    if name == "effect_groups":
        return _long(table, least)
    if name not in BY_GROUP:
        return table, 0
    counts = BY_GROUP[name]
    table, emptied = table.copy(), 0
    blocks = [table.index]
    if counts.within:
        blocks = [block.index for _, block in table.groupby(list(counts.within), sort=False)]
    for count, linked in counts.linked.items():
        table[count] = table[count].astype(float)
        for block in blocks:
            hidden = small_cells(table.loc[block, count], least)
            table.loc[hidden, [count, *(each for each in linked if each in table.columns)]] = float("nan")
            emptied += len(hidden)
    return table, emptied


def small_cells(counts: pd.Series, least: int = LEAST) -> list:
    """Labels of the cells of one block that have to be emptied, none where none is small.

    Parameters
    ----------
    counts : people by row, 0 or more; rows split the same people. NaN are rows that count nobody and stay.

    >>> small_cells(pd.Series({"a": 3, "b": 40, "c": 0, "d": 12}))
    ['a', 'd']
    >>> small_cells(pd.Series({"a": 3, "b": 2, "c": 0, "d": 12})), small_cells(pd.Series({"a": 3, "b": 0}))
    (['b', 'a'], ['b', 'a'])
    """
    ordered = counts.dropna().sort_values(kind="stable")
    above = ordered[ordered > 0]
    if not (above < least).any():
        return []
    small = list(above[above < least].index)
    for label in above.index[len(small):]:
        if len(small) > 1 and ordered[small].sum() >= least:
            return small
        small.append(label)
    if len(small) > 1 and ordered[small].sum() >= least:
        return small
    return [*ordered[ordered == 0].index, *small]


def _long(table: pd.DataFrame, least: int) -> tuple[pd.DataFrame, int]:
    """``effect_groups``: a line is a row, and what either side counts is small where one of both is."""
    table, emptied = table.copy(), 0
    figures = [each for each in LONG_FIGURES if each in table.columns]
    for line in LONG_COUNTS:
        rows = table[table["line"] == line].set_index("group")
        hidden = {group for side in ("baseline", "scenario") for group in small_cells(rows[side], least)}
        lines = [line, *LONG_LINKED.get(line, ())]
        here = table["line"].isin(lines) & table["group"].isin(hidden)
        table.loc[here, figures] = float("nan")
        table.loc[here, "certain"] = False
        emptied += len(hidden)
    return table, emptied
