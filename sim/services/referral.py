"""Which clients a meeting may refer to which service, who waits for whom, and when courses start: plain arrays.

What holds for a client from entry on is here: age, groups, entitlement. What time brings, months of the spell and paid
days, is left to the event model as two thresholds a service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim.clients.clients import Clients, State
from sim.law.benefits import Entitlement
from sim.law.calendar import Integers, day_number, month_of, month_start
from sim.services.catalogue import Catalogue, CourseMonths, Group, Participation

DAYS_PER_YEAR = 365.25
LONG_TERM = 365  # days of unemployment, as the statistics have it


class Traits(Protocol):
    """What else is known of each client: boolean arrays over clients."""

    @property
    def limited(self) -> np.ndarray: ...
    @property
    def integration(self) -> np.ndarray: ...
    @property
    def starter(self) -> np.ndarray: ...
    @property
    def young(self) -> np.ndarray: ...
    @property
    def under30(self) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Thresholds:
    """Least months of the present spell, and least paid days on the counter, by service."""

    months: np.ndarray
    paid_days: np.ndarray


def group_members(clients: Clients, traits: Traits) -> dict[Group, np.ndarray]:
    """Which clients are in each group at entry; groups overlap."""
    unemployed = clients.state == State.UNEMPLOYED
    return {
        "young": traits.young, "under30": traits.under30, "newly_unemployed": clients.newly_unemployed,
        "long_term": unemployed & (clients.enters - clients.since >= LONG_TERM),
        "foreign_language": clients.foreign_language.astype(bool),
        "reduced_ability": clients.reduced_ability.astype(bool), "limited": traits.limited,
        "integration": traits.integration, "starter": traits.starter,
    }


def referral_weights(catalogue: Catalogue, keys: Sequence[str], clients: Clients, traits: Traits) -> np.ndarray:
    """How likely each client is referred to each service in proportion to others: (clients, services *keys*).

    0 for whom the service is not, by age at entry, groups or entitlement; else the product of the weights of the
    client's groups.
    """
    groups = group_members(clients, traits)
    age = (clients.enters - clients.born) / DAYS_PER_YEAR
    return np.column_stack([_weights(_inside(catalogue, key), clients, groups, age) for key in keys])


def _weights(inside: Participation, clients: Clients, groups: Mapping[Group, np.ndarray],
             age: np.ndarray) -> np.ndarray:
    asked = inside.eligibility
    weights = ((age >= asked.ages[0]) & (age < asked.ages[1] + 1)).astype(float)
    if asked.groups:
        weights *= np.any([groups[group] for group in asked.groups], axis=0)
    if asked.entitlement:
        weights *= np.isin(clients.entitlement, [Entitlement[name.upper()] for name in asked.entitlement])
    for group, weight in inside.referral.weights.items():
        weights[groups[group]] *= float(weight)
    return weights


def waiting_ranks(catalogue: Catalogue, keys: Sequence[str], clients: Clients, traits: Traits) -> np.ndarray:
    """Rank of each client in the waiting list of each service, lowest first: (clients, services *keys*).

    The place of the client's first group in the service's priority, and the number of its groups for all others.
    """
    groups = group_members(clients, traits)
    ranks = np.zeros((len(clients), len(keys)), dtype=np.int64)
    for place, key in enumerate(keys):
        first = _inside(catalogue, key).referral.priority
        ranks[:, place] = len(first)
        for rank, group in reversed(list(enumerate(first))):
            ranks[groups[group], place] = rank
    return ranks


def thresholds(catalogue: Catalogue, keys: Sequence[str]) -> Thresholds:
    """What time must have brought before a client is eligible, by service."""
    asked = [_inside(catalogue, key).eligibility for key in keys]
    return Thresholds(np.array([each.unemployed_months for each in asked], float),
                      np.array([each.paid_days for each in asked], np.int64))


def course_starts(steps: Sequence[CourseMonths], first: int, after: int) -> Integers:
    """Day numbers in [*first*, *after*) on which courses start: firsts of months.

    Each step counts its months from its own day, or from the next first of a month, until the next step.
    """
    begins = [day_number(each.since) for each in steps]
    found = []
    for step, begin, end in zip(steps, begins, [*begins[1:], after], strict=True):
        days = month_start(np.arange(month_of(begin - 1) + 1, month_of(after) + 1, int(float(step))))
        found.append(days[(days >= first) & (days < min(end, after))])
    return np.concatenate(found)


def _inside(catalogue: Catalogue, key: str) -> Participation:
    inside = catalogue.services[key].participation
    if inside is None:
        raise ValueError(f"nobody is in {key}: it has no referral")
    return inside
