"""From an event log to euros: the one way in which a run, a repricing and an explanation price spells.

The law says what a day costs. ``Terms`` hold what else it takes, and what never changes when a stored log is priced
under another law. Utilisation and the days that wait for payment are known by day class of the law that the run was
calibrated under. Where another law has other steps, days are counted by *cells*: stretches of the counter within which
neither law changes class.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sim.law.calendar import month_start
from sim.law.ladder import Ladder
from sim.law.loader import Law
from sim.money.account import account, charged_benefits, daily_prices
from sim.money.ledger import Entitled, PaidDays, Periods, ladder_of, paid_day_rows
from sim.money.payment import PaymentProfile, payment_matrix


@dataclass(frozen=True, eq=False)
class Terms:
    """What prices the log of a draw, beside the law.

    Attributes
    ----------
    first_month, months : that were simulated; day 0 of the log is the first day.
    thresholds : last paid day of every class but the last, of the classes below.
    utilisation : (classes,) paid over full amount.
    slips : (months,) share of each month's payments that slips into the next.
    profile : when paid days are paid.
    accrued : (months before, benefits, classes) paid days of the months up to the first one, some not yet paid by then.
    """

    first_month: int
    months: int
    thresholds: tuple[int, ...]
    utilisation: np.ndarray
    slips: np.ndarray
    profile: PaymentProfile
    accrued: np.ndarray


@dataclass(frozen=True, eq=False)
class Account:
    """What a log costs.

    Attributes
    ----------
    euros : (months, benefits, classes) municipal share by payment month, not rounded.
    days : (months, benefits, classes) paid days by the month of the day.
    """

    euros: np.ndarray
    days: np.ndarray


@dataclass(frozen=True, eq=False)
class Pricing:
    """*terms* under a *law*. Arrays by period begin with the ``earlier`` periods, before the first month."""

    terms: Terms
    law: Law

    @cached_property
    def periods(self) -> Periods:
        """Periods of the simulated months."""
        return Periods.of_months(self.terms.first_month, self.terms.months, self.law)

    @cached_property
    def earlier(self) -> Periods:
        """Periods of the months before, whose days are partly paid in the simulated ones."""
        before = len(self.terms.accrued)
        return Periods.of_months(self.terms.first_month - before, before, self.law)

    @cached_property
    def all_periods(self) -> Periods:
        """Both, one after the other."""
        before, after = self.earlier, self.periods
        return Periods(np.concatenate([before.edges[:-1], after.edges]), np.concatenate([before.month, after.month]))

    @cached_property
    def ladder(self) -> Ladder:
        """The ladder of the simulated months."""
        return ladder_of(self.law, self.periods)

    @cached_property
    def cells(self) -> np.ndarray:
        """Last paid day of every cell but the last."""
        return np.union1d(self.terms.thresholds, self.ladder.thresholds).astype(np.int64)

    @cached_property
    def old_class(self) -> np.ndarray:
        """Class of each cell in the terms."""
        return np.searchsorted(self.terms.thresholds, np.append(0, self.cells) + 1, side="left")

    @cached_property
    def day_class(self) -> np.ndarray:
        """Class of each cell under the law."""
        return self.ladder.class_of_day(np.append(0, self.cells) + 1)

    @cached_property
    def prices(self) -> np.ndarray:
        """Euros of a paid day, (periods, cells)."""
        full = np.ones(len(self.ladder.shares))
        return daily_prices(self.law, self.all_periods, full)[:, self.day_class] * self.utilisation

    @cached_property
    def charged(self) -> np.ndarray:
        """1 where the municipality pays a share of a benefit, else 0, (periods, benefits, 1)."""
        return charged_benefits(self.law, self.all_periods)

    @cached_property
    def utilisation(self) -> np.ndarray:
        """Paid over full amount, (cells,)."""
        return self.terms.utilisation[self.old_class]

    @cached_property
    def matrix(self) -> np.ndarray:
        """Share of the days of each period that is due in each month, (periods, months)."""
        return payment_matrix(self.all_periods, self.terms.first_month, self.terms.months, self.terms.profile)

    def rows(self, log: pd.DataFrame, clients: Entitled) -> PaidDays:
        """Paid days of the simulated periods; ``period`` counts from the first of them, ``day_class`` is the cell."""
        origin = int(month_start(self.terms.first_month))
        rows = paid_day_rows(log, clients, origin, self.periods, self.law)
        if len(self.cells) == len(self.ladder.thresholds):
            return rows  # the law's classes are the cells
        rows = rows.cut(np.array(self.terms.thresholds))
        return replace(rows, day_class=np.searchsorted(self.cells, rows.first, side="left"))

    def days(self, rows: PaidDays) -> np.ndarray:
        """Paid days of *rows* and of the earlier periods, (periods, benefits, cells)."""
        simulated = rows.totals(len(self.periods), len(self.day_class))
        month = self.earlier.month
        by_class = self.terms.accrued[month - self.terms.first_month + len(self.terms.accrued)]
        by_class = by_class * _part_of_month(self.earlier)[:, None, None]
        return np.concatenate([self._in_cells(by_class, simulated), simulated])

    def _in_cells(self, by_class: np.ndarray, simulated: np.ndarray) -> np.ndarray:
        """Days by class of the terms, spread over the cells of each as the days of the first month are.

        A benefit that has no such days in a class, since it has ended, is spread like all benefits together.
        """
        if len(self.cells) == len(self.terms.thresholds):
            return by_class
        first = simulated[self.periods.month == self.terms.first_month].sum(axis=0)
        every = np.broadcast_to(first.sum(axis=0), first.shape)
        starts = np.flatnonzero(np.diff(self.old_class, prepend=-1))
        spread = np.zeros(first.shape)
        spread[:, starts] = 1  # a class that nobody is in: all to its first cell
        for days in (every, first):
            known = np.add.reduceat(days, starts, axis=1)[:, self.old_class]
            np.divide(days, known, out=spread, where=known > 0)
        return by_class[:, :, self.old_class] * spread

    def due(self, days: np.ndarray) -> np.ndarray:
        """Euros of *days* by the month in which they are due, before slips, (months, benefits, cells)."""
        return account(days * self.charged, self.prices, self.matrix)

    def paid(self, due: np.ndarray) -> np.ndarray:
        """Euros by the month in which they are paid: *due* with what slips; the last month pays all that is left."""
        slipped = due * self.terms.slips.reshape(-1, *[1] * (due.ndim - 1))
        paid = due.copy()
        paid[:-1] -= slipped[:-1]
        paid[1:] += slipped[:-1]
        return paid

    def account(self, log: pd.DataFrame, clients: Entitled) -> Account:
        """The account of *log* (EventLog.frame()), whose clients have the rights of *clients*."""
        days = self.days(self.rows(log, clients))
        simulated = days[len(self.earlier):]
        by_month = np.zeros((self.terms.months, *simulated.shape[1:]))
        np.add.at(by_month, self.periods.month - self.terms.first_month, simulated)
        return Account(self._by_class(self.paid(self.due(days))), self._by_class(by_month))

    def _by_class(self, cells: np.ndarray) -> np.ndarray:
        """Sums over the cells of each class of the law."""
        return np.add.reduceat(cells, np.flatnonzero(np.diff(self.day_class, prepend=-1)), axis=2)


@dataclass(frozen=True, eq=False)
class Priced:
    """The account of one unit.

    Attributes
    ----------
    euros : (months, benefits, classes) municipal share by payment month, cents rounded.
    days : (months, benefits, classes) paid days by the month of the day.
    """

    draw: int
    replication: int
    euros: np.ndarray
    days: np.ndarray


def priced(draw: int, replication: int, pricing: Pricing, log: pd.DataFrame, clients: Entitled) -> Priced:
    """The account of a unit's *log*; here euros are rounded, once."""
    account = pricing.account(log, clients)
    return Priced(draw, replication, account.euros.round(2) + 0.0, account.days)


def _part_of_month(periods: Periods) -> np.ndarray:
    """Days of each period over days of its month."""
    return np.diff(periods.edges) / (month_start(periods.month + 1) - month_start(periods.month))
