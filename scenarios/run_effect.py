"""A scenario against its baseline: what it changes by year, line, contract and group of clients.

The effect is the difference of the two in the same unit: same people, same luck, same path. Its interval is over the
units, and it is told from zero where its mean is more than two standard errors away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from scenarios.net import months_of, year_account
from scenarios.project import Plan, Unit
from scenarios.run_tables import simulated_costs
from scenarios.scenario import Window
from scenarios.served import GROUP_SUMS, ServiceUnit
from scenarios.service_account import CERTAIN, per_avoided_day
from scenarios.service_use import SERVICE_SUMS
from scenarios.summary import OBJECT, TOTAL, with_observed
from sim.law.calendar import month_label
from sim.money.budget import OPERATING
from sim.services.process import GROUPS

MONTHS = 12
ALL_YEARS = 0  # year of the rows that hold all years together, or the months of the scenario's window
PAID_DAYS, STAFF = "paid_days", "staff"  # lines of the effect beside those of the account
RATIOS = {"wait": ("wait_days", "started"), "late": ("late_days", "meetings")}
Years = dict[int, tuple[np.ndarray, np.ndarray]]
"""A line by year: baseline and scenario, (units, 12 months) each."""


def effect_tables(plan: Plan, units: Sequence[Unit], draws: int,
                  window: Window | None = None) -> dict[str, pd.DataFrame]:
    """A scenario less its baseline, in pairs; none where it has no baseline.

    Parameters
    ----------
    window : the months that the rows of all years hold; all of them without it.
    """
    if plan.baseline is None:
        return {}
    before = [unit.baseline for unit in units if unit.baseline]
    sums = dict(_share_sums(plan, units, before))
    days = sums[OBJECT, PAID_DAYS]
    if plan.books:
        sums |= _net_sums(plan, units, before, draws)
    rows = [row for key, years in sums.items() for row in _effects(key, years, window)]
    if plan.books:
        rows.append(_avoided_day(sums[OPERATING, TOTAL], days, window))
    tables = {"effect": pd.DataFrame(rows)}
    pairs = [(base.services, unit.services) for unit, base in zip(units, before, strict=True)
             if unit.services and base.services]
    if pairs:
        tables |= {"effect_services": _service_effects(pairs), "effect_groups": _group_effects(pairs)}
    return tables


def paired(before: np.ndarray, after: np.ndarray) -> dict[str, float | bool]:
    """Both means, and the difference of pairs (units,): mean, standard error, quantiles, told from zero or not."""
    gap = after - before
    error = float(gap.std(ddof=1) / np.sqrt(len(gap))) if len(gap) > 1 else np.inf
    return {"baseline": round(float(before.mean()), 2), "scenario": round(float(after.mean()), 2),
            "difference": round(float(gap.mean()), 2) + 0.0, "error": round(error, 2),
            "p10": round(float(np.percentile(gap, 10)), 2) + 0.0, "p90": round(float(np.percentile(gap, 90)), 2) + 0.0,
            "certain": bool(abs(gap.mean()) > CERTAIN * error)}


def _effects(key: tuple[str, str], years: Years, window: Window | None) -> Iterator[dict]:
    """A line's years, then all of them together."""
    name, line = key
    unit = "days" if line == PAID_DAYS else "€"
    sums = {year: _pair(months.sum(axis=1) for months in pair) for year, pair in years.items()}
    for year, pair in {**sums, ALL_YEARS: _together(years, window)}.items():
        yield {"year": year, "object": name, "line": line, "unit": unit, **paired(*pair)}


def _together(years: Years, window: Window | None) -> tuple[np.ndarray, np.ndarray]:
    """Sums of the *window* in each unit, or of all *years*."""
    numbers = np.concatenate([months_of(year) for year in years])
    within = slice(None) if window is None else np.isin(numbers, window.months)
    return _pair(np.concatenate([pair[which] for pair in years.values()], axis=1)[:, within].sum(axis=1)
                 for which in range(2))


def _share_sums(plan: Plan, units: Sequence[Unit], before: Sequence[Unit]) -> Iterator[tuple[tuple[str, str], Years]]:
    """Benefit share by line, observed months included, and paid days of the simulated months."""
    assert plan.baseline is not None
    years = _years(plan)
    sides = [with_observed(*side) for side in ((plan.baseline, before), (plan, units))]
    for line in (name for name in sides[1][0] if name in sides[0][0]):
        simulated = [euros[:, :, names.index(line)] for names, euros, _ in sides]
        observed = [_of_months(seen[line], years) for *_, seen in sides]
        yield (OBJECT, line), {year: _pair(part[year] + known[year] for part, known in zip(
            (_by_year(plan, euros) for euros in simulated), observed, strict=True)) for year in years}
    days = [_by_year(plan, np.array([unit.days.sum(axis=(1, 2)) for unit in side])) for side in (before, units)]
    yield (OBJECT, PAID_DAYS), {year: _pair(side[year] for side in days) for year in years}


