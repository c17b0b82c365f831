"""Keyed random streams: a number depends on what it is for, never on what was drawn before."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from itertools import pairwise

import numpy as np


def generator(seed: int, replication: int, purpose: str, *keys: int) -> np.random.Generator:
    """Generator of one keyed stream; *purpose* enters by its name, never by its order."""
    entropy = [seed, replication, zlib.crc32(purpose.encode()), *keys]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy)))


def mirrored(draws: range, seed: int, purpose: str, *keys: int, size: int = 1) -> np.ndarray:
    """Standard normal numbers of each draw, (draws, size), an odd one the mirror of the one before.

    Few draws then have the right centre, and a draw's numbers do not depend on how many there are.
    """
    return np.stack([generator(seed, draw // 2, purpose, *keys).standard_normal(size) * (-1 if draw % 2 else 1)
                     for draw in draws])


def uniform(stream: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Draws between 0 and 1."""
    return stream.random(shape)


def entry_draws(seed: int, replication: int, purpose: str, cohorts: np.ndarray,
                make: Callable[[np.random.Generator, tuple[int, int]], np.ndarray]) -> np.ndarray:
    """One draw a client, (clients,), for what is decided once, on entry."""
    starts = cohort_starts(cohorts)
    parts = [make(generator(seed, replication, purpose, int(cohorts[first]) + 1), (int(after - first), 1))
             for first, after in pairwise(starts.tolist())]
    return np.concatenate(parts).ravel() if parts else np.empty(0)


def cohort_starts(cohorts: np.ndarray) -> np.ndarray:
    """First client of each cohort, and the number of clients."""
    return np.unique(np.concatenate([[0], np.flatnonzero(np.diff(cohorts)) + 1, [len(cohorts)]]))
