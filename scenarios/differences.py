"""Where two scenarios differ once both are resolved: keys, law, shocks, and every figure of services and books."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from scenarios.checks import Checked
from scenarios.mix import PARTS
from scenarios.nodes import ONE_DAY, in_force, kind_of
from scenarios.scenario import INHERITED, Header, Scenario, shown
from sim.law.benefits import Benefit
from sim.law.calendar import date_of, month_number, month_start
from sim.law.ladder import Ladder
from sim.law.loader import SWITCHES, Law, load_law
from sim.law.schema import FOREVER, Dated

Section = Literal["keys", "law", "shocks", "figures"]
FACTORS = ("arrivals", "outflow")
APART = {"law", "shocks"}  # keys that have a section of their own


@dataclass(frozen=True)
class Difference:
    """One value that two scenarios hold differently.

    Attributes
    ----------
    at : key, or dotted path.
    since, until : first and last day; None where the span has no end, and both for a value of the whole run.
    first, second : the values; None where a scenario has nothing there. A whole entry is told by its title or value.
    first_source, second_source : file, line where a scenario wrote it, and the reason or the figure's own source.
    """

    section: Section
    at: str
    since: date | None
    until: date | None
    first: Any
    second: Any
    first_source: str
    second_source: str


def differences(first: Checked, second: Checked) -> list[Difference]:
    """All of them, the scenario's own words (title, question and the like) included."""
    pair = first, second
    return [*_keys(first.scenario, second.scenario), *_law(first.scenario, second.scenario), *_shocks(*pair),
            *(found for name in PARTS for found in _figures(name, *pair))]


def _keys(first: Scenario, second: Scenario) -> Iterator[Difference]:
    for key in (*Header.model_fields, *(each for each in Scenario.model_fields if each in INHERITED - APART)):
        values = [_plain(getattr(each, key)) for each in (first, second)]
        if values[0] != values[1]:
            yield Difference("keys", key, None, None, *values, *(_of_key(each, key) for each in (first, second)))


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def _of_key(scenario: Scenario, key: str) -> str:
    """File and line of a *key*; empty where it was not written."""
    origin = scenario.origins.get(key)
    return f"{shown(origin.file)}:{origin.line}" if origin else ""


def _law(first: Scenario, second: Scenario) -> Iterator[Difference]:
    """Answers to open questions, then the values of the tree that they replace."""
    laws = [load_law(choices=each.law) for each in (first, second)]
    scenarios = (first, second)
    for name in laws[0].switches:
        answers = [law.choices[name] for law in laws]
        if answers[0] != answers[1]:
            yield Difference("law", f"law.{name}", None, None, *answers, *(
                _of_key(each, "law") if name in each.law else f"{SWITCHES}.yaml" for each in scenarios))
    set_by = [_set_by(law) for law in laws]
    for values in zip(*(law.values() for law in laws), strict=True):
        yield from _values_of_law(values, set_by)


def _set_by(law: Law) -> dict[str, str]:
    """The answer that replaces a value of the tree, by the value's name (topic and key)."""
    return {setting.key: f"law.{name}: {law.choices[name]}" for name, switch in law.switches.items()
            for setting in switch.sets.get(law.choices[name], [])}


def _values_of_law(values: Sequence[Dated[Any]], set_by: Sequence[Mapping[str, str]]) -> Iterator[Difference]:
    name = f"{values[0].path.stem}.{values[0].key}"
    begun = sorted({period.first for value in values for period in value.periods}
                   | {value.last + 1 for value in values if value.last < FOREVER})

    def told(day: int) -> list[tuple[Any, str]]:
        return [(_of_law(value.on(day)), answers.get(name) or f"{value.path.name}: {value.period(day).source}")
                if value.in_force(day) else (None, value.path.name)
                for value, answers in zip(values, set_by, strict=True)]

    for since, until, sides in _spans(begun, told):
        yield Difference("law", name, date_of(since), date_of(until - 1) if until else None, *_sides(sides))


def _of_law(value: Any) -> Any:
    """A value of the law tree in plain words."""
    if isinstance(value, Ladder):
        return ", ".join(f"{label}: {share:g}" for label, share in zip(value.class_labels, value.shares, strict=True))
    if isinstance(value, frozenset):
        return ", ".join(sorted(Benefit(each).name.lower() for each in value))
    return value if isinstance(value, bool | int | float | str) else str(value)


