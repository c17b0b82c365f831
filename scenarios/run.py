"""A run: a scenario projected as draws × replications, in any number of processes."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from forecasting.frame import Model
from forecasting.record import add_to_record, judged, read_record
from scenarios.books import Books
from scenarios.calibrate import SEED, calibrate, stock_model
from scenarios.calibration import Calibration, folder_of, read_calibration, write_calibration
from scenarios.events import write_shared
from scenarios.evidence import unverified
from scenarios.exposure import exposure
from scenarios.inputs import Inputs, load_inputs
from scenarios.levers import Horizon
from scenarios.measures import measures, to_long
from scenarios.national import OUTLOOK, recipients_outlook
from scenarios.net import net_tables
from scenarios.project import CENTRED_ON, Plan, Unit, project
from scenarios.reconcile import reconcile
from scenarios.resolved import resolve
from scenarios.run_effect import effect_tables
from scenarios.run_tables import service_tables, simulated_costs
from scenarios.scenario import LONGEST_MONTHS, Scenario, read_scenario
from scenarios.series import past_errors
from scenarios.service_account import price_levels
from scenarios.service_levels import ready_levels, services_of
from scenarios.shocks import shocked
from scenarios.summary import account_table, flow_table, month_table, opening_table, path_table, year_table
from scenarios.unit_store import Prepared, UnitStore, simulate, units_of
from scenarios.vacancies import vacancy_paths
from scenarios.workers import Progress, in_workers
from sim.clients.opening import recalibrate
from sim.law.calendar import month_label, month_number
from sim.services.contracts import Contracts
from sources.errors import InputError
from sources.files import digest
from sources.national import read_outlook

Tell = Callable[[str], None]
UNSERVED = ("area", "until", "draws", "replications", "seed", "law", "path")
Known = Callable[[Mapping[str, str]], tuple[Inputs, Calibration]]
"""Inputs and their calibration, by the answers to the law's open questions."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """Tables of a run by name, the plan that made them, and the folder with the events of its units, if kept.

    ``baseline`` is the one that the scenario was held against, as it ran.
    """

    plan: Plan
    scenario: Scenario
    tables: dict[str, pd.DataFrame]
    events: Path | None = None
    baseline: Scenario | None = None

    @property
    def books(self) -> Books | None:
        """Budget and operating plan, with the scenario's changes; None where there is no budget."""
        return self.plan.books

    @cached_property
    def unverified(self) -> pd.DataFrame:
        """Every value that it rests on and that was not verified, see ``evidence.unverified``."""
        services = self.plan.services
        return unverified(self.plan.inputs, self.tables.get("exposure"), self.books, self.plan.outlook,
                          services.plan.mix if services else None)


def make_plan(scenario: Scenario, root: Path, law: Path | None = None, workers: int | None = None,
              tell: Tell = lambda text: None, unserved: Plan | None = None) -> Plan:
    """All that the units of *scenario* share, its baseline beside it; InputError when it does not fit the data.

    Parameters
    ----------
    unserved : ``unserved_plan`` of a scenario with the same UNSERVED keys, where it is at hand.
    """
    workers = workers or os.cpu_count() or 1
    known = _known(scenario.area, root, law, workers, tell)
    return plan_from(known, scenario, baseline_of(scenario), None, workers, tell, unserved)


def plan_from(known: Known, scenario: Scenario, base: Scenario | None, books: Books | None, workers: int, tell: Tell,
              unserved: Plan | None = None) -> Plan:
    """All that the units of *scenario* share on what is *known*, the plan of its *base* beside it; see ``make_plan``.

    Its changes are made to *books*, by default those of the municipality.
    """
    unserved = unserved or unshocked_plan(*known(scenario.law), month_number(scenario.until), scenario)
    scenario.check_months(unserved.first_month)
    plan = shocked(with_mix(unserved, scenario, workers, tell, books), scenario.shocks)
    if base is None:
        return plan
    if (base.law, base.path) == (scenario.law, scenario.path):
        return replace(plan, baseline=shocked(with_mix(unserved, base, workers, tell, books), base.shocks))
    return replace(plan, baseline=plan_from(known, base, None, books, workers, tell))


