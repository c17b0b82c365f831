"""The commands ``kuntaosuus producers`` and ``kuntaosuus pilot``: who gives most per euro, and how to find out."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer

from app.console import AsJson, DataFolder, ResultsFolder, guarded, wide
from sources.errors import InputError
from sources.records import records


@guarded
def producers(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a run, or how its name in --results begins.")],
    within: Annotated[float, typer.Option("--within", min=0, max=60, help=(
        "Months after the end of the service in which the job must begin."))] = 3,
    lasting: Annotated[float, typer.Option("--lasting", min=0, max=60, help="Months that the job must last.")] = 6,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Compare the producers of a stored run with services: outcomes, cost, waiting, payments and risk by contract.

    [bold]Outcomes[/bold]: share of starters who find a job that begins in time and lasts; raw, and adjusted for the
    clients that each contract got (age, language, ability, months of the spell, day class), with 10-90 % intervals: how
    well the run knows it, and what one year's real clients may show. Small producers are drawn towards the mean. Only
    contracts of the same service are compared.

    [bold]Cost[/bold] of a start, of an outcome, and of an avoided paid day, which takes a pair: run a scenario that
    changes the contracts of one service, and give that run. [bold]Payments[/bold] by year, and what falls due after the
    year's end. [bold]Risk[/bold]: what the city pays if outcomes are a tenth fewer or more, or participants a fifth
    fewer, by the contracts' own tariffs, caps, floors and promised volumes.

    Nothing is simulated; the run must have kept its events.

    Examples: [bold]kuntaosuus producers lahti-2026-08-perusura[/bold],
    [bold]kuntaosuus producers lahti-2026-08 --lasting 3 --json[/bold]
    """
    from reports.producers import producers_tables
    from scenarios.decide.producers import producers_of
    from scenarios.decide.starters import Outcome
    from scenarios.stored import find_run, open_run
    from sources.area import data_root

    told = producers_of(open_run(find_run(run, results)), data_root(data), Outcome(within, lasting))
    if as_json:
        tables = {"contracts": told.table, "cash_flow": told.cash, "year_ends": told.year_ends, "risk": told.risk}
        print(json.dumps({"run": told.run, "within": within, "lasting": lasting,
                          **{name: None if table is None else records(table) for name, table in tables.items()},
                          "missing": told.missing}, ensure_ascii=False))
        return
    wide.print(producers_tables(told))


@guarded
def pilot(
    service: Annotated[str, typer.Option("--service", help="Key of the service, as in kuntaosuus services list.")],
    effect: Annotated[float, typer.Option("--effect", help=(
        "Effect on those who take part: a share, such as 0.03 for 3 percentage points, or paid days, such as -5."))],
    outcome: Annotated[str, typer.Option("--outcome", help="work-in-6-months, or paid-days (within six months).")] = (
        "work-in-6-months"),
    power: Annotated[float, typer.Option("--power", help="Chance that the effect is told if it is there.")] = 0.8,
    alpha: Annotated[float, typer.Option("--alpha", help="Chance that one is told where there is none.")] = 0.05,
    intake: Annotated[float | None, typer.Option("--intake", min=0.1, help=(
        "Clients a month, both arms together. Default: as many as the run refers to the service."))] = None,
    run: Annotated[str | None, typer.Option("--run", help=(
        "Folder of a run with services, or how its name in --results begins. Default: the one written last."))] = None,
    results: ResultsFolder = Path("results"),
    as_json: AsJson = False,
) -> None:
    """Tell how many clients and months a pilot takes before an effect of a given size can be told from chance.

    The pilot: chance gives half of the clients referred to a service a new way of it, half today's; both arms are
    followed for six months. What today's arm would show, how many are referred a month, how many of them start and how
    many leave before the follow-up ends come from a stored run. The effect is stated for those who take part, and
    diluted by those who do not.

    Prints clients and months, and what pilots of 3 to 60 months of intake would tell: power, and smallest effect told.

    Examples: [bold]kuntaosuus pilot --service job_coaching --effect 0.05[/bold],
    [bold]kuntaosuus pilot --service career_coaching --effect -8 --outcome paid-days --intake 40[/bold]
    """
    from reports.pilot import pilot_finding, pilot_tables
    from scenarios.decide.pilot import MEASURES, Asked, newest_run
    from scenarios.decide.pilot import pilot as plan_pilot
    from scenarios.stored import find_run, open_run
    from sources.errors import nearest

    if outcome not in MEASURES:
        raise InputError("command line", f"option --outcome {outcome}", "is no outcome of a pilot",
                         nearest(outcome, MEASURES))
    stored = open_run(find_run(run, results)) if run else newest_run(results)
    told = plan_pilot(stored, service, Asked(MEASURES[outcome], effect, power, alpha), intake)
    if as_json:
        plain = {**asdict(told.referred), **asdict(told.asked)}
        sizes = {name: getattr(told, name) for name in (
            "intake", "diluted", "analysed", "clients", "months_of_intake", "months")}
        print(json.dumps({"run": told.run, **plain, **{name: _finite(value) for name, value in sizes.items()},
                          "curve": records(told.curve), "finding": pilot_finding(told)}, ensure_ascii=False))
        return
    wide.print(pilot_tables(told))


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
