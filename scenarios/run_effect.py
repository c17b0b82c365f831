"""A scenario against its baseline: what it changes by year, line, contract and group of clients.

The effect is the difference of the two in the same unit: same people, same luck, same path. See ``paired`` for its
interval, and for what is told from zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenarios.measures import ALL_YEARS, PAID_DAYS, all_years
from scenarios.paired import clusters_of, told
from scenarios.project import Unit
from scenarios.scenario import Window
from scenarios.service_account import per_avoided_day
from scenarios.summary import OBJECT, TOTAL
from sim.money.budget import INCOME, NET, OPERATING

RATIOS = {"wait": ("wait_days", "started"), "late": ("late_days", "meetings")}


def effect_tables(units: Sequence[Unit], before: pd.DataFrame, after: pd.DataFrame,
                  window: Window | None = None) -> dict[str, pd.DataFrame]:
    """A scenario less its baseline, in pairs.

    Parameters
    ----------
    units : of the scenario, each with its baseline's.
    before, after : measures of both.
    window : the years that the rows of all years hold; all of them without it.
    """
    clusters = clusters_of([unit.draw for unit in units])
    tables = {"effect": _effect(before, after, clusters, window)}
    sides = [side.services for unit in units[:1] for side in (unit.baseline, unit) if side and side.services]
    if len(sides) < 2:
        return tables
    labels = {label.contract: label for side in sides for label in side.costs.labels}
    contracts = _part_effects("contract", before, after, clusters).rename(columns={"key": "contract"})
    contracts.insert(1, "title", [labels[each].title for each in contracts["contract"]])
    contracts.insert(2, "service", [labels[each].service for each in contracts["contract"]])
    groups = _part_effects("group", before, after, clusters).rename(columns={"key": "group"})
    return {**tables, "effect_services": contracts, "effect_groups": groups}


def _effect(before: pd.DataFrame, after: pd.DataFrame, clusters: np.ndarray, window: Window | None) -> pd.DataFrame:
    """Lines that both have, each year and then all of them together, and the price of an avoided paid day."""
    sides = [_lines_of(each, window) for each in (before, after)]
    keys = sides[1].index.intersection(sides[0].index, sort=False)
    first, second = (side.loc[keys].to_numpy() for side in sides)
    table = keys.to_frame(index=False)[["year", "object", "line"]]
    table["unit"] = np.where(table["line"] == PAID_DAYS, "days", "€")
    table = pd.concat([table, told(first, second, clusters)], axis=1)
    if (OPERATING, TOTAL, ALL_YEARS) not in keys:
        return table
    gaps = pd.DataFrame(second - first, keys)
    cost, days = (gaps.loc[(*line, ALL_YEARS)].to_numpy() for line in ((OPERATING, TOTAL), (OBJECT, PAID_DAYS)))
    price = per_avoided_day(cost, days, clusters)
    return pd.concat([table, pd.DataFrame([{
        "year": ALL_YEARS, "object": OPERATING, "line": "per_avoided_day", "unit": "€/day", "difference": price.euros,
        "p10": price.p10, "p90": price.p90, "certain": bool(np.isfinite(price.euros))}])], ignore_index=True)


def _lines_of(measures: pd.DataFrame, window: Window | None) -> pd.DataFrame:
    """Lines of the objects, and paid days in all among those of the benefit share; index object, line, year."""
    table = all_years(measures, window.years if window else None)
    key = table.index.to_frame(index=False)
    days = ((key["object"] == PAID_DAYS) & (key["line"] == TOTAL)).to_numpy()
    key.loc[days, ["object", "line"]] = [OBJECT, PAID_DAYS]
    kept = key["object"].isin((OBJECT, OPERATING, INCOME, NET)).to_numpy()
    table.index = pd.MultiIndex.from_frame(key[["object", "line", "year"]])
    return table[kept]


def _part_effects(name: str, before: pd.DataFrame, after: pd.DataFrame, clusters: np.ndarray) -> pd.DataFrame:
    """Parts of each line of the object *name* over the whole run, in pairs; columns key, line and those of ``told``.

    A contract that one side lacks has zeros there. A ratio is left out where a unit of either has nothing to divide by.
    """
    sides = [all_years(each).xs((name, ALL_YEARS), level=("object", "year")) for each in (before, after)]
    lines = [set(side.index.unique("line")) for side in sides]
    every = sides[1].index.union(sides[0].index, sort=False)
    both = [key for key in every
            if all(key in side.index or key[0] not in there for side, there in zip(sides, lines, strict=True))]
    keys = pd.MultiIndex.from_tuples(both, names=["key", "line"])
    first, second = (side.reindex(keys).fillna(0.0) for side in sides)
    for ratio, (sum_, count) in RATIOS.items():
        first, second = (pd.concat([side, _ratio(side, ratio, sum_, count)]) for side in (first, second))
    finite = np.isfinite(first).all(axis=1) & np.isfinite(second).all(axis=1)
    first, second = first[finite], second[finite]
    return pd.concat([first.index.to_frame(index=False), told(first.to_numpy(), second.to_numpy(), clusters)], axis=1)


def _ratio(side: pd.DataFrame, name: str, sum_: str, count: str) -> pd.DataFrame:
    """Rows (key, *name*): *sum_* over *count*, unit by unit, NaN where there is none to count."""
    parts = side.index.unique("line")
    if not {sum_, count} <= set(parts):
        return side.iloc[:0]
    counts = side.xs(count, level="line")
    table = side.xs(sum_, level="line") / counts.where(counts > 0)
    table.index = pd.MultiIndex.from_product([table.index, [name]], names=["key", "line"])
    return table
