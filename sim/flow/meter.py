"""How much of a spell's threshold is left, under a factor on the hazard that changes on the way."""

from __future__ import annotations

from collections.abc import Sequence

from sim.flow.pool import NEVER

LEAST = 1e-6  # of a factor: one of zero would lose what is left of the threshold


class Meter:
    """An exit comes where the integrated hazard, times the factor of the time, reaches the draw.

    The meter keeps the value of the integrated hazard without factor at which that is, and moves it when the factor
    changes. So as long as nothing does, the exit is ``spell.exit_time``'s to the last bit.

    Parameters
    ----------
    integrated, first, edges, month, now, draw : as in ``spell.exit_time``.

    Attributes
    ----------
    factor : in force.
    passed : integrated hazard without factor at the last change.
    felt : integrated hazard with factors up to the last change.
    """

    __slots__ = ("_edges", "_first", "_integrated", "_target", "began", "factor", "felt", "passed")

    def __init__(self, integrated: Sequence[float], first: int, edges: list[float], month: int, now: float,
                 draw: float) -> None:
        self._integrated = integrated
        self._first = first
        self._edges = edges
        self.factor = 1.0
        self.felt = 0.0
        self.began = self.passed = self.at(month, now)
        self._target = self.passed + draw

    def at(self, month: int, now: float) -> float:
        """Integrated hazard without factor at *now*, which lies in *month*."""
        here, begin = month - self._first, self._edges[month]
        before = self._integrated[here]
        return before + (now - begin) / (self._edges[month + 1] - begin) * (self._integrated[here + 1] - before)

    def exit_under(self, factor: float, month: int, now: float) -> float:
        """Go on under *factor*; day of the exit if it lies in *month* or before its end, else never."""
        here, edges = month - self._first, self._edges
        before, after = self._integrated[here], self._integrated[here + 1]
        begin, end = edges[month], edges[month + 1]
        if factor != self.factor:
            passed = before + (now - begin) / (end - begin) * (after - before)
            self.felt += (passed - self.passed) * self.factor
            self.passed = passed
            if factor < LEAST:
                factor = LEAST
            self._target = passed + (self._target - passed) * (self.factor / factor)
            self.factor = factor
        if self._target >= after:
            return NEVER
        return begin + (self._target - before) / (after - before) * (end - begin)

    def settle(self, month: int, now: float) -> None:
        """Count what has passed up to *now*."""
        passed = self.at(month, now)
        self.felt += (passed - self.passed) * self.factor
        self.passed = passed
