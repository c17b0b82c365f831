"""The event log: one row for each time a client enters a state, in typed columns.

A spell lasts until the client's next row, or the horizon; ``frame`` adds the ends. ``counter`` is the number of paid
days before the spell (negative while waiting days are left), ``clock`` the month of spell at its start as the hazards
see it.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

import numpy as np
import pandas as pd

COLUMNS = {"client": "i", "state": "b", "start": "d", "counter": "i", "clock": "h"}


class EventLog:
    """Typed columns that grow by ``array.append``: 19 bytes a spell, and no object kept for it.

    Attributes
    ----------
    columns : the arrays by name, in order of time of writing.
    record : writes one row, its arguments in the order of COLUMNS.
    """

    def __init__(self, horizon: float) -> None:
        self.horizon = horizon
        self.columns = {name: array(code) for name, code in COLUMNS.items()}
        self.record = _writer(*(column.append for column in self.columns.values()))

    def extend(self, rows: dict[str, np.ndarray]) -> None:
        """Write many rows at once, one array a column."""
        for name, code in COLUMNS.items():
            self.columns[name].frombytes(np.asarray(rows[name]).astype(np.dtype(code)).tobytes())

    def frame(self) -> pd.DataFrame:
        """Spells sorted by client and start; they tile each client's time from entry to the horizon.

        Columns: client, state (State code), start and end (days from the origin), counter (paid days at the start),
        clock (months), open (bool: the horizon cut the spell).
        """
        data = {name: np.array(column) for name, column in self.columns.items()}
        order = np.argsort(data["client"], kind="stable")  # a client's rows are written in order of time
        data = {name: column[order] for name, column in data.items()}
        rows = len(order)
        last = np.append(np.diff(data["client"]) != 0, True)[:rows]
        end = np.where(last, self.horizon, np.append(data["start"][1:], self.horizon)[:rows])
        return pd.DataFrame({**data, "end": end, "open": last})

    def __len__(self) -> int:
        return len(self.columns["client"])


def _writer(add_client: Callable, add_state: Callable, add_start: Callable, add_counter: Callable,
            add_clock: Callable) -> Callable:
    """One function that writes a row; no loop over columns, since it runs for every spell."""

    def record(client: int, state: int, start: float, counter: int, clock: int) -> None:
        add_client(client)
        add_state(state)
        add_start(start)
        add_counter(counter)
        add_clock(clock)

    return record
