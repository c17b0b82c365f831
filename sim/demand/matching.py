"""How the rate of finding work follows from tightness θ, vacancies per searcher.

Hyperbolic: f(θ) = θ ÷ (θ + k). It is proportional to θ where jobs are few and levels off at 1 where they are ample. Its
elasticity, k ÷ (θ + k), falls from 1 to 0 on the way: with few jobs searchers stand in each other's way, with many
they do not. A constant elasticity, as of a Cobb-Douglas function, would have them in each other's way always.
"""

from __future__ import annotations

from math import inf


def finding(theta: float, half: float) -> float:
    """θ ÷ (θ + *half*): the rate of finding work, relative to that with ample vacancies.

    Parameters
    ----------
    theta : vacancies per searcher, zero or more; infinite where there are vacancies and no searchers.
    half : the tightness at which it is a half, above zero.

    >>> finding(0.2, 0.2), finding(inf, 0.2)
    (0.5, 1.0)
    """
    return theta / (theta + half) if theta < inf else 1.0


def half_saturation(elasticity: float, theta: float) -> float:
    """The ``half`` with which ``finding`` has the *elasticity* (above 0, below 1) at *theta*."""
    return elasticity * theta / (1 - elasticity)


def tightness_factor(theta: float, reference: float, half: float) -> float:
    """Factor on the rate of finding work at *theta* against that at *reference* (above zero); 1.0 exactly if the same.

    >>> tightness_factor(0.1, 0.2, half=0.1)  # half the vacancies, a quarter fewer matches
    0.75
    """
    return finding(theta, half) / finding(reference, half)
