"""What a scenario comes to, unit by unit and year by year, in one table: all that a comparison asks.

Rows are keyed by object, line, part and year; columns are units. Year 0 holds what is counted over the whole run only.

| object | line | part | value |
|---|---|---|---|
| benefit_share, operating, income, net | line of the account, or ``total`` | | € of the budget year, outturn included |
| benefit | benefit | day class | € of the simulated months |
| paid_days | benefit, or ``total`` | day class, or empty | days of the simulated months |
| contract | contract | ``euros`` due, and SERVICE_SUMS | €, people, days |
| caseworkers | unit of the service | CASEWORK_SUMS | |
| group | group of clients | GROUP_SUMS, and PEOPLE against the baseline | |
| memo | other payer | line | € |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import pandas as pd

from scenarios.books import Books
from scenarios.net import Simulated, months_of, year_account
from scenarios.pricing import Priced
from scenarios.project import Plan, Unit
from scenarios.run_tables import simulated_costs
from scenarios.served import GROUP_SUMS, PEOPLE, ServiceUnit
from scenarios.service_use import CASEWORK_SUMS, SERVICE_SUMS
from scenarios.summary import OBJECT, TOTAL, Projected, with_observed
from sim.law.benefits import Benefit
from sim.law.ladder import class_labels
from sim.money.budget import OPERATING
from sim.services.process import GROUPS

MONTHS = 12
ALL_YEARS = 0
PAID_DAYS, STAFF, EUROS = "paid_days", "staff", "euros"
KEYS = ["object", "line", "part", "year"]
UNIT_KEYS = ["draw", "replication"]
Key = tuple[str, str, str, int]
Row = tuple[Key, np.ndarray]


def measures(plan: Plan, units: Sequence[Unit], draws: int) -> pd.DataFrame:
    """All measures of *units*: rows KEYS, columns UNIT_KEYS."""
    account = account_measures(plan, units, draws, plan.books, simulated_costs(plan, units))
    served = [unit.services for unit in units if unit.services]
    return pd.concat([account, _table(_services(plan, served), units)]) if served else account


def account_measures(plan: Projected, units: Sequence[Priced], draws: int, books: Books | None,
                     simulated: Simulated | None) -> pd.DataFrame:
    """The measures that an account gives: shares, benefits and paid days, and with *books* operating cost and net."""
    net = _net(plan, units, draws, books, simulated) if books else ()
    return _table(chain(_share(plan, units), net), units)


def _table(rows: Iterable[Row], units: Sequence[Priced]) -> pd.DataFrame:
    keys, values = zip(*rows, strict=True)
    columns = pd.MultiIndex.from_tuples([(unit.draw, unit.replication) for unit in units], names=UNIT_KEYS)
    return pd.DataFrame(np.stack(values), pd.MultiIndex.from_tuples(keys, names=KEYS), columns)


def all_years(table: pd.DataFrame, window: range | None = None) -> pd.DataFrame:
    """*table* and, under ALL_YEARS, the sums of what is counted by year: over the years of *window*, or over all."""
    years = table.index.get_level_values("year")
    by_year = table[years != ALL_YEARS if window is None else years.isin(window)]
    sums = by_year.groupby(level=KEYS[:3], sort=False).sum()
    sums.index = pd.MultiIndex.from_tuples([(*key, ALL_YEARS) for key in sums.index], names=KEYS)
    return pd.concat([table, sums])


def to_long(table: pd.DataFrame) -> pd.DataFrame:
    """Measures as a run stores them: columns UNIT_KEYS, KEYS and ``value``, a row for each that is not 0."""
    long = table.T.stack(KEYS).rename("value").reset_index()
    return long[long["value"] != 0].reset_index(drop=True)


def to_wide(long: pd.DataFrame, units: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """The stored table of *units* as ``measures`` has it."""
    columns = pd.MultiIndex.from_tuples(list(units), names=UNIT_KEYS)
    return long.pivot(index=KEYS, columns=UNIT_KEYS, values="value").reindex(columns=columns).fillna(0.0)


def _years(plan: Projected) -> np.ndarray:
    return (plan.first_month + np.arange(plan.months)) // MONTHS


def _share(plan: Projected, units: Sequence[Priced]) -> Iterator[Row]:
    """Benefit share by line, observed months included; euros and paid days of the simulated months by benefit."""
    year_of, (names, euros, seen) = _years(plan), with_observed(plan, units)
    classes, benefits = class_labels(plan.ladders), [each.name.lower() for each in Benefit]
    for year in np.unique(year_of).tolist():
        now, known = year_of == year, seen[seen.index.str.startswith(f"{year}-")].sum()
        for place, line in enumerate(names):
            yield (OBJECT, line, "", year), known[line] + euros[:, now, place].sum(axis=1)
        paid, days = (np.stack([getattr(unit, each)[now].sum(axis=0) for unit in units]) for each in (EUROS, "days"))
        yield (PAID_DAYS, TOTAL, "", year), days.sum(axis=(1, 2))
        for row, benefit in enumerate(benefits):
            for column, day_class in enumerate(classes):
                yield ("benefit", benefit, day_class, year), paid[:, row, column]
                yield (PAID_DAYS, benefit, day_class, year), days[:, row, column]


def _net(plan: Projected, units: Sequence[Priced], draws: int, books: Books,
         simulated: Simulated | None) -> Iterator[Row]:
    """Operating cost by line, all staff together, its total, income and the net, by year of the budget."""
    for year in (each for each in np.unique(_years(plan)).tolist() if each in books.budget.years):
        sums = {key: euros.sum(axis=1)
                for key, euros in year_account(plan, units, draws, books, year, simulated).euros.items()}
        yield (OPERATING, STAFF, "", year), np.sum([sums[OPERATING, unit] for unit in books.plan.staff.units], axis=0)
        yield from (((name, line, "", year), euros) for (name, line), euros in sums.items() if name != OBJECT)


def _services(plan: Plan, served: Sequence[ServiceUnit]) -> Iterator[Row]:
    """Contracts, caseworkers, groups of clients and other payers."""
    assert plan.services is not None
    labels, names = served[0].costs.labels, plan.services.plan.meetings.units
    for year in np.unique(_years(plan)).tolist():
        now = _years(plan) == year
        due = np.stack([each.costs.due[now].sum(axis=0) for each in served])
        use = np.stack([each.use.services[now].sum(axis=0) for each in served])
        work = np.stack([each.use.casework[now].sum(axis=0) for each in served])
        for place, label in enumerate(labels):
            yield ("contract", label.contract, EUROS, year), due[:, place]
            yield from _finite("contract", label.contract, year, SERVICE_SUMS, use[:, place])
        for place, name in enumerate(names):
            yield from _finite("caseworkers", name, year, CASEWORK_SUMS, work[:, place])
        yield from _memo(served, year, months_of(year) - plan.first_month)
    groups, people = (np.stack([getattr(each, name) for each in served]) for name in ("groups", "people"))
    for place, group in enumerate(GROUPS):
        yield from _finite("group", group, ALL_YEARS, GROUP_SUMS, groups[:, place])
        yield from _finite("group", group, ALL_YEARS, PEOPLE, people[:, place])


def _finite(name: str, line: str, year: int, parts: Sequence[str], sums: np.ndarray) -> Iterator[Row]:
    """The columns of *sums*, (units, parts); what has no bound, such as places without limit, is left out."""
    for place, part in enumerate(parts):
        if np.isfinite(sums[:, place]).all():
            yield (name, line, part, year), sums[:, place]


def _memo(served: Sequence[ServiceUnit], year: int, months: np.ndarray) -> Iterator[Row]:
    sums = [each.memo[each.memo["month"].isin(months)].groupby(["payer", "line"])[EUROS].sum() for each in served]
    table = pd.concat(sums, axis=1).fillna(0.0).sort_index()
    for payer, line in table.index:
        yield ("memo", payer, line, year), table.loc[(payer, line)].to_numpy()
