"""The unemployed of months whose statistic is not out yet, from Kela's recipients and counts that releases quote.

The logarithm of unemployed ÷ recipients is a random walk with a fixed season, observed wherever the unemployed are
known, with a noise where a count was only derived; the Kalman smoother gives the other months, with their standard
errors. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter, 1989, chapters 2 and 6.3 (missing
observations); Harvey & Durbin, "The effects of seat belt legislation on British road casualties", Journal of the Royal
Statistical Society A 149 (1986), for level shifts.

A month in which the ratio jumped by more than SHOCK standard errors, as in the mass lay-offs of spring 2020, is given a
level shift of its own: it moves the level and does not widen every later interval. So an interval is that of ordinary
times: it covers the walk of the ratio (people who pass to the funds' allowance, which Kela's recipients leave out, or
to no benefit) at its pace in the months of the published statistic. It does not cover another shock, a law that moves
people between the funds and Kela at once, or a revision of the statistic, of the recipients or of a quoted count.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.tools.sm_exceptions import SpecificationWarning
from statsmodels.tsa.statespace.structural import UnobservedComponents

from forecasting.members import YEAR
from forecasting.scores import LEVELS
from sources.errors import InputError

SHOCK = 3.0  # standard errors of a one-step forecast
ROUNDING = 12**-0.5  # standard deviation, persons, of rounding to whole ones
SHORTEST = 2 * YEAR  # months known of both, so that each calendar month is seen twice
STATISTIC, PRESS, NOWCAST = "statistic", "press", "nowcast"


def nowcast(unemployed: pd.Series, recipients: pd.Series, points: pd.DataFrame | None = None) -> pd.DataFrame:
    """Unemployed in every month of *recipients*: as published, as quoted, or nowcast.

    Parameters
    ----------
    unemployed : published statistic by month, persons.
    recipients : Kela's recipients at month end, persons, a gapless monthly period index.
    points : quoted counts (``sources.press_points``): columns unemployed and error (standard error, persons) by month.
        The statistic comes first where it has the month.

    Returns
    -------
    DataFrame by month: recipients, statistic and press (persons, NaN where there is none), origin (statistic, press or
        nowcast: what the quantiles rest on), and the quantiles LEVELS in persons. Where the count is exact, all
        quantiles are that count.

    Raises
    ------
    InputError : fewer than SHORTEST months in which statistic and recipients are both known, or a count that is not
        above 0.
    """
    months = recipients.index
    table = pd.DataFrame({"recipients": recipients, "statistic": unemployed.reindex(months).astype(float),
                          "press": np.nan if points is None else points["unemployed"].reindex(months)}, index=months)
    _check(table)
    known = table["statistic"].fillna(table["press"])
    errors = pd.Series(0.0, months) if points is None else points["error"].reindex(months).fillna(0.0)
    errors = errors.where(table["statistic"].isna(), 0.0)
    noise = (np.maximum(errors, ROUNDING) / known).fillna(0.0)
    logs = np.log(known / recipients)
    mean, deviation = _smoothed(logs.to_numpy(), noise.to_numpy(), table["statistic"].notna().to_numpy())
    exact = known.notna() & (errors == 0)
    table["origin"] = np.select([table["statistic"].notna(), table["press"].notna()], [STATISTIC, PRESS], NOWCAST)
    for level in LEVELS:
        table[level] = known.where(exact, recipients * np.exp(mean + norm.ppf(level) * deviation))
    return table.rename_axis("month")


def unemployed_series(name: str, unemployed: pd.Series, recipients: pd.Series,
                      points: pd.DataFrame | None = None) -> pd.DataFrame:
    """The unemployed as one tidy series: published, then quoted or nowcast.

    Returns
    -------
    DataFrame : series (*name*), month, value (persons; the median where it is nowcast), source (statistic, press or
        nowcast), in order of months, from the first month published to the newest of the recipients.
    """
    table = nowcast(unemployed, recipients, points)
    later = table[table.index > unemployed.index[-1]]
    values = pd.concat([unemployed.astype(float), later["press"].fillna(later[0.5])])
    source = pd.concat([pd.Series(STATISTIC, unemployed.index), later["origin"]])
    return pd.DataFrame({"series": name, "month": values.index, "value": values.to_numpy(),
                         "source": source.to_numpy()})


def _check(table: pd.DataFrame) -> None:
    for column in ("recipients", "statistic", "press"):
        bad = table[column] <= 0
        if bad.any():
            raise InputError(column, f"month {table.index[bad.to_numpy().argmax()]}", "is not above 0",
                             "correct the count")
    both = int(table["statistic"].notna().sum())
    if both < SHORTEST:
        raise InputError("unemployed", f"{both} months in common with recipients", "are too few",
                         f"give at least {SHORTEST} months of both")


def _smoothed(logs: np.ndarray, noise: np.ndarray, published: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error of the log ratio in every month, given all *logs* that are known."""
    shifts: list[int] = []
    while True:
        fitted = _fitted(logs, noise, shifts)
        size = np.where(published, np.abs(fitted.filter_results.standardized_forecasts_error[0]), 0.0)
        size[:fitted.loglikelihood_burn + YEAR + len(shifts) + 1] = 0.0  # before season and shifts are known
        size = np.nan_to_num(size)
        if size.max() <= SHOCK:
            break
        shifts.append(int(size.argmax()))
    smooth = fitted.smoother_results
    design = np.broadcast_to(smooth.design[0], (smooth.k_states, len(logs)))
    variance = np.einsum("it,ijt,jt->t", design, smooth.smoothed_state_cov, design)
    return np.einsum("it,it->t", design, smooth.smoothed_state), np.sqrt(np.maximum(variance, 0.0))


def _fitted(logs: np.ndarray, noise: np.ndarray, shifts: list[int]) -> Any:
    """Random walk, fixed season and a level shift from each month of *shifts* on, by maximum likelihood."""
    steps = np.column_stack([np.arange(len(logs)) >= month for month in shifts]).astype(float) if shifts else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SpecificationWarning)
        model = UnobservedComponents(logs, level="rwalk", seasonal=YEAR, stochastic_seasonal=False, exog=steps,
                                     mle_regression=False)
    model.ssm["obs_cov"] = (noise**2)[None, None, :]
    return model.fit(method="powell", maxiter=200, disp=False)  # one parameter; the default's line search may fail