def unserved_plan(scenario: Scenario, root: Path, law: Path | None, workers: int, tell: Tell) -> Plan:
    """The plan of *scenario* before its services and shocks, which depends on its keys UNSERVED alone."""
    known = _known(scenario.area, root, law, workers, tell)
    return unshocked_plan(*known(scenario.law), month_number(scenario.until), scenario)


def _known(area: str, root: Path, law: Path | None, workers: int, tell: Tell) -> Known:
    def known(choices: Mapping[str, str]) -> tuple[Inputs, Calibration]:
        inputs = load_inputs(area, root, law, choices)
        return inputs, ready_calibration(inputs, root, workers, tell)

    return known


def with_mix(plan: Plan, scenario: Scenario, workers: int, tell: Tell, books: Books | None = None) -> Plan:
    """*plan*, without shocks, with the books of *scenario* and, unless it leaves them out, its services."""
    area = plan.inputs.area
    files, mix, books = resolve(area, scenario, horizon_of(plan), books)
    plan = replace(plan, books=books)
    if not files or not mix:
        return plan
    levels = ready_levels(plan, files, folder_of(area.root, area.name, plan.calibration.until), workers, tell)
    prices: Sequence[Mapping[int, float]] = (
        price_levels(books, mix.of(Contracts), plan.first_month, plan.months, scenario.draws, plan.seed)
        if books else [defaultdict(lambda: 1.0)] * scenario.draws)
    return replace(plan, services=services_of(plan, mix, levels, prices))


def baseline_of(scenario: Scenario) -> Scenario | None:
    """The scenario that *scenario* is held against, see ``as_baseline``; None where there is none."""
    return None if scenario.baseline is None else as_baseline(read_scenario(scenario.layers[-2].file), scenario)


def as_baseline(base: Scenario, scenario: Scenario) -> Scenario:
    """*base* as *scenario* is held against it: as many draws of the same seed and to the same month."""
    keys = ("area", "until", "draws", "replications", "seed", "services")
    return base.model_copy(update={**{key: getattr(scenario, key) for key in keys}, "baseline": None})


def horizon_of(plan: Plan) -> Horizon:
    """First and last simulated day."""
    return Horizon.of(plan.first_month, plan.first_month + plan.months - 1)


def ready_calibration(inputs: Inputs, root: Path, workers: int | None = None,
                      tell: Tell = lambda text: None) -> Calibration:
    """The stored calibration of the newest month of *inputs*; where it is missing or stale, a new one, now stored.

    A data folder that cannot be written does not stand in the way: the calibration is then the caller's alone.

    Parameters
    ----------
    workers : processes of a new calibration; one a core by default. It does not depend on their number.
    tell : called with lines of text about a new calibration: why, how far, how long.
    """
    try:
        return load_calibration(inputs, root)
    except InputError as fault:
        tell(f"calibrating to {month_label(inputs.newest)}, about a minute or two ({fault.file}: {fault.fault})")
    began = time.monotonic()
    calibration = calibrate(inputs, SEED, workers or os.cpu_count() or 1, tell)
    folder, classes = folder_of(root, inputs.area.name, inputs.newest), inputs.class_labels
    with TemporaryDirectory() as spare:
        try:
            write_calibration(calibration, folder, classes)
            tell(f"calibrated in {time.monotonic() - began:.0f} s: {folder}")
        except InputError as fault:
            tell(f"calibrated in {time.monotonic() - began:.0f} s, for this time only: {fault}")
            folder = Path(spare)
            write_calibration(calibration, folder, classes)
        return read_calibration(folder, classes)  # rounded as it is stored: a run now and the next give the same


def load_calibration(inputs: Inputs, root: Path) -> Calibration:
    """The stored calibration of the newest month of *inputs*; InputError unless made from the same files and law."""
    folder = folder_of(root, inputs.area.name, inputs.newest)
    calibration = read_calibration(folder, inputs.class_labels)
    for key, now in (("inputs", digest(*inputs.area.files())), ("law", inputs.rules)):
        if getattr(calibration.stored, key) != now:
            raise InputError(folder / "calibration.yaml", f"key {key}", "was made from other files than those here",
                             recalibrate(folder))
    return calibration


def plan_of(inputs: Inputs, calibration: Calibration, last_month: int, scenario: Scenario) -> Plan:
    """Plan from the month after the calibration's newest to *last_month*, without services."""
    return shocked(unshocked_plan(inputs, calibration, last_month, scenario), scenario.shocks)


