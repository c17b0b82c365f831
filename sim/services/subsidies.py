"""Work and enterprise that the municipality subsidises: what it pays, for how long, and what follows from that.

A subsidy is granted at the start, an amount and months, and stays granted: a later cut of amount, months or places
meets those who start after it. The law caps amounts and lengths (``sim/law/tree/subsidies.yaml``); what the city grants
by its own decision has no cap. How many stay with the employer is the catalogue's ``direct_placement``, and how long
they are in it today its ``duration``: neither is repeated here.

``completed`` gives the contracts what follows from this file: amounts, and the places of procurement-based employment;
and the amount of the incentive of ``integration.yaml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sim.clients.assumptions import Assumption
from sim.law.calendar import date_of, day_number
from sim.law.loader import Law
from sim.law.schema import FOREVER, Placed
from sim.law.topics import Accrual
from sim.services.catalogue import Catalogue, Key
from sim.services.contracts import CONTRACTS, Contracts, SubsidyContract, SubsidyEuros
from sim.services.integration import INCENTIVE, Integration
from sim.services.procurement import PROCURED, Accrues, Procurement
from sim.services.values import EffectShare, Measured, Months, Sourced, Step, Steps, figures_of, in_force
from sources.area import Area, own_path, read_own
from sources.errors import InputError, nearest
from sources.files import Strict

SUBSIDIES = "subsidies.yaml"  # in the municipality's folder
FULL, NOTHING = Accrual(share=1, after_months=0), Accrual(share=0, after_months=0)


class GrantedMonths(Step):
    """Months that are granted to whoever starts from a day on."""

    value: Annotated[float, Field(gt=0, le=36)]
    unit: Literal["months"]


class ReferenceEuros(Sourced):
    """An amount to compare others with."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["€/month", "€/day"]


class Elasticity(Measured):
    """Per cent more takers for one per cent more."""

    unit: Literal["elasticity"]


class TakeUp(Strict):
    """How many take a subsidy, by what is granted.

    Attributes
    ----------
    amount, months : those of today's volumes, where the factor is 1.
    by_amount, by_months : elasticities.
    """

    amount: ReferenceEuros
    months: Months
    by_amount: Elasticity
    by_months: Elasticity

    def factor(self, amount: float, months: float) -> float:
        """Takers over those of today: (amount ÷ today's)^elasticity × (months ÷ today's)^elasticity."""
        return ((amount / float(self.amount)) ** float(self.by_amount)
                * (months / float(self.months)) ** float(self.by_months))


class Subsidy(Placed):
    """One subsidy, by the key of its service.

    Attributes
    ----------
    employer : who is paid.
    cap, longest : keys of the law's subsidies that bound amount and months; None where the city decides alone.
    accrues : what the work adds to the work condition.
    deadweight : share of the subsidised starts that would have been hired without it.
    """

    employer: Literal["company", "association", "municipality", "any", "self"]
    cap: str | None = None
    longest: str | None = None
    accrues: Accrues
    amount: Steps[SubsidyEuros]
    months: Steps[GrantedMonths]
    take_up: TakeUp
    deadweight: EffectShare
    note: str = ""

    def take_up_factor(self, day: int) -> float:
        """Takers over those of today, by what is granted on the day number *day*."""
        return self.take_up.factor(float(in_force(self.amount, day)), float(in_force(self.months, day)))

    def length_factor(self, day: int) -> float:
        """Months granted on the day number *day* over those of today's durations."""
        return float(in_force(self.months, day)) / float(self.take_up.months)


class Subsidies(Strict):
    """Schema of ``subsidies.yaml``."""

    services: dict[Key, Subsidy]
    procurement: Procurement

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        return list(figures_of(self, "subsidies"))


def accrual(accrues: Accrues, law: Law, day: int) -> Accrual:
    """What work begun on the day number *day* adds to the work condition by the law of that day.

    Before pay subsidy had exceptions, everyone was under its rule.
    """
    if accrues in ("full", "none"):
        return FULL if accrues == "full" else NOTHING
    excepted = accrues == "exceptions" and law.pay_subsidy_exceptions.in_force(day)
    return (law.pay_subsidy_exceptions if excepted else law.pay_subsidy).on(day)


