"""Arrivals and exits that carry the simulated stock along the forecast one.

Left to itself the simulated stock of Kela's recipients drifts: a caseload that has not settled goes on growing or
shrinking under constant flows. The statistical forecast of the same stock is what the paths are sampled from, so the
expectation of the central simulation is brought onto the central path, and the draws vary about it. Only the drift is
taken out, a straight line and a bend in the logarithm of the ratio; single months stay the model's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from forecasting.flows import FlowFactors, factors
from scenarios.build import programme
from scenarios.project import Plan, expected_clients, middle
from sim.flow.mean_field import expected

BEND_FROM = 18  # months: over a shorter span a bend would follow the season
ROUNDS = 2  # they leave less than a thousandth of the line and the bend
PROBE = 0.05  # asked for to see what the stock answers


def reconcile(plan: Plan) -> Plan:
    """*plan* with factors scaled so that the central simulation follows the median of its paths."""
    return _scaled(plan, drift_onto(middle(plan.paths), lambda drift: _central_stock(_scaled(plan, drift))))


def drift_onto(target: np.ndarray, stock: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Drift (logarithm, by month) under which *stock* follows *target* by a line and a bend.

    The level at the base date is observed, not corrected. The stock answers by less than is asked; its answer to a line
    and to a bend is measured once.

    Parameters
    ----------
    target : stock by month, (months,).
    stock : people by month under a drift, (months,).
    """
    months = len(target)
    powers = (np.arange(1.0, months + 1)[:, None] / months) ** np.arange(3 if months >= BEND_FROM else 2)

    def missing(asked: np.ndarray) -> np.ndarray:
        gap = np.log(target / stock(powers[:, 1:] @ asked))
        return np.linalg.lstsq(powers, gap, rcond=None)[0][1:]

    asked = np.zeros(powers.shape[1] - 1)
    found = missing(asked)
    answer = np.stack([(found - missing(PROBE * unit)) / PROBE for unit in np.eye(len(asked))], axis=1)
    for _ in range(ROUNDS):
        asked = asked + np.linalg.lstsq(answer, found, rcond=None)[0]
        found = missing(asked)
    return powers[:, 1:] @ asked


def _scaled(plan: Plan, drift: np.ndarray) -> Plan:
    """Factors times those that move the stock by *drift* (logarithm, by month)."""
    macro = plan.inputs.assumed.macro
    moved = factors(np.exp(drift), 1.0, 1.0, float(macro.turnover), float(macro.arrival_share))
    flows = plan.flows
    return replace(plan, flows=FlowFactors(flows.arrivals * moved.arrivals, flows.outflow * moved.outflow,
                                           flows.limited | moved.limited))


def _central_stock(plan: Plan) -> np.ndarray:
    """Expected people on Kela's benefits at each month's end, central parameters and median factors, (months,)."""
    central = plan.calibration.central()
    arrivals, outflow = middle(plan.flows.arrivals), middle(plan.flows.outflow)
    steps = programme(plan.inputs, central.behaviour, plan.first_month, outflow)
    return expected(steps, *expected_clients(plan, central, arrivals, steps)).recipients[1:]
