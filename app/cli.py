"""The command line."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from pydantic import ValidationError

from app.actuals import actuals
from app.budget import budget
from app.console import (
    CORES,
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
    records,
    tell,
)
from app.forecast import forecast
from app.law import law_app
from app.ledger import ledger
from app.stored import explain, reprice
from reports import (
    NO_BUDGET,
    assumptions_table,
    behind_note,
    billed_year_table,
    budget_tables,
    exposure_table,
    fan_chart,
    finding,
    months_table,
    net_chart,
    net_finding,
    old_law_table,
    questions_table,
    validation_table,
    years_table,
)
from reports.numbers import month as month_text
from scenarios.billing import BilledYear, billed_year
from scenarios.books import load_books
from scenarios.calibrate import SEED
from scenarios.calibrate import calibrate as fit_model
from scenarios.calibration import Calibration, folder_of, write_calibration
from scenarios.evidence import open_questions, unverified
from scenarios.inputs import Inputs, load_inputs
from scenarios.old_law import OldLawCheck, old_law_check
from scenarios.results import check_writable, events_draft, manifest, write_results
from scenarios.run import Outcome, ready_calibration
from scenarios.run import run as run_scenario
from scenarios.scenario import Scenario, read_scenario
from scenarios.summary import broken_months
from scenarios.validate import Check, calibration_check, hindcast_check
from sim.law.calendar import month_label, month_number
from sources.area import data_root
from sources.errors import InputError

NET_TABLES = ("budget", "breaks", "net")  # null in --json without a budget
BREAK_LABELS = {"old_law_tail": "vanhan lain häntä", "arrears": "takautuvat laskut"}
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
app.add_typer(actuals)
app.add_typer(ledger)
app.add_typer(budget)
app.add_typer(forecast)
app.add_typer(law_app, name="law")
app.command()(explain)
app.command()(reprice)


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
    scenario: Annotated[str, typer.Argument(help="Name in the library, or path of a scenario .yaml file.")] = "default",
    area: Annotated[str | None, typer.Option("--area", help="Municipality instead of the scenario's.")] = None,
    until: Annotated[str | None, typer.Option(help="Last month, such as 2028-12, instead of the scenario's.")] = None,
    draws: Annotated[int | None, typer.Option(help="Draws of parameters and paths instead of the scenario's.")] = None,
    replications: Annotated[int | None, typer.Option(help="Replications of a draw instead of the scenario's.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed instead of the scenario's. Same seed, same bytes.")] = None,
    switch: Switches = None,
    exposure: Annotated[
        bool, typer.Option(help="Reckon the euros that hang on each value that is not verified.")
    ] = True,
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
    municipality has a budget.yaml, the net of each year with the chance that it breaks its appropriation. Writes
    results/<run>/ with tidy tables (Parquet), a manifest, charts (fan.png, net.png) and the events of all units, from
    which [bold]kuntaosuus explain[/bold] and [bold]kuntaosuus reprice[/bold] work without simulating.

    It starts after the newest month of the data; when that month has no calibration yet, or the data have changed, it
    calibrates first (a minute or two).

    Examples: [bold]kuntaosuus run[/bold], [bold]kuntaosuus run my.yaml --draws 200 --workers 4[/bold],
    [bold]kuntaosuus run --json > run.json[/bold]
    """
    changes = {"area": area, "until": until, "draws": draws, "replications": replications, "seed": seed}
    asked = _changed(read_scenario(scenario), changes)
    asked = asked.model_copy(update={"law": {**asked.law, **choices_of(switch)}})
    check_writable(results)
    with events_draft(results, not no_events) as events:
        with progress_bar("simulating") as progress:
            outcome = run_scenario(asked, data_root(data), workers, progress, events=events, exposed=exposure,
                                   tell=tell)
        folder = write_results(outcome, results, _charts(outcome))
    if as_json:
        print(json.dumps(_run_json(outcome, folder), ensure_ascii=False))
    else:
        _print_run(outcome, folder)


