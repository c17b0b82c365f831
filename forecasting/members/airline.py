"""The airline model: seasonal ARIMA (0,1,1)(0,1,1) on logs (Box & Jenkins, Time Series Analysis, chapter 9)."""

from __future__ import annotations

import numpy as np
from statsmodels.tsa.statespace.sarimax import SARIMAX

from forecasting.members.base import YEAR, Ahead, state_space_ahead

ORDERS = {"order": (0, 1, 1), "seasonal_order": (0, 1, 1, YEAR)}


def airline(logs: np.ndarray, horizon: int) -> Ahead:
    """Fit to *logs* and look *horizon* months ahead.

    No search of orders: AICc searches on short monthly series choose worse and stop at poor optima. Estimated on the
    differences with the variance concentrated out (a tenth of the time, the same likelihood), then filtered in levels.
    """
    quick = SARIMAX(logs, **ORDERS, simple_differencing=True, concentrate_scale=True).fit(disp=False)
    return state_space_ahead(SARIMAX(logs, **ORDERS, concentrate_scale=True).filter(quick.params), horizon)
