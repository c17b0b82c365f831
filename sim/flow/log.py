"""The event log: one row a client-spell, in typed columns.

Rows tile each client's time from entry to the horizon. ``counter`` is the number of paid days before the spell
(negative while waiting days are left); ``clock`` the month of spell at its start as the hazards see it; ``open`` marks
spells that the horizon cut.
"""

from __future__ import annotations

from array import array

import numpy as np
import pandas as pd


class EventLog:
    """Typed columns that grow by ``array.append``: 31 bytes a spell, no object kept for it."""

    COLUMNS = {"client": "i", "state": "b", "start": "d", "end": "d", "counter": "i", "clock": "i", "open": "b"}

    def __init__(self) -> None:
        self.columns = {name: array(code) for name, code in self.COLUMNS.items()}

    def frame(self) -> pd.DataFrame:
        """Rows sorted by client and start: client, state (State code), start and end (days from the
        origin), counter (paid days at the start), clock (months), open (bool)."""
        data = {name: np.array(column) for name, column in self.columns.items()}
        data["open"] = data["open"].astype(bool)
        order = np.lexsort((data["end"], data["start"], data["client"]))
        return pd.DataFrame({name: column[order] for name, column in data.items()})

    def __len__(self) -> int:
        return len(self.columns["client"])
