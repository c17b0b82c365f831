"""A run: a scenario projected as draws × replications, in any number of processes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from scenarios.calibrate import stock_model
from scenarios.calibration import Calibration, folder_of, read_calibration
from scenarios.events import write_shared
from scenarios.exposure import exposure
from scenarios.inputs import Inputs, load_inputs
from scenarios.project import Plan, Unit, project
from scenarios.reconcile import reconcile
from scenarios.scenario import LONGEST_MONTHS, Scenario
from scenarios.summary import account_table, flow_table, month_table, opening_table, path_table, year_table
from scenarios.workers import Progress, in_workers
from sim.clients.opening import recalibrate
from sim.law.calendar import month_label, month_number, month_start
from sources.errors import InputError
from sources.files import digest


@dataclass(frozen=True, eq=False)
class Outcome:
    """Tables of a run by name, the plan that made them, and the folder with the events of its units, if kept."""

    plan: Plan
    scenario: Scenario
    tables: dict[str, pd.DataFrame]
    events: Path | None = None


def make_plan(scenario: Scenario, root: Path, law: Path | None = None) -> Plan:
    """All that the units of *scenario* share; InputError when it does not fit the data or its calibration is stale."""
    inputs = load_inputs(scenario.area, root, law, scenario.law)
    return plan_of(inputs, load_calibration(inputs, root), month_number(scenario.until), scenario)


def load_calibration(inputs: Inputs, root: Path) -> Calibration:
    """The calibration of the newest month of *inputs*, made from the same files and law."""
    folder = folder_of(root, inputs.area.name, inputs.newest)
    calibration = read_calibration(folder, inputs.law.ladder(int(month_start(inputs.newest))).class_labels)
    for key, now in (("inputs", digest(*inputs.area.files())), ("law", inputs.rules)):
        if getattr(calibration.stored, key) != now:
            raise InputError(folder / "calibration.yaml", f"key {key}", "was made from other files than those here",
                             recalibrate(folder))
    return calibration


def plan_of(inputs: Inputs, calibration: Calibration, last_month: int, scenario: Scenario) -> Plan:
    """Plan from the month after the calibration's newest to *last_month*."""
    first = calibration.until + 1
    months = last_month - first + 1
    if not 1 <= months <= LONGEST_MONTHS:
        raise InputError(f"scenario {scenario.title}", "key until", f"{scenario.until} is {months} months ahead",
                         f"choose a month from {month_label(first)} to {month_label(first + LONGEST_MONTHS - 1)}")
    paths, flows = stock_model(inputs).sampled(months, range(scenario.draws), scenario.seed)
    return reconcile(Plan(inputs, calibration, first, months, paths, flows, scenario.seed, scenario.replications))


def run_units(plan: Plan, draws: int, workers: int, progress: Progress = lambda done, total: None,
              events: Path | None = None) -> list[Unit]:
    """All units of *plan* in order of draw and replication; *progress* hears how many are done.

    Each leaves its events in the folder *events*, if one is given.
    """
    keys = [(draw, replication) for draw in range(draws) for replication in range(plan.replications)]
    return in_workers(partial(_project, plan, events), keys, workers, progress)


def _project(plan: Plan, events: Path | None, key: tuple[int, int]) -> Unit:
    return project(plan, *key, events)


def run(scenario: Scenario, root: Path, workers: int | None = None, progress: Progress = lambda done, total: None,
        law: Path | None = None, events: Path | None = None, exposed: bool = False) -> Outcome:
    """Project *scenario* and summarise it.

    Parameters
    ----------
    root : data root.
    workers : processes; one a core by default. The result does not depend on it.
    events : folder for the events of all units, which is made; none are kept without one.
    exposed : whether to add the table ``exposure``: the euros that hang on each value that is not verified.
    """
    plan, workers = make_plan(scenario, root, law), workers or os.cpu_count() or 1
    units = run_units(plan, scenario.draws, workers, progress, events)
    if events:
        write_shared(events, plan.opening, [plan.terms(draw) for draw in range(scenario.draws)])
    tables = {
        "years": year_table(plan, units),
        "months": month_table(plan, units),
        "account": account_table(plan, units),
        "flows": flow_table(plan, units),
        "paths": path_table(plan),
        "opening": opening_table(plan),
    }
    if exposed:
        tables["exposure"] = exposure(plan, workers, progress)
    return Outcome(plan, scenario, tables, events)
