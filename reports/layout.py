"""The parts that all tables of the console share."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text


def empty_table(title: str, first: str) -> Table:
    """An empty table whose first column holds names; the title is text, never markup."""
    table = Table(title=Text(title, "bold"), title_justify="left", box=SIMPLE_HEAD)
    table.add_column(first, no_wrap=True, vertical="bottom")
    return table


def footnotes(notes: Sequence[str]) -> Padding:
    """*notes* below a table, one a line."""
    return Padding(Text("\n".join(notes), "dim"), (0, 1, 1, 2))


def number_column(table: Table, heading: str) -> None:
    """Add a column of numbers to *table*."""
    table.add_column(heading, justify="right", no_wrap=True)
