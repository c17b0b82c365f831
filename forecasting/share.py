"""A local series as its share of the national one times a national path.

Nearly all of what a municipality's forecast gets wrong is the national cycle; its share of the country moves slowly. So
the share is forecast, and the national path is a choice: the country's own statistical path, an official outlook
(``outlook``), a shock laid on either (``shock``), or a path that a scenario states. Both uncertainties are kept apart
until they are joined, draw by draw and independently: log local = log share + log national. A correlation as it was
measured in the past makes the joint forecast worse (docs/forecasting.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.model import HORIZON, Fitted, fit_series
from forecasting.scores import LEVELS
from forecasting.series import KINDS, Kind, area_of, prepared
from sources.errors import InputError

SHARE = KINDS["stock"]  # people over people has no unit of its own, comes back as stocks do, and scored well so (docs)
WHEN = (3, 12, 24, 48)  # months ahead at which the parts of the uncertainty are told


@dataclass(frozen=True, eq=False)
class ShareModel:
    """The share of a local series in the national one, fitted.

    Attributes
    ----------
    share : the fitted ratio; its name is ``share:area``, by which its random numbers are keyed.
    """

    share: Fitted

    @property
    def last(self) -> pd.Period:
        """Last month in which both series were observed."""
        return self.share.series.last

    def forecast(self, national: np.ndarray, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """Quantiles given that the national path is *national* (horizon,): of the share, times it; one row a month."""
        return self.share.quantiles(len(national), levels).mul(national, axis=0)

    def shares(self, horizon: int, draws: Iterable[int], seed: int) -> np.ndarray:
        """Paths (draws, horizon) of the share alone; see ``Fitted.sample``."""
        return self.share.sample(horizon, draws, seed)

    def sample(self, national: np.ndarray, draws: Iterable[int], seed: int) -> np.ndarray:
        """Local paths: each of the *national* paths (draws, horizon) times the path of the share of the same number.

        A single national path (horizon,) is taken for every draw: then only the share is uncertain.
        """
        return self.shares(national.shape[-1], draws, seed) * national


def share_of(local: pd.Series, national: pd.Series) -> pd.Series:
    """Share of *local* in *national* from the first to the last month in which both are observed, as ``share:area``.

    Raises
    ------
    InputError : no month in common, or a national value that is not positive.
    """
    both = local.index.intersection(national.index)
    whole = national.reindex(both)
    if (whole <= 0).any():
        raise InputError(f"series {national.name}", f"month {whole.index[whole <= 0][0]}", "is not positive",
                         "correct the value: a share of nothing is none")
    share = (local.reindex(both) / whole).rename(f"share:{area_of(str(local.name))}")
    known = share.dropna()
    if known.empty:
        raise InputError(f"series {local.name}", "", f"has no month in common with {national.name}",
                         "give two series of the same months")
    return share.loc[known.index[0]:known.index[-1]]


def fit_share(local: pd.Series, national: pd.Series, *, kind: Kind = SHARE, horizon: int = HORIZON,
              errors: pd.DataFrame | None = None) -> ShareModel:
    """Fit the share of *local* in *national*, over the months in which both are observed.

    Parameters
    ----------
    local, national : values by month (monthly periods) of the same quantity.
    errors : past errors of shares of many areas, as ``fit_series`` takes them.

    Raises
    ------
    InputError : no month in common, too few, or a national value that is not positive.
    """
    return ShareModel(fit_series(prepared(share_of(local, national), kind), horizon, errors))


def parts(national: np.ndarray, shares: np.ndarray, when: Sequence[int] = WHEN) -> pd.DataFrame:
    """How much of the uncertainty of the local series is the national path's, and how much the share's.

    Parameters
    ----------
    national, shares : paths (draws, horizon) each, joined draw by draw.
    when : months ahead; those beyond the horizon are left out.

    Returns
    -------
    DataFrame : horizon; national, share and joint, standard deviations of the logarithm (about 1 for 100 %); and
        of_national, the national part of the two variances' sum. Drawn independently, the squares add up.
    """
    steps = [step for step in when if step <= national.shape[1]]
    at = [step - 1 for step in steps]
    logs = np.log(national[:, at]), np.log(shares[:, at])
    country, own, joint = (each.std(axis=0) for each in (*logs, logs[0] + logs[1]))
    total = country**2 + own**2
    return pd.DataFrame({"horizon": steps, "national": country, "share": own, "joint": joint,
                         "of_national": np.divide(country**2, total, out=np.zeros_like(total), where=total > 0)})
