"""Notebooks: what their cells call, and how one is executed and told as a page that needs no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from reports.charts.drawn import figures
from reports.language import speaking, text
from scenarios.results import MANIFEST
from scenarios.stored import RunTables
from scenarios.told.report_set import ReportSet, open_report_set
from sources.errors import InputError

PARAMETERS = "parameters"
"""Tag of the cell whose values a caller may set."""
FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = ("budget_forecast", "service_mix", "model_and_validation")


@dataclass(frozen=True, eq=False)
class Told:
    """Runs, told in a language."""

    report: ReportSet
    language: str

    @property
    def run(self) -> RunTables:
        """The run that it is about."""
        return self.report.first

    def chart(self, name: str) -> Figure | str:
        """The chart *name* of the runs, or that they have none."""
        with speaking(self.language):
            drawn = dict(figures(self.report))
            return drawn[name]() if name in drawn else text("notebook.no_chart", name=name)

    def says(self, sentence: Callable[..., Any], *about: Any) -> Any:
        """What *sentence* says *about* something in the language."""
        with speaking(self.language):
            return sentence(*about)

    def table(self, table: pd.DataFrame, forms: Mapping[str, tuple[str, Callable[[Any], str]]]) -> Styler:
        """*table* in print: of each column named by *forms* its heading, and what writes its cells."""
        with speaking(self.language):
            cells = {heading: [form(cell) for cell in table[column]] for column, (heading, form) in forms.items()}
        return pd.DataFrame(cells).style.hide(axis="index")


def told_runs(runs: str, results: str, language: str) -> Told:
    """The *runs*, names with spaces between, in the folder *results*; the newest there by default."""
    names, folder = runs.split(), Path(results)
    if not names:
        found = sorted(folder.glob(f"*/{MANIFEST}"), key=lambda file: file.stat().st_mtime)
        if not found:
            raise InputError(folder.resolve(), "", "holds no run", "make one with kuntaosuus run, or set RESULTS")
        names = [found[-1].parent.name]
    return Told(open_report_set(names, folder), language)


def page_of(name: str, runs: Sequence[str], results: Path, language: str) -> str:
    """The notebook *name* of NOTEBOOKS, executed on *runs*, as HTML that asks for nothing else.

    Raises
    ------
    InputError : the libraries of notebooks are not installed, or a cell fails.
    """
    try:
        import jupytext
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
        from nbconvert import HTMLExporter
    except ImportError as fault:
        raise InputError("notebooks", "", f"cannot be executed ({fault.name} is not installed)", "make setup") from None
    book = jupytext.read(FOLDER / f"{name}.py")
    values = {"RUNS": " ".join(runs), "RESULTS": str(results.resolve()), "LANGUAGE": language}
    cell = next(each for each in book.cells if PARAMETERS in each.metadata.get("tags", []))
    cell.source = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    try:
        NotebookClient(book, timeout=600, kernel_name="python3",
                       resources={"metadata": {"path": str(FOLDER)}}).execute()
    except CellExecutionError as fault:
        raise InputError(f"notebook {name}", "", f"stopped at a cell: {fault.ename}: {' '.join(fault.evalue.split())}",
                         "open it in jupyter lab") from None
    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(book)
    return PAGE.format(title=name.replace("_", " "), language=language, body=body)


PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>{title}</title><style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem; color: #222; }}
img {{ max-width: 100%; height: auto; }} pre {{ white-space: pre-wrap; }} .output_html {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: .85rem; }} th, td {{ padding: .2rem .6rem; text-align: right; }}
tbody tr {{ border-bottom: 1px solid #ddd; }} a.anchor-link {{ display: none; }}
</style></head><body>{body}</body></html>
"""
