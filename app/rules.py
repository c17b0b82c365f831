"""The command ``kuntaosuus rules``: one page of rules of thumb."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.console import CORES, AsJson, DataFolder, Workers, guarded, progress_bar, wide
from app.console import tell as say
from sources.records import records


@guarded
def rules(
    scenario: Annotated[str, typer.Argument(help="Name in the library, or path of a .yaml file.")] = "baseline",
    draws: Annotated[int, typer.Option(min=2, help="Draws over which the intervals are.")] = 8,
    services: Annotated[bool | None, typer.Option("--services/--no-services", help=(
        "Simulate caseworkers, services and vacancies: without, staff is a cost only, and places and vacancies have no "
        "rule. Default: as the scenario says."))] = None,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: Annotated[Path, typer.Option(help="Folder for rules-AREA-SCENARIO.json, which workbooks tell.")] = (
        Path("results")),
    as_json: AsJson = False,
) -> None:
    """What one per cent more of something does to each budget year: rules of thumb on one page.

    Basic amount, utilisation, pay and prices are exact: the same events are priced anew. Arrivals, exits to work,
    caseworkers, places of purchases and vacancies are simulated 5 % (places 20 %) up and down with the same luck and
    scaled to one per cent; [bold]bend[/bold] tells how far up and down differ: a rule with a large one is no straight
    line. Beside them: 100 more people in the class over 700 days, and one more day of payment in a month.

    Of a scenario it is what a change of it does, with no look at its baseline.

    The answer is kept in --results: the workbook of a run of the same scenario and data has a sheet of it.

    [bold]Time[/bold]: two minutes of a core a draw with services, 5 seconds without.

    Examples: [bold]kuntaosuus rules --no-services[/bold], [bold]kuntaosuus rules --draws 4[/bold],
    [bold]kuntaosuus rules job_broking --json[/bold]
    """
    from reports.sensitivity import rules_table
    from scenarios.decide.prepare import prepared
    from scenarios.decide.rules import rules_of_thumb
    from scenarios.decide.rules_file import rules_path, write_rules
    from scenarios.results import check_writable
    from sources.area import data_root

    check_writable(results)
    asked, setting = prepared(scenario, draws, services, data_root(data), workers, say)
    with progress_bar("draws") as progress:
        rows = rules_of_thumb(setting, draws, workers, progress)
    write_rules(rows, asked, setting, draws, rules_path(results, asked.area, scenario))
    if as_json:
        print(json.dumps({"scenario": asked.title, "draws": draws, "rules": records(rows)}, ensure_ascii=False))
        return
    wide.print(rules_table(rows, asked.title))
