"""What a reader looks up of a municipality's services: one record a service, with every figure and its evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sim.clients.assumptions import Assumption
from sim.law.calendar import day_number
from sim.law.loader import load_law
from sim.services.catalogue import Catalogue, Service, read_catalogue
from sim.services.contracts import Contract, Contracts, read_contracts
from sim.services.integration import read_integration
from sim.services.subsidies import Subsidies, completed, read_subsidies
from sim.services.values import Measured, figures_of
from sim.services.volumes import (
    AreaServices,
    Volume,
    derive_volumes,
    opening_stock,
    read_area_services,
    unit_cost,
)
from sources.area import Area
from sources.errors import InputError, nearest
from sources.services import National, read_national


@dataclass(frozen=True, eq=False)
class Supply:
    """A municipality's services: the national catalogue, its own volumes, contracts (completed) and subsidies."""

    area: Area
    catalogue: Catalogue
    plan: AreaServices
    volumes: dict[str, Volume]
    contracts: Contracts
    subsidies: Subsidies
    national: National


def load_supply(area: Area) -> Supply:
    """Everything that is known of the municipality's services; InputError names the file that is missing or faulty."""
    catalogue = read_catalogue(area.root)
    plan, contracts = read_area_services(area, catalogue), read_contracts(area, catalogue)
    subsidies = read_subsidies(area, catalogue, load_law())
    national = read_national(area.root)
    return Supply(area, catalogue, plan, derive_volumes(area, plan, catalogue, national),
                  completed(contracts, subsidies, catalogue, read_integration(area)), subsidies, national)


def record(supply: Supply, key: str, day: date) -> dict[str, Any]:
    """What there is of the service *key* on *day*, as JSON has it; a part that does not apply is None.

    Returns
    -------
    ``key``, ``finnish``, ``english``, ``letters``, ``class``, ``authority``, ``unit``, ``source``, ``status``,
    ``note``; ``eligibility``, ``benefit`` (inside), ``referral`` (once, priority);
    ``figures`` of duration, effect and referral; ``volume`` with ``stock``,
    ``starts`` (a month), ``months`` and the factors they come from; ``opening`` (people, mean_days_left); ``places``
    (None: no limit) and ``contracts``; ``unit_cost`` of the LMP database, then and at today's prices; ``outcome``: raw
    rates three months after the end.

    Raises
    ------
    InputError : there is no such service.
    """
    if key not in supply.catalogue.services:
        raise InputError("command line", f"service {key}", "is not in the catalogue",
                         nearest(key, supply.catalogue.services))
    service, volume = supply.catalogue.services[key], supply.volumes.get(key)
    inside, contracts = service.participation, supply.contracts.of_service(key)
    places = supply.contracts.places(key, day)
    return {
        "key": key, **service.model_dump(exclude={"participation", "statistic"}),
        "class": service.statutory_class,
        "eligibility": inside.eligibility.model_dump() if inside else None,
        "benefit": inside.benefit if inside else None,
        "referral": inside.referral.model_dump(mode="json", exclude={"weights", "starts_every"}) if inside else None,
        "figures": [_figure(name, each) for name, each in figures_of(inside, "")] if inside else [],
        "volume": _volume(volume) if volume else None,
        "opening": _opening(supply, key) if volume else None,
        "places": None if places == float("inf") else places,
        "contracts": [_contract(name, each, day) for name, each in contracts.items()],
        "unit_cost": _unit_cost(supply, service),
        "outcome": _outcome(supply, service),
    }


def _figure(name: str, figure: Assumption) -> dict[str, Any]:
    evidence = figure.evidence if isinstance(figure, Measured) else None
    return {"name": name.strip("."), "evidence": evidence,
            **figure.model_dump(mode="json", include={"value", "unit", "source", "status", "range"})}


def _volume(volume: Volume) -> dict[str, Any]:
    return {"stock": volume.stock, "starts": volume.starts, "months": volume.months, **asdict(volume)}


def _opening(supply: Supply, key: str) -> dict[str, Any]:
    opening = opening_stock({key: supply.volumes[key]}, supply.catalogue)[key]
    return {"people": opening.people, "mean_days_left": opening.duration.mean_left}


def _contract(name: str, contract: Contract, day: date) -> dict[str, Any]:
    places = float(contract.places_on(day_number(day)))
    told = {"title", "producer", "serves", "start", "end", "indexed"}
    return {"name": name, "kind": contract.kind, "places": None if places == float("inf") else places,
            **contract.model_dump(mode="json", include=told),
            "figures": [{**_figure(key, each), "from": _since(each)} for key, each in figures_of(contract, "")]}


def _since(figure: Assumption) -> str | None:
    """The day a dated figure counts from."""
    when = getattr(figure, "since", getattr(figure, "date", None))
    return when.isoformat() if when else None


def _unit_cost(supply: Supply, service: Service) -> dict[str, Any] | None:
    year = supply.plan.reference
    euros = unit_cost(service, supply.national, year)
    if euros is None or service.statistic is None or service.statistic.unit_cost is None:
        return None
    lift = supply.catalogue.price_lift
    lifted = service.statistic.unit_cost.lifted
    return {"year": year, "euros": euros, "today": euros * float(lift) if lifted else euros,
            "cost": service.statistic.unit_cost.cost, "lift": float(lift) if lifted else 1.0, "status": lift.status}


def _outcome(supply: Supply, service: Service) -> dict[str, Any] | None:
    asked, year = service.statistic.outcome if service.statistic else None, supply.plan.reference
    if asked is None or (asked.table, asked.code, year) not in supply.national.outcomes.index:
        return None
    row = supply.national.outcomes.loc[(asked.table, asked.code, year)]
    return {"year": year, **{name: float(value) for name, value in row.items()}}