def _print_run(outcome: Outcome, folder: Path) -> None:
    """Tables and findings of a run; *folder* holds the rest."""
    title = outcome.plan.inputs.area.title
    out.print(years_table(outcome.tables["years"], f"Työttömyysturvan kuntaosuus, {title}"))
    out.print(months_table(outcome.tables["months"]))
    out.print(finding(outcome.tables["years"]), soft_wrap=True)
    if "budget" in outcome.tables:
        out.print(budget_tables(outcome.tables["budget"], outcome.tables["breaks"], title))
        out.print(net_finding(outcome.tables["budget"]), soft_wrap=True)
    else:
        out.print(NO_BUDGET, soft_wrap=True)
    exposed, inputs = outcome.tables.get("exposure"), outcome.plan.inputs
    listed = unverified(inputs, exposed, outcome.books)
    if exposed is not None:
        out.print(exposure_table(listed), questions_table(open_questions(inputs.law, exposed)))
    out.print(f"Vahvistamattomia arvoja käytössä: {len(listed)} ({folder / 'unverified.csv'}, kuntaosuus assumptions)",
              soft_wrap=True)
    if behind := inputs.behind:
        out.print(behind_note(asdict(behind)), soft_wrap=True)
    out.print(f"Tulokset: {folder}", soft_wrap=True)


def _changed(scenario: Scenario, changes: dict) -> Scenario:
    """*scenario* with the options that were given, checked like the file itself."""
    given = {key: value for key, value in changes.items() if value is not None}
    try:
        return Scenario.model_validate({**scenario.model_dump(), **given})
    except ValidationError as fault:
        error = fault.errors()[0]
        raise InputError("command line", f"option --{error['loc'][0]}", error["msg"].removeprefix("Value error, "),
                         f"correct the value {error['input']!r}") from None


def _charts(outcome: Outcome) -> dict[str, Callable[[Path], None]]:
    """What draws each chart of a run, by file name."""
    drawn: dict[str, Callable[[Path], None]] = {"fan.png": functools.partial(_fan, outcome)}
    return drawn | {"net.png": functools.partial(_net, outcome)} if "net" in outcome.tables else drawn


def _net(outcome: Outcome, path: Path) -> None:
    inputs, budget = outcome.plan.inputs, outcome.tables["budget"]
    net_chart(outcome.tables["net"], budget, path, title=f"{inputs.area.title}: {net_finding(budget)}",
              source=_source(inputs), date=outcome.scenario.date)


def _source(inputs: Inputs) -> str:
    return f"Kela, toteuma {month_text(month_label(inputs.newest))} asti; Kuntaosuus-malli"


def _fan(outcome: Outcome, path: Path) -> None:
    inputs, years = outcome.plan.inputs, outcome.tables["years"]
    notes = {month: BREAK_LABELS[name] for month, name in broken_months(inputs) if name in BREAK_LABELS}
    fan_chart(outcome.tables["months"], path, years=years, title=f"{inputs.area.title}: {finding(years)}",
              source=_source(inputs), notes=notes, date=outcome.scenario.date,
              band="Väli: mallin parametrit, etuudensaajien polku ja sattuma yhdessä.")


def _run_json(outcome: Outcome, folder: Path) -> dict:
    columns = ["year", "object", "line", "median", "p10", "p90", "mean"]
    months, exposed, inputs = outcome.tables["months"], outcome.tables.get("exposure"), outcome.plan.inputs
    return {
        "run": manifest(outcome)["run"],
        "path": str(folder),
        "behind": asdict(behind) if (behind := inputs.behind) else None,
        "years": outcome.tables["years"][columns].to_dict("records"),
        "months": months[["month", *columns[1:], "kind"]].to_dict("records"),
        "unverified": records(unverified(inputs, exposed, outcome.books)),
        "open_questions": records(open_questions(inputs.law, exposed)),
        **{name: records(outcome.tables[name]) if name in outcome.tables else None for name in NET_TABLES},
    }


