"""Cox regression: how people differ, whatever the baseline hazard is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.duration.hazard_regression import PHReg

from forecasting.durations.nonparametric import Z95
from sim.clients.streams import generator

MOST = 50_000  # spells; more add seconds and little else to a table that is a cross-check


def cox(observed: pd.DataFrame, covariates: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Partial likelihood with Efron's correction for ties, and entry.

    Parameters
    ----------
    observed : entry, time and cause (0 censored); of more than MOST spells a keyed sample is taken.
    covariates : numbers, one row a spell; a column that does not vary must be left out.

    Returns
    -------
    DataFrame by covariate: coefficient, standard_error, ratio (of hazards), low and high (95 %, of the ratio); and the
        log of the partial likelihood.
    """
    if len(observed) > MOST:
        rows = generator(0, 0, "sample of spells").choice(len(observed), MOST, replace=False)
        observed, covariates = observed.iloc[rows], covariates.iloc[rows]
    # PHReg counts who enters at t as at risk at t; here, as in SurvfuncRight, the risk begins after the entry
    entry = np.nextafter(observed["entry"].to_numpy(float), np.inf)
    fitted = PHReg(observed["time"].to_numpy(float), covariates.to_numpy(float),
                   status=(observed["cause"] > 0).to_numpy(int), entry=entry, ties="efron").fit(disp=0)
    return ratios(covariates.columns, fitted.params, fitted.bse), float(fitted.llf)


def ratios(names: pd.Index | list[str], coefficients: np.ndarray, errors: np.ndarray) -> pd.DataFrame:
    """Log hazard ratios with their errors, and the ratios with 95 % intervals, by name."""
    return pd.DataFrame({"coefficient": coefficients, "standard_error": errors, "ratio": np.exp(coefficients),
                         "low": np.exp(coefficients - Z95 * errors), "high": np.exp(coefficients + Z95 * errors)},
                        index=pd.Index(names, name="covariate"))
