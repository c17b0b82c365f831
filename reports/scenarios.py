"""Scenarios as a reader looks them up: all that are shipped, and one with what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, day
from reports.tables import written

HEADER = {"question": "Kysymys", "author": "Tekijä", "date": "Päivätty", "baseline": "Vertailu",
          "area": "Kunta", "until": "Ulottuu", "levers": "Keinot", "evidence": "Näyttö"}
NOTE = "Muutos verrattuna vertailuskenaarioon. Muut avaimet ovat vertailuskenaarion."
NO_CHANGES = "Ei muutoksia palveluihin."


def scenarios_table(records: Sequence[Mapping[str, Any]]) -> Group:
    """All scenarios: name, title, question, number of changes."""
    table = empty_table("Skenaariot", "Nimi")
    table.columns[0].vertical = "top"
    for heading in ("Otsikko", "Kysymys"):
        table.add_column(heading)
    number_column(table, "Muutoksia")
    for each in records:
        table.add_row(each["name"], Text(each["title"]), Text(each["question"]), str(each["changes"]))
    return Group(table, footnotes(["Sisältö: kuntaosuus scenario show NIMI. Ajo: kuntaosuus run NIMI."]))


def scenario_table(record: Mapping[str, Any]) -> Group:
    """One scenario: its header, then each change: path, days, value before and after, reason."""
    header = Table.grid(padding=(0, 2))
    for key, heading in HEADER.items():
        if record[key]:
            header.add_row(Text(heading, "bold"), Text(_shown(record[key])))
    table = Table.grid(padding=(0, 2))
    for each in record["changes"]:
        table.add_row(Text(each["at"], "bold"))
        table.add_row(Text(f"  {span(each)}: {change(each)}. {each['why']}"))
    body = table if record["changes"] else Text(NO_CHANGES)
    return Group(Text(record["title"], "bold"), Padding(header, (1, 0)), Padding(body, (0, 0, 1, 0)), footnotes([NOTE]))


def check_lines(record: Mapping[str, Any]) -> list[str]:
    """That the scenario can be run, and a warning for each change that changes nothing."""
    count = len({each["at"] for each in record["changes"]})
    return [f"{record['name']}: kunnossa, {count} muutettua arvoa",
            *(f"  Huom. {each['at']}, {span(each)}: ei muuta mitään" for each in record["idle"])]


def span(each: Mapping[str, Any]) -> str:
    """The days of a change."""
    since, until = (day(each[key]) if each[key] else "" for key in ("since", "until"))
    return f"{since}–{until}" if until else f"{since} alkaen" if since else "koko ajan"


def change(each: Mapping[str, Any]) -> str:
    """A value before and after."""
    before, after = (DASH if each[key] is None else _shown(each[key]) for key in ("before", "after"))
    return f"{before} → {after}"


def _shown(value: Any) -> str:
    return day(value) if isinstance(value, date) else written(value)
