"""One unit of a run: a draw of parameters and path, a replication of people's luck, an account.

A unit is (draw, replication). The draw fixes the calibrated parameters, the path of the stock of recipients and the
slips of payment months; the replication fixes who happens to leave when. Units share nothing but their inputs, so they
run in any number of processes and give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecasting.flows import FlowFactors
from forecasting.model import Fitted
from scenarios.books import Books
from scenarios.build import programme
from scenarios.calibration import Calibration, Parameters
from scenarios.events import write_episodes, write_unit
from scenarios.inputs import Inputs
from scenarios.pricing import Priced, Pricing, Terms, priced
from scenarios.served import (
    Reference,
    Served,
    Services,
    ServiceUnit,
    demand_of,
    named_episodes,
    serve,
    service_unit,
    with_graduates,
)
from sim.clients.arrivals import arrivals, expected_arrivals
from sim.clients.assumptions import Arrivals
from sim.clients.clients import OPENING, WITH_BENEFIT, Clients, State
from sim.flow.model import simulate
from sim.flow.office import Gauge
from sim.flow.programme import Programme, calendar_tables
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
    paths : (draws, months) sampled from it, CENTRED_ON at least; for the record.
    flows : factors on arrivals and exits, (draws, months), that carry the stock along the paths, times the scenario's
        shocks.
    vacancies : (draws, months) open vacancies at month end, a path a draw, where they are published.
    seed : of every keyed draw.
    outlook : that the paths follow; None where they are the forecast's own.
    services : what services are; None where they are left inside the hazards.
    baseline : what a scenario is held against, unit by unit.
    books : budget and operating plan, with the scenario's changes; None where there is no budget.
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
    services: Services | None = None
    baseline: Plan | None = None
    books: Books | None = None

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
    flows : (months, segments, columns of FLOWS) stock at the month's start, arrivals, returns, exits by destination.
    spells : rows of the event log.
    services : what services did and cost; None in a run without them.
    baseline : the same unit of the baseline; None where the scenario has none.
    """

    flows: np.ndarray
    spells: int
    services: ServiceUnit | None = None
    baseline: Unit | None = None


DESTINATIONS = {
    "short_work": (State.SHORT_WORK,), "lasting_work": (State.LASTING_WORK,), "outside": (State.OUTSIDE,),
    "gone": (State.GONE,), "additional_days": (State.ADDITIONAL_DAYS,),
    "subsidised_work": (State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION), "sickness": (State.SICKNESS,),
    "rehabilitation": (State.REHABILITATION,), "disability_pension": (State.DISABILITY_PENSION,)}
FLOWS = ("stock", "arrivals", "returns", *(f"exits_{name}" for name in DESTINATIONS))


CENTRED_ON = 120  # paths sampled in every run, whose median is its centre: so no unit depends on how many there are


def middle(paths: np.ndarray) -> np.ndarray:
    """Median of the paths (draws, months) on which runs are centred, (months,)."""
    return np.median(paths[:CENTRED_ON], axis=0)


class Course(NamedTuple):
    """What a unit lives under: parameters, factors on arrivals and exits by month, and open vacancies if known."""

    parameters: Parameters
    arrivals: np.ndarray
    outflow: np.ndarray
    vacancies: np.ndarray | None

    @staticmethod
    def of(plan: Plan, draw: int) -> Course:
        """That of a *draw*."""
        return Course(plan.calibration.draw(draw, plan.seed), plan.flows.arrivals[draw], plan.flows.outflow[draw],
                      None if plan.vacancies is None else plan.vacancies[draw])

    @staticmethod
    def central(plan: Plan) -> Course:
        """The fitted values, and the median path."""
        flows, vacancies = plan.flows, plan.vacancies
        return Course(plan.calibration.central(), middle(flows.arrivals), middle(flows.outflow),
                      None if vacancies is None else middle(vacancies))


class Lived(NamedTuple):
    """Clients of a unit, those of them who arrived, the event log, and what services did."""

    clients: Clients
    new: Clients
    log: pd.DataFrame
    served: Served | None


