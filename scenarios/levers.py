"""A scenario's changes applied to services and books: a new mix, checked like the files, or an error that says where.

The mix is changed layer by layer, the baseline's changes first. Within a layer all changes are made to the same mix, so
their order does not matter, and no two may touch the same value on the same day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from os.path import commonprefix
from typing import Any, NoReturn

from pydantic import ValidationError

from scenarios.changes import Change, Layer
from scenarios.mix import PARTS, ServiceMix
from scenarios.nodes import ONE_DAY, drop, get, in_force, kind_of, leaves, likest, moved, put, stepped
from scenarios.scenario import Scenario
from sim.law.calendar import date_of, month_start
from sources.errors import InputError
from sources.files import Strict, explained


@dataclass(frozen=True)
class Horizon:
    """First and last day of a run."""

    first: date
    last: date

    @staticmethod
    def of(first_month: int, last_month: int) -> Horizon:
        """That of a run from one month number to another."""
        return Horizon(date_of(int(month_start(first_month))), date_of(int(month_start(last_month + 1)) - 1))

    @property
    def years(self) -> range:
        """Calendar years that it touches."""
        return range(self.first.year, self.last.year + 1)


def with_scenario(mix: ServiceMix, scenario: Scenario, horizon: Horizon | None = None) -> ServiceMix:
    """*mix* with all changes of *scenario*, its baseline's first; see apply_changes."""
    for layer in scenario.layers:
        mix = apply_changes(mix, layer, horizon)
    return mix


def apply_changes(mix: ServiceMix, layer: Layer, horizon: Horizon | None = None) -> ServiceMix:
    """*mix* with the changes of one scenario file.

    Parameters
    ----------
    horizon : the days that are simulated, for changes must fall within; not asked without it.

    Raises
    ------
    InputError : a path is unknown, a value or day is impossible, two changes overlap, a contract's notice is not kept,
        or the files no longer fit each other. It names the scenario file, the change and its line.
    """
    told = _Teller(layer, mix)
    for place, change in enumerate(layer.changes):
        for earlier, other in enumerate(layer.changes[:place]):
            if change.overlaps(other):
                told.fault(change, f"changes the same value on the same days as changes.{earlier}",
                           "make one of the two, or give the earlier an until")
    contents = {name: mix.files[name].model_dump(by_alias=True)
                for name in dict.fromkeys(change.file for change in layer.changes) if name in mix.files}
    for change in layer.changes:
        if change.file not in contents:
            told.unknown(change)
        refusal = PARTS[change.file].refusal
        if refusal and (refused := refusal(change.path, mix, horizon.years if horizon else None)):
            told.fault(change, *refused)
        _make(change, contents[change.file], told, horizon)
    files = {name: _validated(name, content, told) for name, content in contents.items()}
    try:
        return mix.changed(files)
    except InputError as fault:
        told.again(fault)


class _Teller:
    """Tells faults of a layer's changes: in which file, change and line."""

    def __init__(self, layer: Layer, mix: ServiceMix) -> None:
        self.layer, self.mix = layer, mix

    def source(self, change: Change) -> str:
        """Source of a value that *change* gives."""
        return f"skenaario {self.layer.title}: {change.why}"

    def fault(self, change: Change, fault: str, mend: str) -> NoReturn:
        """Raise the InputError about *change*."""
        place = next(place for place, each in enumerate(self.layer.changes) if each is change)
        line = change.line("at")
        where = f"key changes.{place}" + (f", line {line}" if line else "")
        raise InputError(self.layer.file, where, f"{change.at} {fault}", mend)

    def unknown(self, change: Change) -> NoReturn:
        """Raise that nothing stands at the path of *change*."""
        files = {name: file.model_dump(by_alias=True) for name, file in self.mix.files.items()}
        paths = [path for name, content in files.items() for path, _ in leaves(content, name)]
        self.fault(change, "is not there", f"write {likest(change.at, paths)[0]}")

    def again(self, fault: InputError) -> NoReturn:
        """Raise the *fault* of a changed file as one of the change that most likely made it."""
        name = next((name for name, part in PARTS.items() if str(part.path(self.mix.area)) == fault.file), "")
        key = f"{name}.{fault.where.removeprefix('key ').split(', line')[0]}"
        change = max(self.layer.changes, key=lambda each: len(commonprefix([each.at, key])))
        self.fault(change, f"makes {key} wrong: {fault.fault}", fault.mend)


def _validated(name: str, content: Any, told: _Teller) -> Strict:
    part = PARTS[name]
    try:
        return part.model.model_validate(content)
    except ValidationError as fault:
        told.again(explained(part.path(told.mix.area), content, fault, part.model))


def _make(change: Change, content: Any, told: _Teller, horizon: Horizon | None) -> None:
    """Make *change* in the *content* of its file."""
    try:
        node = get(content, change.path[:-1] if change.action == "new" else change.path)
    except KeyError:
        told.unknown(change)
    for day in (change.since, change.until) if kind_of(node) != "years" else ():
        if day and horizon and not horizon.first <= day <= horizon.last:
            told.fault(change, f"changes on {day}, outside the run",
                       f"choose days from {horizon.first} to {horizon.last}")
    if change.action == "new":
        _enter(change, node, told)
    elif change.action == "remove":
        _remove(change, content, told)
    elif kind_of(node) == "table":
        keys = [path for path, _ in leaves(node, change.at)]
        told.fault(change, "is no single value", f"go on to one of its own, such as {', '.join(keys[:3])}")
    else:
        put(content, change.path, _changed(change, node, content, told, horizon))


