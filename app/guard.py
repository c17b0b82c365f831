"""How a command fails: one line on stderr that names the fault and its mend, never a traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable

import typer
from rich.console import Console

from sources.errors import InputError

err = Console(stderr=True)


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
