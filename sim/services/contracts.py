"""Who produces the services, for whom, how many at a time, at what price, and when that is paid.

A contract file lists contracts by kind: *own* staff, an *in-house company*, a *unit price* bought, payment on
*outcome*, a *subsidy*, a *grant*. Places are dated: what a producer can take from a day on; 0 stops it. Every figure
says where it is from; what the city has not published is an estimate and says so. Prices are those of the price index
at 1.

A task of public authority can be done by the city itself and cannot be bought.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from sim.clients.assumptions import Assumption
from sim.law.calendar import day_number
from sim.law.schema import FOREVER, Day, Placed
from sim.services.catalogue import Catalogue, Group, Key
from sim.services.values import Sourced, Step, Steps, figures_of
from sources.area import Area, own_path, read_own
from sources.errors import InputError, nearest
from sources.files import Strict

CONTRACTS = "contracts.yaml"  # in the municipality's folder
Kind = Literal["own", "in_house_company", "unit_price", "outcome_based", "subsidy", "grant"]
BudgetLine = Literal["purchases", "subsidies"]
Title = Annotated[str, Field(min_length=1)]
Whole = Annotated[int, Field(ge=0)]


class Places(Step):
    """How many can be inside at once, from a day on."""

    value: Whole
    unit: Literal["places"]


class Days(Sourced):
    """Calendar days."""

    value: Annotated[int, Field(ge=0, le=730)]
    unit: Literal["days"]


class EvidenceMonths(Sourced):
    """Whole months in which an outcome must hold."""

    value: Annotated[int, Field(ge=0, le=36)]
    unit: Literal["months"]


class YearlyEuros(Sourced):
    """Euros of a year."""

    unit: Literal["€/year"]


class PlaceEuros(Sourced):
    """Euros of a place and year, used or not."""

    unit: Literal["€/place/year"]


class UnitEuros(Sourced):
    """Euros for whoever starts, for whoever completes, or for a Monday-to-Friday day of a participant."""

    unit: Literal["€/participant", "€/completed participant", "€/participant-day"]


class OutcomeEuros(Sourced):
    """Euros of a verified outcome."""

    unit: Literal["€/outcome"]


class ParticipantEuros(Sourced):
    """Euros of a participant."""

    unit: Literal["€/participant"]


class YearlyParticipants(Sourced):
    """Participants of a year."""

    unit: Literal["participants/year"]


class InstalmentEuros(Sourced):
    """Euros of an instalment and the day from which its payment is counted."""

    date: Day
    unit: Literal["€"]


class SubsidyEuros(Step):
    """Euros of a month, or of a Monday-to-Friday day, for whoever starts from a day on."""

    unit: Literal["€/month", "€/day"]


class Contract(Placed):
    """What all kinds say.

    Attributes
    ----------
    service : key in the catalogue.
    serves : groups that are referred to it; empty for all that the service is for.
    start, end : first and last day; without end it goes on.
    places : by day, in order; empty where there is no limit.
    indexed : whether its prices follow the price index.
    payable : days from the event that is billed (see the kinds) to its payment.
    notice : days' notice before it can be ended or its places cut.
    """

    kind: ClassVar[Kind]
    title: Title
    producer: Title
    service: Key
    serves: list[Group] = []
    start: Day
    end: Day | None = None
    places: list[Places] = []
    indexed: bool
    payable: Days
    notice: Days

    @model_validator(mode="after")
    def _dates_in_order(self) -> Contract:
        if self.end and self.end < self.start:
            raise ValueError(f"the contract ends on {self.end}, before its start on {self.start}")
        dates = [each.since for each in self.places]
        if dates and (dates != sorted(set(dates)) or dates[0] > self.start):
            raise ValueError("places begin on the first day of the contract or before, and their days rise")
        return self

    @property
    def first(self) -> int:
        """Day number of the first day."""
        return day_number(self.start)

    @property
    def after(self) -> int:
        """Day number of the day after the last."""
        return day_number(self.end) + 1 if self.end else FOREVER

    def places_on(self, day: npt.ArrayLike) -> np.ndarray:
        """Places on day number(s) *day*: infinite where there is no limit, 0 outside the contract."""
        day = np.asarray(day)
        values = np.array([0.0, *(each.value for each in self.places)] if self.places else [np.inf])
        row = np.searchsorted([day_number(each.since) for each in self.places], day, side="right")
        return np.where((day >= self.first) & (day < self.after), values[row], 0.0)


class Own(Contract):
    """The city's own staff: a yearly sum and a sum a place, billed at each month's end by the days in force."""

    kind: ClassVar[Kind] = "own"
    fixed: YearlyEuros
    per_place: PlaceEuros

    @model_validator(mode="after")
    def _places_to_price(self) -> Own:
        if float(self.per_place) and not self.places:
            raise ValueError("a price a place needs places")
        return self


class InHouse(Own):
    """A company that the city owns, paid like own staff; bought, so no task of public authority."""

    kind: ClassVar[Kind] = "in_house_company"


class UnitPrice(Contract):
    """A price a participant or day.

    A start, and the end of whoever completes, are billed on their day; participant-days at each month's end.
    """

    kind: ClassVar[Kind] = "unit_price"
    price: UnitEuros


class OutcomeBased(Contract):
    """Payment on results.

    Attributes
    ----------
    definition : of an outcome, in words: what begins on the outcome's day and must hold.
    evidence : months that it must hold; then it is verified and billed.
    tariff : of a verified outcome.
    cap : most that a contract year pays in tariffs; later outcomes of the year are not paid.
    floor : least that a contract year pays; the difference is settled at its end.
    minimum, shortfall : participants that a contract year is promised, and the price of each that was not sent.

    Contract years are counted from ``start``.
    """

    kind: ClassVar[Kind] = "outcome_based"
    definition: Title
    evidence: EvidenceMonths
    tariff: OutcomeEuros
    cap: YearlyEuros | None = None
    floor: YearlyEuros | None = None
    minimum: YearlyParticipants | None = None
    shortfall: ParticipantEuros | None = None

    @model_validator(mode="after")
    def _terms_agree(self) -> OutcomeBased:
        if (self.minimum is None) != (self.shortfall is None):
            raise ValueError("minimum and shortfall go together")
        if self.cap and self.floor and float(self.floor) > float(self.cap):
            raise ValueError(f"the floor, {float(self.floor):g}, is above the cap, {float(self.cap):g}")
        return self


class SubsidyContract(Contract):
    """Euros to an employer or a client for as long as the work lasts, at each month's end.

    *amounts* are not written here: ``subsidies.completed`` takes them from ``subsidies.yaml``. Whoever has started
    keeps the amount of that day.
    """

    kind: ClassVar[Kind] = "subsidy"
    amounts: Steps[SubsidyEuros] | None = None


class Grant(Contract):
    """Money to an association, paid in instalments on their days; it buys places, not participants."""

    kind: ClassVar[Kind] = "grant"
    instalments: Annotated[list[InstalmentEuros], Field(min_length=1)]

    @model_validator(mode="after")
    def _within(self) -> Grant:
        for each in self.instalments:
            if each.date < self.start or self.end and each.date > self.end:
                raise ValueError(f"the instalment of {each.date} is outside the contract")
        return self


class Contracts(Strict):
    """Schema of ``contracts.yaml``: contracts by kind and name."""

    own: dict[Key, Own] = {}
    in_house_company: dict[Key, InHouse] = {}
    unit_price: dict[Key, UnitPrice] = {}
    outcome_based: dict[Key, OutcomeBased] = {}
    subsidy: dict[Key, SubsidyContract] = {}
    grant: dict[Key, Grant] = {}

    @property
    def all(self) -> Mapping[str, Contract]:
        """Every contract by name: by kind, then in file order. A contract's code in arrays is its place here."""
        return {name: contract for kind in type(self).model_fields for name, contract in getattr(self, kind).items()}

    def of_service(self, service: str) -> dict[str, Contract]:
        """Contracts of a service by name."""
        return {name: contract for name, contract in self.all.items() if contract.service == service}

    def places(self, service: str, day: date) -> float:
        """Places of a service on *day*, all producers together; infinite where one has no limit or there is none."""
        found = [float(contract.places_on(day_number(day))) for contract in self.of_service(service).values()]
        return sum(found) if found else np.inf

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        return [pair for name, contract in self.all.items() for pair in figures_of(contract, f"contracts.{name}")]


