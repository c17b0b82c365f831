"""A municipality's past, simulated: the library that calibration weighs.

The event model runs from long before the first observed month with a steady inflow, so that at the first observed
month people of every counter, duration and state are there, in the proportions the model itself brings about. How many
of each there really were is then a matter of weights: clients are grouped by where their counter stood at the first
observed month, or by month of arrival after it, and by fund membership. ``tally`` adds up, group by group, what
Kela publishes; the weights that reproduce Kela's months are found in ``fitting``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.build import Behaviour, programme
from scenarios.inputs import Inputs
from sim.clients.arrivals import arrivals
from sim.clients.clients import Clients
from sim.clients.opening import counters_at
from sim.flow.model import simulate
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import month_start
from sim.money.ledger import PaidDays, Periods, ladder_of, paid_day_rows
from sim.money.recipients import kela_recipients

BURN_IN_MONTHS = 144  # twelve years: two and a half thousand paid days, more than nine in ten of the top class have
ARRIVALS = 400  # clients a month in the library; a scale without meaning, large enough that class totals vary by 2 %
# Counters at the first observed month at which a group begins: narrow where days still move between classes.
COUNTER_BINS = np.array([-100, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 225, 250, 275, 300, 325, 350, 375, 400,
                         450, 500, 550, 600, 650, 700, 850, 1000, 1300, 1700])
FUND, KELA = 0, 1  # who pays: a fund (earnings-related allowance) or Kela


@dataclass(frozen=True, eq=False)
class History:
    """Clients and spells of the library; its origin lies BURN_IN_MONTHS before *first_month*.

    ``group`` numbers each client's group, bins first, then months of arrival; members of a fund are even, others odd.
    """

    clients: Clients
    log: pd.DataFrame
    origin: int
    first_month: int
    months: int
    group: np.ndarray

    @property
    def groups(self) -> int:
        """Number of groups: (bins + months of arrival) × 2."""
        return 2 * (len(COUNTER_BINS) + self.months)


@dataclass(frozen=True, eq=False)
class Tally:
    """What each group adds, a unit of weight.

    Attributes
    ----------
    days : (groups, periods, payers, classes) paid days.
    people : (groups, periods, classes) people with a paid day.
    stock : (groups, months) people on a Kela benefit at month end.
    """

    days: np.ndarray
    people: np.ndarray
    stock: np.ndarray


def simulate_history(inputs: Inputs, behaviour: Behaviour, outflow: np.ndarray, seed: int) -> History:
    """The library for the observed months of *inputs*; *outflow* is the factor on exits in those months."""
    months = len(outflow)
    first_month = inputs.newest - months + 1
    rules_on = int(month_start(inputs.newest + 1)) - 1
    factors = np.concatenate([np.ones(BURN_IN_MONTHS), outflow])
    steps = programme(inputs, behaviour, first_month - BURN_IN_MONTHS, factors, rules_on)
    clients = arrivals(np.full(len(factors), float(ARRIVALS)), steps.month_edges, inputs.assumed.arrivals,
                       inputs.law.new_entitlement(rules_on), seed, 0)
    log = simulate(steps, clients, seed, 0).frame()
    group = _groups(clients, log, steps.origin, steps.month_edges[BURN_IN_MONTHS])
    return History(clients, log, steps.origin, first_month, months, group)


def _groups(clients: Clients, log: pd.DataFrame, origin: int, first_day: float) -> np.ndarray:
    """Group of each client, see History."""
    group = len(COUNTER_BINS) + clients.cohort - BURN_IN_MONTHS
    then = log[(log["start"] < first_day) & (log["end"] >= first_day)]
    group[then["client"]] = np.searchsorted(COUNTER_BINS, counters_at(then, first_day, origin), side="right") - 1
    return group * 2 + (clients.entitlement != Entitlement.EARNINGS_RELATED)


def tally(history: History, inputs: Inputs) -> Tally:
    """Paid days, people and stock of each group over the observed months."""
    periods = Periods.of_months(history.first_month, history.months, inputs.law)
    classes = len(ladder_of(inputs.law, periods).shares)
    rows = paid_day_rows(history.log, history.clients, history.origin, periods, inputs.law)
    client = history.log["client"].to_numpy()[rows.spell]
    payer = np.where(rows.benefit == Benefit.EARNINGS_RELATED, FUND, KELA)
    shape = (history.groups, len(periods), 2, classes)
    cell = np.ravel_multi_index((history.group[client], rows.period, payer, rows.day_class), shape)
    days = np.bincount(cell, rows.days, minlength=np.prod(shape)).reshape(shape)
    return Tally(days, _people(history, client, rows, len(periods), classes), _stock(history))


def _people(history: History, client: np.ndarray, rows: PaidDays, periods: int, classes: int) -> np.ndarray:
    """Each client counts once in a period and class, whatever the number of spells."""
    once = np.unique((client.astype(np.int64) * periods + rows.period) * classes + rows.day_class)
    shape = (history.groups, periods, classes)
    cell = np.ravel_multi_index(
        (history.group[once // (periods * classes)], once // classes % periods, once % classes), shape)
    return np.bincount(cell, minlength=np.prod(shape)).reshape(shape)


def _stock(history: History) -> np.ndarray:
    ends = month_start(history.first_month + 1 + np.arange(history.months)) - history.origin
    recipients = kela_recipients(history.log, history.clients, history.origin, ends)
    counts = [np.bincount(history.group[who], minlength=history.groups) for who in recipients]
    return np.stack(counts, axis=1).astype(float)
