"""When days are billed where invoices departed from payment: days kept off the series, and days billed late.

An ordinary day is billed in the month in which it is paid, so the payment matrix (periods × months) is the billing
matrix too. Two events change that, each an operation on matrices:

- days before a date are billed on an invoice of their own: their rows are emptied (``without_days_before``);
- people who moved from an allowance to another benefit are found late: what falls due in a month is carried to the
  month in which it is billed, and nothing is lost (``late_billing``).

Which days the second event holds back, ``movers`` says. What happened and when is data: ``sources.billing``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.clients.clients import State
from sim.law.benefits import Benefit
from sim.law.calendar import benefit_days_before
from sim.money.ledger import Entitled, PaidDays, Periods


def without_days_before(matrix: np.ndarray, periods: Periods, day: int) -> np.ndarray:
    """*matrix* (periods, months) without the billing of periods that begin before *day*, a day number."""
    return matrix * (periods.edges[:-1] >= day)[:, None]


def movers(rows: PaidDays, log: pd.DataFrame, clients: Entitled, origin: int, benefit: Benefit,
           since: int) -> np.ndarray:
    """True for the *rows* of *benefit* whose clients moved to it from earnings-related allowance on or after *since*.

    A client moves by using up the maximum of allowance days; see ``moved_on``.

    Parameters
    ----------
    rows : paid days of *log*, from ``paid_day_rows``.
    origin : day number from which the times of *log* count.
    since : day number.
    """
    client = log["client"].to_numpy()[rows.spell]
    member = clients.entitlement[client] == Benefit.EARNINGS_RELATED
    beyond = rows.first > clients.maximum_days[client]
    return member & beyond & (rows.benefit == benefit) & (moved_on(log, clients, origin)[rows.spell] >= since)


def moved_on(log: pd.DataFrame, clients: Entitled, origin: int) -> np.ndarray:
    """Day number after the last day of allowance, by row of *log*; NaN where the maximum was not used up by its end.

    After a counter has started afresh, the day of the earlier counter stands until the maximum is used up again.
    """
    client, counter = log["client"].to_numpy(), log["counter"].to_numpy().astype(np.int64)
    start, end = (np.ceil(log[column].to_numpy()).astype(np.int64) + origin for column in ("start", "end"))
    maximum = np.asarray(clients.maximum_days)[client]
    last = benefit_days_before(start) + maximum - counter  # benefit days up to the last day of allowance
    uses_up = (log["state"].to_numpy() == State.UNEMPLOYED) & (counter <= maximum) & (benefit_days_before(end) > last)
    days = np.arange(origin, end.max(initial=origin) + 1)
    day = np.maximum(days[np.searchsorted(benefit_days_before(days[:-1]), last)], start)
    return pd.Series(np.where(uses_up, day, np.nan)).groupby(client).ffill().to_numpy()


def late_billing(found: np.ndarray) -> np.ndarray:
    """Share of what falls due in each month that is billed in each month, (months, months).

    A person is billed from the month of being found on, and then for all earlier months at once.

    Parameters
    ----------
    found : (months,) share of the people who are found in each month; sums to one.

    Returns
    -------
    Matrix whose rows sum to one: days × payment matrix × it is days by month of billing.
    """
    due_before_found = np.triu(np.ones((len(found), len(found))), 1) * found
    return due_before_found + np.diag(np.cumsum(found))


def found_shares(due: np.ndarray, arrears: np.ndarray) -> np.ndarray:
    """Share of the people found in each month, from what was billed late in it.

    Those found in a month owe what fell due before it, so their share is in proportion to *arrears* over that.

    Parameters
    ----------
    due : (months,) what would be billed in each month if nothing were late.
    arrears : (months,) what was billed late in each month, in any unit; 0 where nobody was found.
    """
    before = np.cumsum(due) - due
    people = np.divide(arrears, before, out=np.zeros(len(due)), where=before > 0)
    people = people if people.any() else arrears  # nothing is held back here: any shares will do
    return people / people.sum()
