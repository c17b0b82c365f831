"""The command ``kuntaosuus export``: stored runs as a star schema for Power BI and other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.console import Internal, ResultsFolder, guarded, out, reason


@guarded
def export(
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help=(
        "Folders of runs, how their names in --results begin, or lock:LABEL."))],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder for the files; an older export gives way.")],
    internal: Internal = "",
    results: ResultsFolder = Path("results"),
) -> None:
    """Write runs as a star schema: facts and dimensions in Parquet and CSV, with a data dictionary.

    Facts: account (adds up to the net), paid_days, service_use, resource_month, forecast and forecast_year (quantiles),
    budget_year, effect, group_use and group_effect. Dimensions: month, year, line, service, contract, producer, unit,
    class, group and scenario. Keys are the model's own names and stay the same from export to export.

    Counts of fewer than five people in tables by group are emptied, with as many beside them as it takes.

    How to open it in Power BI, Excel and DuckDB: docs/export.md.

    Example: [bold]kuntaosuus export lahti-2026-08-perusura lahti-2026-08-jarru --to powerbi[/bold]
    """
    from reports.export.write import DICTIONARY, export_of, write_export
    from scenarios.told.report_set import open_report_set

    why = reason(internal)
    made = export_of(open_report_set(runs, results), why)
    write_export(made, to)
    cells = made.manifest["small_cells"]
    for name, rows in made.manifest["tables"].items():
        out.print(f"{name}: {rows}", soft_wrap=True, markup=False, highlight=False)
    told = (f"sisäiseen käyttöön: {why}" if why
            else f"pieniä soluja tyhjennetty {sum(cells['emptied'].values())}")
    out.print(f"Vienti: {to} ({told}); sanasto {to / DICTIONARY}.md", soft_wrap=True, markup=False, highlight=False)
