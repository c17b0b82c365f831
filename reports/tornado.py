"""The tornado in print: which uncertain inputs move the benefit share, operating cost and the net, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.effect import ALL_YEARS, UNTOLD
from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.lines import object_label
from reports.numbers import DASH, SPACE, as_read, in_millions, number, plus_minus, signed
from reports.tables import SIGN, STATUSES

TOP = 15
UNSTATED = "*"  # beside the name of an input without a range of its own
NAME_WIDTH = 46
OBJECTS = ("benefit_share", "operating", "net")


def whole(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Rows of the object *measure* over all years."""
    return rows[(rows["object"] == measure) & (rows["year"] == ALL_YEARS)]


class Unit(NamedTuple):
    """In which unit euros are told."""

    name: str
    euros: float
    decimals: int

    def form(self, euros: float) -> str:
        """*euros* in it, without its name."""
        return number(euros / self.euros, self.decimals)


def unit_of(rows: pd.DataFrame) -> Unit:
    """Millions, or thousands where no change comes to half a million."""
    return Unit("M€", 1e6, 2) if rows["difference"].abs().max() >= 5e5 else Unit(f"1{SPACE}000{SPACE}€", 1e3, 1)


def years_text(years: Sequence[int]) -> str:
    """First and last of *years*."""
    return DASH.join(dict.fromkeys(str(year) for year in (years[0], years[-1])))


def tornado_finding(rows: pd.DataFrame, inputs: pd.DataFrame, measure: str) -> str:
    """Which input moves *measure* most, in a sentence.

    Parameters
    ----------
    rows, inputs : see scenarios.decide.tornado.Tornado.
    """
    when, unit = years_text(sorted(set(rows["year"]) - {ALL_YEARS})), unit_of(rows)
    moved = inputs[inputs["width"] > 0]
    if moved.empty:
        return text("tornado.still", object=object_label(measure), years=when)
    told, ends = [], whole(rows, measure).groupby("input")["difference"].agg(["min", "max"])
    for name in moved["name"].head(2):
        low, high = min(ends.loc[name, "min"], 0.0), max(ends.loc[name, "max"], 0.0)
        told.append(text("tornado.input", name=name, low=signed(low, unit.form), high=signed(high, unit.form),
                         unit=unit.name))
    words = {"object": object_label(measure), "years": when, "first": told[0]}
    return text("tornado.then", second=told[1], **words) if len(told) > 1 else text("tornado.finding", **words)


def tornado_tables(rows: pd.DataFrame, inputs: pd.DataFrame, measure: str, title: str, effect: bool,
                   notes: Sequence[str] = ()) -> Group:
    """The widest inputs: all years by object, then *measure* by year.

    Parameters
    ----------
    rows, inputs, measure : see scenarios.decide.tornado.Tornado.
    effect : whether it is a scenario's effect that is told.
    notes : lines below.
    """
    shown = inputs[inputs["width"] > 0].head(TOP)
    years = sorted(set(rows["year"]) - {ALL_YEARS})
    by_end = {(row.input, row.end, row.object, row.year): row for row in rows.itertuples()}
    objects = [name for name in OBJECTS if name in set(rows["object"])]
    unit = unit_of(rows)
    tables = [_table(f"Tornado, {unit.name}, {years_text(years)}: {title}", shown, by_end, unit,
                     [(object_label(name), name, ALL_YEARS) for name in objects])]
    if len(years) > 1:
        tables.append(_table(f"{object_label(measure)} vuosittain, {unit.name}", shown, by_end, unit,
                             [(str(year), measure, year) for year in years]))
    return Group(*tables, footnotes([
        text("tornado.effect" if effect else "tornado.forecast"),
        f"± 95 %:n luottamusväli vetojen yli. Himmeä: {UNTOLD}. {SIGN}",
        *([] if shown["stated"].all() else [f"{UNSTATED} Ei omaa haarukkaa: kymmenesosa suuntaansa."]), *notes]))


def inputs_table(rows: Sequence[Mapping[str, str]]) -> Group:
    """The uncertain inputs: name, value, range, evidence.

    Parameters
    ----------
    rows : name, value, span, status of each.
    """
    table = empty_table("Epävarmat lähtöarvot", "Arvo")
    table.columns[0].no_wrap = False
    for heading in ("Nyt", "Haarukka tai vaihtoehdot", "Näyttö"):
        table.add_column(heading)
    for each in rows:
        table.add_row(Text(each["name"]), *(Text(as_read(each[key])) for key in ("value", "span")),
                      STATUSES[each["status"]])
    return Group(table, footnotes(["Lähteet: --json."]))


def _table(title: str, shown: pd.DataFrame, by_end: Mapping[tuple, Any], unit: Unit,
           columns: Sequence[tuple[str, str, int]]) -> Table:
    table = empty_table(title, "Arvo ja sen pää")
    for heading, _, _ in columns:
        number_column(table, f"{heading}\n± 95 %")
    table.add_column("Näyttö", no_wrap=True)
    for each in shown.itertuples():
        ends = dict.fromkeys(end for name, end, _, _ in by_end if name == each.name)
        name = shortened(each.name) + UNSTATED * (not each.stated)
        table.add_row(Text(name, "bold"), *[""] * len(columns), STATUSES[each.status])
        for end in ends:
            cells = [by_end[each.name, end, name, year] for _, name, year in columns]
            value = as_read(f"{each.value} → {cells[0].value}")
            table.add_row(Text(f"  {shortened(value)}"), *(_cell(cell, unit) for cell in cells), "")
    return table


def _cell(row: Any, unit: Unit) -> Text:
    if row.difference == 0 and row.error == 0:
        return Text("0", "dim")
    words = plus_minus(row.difference, row.margin, unit.form)
    return Text(words, "" if row.certain else "dim")


def shortened(name: str, width: int = NAME_WIDTH) -> str:
    """*name* with its beginning left out where it is too long.

    >>> shortened("catalogue.services.job_coaching", 12)
    '…ob_coaching'
    """
    return name if len(name) <= width else f"…{name[1 - width:]}"


def screening_notes(single: int, unsplit: Sequence[Mapping[str, Any]], tried: int, draws: int) -> list[str]:
    """How inputs were screened, and what was left unsplit.

    Parameters
    ----------
    single : inputs that were looked at one by one.
    unsplit : name, members (how many) and strength (euros) of groups, the strongest first.
    tried, draws : groups measured, in so many draws each.
    """
    left = [f"{each['name']} ({each['members']} arvoa, {in_millions(each['strength'])}{SPACE}M€)"
            for each in unsplit[:4] if each["strength"] > 0]
    return [f"Seulonta ryhmittäin (Bettonville ja Kleijnen 1997): {tried} ryhmää, {draws} vetoa kustakin; ryhmän arvot "
            f"haarukkansa päissä arvan mukaan, vahvin jaetaan. Yksitellen {single}.",
            "Voi jäädä näkemättä: arvot, jotka kumoavat toisensa joka vedossa, ja kahden ryhmän yhteisvaikutus.",
            *([f"Jakamatta jäi: {'; '.join(left)}."] if left else [])]
