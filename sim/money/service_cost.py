"""What the simulated services cost the city: the bills of its contracts, under the names by which they are read.

Each contract is of a service, with its statutory class, from a producer, and is paid from one line of the operating
plan. The lines of the plan are the sums of their contracts, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from sim.money.contracts import Bills, bills
from sim.money.episodes import DailyRates, Episodes, daily_rates
from sim.services.catalogue import Catalogue, StatutoryClass
from sim.services.contracts import BudgetLine, Contracts, Kind, budget_line

BUDGET_LINES: tuple[BudgetLine, ...] = get_args(BudgetLine)


@dataclass(frozen=True)
class Label:
    """What a contract is; ``title`` and ``service_title`` are its names in print."""

    contract: str
    title: str
    service: str
    service_title: str
    producer: str
    kind: Kind
    statutory_class: StatutoryClass
    budget_line: BudgetLine


def labels(contracts: Contracts, catalogue: Catalogue) -> tuple[Label, ...]:
    """Labels of all contracts, in the order of their codes."""
    return tuple(
        Label(name, each.title, each.service, service.finnish, each.producer, each.kind, service.statutory_class,
              budget_line(each, catalogue))
        for name, each in contracts.all.items() for service in [catalogue.services[each.service]])


@dataclass(frozen=True, eq=False)
class ServiceCosts:
    """The services' bills in one course of events; ``bills`` are over the contracts of ``labels``."""

    labels: tuple[Label, ...]
    bills: Bills

    @property
    def due(self) -> np.ndarray:
        """Euros due, (months, contracts)."""
        return self.bills.euros.sum(axis=2).round(2)

    @property
    def accrued(self) -> np.ndarray:
        """Euros of what happened in the simulated months, whenever they are due, (contracts,)."""
        return self.bills.accrued.sum(axis=1).round(2)

    def by_line(self) -> dict[str, np.ndarray]:
        """Euros due by line of the operating plan, (months,)."""
        return {line: self.due[:, [label.budget_line == line for label in self.labels]].sum(axis=1).round(2)
                for line in BUDGET_LINES}


def service_costs(contracts: Contracts, catalogue: Catalogue, episodes: pd.DataFrame, first_month: int, months: int,
                  price_levels: Mapping[int, float], carry_in: DailyRates | None = None) -> ServiceCosts:
    """Cost of *episodes* over *months* from *first_month* (a month number).

    Parameters
    ----------
    episodes : contract (code), start, end, completed, outcome of each episode, as Episodes; without a start where the
        client gave up waiting.
    price_levels : by calendar year.
    carry_in : what had happened before the first month, on a mean day. None in a baseline, of whose own first twelve
        months it is the mean; a scenario has that of its baseline, for the past is the same.

    Raises
    ------
    ValueError : an indexed contract bills in a year without price level.
    """
    began, priced = Episodes.of(episodes), list(contracts.all.values())
    earlier = carry_in or daily_rates(priced, began, first_month, months)
    return ServiceCosts(labels(contracts, catalogue), bills(priced, began, first_month, months, price_levels, earlier))