def unshocked_plan(inputs: Inputs, calibration: Calibration, last_month: int, scenario: Scenario) -> Plan:
    """The same before the scenario's shocks."""
    first = calibration.until + 1
    months = last_month - first + 1
    if not 1 <= months <= LONGEST_MONTHS:
        raise InputError(f"scenario {scenario.title}", "key until", f"{scenario.until} is {months} months ahead",
                         f"choose a month from {month_label(first)} to {month_label(first + LONGEST_MONTHS - 1)}")
    stock = stock_model(inputs)
    forecast = stock.fitted(months, past_errors(inputs.panel))
    outlook = read_outlook(inputs.area.root) if scenario.path == OUTLOOK else None
    growth = None if outlook is None else recipients_outlook(outlook, forecast.months(months))
    draws = range(max(scenario.draws, CENTRED_ON))
    paths, flows = stock.sampled(forecast, draws, scenario.seed, growth)
    vacancies = vacancy_paths(inputs, first, months, draws, scenario.seed)
    return reconcile(Plan(inputs, calibration, first, months, forecast, paths, flows, vacancies, scenario.seed,
                          scenario.replications, outlook))


def keep_forecast(outcome: Outcome, record: Path, made: date) -> pd.DataFrame:
    """Put the run's forecast of recipients on the *record*; what earlier forecasts came to, as of ``judged``."""
    inputs, forecast = outcome.plan.inputs, outcome.plan.forecast
    name = forecast.series.name
    add_to_record(record, Model({name: forecast}).forecast(forecast.horizon), made)
    recipients = inputs.recipients.rename("value").rename_axis("month").reset_index().assign(series=name)
    kept = read_record(record)
    return judged(kept[kept["series"] == name], recipients)


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
        law: Path | None = None, events: Path | None = None, exposed: bool = False,
        tell: Tell = lambda text: None, store: UnitStore | None = None) -> Outcome:
    """Project *scenario* and summarise it.

    Parameters
    ----------
    root : data root.
    workers : processes; one a core by default. The result does not depend on it.
    events : folder for the events of all units, which is made; none are kept without one.
    exposed : whether to add the table ``exposure``: the euros that hang on each value that is not verified.
    tell : called with lines of text when a calibration has to be made first.
    store : of units; those that are there are not simulated again, unless events are asked for.
    """
    workers = workers or os.cpu_count() or 1
    one = prepare(scenario, root, law, workers, tell)
    if store and not events:
        simulate([one], range(scenario.draws), store, workers, progress)
        units = units_of(one, range(scenario.draws), store)
    else:
        units = run_units(one.plan, scenario.draws, workers, progress, events)
    if events:
        write_shared(events, one.plan.opening, [one.plan.terms(draw) for draw in range(scenario.draws)])
    tables = summary(one, units)
    if exposed:
        tables["exposure"] = exposure(replace(one.plan, services=None, baseline=None), workers, progress)
    return Outcome(one.plan, scenario, tables, events, one.before.scenario if one.before else None)


def prepare(scenario: Scenario, root: Path, law: Path | None = None, workers: int | None = None,
            tell: Tell = lambda text: None, unserved: Plan | None = None) -> Prepared:
    """*scenario* with all that its units share, see ``make_plan``; InputError when it, or a file, is at fault."""
    plan = make_plan(scenario, root, law, workers, tell, unserved)
    return Prepared.of(scenario, plan, baseline_of(scenario))


def summary(one: Prepared, units: list[Unit]) -> dict[str, pd.DataFrame]:
    """Tables of a run by name, made of its *units*, in order of draw and replication."""
    plan = one.plan
    draws = len(units) // plan.replications
    measured = measures(plan, units, draws)
    tables = {
        "years": year_table(plan, units),
        "months": month_table(plan, units),
        "account": account_table(plan, units),
        "flows": flow_table(plan, units),
        "paths": path_table(plan, draws),
        "opening": opening_table(plan),
        **net_tables(plan, units, draws, plan.books, simulated_costs(plan, units)),
        **service_tables(plan, units),
        "measures": to_long(measured),
    }
    if plan.baseline:
        before = [unit.baseline for unit in units if unit.baseline]
        tables |= effect_tables(units, measures(plan.baseline, before, draws), measured, one.scenario.window)
    return tables
