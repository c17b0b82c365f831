"""Every uncertain input of a forecast: what it is called, over which range it may lie, and where that comes from.

Names are dotted paths whose first part is the kind of input, so that a part of a path is a group of inputs:

- ``law``, ``switch``, ``assumption``, ``fitted``: as ``exposure`` varies them;
- ``path``: arrivals, exits and vacancies of all months, to the 10 % and 90 % points of the sampled paths' means;
- ``books``: figures of the operating plan and income of the budget;
- the files of the service mix (``catalogue``, ``contracts``, ``caseworkers`` …) in a run with services.

Listed is what is not verified; of the books and the mix, what has a range beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

import numpy as np

from scenarios.books import Books
from scenarios.exposure import Variant, dated_name, ends_of, text_of, variants
from scenarios.nodes import likest
from scenarios.project import Plan
from scenarios.scenario import BOOKS as OF_BOOKS
from sim.clients.assumptions import Assumption
from sim.law.ladder import Ladder
from sim.services.values import figures_of
from sources.errors import InputError

SAMPLED = 40  # paths by which the range of arrivals, exits and vacancies is told, at least
TENTHS = (0.1, 0.9)
BOOKS, PATH, SERVICE = "books", "path", "service"
OPERATING = "operating"  # of the books, its operating plan
LEFT_OUT = ("budget.memo.", ".pattern")  # of the books: outside the net, or no cost of a year


@dataclass(frozen=True)
class Setting:
    """All that a forecast of euros rests on: a plan and, where there is a budget, its books."""

    plan: Plan
    books: Books | None


@dataclass(frozen=True)
class Input:
    """An uncertain input.

    Attributes
    ----------
    name : dotted, see the module's story.
    value, status, source : as it stands.
    ends : what it may be instead: either end of its range, or the other answers of an open question.
    stated : whether the range is its own; else its ends are a tenth apart from the value.
    """

    name: str
    value: Any
    status: str
    source: str
    ends: tuple[Variant, ...]
    stated: bool = True

    @property
    def span(self) -> str:
        """Its ends in print."""
        return " – ".join(text_of(each.value) for each in self.ends)

    def at(self, place: float) -> Variant:
        """The variant at *place* of its range, from 0 (first end) to 1 (last); an open question takes all answers."""
        first, last = self.ends[0], self.ends[-1]
        if first.kind == "switch" or isinstance(first.value, bool):
            answers = [self.value, *(each.value for each in self.ends)]
            return replace(first, end="within", value=answers[min(int(place * len(answers)), len(answers) - 1)])
        return replace(first, end="within", value=_between(first.value, last.value, place))


def _between(low: Any, high: Any, place: float) -> Any:
    """What lies at *place* between two values of the same kind."""
    if isinstance(low, Ladder):
        return Ladder(low.thresholds, tuple(_between(list(low.shares), list(high.shares), place)))
    if isinstance(low, list):
        return [_between(*pair, place) for pair in zip(low, high, strict=True)]
    if isinstance(low, int | float):
        return low + place * (high - low)
    return type(low)(**{key: round(_between(days, getattr(high, key), place)) for key, days in low})


def inputs_of(setting: Setting) -> list[Input]:
    """All uncertain inputs of *setting*, in the order of the kinds."""
    return [*_exposed(setting.plan), *_paths(setting.plan), *_of_books(setting.books), *_of_services(setting.plan)]


def chosen(inputs: Sequence[Input], patterns: Sequence[str]) -> list[Input]:
    """Those of *inputs* whose name one of the *patterns* (with * and ?) matches, or begins with.

    Raises
    ------
    InputError : a pattern matches nothing; it says what is most like it.
    """
    names = [each.name for each in inputs]
    for pattern in patterns:
        if not any(_matches(name, pattern) for name in names):
            raise InputError("command line", f"option --inputs {pattern}", "matches no uncertain input",
                             f"write one like {likest(pattern, names)[0]}")
    return [each for each in inputs if not patterns or any(_matches(each.name, pattern) for pattern in patterns)]


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or name.startswith(f"{pattern}.")


def _exposed(plan: Plan) -> Iterator[Input]:
    """Law, open questions, assumptions and fitted values."""
    law, stored, assumed = plan.inputs.law, plan.calibration.stored, dict(plan.inputs.assumed.items())
    entries = {dated_name(each): each for each in law.unverified()}
    for (kind, name), found in groupby(variants(plan), key=lambda each: (each.kind, each.name)):
        full, ends = f"{kind}.{name}", tuple(found)
        if kind == "law":
            entry = entries[name]
            yield Input(full, entry.value, entry.status, entry.source, ends,
                        bool(entry.range) or isinstance(entry.value, bool))
        elif kind == "switch":
            yield Input(full, law.choices[name], "estimate", law.switches[name].question, ends)
        elif kind == "fitted":
            yield Input(full, stored.values[stored.names.index(name)], "derived", f"calibration {stored.until}", ends)
        else:
            yield Input(full, *_about(assumed[name]), ends, bool(assumed[name].range))


def _about(figure: Assumption) -> tuple[Any, str, str]:
    return figure.value, figure.status, figure.source


def _paths(plan: Plan) -> Iterator[Input]:
    """Flows of all months, as far from their median as the sampled paths' means lie."""
    series = {"arrivals": plan.flows.arrivals, "exits": plan.flows.outflow}
    if plan.vacancies is not None and plan.services:
        series["vacancies"] = plan.vacancies
    for name, values in series.items():
        means = np.log(values).mean(axis=1)
        low, high = np.exp(np.quantile(means, TENTHS) - np.median(means)).tolist()
        yield Input(f"{PATH}.{name}", 1.0, "estimate", f"forecast: {len(values)} sampled paths",
                    tuple(Variant(PATH, name, end, value) for end, value in (("low", low), ("high", high))))


def _of_books(books: Books | None) -> Iterator[Input]:
    """Figures of the plan, and of the budget its income: an appropriation is a decision, and no cost."""
    if books:
        yield from _figures(BOOKS, ((name, each) for name, each in books.unverified()
                                    if name.startswith((f"{OPERATING}.", "budget.income."))
                                    and not any(part in name for part in LEFT_OUT)), f"{BOOKS}.")


def _of_services(plan: Plan) -> Iterator[Input]:
    if plan.services:
        for name, part in plan.services.plan.mix.files.items():
            if name not in OF_BOOKS:
                yield from _figures(SERVICE, figures_of(part, name))


def _figures(kind: str, figures: Iterable[tuple[str, Assumption]], prefix: str = "") -> Iterator[Input]:
    """Those of the named *figures* that are not verified and have a range to lie in."""
    for name, each in figures:
        if each.status != "verified" and each.range and each.range[0] < each.range[1]:
            low, high = each.range
            ends = tuple(Variant(kind, name, end, np.clip(values, low, high).tolist()) for end, values in ends_of(each))
            yield Input(prefix + name, *_about(each), ends)
