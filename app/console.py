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

Switches = Annotated[
    list[str] | None, typer.Option("--switch", metavar="NAME=ALTERNATIVE",
                                   help="Answer an open question of the law otherwise than by default (kuntaosuus law "
                                        "show switches). May be repeated.")
]


def choices_of(written: list[str] | None) -> dict[str, str]:
    """Alternative by switch, from the values of the option --switch."""
    pairs = [each.partition("=") for each in written or []]
    for name, equals, chosen in pairs:
        if not (name and equals and chosen):
            raise InputError("command line", "option --switch", f"{name + equals + chosen!r} is not NAME=ALTERNATIVE",
                             "write it like --switch adjusted_days=full_day_equivalents")
    return {name: chosen for name, _, chosen in pairs}


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
