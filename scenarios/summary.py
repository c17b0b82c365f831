"""From units to what is said: budget years and months by line, with intervals, observed months included."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.inputs import Inputs
from scenarios.project import FLOWS, Plan, Unit
from sim.clients.clients import AGE_GROUPS, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import month_label, month_number, month_start
from sources.kela import pivot

OBJECT = "benefit_share"
SPELL_BANDS = np.array([0, 1, 3, 6, 12, 24, 36, 60])
BAND = {"median": 50, "p10": 10, "p25": 25, "p75": 75, "p90": 90}


def lines(plan: Plan, units: list[Unit]) -> tuple[list[str], np.ndarray]:
    """Names of the lines (charged day classes, then total) and euros (units, months, lines)."""
    labels = plan.inputs.law.ladder(int(month_start(plan.first_month))).class_labels[1:]
    by_class = np.stack([unit.euros.sum(axis=1)[:, 1:] for unit in units])
    return [*labels, "total"], np.concatenate([by_class, by_class.sum(axis=2, keepdims=True)], axis=2)


def observed_euros(inputs: Inputs, names: list[str]) -> pd.DataFrame:
    """Observed euros by month (rows "2026-08") and line."""
    table = pivot(inputs.share)[names]
    return table.set_axis([str(month) for month in table.index])


def broken_months(inputs: Inputs) -> list[tuple[str, str]]:
    """(month, name of a known break) of every month whose observed total a break touches."""
    totals = inputs.share[(inputs.share["benefit"] == "total") & (inputs.share["day_class"] == "total")]
    return [(str(row.month), name) for row in totals.itertuples() for name in row.breaks.split(",") if name]


def band(values: np.ndarray) -> dict[str, float]:
    """Quantiles and mean over the first axis, in cents."""
    row = {name: round(float(np.percentile(values, q)), 2) for name, q in BAND.items()}
    return {**row, "mean": round(float(values.mean()), 2)}


def month_table(plan: Plan, units: list[Unit]) -> pd.DataFrame:
    """Months by line: observed ones as they were, then the forecast's band."""
    names, euros = lines(plan, units)
    seen = observed_euros(plan.inputs, names)
    rows = [{"month": month, "object": OBJECT, "line": name, "kind": "observed",
             **dict.fromkeys((*BAND, "mean"), float(seen.loc[month, name]))} for month in seen.index for name in names]
    rows += [{"month": month_label(plan.first_month + month), "object": OBJECT, "line": name, "kind": "forecast",
              **band(euros[:, month, place])} for month in range(plan.months) for place, name in enumerate(names)]
    return pd.DataFrame(rows)


def year_table(plan: Plan, units: list[Unit]) -> pd.DataFrame:
    """Budget years by line: observed months of the year plus the forecast's, with the share already observed."""
    names, euros = lines(plan, units)
    seen = observed_euros(plan.inputs, names)
    seen_year = np.array([month_number(month) // 12 for month in seen.index])
    year_of = (plan.first_month + np.arange(plan.months)) // 12
    rows = []
    for year in np.unique(year_of):
        known = seen[seen_year == year]
        for place, name in enumerate(names):
            observed = float(known[name].sum())
            rows.append({"year": int(year), "object": OBJECT, "line": name,
                         **band(observed + euros[:, year_of == year, place].sum(axis=1)),
                         "observed": round(observed, 2), "observed_months": len(known)})
    return pd.DataFrame(rows)


def account_table(plan: Plan, units: list[Unit]) -> pd.DataFrame:
    """Every unit's euros and paid days by month, benefit and day class; days are by the month of the day."""
    labels = plan.inputs.law.ladder(int(month_start(plan.first_month))).class_labels
    index = pd.MultiIndex.from_product(
        [[month_label(plan.first_month + m) for m in range(plan.months)], [b.name.lower() for b in Benefit], labels],
        names=["month", "benefit", "day_class"])
    parts = []
    for unit in units:
        frame = pd.DataFrame({"euros": unit.euros.ravel(), "paid_days": unit.days.ravel()}, index).reset_index()
        frame.insert(0, "replication", unit.replication)
        frame.insert(0, "draw", unit.draw)
        parts.append(frame[(frame["euros"] != 0) | (frame["paid_days"] != 0)])
    return pd.concat(parts, ignore_index=True)


def flow_table(plan: Plan, units: list[Unit]) -> pd.DataFrame:
    """Every unit's stock of unemployed and its flows by month and segment."""
    months = [month_label(plan.first_month + month) for month in range(plan.months)]
    index = pd.MultiIndex.from_product([months, AGE_GROUPS, [False, True], [False, True]],
                                       names=["month", "age_group", "foreign_language", "reduced_ability"])
    parts = []
    for unit in units:
        frame = pd.DataFrame(unit.flows.reshape(-1, len(FLOWS)), index, columns=list(FLOWS)).reset_index()
        frame.insert(0, "replication", unit.replication)
        frame.insert(0, "draw", unit.draw)
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def opening_table(plan: Plan) -> pd.DataFrame:
    """People of the opening stock by state, segment, entitlement, day class of the counter and length of the spell.

    Groups are those at the base date. ``spell_months`` is the lower end of a band; an absence counts as a spell.
    """
    opening = plan.calibration.opening
    ladder = plan.inputs.law.ladder(int(month_start(plan.first_month)))
    months = -opening.since / DAYS_PER_MONTH
    columns = {
        "state": [State(code).name.lower() for code in opening.state],
        "age_group": np.array(AGE_GROUPS)[opening.age],
        "foreign_language": opening.foreign_language,
        "reduced_ability": opening.reduced_ability,
        "newly_unemployed": opening.newly_unemployed,
        "entitlement": [Entitlement(code).name.lower() for code in opening.entitlement],
        "maximum_days": opening.maximum_days,
        "day_class": np.array(ladder.class_labels)[ladder.class_of_day(opening.counter)],
        "spell_months": SPELL_BANDS[np.searchsorted(SPELL_BANDS, months, side="right") - 1],
    }
    return pd.DataFrame(columns).value_counts(sort=False).rename("people").reset_index()


def path_table(plan: Plan) -> pd.DataFrame:
    """Each draw's path of the stock of recipients and its factors on arrivals and exits."""
    draws, months = plan.paths.shape
    return pd.DataFrame({
        "draw": np.repeat(np.arange(draws), months),
        "month": np.tile([month_label(plan.first_month + m) for m in range(months)], draws),
        "recipients": plan.paths.ravel().round(1),
        "arrivals_factor": plan.flows.arrivals.ravel().round(6),
        "exits_factor": plan.flows.outflow.ravel().round(6),
    })
