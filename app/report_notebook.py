"""The command ``kuntaosuus report notebook``: a notebook executed on stored runs, as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.console import Lang, Language, ResultsFolder, err, guarded, out
from sources.errors import InputError, nearest
from sources.files import written_whole


@guarded
def notebook(
    name: Annotated[str, typer.Argument(help="budget_forecast, service_mix or model_and_validation.")],
    runs: Annotated[list[str], typer.Argument(metavar="RUN…", help=(
        "Folders of runs, how their names in --results begin, or lock:LABEL."))],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help=(
        "Default: NAME-RUN.html in --results."))] = None,
    lang: Lang = Language.FI,
    results: ResultsFolder = Path("results"),
) -> None:
    """Execute a notebook on stored runs and write it as a page of HTML that needs no network.

    To work in it instead: [bold].venv/bin/jupyter lab[/bold], open notebooks/NAME.py as a notebook, and set RUNS.

    Example: [bold]kuntaosuus report notebook budget_forecast lahti-2026-08-perusura[/bold]
    """
    from reports.notebook import NOTEBOOKS, page_of
    from scenarios.told.report_set import open_report_set

    if name not in NOTEBOOKS:
        raise InputError("command line", f"notebook {name}", "is not there", nearest(name, list(NOTEBOOKS)))
    first = open_report_set(runs, results).first  # a fault of the names is told before a kernel starts
    path = to or results / f"{name}-{first.name}.html"
    with err.status(f"executing {name}"):
        page = page_of(name, runs, results, lang)
    with written_whole(path, "check its folder and rights") as draft:
        draft.write_text(page, "utf-8")
    out.print(str(path), soft_wrap=True, markup=False, highlight=False)
