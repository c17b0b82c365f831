"""Who is off the municipality's account when the maximum of earnings-related allowance is used up.

Those who were old enough by then have *additional days*: the allowance goes on to the pension. The state does not fund
these days, so the municipality, whose share is taken off the state's, does not pay for them. Who is of pension age has
no benefit at all.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.clients.clients import Clients
from sim.law.benefits import Entitlement
from sim.law.calendar import month_of, month_start, years_after
from sim.law.topics import Cohort


def additional_days_since(clients: Clients, cohorts: Iterable[Cohort], origin: int) -> np.ndarray:
    """Day from *origin* on which each client is old enough for additional days, (clients,); infinite for the others.

    Who is so on the last day of the maximum has them.

    Parameters
    ----------
    cohorts : ages by years of birth.
    origin : day number from which the times of *clients* count.
    """
    born = clients.born.astype(np.int64) + origin
    year = month_of(born) // 12
    since = np.full(len(clients), np.inf)
    for cohort in cohorts:
        first, last = cohort.born
        mine = (first <= year) & (year <= last) & _has_allowance(clients)
        since[mine] = years_after(born[mine], cohort.age) - origin
    return since


def pension_since(clients: Clients, age: int, origin: int) -> np.ndarray:
    """Day from *origin* after the month in which fund members reach the pension *age*; infinite for others."""
    birthday = years_after(clients.born.astype(np.int64) + origin, age)
    return np.where(_has_allowance(clients), month_start(month_of(birthday) + 1) - origin, np.inf)


def _has_allowance(clients: Clients) -> np.ndarray:
    return clients.entitlement == Entitlement.EARNINGS_RELATED
