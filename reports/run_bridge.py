"""From one run to another, in print: what changed the forecast, part by part."""

from __future__ import annotations

from functools import partial

import pandas as pd
from rich.console import Group
from rich.table import Table

from reports.effect import ALL_YEARS, UNTOLD
from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.lines import object_label
from reports.numbers import DASH, SPACE, in_millions, interval, number, signed
from reports.tables import SIGN
from scenarios.decide.run_bridge import TOTAL, RunBridge

OBJECTS = ("benefit_share", "operating", "net")
precise = partial(in_millions, decimals=3)


def part_label(part: str) -> str:
    """Name in print of a part, or of several that are told together.

    >>> part_label("code+data")
    'Ohjelma ja tiedot yhdessä'
    """
    names = [text(f"run_bridge.{each}") for each in part.split("+")]
    label = names[0] if len(names) == 1 else text("run_bridge.together", names=", ".join(names[:-1]), last=names[-1])
    return label[0].upper() + label[1:]


def year_label(year: int) -> str:
    """Name in print of a year, or of all together."""
    return text("run_bridge.all_years") if year == ALL_YEARS else str(year)


def headline(told: RunBridge) -> tuple[int, str]:
    """Year and object that the finding is about: all years together, of the net where there is a budget."""
    years, objects = set(told.ends["year"]), set(told.ends["object"])
    name = next(each for each in reversed(OBJECTS) if each in objects)
    return (ALL_YEARS if ALL_YEARS in years else max(years)), name


def run_bridge_finding(told: RunBridge) -> str:
    """How the forecast moved and which part moved it most, in a sentence."""
    year, name = headline(told)
    rows = told.table[(told.table["year"] == year) & (told.table["object"] == name)].set_index("part")
    ends = told.ends[(told.ends["year"] == year) & (told.ends["object"] == name)].iloc[0]
    parts = rows.drop(TOTAL)
    if (parts["difference"] == 0).all():
        return text("run_bridge.stays", object=object_label(name), year=year_label(year))
    largest = parts["difference"].abs().idxmax()
    return text("run_bridge.finding", object=object_label(name), first=precise(ends["first"]),
                last=precise(ends["last"]), year=year_label(year), part=part_label(str(largest)).lower(),
                size=signed(parts.loc[largest, "difference"], precise))


def run_bridge_tables(told: RunBridge) -> Group:
    """Each object's parts by year, and what was not at hand."""
    years = list(dict.fromkeys(told.ends["year"]))
    table = empty_table("Ennusteen muutos, M€", "")
    table.columns[0].no_wrap, table.columns[0].width, table.columns[0].vertical = False, 36, "top"
    for year in years:
        number_column(table, f"{year_label(year).capitalize()}\n10{DASH}90 %")
    for name in (each for each in OBJECTS if each in set(told.ends["object"])):
        _object(table, told, name, years)
    return Group(table, footnotes(_notes(told)))


def _object(table: Table, told: RunBridge, name: str, years: list[int]) -> None:
    """Rows of an object: where it starts, each part that differs, their sum, where it ends."""
    rows = told.table[told.table["object"] == name]
    ends = told.ends[told.ends["object"] == name].set_index("year")
    table.add_section()
    table.add_row(object_label(name), style="bold")
    table.add_row("  lähtö", *(precise(ends.loc[year, "first"]) for year in years))
    for part in [*_differing(told), TOTAL]:
        of = rows[rows["part"] == part].set_index("year")
        name = "  muutos yhteensä" if part == TOTAL else f"    {part_label(part).lower()}"
        style = "bold" if part == TOTAL else "" if of["certain"].any() else "dim"
        table.add_row(name, *(_cell(of.loc[year]) for year in years), style=style)
    table.add_row("  loppu", *(precise(ends.loc[year, "last"]) for year in years))


def _differing(told: RunBridge) -> list[str]:
    """Parts whose inputs differ between the runs."""
    differing = {*told.steps.together, *(each for part in told.steps.parts for each in part)}
    return [part for part in told.parts if differing & set(part.split("+"))]


def _cell(row: pd.Series) -> str:
    """A difference, and below it its interval, or that it is not told from zero."""
    if row["difference"] == 0 and row["error"] == 0:
        return precise(0.0)
    spread = interval(row["p10"], row["p90"], precise)
    return f"{signed(row['difference'], precise)}\n{spread if row['certain'] else 'ei erotu'}"


def _notes(told: RunBridge) -> list[str]:
    steps, same = told.steps, [part for part in told.parts if part not in _differing(told)]
    notes = [f"Samat lähtötiedot, {number(0, 2)}{SPACE}€: {', '.join(part_label(part).lower() for part in same)}."]
    notes = [f"Ajosta {told.first.name} ajoon {told.last.name}.", *(notes if same else [])]
    if len(steps.together) > 1:
        label = part_label("+".join(steps.together))
        notes.append(f"{label}: näiden lähtötietoja ei enää ole, joten osia ei voi erottaa toisistaan.")
    order = [part_label("+".join(part)).lower() for part in steps.parts]
    if len(order) > 1:
        notes.append(f"Vaihdettu järjestyksessä: {', '.join(order)}; toisessa järjestyksessä osat voivat olla muut.")
    if steps.simulated:
        notes.append(f"Välissä simuloitiin {len(steps.simulated)} ajoa tämän päivän ohjelmalla.")
    return [*notes, f"Ei erotu: muutos {UNTOLD}. Samat arvonnat molemmissa ajoissa. {SIGN}"]
