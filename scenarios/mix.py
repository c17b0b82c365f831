"""A municipality's service mix: every file that says what it offers, to whom, by whom and at what price.

Its books are there too, budget and operating plan, for a scenario changes them in the same way.

A scenario changes the mix by the names that the files have here, ``contracts.unit_price.training_bought.places``. A
file that a municipality does not have is absent from its mix, and what needs it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from scenarios.book_levers import Refusal, no_lever_of_budget, no_lever_of_plan
from scenarios.books import BUDGET, PLAN
from sim.clients.traits import TRAITS, TraitShares
from sim.demand.programme import DEMAND, Demand
from sim.law.loader import Law, load_law
from sim.money.budget import Budget
from sim.money.operating import Operating, check_years
from sim.services.caseworkers import CASEWORKERS, Caseworking
from sim.services.catalogue import CATALOGUE, Catalogue
from sim.services.contracts import CONTRACTS, Contracts, check_contracts
from sim.services.integration import INTEGRATION, Integration
from sim.services.partners import PARTNERS, Partners
from sim.services.process import PROCESS, Process, check_process
from sim.services.subsidies import SUBSIDIES, Subsidies, check_subsidies
from sim.services.volumes import SERVICES, AreaServices, check_changes
from sources.area import Area
from sources.errors import InputError
from sources.files import Schema, Strict, read_yaml


@dataclass(frozen=True)
class Part:
    """One file of the mix.

    Attributes
    ----------
    file : its path, under the data root if it is national, else in the municipality's folder.
    model : its schema.
    check : raises InputError where it does not fit the other files, given its path and the mix; None if nothing can.
    refusal : given a path within it, the mix and the years of the run, why a scenario does not change what is there.
    served : whether services rest on it, and with them the levels that are fitted to today's.
    """

    file: str
    model: type[Strict]
    national: bool = False
    check: Callable[[Path, ServiceMix], None] | None = None
    refusal: Callable[[Sequence[str], ServiceMix, range | None], Refusal | None] | None = None
    served: bool = True

    def path(self, area: Area) -> Path:
        """Where it stands for the municipality *area*."""
        return area.root / self.file if self.national else area.root / area.name / self.file


@dataclass(frozen=True, eq=False)
class ServiceMix:
    """The files of a municipality's services, by name; immutable, for a scenario's mix is another one.

    ``simulated`` is whether services are: else the operating plan stands, and is a lever.
    """

    area: Area
    files: Mapping[str, Strict]
    simulated: bool = True

    @property
    def paths(self) -> list[Path]:
        """Where the files stand that services rest on."""
        return [part.path(self.area) for name, part in PARTS.items() if part.served and name in self.files]

    def of(self, model: type[Schema]) -> Schema:
        """The file with the schema *model*; InputError when the municipality has none."""
        for name, part in PARTS.items():
            if part.model is model and name in self.files:
                found = self.files[name]
                assert isinstance(found, model)
                return found
        missing = next(part for part in PARTS.values() if part.model is model)
        raise InputError(missing.path(self.area), "", f"{self.area.title} has no such file",
                         f"write one after data/lahti/{missing.file}")

    def changed(self, files: Mapping[str, Strict]) -> ServiceMix:
        """The mix with other *files* in the place of those of the same name; each is checked against the others.

        Raises
        ------
        InputError : a file does not fit another; it names the file, not the change.
        """
        mix = replace(self, files={**self.files, **files})
        mix.check()
        return mix

    def check(self) -> None:
        """InputError where one file does not fit another."""
        for name, part in PARTS.items():
            if part.check and name in self.files:
                part.check(part.path(self.area), self)


def _contracts_fit(path: Path, mix: ServiceMix) -> None:
    check_contracts(path, mix.of(Contracts), mix.of(Catalogue))


def _volumes_fit(path: Path, mix: ServiceMix) -> None:
    check_changes(path, mix.of(AreaServices), mix.of(Catalogue))


def _process_fits(path: Path, mix: ServiceMix) -> None:
    check_process(path, mix.of(Process), mix.of(Catalogue), mix.of(Caseworking))


def _subsidies_fit(path: Path, mix: ServiceMix) -> None:
    check_subsidies(mix.of(Subsidies), mix.of(Catalogue), _law(), path)


def _budget_fits(path: Path, mix: ServiceMix) -> None:
    check_years(path.with_name(PLAN), mix.of(Operating), mix.of(Budget).years)


@cache
def _law() -> Law:
    """The law as shipped: no open question of it touches what may be granted."""
    return load_law()


PARTS: Mapping[str, Part] = {
    "catalogue": Part(CATALOGUE, Catalogue, national=True),
    "services": Part(SERVICES, AreaServices, check=_volumes_fit),
    "contracts": Part(CONTRACTS, Contracts, check=_contracts_fit),
    "subsidies": Part(SUBSIDIES, Subsidies, check=_subsidies_fit),
    "caseworkers": Part(CASEWORKERS, Caseworking),
    "process": Part(PROCESS, Process, check=_process_fits),
    "demand": Part(DEMAND, Demand),
    "partners": Part(PARTNERS, Partners),
    "integration": Part(INTEGRATION, Integration),
    "traits": Part(TRAITS, TraitShares),
    "operating": Part(PLAN, Operating, refusal=no_lever_of_plan),
    "budget": Part(BUDGET, Budget, check=_budget_fits, refusal=no_lever_of_budget, served=False),
}
"""Every file of a mix by the name that scenarios use; a new kind of file is a new line here."""


def load_mix(area: Area) -> ServiceMix:
    """The municipality's files as they stand; InputError names file, key and line of a fault."""
    paths = {name: part.path(area) for name, part in PARTS.items()}
    mix = ServiceMix(area, {name: read_yaml(path, PARTS[name].model) for name, path in paths.items() if path.is_file()})
    mix.check()
    return mix
