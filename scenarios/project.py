"""One unit of a run: a draw of parameters and path, a replication of people's luck, an account.

A unit is (draw, replication). The draw fixes the calibrated parameters, the path of the stock of recipients and the
slips of payment months; the replication fixes who happens to leave when. Units share nothing but their inputs, so they
run in any number of processes and give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.flows import FlowFactors
from scenarios.build import programme
from scenarios.calibration import Calibration, Parameters
from scenarios.inputs import Inputs
from sim.clients.arrivals import arrivals
from sim.clients.assumptions import Arrivals
from sim.clients.clients import OPENING, Clients, State
from sim.flow.model import simulate
from sim.flow.programme import Programme
from sim.law.calendar import month_start
from sim.money.account import account, charged_benefits, daily_prices
from sim.money.ledger import Periods, paid_day_rows
from sim.money.payment import payment_matrix


@dataclass(frozen=True, eq=False)
class Plan:
    """What all units of a run share.

    Attributes
    ----------
    first_month, months : of the projection; the first is the month after the calibration's newest.
    paths : (draws, months) people on Kela's benefits, sampled; for the record.
    flows : their factors on arrivals and exits, (draws, months).
    seed : of every keyed draw.
    """

    inputs: Inputs
    calibration: Calibration
    first_month: int
    months: int
    paths: np.ndarray
    flows: FlowFactors
    seed: int
    replications: int


@dataclass(frozen=True, eq=False)
class Unit:
    """Result of one unit.

    Attributes
    ----------
    euros : (months, benefits, classes) municipal share by payment month, cents rounded.
    days : (months, benefits, classes) paid days by the month of the day.
    flows : (months, segments, 7) stock at the month's start, arrivals, returns, exits to the four destinations.
    spells : rows of the event log.
    """

    draw: int
    replication: int
    euros: np.ndarray
    days: np.ndarray
    flows: np.ndarray
    spells: int


DESTINATIONS = (State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE, State.GONE)
FLOWS = ("stock", "arrivals", "returns", *(f"exits_{state.name.lower()}" for state in DESTINATIONS))


def project(plan: Plan, draw: int, replication: int) -> Unit:
    """Simulate and price one unit."""
    inputs, calibration = plan.inputs, plan.calibration
    parameters = calibration.draw(draw, plan.seed)
    steps = programme(inputs, parameters.behaviour, plan.first_month, plan.flows.outflow[draw])
    key = plan.seed, draw * plan.replications + replication
    new = newcomers(plan, parameters, plan.flows.arrivals[draw], steps, key)
    clients = Clients.concatenate(calibration.opening, new)
    log = simulate(steps, clients, *key).frame()
    euros, days = _account(plan, parameters, clients, log, steps.origin, draw)
    return Unit(draw, replication, euros.round(2) + 0.0, days, _flows(clients, log, steps.month_edges), len(log))


def newcomers(plan: Plan, parameters: Parameters, factor: np.ndarray, steps: Programme,
              key: tuple[int, int]) -> Clients:
    """Arrivals of all months: fitted level × season × *factor* by month, drawn under *key* (seed, replication)."""
    season = plan.inputs.season[(plan.first_month + np.arange(plan.months)) % 12]
    who = _membership(plan.inputs.assumed.arrivals, parameters)
    brings = plan.inputs.law.new_entitlement(int(month_start(plan.first_month)))
    return arrivals(parameters.arrivals.sum() * season * factor, steps.month_edges, who, brings, *key)


def _membership(who: Arrivals, parameters: Parameters) -> Arrivals:
    """Shares of new clients with fund membership scaled to the fitted share of arrivals who are members."""
    shares = who.earnings_related.array
    factor = parameters.arrivals[0] / parameters.arrivals.sum() / who.member_share
    scaled = who.earnings_related.model_copy(update={"value": np.minimum(shares * factor, 0.95).tolist()})
    return who.model_copy(update={"earnings_related": scaled})


def _account(plan: Plan, parameters: Parameters, clients: Clients, log: pd.DataFrame, origin: int, draw: int):
    """Euros by payment month and days by month, (months, benefits, classes) each."""
    law, accrued = plan.inputs.law, plan.calibration.accrued
    periods = Periods.of_months(plan.first_month, plan.months, law)
    days = paid_day_rows(log, clients, origin, periods, law).totals(len(periods), accrued.shape[2])
    before = Periods.of_months(plan.first_month - len(accrued), len(accrued), law)
    both = Periods(np.concatenate([before.edges[:-1], periods.edges]), np.concatenate([before.month, periods.month]))
    earlier = accrued[before.month - before.month[0]] * _part_of_month(before)[:, None, None]
    prices = daily_prices(law, both, parameters.utilisation)
    matrix = payment_matrix(both, plan.first_month, plan.months, plan.calibration.profile)
    due = account(np.concatenate([earlier, days]) * charged_benefits(law, both), prices, matrix)
    slipped = due * plan.calibration.timing(draw, plan.months, plan.seed)[:, None, None]
    due[:-1] -= slipped[:-1]
    due[1:] += slipped[:-1]
    by_month = np.zeros_like(due)
    np.add.at(by_month, periods.month - plan.first_month, days)
    return due, by_month


def _part_of_month(periods: Periods) -> np.ndarray:
    """Days of each period over days of its month."""
    return np.diff(periods.edges) / (month_start(periods.month + 1) - month_start(periods.month))


def _flows(clients: Clients, log: pd.DataFrame, month_edges: list[float]) -> np.ndarray:
    """Stock of the unemployed and what changed it, by month and segment (Clients.hazard_row), see Unit."""
    edges, segments = np.asarray(month_edges), 12
    segment = clients.hazard_row.astype(int)[log["client"].to_numpy()]
    state, start, end = log["state"].to_numpy(), log["start"].to_numpy(), log["end"].to_numpy()
    counts = np.zeros((len(edges) - 1, segments, len(FLOWS)), int)

    def add(column: int, rows: np.ndarray, when: np.ndarray) -> None:
        month = np.searchsorted(edges, when[rows], side="right") - 1
        np.add.at(counts, (month, segment[rows], column), 1)

    unemployed = state == State.UNEMPLOYED
    first = np.append(True, np.diff(log["client"].to_numpy()) != 0)
    for month, edge in enumerate(edges[:-1]):
        here = unemployed & (start <= edge) & (end > edge)
        counts[month, :, 0] = np.bincount(segment[here], minlength=segments)
    entered = clients.cohort[log["client"].to_numpy()] != OPENING
    add(1, unemployed & first & entered, start)
    add(2, unemployed & ~first, start)
    for place, destination in enumerate(DESTINATIONS):
        add(3 + place, ~first & (state == destination), start)
    return counts

