"""As many draws as a precision asks, and no more: sequential intervals over mirrored pairs.

Draws are added in batches of BATCH pairs, from MINIMUM pairs on, until the 95 % interval of each budget year's net has
a half width under the precision, or the scenario's own number of draws is reached. Of a scenario with a baseline it is
the interval of the paired difference; both are told in shares of the (baseline's) mean net.

Stopping when an interval looks narrow favours samples whose spread came out too small. The minimum, and few looks, keep
that in bounds: where pairs are normal, intervals that stop so cover 94 to 95 % instead of 95; looking after every pair
from the third on they would cover 90 (``tests/scenarios/decide/test_precision.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.measures import MONTHS, account_measures
from scenarios.paired import clusters_of, error_of_mean, margin
from scenarios.project import Unit
from scenarios.run_tables import simulated_costs
from scenarios.summary import OBJECT, TOTAL
from scenarios.unit_store import Prepared, UnitStore, simulate, units_of
from scenarios.workers import Progress
from sim.money.budget import NET
from sources.errors import InputError

MINIMUM, BATCH = 10, 5  # mirrored pairs
Look = Callable[[int], np.ndarray]  # number of draws → half widths by year, in shares of the mean


@dataclass(frozen=True)
class Settled:
    """Where a run to a precision stopped.

    Attributes
    ----------
    precision : that was asked, a share of the net.
    draws : that it took.
    most : that it might take.
    object : whose intervals were looked at: the net, or the benefit share where there is no budget.
    half_widths : of the 95 % interval by year, in shares of the mean.
    difference : whether they are those of the difference from the baseline.
    """

    precision: float
    draws: int
    most: int
    object: str
    half_widths: dict[int, float]
    difference: bool

    @property
    def reached(self) -> bool:
        """Whether every year is as precise as was asked."""
        return all(width <= self.precision for width in self.half_widths.values())


def read_precision(text: str) -> float:
    """The share that *text*, such as ``0.5%``, says; InputError if it is none."""
    try:
        share = float(text.strip().removesuffix("%")) / 100
    except ValueError:
        share = 0.0
    if not (text.strip().endswith("%") and 0 < share < 1):
        raise InputError("command line", "option --precision", f"{text!r} is no precision",
                         "give per cent of the net, such as 0.5%")
    return share


def stopped(look: Look, precision: float, most: int) -> tuple[int, np.ndarray]:
    """Number of draws at which *look* is under *precision* in every year, or *most*; and what it saw there."""
    draws = min(2 * MINIMUM, most)
    while True:
        seen = look(draws)
        if draws >= most or (seen <= precision).all():
            return draws, seen
        draws = min(draws + 2 * BATCH, most)


def settle(one: Prepared, store: UnitStore, precision: float, workers: int,
           progress: Progress = lambda done, total: None, tell: Callable[[str], None] = lambda text: None) -> Settled:
    """How many of its scenario's draws *one* needs; their units are then in *store*.

    Parameters
    ----------
    progress : hears of the draws of each batch that were missing.
    tell : told in a line of text what each look saw.
    """
    most, units = one.scenario.draws, list[Unit]()
    name = NET if _has_budget(one) else OBJECT
    years: list[int] = []

    def look(draws: int) -> np.ndarray:
        new = range(len(units) // one.plan.replications, draws)
        simulate([one], new, store, workers, progress)
        units.extend(units_of(one, new, store))
        sides = [_of_years(one, units, draws, name)]
        if one.before:
            sides.insert(0, _of_years(one.before, [unit.baseline for unit in units if unit.baseline], draws, name))
        years[:] = sides[0].index
        seen = half_widths(sides)
        tell(f"{draws} draws: ± {100 * seen.max():.2f} % of the {name.replace('_', ' ')}")
        return seen

    draws, seen = stopped(look, precision, most)
    return Settled(precision, draws, most, name, dict(zip(years, seen.tolist(), strict=True)), one.before is not None)


def _has_budget(one: Prepared) -> bool:
    """Whether any year of the run has an appropriation."""
    first, last = one.plan.first_month // MONTHS, (one.plan.first_month + one.plan.months - 1) // MONTHS
    return one.plan.books is not None and any(first <= year <= last for year in one.plan.books.budget.years)


def half_widths(sides: Sequence[pd.DataFrame]) -> np.ndarray:
    """Half widths of 95 % intervals, by row, in shares of the first of *sides*: of its mean, or that of the second's
    paired difference from it."""
    values = [side.to_numpy() for side in sides]
    gaps = values[1] - values[0] if len(values) > 1 else values[0]
    error, freedom = error_of_mean(gaps, clusters_of(sides[0].columns.get_level_values("draw")))
    return margin(error, freedom) / np.abs(values[0].mean(axis=1))


def _of_years(one: Prepared, units: Sequence[Unit], draws: int, name: str) -> pd.DataFrame:
    """Total of the object *name*: rows years, columns units."""
    table = account_measures(one.plan, units, draws, one.plan.books, simulated_costs(one.plan, units))
    return table.xs((name, TOTAL, ""), level=("object", "line", "part"))