@app.command()
@guarded
def calibrate(
    area: AreaName = "lahti",
    until: Annotated[str | None, typer.Option(help="Newest month to use, such as 2025-12.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the simulated past.")] = SEED,
    workers: Workers = CORES,
    data: DataFolder = None,
) -> None:
    """Fit the model to Kela's months and write data/<area>/calibration/<month>/.

    Fits the level of exits and returns, the share of exits to work that last, arrivals, utilisation by day class and
    the payment lag, by simulation with common random numbers. About a minute on two cores; the same seed gives the
    same files.
    """
    root = data_root(data)
    inputs = _until(load_inputs(area, root), until)
    calibration = _fit(inputs, seed, workers)
    folder = folder_of(root, area, inputs.newest)
    write_calibration(calibration, folder, inputs.class_labels)
    stored = calibration.stored
    for place, name in enumerate(stored.names):
        spread = stored.covariance[place][place] ** 0.5
        prior = f"   (prior {stored.priors[place]:.3f})" if stored.priors[place] else ""
        out.print(f"{name:20} {stored.values[place]:9.3f} ± {spread:.3f}{prior}", highlight=False)
    _show("Kalibrointi", calibration_check(calibration))
    out.print(f"Kalibrointi: {folder}", soft_wrap=True)


def _fit(inputs: Inputs, seed: int, workers: int) -> Calibration:
    with err.status(f"calibrating to {month_label(inputs.newest)}") as status:
        return fit_model(inputs, seed, workers, status.update)


def _until(inputs: Inputs, until: str | None) -> Inputs:
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
    workers: Workers = CORES,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Hold the model against Kela: fitted months, a hindcast, the year of late invoices, and the old law.

    The hindcast is calibrated on months to --until only and projects the months after. Beside it stands a yardstick:
    the euros per benefit day of the last known month held constant. The year of late invoices (2025) is billed as Kela
    billed it, by both calibrations. The old law is held against a municipality's published days of 2015-2019. A
    calibration that is missing or stale is made and stored first.

    Example: [bold]kuntaosuus validate --json[/bold] prints keys calibration, hindcast, billed_year and old_law.
    """
    root = data_root(data)
    full = load_inputs(area, root)
    known = _until(full, until)
    scenario = _changed(read_scenario("default"), {"area": area})
    with progress_bar("hindcast") as progress:
        past, newest = (ready_calibration(each, root, workers, tell) for each in (known, full))
        checks = {"calibration": calibration_check(newest),
                  "hindcast": hindcast_check(full, past, scenario, workers, progress)}
    with err.status("year of late invoices"):
        years = [year for year in (billed_year(full, newest), billed_year(known, past)) if year]
    old_law = old_law_check(root, full.law)
    if as_json:
        printed = {**{name: check.summary() for name, check in checks.items()},
                   "billed_year": [year.summary() for year in years], "old_law": old_law.summary()}
        print(json.dumps(printed, ensure_ascii=False))
        return
    _show("Kalibrointi", checks["calibration"])
    _show(f"Jälkiennuste, tiedot {until} asti", checks["hindcast"])
    for year in years:
        _show_billed_year(year)
    _show_old_law(old_law)


def _show_billed_year(year: BilledYear) -> None:
    summary = year.summary()
    shown = {key: summary[key] for key in ("total_ratio", "class_ratio", "fitted_share")}
    months = pd.DataFrame(summary["months"])
    title = f"Takautuvien laskujen vuosi {months['month'].iloc[0][:4]}, kalibrointi {month_text(year.until)}"
    out.print(billed_year_table(months, title, **shown))


def _show_old_law(check: OldLawCheck) -> None:
    summary = check.summary()
    out.print(old_law_table(check.years(), f"Vanha laki, {check.name}", total_ratio=summary["total_ratio"],
                            ladder_ratio=summary["ladder_ratio"]))


def _show(title: str, check: Check) -> None:
    summary = check.summary()
    yardstick = "viimeisen kuukauden eurot maksupäivää kohti" if check.yardstick else ""
    shown = {key: summary[key] for key in ("total_ratio", "class_ratio", "months", "months_in_80_band")}
    out.print(validation_table(check.rows, title, **shown, yardstick=yardstick))


@app.command()
@guarded
def assumptions(area: AreaName = "lahti", data: DataFolder = None) -> None:
    """List every value of law, assumptions and budget in use that is not verified, with range and source."""
    inputs = load_inputs(area, data_root(data))
    out.print(assumptions_table(unverified(inputs, books=load_books(inputs.area)).to_dict("records")))


def main() -> None:
    """Entry point of the command ``kuntaosuus``."""
    app()
