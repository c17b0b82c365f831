"""Piecewise-constant hazards as a Poisson regression, and bands wide enough to be estimated and shown.

With hazard exp(x b) in a cell of exposure E, the D exits of that cell have the likelihood of a Poisson count of mean
E exp(x b), but for factors without b (Holford, "The analysis of rates and of survivorship using log-linear models",
Biometrics 36, 1980; Laird & Olivier, JASA 76, 1981). So a generalised linear model with offset log E is the exact
maximum likelihood fit, and cells may be summed where x is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from sources.errors import InputError

ENOUGH_EXITS = 20  # in a band: a standard error of log hazard of at most 1 / sqrt(20) = 0.22


@dataclass(frozen=True, eq=False)
class Regression:
    """A fitted Poisson regression of exits on exposure.

    Attributes
    ----------
    names, coefficients, covariance : of the columns of the design, on the scale of log hazard.
    log_likelihood : of the piecewise exponential model, sum of D x b - E exp(x b).
    """

    names: list[str]
    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2 * len(self.names) - 2 * self.log_likelihood

    def of(self, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Coefficients of *names* and their standard errors."""
        places = [self.names.index(name) for name in names]
        return self.coefficients[places], np.sqrt(np.diag(self.covariance)[places])


def piecewise_exponential(exits: np.ndarray, exposure: np.ndarray, design: pd.DataFrame) -> Regression:
    """Fit hazards exp(design b) to *exits* in *exposure*, one row a cell; every column of *design* needs exits.

    Raises
    ------
    InputError : columns of *design* follow from each other.

    Examples
    --------

    >>> bands = pd.DataFrame({"first": [1, 0], "second": [0, 1]})
    >>> two = piecewise_exponential(np.array([30, 10]), np.array([100.0, 200.0]), bands)
    >>> np.exp(two.coefficients).round(6).tolist()
    [0.3, 0.05]
    """
    columns = design.to_numpy(float)
    # Newton on the sums, from one rate for all: the default method factors the whole design in every step, at 50 times
    # the cost. hasconst only spares a check of rank, which the products below make at the size of the coefficients.
    products = columns.T @ columns
    if np.linalg.matrix_rank(products, hermitian=True) < len(products):
        raise InputError("spells", f"columns {', '.join(design.columns)}", "some of them tell the same people apart",
                         "leave a column out that follows from the others")
    start = np.linalg.solve(products, columns.T @ np.full(len(exits), np.log(exits.sum() / exposure.sum())))
    fitted = GLM(exits, columns, family=Poisson(), offset=np.log(exposure), hasconst=True).fit(
        start_params=start, method="newton", disp=0)
    linear = columns @ fitted.params
    likelihood = float(exits @ linear - exposure @ np.exp(linear))
    return Regression(list(design.columns), fitted.params, fitted.cov_params(), likelihood)


def pooled(starts: Sequence[int], end: int, enough: Callable[[int, int], bool]) -> list[int]:
    """Starts of bands, from those of *starts*, of which each is enough from its start to before the next or *end*.

    A band that is not takes in the following one; the last is taken in by the one before. Empty when even the whole is
    not enough.

    >>> pooled([0, 1, 3, 6], 9, lambda first, after: after - first > 2)
    [0, 3, 6]
    """
    kept, first = list[int](), starts[0]
    for after in [*starts[1:], end]:
        if enough(first, after):
            kept.append(first)
            first = after
    return kept


def dummies(values: pd.Series | np.ndarray, kinds: Sequence, prefix: str) -> pd.DataFrame:
    """One column of zeros and ones for each of *kinds*."""
    return pd.DataFrame({f"{prefix}{kind}": np.asarray(values) == kind for kind in kinds}).astype(float)


def banded(values: pd.Series | np.ndarray, starts: Sequence[int]) -> np.ndarray:
    """Start of the band in which each of *values* lies."""
    return np.asarray(starts)[np.searchsorted(starts, values, side="right") - 1]
