"""Operating cost as planned: staff by unit of the service, and yearly lines.

Each figure's range is the span of a year's outturn about the plan (about 95 %), not the doubt whether the plan is
the city's own. A figure varies by draw: normal, its standard deviation a quarter of the range, draws in mirrored pairs.
Within a year, invoices and payments slip between months: that moves months and leaves the year as it is.

In a run with services, their bills stand for the plan's lines in the months that are simulated, and staff follows
what a scenario changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from sim.clients.assumptions import Assumption, Figure, Number
from sim.clients.streams import mirrored
from sim.money.budget import Euros, Factor, Title, Year
from sources.errors import InputError
from sources.files import Strict, read_yaml

MONTHS = 12
LEAST = 0.05  # of a month's weight stays in it, whatever slips
Luck = Callable[..., np.ndarray]  # (name, further keys of the stream, numbers of a draw) -> (draws, numbers)


class Pattern(Assumption):
    """Weights of the twelve months, January first; only their proportions count.

    ``timing`` is the standard deviation of a month's cost about its weight, as a share of it.
    """

    value: Annotated[list[Number], Field(min_length=MONTHS, max_length=MONTHS)]
    timing: Annotated[FiniteFloat, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _some_month(self) -> Pattern:
        if not self.array.any():
            raise ValueError("the months' weights are all 0")
        return self

    def shares(self, luck: np.ndarray) -> np.ndarray:
        """Share of the year by calendar month under the standard normal *luck* (draws, 12); each draw sums to one."""
        weights = self.array * np.maximum(1 + self.timing * luck, LEAST)
        return weights / weights.sum(axis=1, keepdims=True)


class FullTime(Figure):
    """Full-time equivalents."""

    unit: Literal["FTE"]


class LoadedCost(Figure):
    """Pay and all that comes with it, of one full-time equivalent in a year."""

    unit: Literal["€/FTE/year"]


class Unit(Strict):
    """A unit of the service and its staff."""

    title: Title
    staff: FullTime
    cost: LoadedCost


class Staff(Strict):
    """All units, the months in which their pay falls, and the level of pay by year."""

    pattern: Pattern
    pay_index: dict[Year, Factor]
    units: Annotated[dict[str, Unit], Field(min_length=1)]


class PlannedLine(Strict):
    """A yearly cost and the months in which it falls."""

    title: Title
    yearly: Euros
    pattern: Pattern


class Operating(Strict):
    """Schema of ``operating.yaml``."""

    staff: Staff
    price_index: dict[Year, Factor]
    lines: dict[str, PlannedLine]

    @property
    def titles(self) -> dict[str, str]:
        """Name and title of each line of cost: units, then other lines; the order of every array of costs."""
        return {name: each.title for group in (self.staff.units, self.lines) for name, each in group.items()}

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        staff = self.staff
        found: list[tuple[str, Assumption]] = [("operating.staff.pattern", staff.pattern)]
        found += [(f"operating.staff.pay_index.{year}", factor) for year, factor in staff.pay_index.items()]
        for name, unit in staff.units.items():
            found += [(f"operating.staff.{name}.staff", unit.staff), (f"operating.staff.{name}.cost", unit.cost)]
        found += [(f"operating.price_index.{year}", factor) for year, factor in self.price_index.items()]
        for name, line in self.lines.items():
            found += [(f"operating.{name}", line.yearly), (f"operating.{name}.pattern", line.pattern)]
        return found


def read_operating(path: Path, years: list[int]) -> Operating:
    """The operating plan at *path*; InputError names a faulty key, or an index that lacks one of *years*."""
    plan = read_yaml(path, Operating)
    check_years(path, plan, years)
    return plan


def check_years(path: Path, plan: Operating, years: Iterable[int]) -> None:
    """InputError where an index of the *plan* in the file *path* lacks one of *years*."""
    for key, index in (("staff.pay_index", plan.staff.pay_index), ("price_index", plan.price_index)):
        for year in years:
            if year not in index:
                raise InputError(path, f"key {key}", f"has no year {year}, and the budget has", f"add {year}")


def planned_costs(plan: Operating, years: list[int]) -> np.ndarray:
    """Cost as written, (months of *years*, lines) euros in cents."""
    return _costs(plan, years, lambda name, *keys, size=1: np.zeros((1, size)))[0]


def drawn_costs(plan: Operating, years: list[int], draws: int, seed: int) -> np.ndarray:
    """Cost of each draw, (draws, months of *years*, lines) euros in cents.

    A figure's luck is keyed by its name, and timing by its year too: another line, year or draw shifts nobody's.
    """
    return _costs(plan, years, _keyed(draws, seed))


def drawn_price_levels(plan: Operating, draws: int, seed: int) -> list[dict[int, float]]:
    """Level of prices by year in each draw: that of the same draw's costs."""
    years = list(plan.price_index)
    levels = _levels("price index", plan.price_index, years, _keyed(draws, seed))
    return [dict(zip(years, row, strict=True)) for row in levels.tolist()]


def with_services(plan: Operating, costs: np.ndarray, bills: Mapping[str, np.ndarray], staff: np.ndarray) -> np.ndarray:
    """Costs of simulated months: *bills* instead of the lines of their names, and staff times a factor.

    Parameters
    ----------
    costs : (units of a run, months, lines) as drawn.
    bills : by name of the line, (units of a run, months) euros.
    staff : (months, units of the service) full-time equivalents over those planned for.
    """
    simulated, places = costs.copy(), list(plan.titles)
    simulated[:, :, :len(plan.staff.units)] *= staff
    for name, euros in bills.items():
        simulated[:, :, places.index(name)] = euros
    return simulated.round(2)


def _keyed(draws: int, seed: int) -> Luck:
    def luck(name: str, *keys: int, size: int = 1) -> np.ndarray:
        return mirrored(range(draws), seed, f"operating cost: {name}", *keys, size=size)

    return luck


def _costs(plan: Operating, years: list[int], luck: Luck) -> np.ndarray:
    pay, prices = (_levels(name, index, years, luck) for name, index in (
        ("pay index", plan.staff.pay_index), ("price index", plan.price_index)))
    yearly = {name: _value(f"{name} staff", unit.staff, luck) * _value(f"{name} cost", unit.cost, luck) * pay
              for name, unit in plan.staff.units.items()}
    yearly |= {name: _value(name, line.yearly, luck) * prices for name, line in plan.lines.items()}
    patterns = dict.fromkeys(plan.staff.units, plan.staff.pattern) | {n: line.pattern for n, line in plan.lines.items()}
    columns = []
    for name, pattern in patterns.items():
        months = [pattern.shares(luck(f"{name} timing", year, size=MONTHS)) * yearly[name][:, [place]]
                  for place, year in enumerate(years)]
        columns.append(np.concatenate(months, axis=1))
    return np.stack(columns, axis=2).round(2)


def _value(name: str, figure: Figure, luck: Luck) -> np.ndarray:
    """Values of *figure*, (draws, 1); never negative."""
    return np.maximum(float(figure) + figure.sd * luck(name), 0.0)


def _levels(name: str, index: dict[int, Factor], years: list[int], luck: Luck) -> np.ndarray:
    """Levels of *index*, (draws, years): one luck for all years, for a high settlement stays high."""
    return np.concatenate([np.maximum(float(index[year]) + index[year].sd * luck(name), 0.0) for year in years], axis=1)
