"""What a unit comes to: euros of the benefit share, operating cost and the net, by year and over all years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenarios.decide.inputs import Setting
from scenarios.net import TOTAL, months_of, year_account
from scenarios.project import Plan, Unit
from scenarios.run_tables import simulated_costs
from sim.money.budget import BENEFIT_SHARE, NET, OPERATING

ALL_YEARS = 0  # year of what holds all years together
MONTHS = 12


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
    objects, years = objects_of(setting), years_of(plan)[:-1]
    if len(objects) == 1:
        monthly = np.stack([unit.euros.sum(axis=(1, 2)) for unit in units])
        ahead = [np.isin(plan.first_month + np.arange(plan.months), months_of(year)) for year in years]
        by_year = np.stack([monthly[:, now].sum(axis=1) for now in ahead], axis=1)[:, None]
    else:
        assert setting.books is not None
        simulated, draws = simulated_costs(plan, units), max(unit.draw for unit in units) + 1
        accounts = [year_account(plan, units, draws, setting.books, year, simulated) for year in years]
        by_year = np.stack([np.stack([account.euros[name, TOTAL].sum(axis=1) for account in accounts], axis=1)
                            for name in objects], axis=1)
    return np.concatenate([by_year, by_year.sum(axis=2, keepdims=True)], axis=2)
