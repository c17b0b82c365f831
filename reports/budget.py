"""The budget in print: what was decided, what is forecast, what may break, and the budget file itself.

Appropriations that are not the council's own say so wherever they show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Group
from rich.table import Table

from reports.language import text
from reports.lines import object_label
from reports.numbers import DASH, in_millions, interval, millions, month, number, percent, signed
from reports.tables import SIGN, STATUSES, empty_table, footnotes, number_column

NET = "net"
HARDLY, SURE = 0.005, 0.995  # probabilities beyond which draws are too few to tell them from certainty
OUTCOMES = {"both": "Molemmat ylittyvät", "only_benefit_share": "Vain kuntaosuus ylittyy",
            "only_operating": "Vain toimintamenot ylittyvät", "neither": "Kumpikaan ei ylity"}
NO_BUDGET = "Talousarviota ei ole (budget.yaml puuttuu tai ei kata ennustevuosia): nettoa ei laskettu."
PLANNED = "Toimintamenoissa ei ole toteumaa: kaikki kuukaudet ovat suunnitelman lukuja vaihteluväleineen."
NO_OUTTURN = "Toimintamenoissa ei ole toteumaa."
SHOWN = {"already": "jo nyt", "none": DASH}


def chance(probability: float) -> str:
    """A probability in whole per cent; draws are too few to tell one near 0 or 1 from certainty.

    >>> chance(0.5).replace("\N{NO-BREAK SPACE}", "_"), chance(1.0).replace("\N{NO-BREAK SPACE}", "_")
    ('50_%', 'yli_99_%')
    """
    if probability >= SURE:
        return text("budget.over", percent=percent(0.99, 0))
    return percent(probability, 0) if probability >= HARDLY else text("budget.under", percent=percent(0.01, 0))


def estimate_note(status: pd.Series) -> str:
    """The words that tell that an appropriation is no decision; empty when all were read at the council's own."""
    return "" if (status == "verified").all() else text("budget.estimate")


def is_simulated(net: pd.DataFrame) -> bool:
    """Whether operating cost in the table *net* was simulated, as a run with services does, and is no plan."""
    return bool(((net["object"] == "operating") & (net["kind"] == "forecast")).any())


def budget_tables(budget: pd.DataFrame, breaks: pd.DataFrame, title: str, *, simulated: bool = False) -> Group:
    """Budget years by object, and the chance of a break.

    Parameters
    ----------
    budget, breaks : tables of scenarios.net; euros and probabilities.
    title : whose budget.
    simulated : whether the run simulated operating cost, for the note.
    """
    note = estimate_note(budget["status"])
    marked = f" (määrärahat: {note})" if note else ""
    table = empty_table(f"Talousarvio ja ennuste, M€, {title}{marked}", "")
    for heading in ("Talous-\narvio", "Muutettu\ntalousarvio", "Ennuste\nmediaani", f"\n10{DASH}90 %", "\nPoikkeama",
                    "Ylityksen\ntodennäköisyys"):
        number_column(table, heading)
    for year, rows in budget.groupby("year"):
        table.add_section()
        for row in rows.itertuples():
            name = object_label(row.object)
            bold = "bold" if row.object == NET else ""
            table.add_row(f"{year} {name}", *map(in_millions, (row.original, row.amended, row.median)),
                          DASH if row.p10 == row.p90 else interval(row.p10, row.p90, in_millions),
                          signed(row.deviation, in_millions),
                          DASH if row.object == "income" else chance(row.p_break), style=bold)
    notes = [_observed_note(budget, simulated),
             f"{SIGN} Tulot ovat negatiivisia. Poikkeama = ennuste − voimassa oleva määräraha.",
             "Sitova netto lasketaan simulaation joka vedossa erikseen: mediaanit eivät laskeudu yhteen."]
    return Group(table, footnotes(notes), _breaks(budget, breaks))


