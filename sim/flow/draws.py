"""Keyed random draws: each client has its own numbers for each purpose and visit.

A draw depends on (seed, replication, cohort, place in the cohort, purpose, visit) and on nothing else. Adding a
purpose, a client at the end of a cohort or a scenario never shifts anyone else's draws, so two scenarios
meet the same people with the same luck and their difference is the scenario's, not chance.

Cohorts are the opening stock and the arrivals of each month. Draws are tabulated in blocks of ``BLOCK`` visits; a
client who comes back more often gets the next block of the cohort, made when first asked for.
"""

from __future__ import annotations

import numpy as np

from sim.clients.streams import generator

BLOCK = 4  # visits tabulated at once: most clients have fewer within three years


class Draws:
    """Exponential(1) and uniform draws of all clients of one replication, for one purpose.

    Parameters
    ----------
    seed, replication : non-negative integers; *replication* may number draw × replication.
    purpose : name of what the draws decide.
    cohorts : cohort of each client, equal ones next to each other; −1 for the opening stock.
    kind : "exponential" (mean 1) or "uniform" (0 to 1).

    ``values`` is a flat list: client *i*, visit *v* < BLOCK stands at ``i * BLOCK + v``; ``beyond`` serves later visits.
    """

    def __init__(self, seed: int, replication: int, purpose: str, cohorts: np.ndarray, kind: str) -> None:
        self._key, self._kind = (seed, replication, purpose), kind
        self._starts = np.concatenate([[0], np.flatnonzero(np.diff(cohorts)) + 1, [len(cohorts)]])
        self._cohorts = cohorts
        self._later: dict[tuple[int, int], np.ndarray] = {}
        blocks = [self._block(place, 0) for place in range(len(self._starts) - 1) if len(cohorts)]
        self.values: list[float] = np.concatenate(blocks or [np.empty((0, BLOCK))]).ravel().tolist()

    def _block(self, place: int, block: int) -> np.ndarray:
        first, after = self._starts[place : place + 2]
        stream = generator(*self._key, int(self._cohorts[first]) + 1, block)
        shape = (int(after - first), BLOCK)
        return stream.standard_exponential(shape) if self._kind == "exponential" else stream.random(shape)

    def beyond(self, client: int, visit: int) -> float:
        """Draw of a *visit* past the first block."""
        place = int(np.searchsorted(self._starts, client, side="right")) - 1
        block, column = divmod(visit, BLOCK)
        if (place, block) not in self._later:
            self._later[place, block] = self._block(place, block)
        return float(self._later[place, block][client - self._starts[place], column])
