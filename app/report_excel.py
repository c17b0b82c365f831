"""The command ``kuntaosuus report excel``: stored runs as a workbook."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer

from app.console import Internal, Lang, Language, ReportRuns, ResultsFolder, guarded, out, reason, tell


@guarded
def excel(
    runs: ReportRuns,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help=(
        "The file. Default: RUN.xlsx in --results."))] = None,
    lang: Lang = Language.FI,
    internal: Internal = "",
    results: ResultsFolder = Path("results"),
) -> None:
    """Write runs as an Excel workbook: nothing is simulated.

    A cover (question, author, dates, hashes), and a sheet each for the budget, the account by year and month, the
    forecast, day classes, paid days, services, units, groups, the scenarios side by side, each scenario's effect, its
    producers on equal terms, kept answers of kuntaosuus brake and rules, and all values that nobody has verified. The
    sheets of one run are those of the first.

    Sums and differences are formulas, with a note on what each sums. Sheets are protected from slips of the hand,
    without a password (Review, Unprotect sheet).

    Example: [bold]kuntaosuus report excel lahti-2026-08-perusura lahti-2026-08-jarru --to budget.xlsx[/bold]
    """
    from reports.language import speaking, text
    from reports.numbers import day
    from reports.workbook.content import cover, grids
    from reports.workbook.write import write_workbook
    from scenarios.decide.beside import beside
    from scenarios.told.report_set import open_report_set

    why, chosen = reason(internal), open_report_set(runs, results)
    first = chosen.first
    path = to or results / f"{first.name}.xlsx"
    with speaking(lang):
        sheets, emptied = grids(chosen, why, beside(first, results, tell))
        write_workbook(path, cover(chosen, emptied, why), sheets, created=datetime.combine(first.date, time()),
                       title=text("workbook.title", municipality=first.municipality),
                       footer=" · ".join([
                           first.name, day(first.date), *([text("workbook.internal_short")] if why else [])]))
    out.print(f"Työkirja: {path} ({len(sheets) + 1} taulukkoa)", soft_wrap=True, markup=False, highlight=False)
