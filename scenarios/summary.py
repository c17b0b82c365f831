"""From units to what is said: budget years and months by line, with intervals, observed months included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from scenarios.inputs import Inputs
from scenarios.pricing import Priced
from scenarios.project import FLOWS, Plan, Unit
from scenarios.service_use import SPELL_BANDS
from sim.clients.clients import AGE_GROUPS, Clients, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import month_label, month_number
from sim.law.ladder import Ladder, class_labels

OBJECT, TOTAL = "benefit_share", "total"
BAND = {"median": 50, "p10": 10, "p25": 25, "p75": 75, "p90": 90}


class Known(Protocol):
    """What an account asks of what is known before the forecast."""

    @property
    def observed(self) -> pd.DataFrame: ...

    @property
    def advanced_share(self) -> float: ...


class Projected(Known, Protocol):
    """What the tables ask of a plan, or of a stored run that is priced again; see Plan."""

    @property
    def first_month(self) -> int: ...

    @property
    def months(self) -> int: ...

    @property
    def ladders(self) -> list[Ladder]: ...

    @property
    def opening(self) -> Clients: ...

    @property
    def seed(self) -> int: ...


def lines(plan: Projected, units: Sequence[Priced]) -> tuple[list[str], np.ndarray]:
    """Names of the lines (charged day classes, then total) and euros (units, months, lines)."""
    labels = class_labels(plan.ladders)
    # a first class without share is no line, as a rule; under another ladder a class of the same name may cost
    lines_of_law = {label for ladder in plan.ladders for place, label in enumerate(ladder.class_labels)
                    if place or ladder.shares[0]}
    charged = [place for place, label in enumerate(labels) if label in lines_of_law]
    by_class = np.stack([unit.euros.sum(axis=1)[:, charged] for unit in units])
    names = [*(labels[place] for place in charged), TOTAL]
    return names, np.concatenate([by_class, by_class.sum(axis=2, keepdims=True)], axis=2)


def with_observed(plan: Projected, units: Sequence[Priced]) -> tuple[list[str], np.ndarray, pd.DataFrame]:
    """Lines and euros as in ``lines``, and observed euros (months, lines).

    A class that another law has no more still has its observed months, and one that is new has none.
    """
    names, euros = lines(plan, units)
    every = sorted({*names, *plan.observed.columns}, key=first_day)
    padded = np.concatenate([euros, np.zeros((*euros.shape[:2], 1))], axis=2)
    places = [names.index(name) if name in names else -1 for name in every]
    return every, padded[:, :, places], plan.observed.reindex(columns=every, fill_value=0.0)


def first_day(line: str) -> tuple[float, str]:
    """Key by which lines are in order: day classes by their first day, then the total."""
    return (np.inf if line == TOTAL else float(line.partition("-")[0])), line


def broken_months(inputs: Inputs) -> list[tuple[str, str]]:
    """(month, name of a known break) of every month whose observed total a break touches."""
    totals = inputs.share[(inputs.share["benefit"] == "total") & (inputs.share["day_class"] == "total")]
    return [(str(row.month), name) for row in totals.itertuples() for name in row.breaks.split(",") if name]


def band(values: np.ndarray) -> dict[str, float]:
    """Quantiles and mean over the first axis, in cents."""
    row = {name: round(float(np.percentile(values, q)), 2) for name, q in BAND.items()}
    return {**row, "mean": round(float(values.mean()), 2)}


def month_table(plan: Projected, units: Sequence[Priced]) -> pd.DataFrame:
    """Months by line: observed ones as they were, then the forecast's band."""
    names, euros, seen = with_observed(plan, units)
    rows = [{"month": month, "object": OBJECT, "line": name, "kind": "observed",
             **dict.fromkeys((*BAND, "mean"), float(seen.loc[month, name]))} for month in seen.index for name in names]
    rows += [{"month": month_label(plan.first_month + month), "object": OBJECT, "line": name, "kind": "forecast",
              **band(euros[:, month, place])} for month in range(plan.months) for place, name in enumerate(names)]
    return pd.DataFrame(rows)


def year_table(plan: Projected, units: Sequence[Priced]) -> pd.DataFrame:
    """Budget years by line: observed months of the year plus the forecast's, with the share already observed."""
    names, euros, seen = with_observed(plan, units)
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


def account_table(plan: Projected, units: Sequence[Priced]) -> pd.DataFrame:
    """Every unit's euros and paid days by month, benefit and day class; days are by the month of the day."""
    index = pd.MultiIndex.from_product(
        [[month_label(plan.first_month + m) for m in range(plan.months)], [b.name.lower() for b in Benefit],
         class_labels(plan.ladders)],
        names=["month", "benefit", "day_class"])
    parts = []
    for unit in units:
        frame = pd.DataFrame({"euros": unit.euros.ravel(), "paid_days": unit.days.ravel()}, index).reset_index()
        frame.insert(0, "replication", unit.replication)
        frame.insert(0, "draw", unit.draw)
        parts.append(frame[(frame["euros"] != 0) | (frame["paid_days"] != 0)])
    return pd.concat(parts, ignore_index=True)


def flow_table(plan: Plan, units: Sequence[Unit]) -> pd.DataFrame:
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


def opening_table(plan: Projected) -> pd.DataFrame:
    """People of the opening stock by state, segment, entitlement, day class of the counter and length of the spell.

    Groups are those at the base date. ``spell_months`` is the lower end of a band; an absence counts as a spell.
    """
    opening, ladder = plan.opening, plan.ladders[0]
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


def path_table(plan: Plan, draws: int) -> pd.DataFrame:
    """Each draw's paths: the stock of recipients, its factors on arrivals and exits, and open vacancies."""
    months = plan.months
    return pd.DataFrame({
        "draw": np.repeat(np.arange(draws), months),
        "month": np.tile([month_label(plan.first_month + m) for m in range(months)], draws),
        "recipients": plan.paths[:draws].ravel().round(1),
        "arrivals_factor": plan.flows.arrivals[:draws].ravel().round(6),
        "exits_factor": plan.flows.outflow[:draws].ravel().round(6),
        "vacancies": np.nan if plan.vacancies is None else plan.vacancies[:draws].ravel().round(1),
    })
