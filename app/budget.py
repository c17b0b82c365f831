"""The command ``kuntaosuus budget``: the budget file of a municipality, shown or checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import AreaName, AsJson, DataFolder, guarded, out
from sources.errors import InputError
from sources.records import records

if TYPE_CHECKING:
    from scenarios.books import Books
    from scenarios.inputs import Inputs

budget = typer.Typer(name="budget", no_args_is_help=True, help=(
    "Show or check a municipality's budget file, data/<area>/budget.yaml; docs/budget.md describes its keys."))



def books_of(inputs: Inputs) -> Books:
    """The books of a municipality; InputError when it has no budget."""
    from scenarios.books import BUDGET, load_books

    books = load_books(inputs.area)
    if books is None:
        raise InputError(inputs.area.root / inputs.area.name / BUDGET, "", "the municipality has no budget",
                         "write one; docs/budget.md describes its keys")
    return books


@budget.command()
@guarded
def show(
    area: AreaName = "lahti",
    year: Annotated[int | None, typer.Option(help="One budget year instead of all.")] = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Print the budget as a run uses it: original, amended, and what each month allows.

    The benefit share falls on months by the benefit days paid in them, operating cost by its plan (operating.yaml),
    income in equal parts. Months sum to the year to the cent.

    Example: [bold]kuntaosuus budget show --year 2027 --json[/bold]
    """
    from reports.budget import appropriations_table, memo_table
    from scenarios.books import appropriation_table
    from scenarios.inputs import load_inputs
    from sources.area import data_root

    inputs = load_inputs(area, data_root(data))
    books = books_of(inputs)
    years = list(books.budget.years)
    if year is not None and year not in years:
        raise InputError(books.files[0], "key years", f"has no year {year}",
                         f"choose one of {', '.join(map(str, years))}")
    shown = years if year is None else [year]
    months = appropriation_table(books, shown, inputs.advanced_share)
    memo = [{"title": line.title, "payer": line.payer, "euros": float(line.yearly), "status": line.yearly.status}
            for line in books.budget.memo.values()]
    if as_json:
        print(json.dumps({"area": area, "months": records(months), "memo": memo}, ensure_ascii=False))
        return
    out.print(appropriations_table(months, f"Talousarvio, {inputs.area.title}"))
    if memo:
        out.print(memo_table(memo))


@budget.command()
@guarded
def check(file: Annotated[Path, typer.Argument(help="A budget.yaml, before it is put in its place.")]) -> None:
    """Check a budget file: keys, units, dates, years. One line for the first fault, with its line number.

    Example: [bold]kuntaosuus budget check my/budget.yaml[/bold]
    """
    from reports.numbers import DASH
    from sim.money.budget import read_budget

    read = read_budget(file)
    years = ", ".join(map(str, read.years))
    amended = ", ".join(str(year) for year, parts in read.years.items()
                        if any(each.amended for each in parts.objects.values()))
    unsure = sum(figure.status != "verified" for _, figure in read.figures())
    out.print(f"{file}: kunnossa. Vuodet {years}; muutettu: {amended or DASH}; vahvistamattomia lukuja: {unsure}.",
              soft_wrap=True, markup=False, highlight=False)
