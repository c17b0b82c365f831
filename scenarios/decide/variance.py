"""What each of several independent inputs contributes to a variance, alone and with the others: pick-freeze.

Two independent samples A and B of all inputs are evaluated, and for each input j the sample A with the column j of B,
A(j). Half the mean square of the difference between two of them is the total variance T of the inputs in which they
differ (Jansen 1999): of j alone for A and A(j), of all others for B and A(j). With V the variance of the output,

    first-order  S_j = 1 - T_others / V: the share that would go if j were known
    total        T_j / V: what would stay if all others were

and what the S_j leave of one is interaction. A difference of small effects is told well by few rows, a difference of
large ones is not. So a first-order share is held within zero and the total; and of a few inputs all differences are
explained together (``components``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import nnls

from sim.clients.streams import generator

RESAMPLES = 200
TENTHS = (10, 90)
TINY = 1e-6  # of the largest difference, below which one is nothing
Shares = tuple[np.ndarray, np.ndarray]


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
    """First-order and total indices of any number of inputs.

    Parameters
    ----------
    of_a, of_b : (rows, outputs) of both samples.
    mixed : (inputs, rows, outputs) of A with one column of B.
    seed : of the bootstrap.
    """
    return _with_bands(_jansen, of_a, of_b, mixed, seed)


def components(of_a: np.ndarray, of_b: np.ndarray, mixed: np.ndarray, seed: int) -> Indices:
    """The same of a few inputs, by components of variance.

    Every set of inputs has a component that is not negative, and T of a set sums the components of all sets that meet
    it. They are fitted to all pairs of A, B and A(j), and to what is not additive,

        f(B) - f(A) - the sum over j of (f(A(j)) - f(A)),

    whose mean square is 1 + s + (s - 1)² times the component of each set of s ≥ 2 inputs. Each mean is weighed by its
    size, for so large is its error; shares then sum to one.
    """
    return _with_bands(_fitted, of_a, of_b, mixed, seed)


def _with_bands(shares: Callable[[np.ndarray, np.ndarray, np.ndarray], Shares], of_a: np.ndarray, of_b: np.ndarray,
                mixed: np.ndarray, seed: int) -> Indices:
    rows = generator(seed, 0, "bootstrap of variance").integers(len(of_a), size=(RESAMPLES, len(of_a)))
    resampled = [shares(of_a[each], of_b[each], mixed[:, each]) for each in rows]
    first, total = (np.percentile([each[part] for each in resampled], TENTHS, axis=0) for part in range(2))
    variance = np.concatenate([of_a, of_b]).var(axis=0, ddof=1)
    return Indices(variance, *shares(of_a, of_b, mixed), first, total)


def _jansen(of_a: np.ndarray, of_b: np.ndarray, mixed: np.ndarray) -> Shares:
    """First-order and total; of an output that does not vary, no input has a share.

    A difference is held against the variance of the pairs that it is of, and is no more than the whole.
    """
    total = np.minimum(_apart(of_a, mixed), 1.0)
    varies = np.concatenate([of_a, of_b]).var(axis=0) > 0
    return np.clip(np.where(varies, 1 - _apart(of_b, mixed), 0.0), 0, total), total


def _apart(side: np.ndarray, mixed: np.ndarray) -> np.ndarray:
    """Half the mean square of differences over the variance of both together, (inputs, outputs)."""
    both = np.concatenate([np.broadcast_to(side, mixed.shape), mixed], axis=1).var(axis=1)
    half = ((side - mixed) ** 2).mean(axis=1) / 2
    return np.divide(half, both, out=np.zeros_like(half), where=both > 0)


def _fitted(of_a: np.ndarray, of_b: np.ndarray, mixed: np.ndarray) -> Shares:
    inputs = len(mixed)
    every = [frozenset(each) for size in range(1, inputs + 1) for each in combinations(range(inputs), size)]
    from_b = [frozenset[int](), frozenset(range(inputs)), *(frozenset({place}) for place in range(inputs))]
    pairs = list(combinations(range(len(from_b)), 2))
    met = [[float(bool(each & (from_b[one] ^ from_b[other]))) for each in every] for one, other in pairs]
    together = [0.0 if len(each) == 1 else 1.0 + len(each) + (len(each) - 1) ** 2 for each in every]
    sides = np.concatenate([of_a[None], of_b[None], mixed])
    half = [((sides[one] - sides[other]) ** 2).mean(axis=0) / 2 for one, other in pairs]
    defect = ((of_b - of_a - (mixed - of_a).sum(axis=0)) ** 2).mean(axis=0)
    design, seen = np.array([*met, together]), np.array([*half, defect])  # (means, sets), (means, outputs)
    alone = np.array([[each == {place} for each in every] for place in range(inputs)], float)
    within = np.array([[place in each for each in every] for place in range(inputs)], float)
    first, total = np.zeros((2, inputs, seen.shape[1]))
    for place in np.flatnonzero(seen.max(axis=0) > 0):
        weight = 1 / np.maximum(seen[:, place], TINY * seen[:, place].max())
        found = nnls(design * weight[:, None], seen[:, place] * weight)[0]
        first[:, place], total[:, place] = alone @ found / found.sum(), within @ found / found.sum()
    return first, total
