"""What stands where in a file of services or books, as plain data: figures, steps, years, plain values, and tables.

A file is asked by a path of keys. A *figure* is a value with unit, source and status; *steps* are figures that each
begin on a day (``from``) and hold until the next; *years* are a figure for each calendar year.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from scenarios.changes import Change

Kind = Literal["figure", "steps", "years", "plain", "table"]
Step = dict[str, Any]
ONE_DAY = timedelta(days=1)


def kind_of(node: Any) -> Kind:
    """What *node* is."""
    if isinstance(node, dict):
        by_year = node and all(isinstance(key, int) and kind_of(each) == "figure" for key, each in node.items())
        return "figure" if {"value", "source"} <= node.keys() else "years" if by_year else "table"
    if isinstance(node, list) and node and all(isinstance(each, dict) for each in node):
        return "steps" if all("from" in each for each in node) else "table"
    return "plain"


def get(content: Any, path: Sequence[str]) -> Any:
    """What stands at *path*; KeyError if nothing does."""
    for key in path:
        content = content[_own_key(content, key)]
    return content


def put(content: Any, path: Sequence[str], node: Any) -> None:
    """Let *node* stand at *path*, where something stands already."""
    table = get(content, path[:-1])
    table[_own_key(table, path[-1])] = node


def drop(content: Any, path: Sequence[str]) -> None:
    """Take away what stands at *path*."""
    table = get(content, path[:-1])
    del table[_own_key(table, path[-1])]


def _own_key(table: Any, key: str) -> Any:
    """The key or place in *table* that is written *key*: years and places in lists are numbers."""
    keys = table if isinstance(table, dict) else range(len(table) if isinstance(table, list) else 0)
    for each in keys:
        if str(each) == key:
            return each
    raise KeyError(key)


def leaves(node: Any, name: str) -> Iterator[tuple[str, Kind]]:
    """Dotted path and kind of all that can be changed within *node*, which is called *name*."""
    kind = kind_of(node)
    if kind not in ("table", "years"):
        yield name, kind
        return
    for key, each in node.items() if isinstance(node, dict) else enumerate(node):
        yield from leaves(each, f"{name}.{key}")


def likest(word: str, choices: Sequence[str], count: int = 1) -> list[str]:
    """The *count* of *choices* that are most like *word*, the likest first."""
    return difflib.get_close_matches(word, choices, count, cutoff=0)


def moved(figure: Step, change: Change, source: str) -> Step:
    """*figure* with the value that *change* gives it: an estimate, by *source*; as it is if the value stays.

    Whole numbers stay whole. The range keeps its proportion to the value.
    """
    old = figure["value"]
    new = _new_value(old, change)
    if new == old:
        return figure
    found = {**figure, "value": new, "source": source, "status": "estimate"}
    if "evidence" in figure:
        found["evidence"] = "judgement"
    if figure.get("range"):
        found["range"] = None if isinstance(old, list) else _range(figure["range"], old, new)
    return found


def _new_value(old: Any, change: Change) -> Any:
    if change.action == "value":
        return change.value
    if isinstance(old, list):
        return [_new_value(each, change) for each in old]
    new = old * change.times if change.times is not None else old + change.add
    return round(new) if isinstance(old, int) else new


def _range(ends: Sequence[float], old: float, new: float) -> list[float]:
    low, high = (end * (new / old if old else 1) for end in ends)
    return [min(low, new), max(high, new)]  # the value is within, whatever rounding does


def stepped(steps: Sequence[Step], change: Change, source: str) -> list[Step]:
    """Dated *steps* with *change* from its first day to its last; on the day after, what they say for it returns.

    The first step begins on the first day of the change or before.
    """
    since, until = change.since or steps[0]["from"], change.until
    begun = {since, *(step["from"] for step in steps if step["from"] > since)} | ({until + ONE_DAY} if until else set())
    found = [step for step in steps if step["from"] < since]
    for day in sorted(begun):
        step = {**in_force(steps, day), "from": day}
        found.append(step if until and day > until else moved(step, change, source))
    return [step for before, step in zip([{}, *found], found, strict=False) if {**before, "from": step["from"]} != step]


def in_force(steps: Sequence[Step], day: date) -> Step:
    """The step that holds on *day*; the first one before it has begun."""
    return max((step for step in steps if step["from"] <= day), key=lambda step: step["from"], default=steps[0])
