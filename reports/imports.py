"""Observed months: what an import brings, which numbers it revises, and which of two files lags behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.lines import line_label
from reports.numbers import DASH, month, number
from sources.kela import BENEFITS

BENEFIT_NAMES = {name: word.split()[0] for word, name in BENEFITS.items()}
OBJECT_NAMES = {"benefit_share": "kuntaosuus", "operating": "toimintamenot", "income": "tulot"}
MEASURES = {"euros": "€", "recipients": "saajaa", "days": "päivää", "paid_euros": "maksettu, €"}
HEADINGS = {"benefit": "Etuus", "day_class": "Maksettuja\npäiviä", "object": "Talousarvion\nkohde", "line": "Rivi",
            "alue": "Alue"}
LISTED = 12  # months; more are told by the first and the last
SHOWN = 40  # revised numbers; of more, the largest


def import_report(new: pd.DataFrame, revisions: pd.DataFrame, ignored: pd.DataFrame, source: str, target: str) -> Group:
    """What *source* brings to *target*.

    Parameters
    ----------
    new : month ("2026-08") and, where the table has one, object: what was not stored.
    revisions : month, names of the row, measure, before, after, difference; NaN where there is no row.
    ignored : account, rows, euros that a ledger's mapping leaves out.
    """
    parts: list[Any] = [Text(f"{source} → {target}")]
    for name, rows in new.groupby("object", sort=False) if "object" in new else [("", new)]:
        if len(rows):
            parts.append(Text(f"Uudet kuukaudet{f', {OBJECT_NAMES[str(name)]}' if name else ''}: {_months(rows)}"))
    if len(revisions):
        parts.append(_revisions(revisions))
    if not len(new) and not len(revisions):
        parts.append(Text("Ei uutta: kaikki luvut ovat jo tallessa, mikään tiedosto ei muuttunut."))
    if len(ignored):
        accounts = ", ".join(f"{row.account or 'tyhjä'} ({number(row.euros, 2)} €)" for row in ignored.itertuples())
        parts.append(Text(f"Tilit, jotka mapping-tiedosto jättää pois: {accounts}"))
    return Group(*parts)


def behind_note(behind: Mapping[str, str]) -> str:
    """That one of Kela's files ends before the other: file, newest, other_file, other_newest ("2026-08")."""
    return (f"Huom: {behind['file']} päättyy kuukauteen {month(behind['newest'])}, {behind['other_file']} kuukauteen "
            f"{month(behind['other_newest'])}. Ennuste alkaa kuukauden {month(behind['newest'])} jälkeen.")


def _months(rows: pd.DataFrame) -> str:
    labels = [month(label) for label in dict.fromkeys(rows["month"])]
    return ", ".join(labels) if len(labels) <= LISTED else f"{len(labels)} kuukautta, {labels[0]}{DASH}{labels[-1]}"


def _revisions(revisions: pd.DataFrame) -> Table:
    """One row a revised number, months apart; of more than SHOWN, the largest."""
    title = "Tarkistuneet luvut"
    if len(revisions) > SHOWN:
        title += f": {number(len(revisions))}, joista {SHOWN} suurinta (kaikki: --json)"
        largest = revisions["difference"].abs().nlargest(SHOWN).index
        revisions = revisions.loc[largest.sort_values()]
    keys = [column for column in revisions.columns if column in HEADINGS]
    table = Table(title=Text(title, "bold"), title_justify="left", box=SIMPLE_HEAD)
    for heading in ["Kuukausi", *(HEADINGS[key] for key in keys), "Luku"]:
        table.add_column(heading, no_wrap=True, vertical="bottom")
    for heading in ["Ennen", "Nyt", "Ero"]:
        table.add_column(heading, justify="right", no_wrap=True, vertical="bottom")
    for label, rows in revisions.groupby("month", sort=False):
        for row in rows.to_dict("records"):
            decimals = 2 if row["measure"].endswith("euros") else 0
            names = [*(_name(key, row[key]) for key in keys), MEASURES.get(row["measure"], row["measure"])]
            figures = [number(row[name], decimals) for name in ("before", "after", "difference")]
            table.add_row(month(str(label)), *names, *figures)
        table.add_section()
    return table


def _name(key: str, word: str) -> str:
    """*word* in print."""
    names = {"benefit": BENEFIT_NAMES, "object": OBJECT_NAMES}.get(key, {})
    return names[word] if names else line_label(word) if key == "day_class" else word
