"""Tables of a run with services: what they did and cost, for whom, and what it means for others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from scenarios.net import Simulated
from scenarios.project import Plan, Unit
from scenarios.served import GROUP_SUMS, Services, ServiceUnit
from scenarios.service_account import (
    case_mix,
    caseworkers,
    operating_account,
    operating_lines,
    service_flow,
    unit_costs,
)
from sim.flow.vacancies import Closed
from sim.law.calendar import month_label, month_start
from sim.money.operating import Operating
from sim.services.caseworkers import Caseworking
from sim.services.dated import values_on
from sim.services.process import GROUPS


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
                        **{f"{name}_a_client": _ratio(table[name], table["clients"])
                           for name in ("meetings", "work", "paid_days")})


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
