"""The command ``kuntaosuus report``: charts, a workbook and a briefing of stored runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.console import Lang, Language, ReportRuns, ResultsFolder, guarded, out, progress_bar
from app.report_briefing import briefing
from app.report_excel import excel
from app.report_notebook import notebook
from sources.errors import InputError, nearest

report = typer.Typer(name="report", no_args_is_help=True, help=(
    "What people read of stored runs: charts, an Excel workbook, a committee's briefing, notebooks (docs/reports.md)."))


class Format(StrEnum):
    """Kinds of chart files."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


@report.command()
@guarded
def charts(
    runs: ReportRuns,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help=(
        "Folder for the files. Default: charts-RUN in --results."))] = None,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help=(
        "A chart, as often as wanted."))] = None,
    kind: Annotated[Format, typer.Option("--format", help="SVG for documents, PDF for print.")] = Format.PNG,
    lang: Lang = Language.FI,
    results: ResultsFolder = Path("results"),
) -> None:
    """Draw the charts of runs: nothing is simulated.

    Of the first run: fan (with appropriation), net, objects (with both limits), classes (day classes and Kela),
    budget-bridge, tornado (values not verified), services (queues and lateness), states (where people are), survival
    (by age). Of all: board. Of each scenario: effect, effect-bridge. What a run has no tables for is left out.

    A series and its forecast with its backtest: [bold]kuntaosuus forecast --charts DIR[/bold].

    Examples: [bold]kuntaosuus report charts lahti-2026-08-perusura[/bold],
    [bold]kuntaosuus report charts lahti-2026-08-varhainen lahti-2026-08-jarru --lang en --format svg[/bold]
    """
    from reports.charts.drawn import figures
    from reports.language import speaking
    from reports.style import save
    from scenarios.told.report_set import open_report_set

    chosen = open_report_set(runs, results)
    folder = to or results / f"charts-{chosen.first.name}"
    with speaking(lang):
        drawn = dict(figures(chosen))
        for name in only or ():
            if name not in drawn:
                raise InputError("command line", f"option --only {name}", "is no chart of these runs",
                                 nearest(name, list(drawn)))
        with progress_bar("drawing") as progress:
            for count, name in enumerate(wanted := only or list(drawn), 1):
                save(drawn[name](), folder / f"{name}.{kind}")
                progress(count, len(wanted))
    for name in wanted:
        out.print(str(folder / f"{name}.{kind}"), soft_wrap=True, markup=False, highlight=False)


for each in (excel, briefing, notebook):
    report.command()(each)
