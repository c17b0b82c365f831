"""The rules of the service process: pathways, priority groups, pilots.

A municipality's ``process.yaml``. Flags of clients overlap; for these rules a client is of one group, the first of
GROUPS that holds. A pilot takes a share of one group's clients of one unit out of it and gives them terms of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import NonNegativeInt, PositiveInt

from sim.clients.assumptions import Assumption
from sim.services.caseworkers import Caseworking, Title
from sim.services.catalogue import Catalogue, Key
from sim.services.dated import ShareFrom, Step, Steps
from sim.services.values import EffectFactor, Months, figures_of
from sources.area import Area, own_path, read_own
from sources.errors import InputError, nearest
from sources.files import Strict

PROCESS = "process.yaml"  # in the municipality's folder
GROUPS = ("starter", "young", "newly_unemployed", "other")
GroupName = Literal["starter", "young", "newly_unemployed", "other"]


class Rank(Step):
    """A place in lines, from a day on: lower ranks go first."""

    value: NonNegativeInt
    unit: Literal["rank"]


class Gap(Step):
    """Calendar days between meetings, from a day on."""

    unit: Literal["days"]


class WorkingDays(Step):
    """Monday-to-Friday days, from a day on."""

    value: PositiveInt
    unit: Literal["working days"]


class Terms(Strict):
    """How a group is treated.

    Attributes
    ----------
    queue_priority : in the lines for services and discretionary meetings; lower ranks go first.
    discretionary_every : days from a meeting to a discretionary one; 0 where there are none.
    effect : factor on what meetings and services add to the exit hazard.
    entitlement : services that they may be referred to beside those that they are eligible for.
    """

    queue_priority: Steps[Rank]
    discretionary_every: Steps[Gap]
    effect: EffectFactor
    entitlement: list[Key] = []


class GroupTerms(Terms):
    """A group's; ``demand_led`` is the share of its new spells that go by the demand-led pathway."""

    demand_led: Steps[ShareFrom]


class Pilot(Terms):
    """A trial with a share of a group's clients in one unit."""

    title: Title
    unit: Key
    group: GroupName
    share: Steps[ShareFrom]


class Groups(Strict):
    """Terms of each group, in the order of GROUPS."""

    starter: GroupTerms
    young: GroupTerms
    newly_unemployed: GroupTerms
    other: GroupTerms


class Process(Strict):
    """Schema of ``process.yaml``.

    Attributes
    ----------
    newly_unemployed_months : a spell is new for so long.
    initial_interview_within : the city's own aim; the law's limit holds where it is shorter.
    """

    newly_unemployed_months: Months
    initial_interview_within: Steps[WorkingDays]
    groups: Groups
    pilots: dict[Key, Pilot] = {}

    @property
    def terms(self) -> dict[str, Terms]:
        """Terms by class of clients: the groups, then the pilots."""
        return {**{name: getattr(self.groups, name) for name in GROUPS}, **self.pilots}

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        return list(figures_of(self, "process"))


def check_process(path: Path, process: Process, catalogue: Catalogue, caseworking: Caseworking) -> None:
    """InputError if *process*, read from *path*, names a unit or a service that there is not."""
    for where, name, known in _names(process, catalogue, caseworking):
        if name not in known:
            raise InputError(path, f"key {where}", f"there is no {name}", nearest(name, known))


def read_process(area: Area, catalogue: Catalogue, caseworking: Caseworking) -> Process:
    """The municipality's ``process.yaml``; InputError where it has none, or a fault, or one of ``check_process``."""
    process = read_own(area, PROCESS, Process, "its service process")
    check_process(own_path(area, PROCESS), process, catalogue, caseworking)
    return process


def _names(process: Process, catalogue: Catalogue, caseworking: Caseworking) -> Iterator[tuple[str, str, list[str]]]:
    """Where a unit or a service is named, its name, and those that there are."""
    for name, pilot in process.pilots.items():
        yield f"pilots.{name}.unit", pilot.unit, list(caseworking.units)
    for name, terms in process.terms.items():
        part = "groups" if name in GROUPS else "pilots"
        yield from ((f"{part}.{name}.entitlement", key, list(catalogue.services)) for key in terms.entitlement)
