"""Outturn against budget at the end of a month: how far off, why, and where the year ends by a stored run's forecast.

Outturn is Kela's for the benefit share and the city's accounts for operating cost. What is left of the year is the
run's forecast, unit by unit: a year's total is summed within a unit before any quantile is taken. Beside it stands the
naive projection, *outturn to date + remaining budget*, which says that the rest of the year goes as budgeted.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.books import Books
from scenarios.bridge import LEVEL_MONTHS, PARTS, Months, bridge, outturn
from scenarios.inputs import Inputs
from scenarios.net import TOTAL, YearAccount, account_of, months_of
from scenarios.stored import MANIFEST, UNIT_KEYS, RunTables, open_tables
from scenarios.summary import band
from sim.law.calendar import month_label, month_number
from sim.money.budget import BENEFIT_SHARE, COST_OBJECTS, INCOME, NET, OPERATING
from sim.money.operating import MONTHS, drawn_costs, planned_costs
from sources.errors import InputError

MISBILLED = {"old_law_tail", "arrears"}  # breaks by which a month's euros are not those of its people
MONEY = ("budget", "outturn", "deviation", *PARTS)


@dataclass(frozen=True, eq=False)
class Variance:
    """A budget year at the end of a month.

    Attributes
    ----------
    month : the last month of the outturn (month number).
    run : whose forecast of the months after it stands in; those that the run knows are Kela's.
    objects : one row a budget object, see ``object_rows``.
    basis : first and last month from which the appropriation of the benefit share was made; none if not told.
    bridge : deviation of the benefit share in PARTS, one row a month of the year (month numbers); none without basis.
    """

    month: int
    run: RunTables
    objects: pd.DataFrame
    basis: list[str] | None
    bridge: pd.DataFrame | None

    @property
    def year(self) -> int:
        """The budget year."""
        return self.month // MONTHS

    @property
    def elapsed(self) -> int:
        """Months of the year up to ``month``."""
        return _elapsed(self.month)

    @property
    def parts(self) -> pd.Series | None:
        """Budget, outturn, deviation and PARTS over the months to date, in cents."""
        return None if self.bridge is None else self.bridge[list(MONEY)].sum().round(2) + 0.0


def variance(inputs: Inputs, books: Books, month: str, run: RunTables) -> Variance:
    """The budget year of *month*, with *month* (2026-08) as the last month of the outturn.

    Raises
    ------
    InputError : the month has no outturn or no budget, or *run* does not fit.
    """
    last = outturn_month(inputs, books, month)
    check_fits(run, inputs, last)
    account = _account(inputs, books, last, run)
    basis = books.budget.years[last // MONTHS].benefit_share.basis
    allowed = account.allowed[BENEFIT_SHARE][:_elapsed(last)]
    explained = None if basis is None else _bridge(inputs, books, last, basis, allowed)
    objects = pd.DataFrame(object_rows(account, books, _elapsed(last)))
    return Variance(last, run, objects, basis, explained)


def outturn_month(inputs: Inputs, books: Books, month: str) -> int:
    """Month number of *month*; InputError unless it is a published month of a budget year."""
    try:
        last = month_number(month)
    except ValueError as fault:
        raise InputError("command line", "option --month", str(fault), "write it like 2026-08") from None
    inputs.until(last)
    if last // MONTHS not in books.budget.years:
        raise InputError(books.files[0], "key years", f"has no year {last // MONTHS}",
                         f"add it, or choose a month of {', '.join(map(str, books.budget.years))}")
    return last


def _elapsed(month: int) -> int:
    return month % MONTHS + 1


def check_fits(run: RunTables, inputs: Inputs, month: int) -> None:
    """InputError unless the forecast of *run* goes on where the outturn ends, to the end of the year of *month*."""
    december = month - month % MONTHS + MONTHS - 1
    name, area = f"run {run.name}", run.manifest["scenario"]["area"]
    if area != inputs.area.name:
        raise InputError(name, "", f"is a run of {area}", f"give --area {area}, or a run of {inputs.area.name}")
    if run.last_month < december:
        raise InputError(name, "", f"ends in {month_label(run.last_month)}, before the year does",
                         f"make one that reaches it with kuntaosuus run --until {month_label(december)}")
    if run.base_month > inputs.newest:
        raise InputError(name, "", f"knows {month_label(run.base_month)}, and the data end in "
                         f"{month_label(inputs.newest)}", "import the newer months, or choose another run")


def choose_run(inputs: Inputs, month: int, results: Path) -> RunTables:
    """The run in *results* that starts nearest after *month*, of several the one written last; none that was repriced.

    Where none starts after it, the one that starts nearest before.
    """
    fits = []
    for path in results.glob(f"*/{MANIFEST}"):
        with suppress(InputError):  # a folder that is spoilt or does not fit is no candidate
            run = open_tables(path.parent)
            check_fits(run, inputs, month)
            if "repriced_from" not in run.manifest:
                fits.append(run)
    if not fits:
        raise InputError(results, "", f"holds no run of {inputs.area.name} that forecasts {month // MONTHS} to its end",
                         "make one with kuntaosuus run, or say with --results where they lie")
    return min(fits, key=lambda run: (run.base_month < month, abs(run.base_month - month),
                                      -(run.folder / MANIFEST).stat().st_mtime_ns, run.name))


def _account(inputs: Inputs, books: Books, month: int, run: RunTables) -> YearAccount:
    """The year of *month* by unit of *run*: Kela's months to *month* or what the run knew, then its forecast.

    Operating cost is drawn anew from the books of today: with those of the run it is the run's own. Of a run with
    services, what it simulated stands in it.
    """
    year, scenario = month // MONTHS, run.manifest["scenario"]
    ahead = [month_label(each) for each in months_of(year) if each > max(month, run.base_month)]
    account = run.table("account", [*UNIT_KEYS, "month", "euros"])
    euros = account.pivot_table(index=UNIT_KEYS, columns="month", values="euros", aggfunc="sum")
    forecast = euros.reindex(index=run.units, columns=ahead).fillna(0.0).to_numpy()
    draws = [draw for draw, _ in run.units]
    operating = drawn_costs(books.plan, [year], scenario["draws"], scenario["seed"])[draws]
    if simulated := run.simulated(books):
        since = months_of(year) - (run.base_month + 1)
        operating = simulated.replacing(books, operating, since[since >= 0])
    return account_of(inputs, books, year, forecast, operating)


def object_rows(account: YearAccount, books: Books, elapsed: int) -> list[dict]:
    """Each budget object of *account* after *elapsed* months; euros in cents, a deviation is positive where dearer.

    Columns: ``budget`` of the year and its ``status``; ``allowed``, ``outturn`` and ``deviation_to_date``, and the
    latter's share of what was allowed (NaN of nothing);
    ``known_months``, of the elapsed ones those whose outturn is known (in the others the plan stands for it);
    ``rest_…``, quantiles of the months that are left, ``remaining``, what they are allowed, and ``rest_deviation``;
    ``year_…``, quantiles of the year, ``deviation`` of its median and ``p_break``; ``naive`` and ``naive_deviation``.
    """
    outturns = _outturns(account, books, elapsed)
    rows = []
    for name, decision in account.decisions.items():
        months, allowed = account.euros[name, TOTAL], account.allowed[name]
        to_date, remaining = outturns[name].sum(), allowed[elapsed:].sum()
        year = band(months.sum(axis=1))
        amounts = {
            "budget": decision.current, "allowed": allowed[:elapsed].sum(), "outturn": to_date,
            "deviation_to_date": to_date - allowed[:elapsed].sum(), "remaining": remaining,
            "rest_deviation": float(np.median(months[:, elapsed:].sum(axis=1))) - remaining,
            **_prefixed("rest", band(months[:, elapsed:].sum(axis=1))), **_prefixed("year", year),
            "deviation": year["median"] - decision.current, "naive": to_date + remaining,
            "naive_deviation": to_date + remaining - decision.current}
        rows.append({"object": name, "status": decision.status,
                     **{key: round(float(value), 2) + 0.0 for key, value in amounts.items()},
                     "share_to_date": _ratio(amounts["deviation_to_date"], amounts["allowed"]),
                     "known_months": int(account.observed[name][:elapsed].sum()),
                     "p_break": float(account.over(name).mean())})
    return rows


def _ratio(part: float, whole: float) -> float:
    return round(float(part / abs(whole)), 6) + 0.0 if whole else np.nan


def _prefixed(prefix: str, values: dict[str, float]) -> dict[str, float]:
    return {f"{prefix}_{key}": value for key, value in values.items()}


def _outturns(account: YearAccount, books: Books, elapsed: int) -> dict[str, np.ndarray]:
    """Euros of the elapsed months by object; in an operating month that is not closed the plan as written."""
    planned = planned_costs(books.plan, [account.year]).sum(axis=1)
    seen = {name: account.euros[name, TOTAL][0] for name in (BENEFIT_SHARE, INCOME)}
    seen[OPERATING] = np.where(account.observed[OPERATING], account.euros[OPERATING, TOTAL][0], planned)
    seen[NET] = np.sum([seen[name] for name in (*COST_OBJECTS, INCOME)], axis=0)
    return {name: euros[:elapsed].round(2) for name, euros in seen.items()}


def _bridge(inputs: Inputs, books: Books, month: int, basis: list[str], allowed: np.ndarray) -> pd.DataFrame:
    """The bridge of the benefit share for the months of the year to *month*."""
    months = outturn(inputs.share, inputs.law, float(inputs.assumed.payment.advanced_share))
    first, last = map(month_number, basis)
    for each in (first, last):
        if each not in months.number:
            raise InputError(books.files[0], f"key years.{month // MONTHS}.benefit_share.basis",
                             f"month {month_label(each)} is not in {inputs.area.kela_share.name}",
                             f"choose from {month_label(months.number[0])} to {month_label(months.number[-1])}")
    of_year = months.take((months.number >= month - month % MONTHS) & (months.number <= month))
    known = months.take((months.number >= first) & (months.number <= last))
    return bridge(of_year, known, _in_time(inputs, months, month), allowed)


def _in_time(inputs: Inputs, months: Months, month: int) -> Months:
    """The newest LEVEL_MONTHS of *months* to *month* that were billed in time."""
    misbilled = [month_number(str(row.month)) for row in inputs.share.itertuples()
                 if MISBILLED & set(row.breaks.split(","))]
    return months.take(np.flatnonzero((months.number <= month) & ~np.isin(months.number, misbilled))[-LEVEL_MONTHS:])
