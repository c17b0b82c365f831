"""Keyed random streams: a number depends on what it is for, never on what was drawn before."""

from __future__ import annotations

import zlib

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
