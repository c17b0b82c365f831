"""Indices of variance by pick-freeze: what each of several independent inputs contributes, alone and with the others.

Two independent samples A and B of all inputs are evaluated, and for each input j the sample A with the column j of B.
Then, with V the variance of the output (Jansen 1999),

    first-order  S_j = (V - E(f(B) - f(A with j of B))² / 2) / V     total  T_j = E(f(A) - f(A with j of B))² / 2 / V

S_j is the share that would go if j were known; T_j what would stay if all others were. What the S_j leave of one is
interaction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.clients.streams import generator

RESAMPLES = 1000
TENTHS = (10, 90)


@dataclass(frozen=True, eq=False)
class Indices:
    """Indices with the 10 % and 90 % points of their bootstrap over rows of the design.

    Attributes
    ----------
    variance : (outputs,).
    first, total : (inputs, outputs).
    first_band, total_band : (2, inputs, outputs).
    """

    variance: np.ndarray
    first: np.ndarray
    total: np.ndarray
    first_band: np.ndarray
    total_band: np.ndarray


def indices(of_a: np.ndarray, of_b: np.ndarray, mixed: np.ndarray, seed: int) -> Indices:
    """First-order and total indices.

    Parameters
    ----------
    of_a, of_b : (rows, outputs) of both samples.
    mixed : (inputs, rows, outputs) of A with one column of B.
    seed : of the bootstrap.
    """
    rows = generator(seed, 0, "bootstrap of variance").integers(len(of_a), size=(RESAMPLES, len(of_a)))
    variance, first, total = _jansen(of_a, of_b, mixed)
    resampled = [_jansen(of_a[each], of_b[each], mixed[:, each])[1:] for each in rows]
    bands = np.percentile(np.array(resampled), TENTHS, axis=0)
    return Indices(variance, first, total, bands[:, 0], bands[:, 1])


def _jansen(of_a: np.ndarray, of_b: np.ndarray, mixed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variance, first-order and total; of an output that does not vary, no input has a share.

    A difference is held against the variance of the pairs that it is of: few rows then tell less than all, but no
    share of more than the whole.
    """
    variance = np.concatenate([of_a, of_b]).var(axis=0, ddof=1)
    left, own = (_apart(side, mixed) for side in (of_b, of_a))
    return variance, np.where(variance > 0, 1 - left, 0.0), own


def _apart(side: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """Half the mean square of differences over the variance of both together, (inputs, outputs)."""
    both = np.concatenate([np.broadcast_to(side, mixed.shape), mixed], axis=1).var(axis=1)
    half = ((side - mixed) ** 2).mean(axis=1) / 2
    return np.divide(half, both, out=np.zeros_like(half), where=both > 0)
