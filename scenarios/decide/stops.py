"""Contracts that a brake may stop, each from the earliest day that its notice allows.

A cut may touch what depends on appropriations and what is voluntary. What the law asks for whatever the money, what
whoever meets the conditions has a right to, and what others commission, is never among them.

A contract ends as a scenario ends it (``remove`` of docs/scenarios.md): nobody comes in from the day on, who is inside
stays and is paid for, fixed sums stop. Where a contract pays for what another file lets in, that stops with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scenarios.changes import Change
from scenarios.mix import ServiceMix
from sim.services.catalogue import Catalogue, StatutoryClass
from sim.services.contracts import Contract, Contracts
from sim.services.integration import INCENTIVE
from sources.errors import InputError, nearest

STOPPABLE: tuple[StatutoryClass, ...] = ("appropriation_dependent", "voluntary")
LET_IN_BY: Mapping[str, str] = {
    "expert_assessment": "partners.queues.bought_assessment.cases", INCENTIVE: "integration.incentive.amount"}
"""Of a service, the path of the figure that lets people in, where that is not the places of its contract."""


@dataclass(frozen=True)
class Stop:
    """What ends a contract.

    Attributes
    ----------
    day : the first without it.
    changes : of a scenario.
    """

    name: str
    contract: Contract
    statutory_class: StatutoryClass
    day: date
    changes: tuple[Change, ...]


def stoppable(mix: ServiceMix, keep: Collection[str] = ()) -> dict[str, tuple[Contract, StatutoryClass]]:
    """Contracts of *mix* that a brake may stop, but for those to *keep*, and the class of each.

    Raises
    ------
    InputError : a name to keep is no contract.
    """
    contracts, services = mix.of(Contracts).all, mix.of(Catalogue).services
    for name in keep:
        if name not in contracts:
            raise InputError("command line", f"option --keep {name}", "is no contract", nearest(name, contracts))
    return {name: (contract, found) for name, contract in contracts.items()
            if (found := services[contract.service].statutory_class) in STOPPABLE and name not in keep}


def stops(mix: ServiceMix, decided: date, first: date, last: date, keep: Collection[str] = ()) -> list[Stop]:
    """What may still be stopped from *first* to *last*, decided on the day *decided*; but for the contracts to *keep*.

    A contract that ends by itself before its notice has run out is not among them.
    """
    found = []
    for name, (contract, which) in stoppable(mix, keep).items():
        day = max(effective(contract, decided), first)
        if day <= last and not (contract.end and contract.end < day):
            found.append(Stop(name, contract, which, day, _changes(name, contract, day)))
    return found


def effective(contract: Contract, decided: date) -> date:
    """The first day without the *contract*, if it is decided on the day *decided* to stop it."""
    return decided + timedelta(days=int(contract.notice.value))


def _changes(name: str, contract: Contract, day: date) -> tuple[Change, ...]:
    why = f"jarru: {contract.title}"
    change = Change.model_validate({"at": f"contracts.{contract.kind}.{name}", "from": day, "remove": True, "why": why})
    let_in = LET_IN_BY.get(contract.service)
    if let_in is None:
        return (change,)
    return change, Change.model_validate({"at": let_in, "from": day, "value": 0, "why": why})
