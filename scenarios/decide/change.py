"""A setting with several inputs changed at once: plan, baseline and books alike.

What was fitted stays as it is, the levels of today's services too: this is what a forecast would have been off by were
the value another all along, and not what a change of it from now on would do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from pydantic import ValidationError

from forecasting.flows import FlowFactors
from scenarios.books import Books
from scenarios.decide.inputs import BOOKS, PATH, SERVICE, Setting
from scenarios.exposure import Variant, changed
from scenarios.mix import ServiceMix
from scenarios.nodes import get
from scenarios.project import Plan
from scenarios.service_account import price_levels
from scenarios.service_levels import services_of
from sim.clients.assumptions import Assumption
from sim.services.contracts import Contracts
from sim.services.values import figures_of
from sources.errors import InputError
from sources.files import Schema

Values = Mapping[str, Any]  # by dotted name
WHOLES = ("demand.fields.*.unemployed", "demand.fields.*.vacancies", "integration.courses.levels.*.share",
          "partners.joint_plan.payers.*")  # figures of the mix that sum to one


def with_variants(setting: Setting, variants: Sequence[Variant], draws: int) -> Setting:
    """*setting* with all *variants* at once.

    Parameters
    ----------
    draws : that are projected; their price levels follow the books.

    Raises
    ------
    InputError : a figure cannot have its value beside those of the others; see ``accepted``.
    """
    if not variants:
        return setting
    of_kind = {kind: {each.name: each.value for each in variants if each.kind == kind} for kind in (BOOKS, SERVICE)}
    books = with_book_values(setting.books, of_kind[BOOKS]) if setting.books and of_kind[BOOKS] else setting.books
    base = setting.plan.baseline
    plan = replace(_with_plan_values(replace(setting.plan, baseline=None), variants, of_kind[SERVICE], books, draws),
                   baseline=base and _with_plan_values(base, variants, of_kind[SERVICE], books, draws))
    return Setting(plan, books)


def _with_plan_values(plan: Plan, variants: Sequence[Variant], figures: Values, books: Books | None,
                      draws: int) -> Plan:
    services, bare = plan.services, replace(plan, services=None)
    others = [each for each in variants if each.kind not in (BOOKS, SERVICE)]
    for each in sorted(others, key=lambda change: change.kind != "switch"):  # a switch reads the law anew
        bare = _with_flows(bare, each) if each.kind == PATH else changed(bare, each)
    if services is None:
        return bare
    mix, prices = with_figures(services.plan.mix, figures), services.prices
    if books:
        prices = price_levels(books, mix.of(Contracts), plan.first_month, plan.months, draws, plan.seed)
    return replace(bare, services=services_of(bare, mix, services.levels, prices))


def _with_flows(plan: Plan, change: Variant) -> Plan:
    """*plan* with one of its flows times a factor in all months."""
    flows, vacancies = plan.flows, plan.vacancies
    if change.name == "vacancies":
        return replace(plan, vacancies=None if vacancies is None else vacancies * change.value)
    arrivals, exits = (change.value if change.name == name else 1.0 for name in ("arrivals", "exits"))
    return replace(plan, flows=FlowFactors(flows.arrivals * arrivals, flows.outflow * exits, flows.limited))


def with_book_values(books: Books, values: Values, in_proportion: bool = False) -> Books:
    """*books* with other *values* of figures of the plan (``operating.…``) and of income (``budget.income.…``).

    Parameters
    ----------
    in_proportion : whether ranges move with the values, and so what is drawn from them.
    """
    return replace(books, plan=_with_named(books.plan, dict(books.plan.figures()), values, in_proportion),
                   budget=_with_named(books.budget, dict(books.budget.figures()), values, in_proportion))


def _with_named(part: Schema, figures: Mapping[str, Assumption], values: Values, in_proportion: bool) -> Schema:
    """*part* with other *values* of its *figures*, which it calls otherwise than by their places."""
    places = {id(figure): place.removeprefix(".") for place, figure in figures_of(part, "")}
    return _with_values(part, {places[id(figures[name])]: value for name, value in values.items() if name in figures},
                        in_proportion)


def with_figures(mix: ServiceMix, values: Values, in_proportion: bool = False) -> ServiceMix:
    """*mix* with other *values* of figures, by their dotted name; checked like the files.

    Where figures are shares of a whole, the others of them make room in proportion.
    """
    by_file = dict[str, dict[str, Any]]()
    for name, value in {**values, **_room(mix, values)}.items():
        file, _, place = name.partition(".")
        by_file.setdefault(file, {})[place] = value
    return mix.changed({file: _with_values(mix.files[file], each, in_proportion) for file, each in by_file.items()})


def _room(mix: ServiceMix, values: Values) -> dict[str, float]:
    """Shares of each whole of which *values* change some, so that they sum to one."""
    found = dict[str, float]()
    for whole in WHOLES:
        if not any(fnmatchcase(name, whole) for name in values):
            continue
        file = whole.split(".")[0]
        shares = {name: float(each) for name, each in figures_of(mix.files[file], file) if fnmatchcase(name, whole)}
        told = {name: values[name][0] for name in shares if name in values}
        rest = {name: share for name, share in shares.items() if name not in told}
        if rest and sum(told.values()) < 1:
            factor = (1 - sum(told.values())) / sum(rest.values())
            found |= {name: share * factor for name, share in rest.items()}
        else:
            found |= {name: share / sum(told.values()) for name, share in told.items()} | dict.fromkeys(rest, 0.0)
    return found


def _with_values(part: Schema, values: Values, in_proportion: bool) -> Schema:
    """A copy of the file *part* with other *values* at dotted places within it; InputError if its schema refuses."""
    if not values:
        return part
    content = part.model_dump(by_alias=True)
    for place, value in values.items():
        figure = get(content, place.split("."))
        old, figure["value"] = figure["value"], _like(figure["value"], value)
        if figure.get("range"):
            figure["range"] = _range(figure["range"], old, figure["value"], in_proportion)
    try:
        return type(part).model_validate(content)
    except ValidationError as fault:
        error = fault.errors()[0]
        raise InputError("uncertain input", ".".join(map(str, error["loc"])), error["msg"],
                         "vary another figure") from None


def _range(ends: Sequence[float], old: Any, new: Any, in_proportion: bool) -> list[float]:
    """The range of a value that is *new*: in proportion, or wide enough, for others may have taken its room."""
    if in_proportion and old:
        return [end * new / old for end in ends]
    values = new if isinstance(new, list) else [new]
    return [min(ends[0], *values), max(ends[1], *values)]


def _like(old: Any, new: Sequence[float] | float) -> Any:
    """*new* as *old* is written: one number or several, whole ones whole."""
    if isinstance(old, list):
        return [_like(each, other) for each, other in zip(old, new, strict=True)]  # type: ignore[arg-type]
    value = new[0] if isinstance(new, Sequence) else new
    return round(value) if isinstance(old, int) else value


def accepted(setting: Setting, variants: Sequence[Variant], draws: int) -> tuple[Setting, list[Variant]]:
    """*setting* with as many of *variants* as its files take, and those that they refuse beside the others."""
    try:
        return with_variants(setting, variants, draws), []
    except InputError:
        taken, refused = list[Variant](), list[Variant]()
    for each in variants:
        try:
            with_variants(setting, [*taken, each], draws)
            taken.append(each)
        except InputError:
            refused.append(each)
    return with_variants(setting, taken, draws), refused
