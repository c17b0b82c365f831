"""From an event log to euros: the one way in which a run, a repricing and an explanation price spells.

The law says what a day costs. ``Terms`` hold what else it takes, and what never changes when a stored log is priced
under another law. Utilisation and the days that wait for payment are known by day class of the law that the model was
fitted under; a law with other steps, or one whose steps change on the way, has classes of its own. So days are counted
by *cell*: a class of the law and a class of the terms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from sim.clients.clients import OPENING, State
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import month_start
from sim.law.ladder import Ladder, class_labels
from sim.law.loader import Law
from sim.money.account import account, charged_benefits, daily_prices
from sim.money.adjusted import FullDays
from sim.money.ledger import Entitled, PaidDays, Periods, Rights, ladder_of, paid_day_rows
from sim.money.payment import PaymentProfile, payment_matrix

PRICED = ("adjusted_days", "integration_exemption", "integration_support", "step_change")  # switches that move a price


class People(Entitled, Protocol):
    """What a price asks of those whom a log speaks of, beside their rights (as in Clients)."""

    @property
    def foreign_language(self) -> np.ndarray: ...

    @property
    def cohort(self) -> np.ndarray: ...


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
    integration_plan : share of clients with a foreign language who have an integration plan.
    newcomers : share of them, among arrivals, who have lived in the country for less than three of the last ten years.
    """

    first_month: int
    months: int
    thresholds: tuple[int, ...]
    utilisation: np.ndarray
    slips: np.ndarray
    profile: PaymentProfile
    accrued: np.ndarray
    integration_plan: float
    newcomers: float


