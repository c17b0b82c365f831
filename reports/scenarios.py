"""Scenarios as a reader looks them up: all that are shipped, and one with what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, day, months
from reports.tables import written
from scenarios.scenario import BOOKS

HEADER = {"question": "Kysymys", "author": "Tekijä", "date": "Päivätty", "levers": "Keinot", "evidence": "Näyttö"}
KEYS = ("baseline", "area", "until", "draws", "replications", "seed", "path", "services", "law", "shocks", "window")
FACTORS = {"arrivals": "tulovirta", "outflow": "poistuminen"}
WORDS = ("title", "question", "author", "date", "levers", "evidence")
SECTIONS = {"keys": "Avaimet", "law": "Laki", "shocks": "Sokit", "figures": "Palvelut ja talousarvio"}
NOTE = "Jokainen tiedosto muuttaa sitä, mitä sen vertailuskenaario jättää."
NO_CHANGES = "Ei muutoksia palveluihin eikä talousarvioon."
PARTS = {"scenario": "skenaario", "law": "laki", "data": "aineisto", "calibration": "kalibrointi", "code": "ohjelma"}
LOCK_NOTE = "Lukon ajo ei muutu, vaikka tiedostot muuttuvat: viittaa siihen nimellä lock:NIMI."
NO_LOCKS = "Ei lukkoja. Tee: kuntaosuus scenario lock NIMI."
UNSERVED = "  Huom. services: false, joten muutokset palveluihin eivät vaikuta"
UNWRITTEN = "ei kirjoitettu"
SAME = "Sama skenaario: mikään avain tai arvo ei eroa."


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
    """One scenario, resolved: its header, its keys and where each comes from, then the changes file by file."""
    header = Table.grid(padding=(0, 2))
    for key, heading in HEADER.items():
        if record[key]:
            header.add_row(Text(heading, "bold"), Text(_shown(record[key])))
    keys = empty_table("Avaimet", "Avain")
    for heading in ("Arvo", "Mistä"):
        keys.add_column(heading, overflow="fold")
    for name, value in _keys(record):
        keys.add_row(name, Text(value), Text(_origin(record["origins"].get(name.partition(".")[0])), "dim"))
    changes = [part for layer in record["layers"] for part in _layer(layer)]
    return Group(Text(record["title"], "bold"), Padding(header, (1, 0)), keys,
                 *(changes or [Padding(Text(NO_CHANGES), (0, 0, 1, 0))]), footnotes([NOTE] if changes else []))


def _keys(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and value in print of each key that is no part of the header; each answer and shock by itself."""
    for key in KEYS:
        value = record[key]
        if key == "law":
            yield from ((f"law.{name}", answer) for name, answer in value.items())
        elif key == "shocks":
            yield from ((f"shocks.{place}", _shock(each)) for place, each in enumerate(value))
        elif value is not None:
            yield key, str(_window(value)) if key == "window" else _plain(value)


def _shock(shock: Mapping[str, Any]) -> str:
    factors = (f"{heading} × {written(shock[key])}" for key, heading in FACTORS.items() if shock[key] != 1)
    return f"{months(shock['since'], shock['until'])}: {', '.join(factors) or 'ei mitään'}"


def _window(value: Mapping[str, Any] | None) -> str | None:
    return months(value["from"], value["until"]) if value else None


def _plain(value: Any) -> str:
    """A key as a file writes it: a seed has no thousands."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _origin(origin: Mapping[str, Any] | None) -> str:
    return f"{origin['file']}:{origin['line']}" if origin else "oletus"


def _layer(layer: Mapping[str, Any]) -> list[Padding]:
    """The changes of one file of the chain; nothing where it makes none."""
    if not layer["changes"]:
        return []
    table = Table.grid(padding=(0, 2))
    for each in layer["changes"]:
        table.add_row(Text.assemble((each["at"], "bold"), (f"  {layer['file']}:{each['line']}", "dim")))
        table.add_row(Text(f"  {span(each)}: {change(each)}. {each['why']}"))
    return [Padding(Text(f"Muutokset: {layer['title']} ({layer['file']}, {day(layer['date'])})", "bold"), (1, 0, 0, 0)),
            Padding(table, (0, 0, 1, 0))]


def differences_table(records: Sequence[Mapping[str, Any]], first: str, second: str) -> Group:
    """Where the scenarios *first* and *second* differ: key or path, days, both values, and where each comes from."""
    words = [each for each in records if each["at"] in WORDS]
    others = [each for each in records if each["at"] not in WORDS]
    parts: list[RenderableType] = [Text(f"{first} → {second}", "bold")]
    for section, heading in SECTIONS.items():
        rows = [each for each in others if each["section"] == section]
        if not rows:
            continue
        table = Table.grid(padding=(0, 2))
        for each in rows:
            table.add_row(Text(each["at"], "bold"))
            days = f"{span(each)}: " if each["since"] or section == "figures" else ""
            values = (_window(each[side]) if each["at"] == "window" else each[side] for side in ("first", "second"))
            table.add_row(Text(f"  {days}{change(dict(zip(('before', 'after'), values, strict=True)))}"))
            for name, side in ((first, "first_source"), (second, "second_source")):
                table.add_row(Text(f"    {name}: {each[side] or UNWRITTEN}", "dim"))
        parts += [Padding(Text(heading, "bold"), (1, 0, 0, 0)), table]
    if not others:
        parts.append(Text(SAME))
    notes = [f"Lisäksi eri sanat: {', '.join(each['at'] for each in words)}."] if words else []
    return Group(*parts, footnotes(notes))


def locks_table(records: Sequence[Mapping[str, Any]]) -> Group:
    """Locks: label, scenario, date, what has moved since, and the run."""
    table = empty_table("Lukot", "Nimi")
    for heading in ("Skenaario", "Lukittu", "Nyt", "Ajo"):
        table.add_column(heading, overflow="fold")
    for each in records:
        parts = ", ".join(PARTS[part] for part in each["moved"])
        table.add_row(Text(each["label"]), Text(each["scenario"]), day(each["date"]),
                      Text(f"muuttunut: {parts}" if parts else "ennallaan", "" if parts else "dim"),
                      Text(each["run"] or DASH))
    return Group(table, footnotes([LOCK_NOTE] if records else [NO_LOCKS]))


def check_lines(record: Mapping[str, Any]) -> list[str]:
    """That the scenario can be run, and a warning for changes that change nothing."""
    paths = {each["at"] for each in record["changes"]}
    unserved = not record["services"] and any(path.partition(".")[0] not in BOOKS for path in paths)
    return [f"{record['name']}: kunnossa, {len(paths)} muutettua arvoa", *([UNSERVED] if unserved else []),
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
