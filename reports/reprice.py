"""What another law changes in a run, for the console."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from rich.console import Group
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.lines import TOTAL, line_label, require
from reports.numbers import DASH, day, interval, number, thousands
from reports.tables import BAND, SIGN

NO_DIFFERENCE = f"Ei eroa: jokaisen yksikön jokainen kuukausi, etuus ja päiväluokka muuttuu {number(0, 2)} €."
PAIRED = "Ero: uusi laki miinus ajon laki, kukin yksikkö itseensä verrattuna. Ennustekuukaudet, maksukuukauden mukaan."


def difference_table(rows: pd.DataFrame, title: str) -> Group:
    """Budget years by line: mean before and after, mean difference and its 10–90 % interval, thousands of euros.

    Parameters
    ----------
    rows : year, line, before, after, mean, p10, p90; euros.
    title : what was priced again.

    Raises
    ------
    InputError : a column or the total is missing.
    """
    require(rows, "difference", ["year", "line", "before", "after", "mean", "p10", "p90"])
    shown = empty_table(f"{title}, 1 000 €", "Vuosi")
    shown.add_column("Maksettuja\npäiviä", no_wrap=True, vertical="bottom")
    for heading in ("Ajon laki\nkeskiarvo", "Uusi laki\nkeskiarvo", "Ero\nkeskiarvo", f"\n{BAND}"):
        number_column(shown, heading)
    for year, part in rows.groupby("year"):
        for place, row in enumerate(part.itertuples()):
            shown.add_row(str(year) if place == 0 else "", line_label(row.line), thousands(row.before),
                          thousands(row.after), Text(thousands(row.mean), "bold"),
                          interval(row.p10, row.p90, thousands), style="bold" if row.line == TOTAL else "")
        shown.add_section()
    return Group(shown, footnotes([PAIRED, SIGN]))


def unseen_note(values: Iterable[Mapping[str, Any]]) -> str:
    """The warning that some values of the new law do not show in the difference, one line a value; empty without."""
    told = [f"  {value['name']}: {_course(value['before'])} → {_course(value['after'])}" for value in values]
    if not told:
        return ""
    return "\n".join(["Huom. Laeissa eroavat myös nämä, eikä niiden vaikutus näy tässä: simulaatio on ajettu ajon lain "
                      "arvoilla, eikä hinta riipu niistä.", *told])


def _course(course: Iterable[Mapping[str, str]]) -> str:
    steps = list(course)
    later = [f"{step['value']} ({day(date.fromisoformat(step['from']))} alkaen)" for step in steps[1:]]
    return ", ".join([steps[0]["value"], *later]) if steps else DASH
