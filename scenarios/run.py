"""A run: a scenario projected as draws × replications, in any number of processes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scenarios.books import Books, load_books
from scenarios.calibrate import stock_model
from scenarios.calibration import Calibration, folder_of, read_calibration
from scenarios.inputs import Inputs, load_inputs
from scenarios.net import net_tables
from scenarios.project import Plan, Unit, project
from scenarios.reconcile import reconcile
from scenarios.scenario import LONGEST_MONTHS, Scenario
from scenarios.summary import account_table, flow_table, month_table, opening_table, path_table, year_table
from scenarios.workers import worker_pool
from sim.clients.opening import recalibrate
from sim.law.calendar import month_label, month_number, month_start
from sources.errors import InputError
from sources.files import digest

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Outcome:
    """Tables of a run by name, and the plan and books that made them; no books where there is no budget."""

    plan: Plan
    scenario: Scenario
    tables: dict[str, pd.DataFrame]
    books: Books | None


def make_plan(scenario: Scenario, root: Path, law: Path | None = None) -> Plan:
    """All that the units of *scenario* share; InputError when it does not fit the data or its calibration is stale."""
    inputs = load_inputs(scenario.area, root, law)
    return plan_of(inputs, load_calibration(inputs, root), month_number(scenario.until), scenario)


def load_calibration(inputs: Inputs, root: Path) -> Calibration:
    """The calibration of the newest month of *inputs*, made from the same files and law."""
    folder = folder_of(root, inputs.area.name, inputs.newest)
    calibration = read_calibration(folder, inputs.law.ladder(int(month_start(inputs.newest))).class_labels)
    for key, now in (("inputs", digest(*inputs.area.files())), ("law", inputs.law.digest)):
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


def run_units(plan: Plan, draws: int, workers: int, progress: Progress = lambda done, total: None) -> list[Unit]:
    """All units of *plan* in order of draw and replication; *progress* hears how many are done."""
    keys = [(draw, replication) for draw in range(draws) for replication in range(plan.replications)]
    if workers == 1:
        units = map(_Project(plan), keys)
        return _collect(units, len(keys), progress)
    with worker_pool(workers, _receive, plan) as pool:
        return _collect(pool.map(_project_received, keys), len(keys), progress)


def _collect(units, total: int, progress: Progress) -> list[Unit]:
    collected = []
    for unit in units:
        collected.append(unit)
        progress(len(collected), total)
    return collected


class _Project:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __call__(self, key: tuple[int, int]) -> Unit:
        return project(self.plan, *key)


_received: _Project  # the plan of a worker process, sent once and not with every unit


def _receive(plan: Plan) -> None:
    global _received
    _received = _Project(plan)


def _project_received(key: tuple[int, int]) -> Unit:
    return _received(key)


def run(scenario: Scenario, root: Path, workers: int | None = None, progress: Progress = lambda done, total: None,
        law: Path | None = None) -> Outcome:
    """Project *scenario* and summarise it.

    Parameters
    ----------
    root : data root.
    workers : processes; one a core by default. The result does not depend on it.
    """
    plan = make_plan(scenario, root, law)
    books = load_books(plan.inputs.area)  # before the simulation, so that a fault in them is told at once
    units = run_units(plan, scenario.draws, workers or os.cpu_count() or 1, progress)
    tables = {
        "years": year_table(plan, units),
        "months": month_table(plan, units),
        "account": account_table(plan, units),
        "flows": flow_table(plan, units),
        "paths": path_table(plan),
        "opening": opening_table(plan),
        **net_tables(plan, units, scenario.draws, books),
    }
    return Outcome(plan, scenario, tables, books)
