"""Where a target is met, sought on a grid of whole steps with as few trials as the question needs.

A place is a tuple of steps, one a lever, counted from today's value, which is 0. What is tried is remembered and never
tried twice, and all places of a round are tried together. Nothing here is drawn by chance: the same trials lead the
same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from math import ceil
from typing import Literal, NamedTuple

Place = tuple[int, ...]
Status = Literal["boundary", "everywhere", "optimum", "nowhere"]
PARTS = 4  # into which the range of a lever is first cut


class Score(NamedTuple):
    """What a trial gave: whether the target is met, by how much it is missed (negative: room), and the cost."""

    met: bool
    excess: float
    cost: float


@dataclass
class Trials:
    """All that was tried.

    Attributes
    ----------
    attempt : scores of places, in their order.
    bounds : first and last step of each lever.
    hears : called before each round with its places, and how many rounds may follow at most (None: not known).
    """

    attempt: Callable[[list[Place]], list[Score]]
    bounds: Sequence[tuple[int, int]]
    hears: Callable[[list[Place], int | None], None] = lambda places, left: None
    scores: dict[Place, Score] = field(default_factory=dict)

    def ask(self, places: Sequence[Place], left: int | None = None) -> None:
        """Try those of *places* that are within bounds and were not tried yet."""
        new = [each for each in dict.fromkeys(places) if each not in self.scores and self.within(each)]
        if new:
            self.hears(new, left)
            self.scores.update(zip(new, self.attempt(new), strict=True))

    def within(self, place: Place) -> bool:
        """Whether *place* is within bounds."""
        return all(low <= step <= high for step, (low, high) in zip(place, self.bounds, strict=True))

    @property
    def start(self) -> Place:
        """Today's place, or the one nearest to it within bounds."""
        return tuple(min(max(0, low), high) for low, high in self.bounds)


class Found(NamedTuple):
    """What a search ended with.

    Attributes
    ----------
    status : ``boundary``, the target is met at the place and not on its other side; ``everywhere``, it is met at all
        that was tried; ``optimum``, no neighbour does better; ``nowhere``, it is not met.
    place : the answer, or where the target was missed by least.
    """

    status: Status
    place: Place


def seek_one(trials: Trials) -> Found:
    """The boundary nearest to today's place: the last step at which the target is met, the next one at which it is not.

    The ends, today and PARTS - 1 places between are tried; then the pair of neighbours that differ, the nearest to
    today, is halved until they are one step apart, and both neighbours of the answer are tried. Where none meets the
    target, the gaps beside the best one are halved until one does, or there are none. A target that is met in a window
    narrower than the first trials, and away from the best of them, is not found.
    """
    (low, high), = trials.bounds
    depth = max(ceil((high - low) / PARTS), 1).bit_length()
    trials.ask([(step,) for step in sorted({low, high, *trials.start, *_between(low, high)})], depth)
    while not any(score.met for score in trials.scores.values()):
        gaps = _gaps_beside(trials, _best(trials))
        if not gaps:
            return Found("nowhere", _best(trials))
        trials.ask(gaps, depth)
    pair = _crossing(trials)
    if pair is None:
        return Found("everywhere", trials.start)
    met, missed = pair
    while abs(met - missed) > 1:
        middle = (met + missed) // 2
        trials.ask([(middle,)], (abs(met - missed) - 1).bit_length() - 1)
        met, missed = (middle, missed) if trials.scores[middle,].met else (met, middle)
    trials.ask([(met - 1,), (met + 1,)], 0)
    return Found("boundary", (met,))


def _between(low: int, high: int) -> list[int]:
    return [low + round(part * (high - low) / PARTS) for part in range(1, PARTS)]


def _best(trials: Trials) -> Place:
    return min(trials.scores, key=lambda place: (trials.scores[place].excess, abs(place[0]), place))


def _gaps_beside(trials: Trials, place: Place) -> list[Place]:
    """Middles between *place* and what was tried next to it, where there are steps between."""
    steps = sorted(each for each, in trials.scores)
    at = steps.index(place[0])
    return [((first + second) // 2,) for first, second in pairwise(steps[max(at - 1, 0):at + 2]) if second - first > 1]


def _crossing(trials: Trials) -> tuple[int, int] | None:
    """The tried neighbours, nearest to today, of which the first meets the target and the second does not."""
    steps = sorted(each for each, in trials.scores)
    pairs = [(one, other) if trials.scores[one,].met else (other, one) for one, other in pairwise(steps)
             if trials.scores[one,].met != trials.scores[other,].met]
    return min(pairs, key=lambda pair: (abs(pair[0]), pair[0]), default=None)


def crossings(trials: Trials) -> int:
    """How often a lever's tried steps, in order, change between met and not: once at most, if it is monotone."""
    met = [trials.scores[step,].met for step in sorted(each for each, in trials.scores)]
    return sum(one != other for one, other in pairwise(met))


def seek_several(trials: Trials) -> Found:
    """The cheapest place that meets the target, by a pattern search.

    It begins at the best of today and the two corners, with steps of a fourth of each range. A round tries each lever
    one step up and down, and each pair of levers one step against each other, and goes to the best of these. When none
    is better, the steps are halved; at steps of one it ends. So no place one step, or one exchange, away is better; in
    a problem with several valleys a better one may be elsewhere. Better means: met before not met; if met, cheaper, and
    of equals the one with more room; else missed by less.
    """
    corners = [tuple(end[side] for end in trials.bounds) for side in (0, 1)]
    trials.ask([trials.start, *corners])
    steps = [max(ceil((high - low) / PARTS), 1) for low, high in trials.bounds]
    place = min([trials.start, *corners], key=lambda each: _rank(trials, each))
    while True:
        polled = [each for each in _poll(place, steps, trials.bounds) if trials.within(each)]
        trials.ask(polled)
        best = min([place, *polled], key=lambda each: _rank(trials, each))
        if best != place:
            place = best
        elif max(steps) > 1:
            steps = [max(step // 2, 1) for step in steps]
        else:
            return Found("optimum" if trials.scores[place].met else "nowhere", place)


def _rank(trials: Trials, place: Place) -> tuple:
    score = trials.scores[place]
    return (not score.met, score.cost if score.met else score.excess, score.excess, sum(map(abs, place)), place)


def _poll(place: Place, steps: Sequence[int], bounds: Sequence[tuple[int, int]]) -> list[Place]:
    """Each lever a step up and down, to the bound at most, and each pair of levers a step against each other."""
    moves = [(lever, sign) for lever in range(len(place)) for sign in (-1, 1)]
    polled = [_moved(place, [move], steps, bounds) for move in moves]
    polled += [_moved(place, [(up, 1), (down, -1)], steps, bounds) for up, down in permutations(range(len(place)), 2)]
    return polled


def _moved(place: Place, moves: Sequence[tuple[int, int]], steps: Sequence[int],
           bounds: Sequence[tuple[int, int]]) -> Place:
    moved = list(place)
    for lever, sign in moves:
        low, high = bounds[lever]
        moved[lever] = min(max(moved[lever] + sign * steps[lever], low), high)
    return tuple(moved)
