"""Which of many inputs matter, by groups: a group that moves nothing as a whole is not looked into.

Inputs are named by dotted paths, and a group is all that begin alike. The strongest group is split into those one step
further down, time and again, until it holds one input; the rest stays unsplit. This is group screening as sequential
bifurcation has it (Bettonville and Kleijnen 1997), along the branches that the files have by themselves. There the sign
of each effect has to be known; here it is not, so every input of a group goes to one end of its range by a coin of its
own, which differs from draw to draw, and the strength of a group is the root mean square over the draws.

Missed is a group whose inputs cancel in every draw: with N draws an effect hides behind an equal one with chance
2^-(N/2), for coins of odd draws are those of the draw before turned over. And two inputs that move only together, in
different groups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Strength = Callable[[Sequence["Group"]], Sequence[float]]


@dataclass(frozen=True)
class Group:
    """Inputs whose names all begin with ``name``; a single one has it."""

    name: str
    members: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether it is an input."""
        return len(self.members) == 1

    def split(self) -> list[Group]:
        """Its parts: by the first key in which its members differ."""
        paths = [name.split(".") for name in self.members]
        depth = next((depth for depth, keys in enumerate(zip(*paths, strict=False)) if len(set(keys)) > 1),
                     min(map(len, paths)))
        parts = dict[str, list[str]]()
        for name, path in zip(self.members, paths, strict=True):
            parts.setdefault(".".join(path[:depth + 1]), []).append(name)
        return [Group(names[0] if len(names) == 1 else begin, tuple(names)) for begin, names in parts.items()]


@dataclass(frozen=True)
class Screened:
    """What screening found, each with its strength, the strongest first: single inputs, and groups left unsplit.

    ``tried`` is how many groups were measured.
    """

    single: list[tuple[Group, float]]
    unsplit: list[tuple[Group, float]]
    tried: int


def screen(names: Sequence[str], strength: Strength, enough: int, most: int) -> Screened:
    """The strongest of *names*.

    Parameters
    ----------
    strength : of each group; groups are measured by the batch.
    enough : stop once as many single inputs are stronger than every group that is left.
    most : groups to measure; it stops before it would take more.
    """
    batch, found, tried = Group("", tuple(names)).split(), list[tuple[Group, float]](), 0
    while batch:
        found += zip(batch, strength(batch), strict=True)
        tried += len(batch)
        found.sort(key=lambda each: -each[1])
        place = next((place for place, (group, felt) in enumerate(found) if not group.single and felt > 0), None)
        if place is None or place >= enough:
            break
        parts = found[place][0].split()
        if tried + len(parts) > most:
            break
        del found[place]
        batch = parts
    return Screened([each for each in found if each[0].single], [each for each in found if not each[0].single], tried)
