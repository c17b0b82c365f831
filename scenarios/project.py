"""One unit of a run: a draw of parameters and path, a replication of people's luck, an account.

A unit is (draw, replication). The draw fixes the calibrated parameters, the path of the stock of recipients and the
slips of payment months; the replication fixes who happens to leave when. Units share nothing but their inputs, so they
run in any number of processes and give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.flows import FlowFactors
from forecasting.model import Fitted
from scenarios.build import programme
from scenarios.calibration import Calibration, Parameters
from scenarios.events import write_unit
from scenarios.inputs import Inputs
from scenarios.pricing import Priced, Pricing, Terms, priced
from sim.clients.arrivals import arrivals, expected_arrivals
from sim.clients.assumptions import Arrivals
from sim.clients.clients import OPENING, Clients, State
from sim.flow.model import simulate
from sim.flow.programme import Programme
from sim.law.calendar import month_start
from sim.law.ladder import Ladder
from sim.law.loader import NewEntitlement
from sources.national import Outlook


@dataclass(frozen=True, eq=False)
class Plan:
    """What all units of a run share.

    Attributes
    ----------
    first_month, months : of the projection; the first is the month after the calibration's newest.
    forecast : of people on Kela's benefits, by month.
    paths : (draws, months) sampled from it; for the record.
    flows : factors on arrivals and exits, (draws, months), that carry the stock along the paths, times the scenario's
        shocks.
    vacancies : (draws, months) open vacancies at month end, a path a draw, where they are published.
    seed : of every keyed draw.
    outlook : that the paths follow; None where they are the forecast's own.
    """

    inputs: Inputs
    calibration: Calibration
    first_month: int
    months: int
    forecast: Fitted
    paths: np.ndarray
    flows: FlowFactors
    vacancies: np.ndarray | None
    seed: int
    replications: int
    outlook: Outlook | None = None

    @property
    def ladders(self) -> list[Ladder]:
        """The ladders whose classes the account has."""
        return Pricing(self.terms(0), self.inputs.law).ladders

    @property
    def observed(self) -> pd.DataFrame:
        """Observed euros by month and line."""
        return self.inputs.observed

    @property
    def opening(self) -> Clients:
        """The opening stock."""
        return self.calibration.opening

    @property
    def advanced_share(self) -> float:
        """Of payments due on a holiday that opens a month."""
        return self.inputs.advanced_share

    def terms(self, draw: int) -> Terms:
        """What prices the logs of *draw*."""
        calibration, integration = self.calibration, self.inputs.assumed.integration
        fitted_under = self.inputs.calibrated_law.ladder(int(month_start(self.first_month)) - 1)
        return Terms(self.first_month, self.months, fitted_under.thresholds,
                     calibration.draw(draw, self.seed).utilisation, calibration.timing(draw, self.months, self.seed),
                     calibration.profile, calibration.accrued, float(integration.plan.array[0]),
                     float(integration.newcomers.array[0]))


@dataclass(frozen=True, eq=False)
class Unit(Priced):
    """Result of one unit: its account, and what happened.

    Attributes
    ----------
    flows : (months, segments, 8) stock at the month's start, arrivals, returns, exits to the five destinations.
    spells : rows of the event log.
    """

    flows: np.ndarray
    spells: int


DESTINATIONS = (State.SHORT_WORK, State.LASTING_WORK, State.OUTSIDE, State.GONE, State.ADDITIONAL_DAYS)
FLOWS = ("stock", "arrivals", "returns", *(f"exits_{state.name.lower()}" for state in DESTINATIONS))


def project(plan: Plan, draw: int, replication: int, events: Path | None = None) -> Unit:
    """Simulate and price one unit; its log and newcomers go to files in the folder *events*, if one is given."""
    parameters = plan.calibration.draw(draw, plan.seed)
    steps = programme(plan.inputs, parameters.behaviour, plan.first_month, plan.flows.outflow[draw])
    key = plan.seed, draw * plan.replications + replication
    new = newcomers(plan, parameters, plan.flows.arrivals[draw], steps, key)
    clients = Clients.concatenate(plan.opening, new)
    log = simulate(steps, clients, *key).frame()
    if events:
        write_unit(events, draw, replication, log, new)
    account = priced(draw, replication, Pricing(plan.terms(draw), plan.inputs.law), log, clients)
    return Unit(**vars(account), flows=_flows(clients, log, steps.month_edges), spells=len(log))


def newcomers(plan: Plan, parameters: Parameters, factor: np.ndarray, steps: Programme,
              key: tuple[int, int]) -> Clients:
    """Arrivals of all months: fitted level × season × *factor* by month, drawn under *key* (seed, replication)."""
    return arrivals(*_arriving(plan, parameters, factor, steps), *key)


def expected_clients(plan: Plan, parameters: Parameters, factor: np.ndarray,
                     steps: Programme) -> tuple[Clients, np.ndarray]:
    """The opening stock and the expectation of ``newcomers``, and how many people each client stands for."""
    new, weights = expected_arrivals(*_arriving(plan, parameters, factor, steps))
    return Clients.concatenate(plan.opening, new), np.concatenate([np.ones(len(plan.opening)), weights])


def _arriving(plan: Plan, parameters: Parameters, factor: np.ndarray,
              steps: Programme) -> tuple[np.ndarray, list[float], Arrivals, NewEntitlement]:
    """Expected arrivals by month, the edges of months, who arrives, and what entitlement they bring."""
    season = plan.inputs.season[(plan.first_month + np.arange(plan.months)) % 12]
    who = _membership(plan.inputs.assumed.arrivals, parameters)
    brings = plan.inputs.law.new_entitlement(int(month_start(plan.first_month)))
    return parameters.arrivals.sum() * season * factor, steps.month_edges, who, brings


def _membership(who: Arrivals, parameters: Parameters) -> Arrivals:
    """Shares of new clients with fund membership scaled to the fitted share of arrivals who are members."""
    shares = who.earnings_related.array
    factor = parameters.arrivals[0] / parameters.arrivals.sum() / who.member_share
    scaled = who.earnings_related.model_copy(update={"value": np.minimum(shares * factor, 0.95).tolist()})
    return who.model_copy(update={"earnings_related": scaled})


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

