"""Tables of a run with services, and of a scenario against its baseline.

A scenario's effect is the difference of the two in the same unit: same people, same luck, same path. Its interval is
over the units, and it is told from zero where its mean is more than two standard errors away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from scenarios.books import Books
from scenarios.net import Simulated, YearAccount, year_account
from scenarios.project import Plan, Unit
from scenarios.served import GROUP_SUMS, Services, ServiceUnit
from scenarios.service_account import (
    CERTAIN,
    case_mix,
    caseworkers,
    operating_account,
    operating_lines,
    per_avoided_day,
    service_flow,
    unit_costs,
)
from scenarios.service_use import SERVICE_SUMS
from scenarios.summary import OBJECT, TOTAL, lines
from sim.flow.vacancies import Closed
from sim.law.calendar import month_label, month_start
from sim.money.operating import Operating
from sim.services.caseworkers import Caseworking
from sim.services.dated import values_on
from sim.services.process import GROUPS

MONTHS = 12


def simulated_costs(plan: Plan, units: Sequence[Unit]) -> Simulated | None:
    """Operating cost as *units* of *plan* simulate it; None in a run without services."""
    served = [unit.services for unit in units if unit.services]
    if plan.services is None or not served:
        return None
    return Simulated.of([each.costs for each in served], _staff_factors(plan, plan.services).to_numpy())


def _staff_factors(plan: Plan, services: Services) -> pd.DataFrame:
    """Full-time equivalents over those that the operating plan pays, by month and unit."""
    mix = services.plan.mix
    caseworking, firsts = mix.of(Caseworking), month_start(plan.first_month + np.arange(plan.months))
    months = pd.Index([month_label(plan.first_month + month) for month in range(plan.months)], name="month")
    return pd.DataFrame({name: values_on(caseworking.units[name].fte, firsts) / float(unit.staff)
                         if name in caseworking.units else 1.0
                         for name, unit in mix.of(Operating).staff.units.items()}, months)


def service_tables(plan: Plan, units: Sequence[Unit]) -> dict[str, pd.DataFrame]:
    """What services did and cost; none in a run without them."""
    served = [unit.services for unit in units if unit.services]
    if plan.services is None or not served:
        return {}
    first, costs, uses = plan.first_month, [each.costs for each in served], [each.use for each in served]
    labels, names = costs[0].labels, plan.services.plan.meetings.units
    return {
        "operating_lines": operating_lines(first, costs),
        "operating_account": operating_account(first, units, costs),
        "staff_factors": _staff_factors(plan, plan.services).reset_index().melt("month", None, "unit", "factor"),
        "unit_costs": unit_costs(first, costs, uses),
        "service_flow": service_flow(first, labels, uses),
        "caseworkers": caseworkers(first, names, uses),
        "case_mix": case_mix(labels, uses, plan.services.ladder),
        "groups": _groups(served),
        "memo": _memo(first, served),
        "labour_market": _labour_market(first, served),
    }


def _groups(served: Sequence[ServiceUnit]) -> pd.DataFrame:
    """Each group of clients: means over the units of its sums, and what they come to a client."""
    sums = np.mean([each.groups for each in served], axis=0)
    table = pd.DataFrame(sums, columns=list(GROUP_SUMS))
    table.insert(0, "group", GROUPS)
    return table.assign(late=_ratio(table["late_days"], table["meetings"]),
                        wait=_ratio(table["wait_days"], table["started"]),
                        paid_days_a_client=_ratio(table["paid_days"], table["clients"]))


def _ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    return numerator / denominator.where(denominator > 0)


def _memo(first_month: int, served: Sequence[ServiceUnit]) -> pd.DataFrame:
    """Euros of other payers by month: means over the units."""
    table = pd.concat([each.memo for each in served]).groupby(
        ["month", "payer", "line"], as_index=False, sort=False)["euros"].sum()
    return table.assign(month=[month_label(first_month + month) for month in table["month"]],
                        euros=(table["euros"] / len(served)).round(2))


def _labour_market(first_month: int, served: Sequence[ServiceUnit]) -> pd.DataFrame:
    """Open vacancies, search effort and the factor on finding work by month; vacancies of advisers by their end."""
    means = np.mean([each.market for each in served], axis=0)
    table = pd.DataFrame(means, columns=["vacancies", "searching", "factor"])
    table.insert(0, "month", [month_label(first_month + month) for month in range(len(table))])
    closed = np.mean([np.pad(each.vacancies, (0, len(Closed) - len(each.vacancies))) for each in served], axis=0)
    return table.assign(**{f"advisers_{how.name.lower()}": closed[how] / max(len(table), 1) for how in Closed})


def effect_tables(plan: Plan, units: Sequence[Unit], draws: int, books: Books | None) -> dict[str, pd.DataFrame]:
    """A scenario less its baseline, in pairs; none where it has no baseline."""
    if plan.baseline is None:
        return {}
    before = [unit.baseline for unit in units if unit.baseline]
    rows = list(_share_effects(plan, units, before))
    if books:
        rows += _net_effects(plan, units, before, draws, books)
    tables = {"effect": pd.DataFrame(rows)}
    pairs = [(unit.services, base.services) for unit, base in zip(units, before, strict=True)
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


def _share_effects(plan: Plan, units: Sequence[Unit], before: Sequence[Unit]) -> Iterator[dict]:
    """Benefit share by year and line, and paid days by year."""
    assert plan.baseline is not None
    year_of = (plan.first_month + np.arange(plan.months)) // MONTHS
    (names, new), (old_names, old) = lines(plan, units), lines(plan.baseline, before)
    for year in np.unique(year_of):
        now = year_of == year
        for name in names:
            if name in old_names:
                sums = [euros[:, now, places.index(name)].sum(axis=1)
                        for places, euros in ((old_names, old), (names, new))]
                yield {"year": int(year), "object": OBJECT, "line": name, "unit": "€", **paired(*sums)}
        days = [np.array([unit.days[now].sum() for unit in each]) for each in (before, units)]
        yield {"year": int(year), "object": OBJECT, "line": "paid_days", "unit": "days", **paired(*days)}


def _net_effects(plan: Plan, units: Sequence[Unit], before: Sequence[Unit], draws: int, books: Books) -> list[dict]:
    """Operating cost by line, its total, and the net, by year; and the cost of an avoided day over all years."""
    assert plan.baseline is not None
    rows, cost = [], np.zeros(len(units))
    years = range(plan.first_month // MONTHS, (plan.first_month + plan.months - 1) // MONTHS + 1)
    for year in (each for each in years if each in books.budget.years):
        old = year_account(plan.baseline, before, draws, books, year, simulated_costs(plan.baseline, before))
        new = year_account(plan, units, draws, books, year, simulated_costs(plan, units))
        for key in new.euros:
            if key[0] != OBJECT:
                rows.append({"year": year, "object": key[0], "line": key[1], "unit": "€",
                             **paired(*(_year(each, key) for each in (old, new)))})
        cost += _year(new, ("operating", TOTAL)) - _year(old, ("operating", TOTAL))
    days = np.array([unit.days.sum() - base.days.sum() for unit, base in zip(units, before, strict=True)])
    price = per_avoided_day(cost, days)
    rows.append({"year": 0, "object": "operating", "line": "per_avoided_day", "unit": "€/day", "baseline": np.nan,
                 "scenario": np.nan, "difference": price.euros, "error": np.nan, "p10": price.p10, "p90": price.p90,
                 "certain": bool(np.isfinite(price.euros))})
    return rows


def _year(account: YearAccount, key: tuple[str, str]) -> np.ndarray:
    return account.euros[key].sum(axis=1)


def _service_effects(pairs: Sequence[tuple[ServiceUnit, ServiceUnit]]) -> pd.DataFrame:
    """Starts, outcomes, waits and euros by contract over the whole run, in pairs; by name, for contracts can differ."""
    rows = []
    for label in pairs[0][0].costs.labels:
        both = [[_of_contract(each, label.contract) for each in pair] for pair in pairs]
        for place, name in enumerate((*SERVICE_SUMS, "euros")):
            new, old = (np.array([pair[which][place] for pair in both]) for which in range(2))
            if np.isfinite(new).all() and np.isfinite(old).all():
                rows.append({"contract": label.contract, "service": label.service, "line": name, **paired(old, new)})
    return pd.DataFrame(rows)


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
        {"group": group, "line": name, **paired(*(np.array([pair[which].groups[row, column] for pair in pairs])
                                                  for which in (1, 0)))}
        for row, group in enumerate(GROUPS) for column, name in enumerate(GROUP_SUMS)])