def net_finding(budget: pd.DataFrame) -> str:
    """The sentence on the binding net: chance of a break by year, and its size in the year where it is largest."""
    net = budget[budget["object"] == NET]
    chances = [f"{chance(row.p_break)} ({row.year})" for row in net.itertuples()]
    note = estimate_note(budget["status"])
    told = text("budget.breaks", note=f" ({note})" * bool(note), chances=listed(chances))
    if net["overrun"].notna().any():
        worst = net.loc[(net["p_break"] * net["overrun"]).fillna(0).idxmax()]
        told += text("budget.worst", euros=millions(worst["overrun"], 1), year=worst["year"])
    return told


def appropriations_table(months: pd.DataFrame, title: str) -> Group:
    """Appropriations of budget years: original, amended and phased months.

    Parameters
    ----------
    months : year, month, object, original, amended, appropriation, status; euros, of scenarios.books.
    title : whose budget.
    """
    note = estimate_note(months["status"])
    groups = []
    for year, rows in months.groupby("year"):
        table = empty_table(f"{title} {year}, euroa" + f" ({note})" * bool(note), "")
        names = list(rows["object"].unique())
        for name in names:
            number_column(table, object_label(name))
        by_object = rows.set_index("object")
        for label, column in (("Talousarvio", "original"), ("Muutettu talousarvio", "amended")):
            table.add_row(label, *(number(by_object.loc[name, column].iloc[0]) for name in names))
        table.add_section()
        for label, part in rows.groupby("month", sort=False):
            table.add_row(month(label), *map(number, part["appropriation"]))
        groups.append(table)
    return Group(*groups, footnotes([SIGN + " Tulot ovat negatiivisia.",
                                       "Kuukaudet: voimassa oleva määräraha maksupäivien ja suunnitelman mukaan."]))


def memo_table(memo: Sequence[Mapping[str, Any]]) -> Table:
    """What others pay for the same people in a year: title, payer, euros and status of each line."""
    table = empty_table("Muut maksajat vuodessa, sitovan neton ulkopuolella", "")
    table.add_column("Maksaja")
    number_column(table, "M€")
    table.add_column("Näyttö")
    for line in memo:
        table.add_row(line["title"], line["payer"], in_millions(line["euros"], 1), STATUSES[line["status"]])
    return table


def _breaks(budget: pd.DataFrame, breaks: pd.DataFrame) -> Table:
    """Outcomes by year, then the net's break: chance, size, and when it shows."""
    years = list(budget["year"].unique())
    table = empty_table("Ylitykset yhdessä", "")
    for year in years:
        number_column(table, str(year))
    together = breaks.set_index(["outcome", "year"])["probability"]
    for name, label in OUTCOMES.items():
        table.add_row(label, *(chance(together[name, year]) for year in years))
    table.add_section()
    net = budget[budget["object"] == NET].set_index("year")
    table.add_row("Sitova netto ylittyy", *(chance(net["p_break"][year]) for year in years), style="bold")
    table.add_row("Odotettu ylitys, jos ylittyy, M€", *(in_millions(net["overrun"][year]) for year in years))
    for name in ("benefit_share", "operating", NET):
        first = budget[budget["object"] == name].set_index("year")["first_month"]
        table.add_row(f"{object_label(name)}: ylitys näkyy 80 %:n varmuudella",
                      *(SHOWN.get(first[year]) or month(first[year]) for year in years))
    return table


def _observed_note(budget: pd.DataFrame, simulated: bool) -> str:
    """How much of the operating cost is an outturn, and what the rest is."""
    cost = budget[budget["object"] == "operating"]
    seen = [f"{row.observed_months} kk vuonna {row.year}" for row in cost.itertuples() if row.observed_months]
    if simulated:
        return f"{f'Toimintamenojen toteumaa: {listed(seen)}.' if seen else NO_OUTTURN} {text('budget.simulated')}"
    return f"Toimintamenojen toteumaa: {listed(seen)}; muut kuukaudet ovat suunnitelman lukuja." if seen else PLANNED


def listed(parts: list[str]) -> str:
    """Parts as a sentence lists them.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b ja c', 'a')
    """
    return f" {text('budget.and')} ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
