"""The observed series: how old each is, what is missing in it and was revised, and where newer months come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Group

from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, day, month, number

ORIGINS = {"collected": "koottu", "fetched": "haettu", "imported": "tuotu", "changed": "muutettu käsin",
           "missing": "ei tallessa", "faulty": "virheellinen"}
UPDATES = {"fetch": "data fetch", "import": "actuals import", None: "ei päivity"}
NAMED = 3  # missing months; more are counted


def status_table(states: Sequence[Mapping[str, Any]], today: date) -> Group:
    """One row a series, as `sources.catalogue.state_of` tells them, publishers apart."""
    table = empty_table(f"Tilastosarjat {day(today)}", "Sarja")
    table.add_column("Uusin", justify="right", no_wrap=True)
    for heading in ("Ikä, kk", "Rivejä", "Tyhjiä\nsoluja"):
        number_column(table, heading)
    table.add_column("Puuttuvat\nkuukaudet")
    for heading in ("Alkuperä", "Päivitys"):
        table.add_column(heading, no_wrap=True)
    for place, state in enumerate(states):
        if place and state["source"] != states[place - 1]["source"]:
            table.add_section()
        table.add_row(*_row(state))
    return Group(table, footnotes(_notes(states)))


def serving_note(state: Mapping[str, Any]) -> str:
    """That the stored file of a series serves, and how old it is."""
    if state["fault"]:
        return f"{state['name']}: tallessa ei ole käyttökelpoista tiedostoa."
    return (f"{state['name']}: käytössä on tallessa oleva {Path(state['file']).name}, jonka uusin kuukausi on "
            f"{month(state['newest'])}, {_origin(state)}.")


def _row(state: Mapping[str, Any]) -> list[str]:
    """Cells of a series."""
    if state["fault"]:
        return [state["name"], DASH, DASH, DASH, DASH, DASH, ORIGINS[state["origin"]], UPDATES[state["updated_by"]]]
    missing = state["missing_months"]
    named = ", ".join(month(each) for each in missing) if len(missing) <= NAMED else f"{len(missing)} kk"
    return [state["name"], month(state["newest"]), number(state["age_months"]), number(state["rows"]),
            number(state["empty_cells"]), named or DASH, _origin(state), UPDATES[state["updated_by"]]]


def _origin(state: Mapping[str, Any]) -> str:
    """How the file came here, and when."""
    when = f" {day(date.fromisoformat(state['date']))}" if state["date"] else ""
    return ORIGINS[state["origin"]] + when


def _notes(states: Sequence[Mapping[str, Any]]) -> list[str]:
    """What each series is, what its last update revised, and faults."""
    notes = [f"{state['name']}: {state['title']}" for state in states]
    notes.append("Lähteet: " + "; ".join(dict.fromkeys(f"{state['source']} ({state['licence']})" for state in states)))
    for state in states:
        if state["origin"] == "faulty":
            notes.append(f"{state['name']}: {state['fault']}")
        elif state.get("revised"):
            largest = state["largest"]
            notes.append(f"{state['name']}: viime päivitys muutti {number(state['revised'])} lukua; suurin muutos "
                         f"{number(largest['difference'], 2)} ({month(largest['month'])}, {largest['measure']})")
    return notes
