"""Weighing the library: how many people each group stands for, so that Kela's months come out.

Euros, people and stock are linear in the groups' weights, so the weights are a bounded least-squares problem, solved
anew for each trial of the behaviour (variable projection). Two priors hold weakly informed groups: towards the level
of arrivals of their kind, and towards their neighbours in counter or month. Utilisation by class and weights are
solved in turn. All residuals are in standard deviations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import lsq_linear

from scenarios.history import COUNTER_BINS, FUND, Tally
from scenarios.observed import Observed

# Standard deviations of what is observed, relative: payment timing alone moves a month by two to three per cent.
EUROS_SD, FUND_SD, PEOPLE_SD, STOCK_SD = 0.025, 0.08, 0.05, 0.03
# Priors on weights, in arrivals of the library: against the level, and against the neighbour. A group alone is weakly
# informed, so neighbours (20 paid days, or a month) may differ by some eight per cent of the level.
BIN_SD, BIN_STEP_SD, ARRIVAL_SD, ARRIVAL_STEP_SD = 0.3, 0.075, 0.125, 0.04
ROUNDS = 6  # of utilisation against weights; changes are below 0.1 % after four


@dataclass(frozen=True, eq=False)
class Problem:
    """One trial's linear problem.

    Attributes
    ----------
    tally : what a unit of weight of each group adds.
    observed : what Kela published.
    matrix : (periods, months) payment matrix over the observed months.
    prices : (periods, classes) euros a paid day at full utilisation.
    pattern : (months,) season × factor of arrivals by month of arrival.
    utilisation, utilisation_sd : prior of paid over full amount, by charged class.
    arrivals : (2,) the library's expected arrivals a month of fund members and others: people at weight one.
    """

    tally: Tally
    observed: Observed
    matrix: np.ndarray
    prices: np.ndarray
    pattern: np.ndarray
    utilisation: np.ndarray
    utilisation_sd: float
    arrivals: np.ndarray

    @cached_property
    def euros(self) -> np.ndarray:
        """(groups, months, payers, charged classes) euros at full utilisation."""
        return np.einsum("pm,gpfc,pc->gmfc", self.matrix, self.tally.days, self.prices, optimize=True)[..., 1:]

    @cached_property
    def people(self) -> np.ndarray:
        """(groups, months, charged classes) recipients by payment month: those with a paid day, moved as euros are."""
        share = self.matrix / np.maximum(self.matrix.sum(axis=0), 1e-9)
        return np.einsum("pm,gpc->gmc", share, self.tally.people, optimize=True)[..., 1:]

    @cached_property
    def priors(self) -> np.ndarray:
        """Rows of the priors over (weights of groups, level of fund members, level of others); right side zero."""
        groups, bins = len(self.tally.days), len(COUNTER_BINS)
        rows = []

        def row(place: int, value: float, against: int, other: float, deviation: float) -> None:
            line = np.zeros(groups + 2)
            line[place], line[against] = value / deviation, -other / deviation
            rows.append(line)

        for kind in (0, 1):
            level, previous, before = groups + kind, kind, 1.0
            for place in range(kind, 2 * bins, 2):
                row(place, 1, level, 1, BIN_SD)
                if place > kind:
                    row(place, 1, place - 2, 1, BIN_STEP_SD)
            for place, expected in zip(range(2 * bins + kind, groups, 2), self.pattern, strict=True):
                row(place, 1, level, expected, ARRIVAL_SD)
                row(place, 1 / expected, previous, 1 / before, ARRIVAL_STEP_SD)
                previous, before = place, expected
        return np.array(rows)


@dataclass(frozen=True, eq=False)
class Weighed:
    """Solution of a Problem.

    Attributes
    ----------
    weights : (groups,) people a client of the library stands for.
    level, level_sd : (2,) expected arrivals a month at factor 1, fund members and others, and their standard
        deviations.
    utilisation : (charged classes,) paid over full amount.
    euros : (months, payers, charged classes) fitted.
    stock : (months,) fitted people on Kela's benefits.
    residuals : all residuals in standard deviations, priors included.
    observations : how many of them are about observations.
    """

    weights: np.ndarray
    level: np.ndarray
    level_sd: np.ndarray
    utilisation: np.ndarray
    euros: np.ndarray
    stock: np.ndarray
    residuals: np.ndarray
    observations: int


def weigh(problem: Problem) -> Weighed:
    """Weights and utilisation that bring the library closest to Kela's months."""
    groups = len(problem.tally.days)
    utilisation = problem.utilisation.copy()
    for _ in range(ROUNDS):
        blocks = _observation_rows(problem, utilisation)
        system = np.vstack([np.hstack([np.vstack([rows for rows, _ in blocks]), np.zeros((_count(blocks), 2))]),
                            problem.priors])
        target = np.concatenate([side for _, side in blocks] + [np.zeros(len(problem.priors))])
        solution = lsq_linear(system, target, bounds=(0, np.inf), tol=1e-9).x
        fitted = np.tensordot(solution[:groups], problem.euros, axes=1) * utilisation
        utilisation = utilisation * _utilisation_step(problem, fitted.sum(axis=1), utilisation)
    covariance = np.linalg.pinv(system.T @ system)
    return Weighed(
        weights=solution[:groups],
        level=solution[groups:] * problem.arrivals,
        level_sd=np.sqrt(np.diag(covariance)[groups:]) * problem.arrivals,
        utilisation=utilisation,
        euros=np.tensordot(solution[:groups], problem.euros, axes=1) * utilisation,
        stock=solution[:groups] @ problem.tally.stock,
        residuals=np.concatenate([system @ solution - target,
                                  (utilisation - problem.utilisation) / problem.utilisation_sd]),
        observations=_count(blocks),
    )


def _count(blocks: list[tuple[np.ndarray, np.ndarray]]) -> int:
    return sum(len(side) for _, side in blocks)


def _observation_rows(problem: Problem, utilisation: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows over groups and right sides, scaled: euros by class, of which by funds, people by class, stock."""
    observed = problem.observed
    priced = problem.euros * utilisation
    blocks = []
    for model, data, spread, mask in (
        (priced.sum(axis=2), observed.euros, EUROS_SD, observed.usable),
        (priced[:, :, FUND], observed.fund_euros, FUND_SD, observed.fund_usable),
        (problem.people, observed.recipients, PEOPLE_SD, observed.usable),
        (problem.tally.stock, observed.stock, STOCK_SD, np.ones(observed.months, bool)),
    ):
        deviation = spread * data[mask]
        blocks.append(((model[:, mask] / deviation).T, data[mask] / deviation))
    return blocks


def _utilisation_step(problem: Problem, fitted: np.ndarray, utilisation: np.ndarray) -> np.ndarray:
    """Factor on utilisation by class: precision-weighted mean of what the months and the prior ask for."""
    observed = problem.observed
    factor = np.ones(len(utilisation))
    for place in range(len(factor)):
        used = observed.usable[:, place]
        asked = observed.euros[used, place].sum() / fitted[used, place].sum()
        precision, prior = used.sum() / EUROS_SD**2, 1 / problem.utilisation_sd**2
        wanted = problem.utilisation[place] / utilisation[place]
        factor[place] = (asked * precision + wanted * prior) / (precision + prior)
    return factor
