"""Keyed random draws: each client has its own numbers for each purpose and visit.

A draw depends on (seed, replication, cohort, place in the cohort, purpose, visit) and on nothing else. Adding a
purpose, a client at the end of a cohort or a scenario never shifts anyone else's draws, so two scenarios
meet the same people with the same luck and their difference is the scenario's, not chance.

Cohorts are the opening stock and the arrivals of each month. A cohort's first
``BLOCK`` visits are tabulated at once; the few clients who come back more often get a block of their own when they do.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np

from sim.clients.streams import cohort_starts, entry_draws, generator, uniform

__all__ = ["BLOCK", "Draw", "entry_draws", "exponential", "keyed_draws", "uniform"]

BLOCK = 4  # visits tabulated at once: most clients have fewer within three years


Draw = Callable[[int, int], float]


def exponential(stream: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Draws with mean 1."""
    return stream.standard_exponential(shape)


def keyed_draws(seed: int, replication: int, purpose: str, cohorts: np.ndarray,
                make: Callable[[np.random.Generator, tuple[int, int]], np.ndarray], block: int = BLOCK) -> Draw:
    """The draws of all clients for one purpose, as a function of (client, visit).

    Parameters
    ----------
    seed, replication : non-negative integers.
    purpose : name of what the draws decide.
    cohorts : (clients,) cohort of each client, equal ones next to each other; −1 for the opening stock.
    make : draws of a (clients, visits) block from its stream, row by row.
    block : visits tabulated at once.
    """
    starts = cohort_starts(cohorts)

    def stream(place: int, *further: int) -> np.random.Generator:
        return generator(seed, replication, purpose, int(cohorts[starts[place]]) + 1, *further)

    blocks = [make(stream(place), (int(after - first), block)) for place, (first, after) in enumerate(pairwise(starts))]
    # an array keeps a client's draws side by side; a list would scatter a float object for each over memory
    values = array("d", np.concatenate(blocks or [np.empty((0, block))]).tobytes())

    @cache
    def later(client: int, number: int) -> np.ndarray:
        place = int(np.searchsorted(starts, client, side="right")) - 1
        return make(stream(place, int(client - starts[place]), number), (1, block))[0]

    def draw(client: int, visit: int) -> float:
        if visit < block:
            return values[client * block + visit]
        return float(later(client, visit // block)[visit % block])

    return draw