def _shocks(first: Checked, second: Checked) -> Iterator[Difference]:
    """Months in which the product of all shocks differs."""
    months = range(min(first.first_month, second.first_month),
                   max(month_number(each.scenario.until) for each in (first, second)) + 1)
    for name in FACTORS:
        factors = [_factors(each.scenario, name, months) for each in (first, second)]
        sources = [_of_key(each.scenario, "shocks") for each in (first, second)]

        def told(month: int, factors: Any = factors, sources: Any = sources) -> list[tuple[Any, str]]:
            return [(factor.get(month), source) for factor, source in zip(factors, sources, strict=True)]

        for since, until, sides in _spans(list(months), told):
            yield Difference("shocks", f"shocks.{name}", date_of(int(month_start(since))),
                             date_of(int(month_start(until or months[-1] + 1)) - 1), *_sides(sides))


def _factors(scenario: Scenario, name: str, months: range) -> dict[int, float]:
    """Factor by month number."""
    factors = dict.fromkeys(months, 1.0)
    for shock in scenario.shocks:
        for month in range(month_number(shock.since), month_number(shock.until) + 1):
            factors[month] *= getattr(shock, name)
    return {month: float(np.round(factor, 12)) for month, factor in factors.items()}


def _figures(name: str, first: Checked, second: Checked) -> Iterator[Difference]:
    """Values of the file *name* of services or books."""
    pair = first, second
    contents = [each.mix.files[name].model_dump(by_alias=True) if name in each.mix.files else None for each in pair]
    yield from _walk(name, contents[0], contents[1], pair)


def _walk(at: str, old: Any, new: Any, pair: tuple[Checked, Checked]) -> Iterator[Difference]:
    if old == new:
        return
    kinds = {kind_of(each) for each in (old, new)}
    if kinds <= {"table", "years"} or isinstance(old, list) and isinstance(new, list) and "table" in kinds:
        before, after = _entries(old), _entries(new)
        for key in {**before, **after}:
            yield from _walk(f"{at}.{key}", before.get(key), after.get(key), pair)
    elif kinds == {"steps"}:
        def told(day: date) -> list[tuple[Any, str]]:
            steps = [in_force(each, day) for each in (old, new)]
            return [(step["value"], _source(at, step, each, day)) for step, each in zip(steps, pair, strict=True)]

        for since, until, sides in _spans(sorted({step["from"] for step in (*old, *new)}), told):
            yield Difference("figures", at, since, until - ONE_DAY if until else None, *_sides(sides))
    elif _told(at, old) != _told(at, new) or kinds == {"plain"}:
        yield Difference("figures", at, None, None, *(_told(at, each) for each in (old, new)),
                         *(_source(at, node, each) for node, each in zip((old, new), pair, strict=True)))


def _entries(node: Any) -> Mapping[Any, Any]:
    return node if isinstance(node, dict) else dict(enumerate(node))


def _told(at: str, node: Any) -> Any:
    """A figure's value, an entry's title, or the plain value."""
    return node.get("value", node.get("title", at.rpartition(".")[2])) if isinstance(node, dict) else node


def _source(at: str, node: Any, side: Checked, day: date | None = None) -> str:
    """The change that last gave *node* its value (on *day*): its file, line and reason; else the data file's source."""
    last = at.rpartition(".")[2]
    if len(last) == len("2027") and last.isdecimal():
        day = date(int(last), 12, 31)
    for layer, _ in reversed(side.layers):
        for change in layer.changes:
            of_it = f"{at}.".startswith(f"{change.at}.") or change.at.startswith(f"{at}.")
            if of_it and (day is None or change.days[0] <= day <= change.days[1]):
                return f"{shown(layer.file)}:{change.line('at')}: {change.why}"
    name = at.partition(".")[0]
    part = PARTS[name]
    file = part.file if part.national else f"{side.mix.area.name}/{part.file}"
    source = node.get("source") if isinstance(node, dict) else None
    return f"{file}: {source}" if source else file


def _spans(begun: Sequence[Any], told: Callable[[Any], list[tuple[Any, str]]]) -> Iterator[tuple[Any, Any, Any]]:
    """First of each span in which the two sides differ, first after it (None at the end), and both sides then."""
    last: Any = None
    for since in begun:
        sides = told(since)
        if last is not None and sides == last[1]:
            continue
        if last is not None:
            yield last[0], since, last[1]
        last = (since, sides) if sides[0][0] != sides[1][0] else None
    if last is not None:
        yield last[0], None, last[1]


def _sides(sides: Sequence[tuple[Any, str]]) -> tuple[Any, Any, str, str]:
    (first, first_source), (second, second_source) = sides
    return first, second, first_source, second_source