def _years(plan: Plan) -> range:
    """Years that are simulated, some of their months perhaps not."""
    return range(plan.first_month // MONTHS, (plan.first_month + plan.months - 1) // MONTHS + 1)


def _by_year(plan: Plan, values: np.ndarray) -> dict[int, np.ndarray]:
    """*values* (units, simulated months) as (units, 12) of each year, 0 where nothing is simulated."""
    years = _years(plan)
    padded = np.zeros((len(values), MONTHS * len(years)))
    padded[:, plan.first_month - MONTHS * years[0]:][:, :plan.months] = values
    return {year: padded[:, MONTHS * place:MONTHS * (place + 1)] for place, year in enumerate(years)}


def _of_months(seen: pd.Series, years: range) -> dict[int, np.ndarray]:
    """Observed euros of the twelve months of each year, 0 where none are."""
    labels = {year: [month_label(month) for month in months_of(year)] for year in years}
    return {year: seen.reindex(months, fill_value=0.0).to_numpy() for year, months in labels.items()}


def _pair(sides: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    before, after = sides
    return before, after


def _net_sums(plan: Plan, units: Sequence[Unit], before: Sequence[Unit], draws: int) -> dict[tuple[str, str], Years]:
    """Operating cost by line, all staff together, its total, income and the net, by year of the budget.

    Each side has its own books. A line that the baseline's lack costs nothing there.
    """
    assert plan.baseline is not None and plan.books is not None
    sums: dict[tuple[str, str], Years] = {}
    for year in (each for each in _years(plan) if each in plan.books.budget.years):
        sides = [_year_of_net(*side, draws, year) for side in ((plan.baseline, before), (plan, units))]
        for key, months in sides[1].items():
            sums.setdefault(key, {})[year] = _pair(side.get(key, np.zeros_like(months)) for side in sides)
    return sums


def _year_of_net(plan: Plan, units: Sequence[Unit], draws: int, year: int) -> dict[tuple[str, str], np.ndarray]:
    """Euros (units, 12) by object and line."""
    assert plan.books is not None
    account = year_account(plan, units, draws, plan.books, year, simulated_costs(plan, units))
    months = {key: euros for key, euros in account.euros.items() if key[0] != OBJECT}
    staff = np.sum([months[OPERATING, unit] for unit in plan.books.plan.staff.units], axis=0)
    return {(OPERATING, STAFF): staff, **months}


def _avoided_day(cost: Years, days: Years, window: Window | None) -> dict:
    """What an avoided day costs, over all years."""
    money, paid = (after - before for before, after in (_together(years, window) for years in (cost, days)))
    price = per_avoided_day(money, paid)
    return {"year": ALL_YEARS, "object": OPERATING, "line": "per_avoided_day", "unit": "€/day", "baseline": np.nan,
            "scenario": np.nan, "difference": price.euros, "error": np.nan, "p10": price.p10, "p90": price.p90,
            "certain": bool(np.isfinite(price.euros))}


def _service_effects(pairs: Sequence[tuple[ServiceUnit, ServiceUnit]]) -> pd.DataFrame:
    """Starts, outcomes, waits and euros by contract over the whole run, in pairs; by name, for contracts can differ."""
    rows, labels = [], {label.contract: label for side in pairs[0] for label in side.costs.labels}
    for label in labels.values():
        sides = [np.stack([_of_contract(pair[which], label.contract) for pair in pairs]) for which in range(2)]
        about = {"contract": label.contract, "title": label.title, "service": label.service}
        rows += [{**about, **row} for row in _lines((*SERVICE_SUMS, "euros"), *sides)]
    return pd.DataFrame(rows)


def _lines(names: Sequence[str], before: np.ndarray, after: np.ndarray) -> Iterator[dict]:
    """Each of the *names*, columns of both (units, names), and the ratios of them, where both are finite."""
    for line in (*names, *(ratio for ratio, parts in RATIOS.items() if set(parts) <= set(names))):
        over = RATIOS.get(line, (line,))
        sides = [_over(*(side[:, names.index(part)] for part in over)) for side in (before, after)]
        if np.isfinite(sides).all():
            yield {"line": line, **paired(*sides)}


def _over(numerator: np.ndarray, denominator: np.ndarray | float = 1.0) -> np.ndarray:
    return np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=np.asarray(denominator) > 0)


def _of_contract(served: ServiceUnit, contract: str) -> np.ndarray:
    """Sums of a contract over the run, and its bills; zeros where the unit has none of that name."""
    names = [label.contract for label in served.costs.labels]
    if contract not in names:
        return np.zeros(len(SERVICE_SUMS) + 1)
    place = names.index(contract)
    return np.append(served.use.services[:, place].sum(axis=0), served.costs.due[:, place].sum())


def _group_effects(pairs: Sequence[tuple[ServiceUnit, ServiceUnit]]) -> pd.DataFrame:
    """What each group of clients gains or loses, those among them who wait instead."""
    return pd.DataFrame([
        {"group": group, **row} for place, group in enumerate(GROUPS)
        for row in _lines(GROUP_SUMS, *(np.stack([pair[which].groups[place] for pair in pairs])
                                        for which in range(2)))])
