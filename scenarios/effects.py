"""What a scenario's changes do to the service mix: each value before and after, by days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from scenarios.changes import Change, Layer
from scenarios.mix import ServiceMix
from scenarios.nodes import ONE_DAY, get, in_force, kind_of


@dataclass(frozen=True)
class Effect:
    """One value in one span of days, before and after a change.

    Attributes
    ----------
    since, until : first and last day; None where the span has no end, and both for a value of the whole run.
    before, after : the values; None where there is nothing. A whole entry is told by its title or value.
    why : the change's reason.
    line : of its file, on which the change stands; 0 if it was not read from one.
    """

    at: str
    since: date | None
    until: date | None
    before: Any
    after: Any
    why: str
    line: int


def effects(before: ServiceMix, after: ServiceMix, layer: Layer) -> list[Effect]:
    """What each change of *layer* does, which makes *after* of *before*; in the layer's order."""
    files = {change.file for change in layer.changes}
    contents = [{name: mix.files[name].model_dump(by_alias=True) for name in files} for mix in (before, after)]
    return [effect for change in layer.changes
            for effect in _effects(change, *(content[change.file] for content in contents))]


def idle(changes: list[Effect]) -> list[Effect]:
    """Those of *changes* that change nothing."""
    return [effect for effect in changes if effect.before == effect.after]


def _effects(change: Change, before: Any, after: Any) -> list[Effect]:
    def effect(old: Any, new: Any, since: date | None = change.since, until: date | None = change.until) -> Effect:
        return Effect(change.at, since, until, old, new, change.why, change.line("at"))

    if change.new is not None:
        return [effect(None, _title(change, change.new))]
    old = get(before, change.path)
    if change.remove:
        return [effect(_title(change, old), None)]
    new = get(after, change.path)
    kind = kind_of(old)
    if kind == "years":
        return [replace(effect(old[year]["value"], new[year]["value"], None, None), at=f"{change.at}.{year}")
                for year in change.years(old) if old[year] != new[year]] or [effect(None, None)]
    if kind != "steps":
        return [effect(*((each["value"] for each in (old, new)) if kind == "figure" else (old, new)))]
    since, last = change.since or old[0]["from"], change.until or date.max
    days = sorted({since, *(step["from"] for step in (*old, *new) if since < step["from"] <= last)})
    ends = [*(day - ONE_DAY for day in days[1:]), change.until]
    return [effect(in_force(old, day)["value"], in_force(new, day)["value"], day, end)
            for day, end in zip(days, ends, strict=True)]


def _title(change: Change, entry: dict[str, Any]) -> Any:
    return entry.get("title", entry.get("value", change.path[-1]))
