"""Which factors of people and calendar the exits suffice for, and the design that holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.durations.observed import YEAR
from forecasting.durations.piecewise import (
    ENOUGH_EXITS,
    Regression,
    banded,
    dummies,
    piecewise_exponential,
    pooled,
)
from sources.spells import EXITS


@dataclass(frozen=True)
class Terms:
    """Factors on the baseline.

    Attributes
    ----------
    people : columns of zeros and ones, such as foreign_language, male, or an age group.
    season : calendar months have factors.
    years : first years of pooled calendar years; the first is the reference.
    left_out : names of what has too few exits.
    """

    people: list[str]
    season: bool
    years: list[int]
    left_out: list[str]

    @property
    def year_columns(self) -> list[str]:
        """Names in the design of all years but the reference."""
        return [f"year_{year}" for year in self.years[1:]]

    @property
    def season_columns(self) -> list[str]:
        """Names in the design of all calendar months but January."""
        return [f"season_{month}" for month in range(1, YEAR)] if self.season else []

    def design(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Columns of the factors, one row a cell."""
        return pd.concat([
            cells[self.people].astype(float),
            dummies(cells["season"], range(1, YEAR) if self.season else [], "season_"),
            dummies(banded(cells["year"], self.years), self.years[1:], "year_")], axis=1)


def choose_terms(cells: pd.DataFrame, exits: pd.Series, people: list[str]) -> Terms:
    """Factors for which *exits* (of each row of *cells*) suffice: ENOUGH_EXITS with and without, by month, by year."""
    def least(column: pd.Series, kinds: int) -> float:
        sums = exits.groupby(column).sum()
        return sums.min() if len(sums) == kinds else 0

    enough = [name for name in people if least(cells[name], 2) >= ENOUGH_EXITS]
    season = least(cells["season"], YEAR) >= ENOUGH_EXITS
    first, end = int(cells["year"].min()), int(cells["year"].max()) + 1
    years = pooled(range(first, end), end,
                   lambda a, b: exits[cells["year"].between(a, b - 1)].sum() >= ENOUGH_EXITS) or [first]
    left_out = [name for name in people if name not in enough] + ["season"] * (not season)
    return Terms(enough, season, [first, *years[1:]], left_out)


def fit_cells(cells: pd.DataFrame, base: pd.DataFrame, causes: list[str],
              terms: Terms) -> tuple[Regression, np.ndarray]:
    """Fit exits to *causes* in *cells*, and say how many of them each cell is expected to have.

    *base* holds the baseline's columns, one row a cell. Cells with the same row of the design are summed first.
    """
    design = pd.concat([base, terms.design(cells)], axis=1)
    group = design.groupby(list(design.columns), sort=False)
    rows, place = design[~design.duplicated()], group.ngroup().to_numpy()
    exposure = np.bincount(place, cells["exposure"])
    exits = np.bincount(place, cells[causes].sum(axis=1))
    fitted = piecewise_exponential(exits, exposure, rows)
    return fitted, np.exp(rows.to_numpy(float) @ fitted.coefficients)[place] * cells["exposure"].to_numpy()


def fit_causes(cells: pd.DataFrame, people: list[str], starts: tuple[int, ...]) -> dict[str, tuple[Regression, Terms]]:
    """Cause-specific hazards by destination: bands common to all ages, *people* (age groups too) as factors.

    A destination with fewer than ENOUGH_EXITS exits is left out.
    """
    fits = {}
    end = int(cells["spell_month"].max()) + 1
    for cause in EXITS:
        def enough(first: int, after: int, cause: str = cause) -> bool:
            return cells.loc[cells["spell_month"].between(first, after - 1), cause].sum() >= ENOUGH_EXITS

        kept = pooled([start for start in starts if start < end], end, enough)
        if kept:
            kept[0] = 0
            terms = choose_terms(cells, cells[cause], people)
            base = dummies(banded(cells["spell_month"], kept), kept, "month_")
            fits[cause] = fit_cells(cells, base, [cause], terms)[0], terms
    return fits
