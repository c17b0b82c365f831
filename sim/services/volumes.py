"""How many a municipality starts and has in each service, derived from national participants.

    mean stock = national stock × share of the unemployed × level × change
    starts     = national starts × the same

*Share* is the municipality's part of the country's unemployed in the same twelve months (Statistics Finland). *Level*
carries that year to the base date: people in services by the municipality's newest activation rate, carried on by
Kela's recipients (their twelve-month mean now over that of then), over what the share would give of all people in
services. *Change* is what law or money did since. The mean time in a service is stock over starts (Little): what all
numbers are multiplied with cancels out.

The opening stock follows: the mean stock, rounded, is in each service on the base date, and what is left of their stays
is the equilibrium distribution (``Duration.days_left``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from sim.clients.assumptions import Assumption, Status
from sim.law.schema import Placed
from sim.services.catalogue import BY_LETTER, Catalogue, Service, Statistic
from sim.services.duration import Duration
from sim.services.values import Factor, Share, Sourced, figures_of
from sources.area import Area, own_path, read_own
from sources.errors import InputError, nearest
from sources.files import Strict
from sources.kela import Month, read_recipients
from sources.services import MONTHS, National
from sources.statfin import read_unemployed

SERVICES = "services.yaml"  # in the municipality's folder
WHOLE = ("tyonv_12u4", "TYOTTOMATLOPUSSA", [""])
IN_SERVICES = ("tyonv_12u4", "PALVELUISSAYHTEENSA", [""])
COST_TYPES = {"purchase": "XSERV", "participant": "XIND", "employer": "XEMP"}
Year = Annotated[int, Field(ge=2006, le=2100)]


class Persons(Sourced):
    """A number of people."""

    unit: Literal["persons"]


class Level(Strict):
    """The newest month for which people in services are told: unemployed, and those in services by the activation rate.

    The rate is people in services over unemployed and people in services together.
    """

    month: Month
    unemployed: Persons
    activation: Share

    @property
    def in_services(self) -> float:
        """People in services in that month."""
        rate = float(self.activation)
        return rate / (1 - rate) * float(self.unemployed)


class Change(Factor, Placed):
    """A factor on a service, in its place of the file."""


class AreaServices(Strict):
    """Schema of a municipality's ``services.yaml``: year of reference, years that give the range, level, changes."""

    reference: Year
    others: list[Year] = []
    level: Level
    changes: dict[str, Change] = {}

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        return list(figures_of(self, "volumes"))


@dataclass(frozen=True)
class Volume:
    """How many of a municipality's clients are in a service and start it, and how that was derived.

    Attributes
    ----------
    national_stock, national_starts : persons, and persons a month, of the country in the year of reference.
    share, level, change : the factors, see the module's story.
    low, high : mean stock by the other years and the range of the change.
    status : derived, or estimate where an estimate splits the statistic or changes it.
    """

    year: int
    national_stock: float
    national_starts: float
    share: float
    level: float
    change: float
    low: float
    high: float
    status: Status

    @property
    def stock(self) -> float:
        """Mean number in the service."""
        return self.national_stock * self.share * self.level * self.change

    @property
    def starts(self) -> float:
        """Starts a month."""
        return self.national_starts * self.share * self.level * self.change

    @property
    def months(self) -> float:
        """Mean time in the service: stock over starts."""
        return self.national_stock / self.national_starts


@dataclass(frozen=True)
class Opening:
    """People in a service on the base date, and the distribution of stays that theirs are met from."""

    people: int
    duration: Duration


def read_area_services(area: Area, catalogue: Catalogue) -> AreaServices:
    """The municipality's ``services.yaml``.

    Raises
    ------
    InputError : it has none, or a fault, or changes a service that the *catalogue* has no statistic of.
    """
    read = read_own(area, SERVICES, AreaServices, "its services")
    check_changes(own_path(area, SERVICES), read, catalogue)
    return read


def check_changes(path: Path, plan: AreaServices, catalogue: Catalogue) -> None:
    """InputError, about the file at *path*, where *plan* changes a service that the *catalogue* has no statistic of."""
    counted = [key for key, service in catalogue.services.items() if service.statistic]
    for key, change in plan.changes.items():
        if key not in counted:
            fault = "has no statistic to change" if key in catalogue.services else "is not in the catalogue"
            raise InputError(path, f"key changes.{key}, line {change.line('value')}", fault, nearest(key, counted))


