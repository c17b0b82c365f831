"""Procurement-based employment: whoever wins a contract of the city hires by a clause of it.

    clients a year = procurement a year × share under contracts with a clause × compliance ÷ euros of contract a client
    places         = clients a year × mean stay in years (Little)

The stay is the catalogue's duration of the service.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sim.law.calendar import day_number
from sim.services.catalogue import Catalogue, Key
from sim.services.contracts import Places, SubsidyEuros
from sim.services.values import Range, Share, Sourced, Step, Steps, in_force
from sources.files import Strict

PROCURED = "procurement_employment"  # key of the service
Accrues = Literal["pay_subsidy", "exceptions", "full", "none"]
"""What work adds to the work condition: by the rule of pay subsidy, by its exceptions, as any job, or nothing."""


class Volume(Step):
    """Euros of procurement a year, without value-added tax."""

    unit: Literal["€/year"]


class ClauseShare(Step, Share):
    """Share of those euros under contracts with a clause of employment."""


class ContractEuros(Sourced):
    """Euros of contract for which one client is to be hired."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["€/client"]
    range: Range


class Category(Strict):
    """A kind of procurement.

    Attributes
    ----------
    compliance : share of the clients asked for who are hired.
    """

    title: str
    volume: Steps[Volume]
    clause: Steps[ClauseShare]
    per_client: ContractEuros
    compliance: Share

    def clients(self, day: int) -> float:
        """Clients hired a year by what holds on the day number *day*."""
        asked = float(in_force(self.volume, day)) * float(in_force(self.clause, day)) / float(self.per_client)
        return asked * float(self.compliance)


class Procurement(Strict):
    """Procurement by category.

    Attributes
    ----------
    amount : what this budget pays for a client in such a job: coordination, if anything.
    accrues, qualifying : what the work adds to the work condition, and the share of jobs with the wage for it.
    """

    amount: Steps[SubsidyEuros]
    accrues: Accrues
    qualifying: Share
    categories: dict[Key, Category]

    def places(self, catalogue: Catalogue, start: date) -> list[Places]:
        """Places from *start* on, to whole ones; one step for each day on which something changes."""
        inside = catalogue.services[PROCURED].participation
        assert inside is not None
        changes = {step.since for each in self.categories.values() for step in (*each.volume, *each.clause)}
        found = []
        for since in sorted({start, *(day for day in changes if day > start)}):
            clients = sum(each.clients(day_number(since)) for each in self.categories.values())
            found.append(Places(**{"from": since}, value=round(clients * float(inside.duration.mean) / 12), unit="places",
                                source="procurement, clause and compliance of subsidies.yaml", status="estimate"))
        return found
