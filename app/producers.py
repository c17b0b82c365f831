"""The command ``kuntaosuus producers``: what each contract of a stored run gives, costs, and risks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.console import AsJson, DataFolder, ResultsFolder, guarded, records, wide


@guarded
def producers(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a run, or how its name in --results begins.")],
    within: Annotated[float, typer.Option("--within", min=0, max=60, help=(
        "Months after the end of the service in which the job must begin."))] = 3,
    lasting: Annotated[float, typer.Option("--lasting", min=0, max=60, help="Months that the job must last.")] = 6,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Compare the producers of a stored run with services: outcomes, cost, waiting, payments and risk by contract.

    [bold]Outcomes[/bold]: share of starters who find a job that begins in time and lasts; raw, and adjusted for the
    clients that each contract got (age, language, ability, months of the spell, day class), with 10-90 % intervals: how
    well the run knows it, and what one year's real clients may show. Small producers are drawn towards the mean. Only
    contracts of the same service are compared.

    [bold]Cost[/bold] of a start, of an outcome, and of an avoided paid day, which takes a pair: run a scenario that
    changes the contracts of one service, and give that run. [bold]Payments[/bold] by year, and what falls due after the
    year's end. [bold]Risk[/bold]: what the city pays if outcomes are a tenth fewer or more, or participants a fifth
    fewer, by the contracts' own tariffs, caps, floors and promised volumes.

    Nothing is simulated; the run must have kept its events.

    Examples: [bold]kuntaosuus producers lahti-2026-08-perusura[/bold],
    [bold]kuntaosuus producers lahti-2026-08 --lasting 3 --json[/bold]
    """
    from reports.producers import producers_tables
    from scenarios.decide.producers import producers_of
    from scenarios.decide.starters import Outcome
    from scenarios.stored import find_run, open_run
    from sources.area import data_root

    told = producers_of(open_run(find_run(run, results)), data_root(data), Outcome(within, lasting))
    if as_json:
        tables = {"contracts": told.table, "cash_flow": told.cash, "year_ends": told.year_ends, "risk": told.risk}
        print(json.dumps({"run": told.run, "within": within, "lasting": lasting,
                          **{name: None if table is None else records(table) for name, table in tables.items()},
                          "missing": told.missing}, ensure_ascii=False))
        return
    wide.print(producers_tables(told))
