"""The command ``kuntaosuus bridge``: why the forecast changed from one run to another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.console import CORES, AsJson, DataFolder, ResultsFolder, Workers, guarded, progress_bar, tell, wide
from sources.records import records


@guarded
def bridge(
    first: Annotated[str, typer.Argument(metavar="RUN_X", help=(
        "Where it starts: folder of a run, or how its name in --results begins."))],
    last: Annotated[str, typer.Argument(metavar="RUN_Y", help="Where it ends.")],
    out: Annotated[Path | None, typer.Option("--out", help=(
        "PNG file of the chart. Default: bridge-X-Y.png in --results, by the hashes of the runs."))] = None,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
    workers: Workers = CORES,
    as_json: AsJson = False,
) -> None:
    """Tell why the forecast changed from run X to run Y, in parts that add up to the cent.

    Parts: code, data, calibration, law, assumptions, scenario; by budget year, of the benefit share, operating cost and
    the net. A part that the manifests show to be equal is 0.00. If one part differs, nothing is simulated; else one
    input after another is exchanged, in that order, and the runs between are simulated by the program of today: each
    takes as long as a run. Data and calibration go together when the base month moves. What is not at hand any more (an
    old program, edited files) is told together as one part, never guessed.

    Both runs need the same draws, replications and seed, so that parts are paired and have an interval.

    Examples: [bold]kuntaosuus bridge lahti-2026-07-perusura lahti-2026-08-perusura[/bold],
    [bold]kuntaosuus bridge X Y --json[/bold]
    """
    from reports.charts.run_bridge import run_bridge_chart
    from reports.lines import source
    from reports.run_bridge import run_bridge_finding, run_bridge_tables
    from reports.style import save
    from scenarios.decide.run_bridge import run_bridge
    from scenarios.stored import find_run, open_tables
    from sim.law.calendar import month_label
    from sources.area import data_root

    begin, end = (open_tables(find_run(name, results)) for name in (first, last))
    with progress_bar("simulating between") as progress:
        told = run_bridge(begin, end, data_root(data), workers, progress, tell)
    chart = out or results / f"bridge-{begin.name[-8:]}-{end.name[-8:]}.png"
    save(run_bridge_chart(told, source=source(month_label(end.base_month)), date=end.date), chart)
    if as_json:
        steps = told.steps
        print(json.dumps({
            "first": begin.name, "last": end.name, "finding": run_bridge_finding(told),
            "together": list(steps.together), "order": [list(part) for part in steps.parts],
            "simulated": len(steps.simulated), "ends": records(told.ends), "parts": records(told.table),
            "chart": str(chart)}, ensure_ascii=False))
        return
    wide.print(run_bridge_finding(told), soft_wrap=True, markup=False, highlight=False)
    wide.print(run_bridge_tables(told))
    wide.print(f"Kuvio: {chart}", soft_wrap=True, markup=False, highlight=False)