def _enter(change: Change, table: Any, told: _Teller) -> None:
    """Put a new entry into *table*, or at the end of the list of entries there."""
    name = change.path[-1]
    if not isinstance(table, dict) or kind_of(table) == "figure":
        told.fault(change, "has no place for a new entry", "name a table and, last, the new entry's own name")
    there = table.get(name)
    if isinstance(there, list) and (not there or kind_of(there) == "table"):
        there.append(change.new)
        return
    if there is not None:
        told.fault(change, "is there already", "change its values, or give the new entry another name")
    table[name] = change.new


def _remove(change: Change, content: Any, told: _Teller) -> None:
    """End a contract: from the day on nobody comes in and fixed sums stop; who is inside stays and is paid for."""
    if change.file != "contracts" or len(change.path) != 2:
        told.fault(change, "is no contract, and only contracts are removed", "change its value instead")
    contract, since = get(content, change.path), change.since
    assert since is not None  # the schema
    _keep_notice(change, contract, since, told)
    left = ended(contract, since)
    if left is None:
        drop(content, change.path)
    else:
        put(content, change.path, left)


def ended(contract: Mapping[str, Any], since: date) -> dict[str, Any] | None:
    """A *contract* as its file has it, without the days from *since* on; None where nothing of it is left."""
    paid = [each for each in contract.get("instalments", []) if each["date"] < since]
    if contract["start"] >= since or "instalments" in contract and not paid:
        return None
    last = since - ONE_DAY
    return {**contract, "end": min(contract["end"] or last, last), **({"instalments": paid} if paid else {})}


def _keep_notice(change: Change, contract: Any, day: date, told: _Teller) -> None:
    """InputError if *contract* is ended or cut on *day*, sooner than its notice from the scenario's date allows."""
    notice, decided = contract["notice"]["value"], told.layer.date
    earliest = decided + notice * ONE_DAY
    if day < earliest:
        told.fault(change, f"is cut on {day}, and its notice is {notice} days from the scenario's date {decided}",
                   f"begin from {earliest} or later")


def _changed(change: Change, node: Any, content: Any, told: _Teller, horizon: Horizon | None) -> Any:
    """What stands instead of *node*: a figure, dated steps, years or a plain value."""
    kind = kind_of(node)
    if kind == "years":
        return _new_years(change, node, told, horizon)
    figure = node[0] if kind == "steps" else {"value": node} if kind == "plain" else node
    _fits(change, figure["value"], told)
    if kind == "steps":
        return _new_steps(change, node, content, told)
    if change.until or change.since and not (horizon and change.since == horizon.first):
        dated = [path for path, kind in leaves(content, change.file) if kind == "steps"]
        told.fault(change, "holds for the whole run and changes on no day", "leave out from and until" + (
            f", or change what is dated: {', '.join(likest(change.at, dated, 3))}" if dated else ""))
    found = moved(figure, change, told.source(change))
    return found["value"] if kind == "plain" else found


def _new_years(change: Change, years: Any, told: _Teller, horizon: Horizon | None) -> Any:
    """The figures of the years that *change* spans, of those in the run; the others as they are."""
    since, until = change.since, change.until
    if since and (since.month, since.day) != (1, 1) or until and (until.month, until.day) != (12, 31):
        told.fault(change, "has a value a year", "begin from 1 January and end on 31 December, or name one year in at")
    spanned = [year for year in change.years(years) if not horizon or year in horizon.years]
    if not spanned:
        told.fault(change, "changes no year of the run", f"choose years of {', '.join(map(str, years))}")
    for year in spanned:
        _fits(change, years[year]["value"], told)
    return years | {year: moved(years[year], change, told.source(change)) for year in spanned}


def _fits(change: Change, old: Any, told: _Teller) -> None:
    """InputError unless *old* can be changed so: by a number if it is one, and only numbers by a factor or sum."""
    if change.action != "value":
        if not all(map(_is_number, old if isinstance(old, list) else [old])):
            told.fault(change, f"is no number, so it has no {change.action}", "give its value")
    elif _is_number(old) and not _is_number(change.value):
        told.fault(change, f"is a number, and {change.value!r} is none", "write a number with a decimal point")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _new_steps(change: Change, steps: list[Any], content: Any, told: _Teller) -> list[Any]:
    if change.since and change.since < steps[0]["from"]:
        told.fault(change, f"has no value before {steps[0]['from']}", f"begin from {steps[0]['from']} or later")
    found = stepped(steps, change, told.source(change))
    if change.file == "contracts" and change.path[-1] == "places":
        contract = get(content, change.path[:-1])
        for step in found:
            if step["value"] < in_force(steps, step["from"])["value"]:
                _keep_notice(change, contract, step["from"], told)
    return found
