"""The commands that work on a stored run without simulating: ``kuntaosuus reprice`` and ``kuntaosuus explain``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.console import (
    CORES,
    AsJson,
    ResultsFolder,
    Switches,
    Workers,
    choices_of,
    guarded,
    law_in,
    out,
    progress_bar,
    wide,
)
from sources.errors import InputError

RunName = Annotated[str, typer.Argument(metavar="RUN", help="Folder of a run, or how its name in --results begins.")]


@guarded
def reprice(
    run: RunName,
    law: Annotated[
        Path | None, typer.Option("--law", help="Folder of a law tree: a copy of sim/law/tree with changes.")
    ] = None,
    switch: Switches = None,
    results: ResultsFolder = Path("results"),
    workers: Workers = CORES,
    as_json: AsJson = False,
) -> None:
    """Price a stored run under another law tree, without simulating, and show what that changes.

    Prints the difference by budget year and day class, each unit compared with itself: mean and 10-90 % interval. An
    unchanged law gives exactly 0.00. Then the net under the new law, against the budget that the run was made with.
    Writes the run's tables and net.png under the new law to a folder of their own beside the run.

    People do as they did: what a law changes in waiting days, work condition or maximum days does not show, and is
    warned of.

    Examples: [bold]kuntaosuus reprice lahti-2026-08 --law mylaw[/bold],
    [bold]kuntaosuus reprice lahti-2026-08 --switch end_of_index_freeze=index_returns[/bold]
    """
    from app.net_account import net_charts, net_json, print_net
    from reports.reprice import NO_DIFFERENCE, difference_table, unseen_note
    from scenarios.reprice import reprice as price_again
    from scenarios.results import check_writable
    from scenarios.stored import find_run, open_run
    from sim.law.calendar import month_label

    stored = open_run(find_run(run, results))
    if law is None and not switch:
        raise InputError("command line", "options", "change nothing", "give --law FOLDER or --switch NAME=ALTERNATIVE")
    new = law_in(law or stored.law.folder, {**stored.law.choices, **choices_of(switch)})
    check_writable(stored.folder.parent)
    with progress_bar("pricing") as progress:
        repriced = price_again(stored, new, workers, progress)
    title = f"{stored.municipality}, uudelleen hinnoiteltu"
    name, path = repriced.write(net_charts(repriced.tables, title, month_label(stored.base_month), stored.date))
    rows, unseen = repriced.difference(), repriced.unseen()
    if as_json:
        print(json.dumps({
            "run": name, "path": str(path), "from": stored.name,
            "law": {"before": stored.law.digest, "after": new.digest}, "unchanged": repriced.unchanged,
            "difference": rows.to_dict("records"), "unseen": unseen, **net_json(repriced.tables)}, ensure_ascii=False))
        return
    out.print(difference_table(rows, f"Hinnoiteltu uudelleen: {stored.name}"))
    for text in filter(None, (NO_DIFFERENCE if repriced.unchanged else "", unseen_note(unseen))):
        out.print(text, soft_wrap=True, highlight=False, markup=False)
    print_net(repriced.tables, title)
    out.print(f"Tulokset: {path}", soft_wrap=True, highlight=False, markup=False)


@guarded
def explain(
    run: RunName,
    month: Annotated[str | None, typer.Option("--month", help="Month of payment, such as 2027-03.")] = None,
    day_class: Annotated[str | None, typer.Option("--class", help="Day class, such as 401-700.")] = None,
    client: Annotated[int | None, typer.Option("--client", help="Number of a client within the unit.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="DRAW[.REPLICATION]", help=(
        "The unit to explain. Default: the one whose euros over all months are the median."))] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Rows of each table that are printed.")] = 20,
    results: ResultsFolder = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Show where the euros of a stored run come from: spell, days, rate, amount, and the rule and file of each.

    With [bold]--month[/bold] and [bold]--class[/bold], all that a unit pays in that month for that class: by client and
    spell, then days before the run, then what slipped between months. The sum equals account.parquet to the cent. With
    [bold]--client[/bold], one client: spells, paid days and payments. --json gives every row, with unrounded euros.

    Clients are numbered within a unit. They are simulated and stand for no real person.

    Examples: [bold]kuntaosuus explain lahti-2026-08 --month 2027-03 --class 401-700[/bold],
    [bold]kuntaosuus explain lahti-2026-08 --client 17 --unit 3.0 --json[/bold]
    """
    from reports.explain import explanation
    from scenarios.explain import CellExplained, ClientExplained, PricedUnit, explain_cell, explain_client
    from scenarios.stored import find_run, open_run

    stored = open_run(find_run(run, results))
    if client is not None and month is None and day_class is None:
        told: CellExplained | ClientExplained = explain_client(PricedUnit(stored, unit), client)
    elif client is None and month is not None and day_class is not None:
        told = explain_cell(PricedUnit(stored, unit), month, day_class)
    else:
        raise InputError("command line", "options", "say neither a client nor a month and a class",
                         "write --month 2027-03 --class 401-700, or --client 17")
    if as_json:
        print(json.dumps(told.as_json(), ensure_ascii=False))
    else:
        wide.print(explanation(told, limit))
