"""The command ``kuntaosuus actuals``: observed months come in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app.console import AreaName, AsJson, DataFolder, guarded, out

actuals = typer.Typer(name="actuals", no_args_is_help=True, help="Bring in observed months: Kela's, the city's own.")



@actuals.command("import")
@guarded
def import_file(
    file: Annotated[Path, typer.Argument(help="Kela's open data as published (CSV), or a city's ledger (CSV, XLSX).")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="YAML file that says what a ledger's columns and accounts mean.")
    ] = None,
    area: AreaName = "lahti",
    data: DataFolder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add new months to the data, and show which earlier ones were revised.

    Takes Kela's files as they are published, all municipalities and years in one: the municipal share by day class
    (2025-), recipients at month end, and the share by the older law (2006-2024). With --mapping it takes an export of
    the city's ledger; docs/actuals.md describes the mapping.

    A faulty file, or one that leaves a month out, changes nothing. The same file twice brings nothing new. What is
    replaced is kept in data/<area>/imports/. Then [bold]kuntaosuus run[/bold] starts from the newest month.

    Examples: [bold]kuntaosuus actuals import kela_2026.csv --dry-run[/bold],
    [bold]kuntaosuus actuals import ledger.xlsx --mapping ledger.yaml[/bold]
    """
    from reports.imports import import_report
    from sources.actuals import plan_import, store_import
    from sources.area import data_root, read_area

    place = read_area(area, data_root(data))
    planned = plan_import(file, place, mapping)
    kept = store_import(planned, place.imports, date.today()) if planned.changes and not dry_run else None
    if as_json:
        print(json.dumps({"changes": planned.changes, "dry_run": dry_run, "kept": str(kept) if kept else None,
                          **planned.summary(), "ignored": planned.ignored.to_dict("records")}, ensure_ascii=False))
        return
    out.print(import_report(planned.new, planned.revisions, planned.ignored, file.name, str(planned.store.path)))
    if planned.changes:
        out.print("Kokeilu (--dry-run): mitään ei kirjoitettu." if kept is None else
                  f"Tallennettu. Korvattu tiedosto ja merkintä tuonnista: {kept}", soft_wrap=True, highlight=False)
