"""What all commands share: the two consoles, common options, the progress bar, the one line that tells a fault."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sources.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from sim.law import Law

TABLE_WIDTH, WIDE = 100, 120  # a narrower console would cut figures short
out, wide = (Console(width=max(Console().width, width)) for width in (TABLE_WIDTH, WIDE))
err = Console(stderr=True)

CORES = os.cpu_count() or 1
AreaName = Annotated[str, typer.Option("--area", help="Municipality: a folder of the data folder.")]
DataFolder = Annotated[Path | None, typer.Option("--data", help="Data folder. Default: the one that is shipped.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes. The result does not depend on it.")]
Switches = Annotated[
    list[str] | None, typer.Option("--switch", metavar="NAME=ALTERNATIVE",
                                   help="Answer an open question of the law otherwise than by default (kuntaosuus law "
                                        "show switches). May be repeated.")
]
LawFolder = Annotated[Path | None, typer.Option("--law", help="Law tree: a folder. Default: the one that is shipped.")]
FORECASTS = "forecasts.csv"  # the forecast record, in the folder of results
Internal = Annotated[str, typer.Option("--internal", metavar="REASON", help=(
    "Keep counts of fewer than five people, for internal use; the reason is written beside them."))]


class Language(StrEnum):
    """Languages of a report."""

    FI = "fi"
    EN = "en"


Lang = Annotated[Language, typer.Option("--lang", help="Language of all words, numbers and dates.")]
ReportRuns = Annotated[list[str], typer.Argument(metavar="RUN…", help=(
    "Folders of runs, how their names in --results begin, or lock:LABEL. The report is about the first."))]
ResultsFolder = Annotated[Path, typer.Option("--results", help="Folder in which the runs lie.")]


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr with units done and time left; yields a function of (done, total)."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def month_option(option: str, written: str | None) -> pd.Period | None:
    """The month *written* for an option, or None where it was left out; InputError when it is no month."""
    import pandas as pd

    from sim.law.calendar import month_number

    if written is None:
        return None
    try:
        month_number(written)
    except ValueError as fault:
        raise InputError("command line", f"option {option}", str(fault), "write it like 2022-06") from None
    return pd.Period(written, "M")


def day_option(option: str, written: str | None) -> date | None:
    """The day *written* for an option, or None where it was left out; InputError when it is none."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise InputError("command line", f"option {option}", f"{written!r} is no day",
                         "write it like 2026-12-15") from None


def choices_of(written: list[str] | None) -> dict[str, str]:
    """Alternative by switch, from the values of the option --switch."""
    choices = dict[str, str]()
    for text in written or []:
        name, equals, chosen = text.partition("=")
        if not (name and equals and chosen):
            raise InputError("command line", f"option --switch {text}", "is not NAME=ALTERNATIVE",
                             "write it like --switch adjusted_days=full_day_equivalents")
        if name in choices:
            raise InputError("command line", f"option --switch {name}", "stands twice", "keep one of the two")
        choices[name] = chosen
    return choices


def law_in(folder: Path | None, choices: Mapping[str, str] | None = None) -> Law:
    """The law tree in *folder*, or the one that is shipped, with *choices* as answers to its open questions."""
    from sim.law import load_law

    if folder is not None and not folder.is_dir():
        raise InputError(folder, "", "the law folder is missing", "give a folder that holds a law tree")
    return load_law(folder, choices)


def tell(text: str) -> None:
    """A line on stderr about what is being done; a progress bar stays below it."""
    err.print(text, style="dim", markup=False, highlight=False, soft_wrap=True)


def reason(internal: str) -> str:
    """What was given for the option --internal, without spaces around it; InputError where it is nothing but spaces."""
    if internal and not internal.strip():
        raise InputError("command line", "option --internal", "gives no reason", "say why small counts are kept")
    return internal.strip()


def guarded(command: Callable) -> Callable:
    """A fault of input or an interruption is one line on stderr and exit code 2, never a traceback."""

    @functools.wraps(command)
    def run(*arguments, **options):
        try:
            return command(*arguments, **options)
        except InputError as fault:
            err.print(f"error: {fault}", style="red", markup=False, highlight=False, soft_wrap=True)
        except KeyboardInterrupt:
            err.print("error: interrupted: nothing was written. Mend: run the command again.", markup=False)
        raise typer.Exit(2)

    return run