@dataclass(frozen=True, eq=False)
class Account:
    """What a log costs.

    Attributes
    ----------
    euros : (months, benefits, classes of the law) municipal share by payment month, not rounded.
    days : (months, benefits, classes of the law) paid days by the month of the day.
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
    def ladders(self) -> list[Ladder]:
        """The ladders of all periods, in order of time."""
        return [ladder_of(self.law, stretch) for _, stretch in self.all_periods.by_ladder(self.law)]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Classes of the law, of all ladders."""
        return class_labels(self.ladders)

    @cached_property
    def cells(self) -> tuple[int, int]:
        """How many classes the law and the terms have: the shape into which cells unfold."""
        return len(self.labels), len(self.terms.utilisation)

    def law_class(self, cell: np.ndarray) -> np.ndarray:
        """Index into ``labels`` of each *cell*."""
        return cell // self.cells[1]

    @cached_property
    def shares(self) -> np.ndarray:
        """Share of the basic amount by period and class of the law; 0 for a class that the period does not have."""
        shares = np.zeros((len(self.all_periods), len(self.labels)))
        for first, stretch in self.all_periods.by_ladder(self.law):
            ladder = ladder_of(self.law, stretch)
            shares[first:first + len(stretch), self._places(ladder)] = ladder.shares
        return shares

    def _places(self, ladder: Ladder) -> np.ndarray:
        """Place in ``labels`` of each class of *ladder*."""
        return np.array([self.labels.index(label) for label in ladder.class_labels])

    @cached_property
    def prices(self) -> np.ndarray:
        """Euros of a paid day that is charged in full, (periods, cells)."""
        full = np.zeros(self.shares.shape)
        for first, stretch in self.all_periods.by_ladder(self.law):
            ladder = ladder_of(self.law, stretch)
            full[first:first + len(stretch), self._places(ladder)] = daily_prices(
                self.law, stretch, np.ones(len(ladder.shares)))
        return (full[:, :, None] * self.terms.utilisation).reshape(len(full), -1)

    @cached_property
    def charged(self) -> np.ndarray:
        """1 where the municipality pays a share of a benefit of the unemployed, else 0, (periods, benefits)."""
        return charged_benefits(self.law, self.all_periods)[:, :, 0]

    @cached_property
    def charged_in_service(self) -> np.ndarray:
        """The same of those in a service."""
        return charged_benefits(self.law, self.all_periods, State.SERVICE)[:, :, 0]

    @cached_property
    def matrix(self) -> np.ndarray:
        """Share of the days of each period that is due in each month, (periods, months)."""
        return payment_matrix(self.all_periods, self.terms.first_month, self.terms.months, self.terms.profile)

    @cached_property
    def full_days(self) -> FullDays | None:
        """How counters move, where the law counts full days and not paid ones."""
        if self.law.choices["adjusted_days"] != "full_day_equivalents":
            return None
        return FullDays(self.terms.thresholds, self.terms.utilisation)

    def counted(self, log: pd.DataFrame) -> pd.DataFrame:
        """*log* with its counters in paid days, as ``rows`` count them."""
        return self.full_days.counted(log) if self.full_days else log

    def number(self, paid_day: np.ndarray) -> np.ndarray:
        """Number on the counter of each *paid_day* (number, as in ``rows``)."""
        return self.full_days.number(paid_day) if self.full_days else paid_day

    def rows(self, log: pd.DataFrame, people: Entitled) -> PaidDays:
        """Paid days of the simulated periods; ``period`` counts from the first of them, ``day_class`` is the cell."""
        origin, scale, law = int(month_start(self.terms.first_month)), self.full_days, self.law
        rights, bounds = people, np.array(self.terms.thresholds)
        if scale:
            log, law, bounds = scale.counted(log), scale.law(law), scale.paid_days(bounds)
            rights = Rights(people.entitlement, scale.paid_days(people.maximum_days))
        parts = list[PaidDays]()
        for first, stretch in self.periods.by_ladder(self.law):
            rows = paid_day_rows(log, rights, origin, stretch, law)
            by_day = not law.steps_by_payment_period(int(stretch.edges[0]))
            if not (by_day and set(bounds) <= set(ladder_of(law, stretch).thresholds)):  # else they are cut there
                rows = rows.cut(bounds)
            places = self._places(ladder_of(self.law, stretch))
            parts.append(replace(rows, period=rows.period + first,
                                 day_class=self._cell(places[rows.day_class], bounds, rows.first)))
        return PaidDays.joined(parts)

    def _cell(self, law_class: np.ndarray, bounds: np.ndarray, number: np.ndarray) -> np.ndarray:
        """Cell of days in a class of the law whose first has this *number*; classes of the terms end at *bounds*."""
        return law_class * self.cells[1] + np.searchsorted(bounds, number, side="left")

    def charge(self, rows: PaidDays, log: pd.DataFrame, people: People) -> np.ndarray:
        """Part of each of *rows* of which the municipality pays its share, 0 to 1.

        By the switches on integration, people with a foreign language have a plan or are newcomers by the shares of the
        terms: each is charged for what is expected of all. Newcomers without the work condition are paid less.
        """
        period, serving = rows.period + len(self.earlier), log["state"].to_numpy()[rows.spell] == State.SERVICE
        part = np.where(serving, self.charged_in_service[period, rows.benefit], self.charged[period, rows.benefit])
        client = log["client"].to_numpy()[rows.spell]
        foreign = people.foreign_language[client]
        if self.law.choices["integration_exemption"] == "exempt":
            part = part * np.where(foreign, 1 - self.terms.integration_plan, 1.0)
        if self.law.choices["integration_support"] == "draft":
            arrived = foreign & (people.cohort[client] != OPENING) & (rows.benefit == Benefit.GENERAL) & (
                people.entitlement[client] == Entitlement.LABOUR_MARKET)
            part = part * np.where(arrived, 1 - self.terms.newcomers * self._support_cut[rows.period], 1.0)
        return part

    @cached_property
    def _support_cut(self) -> np.ndarray:
        """Part of the basic amount by which integration support is less, in each simulated period; 0 before it."""
        support, amount = self.law.integration_support, self.law.basic_amount
        return np.array([1 - support.on(day) / amount.on(day) if support.in_force(day) else 0.0
                         for day in self.periods.edges[:-1].tolist()])

    def accrued(self, rows: PaidDays) -> np.ndarray:
        """Paid days of the earlier periods, (earlier periods, benefits, cells)."""
        month = self.earlier.month
        by_class = self.terms.accrued[month - self.terms.first_month + len(self.terms.accrued)]
        by_class = by_class * _part_of_month(self.earlier)[:, None, None]
        first = rows.take(self.periods.month[rows.period] == self.terms.first_month)
        return np.concatenate([
            by_class[start:start + len(stretch), :, None, :] * self._spread(first, ladder_of(self.law, stretch))
            for start, stretch in self.earlier.by_ladder(self.law)]).reshape(len(by_class), len(Benefit), -1)

    def _spread(self, rows: PaidDays, ladder: Ladder) -> np.ndarray:
        """How days of each class of the terms lie in classes of *ladder*, as those of *rows* do, (benefits, *cells).

        A benefit that has no such days in a class, since it has ended, is spread like all benefits together; a class
        that nobody is in goes to its first cell.
        """
        places, bounds, steps = self._places(ladder), np.array(self.terms.thresholds), ladder
        if self.full_days:
            bounds, steps = self.full_days.paid_days(bounds), self.full_days.ladder(ladder)
        rows = rows.cut(np.array(steps.thresholds))
        cell = self._cell(places[steps.class_of_day(rows.first)], bounds, rows.first)
        own = replace(rows, period=np.zeros_like(rows.period), day_class=cell).totals(1, len(self.prices[0]))
        own = own.reshape(-1, *self.cells)
        spread = np.zeros(own.shape)
        spread[:, places[steps.class_of_day(np.append(1, bounds + 1))], np.arange(len(bounds) + 1)] = 1
        for days in (np.broadcast_to(own.sum(axis=0), own.shape), own):
            known = np.broadcast_to(days.sum(axis=1, keepdims=True), own.shape)
            np.divide(days, known, out=spread, where=known > 0)
        return spread

    def due(self, charged_days: np.ndarray) -> np.ndarray:
        """Euros of (periods, benefits, cells) days by the month in which they are due, before slips, by cell."""
        return account(charged_days, self.prices, self.matrix)

    def paid(self, due: np.ndarray) -> np.ndarray:
        """Euros by the month in which they are paid: *due* with what slips; the last month pays all that is left."""
        slipped = due * self.terms.slips.reshape(-1, *[1] * (due.ndim - 1))
        paid = due.copy()
        paid[:-1] -= slipped[:-1]
        paid[1:] += slipped[:-1]
        return paid

    def charged_days(self, rows: PaidDays, log: pd.DataFrame, people: People) -> np.ndarray:
        """Days of all periods of which the municipality pays its share, (periods, benefits, cells)."""
        earlier = self.accrued(rows) * self.charged[:len(self.earlier), :, None]
        simulated = rows.totals(len(self.periods), len(self.prices[0]), self.charge(rows, log, people))
        return np.concatenate([earlier, simulated])

    def account(self, log: pd.DataFrame, people: People) -> Account:
        """The account of *log* (EventLog.frame()), which speaks of *people*."""
        rows = self.rows(log, people)
        by_month = replace(rows, period=self.periods.month[rows.period] - self.terms.first_month)
        days = by_month.totals(self.terms.months, len(self.prices[0]))
        due = self.due(self.charged_days(rows, log, people))
        return Account(self._by_law_class(self.paid(due)), self._by_law_class(days))

    def _by_law_class(self, cells: np.ndarray) -> np.ndarray:
        """Sums over the cells of each class of the law."""
        return cells.reshape(*cells.shape[:2], *self.cells).sum(axis=3)


@dataclass(frozen=True, eq=False)
class Priced:
    """The account of one unit.

    Attributes
    ----------
    euros : (months, benefits, classes of the law) municipal share by payment month, cents rounded.
    days : (months, benefits, classes of the law) paid days by the month of the day.
    """

    draw: int
    replication: int
    euros: np.ndarray
    days: np.ndarray


def priced(draw: int, replication: int, pricing: Pricing, log: pd.DataFrame, people: People) -> Priced:
    """The account of a unit's *log*; here euros are rounded, once."""
    account = pricing.account(log, people)
    return Priced(draw, replication, account.euros.round(2) + 0.0, account.days)


def _part_of_month(periods: Periods) -> np.ndarray:
    """Days of each period over days of its month."""
    return np.diff(periods.edges) / (month_start(periods.month + 1) - month_start(periods.month))
