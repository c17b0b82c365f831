"""The net account of a run: benefit share, operating cost and income by month, against what the budget allows.

Every unit of the run is one course of events: its benefit share is paired with the operating cost of the same draw,
and probabilities of the net come from the sums of those pairs, never from adding quantiles. Cost is positive, so income
is negative and the objects add up to the net.

In a run with services, purchases and subsidies of the simulated months are the bills of what was simulated. Months
that are closed stand; those between them and the first simulated month stay as planned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scenarios.books import Books, Decision
from scenarios.breaks import CERTAIN, breaks, first_shown
from scenarios.pricing import Priced
from scenarios.summary import Known, Projected, band, lines
from sim.law.calendar import month_label
from sim.money.budget import BENEFIT_SHARE, COST_OBJECTS, INCOME, NET, OPERATING
from sim.money.operating import MONTHS, drawn_costs, with_services
from sim.money.service_cost import BUDGET_LINES, ServiceCosts
from sources.errors import InputError

TOTAL = "total"
ALREADY, NEVER = "already", "none"  # instead of a month in which a break shows


@dataclass(frozen=True, eq=False)
class YearAccount:
    """The twelve months of a budget year.

    Attributes
    ----------
    year : calendar year.
    known : how many of its months are over.
    euros : (units, 12) by object and line; the line ``total`` of an object is the sum of its others.
    observed : (12,) by object, True where its figure is an outturn.
    allowed : (12,) by object, the appropriation in force.
    decisions : by object.
    simulated : lines of operating cost that are no plan in the months ahead.
    """

    year: int
    known: int
    euros: dict[tuple[str, str], np.ndarray]
    observed: dict[str, np.ndarray]
    allowed: dict[str, np.ndarray]
    decisions: dict[str, Decision]
    simulated: tuple[str, ...] = ()

    def over(self, name: str) -> np.ndarray:
        """True for the units in which the year breaks the appropriation of the object *name*, (units,)."""
        return breaks(self.euros[name, TOTAL].sum(axis=1), self.decisions[name].current)

    def first_shown(self, name: str) -> np.ndarray:
        """Place of the month in which a break of the object *name* shows in each unit, 12 where it never does."""
        return first_shown(self.euros[name, TOTAL], self.decisions[name].current, self.known)


@dataclass(frozen=True, eq=False)
class Simulated:
    """Operating cost as a run with services simulates it.

    Attributes
    ----------
    bills : euros due by line of the plan that contracts are paid from, (units of the run, months).
    staff : (months of the run, units of the plan) full-time equivalents over those of the baseline.
    """

    bills: Mapping[str, np.ndarray]
    staff: np.ndarray

    @staticmethod
    def of(costs: Sequence[ServiceCosts], staff: np.ndarray) -> Simulated:
        """That of the *costs* of each unit."""
        by_unit = [each.by_line() for each in costs]
        return Simulated({line: np.stack([unit[line] for unit in by_unit]) for line in BUDGET_LINES}, staff)

    def replacing(self, books: Books, operating: np.ndarray, ahead: np.ndarray) -> np.ndarray:
        """A year's *operating* cost as drawn, (units, 12, lines), with the run's months *ahead* as its last ones.

        Raises
        ------
        InputError : the plan lacks a line that contracts are paid from.
        """
        for line in BUDGET_LINES:
            if line not in books.plan.lines:
                raise InputError(books.files[1], "key lines", f"has no {line}, from which contracts are paid",
                                 f"add {line}")
        bills = {line: euros[:, ahead] for line, euros in self.bills.items()}
        planned, rest = np.split(operating, [MONTHS - len(ahead)], axis=1)
        return np.concatenate([planned, with_services(books.plan, rest, bills, self.staff[ahead])], axis=1)


def net_tables(plan: Projected, units: Sequence[Priced], draws: int, books: Books | None,
               simulated: Simulated | None = None) -> dict[str, pd.DataFrame]:
    """Tables ``net``, ``budget`` and ``breaks``; none where no year of the run has an appropriation."""
    years = range(plan.first_month // MONTHS, (plan.first_month + plan.months - 1) // MONTHS + 1)
    accounts = [year_account(plan, units, draws, books, year, simulated)
                for year in years if books and year in books.budget.years]
    if not accounts:
        return {}
    rows = {"net": net_rows, "budget": budget_rows, "breaks": break_rows}
    return {name: pd.DataFrame([row for account in accounts for row in make(account)]) for name, make in rows.items()}


def year_account(plan: Projected, units: Sequence[Priced], draws: int, books: Books, year: int,
                 simulated: Simulated | None = None) -> YearAccount:
    """The account of *year* by unit."""
    operating = drawn_costs(books.plan, [year], draws, plan.seed)[[unit.draw for unit in units]]
    names, euros = lines(plan, units)
    ahead = months_of(year)[months_of(year) >= plan.first_month] - plan.first_month
    if simulated:
        operating = simulated.replacing(books, operating, ahead)
    account = account_of(plan, books, year, euros[:, ahead, names.index(TOTAL)], operating)
    return replace(account, simulated=(*BUDGET_LINES, TOTAL)) if simulated else account


def months_of(year: int) -> np.ndarray:
    """Month numbers of *year*."""
    return year * MONTHS + np.arange(MONTHS)


def account_of(known: Known, books: Books, year: int, forecast: np.ndarray, operating: np.ndarray) -> YearAccount:
    """The account of *year* from what its units forecast; Kela's months and closed ones stand as they are.

    Parameters
    ----------
    forecast : (units, months) benefit share of the last months of the year; Kela has published the others.
    operating : (units, 12, lines of the plan) operating cost as drawn for each unit.

    Raises
    ------
    InputError : a month before the forecast is not published.
    """
    months = months_of(year)
    over = np.arange(MONTHS) < MONTHS - forecast.shape[1]
    closed = np.isin(months, books.closed.index)
    operating = operating.copy()
    operating[:, closed] = books.closed.loc[months[closed]].to_numpy(float)
    units = len(forecast)
    euros = {(BENEFIT_SHARE, TOTAL): _with_published(known, books, months[over], forecast)}
    euros |= {(OPERATING, name): operating[:, :, place] for place, name in enumerate(books.plan.titles)}
    euros[OPERATING, TOTAL] = operating.sum(axis=2).round(2)
    income = {(INCOME, name): np.tile(line, (units, 1)) for name, line in books.income_by_month(year).items()}
    euros |= income
    euros[INCOME, TOTAL] = sum(income.values(), np.zeros((units, MONTHS))).round(2)
    euros[NET, TOTAL] = np.sum([euros[name, TOTAL] for name in (*COST_OBJECTS, INCOME)], axis=0).round(2)
    return YearAccount(
        year, int(over.sum()), euros,
        observed={BENEFIT_SHARE: over, OPERATING: closed, INCOME: np.zeros(MONTHS, bool), NET: over & closed},
        allowed=books.by_month(year, known.advanced_share),
        decisions=books.decisions(year))


def _with_published(known: Known, books: Books, months: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Kela's total in *months*, then each unit's *forecast*, (units, months)."""
    published, labels = known.observed[TOTAL], [month_label(month) for month in months]
    for label in labels:
        if label not in published.index:
            raise InputError(books.files[0], f"key years.{label[:4]}", f"needs Kela's month {label}, which is missing",
                             "take the year out, or import the month")
    return np.concatenate([np.tile(published.loc[labels], (len(forecast), 1)), forecast], axis=1).round(2)


