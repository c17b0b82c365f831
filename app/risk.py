"""The command ``kuntaosuus risk``: whether the budget holds, and until when a decision helps."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from app.console import (
    CORES,
    AsJson,
    DataFolder,
    ResultsFolder,
    Workers,
    day_option,
    guarded,
    progress_bar,
    tell,
    wide,
)
from sources.errors import InputError
from sources.records import records

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.stored import StoredRun

Decided = Annotated[str | None, typer.Option("--decided", metavar="DATE", help=(
    "Day of the decision, as 2026-12-15. Default: the scenario's date, or the first simulated day."))]


class Told(NamedTuple):
    """What is asked of: its tables, the run with its events if they are read, and what to write beside its figures."""

    table: Callable[[str], pd.DataFrame]
    run: StoredRun | None
    name: str
    municipality: str
    newest: str
    date: date


@guarded
def risk(
    what: Annotated[str, typer.Argument(metavar="RUN-OR-SCENARIO", help=(
        "Folder of a run, how its name in --results begins, or a scenario: a name in the library, or a .yaml "
        "file."))],
    deadlines: Annotated[bool, typer.Option(help="Tell until when a decision helps; needs a run with events.")] = True,
    decided: Decided = None,
    chart: Annotated[Path | None, typer.Option("--out", help=(
        "PNG file of the chart. Default: risk.png in --results."))] = None,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Tell the risk of each budget year, and the latest day on which a decision to stop a contract still helps.

    Of the net, each object and both: chance of a break, expected overrun if there is one and in all, and the first
    month in which a break shows with 80 % certainty; how benefit share and operating cost go together (risk.png).

    [bold]The latest useful decision day[/bold] of every contract that is no duty (depends on appropriations, or is
    voluntary): the last day on which stopping it saves anything in the budget year, and half of what an immediate
    decision saves. The run's bills are made again without those who would have started after the notice. Benefit is not
    in it: see [bold]kuntaosuus brake[/bold].

    A run is not simulated again. A scenario is with all its draws, as far as its units are not kept, and has no
    deadlines: 120 draws with services take some ten minutes on two cores.

    Examples: [bold]kuntaosuus risk lahti-2026-08-perusura[/bold],
    [bold]kuntaosuus risk baseline --json[/bold]
    """
    from reports.charts.risk import risk_chart
    from reports.lines import source
    from reports.risk import deadline_tables, risk_tables
    from reports.style import save
    from scenarios.decide.deadlines import deadlines as deadlines_of
    from scenarios.decide.risk import risk as risk_of
    from sources.area import data_root

    day = day_option("--decided", decided)
    told = _told(what, results, data_root(data), workers, deadlines)
    found = risk_of(told.table)
    last = None
    if told.run:
        with progress_bar("billing again") as progress:
            last = deadlines_of(told.run, data_root(data), day, workers, progress)
    path = chart or results / "risk.png"
    save(risk_chart(found.objects, found.joint, found.units, found.limits, title=told.municipality,
                    source=source(told.newest), date=told.date), path)
    if as_json:
        print(json.dumps({
            "name": told.name, "objects": records(found.objects), "joint": records(found.joint),
            "limits": records(found.limits.reset_index()), "chart": str(path),
            "deadlines": None if last is None else records(last.rows)}, ensure_ascii=False, default=str))
        return
    wide.print(risk_tables(found.objects, found.joint, told.municipality))
    if last is not None:
        wide.print(deadline_tables(last.rows, last.decided))
    wide.print(f"Kuvio: {path}", soft_wrap=True, markup=False, highlight=False)


def _told(what: str, results: Path, root: Path, workers: int, deadlines: bool) -> Told:
    from scenarios.scenario import is_scenario
    from scenarios.stored import find_run, open_run, open_tables
    from sim.law.calendar import month_label

    if is_scenario(what):
        return _simulated(what, results, root, workers)
    folder = find_run(what, results)
    stored = open_tables(folder)
    if stored.manifest["hashes"].get("budget") is None:
        raise InputError(folder, "", "has no budget, so nothing can break", "add budget.yaml, and run it again")
    return Told(stored.table, open_run(folder) if deadlines else None, stored.name, stored.municipality,
                month_label(stored.base_month), stored.date)


def _simulated(what: str, results: Path, root: Path, workers: int) -> Told:
    from scenarios.results import check_writable
    from scenarios.run import run
    from scenarios.scenario import read_scenario
    from scenarios.unit_store import UNITS, UnitStore
    from sim.law.calendar import month_label

    check_writable(results)
    scenario = read_scenario(what)
    with progress_bar("simulating") as progress:
        outcome = run(scenario, root, workers, progress, tell=tell, store=UnitStore(results / UNITS))
    if "budget" not in outcome.tables:
        raise InputError(f"scenario {what}", "", "has no budget, so nothing can break", "add budget.yaml")
    tell("no deadlines of a scenario: make a run of it with kuntaosuus run, and ask of that")
    inputs = outcome.plan.inputs
    return Told(partial(outcome.tables.__getitem__), None, scenario.title, inputs.area.title,
                month_label(inputs.newest), scenario.date)