def budget_line(contract: Contract, catalogue: Catalogue) -> BudgetLine:
    """Line of the operating plan that pays *contract*: subsidies, grants, and work that stops benefit are one."""
    inside = catalogue.services[contract.service].participation
    subsidised = inside is not None and inside.benefit != "paid"
    return "subsidies" if subsidised or isinstance(contract, SubsidyContract | Grant) else "purchases"


def read_contracts(area: Area, catalogue: Catalogue) -> Contracts:
    """The municipality's ``contracts.yaml``.

    Raises
    ------
    InputError : it has none, or a fault; two contracts share a name; a service is not in the *catalogue*, or is a task
        of public authority and would be bought.
    """
    contracts = read_own(area, CONTRACTS, Contracts, "its contracts")
    check_contracts(own_path(area, CONTRACTS), contracts, catalogue)
    return contracts


def check_contracts(path: Path, contracts: Contracts, catalogue: Catalogue) -> None:
    """InputError, about the file at *path*, where *contracts* share a name or buy what the *catalogue* has not."""
    seen: dict[str, str] = {}
    for kind in Contracts.model_fields:
        for name, contract in getattr(contracts, kind).items():
            if name in seen:
                raise InputError(path, f"key {kind}.{name}, line {contract.line('title') - 1}",
                                 f"stands under {seen[name]}, too", "give one of the two another name")
            seen[name] = kind
            _check_service(path, name, contract, catalogue)


def _check_service(path: Path, name: str, contract: Contract, catalogue: Catalogue) -> None:
    where = f"key {contract.kind}.{name}.service, line {contract.line('service')}"
    service = catalogue.services.get(contract.service)
    if service is None:
        raise InputError(path, where, f"{contract.service!r} is not in the catalogue",
                         nearest(contract.service, catalogue.services))
    if service.authority and contract.kind != "own":
        raise InputError(path, where, f"{contract.service} is a task of public authority and is not bought",
                         "move the contract under own, or choose another service")
    if isinstance(contract, SubsidyContract) and contract.amounts is not None:
        raise InputError(path, f"key {contract.kind}.{name}.amounts, line {contract.line('amounts')}",
                         "stand in subsidies.yaml, by service", "write them there")