def project(plan: Plan, draw: int, replication: int, events: Path | None = None, baseline: Unit | None = None) -> Unit:
    """Simulate and price one unit.

    Parameters
    ----------
    events : folder for files of its events, if they are kept.
    baseline : the same unit of the plan's baseline, where it is at hand; else it is simulated first.
    """
    if plan.baseline and baseline is None:
        baseline = project(plan.baseline, draw, replication)
    lived = live(plan, Course.of(plan, draw), (plan.seed, draw * plan.replications + replication), _reference(baseline))
    if events:
        write_unit(events, draw, replication, lived.log, lived.new)
        if plan.services and lived.served:
            write_episodes(events, draw, replication, named_episodes(plan.services.plan, lived.served.history.episodes))
    return unit_of(plan, draw, replication, lived, baseline)


def _reference(baseline: Unit | None) -> Reference | None:
    return baseline.services.reference if baseline and baseline.services else None


def unit_of(plan: Plan, draw: int, replication: int, lived: Lived, baseline: Unit | None = None) -> Unit:
    """Price and count what was *lived*; *baseline* is the same unit of the baseline, where there is one."""
    account = priced(draw, replication, Pricing(plan.terms(draw), plan.inputs.law), lived.log, lived.clients)
    served = None
    if plan.services and lived.served:
        served = service_unit(plan.services, lived.served, lived.clients, plan.first_month, plan.months, draw, account,
                              _reference(baseline))
    edges = calendar_tables(plan.first_month, plan.months)["month_edges"]
    return Unit(**vars(account), flows=_flows(lived.clients, lived.log, edges), spells=len(lived.log),
                services=served, baseline=baseline)


def live(plan: Plan, course: Course, key: tuple[int, int], baseline: Reference | None = None,
         gauge: Gauge | None = None) -> Lived:
    """Simulate a unit under *key* (seed, replication).

    Parameters
    ----------
    baseline : what the same unit of the baseline leaves to a scenario, its labour market first.
    gauge : filled if given.
    """
    ways = plan.services.ways if plan.services else None
    steps = programme(plan.inputs, course.parameters.behaviour, plan.first_month, course.outflow, ways=ways)
    new = newcomers(plan, course.parameters, course.arrivals, steps, key)
    if plan.services is None:
        clients = Clients.concatenate(plan.opening, new)
        return Lived(clients, new, simulate(steps, clients, *key).frame(), None)
    demand = demand_of(plan.services, steps, course.vacancies)
    if demand and baseline:
        new = with_graduates(demand, new, key, baseline)
    clients = Clients.concatenate(plan.opening, new)
    served = serve(plan.services, steps, clients, demand, key, baseline, gauge)
    return Lived(clients, new, served.history.spells, served)


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
    """Stock of the unemployed and what changed it, by month and segment (Clients.hazard_row), see Unit.

    Who is in a service with benefit is unemployed here.
    """
    edges, segments, who = np.asarray(month_edges), 12, log["client"].to_numpy()
    segment = clients.hazard_row.astype(int)[who]
    state, start, end = log["state"].to_numpy(), log["start"].to_numpy(), log["end"].to_numpy()
    counts = np.zeros((len(edges) - 1, segments, len(FLOWS)), int)

    def add(column: int, rows: np.ndarray) -> None:
        month = np.searchsorted(edges, start[rows], side="right") - 1
        np.add.at(counts, (month, segment[rows], column), 1)

    unemployed = np.isin(state, WITH_BENEFIT)
    first = np.append(True, np.diff(who) != 0)
    before = np.append(False, unemployed[:-1]) & ~first
    opening = first & (clients.cohort[who] == OPENING)
    for month, edge in enumerate(edges[:-1]):
        # what happens as a month begins (a service may end with the month before) is its flow: the stock is before it
        here = unemployed & ((start < edge) | opening) & (end >= edge)
        counts[month, :, 0] = np.bincount(segment[here], minlength=segments)
    add(1, unemployed & first & (clients.cohort[who] != OPENING))
    add(2, unemployed & ~before & ~first)
    for place, states in enumerate(DESTINATIONS.values()):
        add(3 + place, before & np.isin(state, states))
    return counts
