"""The commands under ``kuntaosuus scenario``: which there are, what one changes, and whether a file can be run."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import AsJson, DataFolder, guarded, out, wide

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.checks import Checked

scenario_app = typer.Typer(name="scenario", no_args_is_help=True,
                            help="Scenarios: files that say what is asked and what changes from when.")


@scenario_app.command("list")
@guarded
def list_(as_json: AsJson = False) -> None:
    """List the scenarios that are shipped: name, title, question, number of changes.

    Example: [bold]kuntaosuus scenario list[/bold]
    """
    from reports.scenarios import scenarios_table
    from scenarios.scenario import library, read_scenario

    records = [{"name": name, "title": each.title, "question": each.question, "baseline": each.baseline,
                "changes": len(each.changes)} for name in library() for each in [read_scenario(name)]]
    if as_json:
        print(json.dumps({"scenarios": records}, ensure_ascii=False))
        return
    wide.print(scenarios_table(records))


@scenario_app.command()
@guarded
def show(
    name: Annotated[str, typer.Argument(help="Name in the library, or path of a .yaml file.")],
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show one scenario: question, levers, evidence, and each change with its days, value before and after, and reason.

    Example: [bold]kuntaosuus scenario show budget[/bold]
    """
    from reports.scenarios import scenario_table

    record = _record(next(iter(_checked([name], data))))
    if as_json:
        print(json.dumps(record, ensure_ascii=False, default=str))
        return
    wide.print(scenario_table(record))


@scenario_app.command()
@guarded
def check(
    file: Annotated[str | None, typer.Argument(help="Name in the library, or path of a .yaml file. Default: all "
                                                    "that are shipped.")] = None,
    data: DataFolder = None,
) -> None:
    """Check a scenario file, or all that are shipped, before anything runs: keys, paths, days, values, notice.

    Says in one line what is wrong and how to mend it. A change that changes nothing is told, too.

    Example: [bold]kuntaosuus scenario check my.yaml[/bold]
    """
    from reports.scenarios import check_lines
    from scenarios.scenario import library

    for checked in _checked([file] if file else library(), data):
        out.print("\n".join(check_lines(_record(checked))), markup=False, highlight=False, soft_wrap=True)


def _checked(names: list[str], data: Path | None) -> Any:
    from scenarios.checks import Checker
    from sources.area import data_root

    checker = Checker(data_root(data))
    return (checker.check(name) for name in names)


def _record(checked: Checked) -> dict[str, Any]:
    header = checked.scenario.model_dump(exclude={"layers"})
    return {"name": checked.name, **header, "changes": [asdict(effect) for effect in checked.effects],
            "idle": [asdict(effect) for effect in checked.idle]}
