"""Rules of thumb on one page, and whose luck a forecast is, in print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import groupby, product
from math import inf
from operator import itemgetter
from typing import Any

import pandas as pd
from rich.console import Group
from rich.text import Text

from reports.effect import ALL_YEARS, UNTOLD
from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.lines import object_label
from reports.numbers import DASH, SPACE, as_read, in_millions, interval, number, percent, plus_minus, thousands
from reports.tables import SIGN
from reports.tornado import OBJECTS, shortened

RULES = ("basic_amount", "utilisation", "arrivals", "exits_to_work", "vacancies", "places", "staff", "pay", "prices",
         "people_701", "payment_day")  # in the order in which they are told
BENT = 0.25  # share of a difference, beyond which a rule says that it is no straight line
LAYERS = {"draw": "Veto: parametrit, hinnat, maksurytmi", "path": "Polku: talous",
          "replication": "Sattuma: kuka lähtee", "interaction": "Yhdessä (mitä jää)"}


def rules_table(rows: pd.DataFrame, title: str) -> Group:
    """What one per cent more does, in thousands of euros: objects below each other, years abreast.

    Parameters
    ----------
    rows : see scenarios.decide.rules.rules_of_thumb.
    title : whose scenario.
    """
    table = empty_table(f"Peukalosäännöt, 1 000 €: {title}", "1 % enemmän, jos ei muuta sanota")
    years = [*sorted(set(rows["year"]) - {ALL_YEARS}), ALL_YEARS]
    for year in years:
        number_column(table, f"{year or 'kaikki vuodet'}\n± 95 %")
    number_column(table, "Mutka")
    for name, found in groupby(told_rules(rows), key=itemgetter(0)):
        table.add_section()
        table.add_row(object_label(name), style="bold")
        for _, rule, by_year in found:
            table.add_row(f"  {text(f'rules.{rule}')}", *(_cell(by_year[year]) for year in years),
                          _bend(by_year[ALL_YEARS]))
    return Group(table, footnotes([
        "Tarkka: samat tapahtumat hinnoiteltu uudelleen; palkat, hinnat ja suunniteltu henkilöstö koko vuosina.",
        f"Muut: simuloitu ±5{SPACE}% (paikat ±20{SPACE}%) ensimmäisestä ennustekuukaudesta, sama sattuma, jaettu "
        "prosentille.",
        f"Mutka: paljonko vaikutus ylös- ja alaspäin eroaa; yli {percent(BENT, 0)} ei ole suora. Netto: vain mikä "
        "liikuttaa molempia.",
        f"Maksupäivä: kuukaudessa yksi päivä enemmän. Himmeä: {UNTOLD}. {SIGN}"]))


def told_rules(rows: pd.DataFrame) -> Iterator[tuple[str, str, dict[int, Any]]]:
    """Object, rule and its row by year, in the order of print: what moves the object; of the net, what moves two."""
    cells: dict[tuple[str, str], dict[int, Any]] = {}
    for row in rows.itertuples():
        cells.setdefault((row.object, row.rule), {})[row.year] = row
    moved = {key for key, found in cells.items() if found[ALL_YEARS].difference or found[ALL_YEARS].error}
    for name, rule in product(OBJECTS, RULES):
        if all((each, rule) in moved for each in (OBJECTS if name == "net" else [name])):
            yield name, rule, cells[name, rule]


def _cell(row: Any) -> Text:
    if row.difference == 0 and row.error == 0:
        return Text("0", "dim")
    large = abs(row.difference) >= 1e5 or 1e5 <= row.margin < inf
    return Text(plus_minus(row.difference, row.margin, thousands if large else _tenths), "" if row.certain else "dim")


def _tenths(value: float) -> str:
    return number(value / 1e3, 1)


def _bend(row: Any) -> Text:
    if row.exact or pd.isna(row.bend):
        return Text("tarkka" if row.exact else "", "dim")
    if not row.certain:
        return Text(DASH, "dim")
    return Text(percent(row.bend, 0), "bold" if abs(row.bend) > BENT else "")


def layers_table(rows: pd.DataFrame, title: str) -> Group:
    """Shares of variance by layer: of each object, all years; of the last object, each year too.

    Parameters
    ----------
    rows : see scenarios.decide.layers.layers.
    """
    table = empty_table(f"Kenen sattumaa ennusteen vaihtelu on: {title}", "")
    for heading in ("Yksin", f"10{DASH}90 %", "Kaikkiaan", f"10{DASH}90 %", "Keskihajonta\nkaikkiaan, M€"):
        number_column(table, heading)
    for (name, year), found in _in_order(rows):
        table.add_section()
        table.add_row(f"{object_label(name)}, {year or 'kaikki vuodet'}", *[""] * 4,
                      in_millions(found["deviation"].iloc[0]), style="bold")
        for row in found.itertuples():
            table.add_row(f"  {LAYERS[row.layer]}", *_shares(row), _deviation(row))
    return Group(table, footnotes([
        "Yksin: osuus varianssista, joka katoaisi, jos kerros tunnettaisiin. Kaikkiaan: osuus, joka jäisi, jos muut "
        "tunnettaisiin.",
        "Jansenin erotuksista sovitetut varianssiosat; väli: bootstrap asetelman riveistä."]))


def _in_order(rows: pd.DataFrame) -> list[tuple[tuple[str, int], pd.DataFrame]]:
    """The cells that are shown: each object over all years, then the last object by year."""
    objects, years = list(dict.fromkeys(rows["object"])), sorted(set(rows["year"]) - {ALL_YEARS})
    cells = [(name, ALL_YEARS) for name in objects] + [(objects[-1], year) for year in years]
    return [(cell, rows[(rows["object"] == cell[0]) & (rows["year"] == cell[1])]) for cell in cells]


def _shares(row: Any) -> list[str]:
    if pd.isna(row.total):
        return [percent(row.first, 0), "", "", ""]
    form: Callable[[float], str] = partial(percent, decimals=1 if row.total < 0.1 else 0)
    return [percent(row.first, 0), interval(row.first_p10, row.first_p90, partial(percent, decimals=0)),
            form(row.total), interval(row.total_p10, row.total_p90, form)]


def _deviation(row: Any) -> str:
    return "" if pd.isna(row.total) else in_millions(row.deviation * row.total**0.5)


def effects_table(rows: pd.DataFrame, measure: str, spans: dict[str, str], title: str) -> Group:
    """Main effects of inputs on *measure* over all years, the strongest first.

    Parameters
    ----------
    rows : see scenarios.decide.layers.main_effects.
    spans : range of each input.
    """
    table = empty_table(f"Vahvimmat arvot, {object_label(measure).lower()}, kaikki vuodet: {title}", "Arvo")
    table.add_column("Haarukka", no_wrap=True)
    for heading in ("Yksin", f"10{DASH}90 %", "Kaikkiaan", f"10{DASH}90 %"):
        number_column(table, heading)
    shown = rows[(rows["object"] == measure) & (rows["year"] == ALL_YEARS)].sort_values("total", ascending=False)
    for row in shown.itertuples():
        table.add_row(Text(shortened(row.input, 44)), Text(as_read(shortened(spans[row.input], 26))), *_shares(row))
    whole = shown["deviation"].iloc[0]
    return Group(table, footnotes([
        "Sobolin indeksit: kukin arvo tasaisesti haarukassaan, muista riippumatta; kukin vastaus yhtä usein.",
        f"Keskiennuste ilman palveluja, sama sattuma joka ajossa. Keskihajonta yhteensä {in_millions(whole)}{SPACE}M€.",
        "Haarukat eivät ole todennäköisyyksiä: osuudet kertovat, mitä selvittää ensin."]))


