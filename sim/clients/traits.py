"""Traits of clients that services and the demand side ask for, and that the table of clients does not hold.

They are drawn once, on entry, each from a stream of its own: what a client is like depends on (seed, replication,
cohort, place in the cohort, trait) and on nothing that a scenario changes.

Limited work ability grows with the time on benefit. The share of clients who are limited at so many paid days is read
as a distribution of the paid day at which the limitation is there: one draw a client says from which day on, and the
share at any counter is then the stated one, in the opening stock and among arrivals alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from sim.clients.assumptions import Assumption, One
from sim.clients.clients import AGE_GROUPS, Clients
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.streams import entry_draws, uniform
from sources.area import Area, read_own
from sources.files import Strict

TRAITS = "traits.yaml"  # in the municipality's folder
DAYS_PER_YEAR = 12 * DAYS_PER_MONTH


class Limited(Strict):
    """Share of clients whose work ability is limited and not known to be, by paid days on the counter.

    Attributes
    ----------
    paid_days : days at which the shares hold; even in between, and the same beyond the last.
    by_age : at each of them, for each of AGE_GROUPS in order; rising.
    """

    paid_days: Assumption
    by_age: list[Assumption]

    @model_validator(mode="after")
    def _a_share_that_rises_with_the_days(self) -> Limited:
        if len(self.by_age) != len(AGE_GROUPS):
            raise ValueError(f"by_age needs one list for each age group {', '.join(AGE_GROUPS)}")
        if (np.diff(self.paid_days.array) <= 0).any():
            raise ValueError("paid_days rise from one to the next")
        for shares in (each.array for each in self.by_age):
            if len(shares) != len(self.paid_days.array) or (np.diff(shares) <= 0).any() or shares[-1] > 1:
                raise ValueError("by_age has a share for each of paid_days, rising and at most 1")
        return self

    def since(self, age: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """Paid days from which clients of an *age* group are limited, by *luck* even on 0 to 1; infinite for never."""
        bounds = {"left": -np.inf, "right": np.inf}
        tables = [np.interp(luck, each.array, self.paid_days.array, **bounds) for each in self.by_age]
        return np.choose(age, tables)


class TraitShares(Strict):
    """Schema of ``traits.yaml``: how common each trait is.

    Attributes
    ----------
    mobile : of clients, would take a job in the capital region.
    starter : of clients, want to become entrepreneurs.
    limited : of clients without a known reduction of work ability.
    """

    mobile: One
    starter: One
    limited: Limited

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        ages = [(f"traits.limited.by_age.{place}", each) for place, each in enumerate(self.limited.by_age)]
        return [("traits.mobile", self.mobile), ("traits.starter", self.starter),
                ("traits.limited.paid_days", self.limited.paid_days), *ages]


@dataclass(frozen=True, eq=False)
class Traits:
    """Columns over clients.

    Attributes
    ----------
    field : code of the occupational field.
    mobile : would take a job in the capital region.
    limited : work ability is limited at entry, which nobody knows before an assessment.
    limited_from : paid days on the counter from which it is; infinite for never.
    integration : has an integration plan.
    starter : wants to become an entrepreneur.
    young, under30 : of the youngest age group, under 25; and these or under 30 at entry.
    """

    field: np.ndarray
    mobile: np.ndarray
    limited: np.ndarray
    limited_from: np.ndarray
    integration: np.ndarray
    starter: np.ndarray
    young: np.ndarray
    under30: np.ndarray


def draw_traits(clients: Clients, shares: TraitShares, plan_share: float, field_shares: npt.ArrayLike, seed: int,
                replication: int) -> Traits:
    """The traits of *clients*.

    Parameters
    ----------
    plan_share : of clients with a foreign language, have an integration plan.
    field_shares : (fields,) share of clients in each occupational field; their sum is 1.
    """
    def luck(trait: str) -> np.ndarray:
        return entry_draws(seed, replication, trait, clients.cohort, uniform)

    limited_from = np.where(clients.reduced_ability, np.inf, shares.limited.since(clients.age, luck("limited")))
    young = clients.age == 0  # the table's group: the stock keeps that of arrival, whose share is the published one
    years = (clients.enters - clients.born) / DAYS_PER_YEAR
    return Traits(
        field=np.searchsorted(np.cumsum(field_shares)[:-1], luck("occupational field"), side="right").astype(np.int8),
        mobile=luck("mobile") < float(shares.mobile),
        limited=limited_from <= clients.counter,
        limited_from=limited_from,
        integration=clients.foreign_language & (luck("integration plan") < plan_share),
        starter=luck("wants to be an entrepreneur") < float(shares.starter),
        young=young,
        under30=young | (years < 30),
    )


def read_traits(area: Area) -> TraitShares:
    """The municipality's ``traits.yaml``; InputError names file, key and line of a fault."""
    return read_own(area, TRAITS, TraitShares, "its clients' traits")
