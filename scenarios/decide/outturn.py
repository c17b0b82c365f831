"""What a unit comes to: euros of the benefit share, operating cost and the net, by year and over all years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenarios.decide.inputs import Setting
from scenarios.measures import ALL_YEARS, MONTHS, account_measures
from scenarios.net import TOTAL
from scenarios.project import Plan, Unit
from scenarios.run_tables import simulated_costs
from sim.money.budget import BENEFIT_SHARE, NET, OPERATING


def years_of(plan: Plan) -> list[int]:
    """Budget years of *plan*, and ALL_YEARS."""
    first, last = plan.first_month, plan.first_month + plan.months - 1
    return [*range(first // MONTHS, last // MONTHS + 1), ALL_YEARS]


def objects_of(setting: Setting) -> tuple[str, ...]:
    """What is told: the benefit share alone where a year has no budget."""
    budgeted = setting.books and all(year in setting.books.budget.years for year in years_of(setting.plan)[:-1])
    return (BENEFIT_SHARE, OPERATING, NET) if budgeted else (BENEFIT_SHARE,)


def outturn(setting: Setting, units: Sequence[Unit]) -> np.ndarray:
    """Euros of *units*, (units, objects, years), see ``objects_of`` and ``years_of``; less their baseline's if any.

    Months that are over are part of a year where it has a budget, and left out where it has none: what is told are
    differences.
    """
    euros = _euros(setting, setting.plan, units)
    base = setting.plan.baseline
    return euros if base is None else euros - _euros(setting, base, [unit.baseline for unit in units if unit.baseline])


def _euros(setting: Setting, plan: Plan, units: Sequence[Unit]) -> np.ndarray:
    draws = max(unit.draw for unit in units) + 1
    table = account_measures(plan, units, draws, setting.books, simulated_costs(plan, units))
    objects, years = objects_of(setting), years_of(plan)[:-1]
    if len(objects) == 1:
        found = [[table.loc["benefit"].xs(year, level="year").sum() for year in years]]
    else:
        found = [[table.loc[(name, TOTAL, "", year)] for year in years] for name in objects]
    by_year = np.stack(found).transpose(2, 0, 1)
    return np.concatenate([by_year, by_year.sum(axis=2, keepdims=True)], axis=2)
