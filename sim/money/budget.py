"""A municipality's budget: appropriations of two objects by year, income, and the net that binds.

The council sets an appropriation for the benefit share and one for the operating cost. What binds is the net of both
less the income; what others pay for the same people stands as memo lines outside it. Amounts are given by year and
spread over its months by shares, never by flat twelfths where the calendar or the plan knows better.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from sim.clients.assumptions import Figure
from sim.law.schema import Day
from sources.files import Strict, read_yaml
from sources.kela import Month

BENEFIT_SHARE, OPERATING, INCOME, NET = "benefit_share", "operating", "income", "net"
COST_OBJECTS = (BENEFIT_SHARE, OPERATING)

Year = Annotated[int, Field(ge=2000, le=2100)]
Title = Annotated[str, Field(min_length=1)]


class Euros(Figure):
    """Euros of a year; another unit, such as thousands, is refused rather than guessed at."""

    unit: Literal["€/year"]


class Factor(Figure):
    """A price level of a year, 1 in the year of the base."""

    unit: Literal["factor"]


class Amendment(Euros):
    """An appropriation as a later decision set it."""

    date: Day
    decision: Annotated[str, Field(min_length=1)]


def _other_dates(amended: list[Amendment]) -> list[Amendment]:
    """That no two decisions have the same date: which of them holds could not be told."""
    dates = [each.date for each in amended]
    for date in dates:
        if dates.count(date) > 1:
            raise ValueError(f"two amendments are dated {date}")
    return amended


class Appropriation(Strict):
    """What may be spent on an object in a year."""

    original: Euros
    amended: Annotated[list[Amendment], AfterValidator(_other_dates)] = []

    @property
    def amendment(self) -> Amendment | None:
        """The newest amendment, which holds."""
        return max(self.amended, key=lambda each: each.date, default=None)

    @property
    def current(self) -> Euros:
        """The newest amendment, else the original."""
        return self.amendment or self.original


def _in_order(basis: list[str]) -> list[str]:
    first, last = basis
    if first > last:
        raise ValueError(f"the first month, {first}, is after the last, {last}")
    return basis


class ShareAppropriation(Appropriation):
    """What may be spent on the benefit share, and the first and last month of the outturn it was made from."""

    basis: Annotated[list[Month], Field(min_length=2, max_length=2), AfterValidator(_in_order)] | None = None


class BudgetYear(Strict):
    """Appropriations of a year."""

    benefit_share: ShareAppropriation
    operating: Appropriation

    @property
    def objects(self) -> dict[str, Appropriation]:
        """Both by name."""
        return {name: getattr(self, name) for name in COST_OBJECTS}


class IncomeLine(Strict):
    """Income fixed in the year of its base and moved by an index since."""

    title: Title
    base: Euros
    index: dict[Year, Factor]

    def euros(self, year: int) -> float:
        """Income of *year*, in cents."""
        return round(float(self.base) * float(self.index[year]), 2)


class MemoLine(Strict):
    """What another payer pays in a year, outside the net."""

    title: Title
    payer: Title
    yearly: Euros


class Budget(Strict):
    """Schema of ``budget.yaml``."""

    years: Annotated[dict[Year, BudgetYear], Field(min_length=1)]
    income: dict[str, IncomeLine]
    memo: dict[str, MemoLine] = {}

    @model_validator(mode="after")
    def _index_of_each_year(self) -> Budget:
        for name, line in self.income.items():
            for year in self.years:
                if year not in line.index:
                    raise ValueError(f"income.{name}.index has no year {year}, and the budget has")
        return self

    @model_validator(mode="after")
    def _basis_before_the_year_ends(self) -> Budget:
        for year, parts in self.years.items():
            if (basis := parts.benefit_share.basis) and basis[1] > f"{year}-12":
                raise ValueError(f"years.{year}.benefit_share.basis ends in {basis[1]}, after the year itself")
        return self

    def figures(self) -> list[tuple[str, Figure]]:
        """Dotted name and figure, in file order."""
        found: list[tuple[str, Figure]] = []
        for year, parts in self.years.items():
            for name, appropriation in parts.objects.items():
                found.append((f"budget.{year}.{name}", appropriation.original))
                found += [(f"budget.{year}.{name}.{each.date}", each) for each in appropriation.amended]
        for name, line in self.income.items():
            found.append((f"budget.income.{name}", line.base))
            found += [(f"budget.income.{name}.{year}", factor) for year, factor in line.index.items()]
        return found + [(f"budget.memo.{name}", line.yearly) for name, line in self.memo.items()]


def read_budget(path: Path) -> Budget:
    """The budget in the YAML file at *path*; InputError names file, key and line of a fault."""
    return read_yaml(path, Budget)


def phased(amount: float, shares: np.ndarray) -> np.ndarray:
    """*amount* spread over months in proportion to *shares*, in cents that sum to it exactly.

    What is left of a cent is carried to the next month.

    >>> phased(100.0, np.ones(3)).tolist()
    [33.33, 33.34, 33.33]
    """
    cents = np.rint(np.cumsum(shares) / np.sum(shares) * round(amount * 100))
    return np.diff(cents, prepend=0.0) / 100
