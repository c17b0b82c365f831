"""Open questions of the law: each a switch with named alternatives, of which the default holds if none is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from sim.law.schema import Placed
from sources.errors import InputError, nearest
from sources.files import Strict, read_yaml


class Switch(Placed):
    """An open question of the law.

    Parameters
    ----------
    question : what is not known.
    alternatives : name and meaning of each answer that can be held.
    default : the answer that holds where none is chosen.
    reason : why that one.
    source : where the question stands, and who says what is known.
    """

    question: str = Field(min_length=1)
    alternatives: dict[str, str]
    default: str
    reason: str = Field(min_length=1)
    source: str = Field(min_length=1)


class SwitchFile(Strict):
    """switches.yaml: the open questions by name."""

    switches: dict[str, Switch]


def read_switches(path: Path) -> Mapping[str, Switch]:
    """The switches of the file *path*, by name, in its order.

    Raises
    ------
    InputError : the file is faulty, a switch has fewer than two alternatives, or its default is none of them.
    """
    switches = read_yaml(path, SwitchFile).switches
    for name, switch in switches.items():
        if len(switch.alternatives) < 2:
            raise InputError(path, f"key switches.{name}.alternatives, line {switch.line('alternatives')}",
                             "leaves nothing to choose", "write at least two alternatives")
        if switch.default not in switch.alternatives:
            raise InputError(path, f"key switches.{name}.default, line {switch.line('default')}",
                             f"{switch.default} is not among the alternatives",
                             nearest(switch.default, switch.alternatives))
    return switches


def chosen(path: Path, switches: Mapping[str, Switch], choices: Mapping[str, str]) -> Mapping[str, str]:
    """The alternative taken of each of the *switches* of the file *path*: of *choices*, or else the default.

    Raises
    ------
    InputError : a choice names no switch, or none of its alternatives.
    """
    for name, alternative in choices.items():
        if name not in switches:
            raise InputError(path, f"switch {name}", "is no open question of the law", nearest(name, switches))
        if alternative not in switches[name].alternatives:
            raise InputError(path, f"switch {name}", f"has no alternative {alternative}",
                             nearest(alternative, switches[name].alternatives))
    return {name: switch.default for name, switch in switches.items()} | dict(choices)
