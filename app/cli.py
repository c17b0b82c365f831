"""The command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.actuals import actuals
from app.batch import batch
from app.brake import brake
from app.bridge import bridge
from app.budget import budget
from app.compare import compare
from app.console import (
    CORES,
    FORECASTS,
    AreaName,
    AsJson,
    DataFolder,
    Switches,
    Workers,
    choices_of,
    err,
    guarded,
    out,
    progress_bar,
    tell,
)
from app.data import data_app
from app.durations import durations
from app.export import export
from app.forecast import forecast
from app.law import law_app
from app.layers import layers
from app.ledger import ledger
from app.producers import pilot, producers
from app.report import report
from app.risk import risk
from app.rules import rules
from app.runs import runs_app
from app.scenario import scenario_app
from app.seek import seek
from app.services import services_app
from app.stored import explain, reprice
from app.tornado import tornado
from app.variance import variance
from sources.errors import InputError

if TYPE_CHECKING:
    from scenarios.inputs import Inputs
    from scenarios.scenario import Scenario

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
app.add_typer(actuals)
app.add_typer(data_app)
app.add_typer(ledger)
app.add_typer(budget)
app.add_typer(durations)
app.add_typer(forecast)
app.add_typer(law_app)
app.add_typer(scenario_app)
app.add_typer(services_app)


@app.callback()
def about() -> None:
    """[bold]Kuntaosuus[/bold]: what a Finnish municipality will pay of its residents' unemployment benefits.

    Simulates each client's unemployment and paid days month by month, prices them by the law, and is calibrated to
    Kela's published months. Costs are positive; euros are nominal and by payment month.

    Start with [bold]kuntaosuus run[/bold]. When Kela has published new months: [bold]kuntaosuus actuals import[/bold],
    then [bold]kuntaosuus run[/bold] again, and [bold]kuntaosuus validate[/bold].
    """


@app.command()
@guarded
def run(
    scenario: Annotated[str, typer.Argument(help="Name in the library, or path of a .yaml file.")] = "baseline",
    area: Annotated[str | None, typer.Option("--area", help="Municipality instead of the scenario's.")] = None,
    until: Annotated[str | None, typer.Option(help="Last month, such as 2028-12, instead of the scenario's.")] = None,
    draws: Annotated[int | None, typer.Option(help="Draws of parameters and paths instead of the scenario's.")] = None,
    replications: Annotated[int | None, typer.Option(help="Replications of a draw instead of the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed instead of the scenario's. Same seed, same bytes.")] = None,
    services: Annotated[bool | None, typer.Option("--services/--no-services", help=(
        "Simulate caseworkers, services and vacancies, or leave them in the hazards. Default: as the scenario "
        "says."))] = None,
    switch: Switches = None,
    precision: Annotated[str | None, typer.Option(metavar="0.5%", help=(
        "Add draws until the net of each year, or its difference from the baseline, is known so well; --draws at most. "
        "Keeps no events."))] = None,
    exposure: Annotated[bool, typer.Option(help="Reckon the euros that hang on each value not verified.")] = True,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: Annotated[Path, typer.Option(help="Folder in which the run gets a folder of its own.")] = Path("results"),
    no_events: Annotated[
        bool, typer.Option("--no-events", help="Keep no events: the run cannot be explained or priced again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Project the municipal share, and the net against the budget, to the end of the third budget year.

    Prints budget years by day class with median and 10-90 % interval, the next twelve months, and, where the
    municipality has a budget.yaml, the net of each year with the chance that it breaks its appropriation; with
    services, their starts, waits and costs, how busy each unit of caseworkers is, and what each group of clients gets.

    [bold]A scenario with a baseline[/bold] is simulated together with it: the same people, the same luck. Its effect
    comes first: benefit share, operating cost and net by year, scenario less baseline with an interval, and who gains
    and who waits. What is not told from zero says so; more draws narrow the interval.

    [bold]Time[/bold]: a draw of three budget years takes 10 to 20 seconds of a core with services, half a second
    without, and twice that against a baseline: 120 draws of a scenario take half an hour on two cores. Calibration to a
    new month of data, and the fit of today's services to it, take some minutes, once.

    Writes results/<run>/ with tidy tables (Parquet), a manifest, charts (fan.png, net.png; services.png; effect.png)
    and the events of all units, from which [bold]kuntaosuus explain[/bold] and [bold]kuntaosuus reprice[/bold] work
    without simulating.

    Examples: [bold]kuntaosuus run --no-services[/bold] (the share alone),
    [bold]kuntaosuus run job_broking --draws 20[/bold] (of [bold]kuntaosuus scenario list[/bold], a first look),
    [bold]kuntaosuus run my.yaml --workers 4 --json > run.json[/bold],
    [bold]kuntaosuus run budget --precision 0.5%[/bold] (as many draws as that takes)
    """
    from app.outcome import charts, print_run, run_json
    from app.precision import precision_json, settled
    from reports.precision import precision_line
    from scenarios import run as runs
    from scenarios.results import check_writable, events_draft, write_results
    from scenarios.scenario import BOOKS, read_scenario
    from scenarios.unit_store import UNITS, UnitStore
    from sources.area import data_root

    changes = {"area": area, "until": until, "draws": draws, "replications": replications, "seed": seed,
               "services": services}
    asked = _changed(read_scenario(scenario), changes)
    asked = asked.model_copy(update={"law": {**asked.law, **choices_of(switch)}})
    check_writable(results)
    if not asked.services and any(change.file not in BOOKS for change in asked.changes):
        tell("without services the scenario's changes to them do nothing")
    store, reached = UnitStore(results / UNITS) if precision else None, None
    if precision and store:
        reached = settled(asked, precision, data_root(data), store, workers)
        asked = asked.model_copy(update={"draws": reached.draws})
    with events_draft(results, not (no_events or precision)) as events:
        with progress_bar(_doing(asked)) as progress:
            outcome = runs.run(asked, data_root(data), workers, progress, events=events, exposed=exposure, tell=tell,
                               store=store)
        folder = write_results(outcome, results, charts(outcome))
    came = runs.keep_forecast(outcome, results / FORECASTS, date.today())
    if as_json:
        print(json.dumps({**run_json(outcome, folder, came), **precision_json(reached)}, ensure_ascii=False))
    else:
        print_run(outcome, folder, came)
        if reached:
            out.print(precision_line(reached), soft_wrap=True)


