"""The law as a list: what holds on a day, what differs between two days, and values as plain data."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel

from sim.law.ladder import Ladder
from sim.law.loader import Evidence, Law


class Difference(NamedTuple):
    """A value that is not the same on two days; None where it is not in force."""

    name: str
    before: Evidence | None
    after: Evidence | None


def in_force(entry: Evidence, day: date) -> bool:
    """Whether *entry* holds on *day*."""
    return entry.since <= day and (entry.until is None or day <= entry.until)


def differences(law: Law, earlier: date, later: date) -> list[Difference]:
    """Values that differ between two days, by topic and key; only the value counts, not its source or status."""
    before = {entry.name: entry for entry in law.evidence() if in_force(entry, earlier)}
    after = {entry.name: entry for entry in law.evidence() if in_force(entry, later)}
    names = dict.fromkeys(entry.name for entry in law.evidence())
    pairs = [Difference(name, before.get(name), after.get(name)) for name in names]
    return [pair for pair in pairs if _value(pair.before) != _value(pair.after)]


def plain(value: Any) -> Any:
    """*value* of the law as numbers, text, lists and dictionaries, as JSON has them.

    >>> plain(Ladder((100,), (0.0, 0.1)))
    {'thresholds': [100], 'shares': [0.0, 0.1]}
    """
    if isinstance(value, Ladder):
        return {"thresholds": list(value.thresholds), "shares": list(value.shares)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, frozenset):
        return [benefit.name.lower() for benefit in sorted(value)]
    return [plain(part) for part in value] if isinstance(value, tuple) else value


def _value(entry: Evidence | None) -> Any:
    return None if entry is None else entry.value