def net_rows(account: YearAccount) -> list[dict]:
    """Each object and line by month, and its year to date, beside the appropriation so far.

    ``shown`` is the share of units in which a break of the year has shown by the month. Lines have neither an
    appropriation nor a break of their own: the council decides on objects.
    """
    rows = []
    for (name, line), months in account.euros.items():
        seen, none = account.observed[name], np.full(MONTHS, np.nan)
        allowed, shown = (account.allowed[name], _shown_by(account, name)) if line == TOTAL else (none, none)
        spans = {"month": (months, allowed, seen),
                 "year_to_date": (months.cumsum(axis=1), allowed.cumsum(), np.logical_and.accumulate(seen))}
        rows += [{"month": month_label(account.year * MONTHS + month), "object": name, "line": line, "span": span,
                  "kind": _kind(account, name, line, month, known[month]), **band(euros[:, month]),
                  "appropriation": round(float(budget[month]), 2), "status": account.decisions[name].status,
                  "shown": float(shown[month])}
                 for span, (euros, budget, known) in spans.items() for month in range(MONTHS)]
    return rows


def _kind(account: YearAccount, name: str, line: str, month: int, observed: bool) -> str:
    """Operating cost and income that are neither observed nor simulated are planned figures, not forecasts."""
    if observed:
        return "observed"
    simulated = name == OPERATING and line in account.simulated and month >= account.known
    return "planned" if name in (OPERATING, INCOME) and not simulated else "forecast"


def _shown_by(account: YearAccount, name: str) -> np.ndarray:
    """Share of units in which a break has shown by each month, (12,); all of them where it is certain already."""
    if account.over(name).mean() >= CERTAIN:
        return np.ones(MONTHS)
    return (account.first_shown(name)[:, None] <= np.arange(MONTHS)).mean(axis=0)


def budget_rows(account: YearAccount) -> list[dict]:
    """Each object: what was decided, what is forecast, and the chance and size of a break."""
    rows = []
    for name, decision in account.decisions.items():
        total, over = account.euros[name, TOTAL].sum(axis=1), account.over(name)
        values = band(total)
        rows.append({
            "year": account.year, "object": name, "original": decision.original, "amended": decision.amended,
            "appropriation": decision.current, "status": decision.status, **values,
            "deviation": round(values["median"] - decision.current, 2), "p_break": float(over.mean()),
            "overrun": round(float((total[over] - decision.current).mean()), 2) if over.any() else np.nan,
            "first_month": _first_month(account, name), "observed_months": int(account.observed[name].sum())})
    return rows


def _first_month(account: YearAccount, name: str) -> str:
    """Median over the units that break of the month in which the break shows with certainty CERTAIN."""
    over = account.over(name)
    if over.mean() >= CERTAIN:
        return ALREADY
    if not over.any():
        return NEVER
    middle = np.percentile(account.first_shown(name)[over], 50, method="higher")
    return month_label(account.year * MONTHS + min(int(middle), MONTHS - 1))


def break_rows(account: YearAccount) -> list[dict]:
    """Which objects break together: probability of each outcome, and of that outcome with a broken net."""
    share, cost, net = (account.over(name) for name in (*COST_OBJECTS, NET))
    outcomes = {"both": share & cost, "only_benefit_share": share & ~cost, "only_operating": ~share & cost,
                "neither": ~share & ~cost}
    return [{"year": account.year, "outcome": name, "probability": float(which.mean()),
             "net_breaks": float((which & net).mean())} for name, which in outcomes.items()]