def completed(contracts: Contracts, subsidies: Subsidies, catalogue: Catalogue, integration: Integration) -> Contracts:
    """*contracts* as read, with the amounts of each subsidy and the places of procurement-based employment.

    Raises
    ------
    InputError : a contract is for a service without amounts, or says places that follow from procurement.
    """
    def filled(name: str, contract: SubsidyContract) -> SubsidyContract:
        if contract.service == PROCURED:
            if contract.places:
                raise InputError(CONTRACTS, f"key subsidy.{name}.places", "follow from the volume of procurement",
                                 f"leave them out and change procurement in {SUBSIDIES}")
            return contract.model_copy(update={"amounts": subsidies.procurement.amount,
                                               "places": subsidies.procurement.places(catalogue, contract.start)})
        if contract.service == INCENTIVE:
            return contract.model_copy(update={"amounts": integration.incentive.amount})
        if contract.service not in subsidies.services:
            raise InputError(SUBSIDIES, "key services", f"has no {contract.service}, and contract {name} pays it",
                             "add it")
        return contract.model_copy(update={"amounts": subsidies.services[contract.service].amount})

    return contracts.model_copy(update={"subsidy": {name: filled(name, each)
                                                    for name, each in contracts.subsidy.items()}})


def read_subsidies(area: Area, catalogue: Catalogue, law: Law) -> Subsidies:
    """The municipality's ``subsidies.yaml``, checked.

    Raises
    ------
    InputError : it has none, or a fault, or one of ``check_subsidies``.
    """
    subsidies = read_own(area, SUBSIDIES, Subsidies, "its subsidies")
    check_subsidies(subsidies, catalogue, law, own_path(area, SUBSIDIES))
    return subsidies


def check_subsidies(subsidies: Subsidies, catalogue: Catalogue, law: Law, path: Path) -> None:
    """InputError if a service is none of subsidised work, or more is granted than the *law* allows on some day."""
    subsidised = [key for key, service in catalogue.services.items()
                  if service.participation and service.participation.benefit != "paid"]
    for key, subsidy in subsidies.services.items():
        if key not in subsidised:
            raise InputError(path, f"key services.{key}, line {subsidy.line('employer') - 1}",
                             "is no subsidised work of the catalogue", nearest(key, subsidised))
        for part, limit in (("cap", subsidy.cap), ("longest", subsidy.longest)):
            if limit is not None and limit not in law.subsidies():
                raise InputError(path, f"key services.{key}.{part}, line {subsidy.line(part)}",
                                 f"{limit!r} is not in the law of subsidies", nearest(limit, law.subsidies()))
        _check_limit(path, f"services.{key}.amount", subsidy.amount, subsidy.cap, law)
        _check_limit(path, f"services.{key}.months", subsidy.months, subsidy.longest, law)


def _check_limit(path: Path, key: str, steps: Sequence[Step], limit: str | None, law: Law) -> None:
    """That no step is above any value that the law has while the step holds."""
    if limit is None:
        return
    ends = [day_number(each.since - timedelta(days=1)) for each in steps[1:]]
    for step, last in zip(steps, [*ends, FOREVER], strict=True):
        first = day_number(step.since)
        for allowed in law.subsidies()[limit].periods:
            if allowed.last < first or last < allowed.first:
                continue
            where = f"key {key}, from {step.since}, line {step.line('value')}"
            if step.unit != allowed.unit:
                raise InputError(path, where, f"is in {step.unit} and the law's {limit} in {allowed.unit}",
                                 f"write it in {allowed.unit}")
            if float(step) > allowed.value:
                raise InputError(path, where, f"{float(step):g} {step.unit} is more than the law's {limit}, "
                                 f"{allowed.value:g} from {date_of(max(first, allowed.first))}",
                                 f"write at most {allowed.value:g}")
