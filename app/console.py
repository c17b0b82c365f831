"""What all commands share: the two consoles, the option --json, and the one line that tells a fault."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from sources.errors import InputError

TABLE_WIDTH = 100  # a narrower console would cut figures short
out, err = Console(width=max(Console().width, TABLE_WIDTH)), Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]


Switches = Annotated[list[str] | None, typer.Option(
    "--switch", metavar="NAME=ALTERNATIVE",
    help="Answer to an open question of the law (kuntaosuus law show switches); may be given several times.")]


def switch_choices(written: list[str] | None) -> dict[str, str]:
    """Alternative by switch, from options such as "step_change=by_payment_period"."""
    choices = dict[str, str]()
    for text in written or ():
        name, equals, alternative = text.partition("=")
        if not equals:
            raise InputError("command line", f"option --switch {text}", "names no alternative",
                             "write it like step_change=by_payment_period")
        if name in choices:
            raise InputError("command line", f"option --switch {name}", "stands twice", "keep one of the two")
        choices[name] = alternative
    return choices


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
