"""Open questions of the law: each a switch with named alternatives, of which a run takes the default or its choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from sim.law.schema import Day, Entry, Placed
from sources.errors import InputError, nearest
from sources.files import Strict, read_yaml


class Setting(Placed):
    """A value of the tree that an alternative replaces: topic and key, and the first day of the entry."""

    key: str
    since: Day = Field(alias="from")
    value: Any


class Switch(Placed):
    """An open question of the law.

    Parameters
    ----------
    question : what is not known.
    alternatives : name and meaning of each answer that can be held.
    sets : by alternative, the values of the tree that it replaces; other alternatives are rules of the program.
    default : the answer that a run takes.
    reason : why that one.
    source : where the question stands, and who says what is known.
    inert : why no answer moves a euro of a run, empty if one does; hand-written histories may still be moved.
    """

    question: str = Field(min_length=1)
    alternatives: dict[str, str]
    sets: dict[str, list[Setting]] = Field(default_factory=dict)
    default: str
    reason: str = Field(min_length=1)
    source: str = Field(min_length=1)
    inert: str = ""


class SwitchFile(Strict):
    """switches.yaml: the open questions by name."""

    switches: dict[str, Switch]


def read_switches(path: Path) -> Mapping[str, Switch]:
    """The switches of the file *path*, by name, in its order.

    Raises
    ------
    InputError : the file is faulty, a switch has fewer than two alternatives, or its default, or an alternative that
        sets values, is none of them.
    """
    switches = read_yaml(path, SwitchFile).switches
    for name, switch in switches.items():
        if len(switch.alternatives) < 2:
            raise InputError(path, f"key switches.{name}.alternatives, line {switch.line('alternatives')}",
                             "leaves nothing to choose", "write at least two alternatives")
        for key, chosen in (("default", switch.default), *(("sets", alternative) for alternative in switch.sets)):
            if chosen not in switch.alternatives:
                raise InputError(path, f"key switches.{name}.{key}, line {switch.line(key)}",
                                 f"{chosen} is not among the alternatives", nearest(chosen, switch.alternatives))
    return switches


def check_choices(switches: Mapping[str, Switch], choices: Mapping[str, str], where: str) -> dict[str, str]:
    """The alternative of every switch: *choices*, and the default of the others; InputError on an unknown word."""
    for name, chosen in choices.items():
        if name not in switches:
            raise InputError(where, f"switch {name}", "is no open question of the law", nearest(name, switches))
        if chosen not in switches[name].alternatives:
            raise InputError(where, f"switch {name}", f"{chosen} is not among its alternatives",
                             nearest(chosen, switches[name].alternatives))
    return {name: choices.get(name, switch.default) for name, switch in switches.items()}


def apply_settings(path: Path, topics: Mapping[str, Placed], settings: Iterable[Setting]) -> None:
    """Replace values of the read *topics*; InputError names the setting, in the file *path*, that fits no entry."""
    for setting in settings:
        where = f"key {setting.key}, from {setting.since}, line {setting.line('key')}"
        topic, *steps = setting.key.split(".")
        node: Any = topics.get(topic)
        for step in steps:
            node = getattr(node, step, None)
        entries: list[Entry] = node if isinstance(node, list) else []
        place = next((n for n, entry in enumerate(entries) if entry.since == setting.since), None)
        if place is None:
            raise InputError(path, where, "is no entry of the law tree", "write topic.key and the day it begins")
        entry = entries[place]
        written = {**entry.model_dump(by_alias=True), "value": setting.value, "status": "estimate", "range": None}
        entries[place] = type(entry).model_validate(written)