def derive_volumes(area: Area, plan: AreaServices, catalogue: Catalogue, national: National) -> dict[str, Volume]:
    """Volumes of each service with a statistic, by key; see the module's story.

    Raises
    ------
    InputError : a month of the years of reference, or of Kela's recipients, is missing.
    """
    unemployed = read_unemployed(area.unemployed)
    growth = _growth(area, plan)
    factors = {year: _factors(area, unemployed, plan, national, year, growth)
               for year in (plan.reference, *plan.others)}
    return {key: _volume(service.statistic, plan, plan.changes.get(key), factors, national)
            for key, service in catalogue.services.items() if service.statistic}


def opening_stock(volumes: Mapping[str, Volume], catalogue: Catalogue) -> dict[str, Opening]:
    """Who is in which service on the base date: people by service, with the distribution of their stays.

    ``duration.days_left`` draws the days that each has left.
    """
    found = {}
    for key, volume in volumes.items():
        participation = catalogue.services[key].participation
        assert participation is not None  # the schema: a statistic needs participation
        found[key] = Opening(round(volume.stock), participation.duration)
    return found


def unit_cost(service: Service, national: National, year: int) -> float | None:
    """Euros of *year* a starter in the LMP database, paid to providers, employers or participants; None if unknown."""
    asked = service.statistic.unit_cost if service.statistic else None
    if asked is None:
        return None
    costs = [(measure, COST_TYPES[asked.cost], year) for measure in asked.codes]
    if any(cost not in national.expenditure.index or (cost[0], year) not in national.entrants.index for cost in costs):
        return None
    return float(sum(national.expenditure[cost] for cost in costs)
                 / sum(national.entrants[measure, year] for measure in asked.codes))


def in_class_order(catalogue: Catalogue) -> list[str]:
    """Keys of the services: duties first, what others commission last, in file order within a class."""
    order = list(reversed(BY_LETTER.values()))
    return sorted(catalogue.services, key=lambda key: order.index(catalogue.services[key].statutory_class))


def _growth(area: Area, plan: AreaServices) -> float:
    """Kela's recipients, mean of the newest twelve months, over the twelve up to the month of the level."""
    recipients = read_recipients(area.kela_recipients, area.code)
    then = recipients[:pd.Period(plan.level.month, "M")].tail(MONTHS)
    if len(then) < MONTHS:
        raise InputError(area.kela_recipients, f"month {plan.level.month}", "has not twelve months of recipients to it",
                         f"choose a later level.month in {SERVICES}")
    return float(recipients.tail(MONTHS).mean() / then.mean())


def _factors(area: Area, unemployed: pd.Series, plan: AreaServices, national: National, year: int,
             growth: float) -> tuple[float, float]:
    """Share of the unemployed in *year*, and level of the base date over that year."""
    own = unemployed[pd.PeriodIndex(unemployed.index).year == year]
    if len(own) != MONTHS:
        raise InputError(area.unemployed, f"year {year}", "has not twelve months",
                         f"choose another year of reference in {SERVICES}")
    share = float(own.mean()) / national.stock(*WHOLE, year)
    return share, plan.level.in_services * growth / (share * national.stock(*IN_SERVICES, year))


def _volume(statistic: Statistic | None, plan: AreaServices, change: Factor | None,
            factors: Mapping[int, tuple[float, float]], national: National) -> Volume:
    assert statistic is not None  # the caller's choice
    cells, starts = statistic.stock, statistic.starts
    of_stock, of_starts = (float(part) if part else 1.0 for part in (statistic.of_stock, statistic.of_starts))
    stocks = {year: of_stock * national.stock(cells.table, cells.measure, cells.codes, year) * share * level
              for year, (share, level) in factors.items()}
    ends = (change.range or [float(change)]) if change else [1.0]
    share, level = factors[plan.reference]
    estimated = statistic.of_stock or change and change.status not in ("verified", "derived")
    return Volume(
        plan.reference, of_stock * national.stock(cells.table, cells.measure, cells.codes, plan.reference),
        of_starts * national.yearly(starts.table, starts.measure, starts.codes, plan.reference) / MONTHS,
        share, level, float(change) if change else 1.0,
        min(stocks.values()) * min(ends), max(stocks.values()) * max(ends), "estimate" if estimated else "derived")
