"""The commands under ``kuntaosuus runs``: list, verify, query, prune."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.console import AsJson, ResultsFolder, guarded, out, wide
from sources.errors import InputError
from sources.records import records

RESULTS = Path("results")
runs_app = typer.Typer(name="runs", no_args_is_help=True, help="The run store: list, verify, query and prune results.")


@runs_app.command("list")
@guarded
def list_(results: ResultsFolder = RESULTS, as_json: AsJson = False) -> None:
    """List the runs in the results folder: name, scenario, data, months, draws, when written, size.

    Example: [bold]kuntaosuus runs list[/bold]
    """
    from reports.runs import runs_table
    from scenarios.decide.runs import list_runs

    table = list_runs(results)
    if as_json:
        print(json.dumps({"runs": records(table.assign(written=table["written"].astype(str)))}, ensure_ascii=False))
    else:
        wide.print(runs_table(table))


@runs_app.command()
@guarded
def verify(
    names: Annotated[list[str] | None, typer.Argument(metavar="[RUN…]", help="Default: all of them.")] = None,
    results: ResultsFolder = RESULTS,
) -> None:
    """Check that every file of a run is as the run wrote it. Exit code 1 if any is not.

    Each run holds checksums.txt, which sha256sum -c reads as well.

    Example: [bold]kuntaosuus runs verify[/bold]
    """
    from scenarios.decide.runs import list_runs
    from scenarios.decide.runs import verify as faults_of
    from scenarios.stored import find_run, open_tables

    spoilt = 0
    for name in names or list_runs(results)["run"]:
        faults = faults_of(open_tables(find_run(name, results)))
        spoilt += bool(faults)
        out.print("\n  ".join([f"{name}: {'as it was written' if not faults else 'NOT as it was written'}", *faults]),
                  markup=False, highlight=False, soft_wrap=True)
    if spoilt:
        raise typer.Exit(1)


@runs_app.command()
@guarded
def query(
    sql: Annotated[str, typer.Argument(help="In DuckDB's SQL. Each table of the runs is a view with the column run.")],
    results: ResultsFolder = RESULTS,
    as_json: AsJson = False,
) -> None:
    """Ask all stored runs at once, in SQL.

    The views are the tables of results/README.md (years, months, account, measures, net, budget, effect, …) over all
    runs that have them; the column run tells them apart.

    Example: [bold]kuntaosuus runs query "SELECT run, year, median FROM budget WHERE object = 'net'"[/bold]
    """
    from reports.runs import answer_table
    from scenarios.decide.runs import query as ask

    answer = ask(sql, results)
    if as_json:
        print(json.dumps({"rows": records(answer)}, ensure_ascii=False, default=str))
    else:
        wide.print(answer_table(answer))


@runs_app.command()
@guarded
def prune(
    older: Annotated[float, typer.Option(min=0, help="Days that nobody has touched what goes.")] = 30,
    keep: Annotated[list[str] | None, typer.Option(help="Run that stays whatever its age. May be repeated.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete. Without it, only tell what would go.")] = False,
    results: ResultsFolder = RESULTS,
) -> None:
    """Delete old runs, units and batches; without --yes, tell what would go and how large it is.

    Units (results/.units) are a cache: what is missing is simulated again when somebody asks for it.

    Examples: [bold]kuntaosuus runs prune[/bold], [bold]kuntaosuus runs prune --older 90 --keep lahti-2026-08-perusura
    --yes[/bold]
    """
    from scenarios.decide.runs import prunable
    from scenarios.decide.runs import prune as delete
    from scenarios.stored import find_run

    if not results.is_dir():
        raise InputError(results, "", "is no folder", "name the folder of results with --results")
    litter = prunable(results, older, [find_run(name, results).name for name in keep or []])
    for each in litter:
        out.print(f"{each.path} ({each.why}, {each.size / 1e6:.1f} MB)", highlight=False, soft_wrap=True)
    total = f"{sum(each.size for each in litter) / 1e6:.1f} MB"
    if not litter:
        out.print(f"nothing is older than {older:g} days")
    elif yes:
        delete(litter)
        out.print(f"deleted: {total}")
    else:
        out.print(f"{total} would go; add --yes to delete it")
