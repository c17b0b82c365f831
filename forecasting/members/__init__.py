"""The models that a forecast is combined from: all on the logarithm, all with one interface.

Every member is linear with normal errors, so what it says of the months to come is a mean path and one triangular
matrix: month *h* is the mean plus row *h* of ``root`` times independent standard normal numbers. Spread, correlation of
months, and sampled paths all follow from the two.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from forecasting.members.airline import airline
from forecasting.members.base import YEAR, Ahead
from forecasting.members.smoothing import level_only, smoothing, stl_smoothing
from forecasting.members.structural import structural
from forecasting.members.theta import theta

MEMBERS: dict[str, Callable[[np.ndarray, int], Ahead]] = {
    "ets": smoothing, "theta": theta, "airline": airline, "stl_ets": stl_smoothing, "structural": structural,
}
UNSEASONAL = {"level": level_only}  # for series too short to know their season

__all__ = ["MEMBERS", "UNSEASONAL", "YEAR", "Ahead"]
