"""What services did, in typed columns: episodes in a service, and meetings."""

from __future__ import annotations

from array import array
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from sim.flow.offer import Ended


class Rows:
    """Typed columns that grow row by row, and whose cells can be written again."""

    def __init__(self, **codes: str) -> None:
        self.columns: dict[str, Any] = {name: array(code) for name, code in codes.items()}

    def add(self, *row: float) -> int:
        """Write a row; returns its number."""
        for column, value in zip(self.columns.values(), row, strict=True):
            column.append(value)
        return len(next(iter(self.columns.values()))) - 1

    def frame(self) -> pd.DataFrame:
        """One row each, in order of writing."""
        return pd.DataFrame({name: np.array(column) for name, column in self.columns.items()})


class EpisodeLog(Rows):
    """One row a request for a place.

    Columns: client, line (place in Offer.lines), asked, start (NaN: never began), end (the horizon where it is open;
    of who gave up, the day of it), ended (Ended). Days are from the origin.
    """

    def __init__(self, horizon: float) -> None:
        super().__init__(client="i", line="h", asked="d", start="d", end="d", ended="b")
        self._horizon = horizon

    def ask(self, client: int, line: int, now: float) -> int:
        """A request; returns its number."""
        return self.add(client, line, now, nan, self._horizon, Ended.OPEN)

    def begin(self, number: int, now: float) -> None:
        """The client is in."""
        self.columns["start"][number] = now

    def finish(self, number: int, now: float, ended: Ended) -> None:
        """The episode is over, or will be; nothing if that is after the horizon."""
        if now < self._horizon:
            self.columns["end"][number] = now
            self.columns["ended"][number] = ended


class MeetingLog(Rows):
    """One row a meeting that was due.

    Columns: client, unit, task (services' Task), due (last day on which it was in time), held (NaN: dropped, or the
    client had left), minutes.
    """

    def __init__(self) -> None:
        super().__init__(client="i", unit="b", task="b", due="d", held="d", minutes="f")
