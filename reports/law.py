"""The law as a reader looks it up: tables of what holds when, and what changed between two days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.numbers import DASH, day
from reports.tables import STATUSES, written
from sim.law.ladder import Ladder
from sim.law.listing import Difference, plain
from sim.law.loader import Evidence
from sim.law.switches import Switch

MARK = "*"


def value_text(value: Any) -> str:
    """A value of the law in one line.

    >>> value_text({"share": 0.75, "after_months": 10})
    'share 0,75; after_months 10'
    """
    if isinstance(value, Ladder):
        return str(value)
    return _plain_text(plain(value))


def _plain_text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key} {written(part)}" for key, part in value.items())
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        return " | ".join(map(_plain_text, value))
    return written(value)


def period_text(since: date, until: date | None) -> str:
    """From when to when a value holds.

    >>> period_text(date(2024, 1, 1), None)
    '1.1.2024–'
    """
    return f"{day(since)}{DASH}{day(until) if until else ''}"


def topic_table(entries: Iterable[Evidence], title: str) -> Table:
    """Values of a topic: key and unit, value, from when to when, evidence, source with note and why inert."""
    table = _table(title, "Arvo ja yksikkö", "Suuruus", "Voimassa", "Näyttö", "Lähde")
    for entry in entries:
        remarks = [entry.note, f"Ei vaikuta laskelmaan: {entry.inert}" if entry.inert else ""]
        table.add_row(Text.assemble(entry.key, "\n", (entry.unit, "dim")), Text(value_text(entry.value)),
                      Text(period_text(entry.since, entry.until)), Text(STATUSES[entry.status]),
                      Text.assemble(entry.source, *((f"\n{remark}", "dim") for remark in remarks if remark)))
    return table


def switches_table(switches: Mapping[str, Switch]) -> Group:
    """Open questions: each with its alternatives, the default marked, and the reason for it."""
    table = _table("Lain avoimet kysymykset", "Kytkin", "Kysymys ja vaihtoehdot", "Oletuksen peruste")
    for name, switch in switches.items():
        choices = [Text(f"{MARK if choice == switch.default else ' '} {choice}: {meaning}")
                   for choice, meaning in switch.alternatives.items()]
        table.add_row(Text(name), Text("\n").join([Text(switch.question, "bold"), *choices]),
                      Text.assemble(switch.reason, (f"\n{switch.source}", "dim")))
        table.add_section()
    return Group(table, Text(f"{MARK} oletus. Skenaario (avain law) tai valitsin --switch valitsee toisen.", "dim"))


def differences_table(pairs: Iterable[Difference], earlier: date, later: date) -> Table:
    """Values that differ between two days, side by side, with the source of the later one."""
    table = _table(f"Lain muutokset {day(earlier)} ja {day(later)} välillä", "Arvo", day(earlier), day(later), "Lähde")
    for name, before, after in pairs:
        shown = [Text(value_text(entry.value) if entry else DASH) for entry in (before, after)]
        table.add_row(Text(name.replace(".", "\n", 1)), *shown, Text((after or before).source))  # type: ignore[union-attr]
    return table


def check_table(entries: Sequence[Evidence], title: str) -> Table:
    """How many values each topic holds, by evidence, and how many of them move nothing in a run."""
    table = _table(title, "Aihe", *STATUSES.values(), "ei käytössä")
    for topic in dict.fromkeys(entry.file for entry in entries):
        of_topic = [entry for entry in entries if entry.file == topic]
        counts = Counter(entry.status for entry in of_topic)
        inert = sum(bool(entry.inert) for entry in of_topic)
        table.add_row(topic, *(str(counts[status]) for status in STATUSES), str(inert))
    return table


def _table(title: str, *headings: str) -> Table:
    table = Table(title=Text(title, "bold"), title_justify="left", box=SIMPLE_HEAD)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
