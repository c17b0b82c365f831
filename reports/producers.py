"""Producers in print: outcomes on equal terms, what they cost, when it is paid, and whose the risk is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from rich.console import Group
from rich.table import Table
from rich.text import Text

from reports.layout import empty_table, footnotes, number_column
from reports.numbers import DASH, SPACE, interval, months, number, percent, signed, thousands
from reports.services import KINDS
from reports.tables import SIGN
from scenarios.decide.producers import Producers

NAME_WIDTH = 34
AVOIDED = {"needs_pair": "tarvitsee parin", "several_changes": "useita muutoksia",
           "not_told_from_zero": "ei erotu nollasta", "no_price": "ei hintaa"}
RISKS = {"outcomes_lower": "Tuloksia\n−10 %", "outcomes_higher": "Tuloksia\n+10 %",
         "volume_lower": "Osallistujia\n−20 %"}
NOT_AT_HAND = ("Tuottajan riskiä ja vuodenvaihteen yli siirtyviä maksuja ei voi laskea: kunnan palvelutiedostot ovat "
               "muuttuneet ajon jälkeen.")


def producers_tables(told: Producers) -> Group:
    """All that is told of the producers of a run."""
    parts: list[Any] = [_outcomes(told), _costs(told), _payments(told)]
    parts += [_risk(told)] if told.risk is not None else [footnotes([NOT_AT_HAND])]
    return Group(*parts)


def _table(title: str, *headings: str) -> Table:
    table = empty_table(title, "Palvelu ja sopimus")
    table.columns[0].no_wrap, table.columns[0].width = False, NAME_WIDTH
    for heading in headings:
        number_column(table, heading)
    return table


def _rows(table: Table, rows: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    """Name in print and row of each contract that did anything: those that can be compared below their service."""
    used = rows[(rows["starts"] > 0) | (rows["payment"] != 0)]
    many = used.groupby("service")["contract"].transform("size") > 1
    for _, part in used[many].groupby("service", sort=False):
        table.add_row(Text(part["service_title"].iloc[0], "bold"))
        yield from ((f"  {row.title}", row) for row in part.itertuples())
        table.add_section()
    if many.any() and not many.all():
        table.add_row(Text("Palvelut, joilla on yksi sopimus", "bold"))
    yield from (("  " * bool(many.any()) + row.title, row) for row in used[~many].itertuples())


def _outcomes(told: Producers) -> Group:
    table = _table(f"Tulos, % aloittaneista, {told.municipality}: {told.run}", "Aloituk-\nsia/v", "Raaka", "Vakioitu",
                   f"10{DASH}90 %", "Kutis-\ntettu", f"Vuoden\nasiakkailla\n10{DASH}90 %")
    table.add_column("Ero muihin", no_wrap=True, vertical="bottom")
    for name, row in _rows(table, told.table):
        table.add_row(name, number(row.starts), _share(row.raw), _share(row.adjusted),
                      interval(row.low, row.high, _share), Text(_share(row.shrunk), "bold"),
                      interval(row.year_low, row.year_high, _share), _difference(row))
    within, lasting = (number(each, int(each % 1 > 0)) for each in told.outcome)
    return Group(table, footnotes([
        f"Tulos: avoin työ alkaa palvelun aikana tai {within} kk:n kuluessa siitä ja kestää {lasting} kk.",
        "Raaka: aloittaneista, joita ajossa seurattiin loppuun. Kertoo yhtä paljon asiakkaista kuin tuottajasta.",
        "Vakioitu: palvelun keskimääräisillä asiakkailla (ikä, kieli, työkyky, työttömyyden kesto, päiväluokka).",
        "  Väli: kuinka hyvin ajo sen tuntee. Kutistettu: pieni vedetty kohti palvelun keskiarvoa (empiirinen Bayes).",
        "Vuoden asiakkailla: mitä yhden vuoden todelliset asiakkaat voivat näyttää sattuman takia.",
        "Vertaa vain saman palvelun sopimuksia: eri palveluihin ohjataan eri ihmisiä. Osuus ei ole vaikutus.",
    ]))


def _share(value: float) -> str:
    return number(100 * value, 1)


def _difference(row: Any) -> str:
    if not row.compared:
        return "ei seurattuja"
    if row.compared < 2:
        return "ei verrokkia"
    return f"{signed(100 * (row.ratio - 1))}{SPACE}%" if row.told else "ei erotu"


def _costs(told: Producers) -> Group:
    table = _table("Kustannus ja odotus")
    table.add_column("Tapa", no_wrap=True, vertical="bottom")
    for heading in ("Loppuun,\n%", "Jono,\npv", "€/aloitus", "€/tulos", "€/vältetty\nmaksettu päivä"):
        number_column(table, heading)
    for name, row in _rows(table, told.table):
        avoided = AVOIDED.get(row.avoided_day_known) or number(row.avoided_day, 2)
        table.add_row(name, KINDS[row.kind], _share(row.completed), number(row.wait, 1), number(row.per_start),
                      number(row.per_outcome), avoided)
    return Group(table, footnotes([
        "Loppuun: palvelun suunnitellusti päättäneet. Jono: aloittaneiden odotus.",
        "€/tulos: aloituksen hinta jaettuna kutistetulla osuudella. Osalle tulos olisi tullut ilman palveluakin.",
        "€/vältetty päivä: vain parista. Aja skenaario, joka muuttaa yhden palvelun sopimuksia (kuntaosuus run).",
        "Ilman kaupungin omaa henkilöstöä, joka on toimintamenoissa omana rivinään.",
    ]))


def _payments(told: Producers) -> Group:
    years = told.years.pivot(index="contract", columns="year", values="paid")
    late = None if told.year_ends is None else told.year_ends.pivot(index="contract", columns="year", values="euros")
    columns = [f"Maksetaan\n{year}" for year in years]
    columns += [] if late is None else [f"Jää vuo-\ndelta {year}" for year in late]
    table = _table("Maksut, 1 000 €", *columns)
    for name, row in _rows(table, told.table):
        cells = [years.loc[row.contract, year] for year in years]
        cells += [] if late is None else [late.loc[row.contract, year] for year in late]
        table.add_row(name, *map(thousands, cells))
    calendar = told.cash["month"]
    return Group(table, footnotes([
        f"Maksetaan: laskut, jotka erääntyvät {months(calendar.min(), calendar.max())}; --json antaa kuukaudet.",
        "Jää vuodelta: vuoden loppuun mennessä tapahtunut, joka erääntyy vasta vuodenvaihteen jälkeen.",
        SIGN,
    ]))


def _risk(told: Producers) -> Group:
    assert told.risk is not None
    table = _table("Kenen riski: maksun muutos, 1 000 €", "Maksu", *RISKS.values(), "Tuottajan osuus\ntulosriskistä")
    risk = told.risk.set_index("contract")
    for name, row in _rows(table, told.table):
        of = risk.loc[row.contract]
        table.add_row(name, thousands(of["euros"]), *(signed(of[name], thousands) for name in RISKS),
                      percent(of["producer_share"], 0) if pd.notna(of["producer_share"]) else DASH)
    return Group(table, footnotes([
        "Maksu: ennustekuukausien tapahtumista, milloin se erääntyykin; sopimuksen omin hinnoin, katoin ja pohjin.",
        "Osuus: 0 % kaupunki maksaa saman, vaikka tuloksia tulee vähemmän; 100 % maksu laskee samassa suhteessa.",
    ]))