def _doing(scenario: Scenario) -> str:
    """What the bar of a run says."""
    return ("simulating" + " baseline and scenario" * (scenario.baseline is not None)
            + " with services" * scenario.services)


def _changed(scenario: Scenario, changes: dict[str, Any]) -> Scenario:
    """*scenario* with the options that were given, checked like the file itself."""
    from pydantic import ValidationError

    given = {key: value for key, value in changes.items() if value is not None}
    try:
        return type(scenario).model_validate({**dict(scenario), **given})
    except ValidationError as fault:
        error = fault.errors()[0]
        raise InputError("command line", f"option --{error['loc'][0]}", error["msg"].removeprefix("Value error, "),
                         f"correct the value {error['input']!r}") from None


@app.command()
@guarded
def calibrate(
    area: AreaName = "lahti",
    until: Annotated[str | None, typer.Option(help="Newest month to use, such as 2025-12.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the simulated past. Default: that of the shipped calibrations.")
    ] = None,
    workers: Workers = CORES,
    data: DataFolder = None,
) -> None:
    """Fit the model to Kela's months and write data/<area>/calibration/<month>/.

    Fits the level of exits and returns, the share of exits to work that last, arrivals, utilisation by day class and
    the payment lag, by simulation with common random numbers. About a minute on two cores; the same seed gives the
    same files.
    """
    from app.checks import print_check, print_fitted
    from scenarios.calibrate import SEED
    from scenarios.calibrate import calibrate as fit_model
    from scenarios.calibration import folder_of, write_calibration
    from scenarios.inputs import load_inputs
    from scenarios.validate import calibration_check
    from sim.law.calendar import month_label
    from sources.area import data_root

    root = data_root(data)
    inputs = _until(load_inputs(area, root), until)
    with err.status(f"calibrating to {month_label(inputs.newest)}") as status:
        calibration = fit_model(inputs, SEED if seed is None else seed, workers, status.update)
    folder = folder_of(root, area, inputs.newest)
    write_calibration(calibration, folder, inputs.class_labels)
    print_fitted(calibration)
    print_check("Kalibrointi", calibration_check(calibration))
    out.print(f"Kalibrointi: {folder}", soft_wrap=True)


