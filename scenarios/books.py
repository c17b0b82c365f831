"""The books of a municipality: its budget, its operating plan, and the operating months that its accounts have closed.

They lie in its folder of the data root as ``budget.yaml``, ``operating.yaml`` and, once there are closed months,
``actuals.csv``. None of them is part of a calibration, so a new appropriation asks for a new run and nothing else.
A scenario can change budget and plan: a run then holds them as it used them, written anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.clients.assumptions import Assumption
from sim.law.calendar import month_label, month_number
from sim.money.budget import BENEFIT_SHARE, COST_OBJECTS, INCOME, NET, OPERATING, Budget, phased, read_budget
from sim.money.operating import MONTHS, Operating, planned_costs, read_operating
from sim.money.payment import payment_days
from sources.area import Area
from sources.errors import InputError, nearest
from sources.files import digest_of, numbers, read_csv, yaml_text

BUDGET, PLAN, ACTUALS = "budget.yaml", "operating.yaml", "actuals.csv"
ACTUALS_COLUMNS = ["month", "object", "line", "euros"]
OBJECTS = (*COST_OBJECTS, INCOME, NET)
STATUSES = ("verified", "derived", "recalled", "estimate")  # from the surest


class Decision(NamedTuple):
    """What a year's budget allows of an object; ``amended`` is NaN where no decision has changed the original."""

    original: float
    amended: float
    status: str

    @property
    def current(self) -> float:
        """What holds."""
        return self.original if np.isnan(self.amended) else self.amended


@dataclass(frozen=True, eq=False)
class Books:
    """What was decided, planned and closed.

    Attributes
    ----------
    files : that were read.
    contents : of each, as it was read or as a scenario changes it.
    closed : operating euros of closed months by month number (rows) and line of the plan; empty without any.
    """

    files: tuple[Path, ...]
    contents: tuple[bytes, ...]
    budget: Budget
    plan: Operating
    closed: pd.DataFrame

    @property
    def digest(self) -> str:
        """SHA-256 of the files."""
        return digest_of((path.name, content) for path, content in zip(self.files, self.contents, strict=True))

    def changed(self, budget: Budget, plan: Operating) -> Books:
        """The same with another *budget* and *plan*; what is not another stays as it was read, to the byte."""
        written = [old if now == was else yaml_text(now.model_dump(exclude_none=True)).encode()
                   for old, was, now in ((self.contents[0], self.budget, budget), (self.contents[1], self.plan, plan))]
        return replace(self, contents=(*written, *self.contents[2:]), budget=budget, plan=plan,
                       closed=self.closed.reindex(columns=list(plan.titles), fill_value=0.0))

    def unverified(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure of every value whose status is not ``verified``."""
        return [(name, each) for name, each in (*self.budget.figures(), *self.plan.figures())
                if each.status != "verified"]

    def decisions(self, year: int) -> dict[str, Decision]:
        """The budget of *year* by object, in cents, income negative; the status is that of the least sure figure."""
        decided = {}
        for name, part in self.budget.years[year].objects.items():
            amended = float(part.amendment) if part.amendment else np.nan
            decided[name] = Decision(round(float(part.original), 2), round(amended, 2), part.current.status)
        income = -sum(line.euros(year) for line in self.budget.income.values())
        factors = [each for line in self.budget.income.values() for each in (line.base, line.index[year])]
        decided[INCOME] = Decision(round(income, 2) + 0.0, np.nan, _least_sure([each.status for each in factors]))
        parts = list(decided.values())
        changed = any(not np.isnan(each.amended) for each in parts)
        decided[NET] = Decision(round(sum(each.original for each in parts), 2),
                                round(sum(each.current for each in parts), 2) if changed else np.nan,
                                _least_sure([each.status for each in parts]))
        return decided

    def by_month(self, year: int, advanced_share: float) -> dict[str, np.ndarray]:
        """What the budget of *year* allows each month: (12,) euros by object, income negative, and their net.

        The benefit share falls in proportion to the benefit days paid in each month, as Kela's months do; operating
        cost by its plan; income in equal parts, as the State pays it.

        Parameters
        ----------
        advanced_share : of payments due on a holiday that opens a month, see sim.money.payment.
        """
        shares = {BENEFIT_SHARE: payment_days(year * MONTHS, MONTHS, advanced_share),
                  OPERATING: planned_costs(self.plan, [year]).sum(axis=1)}
        decided = self.decisions(year)
        months = {name: phased(decided[name].current, shares[name]) for name in COST_OBJECTS}
        months[INCOME] = sum(self.income_by_month(year).values(), np.zeros(MONTHS)).round(2)
        months[NET] = np.sum(list(months.values()), axis=0).round(2)
        return months

    def income_by_month(self, year: int) -> dict[str, np.ndarray]:
        """Income of *year* by line, (12,) euros, negative."""
        return {name: -phased(line.euros(year), np.ones(MONTHS)) for name, line in self.budget.income.items()}


def _least_sure(statuses: list[str]) -> str:
    return max(statuses, key=STATUSES.index, default=STATUSES[0])


def appropriation_table(books: Books, years: list[int], advanced_share: float) -> pd.DataFrame:
    """Each month and object of *years*: the year's original and amended budget, and what it allows in the month."""
    return pd.DataFrame([
        {"year": year, "month": month_label(year * MONTHS + month), "object": name, "original": decision.original,
         "amended": decision.amended, "appropriation": float(allowed[name][month]), "status": decision.status}
        for year in years for allowed in [books.by_month(year, advanced_share)]
        for name, decision in books.decisions(year).items() for month in range(MONTHS)])


def load_books(area: Area) -> Books | None:
    """The books of *area*, or None when it has no budget; InputError names what is wrong in which file."""
    return read_books(area.root / area.name)


def read_books(folder: Path) -> Books | None:
    """The books in *folder*, which is a municipality's or a run's own copy; see load_books."""
    if not (folder / BUDGET).exists():
        return None
    budget = read_budget(folder / BUDGET)
    plan = read_operating(folder / PLAN, list(budget.years))
    actuals = [folder / ACTUALS] if (folder / ACTUALS).exists() else []
    closed = read_closed(actuals[0], plan) if actuals else pd.DataFrame(columns=list(plan.titles), dtype=float)
    files = folder / BUDGET, folder / PLAN, *actuals
    return Books(files, tuple(path.read_bytes() for path in files), budget, plan, closed)


def read_closed(path: Path, plan: Operating) -> pd.DataFrame:
    """Operating rows of the CSV file *path* (month, object, line, euros) by month number and line of *plan*.

    A month with any operating row is closed: a line without one cost nothing in it. Rows of a line are added up.

    Raises
    ------
    InputError : a month, line or number that is none.
    """
    rows = read_csv(path, ACTUALS_COLUMNS)
    euros, titles = numbers(rows, "euros", path), plan.titles
    rows = rows.assign(euros=euros)[rows["object"] == OPERATING]
    for place, row in zip(rows.index, rows.itertuples(), strict=True):
        if row.line not in titles:
            raise InputError(path, f"row {place + 2}, column line", f"{row.line!r} is no line of {PLAN}",
                             nearest(row.line, titles))
        try:
            month_number(row.month)
        except ValueError as fault:
            raise InputError(path, f"row {place + 2}, column month", str(fault), "write it like 2026-08") from None
    table = rows.assign(month=rows["month"].map(month_number).astype(int)).pivot_table(
        index="month", columns="line", values="euros", aggfunc="sum", fill_value=0.0)
    return table.reindex(columns=list(titles), fill_value=0.0).round(2)
