"""The stock of recipients, observed and sampled, as factors on the simulation's flows.

The season of arrivals is known from newer and better data (``season``), so the stock's own season is taken out first;
and one month's count is noisy against a turnover of some eight per cent, so pressure is read off means of three months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.flows import FlowFactors, factors
from forecasting.model import Fitted, fit_series
from forecasting.season import seasonal_index
from forecasting.series import KINDS, prepared
from sim.clients.streams import mirrored

SMOOTHED_MONTHS = 3
REFERENCE_MONTHS = 12


@dataclass(frozen=True, eq=False)
class StockModel:
    """The recipients' series with what turns it, or a path that continues it, into flow factors.

    Attributes
    ----------
    recipients : people on the benefits at each month's end; its name keys the paths' random numbers.
    turnover, arrival_share : see forecasting.flows.factors.
    arrival_share_sd : standard deviation of the share of arrivals from draw to draw.
    """

    recipients: pd.Series
    turnover: float
    arrival_share: float
    arrival_share_sd: float = 0.0

    def _adjusted(self, series: pd.Series) -> pd.Series:
        season = seasonal_index(self.recipients)
        return series / season[series.index.month - 1]

    @property
    def _smooth(self) -> pd.Series:
        return self._adjusted(self.recipients).rolling(SMOOTHED_MONTHS).mean().dropna()

    @property
    def reference(self) -> float:
        """Stock at which both factors are one: the seasonally adjusted mean of the newest twelve months."""
        return float(self._smooth.iloc[-REFERENCE_MONTHS:].mean())

    def observed(self, months: int) -> FlowFactors:
        """Factors of the newest *months* observed months, (months,)."""
        smooth = self._smooth.to_numpy()
        return self._factors(smooth[-months:], smooth[-months - 1], self.arrival_share)

    def fitted(self, horizon: int, errors: pd.DataFrame | None) -> Fitted:
        """The forecast of the stock, *horizon* months ahead; *errors* of other municipalities stretch its intervals."""
        return fit_series(prepared(self.recipients, KINDS["stock"]), horizon, errors)

    def sampled(self, forecast: Fitted, draws: range, seed: int,
                growth: np.ndarray | None = None) -> tuple[np.ndarray, FlowFactors]:
        """Paths of the stock as *forecast*, (draws, horizon) persons, and their factors; one path and one
        share of arrivals a draw.

        Draws come in pairs, 0 and 1, 2 and 3, …: the second mirrors the first about the median path, month by month.
        Few draws then have the right centre, and not only many.

        Parameters
        ----------
        growth : (horizon,) multipliers, 1 in the first month, by which the median path, free of its season, is to move
            instead of as forecast; the paths keep their spread about it.
        """
        paths = forecast.sample(forecast.horizon, draws, seed, paired=True)
        season = seasonal_index(self.recipients)[forecast.months(forecast.horizon).month - 1]
        if growth is not None:
            median = forecast.quantiles(forecast.horizon, [0.5])[0.5].to_numpy()
            paths = paths * (median[0] / season[0] * season * growth / median)
        past = self._adjusted(self.recipients).to_numpy()[-SMOOTHED_MONTHS + 1:]
        joined = np.concatenate([np.broadcast_to(past, (len(paths), len(past))), paths / season], axis=1)
        smooth = np.lib.stride_tricks.sliding_window_view(joined, SMOOTHED_MONTHS, axis=1).mean(axis=2)
        luck = mirrored(draws, seed, "share of arrivals")[:, 0]
        share = np.clip(self.arrival_share + self.arrival_share_sd * luck, 0, 1)
        return paths, self._factors(smooth, self._smooth.iloc[-1], share)

    def _factors(self, path: np.ndarray, previous: float, arrival_share: float | np.ndarray) -> FlowFactors:
        return factors(path, previous, self.reference, self.turnover, arrival_share)
