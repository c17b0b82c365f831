"""Fitted hazards as a run takes them, and the survival they imply.

The event model multiplies the hazard of an age group by factors whose mean over new clients is one, and by a season
whose mean is one. So the hazard written is that of the mean new spell of its age group in a mean month and year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.durations.observed import YEAR
from forecasting.durations.piecewise import Regression
from forecasting.durations.terms import Terms
from sim.clients.clients import AGE_GROUPS
from sim.clients.hazards import TOLD_APART

DRAWS = 200  # of the coefficients, for the band of a survival curve
STARTS = (np.arange(20) + 0.5) / 20  # parts of a month at which spells begin
STEP = 1e-5  # of the numerical gradient, on the log scale


@dataclass(frozen=True, eq=False)
class Population:
    """Who begins a spell.

    Attributes
    ----------
    kinds : (kinds, people) zeros and ones of Terms.people.
    weights : (3, kinds) shares of new spells of each age group.
    ages : (3,) shares of all new spells.
    years : share of exposure of each pooled year of Terms.years.
    """

    kinds: np.ndarray
    weights: np.ndarray
    ages: np.ndarray
    years: np.ndarray

    @staticmethod
    def of(new: pd.DataFrame, cells: pd.DataFrame, terms: Terms) -> Population:
        """From *new* spells (age_group and Terms.people) and the time at risk of *cells*."""
        kinds = new[terms.people].drop_duplicates()
        if terms.people:
            place = new[terms.people].merge(kinds.assign(kind=range(len(kinds))), how="left")["kind"].to_numpy()
        else:
            kinds, place = kinds.iloc[:1], np.zeros(len(new), int)
        age = new["age_group"].map({name: at for at, name in enumerate(AGE_GROUPS)}).to_numpy()
        counts = np.zeros((len(AGE_GROUPS), len(kinds)))
        np.add.at(counts, (age, place), 1)
        band = np.searchsorted(terms.years, cells["year"], side="right") - 1
        years = np.bincount(band, cells["exposure"], len(terms.years))
        return Population(kinds.to_numpy(float).reshape(len(kinds), len(terms.people)),
                          counts / counts.sum(axis=1, keepdims=True), counts.sum(axis=1) / counts.sum(),
                          years / years.sum())


@dataclass(frozen=True, eq=False)
class Hazards:
    """Standardised log hazards of the cells of a total-exit regression, whatever its coefficients.

    Attributes
    ----------
    bands : first month of each band, by age group.
    """

    fitted: Regression
    terms: Terms
    population: Population
    bands: dict[str, list[int]]

    def logs(self, coefficients: np.ndarray) -> np.ndarray:
        """(n, cells) log hazards of *coefficients* (n, all), cells in the order of age group and band."""
        count = sum(map(len, self.bands.values()))
        age = np.repeat(np.arange(len(AGE_GROUPS)), [len(self.bands[name]) for name in AGE_GROUPS])
        multiplier = np.einsum("ak,nk->na", self.population.weights, self._kinds(coefficients))
        season = np.exp(self._block(coefficients, self.terms.season_columns)).mean(axis=1)
        years = np.exp(self._block(coefficients, self.terms.year_columns)) @ self.population.years
        return coefficients[:, :count] + np.log(multiplier)[:, age] + np.log(season * years)[:, None]

    def _kinds(self, coefficients: np.ndarray) -> np.ndarray:
        """(n, kinds) factors of the kinds of people."""
        places = [self.fitted.names.index(name) for name in self.terms.people]
        return np.exp(coefficients[:, places] @ self.population.kinds.T)

    def _block(self, coefficients: np.ndarray, columns: list[str]) -> np.ndarray:
        """(n, 1 + columns) effects of a factor, its reference first."""
        places = [self.fitted.names.index(name) for name in columns]
        return np.column_stack([np.zeros(len(coefficients)), coefficients[:, places]])

    def estimates(self) -> tuple[np.ndarray, np.ndarray]:
        """Log hazards of the cells and their standard errors, by the delta method."""
        best = self.fitted.coefficients
        steps = np.eye(len(best)) * STEP
        gradient = (self.logs(best + steps) - self.logs(best - steps)) / (2 * STEP)
        return self.logs(best[None])[0], np.sqrt(np.einsum("pc,pq,qc->c", gradient, self.fitted.covariance, gradient))

    def season(self) -> np.ndarray:
        """(12,) factor by calendar month, mean 1."""
        effects = np.exp(self._block(self.fitted.coefficients[None], self.terms.season_columns)[0])
        return effects / effects.mean() if self.terms.season else np.ones(YEAR)

    def years(self) -> np.ndarray:
        """Factor of each pooled year; their mean, weighted with time at risk, is 1."""
        effects = np.exp(self._block(self.fitted.coefficients[None], self.terms.year_columns)[0])
        return effects / (effects @ self.population.years)

    def survival(self, months: np.ndarray, stream: np.random.Generator) -> dict[str, np.ndarray]:
        """Share of new spells that lasts over *months*, (3, months): best, low and high (95 %), by "all" and age."""
        draws = stream.multivariate_normal(self.fitted.coefficients, self.fitted.covariance, DRAWS, method="eigh")
        best, drawn = (self._survival(each, months) for each in (self.fitted.coefficients[None], draws))
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        return {name: np.stack([best[0, at], low[at], high[at]]) for at, name in enumerate(["all", *AGE_GROUPS])}

    def _survival(self, coefficients: np.ndarray, months: np.ndarray) -> np.ndarray:
        """(n, all and ages, months), spells beginning evenly over a month and kinds of people mixed as they arrive."""
        hazards, kinds = np.exp(self.logs(coefficients)), self._kinds(coefficients)
        ends = np.cumsum([0, *(len(self.bands[name]) for name in AGE_GROUPS)])
        ages = []
        for at, name in enumerate(AGE_GROUPS):
            band = np.searchsorted(self.bands[name], np.arange(TOLD_APART + 1), side="right") - 1
            monthly = hazards[:, ends[at]:ends[at + 1]][:, band]
            integrated = np.concatenate([np.zeros((len(monthly), 1)), np.cumsum(monthly, axis=1)], axis=1)
            weights = self.population.weights[at]
            factors = kinds / (kinds @ weights)[:, None]
            total = np.zeros((len(monthly), len(months)))
            for start in STARTS:
                served = _at(integrated, months + start) - _at(integrated, np.array([start]))
                total += np.einsum("k,nkm->nm", weights, np.exp(-factors[:, :, None] * served[:, None, :]))
            ages.append(total / len(STARTS))
        mixed = np.einsum("a,anm->nm", self.population.ages, np.array(ages))
        return np.stack([mixed, *ages], axis=1)


def _at(integrated: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Integrated hazards (n, knots at whole months) at *months*, linear between."""
    whole = np.minimum(np.floor(months).astype(int), integrated.shape[1] - 2)
    part = months - whole
    return integrated[:, whole] * (1 - part) + integrated[:, whole + 1] * part
