"""The command ``kuntaosuus brake``: what may still be stopped, what it saves, and what it costs later."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import CORES, AsJson, DataFolder, Workers, day_option, guarded, progress_bar, tell, wide
from app.risk import Decided
from sources.errors import InputError
from sources.records import records

if TYPE_CHECKING:
    from scenarios.decide.brake import Brake

AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)(M|k)?€?", re.IGNORECASE)
UNITS = {"m": 1e6, "k": 1e3, "": 1.0}


@guarded
def brake(
    year: Annotated[int, typer.Option(help="Budget year whose net is to be held.")],
    gap: Annotated[str, typer.Option(metavar="EUROS", help="What is to be saved of its net: 1.5M, 1,5M€, 800k, "
                                                           "1500000.")],
    scenario: Annotated[str, typer.Argument(help="Scenario that is braked: a name in the library, or a .yaml "
                                                 "file.")] = "baseline",
    decided: Decided = None,
    keep: Annotated[list[str] | None, typer.Option(help="Contract that stays. May be repeated.")] = None,
    draws: Annotated[int, typer.Option(min=2, help="Draws of each scenario; even, for they are in pairs.")] = 8,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: Annotated[Path, typer.Option(help="Folder for brake-AREA-YEAR.png, .parquet and .json (for briefings), "
                                               "and for units that are kept.")] = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Tell what may still be stopped, what each cut saves in the year, and what it costs in benefit share later.

    Every contract that depends on appropriations or is voluntary is stopped, one at a time, from the earliest day that
    its notice allows after the decision, in a scenario of its own against the same people without the cut: how much is
    committed anyway, how much is saved, benefit share of that year and those after it by day class, net, who goes
    without a place. Ordered by euro saved now per euro added later; what is not told from zero is not ranked by it.
    Statutory and need-bound services are never touched.

    Then the first of them that close the gap together are simulated as one package, with the interaction between them
    and the chance that the net keeps to its budget. If all do not close it, how much can be reached.

    [bold]Time[/bold]: about ten minutes on two cores with 8 draws. Units are kept: more draws, another gap or a second
    try simulate only what is missing.

    Examples: [bold]kuntaosuus brake --year 2027 --gap 1.5M[/bold],
    [bold]kuntaosuus brake my.yaml --year 2027 --gap 800k --decided 2026-12-15 --keep guidance_grant[/bold]
    """
    from reports.brake import brake_finding, brake_tables, within_line
    from reports.charts.brake import brake_chart
    from reports.lines import source
    from reports.style import save
    from scenarios.decide.bench import Bench
    from scenarios.decide.brake import brake as brake_of
    from scenarios.decide.brake_file import brake_path, write_brake
    from scenarios.results import check_writable
    from scenarios.scenario import read_scenario
    from scenarios.unit_store import UNITS as KEPT
    from scenarios.unit_store import UnitStore
    from sim.law.calendar import month_label
    from sources.area import data_root

    asked, euros, day = read_scenario(scenario), euros_of(gap), day_option("--decided", decided)
    if draws % 2:
        raise InputError("command line", f"option --draws {draws}", "is odd, and draws are in mirrored pairs",
                         f"write {draws + 1}")
    check_writable(results)
    with progress_bar("simulating") as progress:
        bench = Bench(data_root(data), UnitStore(results / KEPT), workers, progress, tell)
        told = brake_of(bench, asked, year, euros, day or asked.date, draws, keep or ())
    kept = brake_path(results, asked.area, year)
    chart, parts = kept.with_suffix(".png"), kept.with_suffix(".parquet")
    write_brake(told, kept)
    save(brake_chart(told, source=source(month_label(told.newest)), date=told.decided), chart)
    told.parts.to_parquet(parts, index=False)
    if as_json:
        print(json.dumps({**_as_json(told), "chart": str(chart), "table": str(parts)}, ensure_ascii=False, default=str))
        return
    wide.print(brake_tables(told))
    for text in (brake_finding(told), within_line(told), f"Kuvio: {chart}", f"Erot päiväluokittain ja sopimuksittain: "
                                                                            f"{parts}"):
        wide.print(text, soft_wrap=True, markup=False, highlight=False)


def euros_of(written: str) -> float:
    """Euros as they are written for an option.

    >>> euros_of("1.5M"), euros_of("1,5 M€"), euros_of("800k"), euros_of("1 500 000")
    (1500000.0, 1500000.0, 800000.0, 1500000.0)
    """
    found = AMOUNT.fullmatch(re.sub(r"\s", "", written))
    thousands = found and not found[2] and re.search(r"[.,]\d{3,}$", found[1])  # 1.500 may mean either
    if found is None or thousands or not float(found[1].replace(",", ".")):
        raise InputError("command line", f"option --gap {written}", "is no amount of euros",
                         "write it like 1.5M, 800k or 1500000")
    return float(found[1].replace(",", ".")) * UNITS[(found[2] or "").lower()]


def _as_json(told: Brake) -> dict[str, Any]:
    rows = told.levers.reset_index()
    return {"scenario": told.scenario.title, "year": told.year, "years": list(told.years), "gap": told.gap,
            "decided": told.decided, "draws": told.draws, "closes": told.closes, "reached": round(told.reached, 2),
            "levers": records(rows), "idle": records(told.idle),
            "package": None if told.package is None else records(told.package.to_frame().T)[0],
            "within_before": told.within[0], "within_after": told.within[1], "parts": records(told.parts)}
