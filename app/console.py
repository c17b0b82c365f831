"""What all commands share: the two consoles, common options, and the one line that tells a fault."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console

from sources.errors import InputError

TABLE_WIDTH = 100  # a narrower console would cut figures short
out, err = Console(width=max(Console().width, TABLE_WIDTH)), Console(stderr=True)

AreaName = Annotated[str, typer.Option("--area", help="Municipality: a folder of the data folder.")]
DataFolder = Annotated[Path | None, typer.Option("--data", help="Data folder. Default: the one that is shipped.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]


def records(table: pd.DataFrame) -> list[dict]:
    """Rows of *table* as JSON has them: an empty cell is null."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


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
