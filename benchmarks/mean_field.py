"""The event model against its expectation, and the coverage of a 24-month band (``coverage``): bar F9.

Thirty replications of the default scenario, central parameters and median factors, against the mean-field
cohort model: stock within 0.5 %, and those in month of spell twelve or later within 1 %, at every month told. Month of
spell is the hazards' clock in both, of which part survives an absence.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks import coverage
from scenarios.build import programme
from scenarios.project import Plan, expected_clients, newcomers
from scenarios.run import make_plan
from scenarios.scenario import read_scenario
from sim.clients.clients import Clients, State
from sim.flow.log import EventLog
from sim.flow.mean_field import expected
from sim.flow.model import simulate
from sources.area import data_root

REPLICATIONS = 30
TOLD = (1, 3, 6, 12, 18, 24, 28)
LONG = 12  # months of spell


def against_events(plan: Plan, replications: int = REPLICATIONS) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Counts of *replications*, (replications, 2, TOLD), what was expected, (2, TOLD), and CPU seconds of one each."""
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
        counts.append(stocks(log, np.array(steps.month_edges)))
    ours = np.array([found.stock, found.from_month(LONG)])[:, list(TOLD)]
    return np.array(counts), ours, mean_field, events / replications


def stocks(log: EventLog, edges: np.ndarray) -> np.ndarray:
    """Unemployed in *log* at the month edges TOLD, and of them those in month of spell LONG or later, (2, TOLD)."""
    spells = log.frame()
    spells = spells[spells["state"] == State.UNEMPLOYED]
    start, end, clock = (spells[name].to_numpy() for name in ("start", "end", "clock"))
    began = np.searchsorted(edges, start, side="right") - 1 - clock
    here = [(start < edges[month]) & (end >= edges[month]) for month in TOLD]
    return np.array([[each.sum() for each in here],
                     [(each & (month - began >= LONG)).sum() for each, month in zip(here, TOLD, strict=True)]])


def report(say: Callable[[str], None] = print) -> None:
    """Say how far the mean of the event model is from the mean field, with its standard error."""
    counts, found, mean_field, events = against_events(make_plan(read_scenario("default"), data_root()))
    mean, error = counts.mean(axis=0), counts.std(axis=0, ddof=1) / np.sqrt(len(counts))
    for name, bar, *row in zip(("stock", f"{LONG}+ months of spell"), (0.5, 1.0), mean, error, found, strict=True):
        say(f"mean field, {name}: {len(counts)} replications off it by " + ", ".join(
            f"{100 * (there / ours - 1):+.2f} % ± {100 * spread / ours:.2f} at {month} months"
            for month, there, spread, ours in zip(TOLD, *row, strict=True)) + f" (bar {bar})")
    say(f"mean field: {mean_field:.2f} CPU s, {mean_field / events:.1f} times one replication of the event model")
    coverage.report(say)


if __name__ == "__main__":
    report()
