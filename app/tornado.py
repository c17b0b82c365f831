"""The command ``kuntaosuus tornado``: each uncertain input over its range, and what it moves."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import CORES, AsJson, DataFolder, Workers, guarded, progress_bar, tell, wide
from sources.records import records

if TYPE_CHECKING:
    from scenarios.decide.inputs import Input, Setting
    from scenarios.decide.tornado import Tornado

PLAIN_DRAWS, SERVED_DRAWS = 8, 4
SECONDS = {False: 0.5, True: 9.0}  # of a core, a unit of three budget years without and with services


@guarded
def tornado(
    scenario: Annotated[str, typer.Argument(help="Name in the library, or path of a .yaml file.")] = "baseline",
    inputs: Annotated[list[str] | None, typer.Option("--inputs", metavar="PATTERN", help=(
        "Only inputs of these names, with * and ?; the beginning of a name is enough, such as fitted. May be "
        "repeated."))] = None,
    draws: Annotated[int | None, typer.Option(min=2, help=(
        f"Draws of each pair. Default: {PLAIN_DRAWS}, with services {SERVED_DRAWS}."))] = None,
    services: Annotated[bool | None, typer.Option("--services/--no-services", help=(
        "Simulate caseworkers, services and vacancies, and vary their figures too. Default: as the scenario "
        "says."))] = None,
    top: Annotated[int, typer.Option(min=1, help="Inputs to find where they are screened in groups.")] = 15,
    groups: Annotated[int, typer.Option(min=1, help="Groups to measure at most where inputs are screened.")] = 80,
    list_only: Annotated[bool, typer.Option("--list", help="List the inputs and their ranges; simulate nothing.")]
    = False,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: Annotated[Path, typer.Option(help="Folder of the chart tornado-SCENARIO.png.")] = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Move each uncertain input to either end of its range and tell what the forecast would have been off by.

    Inputs are all that is not verified and has a range: law, open questions, assumptions, fitted values (10 and 90 %
    points), the economy's paths (arrivals, exits, vacancies), books, and with services every figure of the mix. The
    change is of pairs, same people and same luck, on benefit share, operating cost and net, by year and over all years.
    Calibration and the levels of today's services stay: it is not what another calibration would have made of it. Of a
    scenario with a baseline it is the [bold]effect[/bold] that is told: how it would differ were the value another.

    [bold]With services[/bold] there are some 500 inputs and a run takes 9 seconds of a core, so they are screened in
    groups: what begins alike is moved together, and the strongest group is split until --top single inputs stand out
    or --groups is used up: half an hour on two cores by default. Name a few with --inputs to look at them alone.

    Examples: [bold]kuntaosuus tornado --no-services[/bold] (four minutes on two cores),
    [bold]kuntaosuus tornado --inputs 'catalogue.services.job_coaching.*effect*'[/bold],
    [bold]kuntaosuus tornado job_broking --inputs caseworkers.effect --json[/bold]
    """
    from reports.charts.tornado import tornado_chart
    from reports.lines import source
    from reports.style import save
    from reports.tornado import screening_notes, tornado_finding, tornado_tables
    from scenarios.decide.inputs import SAMPLED, chosen, inputs_of
    from scenarios.decide.prepare import prepared
    from scenarios.decide.tornado import tornado as measured
    from scenarios.results import check_writable
    from sim.law.calendar import month_label
    from sources.area import data_root

    asked, setting = prepared(scenario, max(SAMPLED, draws or 0), services, data_root(data), workers, tell)
    shown = chosen(inputs_of(setting), inputs or [])
    if list_only:
        _list(shown, as_json)
        return
    check_writable(results)
    pairs = draws or (SERVED_DRAWS if asked.services else PLAIN_DRAWS)
    _tell_time(setting, shown, pairs, top, groups, workers)
    with progress_bar("runs") as progress:
        told = measured(setting, shown, pairs, top, groups, workers, progress)
    effect = setting.plan.baseline is not None
    chart = results / f"tornado-{Path(scenario).stem}.png"
    save(tornado_chart(told.rows, told.inputs, told.measure, effect=effect, date=asked.date,
                       source=source(month_label(setting.plan.first_month - 1)),
                       title=f"{asked.title}: {tornado_finding(told.rows, told.inputs, told.measure)}"), chart)
    if as_json:
        print(json.dumps(_as_json(told, asked.title, effect, chart), ensure_ascii=False))
        return
    notes = []
    if told.screened:
        left = [{"name": group.name, "members": len(group.members), "strength": strength}
                for group, strength in told.screened.unsplit]
        notes += screening_notes(len(told.screened.single), left, told.screened.tried, told.draws)
    if told.refused:
        notes.append(f"Tiedostot eivät salli: {', '.join(f'{each.name} {each.end}' for each in told.refused)}.")
    wide.print(tornado_tables(told.rows, told.inputs, told.measure, asked.title, effect, notes))
    wide.print(tornado_finding(told.rows, told.inputs, told.measure), soft_wrap=True, highlight=False)
    wide.print(f"Kuvio: {chart}", soft_wrap=True, markup=False, highlight=False)


def _list(inputs: list[Input], as_json: bool) -> None:
    from reports.tornado import inputs_table
    from scenarios.exposure import text_of

    rows = [{"name": each.name, "value": text_of(each.value), "span": each.span, "status": each.status,
             "source": each.source} for each in inputs]
    if as_json:
        print(json.dumps({"inputs": rows}, ensure_ascii=False))
    else:
        wide.print(inputs_table(rows))


def _tell_time(setting: Setting, inputs: list[Input], draws: int, top: int, groups: int, workers: int) -> None:
    from scenarios.decide.tornado import runs_of

    runs = runs_of(setting, inputs, draws, top, groups)
    seconds = SECONDS[setting.plan.services is not None] * (1 + (setting.plan.baseline is not None))
    minutes = runs * seconds * setting.plan.months / 28 / workers / 60
    tell(f"{len(inputs)} uncertain inputs, at most {runs} runs: about {max(minutes, 1):.0f} min")


def _as_json(told: Tornado, title: str, effect: bool, chart: Path) -> dict[str, Any]:
    screened = told.screened
    return {"scenario": title, "of": "effect" if effect else "forecast", "measure": told.measure, "draws": told.draws,
            "inputs": records(told.inputs), "changes": records(told.rows),
            "refused": [asdict(each) for each in told.refused],
            "screening": None if screened is None else {
                "groups": screened.tried,
                **{name: [{"name": group.name, "members": len(group.members), "strength": round(strength, 2)}
                          for group, strength in found]
                   for name, found in (("single", screened.single), ("unsplit", screened.unsplit))}},
            "chart": str(chart)}
