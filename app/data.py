"""The command ``kuntaosuus data``: the statistics that forecasts rest on, how old they are, and newer ones."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import AreaName, AsJson, DataFolder, err, guarded, out, progress_bar, wide
from sources.errors import InputError

if TYPE_CHECKING:
    from sources.actuals import Import
    from sources.catalogue import Series
    from sources.pxweb import PxWeb, Service

data_app = typer.Typer(name="data", no_args_is_help=True, help="Statistics: how old they are, and newer ones.")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and store none of it.")]


@dataclass(frozen=True)
class _Update:
    """What a fetch or a file brings to a series, or the fault that kept it away."""

    series: Series
    planned: Import | None = None
    fetched: date | None = None
    fault: InputError | None = None


@data_app.callback()
def about() -> None:
    """Statistics that forecasts rest on: how old they are, what is missing, and newer ones.

    [bold]data[/bold] is for tables of a statistics service (Statistics Finland). Kela's files and the city's ledger
    come in by [bold]kuntaosuus actuals import[/bold]; [bold]data status[/bold] shows all of them.
    """


@data_app.command()
@guarded
def status(area: AreaName = "lahti", data: DataFolder = None, as_json: AsJson = False) -> None:
    """Show each series: newest month, age, missing months, what the last update revised, and where it is from.

    Needs no network: it looks at the files that are there, as every forecast does. docs/data.md explains the columns.

    Example: [bold]kuntaosuus data status --json[/bold]
    """
    from reports.data_status import status_table
    from sources.catalogue import state_of

    today = date.today()
    states = [state_of(series, today) for series in _series(area, data)]
    if as_json:
        print(json.dumps({"date": today.isoformat(), "series": states}, ensure_ascii=False))
        return
    wide.print(status_table(states, today))


@data_app.command()
@guarded
def fetch(
    tables: Annotated[list[str] | None, typer.Argument(help="Series by the name that data status prints. "
                                                            "Default: all that a service has.")] = None,
    area: AreaName = "lahti",
    data: DataFolder = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use the service's last answer, kept in the data folder, "
                                                            "and no network.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Fetch newer months from the statistics service, and show which earlier ones were revised.

    Asks only for what tables.yaml of the data folder names, within the service's limits. What comes is checked whole,
    joins the stored file in one step, and the same answer twice changes nothing. What is replaced is kept in imports/,
    the answer itself in cache/, from which --offline takes it.

    Without a network, or when the service fails, nothing changes: the command says what it could not get and how old
    the stored file is that serves instead, and ends with code 2.

    Examples: [bold]kuntaosuus data fetch[/bold], [bold]kuntaosuus data fetch unemployed_lahti --dry-run[/bold]
    """
    from sources.catalogue import fetchable
    from sources.pxweb import PxWeb

    today = date.today()
    chosen = fetchable(_series(area, data), tables or [])
    with ExitStack() as connections:  # one to a service: its limits hold for all series together
        client_of = functools.cache(lambda service: connections.enter_context(PxWeb(service)))
        updates = [_asked(series, today, None if offline else client_of) for series in chosen]
    _finish(updates, today, dry_run, as_json)
    if any(update.fault for update in updates):
        raise typer.Exit(2)


@data_app.command("import")
@guarded
def import_file(
    file: Annotated[Path, typer.Argument(help="Table downloaded from the statistics service: JSON-stat 2, or CSV.")],
    area: AreaName = "lahti",
    data: DataFolder = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take a statistics table that was downloaded by hand: for machines without a network.

    Download the table as JSON-stat 2 with the areas, months and figures that tables.yaml names; more of them do no
    harm. A CSV table works when its cells are codes (KU398), not names. Every series that the file fits is updated,
    the same way as by [bold]data fetch[/bold]. Kela's files and ledgers: [bold]kuntaosuus actuals import[/bold].

    Example: [bold]kuntaosuus data import statfin_tyonv_12r5.json[/bold]
    """
    from sources.catalogue import fetchable
    from sources.downloads import read_download
    from sources.statistics import plan_download

    updates, known = [], fetchable(_series(area, data), [])
    for series in known:
        wanted, _, store = series.fetched()
        if (found := read_download(file, wanted)) is not None:
            updates.append(_Update(series, plan_download(found, file, wanted, store, series.table.month)))
    if not updates:
        raise InputError(file, "", f"fits none of the series {', '.join(series.name for series in known)}",
                         "give a table as JSON-stat 2 or CSV with codes; Kela's: kuntaosuus actuals import")
    _finish(updates, date.today(), dry_run, as_json)


def _series(area: str, data: Path | None) -> list[Series]:
    from sources.area import data_root, read_area
    from sources.catalogue import catalogue

    root = data_root(data)
    return catalogue(root, read_area(area, root))


def _asked(series: Series, today: date, client_of: Callable[[Service], PxWeb] | None) -> _Update:
    """What the service, or without a client its kept answer, brings to *series*."""
    from sources.statistics import fetch_answers, kept_answers, plan_answers

    wanted, service, store = series.fetched()
    try:
        if client_of is None:
            kept = kept_answers(wanted, service, series.cache)
        else:
            with progress_bar(f"fetching {series.name}") as progress:
                kept = fetch_answers(wanted, client_of(service), series.cache, today, progress)
        return _Update(series, plan_answers(kept, wanted, store, series.table.month), kept.fetched)
    except InputError as fault:
        return _Update(series, fault=fault)


def _finish(updates: list[_Update], today: date, dry_run: bool, as_json: bool) -> None:
    """Store what *updates* bring, and tell it."""
    from sources.actuals import store_import
    from sources.catalogue import state_of

    told = []
    for update in updates:
        planned, series = update.planned, update.series
        kept = None
        if planned and planned.changes and not dry_run:
            kept = store_import(planned, series.imports, update.fetched or today)
        if not as_json:
            _tell(update, kept, today, dry_run)
        told.append({"name": series.name, "dry_run": dry_run, "kept": str(kept) if kept else None,
                     "fetched": update.fetched.isoformat() if update.fetched else None,
                     "error": str(update.fault) if update.fault else None,
                     **({"changes": planned.changes, **planned.summary()} if planned else {}),
                     "state": state_of(series, today)})
    if as_json:
        print(json.dumps({"tables": told}, ensure_ascii=False))


def _tell(update: _Update, kept: Path | None, today: date, dry_run: bool) -> None:
    """One update in print; a fault on stderr, with what serves instead."""
    from reports.data_status import serving_note
    from reports.imports import import_report
    from sources.catalogue import state_of

    planned = update.planned
    if planned is None:
        err.print(f"error: {update.fault}", style="red", markup=False, highlight=False, soft_wrap=True)
        err.print(serving_note(state_of(update.series, today)), markup=False, highlight=False, soft_wrap=True)
        return
    out.print(import_report(planned.new, planned.revisions, planned.ignored, planned.source, str(planned.store.path)))
    if planned.changes:
        out.print("Kokeilu (--dry-run): mitään ei tallennettu." if dry_run else
                  f"Tallennettu. Korvattu tiedosto ja merkintä: {kept}", soft_wrap=True, highlight=False)
