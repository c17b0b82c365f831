"""The command ``kuntaosuus seek``: which value of a lever makes a target hold, and at what cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import CORES, AsJson, DataFolder, Workers, day_option, guarded, progress_bar, tell, wide
from sources.records import records

if TYPE_CHECKING:

    from scenarios.decide.seek import Sought

DRAWS = 20


@guarded
def seek(
    target: Annotated[str, typer.Option("--target", help=(
        'What is to hold: "P(net<=budget)>=0.8", "mean(net)<=38.0M", "p90(net)<=40M", "net_change<=0", '
        '"wait(CONTRACT)<=30"; operating and benefit_share as net.'))],
    levers: Annotated[list[str], typer.Option("--lever", help=(
        "Figure to turn, by its path or a part of it that no other has: training_bought.places. May be repeated."))],
    scenario: Annotated[str, typer.Argument(help="Scenario to start from: name in the library, or .yaml file.")]
        = "baseline",
    year: Annotated[int | None, typer.Option(help="Budget year of the target. Default: the first that is all ahead, "
                                                  "or the last there is.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day of the change, such as 2027-07-01. Default: "
                                              "the first of the year that the contract's notice allows.")] = None,
    ranges: Annotated[list[str] | None, typer.Option("--range", metavar="LO:HI[:STEP]", help=(
        "Values to seek among, one a lever in their order. Default: from 0 to twice today's value, in steps of 1."
    ))] = None,
    minimise: Annotated[str, typer.Option(help="What several levers are to cost least of: places (moved, lost or "
                                               "added) or operating (euros of the year).")] = "places",
    draws: Annotated[int, typer.Option(min=2, help="Draws that each value is tried on.")] = DRAWS,
    save: Annotated[Path | None, typer.Option(help="Write the answer as a scenario file.")] = None,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: Annotated[Path, typer.Option(help="Folder of the chart, and of units that are kept.")] = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Find the value of a lever that makes a target hold: how many places, how much staff, at what cost and risk.

    One lever is bracketed: the value next to which the target just holds, the nearest to today's. Several are searched
    for the cheapest values that make it hold. Every value is tried on the same people, luck and paths. Prints the
    answer, cost against risk at every value that was tried, the price of one more, and what is not told apart; draws
    seek.png. A target that nothing reaches says so, and what comes nearest.

    Levers are places, staff, gaps between meetings, amounts and months of subsidies. Services that are a duty or a
    right (statutory without conditions, need-bound) are never turned.

    [bold]Time[/bold]: a value takes --draws times 8 seconds of a core to the end of the third budget year; one lever
    takes 6 to 12 values. What was tried is kept in --results: the next seek of the same takes seconds.

    Examples: [bold]kuntaosuus seek --target "P(net<=budget)>=0.5" --lever training_bought.places --year 2028[/bold],
    [bold]kuntaosuus seek --target "net_change<=-500k" --lever training_bought.places --lever training_in_house.places
    --save cut.yaml[/bold]
    """
    from reports.charts.seek import seek_chart
    from reports.seek import seek_finding, seek_tables
    from reports.style import save as draw
    from scenarios.decide.bench import Bench
    from scenarios.decide.question import ask
    from scenarios.decide.seek import seek as seek_of
    from scenarios.decide.seek_file import check_new, write_scenario
    from scenarios.results import check_writable
    from scenarios.scenario import read_scenario
    from scenarios.unit_store import UNITS, UnitStore
    from sources.area import data_root

    if save:
        check_new(save)
    check_writable(results)
    with progress_bar("seeking") as progress:
        bench = Bench(data_root(data), UnitStore(results / UNITS), workers, progress, tell)
        start = read_scenario(scenario).model_copy(update={"draws": draws})
        question = ask(bench, start, target, levers, spans=ranges or [], year=year, since=day_option("--from", since),
                       minimised=minimise)
        sought = seek_of(question, bench, tell)
    found, chart = seek_finding(sought), results / "seek.png"
    draw(seek_chart(sought, title=found, source="Kela; Kuntaosuus-malli", date=question.scenario.date), chart)
    saved = save if save and sought.answer.reading.met else None
    if saved:
        write_scenario(sought, scenario, found, saved)
    if as_json:
        print(json.dumps(_as_json(sought, chart, saved), ensure_ascii=False, default=str))
        return
    wide.print(seek_tables(sought))
    for line in (found, f"Kuvio: {chart}", _saved_line(save, saved)):
        if line:
            wide.print(line, soft_wrap=True, markup=False, highlight=False)


def _saved_line(asked: Path | None, saved: Path | None) -> str:
    if saved:
        return f"Skenaario: {saved}"
    return "Skenaariota ei kirjoitettu: tavoite ei täyty." if asked else ""


def _as_json(sought: Sought, chart: Path, saved: Path | None) -> dict[str, Any]:
    import pandas as pd

    question, answer = sought.question, sought.answer.reading
    reading = records(pd.DataFrame([{**vars(answer), "met": answer.met, "clear": answer.clear}]))[0]
    return {
        "target": question.target.text, "year": question.year, "status": sought.found.status, "met": answer.met,
        "found": dict(zip([each.at for each in question.levers], question.values(sought.found.place), strict=True)),
        "levers": [{"at": each.at, "from": each.since, "today": each.today, "low": each.value(each.low),
                    "high": each.value(each.high), "step": each.step} for each in question.levers],
        "limit": sought.limit, "reading": reading, "crossings": sought.crossings,
        "frontier": records(sought.frontier()), "prices": records(sought.prices()),
        "neighbours": records(sought.neighbours()), "draws": question.scenario.draws,
        "units": {"simulated": sought.simulated, "all": sought.units}, "chart": chart, "scenario": saved}
