"""Keyed random streams: a number depends on what it is for, never on what was drawn before."""

from __future__ import annotations

import zlib

import numpy as np


def generator(seed: int, replication: int, purpose: str, *keys: int) -> np.random.Generator:
    """Generator of one keyed stream; *purpose* enters by its name, never by its order."""
    entropy = [seed, replication, zlib.crc32(purpose.encode()), *keys]
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy)))
