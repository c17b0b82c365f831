"""The event model against its expectation, and the coverage of a 24-month band (``coverage``): bar F9.

Thirty replications of the default scenario, central parameters and median factors, against the mean-field
cohort model: stock and Kela's recipients within 0.5 %, and those in month of spell twelve or later within 1 %, at every
month told. Month of spell is the hazards' clock in both, of which part survives an absence. The same recipients are
held against the median path that the reconciliation leads them onto.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks import coverage
from scenarios.build import programme
from scenarios.project import Plan, expected_clients, newcomers
from scenarios.run import make_plan
from scenarios.scenario import read_scenario
from sim.clients.clients import Clients, State
from sim.flow.mean_field import expected
from sim.flow.model import simulate
from sim.flow.programme import Programme
from sim.money.recipients import kela_recipients
from sources.area import data_root

REPLICATIONS = 30
TOLD = (1, 3, 6, 12, 18, 24, 28)
LONG = 12  # months of spell
COUNTED = (("stock", 0.5), (f"{LONG}+ months of spell", 1.0), ("recipients", 0.5))  # and bars, per cent


def against_events(plan: Plan, replications: int = REPLICATIONS) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Counts of *replications*, (replications, COUNTED, months), what was expected, and CPU seconds of one each."""
    central = plan.calibration.central()
    factor, outflow = (np.median(each, axis=0) for each in (plan.flows.arrivals, plan.flows.outflow))
    steps = programme(plan.inputs, central.behaviour, plan.first_month, outflow)
    began = time.process_time()
    found = expected(steps, *expected_clients(plan, central, factor, steps))
    mean_field = time.process_time() - began
    counts, events = [], 0.0
    for replication in range(replications):
        clients = Clients.concatenate(plan.opening, newcomers(plan, central, factor, steps, (plan.seed, replication)))
        began = time.process_time()
        log = simulate(steps, clients, plan.seed, replication)
        events += time.process_time() - began
        counts.append(stocks(log.frame(), clients, steps))
    ours = np.array([found.stock, found.from_month(LONG), found.recipients])[:, 1:]
    return np.array(counts), ours, mean_field, events / replications


def stocks(log: pd.DataFrame, clients: Clients, steps: Programme) -> np.ndarray:
    """What is COUNTED in *log* at each month's end, (COUNTED, months)."""
    edges = np.array(steps.month_edges)
    spells = log[log["state"] == State.UNEMPLOYED]
    start, end, clock = (spells[name].to_numpy() for name in ("start", "end", "clock"))
    began = np.searchsorted(edges, start, side="right") - 1 - clock
    here = [(start < edge) & (end >= edge) for edge in edges[1:]]
    return np.array([[each.sum() for each in here],
                     [(each & (month - began >= LONG)).sum() for month, each in enumerate(here, 1)],
                     [len(who) for who in kela_recipients(log, clients, steps.origin, edges[1:])]])


def report(say: Callable[[str], None] = print) -> None:
    """Say how far the mean of the event model is from the mean field and the median path, with its standard error."""
    plan = make_plan(read_scenario("baseline").model_copy(update={"services": False}), data_root())
    counts, found, mean_field, events = against_events(plan)
    mean, error = counts.mean(axis=0), counts.std(axis=0, ddof=1) / np.sqrt(len(counts))
    for (name, bar), *row in zip(COUNTED, mean, error, found, strict=True):
        say(f"mean field, {name}: {len(counts)} replications off it by {_told(*row)} (bar {bar})")
    say(f"median path: recipients of {len(counts)} replications off it by "
        f"{_told(mean[-1], error[-1], np.median(plan.paths, axis=0))}")
    say(f"mean field: {mean_field:.2f} CPU s, {mean_field / events:.1f} times one replication of the event model")
    coverage.report(say)


def _told(mean: np.ndarray, error: np.ndarray, ours: np.ndarray) -> str:
    off, spread = 100 * (mean / ours - 1), 100 * error / ours
    return ", ".join(f"{off[month - 1]:+.2f} % ± {spread[month - 1]:.2f} at {month} months" for month in TOLD)


if __name__ == "__main__":
    report()