def _until(inputs: Inputs, until: str | None) -> Inputs:
    from sim.law.calendar import month_number

    if until is None:
        return inputs
    try:
        return inputs.until(month_number(until))
    except ValueError as fault:
        raise InputError("command line", "option --until", str(fault), "write it like 2025-12") from None


@app.command()
@guarded
def validate(
    area: AreaName = "lahti",
    until: Annotated[str, typer.Option(help="Newest month the hindcast may know.")] = "2025-12",
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", help=(
        "Write it as a page of Markdown, too."))] = None,
    workers: Workers = CORES,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Hold the model against Kela: fitted months, a hindcast, the year of late invoices, and the old law.

    The hindcast is calibrated on months to --until only and projects the months after. Beside it stands a yardstick:
    the euros per benefit day of the last known month held constant. The year of late invoices (2025) is billed as Kela
    billed it, by both calibrations. The old law is held against a municipality's published days of 2015-2019. A
    calibration that is missing or stale is made and stored first.

    Examples: [bold]kuntaosuus validate --json[/bold] prints keys calibration, hindcast, billed_year and old_law;
    [bold]kuntaosuus validate --report docs/validation.md[/bold]
    """
    from app.checks import print_billed_year, print_check, print_old_law, write_report
    from scenarios.billing import billed_year
    from scenarios.inputs import load_inputs
    from scenarios.old_law import old_law_check
    from scenarios.run import ready_calibration
    from scenarios.scenario import read_scenario
    from scenarios.validate import calibration_check, hindcast_check
    from sources.area import data_root

    root = data_root(data)
    full = load_inputs(area, root)
    known = _until(full, until)
    scenario = _changed(read_scenario("baseline"), {"area": area})
    with progress_bar("hindcast") as progress:
        past, newest = (ready_calibration(each, root, workers, tell) for each in (known, full))
        checks = {"calibration": calibration_check(newest),
                  "hindcast": hindcast_check(full, past, scenario, workers, progress)}
    with err.status("year of late invoices"):
        years = [year for year in (billed_year(full, newest), billed_year(known, past)) if year]
    old_law = old_law_check(root, full.law)
    if report is not None:
        write_report(report, full.area.title, newest, past, (checks, years, old_law))
    if as_json:
        printed = {**{name: check.summary() for name, check in checks.items()},
                   "billed_year": [year.summary() for year in years], "old_law": old_law.summary()}
        print(json.dumps(printed, ensure_ascii=False))
        return
    print_check("Kalibrointi", checks["calibration"])
    print_check(f"Jälkiennuste, tiedot {until} asti", checks["hindcast"])
    for year in years:
        print_billed_year(year)
    print_old_law(old_law)


@app.command()
@guarded
def assumptions(area: AreaName = "lahti", data: DataFolder = None) -> None:
    """List every value of law, assumptions and budget in use that is not verified, with range and source."""
    from reports.tables import assumptions_table
    from scenarios.books import load_books
    from scenarios.evidence import unverified
    from scenarios.inputs import load_inputs
    from sources.area import data_root

    inputs = load_inputs(area, data_root(data))
    out.print(assumptions_table(unverified(inputs, books=load_books(inputs.area)).to_dict("records")))


DECIDE, STORED = "Decide", "Stored runs"  # panels of the help
for each in (compare, risk, brake, seek, tornado, rules, layers, producers, pilot, batch):
    app.command(rich_help_panel=DECIDE)(each)
for each in (explain, bridge, reprice, variance, export):
    app.command(rich_help_panel=STORED)(each)
app.add_typer(runs_app, rich_help_panel=STORED)
app.add_typer(report, rich_help_panel=STORED)


def main() -> None:
    """Entry point of the command ``kuntaosuus``."""
    app()
