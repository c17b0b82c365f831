"""The brake in print: what stopping each contract saves, what it costs later, and what closes the gap.

Differences are mean differences of pairs with half their 95 % interval. What is not told from zero says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.effect import UNTOLD
from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.lines import TOTAL, line_label, object_label
from reports.numbers import DASH, SPACE, day, millions, number, percent, signed, thousands
from reports.service_tables import NO_PLAN_OF_THE_CITY
from reports.services import CLASSES
from reports.tables import SIGN

if TYPE_CHECKING:
    from scenarios.decide.brake import Brake

ALL_YEARS = 0
IDLE = {"no_bills": "ei laskuta vuonna", "too_late": "ei ehdi loppua vuonna"}
PACKAGE, INTERACTION = "package", "interaction"
OBJECTS = ("operating", "benefit_share", "net")
PRICES = {"saves_both": "säästää\nmolemmat", "unknown": "ei erotu", "no_saving": "ei säästä"}


def brake_tables(told: Brake) -> Group:
    """Levers in order, then the package: by object and year, and the benefit share by day class."""
    parts: list[Any] = [_levers(told), footnotes(_notes(told))]
    if told.package is not None:
        parts += [_package(told), _classes(told), footnotes([
            "Yhteisvaikutus = paketti − osiensa summa: yhdestä palvelusta pois jäävät hakeutuvat toiseen.", SIGN])]
    return Group(*parts)


def brake_finding(told: Brake) -> str:
    """Whether the gap closes, and what that costs later, in a sentence."""
    gap, package = millions(told.gap), told.package
    if package is None:
        return text("brake.none", gap=gap, year=told.year)
    added, taken = package["added"], int(told.levers["taken"].sum())
    later = text("brake.rises" if added > 0 else "brake.falls", euros=millions(abs(added)))
    if not package["added_certain"]:
        later = text("brake.untold", euros=signed(added, millions))
    words = {"gap": gap, "reached": millions(max(told.reached, 0.0)), "year": told.year, "later": later,
             "span": _span(told), "draws": told.draws,
             "brakes": text("brake.one") if taken == 1 else text("brake.many", count=taken)}
    certain = package["operating_certain"]
    if told.closes:
        return text("brake.closes" if certain else "brake.closes_untold", **words)
    return text("brake.open" if certain else "brake.open_untold", **words)


def within_line(told: Brake) -> str:
    """Chance that the net keeps to the budget, before and after."""
    before, after = (percent(share, 0) for share in told.within)
    return (f"Sitova netto pysyy määrärahassa {told.year}: {before} simulaatioista ennen, {after} jarrujen jälkeen "
            f"({told.draws} vetoa: karkea; tarkemmin ajosta, kuntaosuus risk).")


def _span(told: Brake) -> str:
    return DASH.join(dict.fromkeys((str(told.years[0]), str(told.years[-1]))))


def _levers(told: Brake) -> Table:
    table = empty_table(f"Jarru ja sen hinta, 1{SPACE}000 €: {told.municipality} {told.year}, päätös "
                        f"{day(told.decided)}", "Sopimus")
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    table.pad_edge, table.padding = False, (0, 1, 0, 0)
    headings = ["Loppuu", "\nLaskut", "Sidottu", "Säästyy",
                *(f"Kuntaosuus\n{year}" for year in told.years), f"Netto\n{told.year}",
                "Vaille\npaikkaa", "Säästö €\n/ lisä-€"]
    for heading in headings:
        number_column(table, heading)
    shares = {year: _difference(told, year) for year in told.years}
    for name, row in told.levers.iterrows():
        table.add_row(
            f"{'● ' if row['taken'] else '  '}{row['title']}", day(pd.Timestamp(row["stop"]).date()),
            thousands(row["bills"]), thousands(row["committed"]), thousands(row["saved"]),
            *(_with_margin(shares[year].loc[name]) for year in told.years),
            _with_margin({"difference": row["net"], "margin": row["net_margin"], "certain": row["net_certain"]}),
            number(row["people"]), _price(row), style="" if row["standing"] != "no_saving" else "dim")
    return table


def _difference(told: Brake, year: int) -> pd.DataFrame:
    """Rows by lever of the benefit share in *year*."""
    parts = told.parts
    rows = parts[(parts["object"] == "benefit_share") & (parts["line"] == TOTAL) & (parts["year"] == year)]
    return rows.set_index("lever")


def _with_margin(row: Any) -> Text:
    margin = thousands(row["margin"]) if np.isfinite(row["margin"]) else "?"
    return Text(f"{signed(row['difference'], thousands)}{SPACE}±{SPACE}{margin}", "" if row["certain"] else "dim")


def _price(row: pd.Series) -> str:
    return number(row["per_euro"], 1) if row["standing"] in ("cheap", "dear") else PRICES[row["standing"]]


def _notes(told: Brake) -> list[str]:
    idle = [f"{IDLE[why]} {told.year}: {', '.join(rows['title'])}" for why, rows in told.idle.groupby("why")]
    classes = {CLASSES[each] for each in told.levers["statutory_class"]}
    missing = [str(year) for year in (told.year + 1, told.year + 2) if year not in told.years]
    return [
        f"● paketissa. Laskut: vuoden {told.year}; sidottu: tulevat silti; säästyy: jäävät tulematta. ±: 95 %:n väli.",
        f"Säästö € / lisä-€: vuoden {told.year} toimintamenojen säästö kuntaosuuden lisäystä kohden ({_span(told)}).",
        f"ei erotu: säästö tai lisäys {UNTOLD}, hintaa ei tiedetä: järjestys säästön mukaan. Himmeä: {UNTOLD}.",
        *([f"Ei ennusteessa, eikä siksi hinnassa: {' ja '.join(missing)}."] if missing else []),
        *(f"{line[0].upper()}{line[1:]}." for line in idle),
        f"Vain {' ja '.join(sorted(classes))}: lakisääteisiin ja tarvesidonnaisiin ei kosketa.",
        f"Irtisanomisajat, hinnat ja vaikutukset: {NO_PLAN_OF_THE_CITY}.",
    ]


def _package(told: Brake) -> Table:
    """Sum of the parts, interaction and package, by object and year."""
    table = empty_table(f"Paketti, 1{SPACE}000 €", "")
    columns = {"Osien summa": "sum", "Yhteisvaikutus\n± 95 %": INTERACTION, "Paketti\n± 95 %": PACKAGE}
    for heading in columns:
        number_column(table, heading)
    rows = told.parts[(told.parts["line"] == TOTAL) & told.parts["object"].isin(OBJECTS)].set_index(
        ["lever", "object", "year"])
    for year in (*told.years, *([ALL_YEARS] if len(told.years) > 1 else [])):
        table.add_section()
        table.add_row("Kaikki vuodet" if year == ALL_YEARS else str(year), style="bold")
        for name in OBJECTS:
            whole, between = rows.loc[(PACKAGE, name, year)], rows.loc[(INTERACTION, name, year)]
            table.add_row(f"  {object_label(name)}", signed(whole["difference"] - between["difference"], thousands),
                          _with_margin(between), _with_margin(whole))
    return table


def _classes(told: Brake) -> Table:
    """The package's benefit share by day class and year."""
    table = empty_table(f"Paketin kuntaosuus, 1{SPACE}000 €", "Maksetut päivät")
    for year in told.years:
        number_column(table, f"{year} ± 95 %")
    parts = told.parts
    rows = parts[(parts["lever"] == PACKAGE) & (parts["object"] == "benefit_share")].set_index(["line", "year"])
    for line in sorted(rows.index.unique("line"), key=lambda each: each == TOTAL):
        table.add_row(line_label(line), *(_with_margin(rows.loc[(line, year)]) for year in told.years),
                      style="bold" if line == TOTAL else "")
    return table
