"""The commands under ``kuntaosuus scenario``: what there is, what one says and changes, how two differ, what fits."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import AsJson, DataFolder, ResultsFolder, guarded, out, wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.checks import Checked

Name = Annotated[str, typer.Argument(help="Name in the library, or path of a .yaml file.")]
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
    name: Name,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show one scenario, resolved: every key and the file and line that gave it, every change of its chain.

    A change has its days, the value before and after, its reason, and its line. Files are told in the order in which
    they are laid on the data: the baseline's first.

    Example: [bold]kuntaosuus scenario show budget[/bold]
    """
    from reports.scenarios import scenario_table

    record = _record(next(_checked([name], data)))
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


@scenario_app.command()
@guarded
def diff(
    first: Name,
    second: Name,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show where two scenarios differ once resolved: keys, law, shocks, and every figure of services and books.

    Each difference has its days, both values, and the file and line that gave each. Nothing is simulated: for what
    follows from it, [bold]kuntaosuus run[/bold].

    Example: [bold]kuntaosuus scenario diff baseline budget[/bold]
    """
    from reports.scenarios import differences_table
    from scenarios.differences import differences

    pair = list(_checked([first, second], data))
    found = [asdict(each) for each in differences(*pair)]
    if as_json:
        print(json.dumps({"first": first, "second": second, "differences": found}, ensure_ascii=False, default=str))
        return
    wide.print(differences_table(found, first, second))


@scenario_app.command()
@guarded
def new(
    name: Annotated[str, typer.Argument(help="Path of the file that is written, with .yaml or without.")],
    baseline: Annotated[str, typer.Option(help="Scenario that it rests on: in the library, or a .yaml file."
                                          )] = "baseline",
    template: Annotated[str | None, typer.Option(help=(
        "Heading of the service plan whose first lever the file pulls, such as budget: kuntaosuus scenario list. "
        "Default: no change, one as a comment."))] = None,
) -> None:
    """Write a scenario file to begin with: its own words, every other key as a comment, a change.

    Never writes over a file. Its first line names the schema by which an editor completes and checks:
    [bold]kuntaosuus scenario schema --out scenario.schema.json[/bold] writes that beside it.

    Example: [bold]kuntaosuus scenario new my --template budget[/bold]
    """
    from scenarios.schema import FILE
    from scenarios.template import write_new

    author = next((each for key in ("GIT_AUTHOR_NAME", "USER", "USERNAME") if (each := os.environ.get(key))), "?")
    path = write_new(name, baseline, template, author, date.today())
    out.print(f"Kirjoitettu: {path}", soft_wrap=True, markup=False, highlight=False)
    if not (path.parent / FILE).exists():
        out.print(f"Täydennys editoriin: kuntaosuus scenario schema --out {path.parent / FILE}", soft_wrap=True,
                  markup=False, highlight=False)


@scenario_app.command()
@guarded
def schema(
    out_file: Annotated[Path | None, typer.Option("--out", help="File to write. Default: print it.")] = None,
) -> None:
    """Print or write the JSON schema (draft 2020-12) of a scenario file, for editors.

    An editor with a YAML language server finds it by a file's first line, # yaml-language-server:
    $schema=scenario.schema.json, which [bold]kuntaosuus scenario new[/bold] writes.

    Example: [bold]kuntaosuus scenario schema --out scenario.schema.json[/bold]
    """
    from scenarios.schema import scenario_schema
    from sources.files import written_whole

    text = json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
    if out_file is None:
        print(text, end="")
        return
    with written_whole(out_file, "choose another file with --out") as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    out.print(f"Kaavio: {out_file}", soft_wrap=True, markup=False, highlight=False)


@scenario_app.command("lock")
@guarded
def lock_(
    name: Name,
    label: Annotated[str | None, typer.Option("--as", help="Name of the lock. Default: that of the scenario.")] = None,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
) -> None:
    """Freeze a scenario: its files, the law, the data, the calibration and the program, by hash.

    Writes results/locks/LABEL.yaml and, beside it, copies of the scenario's files, the law tree and the books. A run of
    the same scenario, stored before or after, is the lock's own as long as nothing has moved: lock:LABEL stands for it
    wherever a run is named, and it is never made anew from files that have changed.

    Example: [bold]kuntaosuus scenario lock baseline --as budget-2027[/bold], then [bold]kuntaosuus run[/bold]
    """
    from scenarios.locks import PREFIX, lock, read_locks, stored_run
    from sources.area import data_root

    label = label or Path(name).stem
    path = lock(name, label, results, data_root(data), date.today())
    run = stored_run(read_locks(results)[label].hashes, results)
    out.print(f"Lukittu: {path}", soft_wrap=True, markup=False, highlight=False)
    out.print(f"Ajo ({PREFIX}{label}): {run or f'ei vielä; kuntaosuus run {name}'}", soft_wrap=True, markup=False,
              highlight=False)


@scenario_app.command()
@guarded
def locks(data: DataFolder = None, results: ResultsFolder = Path("results"), as_json: AsJson = False) -> None:
    """List the locks: of which scenario, what has moved since, and the stored run.

    Example: [bold]kuntaosuus scenario locks[/bold]
    """
    from reports.scenarios import locks_table
    from scenarios.locks import moved, read_locks, stored_run
    from sources.area import data_root

    root = data_root(data)
    records = [{"label": label, "scenario": each.name, "date": each.date, "moved": moved(each, root),
                "run": run.name if (run := stored_run(each.hashes, results)) else None}
               for label, each in read_locks(results).items()]
    if as_json:
        print(json.dumps({"locks": records}, ensure_ascii=False, default=str))
        return
    wide.print(locks_table(records))


def _checked(names: list[str], data: Path | None) -> Iterator[Checked]:
    from scenarios.checks import Checker
    from sources.area import data_root

    checker = Checker(data_root(data))
    return (checker.check(name) for name in names)


def _record(checked: Checked) -> dict[str, Any]:
    from scenarios.scenario import shown

    scenario = checked.scenario
    layers = [{"file": shown(layer.file), "title": layer.title, "date": layer.date,
               "changes": [asdict(effect) for effect in effects]} for layer, effects in checked.layers]
    return {"name": checked.name, **scenario.model_dump(exclude={"layers"}),
            "origins": {key: {"file": shown(origin.file), "line": origin.line}
                        for key, origin in scenario.origins.items()},
            "layers": layers, "changes": layers[-1]["changes"], "idle": [asdict(each) for each in checked.idle]}
