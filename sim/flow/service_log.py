"""What services did, row by row: episodes in a service, and meetings."""

from __future__ import annotations

from array import array
from math import nan

import numpy as np
import pandas as pd

from sim.flow.offer import Ended


class Rows:
    """Rows of numbers, side by side in one array, whose cells can be written again.

    Parameters
    ----------
    types : of the columns, by name.
    """

    def __init__(self, **types: str) -> None:
        self._types = types
        self._cells = array("d")

    def add(self, *row: float) -> int:
        """Write a row; returns its number."""
        number = len(self._cells) // len(self._types)
        self._cells.extend(row)
        return number

    def write(self, number: int, column: int, value: float) -> None:
        """Write a cell again."""
        self._cells[number * len(self._types) + column] = value

    def frame(self) -> pd.DataFrame:
        """One row each, in order of writing."""
        columns = np.array(self._cells).reshape(-1, len(self._types)).T
        return pd.DataFrame({name: column.astype(kind)
                             for (name, kind), column in zip(self._types.items(), columns, strict=True)})


START, END, ENDED = 3, 4, 5  # columns of an episode


class EpisodeLog(Rows):
    """One row a request for a place.

    Columns: client, line (place in Offer.lines), asked, start (NaN: never began), end (the horizon where it is open;
    of who gave up, the day of it), ended (Ended). Days are from the origin.
    """

    def __init__(self, horizon: float) -> None:
        super().__init__(client="i4", line="i2", asked="f8", start="f8", end="f8", ended="i1")
        self._horizon = horizon

    def ask(self, client: int, line: int, now: float) -> int:
        """A request; returns its number."""
        return self.add(client, line, now, nan, self._horizon, Ended.OPEN)

    def begin(self, number: int, now: float) -> None:
        """The client is in."""
        self.write(number, START, now)

    def finish(self, number: int, now: float, ended: Ended) -> None:
        """The episode is over, or will be; nothing if that is after the horizon."""
        if now < self._horizon:
            self.write(number, END, now)
            self.write(number, ENDED, ended)


class MeetingLog(Rows):
    """One row a meeting that was due.

    Columns: client, unit, task (services' Task), due (last day on which it was in time), held (NaN: dropped, or the
    client had left), minutes.
    """

    def __init__(self) -> None:
        super().__init__(client="i4", unit="i1", task="i1", due="f8", held="f8", minutes="f4")
