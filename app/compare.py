"""The command ``kuntaosuus compare``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.console import CORES, AsJson, DataFolder, ResultsFolder, Workers, guarded, progress_bar, tell, wide
from sources.errors import InputError
from sources.records import records

MOST_NAMES = 20


@guarded
def compare(
    names: Annotated[list[str], typer.Argument(metavar="A B [C…]", help=(
        "Scenarios (of the library, or .yaml files) or stored runs; the first is what the others are held against."))],
    draws: Annotated[int | None, typer.Option(min=2, help="Draws instead of the scenarios' own.")] = None,
    until: Annotated[str | None, typer.Option(help="Last month, such as 2028-12, instead of the scenarios'.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed instead of the scenarios'.")] = None,
    services: Annotated[bool | None, typer.Option("--services/--no-services", help=(
        "Simulate services in all of them, or in none. Default: as they say."))] = None,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Compare scenarios: each less the first, in pairs, by year, object, line, day class, group and unit.

    The same people with the same luck live through all of them, so that small differences show in few draws. A
    difference has its 95 % interval; one that is not told from zero is dim. The board has benefit share, operating
    cost, net and the chance that the net breaks; below it stands where each scenario's difference is, whom it helps and
    who waits instead, and what others pay (memo lines, outside the binding net).

    What was simulated before is read from the results folder and not simulated again: a run, a batch or an earlier
    comparison. A unit with services takes some 10 seconds of a core for three years.

    --json: rows with scenario, object, line, part, year (0: all), baseline, value, diff_mean, diff_low, diff_high (95 %
    interval of the mean), diff_p10, diff_p90 (of futures), certain; and risk, the chance of breaks by year and object.
    Cost is positive.

    Examples: [bold]kuntaosuus compare baseline job_broking subsidies --draws 12[/bold],
    [bold]kuntaosuus compare baseline my.yaml --json > rows.json[/bold]
    """
    from reports.compare import board, where_table
    from scenarios.decide.bench import Bench
    from scenarios.decide.compare import compare as compared
    from scenarios.decide.compare import names_in_print
    from scenarios.results import check_writable
    from scenarios.unit_store import UNITS, UnitStore
    from sources.area import data_root, load_area

    if not 2 <= len(set(names)) == len(names) <= MOST_NAMES:
        raise InputError("command line", "A B [C…]", f"holds {len(set(names))} different names of {len(names)}",
                         f"give two to {MOST_NAMES} different ones")
    given = {"draws": draws, "until": until, "seed": seed, "services": services}
    check_writable(results)
    with progress_bar("simulating what is not there yet") as progress:
        bench = Bench(data_root(data), UnitStore(results / UNITS), workers, progress, tell)
        found = compared(names, bench, results, {key: value for key, value in given.items() if value is not None})
    if as_json:
        print(json.dumps({"reference": found.reference.name, "rows": records(found.rows),
                          "risk": records(found.risk)}, ensure_ascii=False))
        return
    every = (found.reference, *found.others)
    titles = {each.name: each.title for each in every}
    root = data_root(data)
    printed = names_in_print(load_area(found.reference.scenario["area"], root), [each.scenario for each in every])
    wide.print(*board(found.rows, found.risk, titles))
    for each in found.others:
        table = where_table(found.rows, each.name, each.title, printed)
        if table:
            wide.print(table)
