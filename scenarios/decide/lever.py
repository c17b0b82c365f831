"""What a seek may turn: figures that a city decides on, found by a short name, and never those it must not touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from math import ceil, floor
from typing import Any

from scenarios.changes import Change
from scenarios.decide.search import Place
from scenarios.levers import Horizon
from scenarios.mix import ServiceMix
from scenarios.nodes import get, in_force, leaves, likest
from sim.services.catalogue import Catalogue
from sources.errors import InputError

DECIDED = ("contracts.*.*.places", "caseworkers.units.*.fte", "process.groups.*.discretionary_every",
           "subsidies.services.*.amount", "subsidies.services.*.months", "partners.bought",
           "integration.incentive.amount")
"""Paths of what a city decides on as a number from a day on. A new one is a new pattern here."""
REFUSED = {
    "statutory_unconditional": "is a statutory duty without conditions",
    "need_bound": "is need-bound: whoever meets the conditions has a right to it",
}
EDGE = 1e-9  # of a step: rounding moves no end
MANY = 100  # steps of a figure that is no whole number, over its range


@dataclass(frozen=True)
class Lever:
    """One figure that is turned.

    Attributes
    ----------
    at : its path in the service mix.
    since : first day of the change.
    today : the value in force on that day, before any change.
    step : the least change; steps are counted from *today*.
    low, high : steps at the ends of the range.
    whole : whether it is a whole number.
    """

    at: str
    since: date
    today: float
    step: float
    low: int
    high: int
    whole: bool

    def value(self, step: int) -> float:
        """The figure so many steps from today's."""
        value = self.today + step * self.step
        return round(value) if self.whole else round(value, 6)

    @property
    def places(self) -> bool:
        """Whether it is a number of places."""
        return self.at.endswith(".places")

    def change(self, step: int, why: str) -> Change:
        """The change that turns it so far."""
        return Change.model_validate({"at": self.at, "from": self.since, "value": self.value(step), "why": why})


def resolve(name: str, mix: ServiceMix) -> str:
    """The path that *name* means: itself, the end of one, or parts of one in their order, each the part of a key.

    Raises
    ------
    InputError : there is none, there are several, or it must not be touched.
    """
    paths = levers_of(mix)
    if name in paths:
        found = [name]
    else:
        found = [path for path in paths if path.endswith(f".{name}")] or [path for path in paths if _like(name, path)]
    if len(found) > 1:
        raise _fault(name, "may be any of several", f"write one of {', '.join(found)}")
    if not found:
        raise _fault(name, "is no figure that a city decides on", f"write {' or '.join(likest(name, paths, 3))}")
    _allowed(name, found[0], mix)
    return found[0]


def levers_of(mix: ServiceMix) -> list[str]:
    """Paths of all in *mix* that a city decides on."""
    contents = {name: file.model_dump(by_alias=True) for name, file in mix.files.items()}
    return [path for name, content in contents.items() for path, kind in leaves(content, name)
            if kind == "steps" and any(fnmatchcase(path, each) for each in DECIDED)]


def _like(name: str, path: str) -> bool:
    keys = iter(path.split("."))
    return all(any(part in key for key in keys) for part in name.split("."))


def _allowed(name: str, path: str, mix: ServiceMix) -> None:
    """InputError if *path* is of a service that no saving may touch."""
    keys, file = path.split("."), path.split(".")[0]
    if file not in ("contracts", "subsidies"):
        return
    key = get(_content(mix, file), keys[1:3])["service"] if file == "contracts" else keys[2]
    service = mix.of(Catalogue).services[key]
    if service.statutory_class in REFUSED:
        raise _fault(name, f"turns {service.english}, which {REFUSED[service.statutory_class]}",
                     "choose a lever of a service that depends on the appropriation, or is voluntary")


def lever(path: str, mix: ServiceMix, year: int, horizon: Horizon, decided: date, since: date | None = None,
          span: str = "") -> Lever:
    """The lever at *path*, to be turned in *year*.

    Parameters
    ----------
    decided : when it is decided: notice is counted from it.
    since : first day; by default the first of *year* on which it may be cut and that is simulated.
    span : LO:HI or LO:HI:STEP; by default from nothing to twice today's value.
    """
    keys = path.split(".")
    steps = get(_content(mix, keys[0]), keys[1:])
    notice = get(_content(mix, keys[0]), keys[1:3])["notice"]["value"] if keys[0] == "contracts" else 0
    first = since or max(date(year, 1, 1), horizon.first, decided + timedelta(notice))
    if first > min(date(year, 12, 31), horizon.last) or first < horizon.first:
        raise _fault(path, f"would first change on {first}, which is not within the simulated part of {year}",
                     "choose another --year or --from, or let the scenario be decided earlier (its key date)")
    today = in_force(steps, first)["value"]
    if not isinstance(today, int | float):
        raise _fault(path, "is no single number", "choose another lever")
    whole = isinstance(today, int)
    low, high, step = _span(span, path, whole) if span else (0, 2 * today, None)
    step = step or (1 if whole else (high - low) / MANY or 1.0)
    ends = ceil((low - today) / step - EDGE), floor((high - today) / step + EDGE)
    if ends[0] >= ends[1]:
        raise _fault(path, f"has the range {low:g}:{high:g}, which holds one value or none", "give --range LO:HI")
    return Lever(path, first, today, step, *ends, whole)


def _span(written: str, path: str, whole: bool) -> tuple[float, float, float | None]:
    try:
        numbers = [int(each) if whole else float(each) for each in written.split(":")]
        low, high, *step = numbers
        if len(step) > 1 or low < 0 or (step and step[0] <= 0):
            raise ValueError
    except ValueError:
        kind = "whole numbers" if whole else "numbers"
        raise InputError("command line", "option --range", f"{written!r} is no range of {path}",
                         f"give {kind} LO:HI or LO:HI:STEP, such as 0:60:5") from None
    return low, high, step[0] if step else None


def changes(levers: Sequence[Lever], place: Place, why: str) -> list[Change]:
    """What turns *levers* to *place*; those that stay at today's value are left alone."""
    return [each.change(step, why) for each, step in zip(levers, place, strict=True) if step]


def _content(mix: ServiceMix, file: str) -> Any:
    return mix.files[file].model_dump(by_alias=True)


def _fault(name: str, fault: str, mend: str) -> InputError:
    return InputError("command line", "option --lever", f"{name} {fault}", mend)
