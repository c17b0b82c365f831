"""The command ``kuntaosuus variance``: outturn against budget, why it is off, and where the year ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.budget import books_of
from app.console import AreaName, AsJson, DataFolder, ResultsFolder, guarded, wide
from sources.records import records

if TYPE_CHECKING:
    from scenarios.variance import Variance


@guarded
def variance(
    month: Annotated[str, typer.Option("--month", help="Last month of the outturn, such as 2026-08.")],
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help=(
        "Folder of a run, or how its name in --results begins. Default: the run that starts nearest after --month; "
        "of several, the one written last; none that was repriced."))] = None,
    area: AreaName = "lahti",
    out: Annotated[Path | None, typer.Option("--out", help=(
        "PNG file of the chart. Default: variance-AREA-MONTH.png in --results."))] = None,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Hold a year's outturn against its budget: how far off, why, and where the year ends.

    Prints, for benefit share, operating cost, income and the binding net: what was allowed to date and what was paid;
    the rest and the end of the year by a stored run's forecast, with 10-90 % interval and chance of a break; beside it
    the naive projection, outturn to date + remaining budget. Tells, and draws, why the benefit share is off, in parts
    that add up to the cent: number of recipients, mix of day classes, law, benefit level, timing, corrections.

    Nothing is simulated: the forecast is a stored run's. After new months: [bold]kuntaosuus actuals import[/bold],
    [bold]kuntaosuus run[/bold], then this.

    Examples: [bold]kuntaosuus variance --month 2026-08[/bold],
    [bold]kuntaosuus variance lahti-2026-08 --month 2026-08 --json[/bold]
    """
    from reports.charts.variance import variance_chart
    from reports.style import save
    from reports.variance import variance_tables
    from scenarios.inputs import load_inputs
    from scenarios.stored import find_run, open_tables
    from scenarios.variance import choose_run, outturn_month
    from scenarios.variance import variance as variance_of
    from sim.law.calendar import month_label
    from sources.area import data_root

    inputs = load_inputs(area, data_root(data))
    books = books_of(inputs)
    last = outturn_month(inputs, books, month)
    chosen = open_tables(find_run(run, results)) if run else choose_run(inputs, last, results)
    told = variance_of(inputs, books, month, chosen)
    chart = None if told.bridge is None else out or results / f"variance-{area}-{month_label(last)}.png"
    if chart:
        save(variance_chart(told, title=inputs.area.title, source=_source(told), date=chosen.date), chart)
    if as_json:
        print(json.dumps(_as_json(told, area, chart), ensure_ascii=False))
        return
    wide.print(variance_tables(told, inputs.area.title))
    if chart:
        wide.print(f"Kuvio: {chart}", soft_wrap=True, markup=False, highlight=False)


def _source(told: Variance) -> str:
    from reports.numbers import month as month_text
    from sim.law.calendar import month_label

    return f"Kela, toteuma {month_text(month_label(told.month))} asti; talousarvio; Kuntaosuus-malli"


def _as_json(told: Variance, area: str, chart: Path | None) -> dict[str, Any]:
    from scenarios.variance import MONEY
    from sim.law.calendar import month_label

    bridge = None
    if told.bridge is not None and told.parts is not None:
        months = told.bridge[list(MONEY)].reset_index()
        bridge = {"basis": told.basis, "total": told.parts.to_dict(),
                  "months": records(months.assign(month=months["month"].map(month_label)))}
    return {"area": area, "year": told.year, "month": month_label(told.month), "run": told.run.name,
            "run_knows": month_label(told.run.base_month), "objects": records(told.objects),
            "bridge": bridge, "chart": str(chart) if chart else None}
