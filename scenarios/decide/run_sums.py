"""Euros of a run by budget year and object, unit by unit: of one that is stored, or of one just simulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.books import Books
from scenarios.net import Simulated, account_of, months_of
from scenarios.project import Plan, Unit
from scenarios.run_tables import simulated_costs
from scenarios.stored import UNIT_KEYS, RunTables
from scenarios.summary import TOTAL, lines
from sim.law.calendar import month_label
from sim.money.budget import BENEFIT_SHARE, NET, OPERATING
from sim.money.operating import MONTHS, drawn_costs

OBJECTS = (BENEFIT_SHARE, OPERATING, NET)
Sums = dict[tuple[int, str], np.ndarray]
"""(units,) euros by budget year and object; of operating cost and net in the years that have a budget."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """What an account asks of the months before the forecast."""

    observed: pd.DataFrame
    advanced_share: float = 0.0  # of the appropriation's months, which are not asked here


def sums_of_stored(run: RunTables) -> Sums:
    """Those of a stored run, with the books that it was made with."""
    scenario, books = run.manifest["scenario"], run.books
    months = [month_label(month) for month in range(run.base_month + 1, run.last_month + 1)]
    euros = run.account.pivot_table(index=UNIT_KEYS, columns="month", values="euros", aggfunc="sum").reindex(
        index=run.units, columns=months).fillna(0.0).to_numpy()
    return _sums(_Seen(run.observed), books, run.base_month + 1, euros, run.units, scenario["seed"],
                 run.simulated(books) if books else None)


def sums_of_units(plan: Plan, units: Sequence[Unit], books: Books | None) -> Sums:
    """Those of *units* of *plan*, with *books*."""
    names, euros = lines(plan, units)
    return _sums(_Seen(plan.observed), books, plan.first_month, euros[:, :, names.index(TOTAL)],
                 [(unit.draw, unit.replication) for unit in units], plan.seed, simulated_costs(plan, units))


def _sums(seen: _Seen, books: Books | None, first_month: int, euros: np.ndarray, units: Sequence[tuple[int, int]],
          seed: int, simulated: Simulated | None) -> Sums:
    draws = [draw for draw, _ in units]
    sums: Sums = {}
    for year in range(first_month // MONTHS, (first_month + euros.shape[1] - 1) // MONTHS + 1):
        ahead = months_of(year) - first_month
        ahead = ahead[(ahead >= 0) & (ahead < euros.shape[1])]
        if books is None or year not in books.budget.years:
            known = seen.observed.loc[seen.observed.index.str.startswith(f"{year}-"), TOTAL].sum()
            sums[year, BENEFIT_SHARE] = (known + euros[:, ahead].sum(axis=1)).round(2)
            continue
        operating = drawn_costs(books.plan, [year], max(draws) + 1, seed)[draws]
        if simulated:
            operating = simulated.replacing(books, operating, ahead)
        account = account_of(seen, books, year, euros[:, ahead], operating)
        sums |= {(year, name): account.euros[name, TOTAL].sum(axis=1).round(2) for name in OBJECTS}
    return sums
