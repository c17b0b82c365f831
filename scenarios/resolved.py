"""Services and books as a scenario leaves them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from scenarios.books import Books, load_books
from scenarios.levers import Horizon, with_scenario
from scenarios.mix import ServiceMix, load_mix
from scenarios.scenario import Scenario
from sim.money.budget import Budget
from sim.money.operating import Operating
from sources.area import Area


class Resolved(NamedTuple):
    """What a run uses.

    Attributes
    ----------
    files : services as the municipality's files have them, to which levels are fitted; None without services.
    mix : the same with all changes of the scenario.
    books : with all its changes; None where there is no budget.
    """

    files: ServiceMix | None
    mix: ServiceMix | None
    books: Books | None


def resolve(area: Area, scenario: Scenario, horizon: Horizon, books: Books | None = None) -> Resolved:
    """The changes of *scenario* made to what *area* has; service files are read only where something asks for them.

    Parameters
    ----------
    books : in place of those of *area*.
    """
    books = books or load_books(area)
    if not scenario.services and not scenario.changes_books:
        return Resolved(None, None, books)
    files = load_mix(area)
    mix = with_scenario(replace(files, simulated=scenario.services), scenario, horizon)
    if books:
        books = books.changed(mix.of(Budget), mix.of(Operating))
    return Resolved(files, mix, books) if scenario.services else Resolved(None, None, books)
