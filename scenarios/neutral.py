"""What services of today are in the fitted hazards already, and how readily clients are referred today.

Calibration fits exits to months in which services worked: they are inside the hazards. So before services act in a run,
the mean of what today's do is taken out: a baseline then leaves as it was fitted to, and a scenario differs by what it
changes. And the chance at a meeting of being referred to a service is not known, but the starts are: it is the chance
that brings those about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

BANDS = (0, 3, 6, 12, 24)  # months of spell at which a band begins
ROWS, AGES, WAYS = 12, 3, 4  # hazard rows, age groups, and short work, lasting work, outside, gone


@dataclass(frozen=True, eq=False)
class ServiceLevels:
    """See the module's story.

    Attributes
    ----------
    inside : people in each service on the first day.
    starts : of each service a month, today.
    referral : chance at a meeting of a client of weight 1.
    deadweight : by subsidised service, share of lasting hires for which it is claimed anyway.
    ways : (rows, bands, ways) factor on the hazard of each way out.
    """

    inside: Mapping[str, int]
    starts: Mapping[str, float]
    referral: Mapping[str, float]
    deadweight: Mapping[str, float] = field(default_factory=dict)
    ways: np.ndarray = field(default_factory=lambda: np.ones((ROWS, len(BANDS), WAYS)))
