"""The programme: every number the event model needs, as plain lists.

The choreography (``model``) never sees a file, a law or an assumption; it looks numbers up here. A compiled engine
would run the same programme.

Exit hazards are constant in each cell of (hazard row, month of spell, calendar month), where a spell's month is the
number of calendar months since it began. ``exits[row][first + depth]`` is the integrated hazard of a spell whose clock
started in month *first* (negative: before the origin), at the start of each month from max(first, 0) to the horizon.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np

from sim.clients.counter import DAYS_PER_MONTH
from sim.law.calendar import benefit_days_before, month_of, month_start
from sim.law.topics import Cohort


@dataclass(frozen=True, eq=False)
class Absence:
    """Piecewise-constant return hazard by time since the exit.

    Attributes
    ----------
    edges : days at which a band begins (first 0).
    rates : hazard a day in each band; the last holds for good.
    integrated : integrated hazard at each edge.
    """

    edges: np.ndarray
    rates: np.ndarray
    integrated: np.ndarray

    @staticmethod
    def from_months(edges: np.ndarray, monthly_hazards: np.ndarray) -> Absence:
        """Bands that begin at *edges* (months) with *monthly_hazards*."""
        days, rates = np.asarray(edges) * DAYS_PER_MONTH, np.asarray(monthly_hazards) / DAYS_PER_MONTH
        return Absence(days, rates, np.concatenate([[0.0], np.cumsum(np.diff(days) * rates[:-1])]))

    def hazard_until(self, days: np.ndarray | float) -> np.ndarray:
        """Integrated hazard of the first *days* of an absence."""
        band = np.searchsorted(self.edges, days, side="right") - 1
        return self.integrated[band] + (days - self.edges[band]) * self.rates[band]

    def time_away(self, days: np.ndarray | float) -> np.ndarray:
        """Expected days away within the first *days* of an absence: survival, integrated."""
        widths, away = np.diff(self.edges), np.exp(-self.integrated)
        with np.errstate(invalid="ignore"):
            banks = np.where(self.rates[:-1] > 0, -np.diff(away) / self.rates[:-1], away[:-1] * widths)
            band = np.searchsorted(self.edges, days, side="right") - 1
            within, rate = days - self.edges[band], self.rates[band]
            part = np.where(rate > 0, -np.expm1(-rate * within) / rate, within)
        return np.concatenate([[0.0], np.cumsum(banks)])[band] + away[band] * part

    def length(self, elapsed: np.ndarray | float, draw: np.ndarray) -> np.ndarray:
        """Days an absence that has lasted *elapsed* days lasts in all, where its further hazard reaches *draw*.

        Infinite where the last band has no hazard and the others do not suffice.
        """
        target = self.hazard_until(elapsed) + draw
        band = np.searchsorted(self.integrated, target, side="right") - 1
        with np.errstate(divide="ignore"):
            return self.edges[band] + (target - self.integrated[band]) / self.rates[band]


@dataclass(frozen=True, eq=False)
class Programme:
    """See the module's story. Times are days from the origin, months count from the origin's month.

    Attributes
    ----------
    origin : day number of the first simulated day, the first of a month.
    month_edges : first day of each month and the horizon (months + 1 values).
    month_of_day : month of each day before the horizon.
    benefit_days : Monday-to-Friday days before each day, from the origin to the horizon.
    exits : integrated exit hazards, see above.
    depth : months of spell before the origin that are told apart; longer ones share the last hazard.
    destinations : by age group and month of spell, cumulated shares of short work, lasting work, outside; the rest is
        gone.
    absences : return hazards of the states that clients come back from.
    clock_kept : share of the hazard clock that survives an absence, by State code.
    waiting_days, work_window : where the counter restarts, and within which days work counts.
    work_needed : days of work that reset the counter, by Entitlement code; infinite where nothing does.
    additional_days : by years of birth, the age from which earnings-related allowance goes on past its maximum, at no
        cost to the municipality.
    pension_age : the age from which there is no benefit after the maximum.
    """

    origin: int
    month_edges: list[float]
    month_of_day: list[int]
    benefit_days: list[int]
    exits: list[list[array]]
    depth: int
    destinations: list[list[tuple[float, float, float]]]
    absences: dict[int, Absence]
    clock_kept: list[float]
    waiting_days: int
    work_needed: list[float]
    work_window: float
    additional_days: tuple[Cohort, ...]
    pension_age: int

    @property
    def horizon(self) -> float:
        """End of the simulation, days from the origin."""
        return self.month_edges[-1]


def calendar_tables(first_month: int, months: int) -> dict:
    """Origin, month edges, month of day and benefit days for *months* from month number *first_month*."""
    starts = month_start(first_month + np.arange(months + 1))
    days = np.arange(starts[0], starts[-1] + 1)
    return {
        "origin": int(starts[0]),
        "month_edges": (starts - starts[0]).astype(float).tolist(),
        "month_of_day": (month_of(days[:-1]) - first_month).tolist(),
        "benefit_days": (benefit_days_before(days) - benefit_days_before(starts[0])).tolist(),
    }


def exit_tables(hazards: np.ndarray, factors: np.ndarray, month_edges: list[float]) -> list[list[array]]:
    """Integrated exit hazards, see the module's story.

    Parameters
    ----------
    hazards : (rows, depth + 1) hazard a month by month of spell; the last column holds for all later months.
    factors : (depth + 1, months) factor by month of spell and calendar month (season, tightness, outflow).
    month_edges : first day of each month and the horizon.

    Returns
    -------
    arrays in nested lists [row][first month + depth][month edge − max(first month, 0)].
    """
    rows, width = hazards.shape
    depth, months = width - 1, factors.shape[1]
    exposure = np.diff(month_edges) / DAYS_PER_MONTH
    spell_month = np.clip(np.arange(months) - np.arange(-depth, months)[:, None], 0, depth)
    # cells before a clock's start hold its first month's hazard; they are cut off below
    cells = hazards[:, spell_month] * factors[spell_month, np.arange(months)] * exposure
    tables = []
    for row in range(rows):
        integrated = []
        for place, first in enumerate(range(-depth, months)):
            tail = cells[row, place, max(first, 0):]
            integrated.append(array("d", np.concatenate([[0.0], np.cumsum(tail)]).tobytes()))
        tables.append(integrated)
    return tables
