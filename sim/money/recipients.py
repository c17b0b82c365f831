"""Who is paid by Kela on a day: the unemployed who are past their waiting days and not on a fund's allowance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.clients.clients import Clients, State
from sim.clients.opening import counters_at
from sim.law.benefits import Entitlement


def kela_recipients(log: pd.DataFrame, clients: Clients, origin: int, times: np.ndarray) -> Iterator[np.ndarray]:
    """Clients on a benefit that Kela pays just before each of *times* (days from *origin*)."""
    unemployed = log[log["state"] == State.UNEMPLOYED]
    start, end = unemployed["start"].to_numpy(), unemployed["end"].to_numpy()
    for time in times:
        now = unemployed[(start < time) & (end >= time)]
        who, counter = now["client"].to_numpy(), counters_at(now, float(time), origin)
        by_fund = (clients.entitlement[who] == Entitlement.EARNINGS_RELATED) & (counter <= clients.maximum_days[who])
        yield who[(counter > 0) & ~by_fund]
