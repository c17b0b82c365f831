"""The run store in the console."""

from __future__ import annotations

import pandas as pd
from rich.table import Table

from reports.layout import empty_table, number_column
from reports.numbers import number

MOST_ROWS = 200  # of an answer; --json has all


def runs_table(runs: pd.DataFrame) -> Table:
    """Table of scenarios.decide.runs.list_runs."""
    table = empty_table("Ajot, uusin viimeisenä", "Ajo")
    for heading in ("Skenaario", "Tiedot", "Asti"):
        table.add_column(heading)
    number_column(table, "Arvontoja")
    table.add_column("Palvelut")
    table.add_column("Kirjoitettu", no_wrap=True)
    number_column(table, "Mt")
    for row in runs.itertuples():
        known = not pd.isna(row.title)
        table.add_row(str(row.run), str(row.title) if known else "ei luettavissa", str(row.base_month) if known else "",
                      str(row.until) if known else "", number(row.draws) if known else "",
                      ("kyllä" if row.services else "ei") if known else "", f"{row.written:%d.%m.%Y %H:%M}",
                      number(row.mb, 1))
    return table


def answer_table(answer: pd.DataFrame) -> Table:
    """Rows of an answer, MOST_ROWS at most."""
    title = f"{len(answer)} riviä" + (f", joista {MOST_ROWS} ensimmäistä" if len(answer) > MOST_ROWS else "")
    names = [str(name) for name in answer.columns]
    table = empty_table(title, names[0] if names else "")
    for name in names[1:]:
        table.add_column(name)
    for row in answer.head(MOST_ROWS).itertuples(index=False):
        table.add_row(*(number(value, 2) if isinstance(value, float) else str(value) for value in row))
    return table
