"""Bounds that no forecast month leaves, so that no origin explodes."""

from __future__ import annotations

import numpy as np

from forecasting.members.base import YEAR

MEMORY = 10 * YEAR  # the range of this many last months gives the bounds
SANITY = (0.4, 2.5)  # factors on the lowest and the highest month of the memory


def sanity_bounds(logs: np.ndarray) -> tuple[float, float]:
    """Lowest and highest log level that a forecast month may take: SANITY times the range of the MEMORY.

    From April 2020, which took a city from 7 700 unemployed to 12 300 in two months, models without bounds have
    forecast several times as many unemployed as the city has inhabitants.
    """
    memory = logs[-MEMORY:]
    return float(memory.min() + np.log(SANITY[0])), float(memory.max() + np.log(SANITY[1]))
