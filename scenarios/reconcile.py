"""Arrivals and exits that carry the simulated stock along the forecast one.

Left to itself the simulated stock of Kela's recipients drifts: a caseload that has not settled goes on growing or
shrinking under constant flows. The statistical forecast of the same stock is what the paths are sampled from, so the
central simulation is brought onto the central path, and the draws vary about it. Only the drift is taken out, a
straight line and a bend in the logarithm of the ratio; single months stay the model's own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from forecasting.flows import FlowFactors, factors
from scenarios.build import programme
from scenarios.project import Plan, newcomers
from sim.clients.clients import Clients
from sim.flow.model import simulate
from sim.money.recipients import kela_recipients

PILOTS = 3  # replications: the stock of thousands is then known to half a per cent
BEND_FROM = 18  # months: over a shorter span a bend would follow the season and the pilots' noise
ROUNDS = 4  # the stock answers by less than is asked: after two rounds it ends 3 % off, after four under 1 %


def reconcile(plan: Plan) -> Plan:
    """*plan* with factors scaled so that the central simulation follows the median of its paths."""
    months = np.arange(1.0, plan.months + 1)
    target = np.log(np.median(plan.paths, axis=0))
    drift = np.zeros(plan.months)
    for _ in range(ROUNDS):
        scaled = _scaled(plan, drift)
        gap = target - np.log(_central_stock(scaled))
        powers = np.stack([months**power for power in range(3 if plan.months >= BEND_FROM else 2)], axis=1)
        bend = np.linalg.lstsq(powers, gap, rcond=None)[0]
        drift = drift + powers[:, 1:] @ bend[1:]  # the level at the base date is observed, not corrected
    return _scaled(plan, drift)


def _scaled(plan: Plan, drift: np.ndarray) -> Plan:
    """Factors times those that move the stock by *drift* (logarithm, by month)."""
    macro = plan.inputs.assumed.macro
    moved = factors(np.exp(drift), 1.0, 1.0, float(macro.turnover), float(macro.arrival_share))
    flows = plan.flows
    return replace(plan, flows=FlowFactors(flows.arrivals * moved.arrivals, flows.outflow * moved.outflow,
                                           flows.limited | moved.limited))


def _central_stock(plan: Plan) -> np.ndarray:
    """Mean people on Kela's benefits at each month's end, central parameters and median factors, (months,)."""
    central = plan.calibration.central()
    arrivals, outflow = (np.median(each, axis=0) for each in (plan.flows.arrivals, plan.flows.outflow))
    steps = programme(plan.inputs, central.behaviour, plan.first_month, outflow)
    ends = np.array(steps.month_edges[1:])
    stock = np.zeros((PILOTS, plan.months))
    for pilot in range(PILOTS):
        key = plan.seed, plan.replications * len(plan.paths) + pilot  # after the keys of the units
        clients = Clients.concatenate(plan.calibration.opening, newcomers(plan, central, arrivals, steps, key))
        log = simulate(steps, clients, *key).frame()
        stock[pilot] = [len(who) for who in kela_recipients(log, clients, steps.origin, ends)]
    return stock.mean(axis=0)
