"""Scenarios side by side in the console: the board, then where the differences are and who gets them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from rich.console import Group
from rich.text import Text

from reports.effect import ALL_YEARS, UNTOLD
from reports.layout import empty_table, footnotes, number_column
from reports.lines import TOTAL, line_label
from reports.numbers import in_millions, number, percent, plus_minus, signed
from reports.run_titles import group_name
from reports.tables import SIGN

BOARD = {("benefit_share", TOTAL): "Kuntaosuus, M€", ("operating", TOTAL): "Toimintamenot, M€",
         ("net", TOTAL): "Sitova netto, M€", ("paid_days", TOTAL): "Maksetut päivät, 1 000"}
PAYERS = {"state": "valtio", "kela": "Kela", "funds": "työttömyyskassat", "pension_insurers": "työeläkelaitokset",
          "wellbeing_county": "hyvinvointialue", "employers": "työnantajat",
          "municipal_tax": "kunnan tulo"}
PEOPLE = {"helped": "autettu", "set_back": "joutuu odottamaan"}
A_TABLE = 4  # scenarios beside the reference
MOST = 8  # lines of a scenario's differences


def board(rows: pd.DataFrame, risk: pd.DataFrame, titles: Mapping[str, str]) -> Iterator[Group]:
    """The first scenario, and what each other one changes of it, year by year; a table for every A_TABLE of them.

    Parameters
    ----------
    rows, risk : of scenarios.decide.compare.Comparison.
    titles : title of each scenario by its name, the first first.
    """
    reference, *others = titles
    for begin in range(0, len(others), A_TABLE):
        some = others[begin:begin + A_TABLE]
        table = empty_table(f"Skenaariot rinnakkain: {titles[reference]} ja ero siihen", "")
        number_column(table, titles[reference])
        for name in some:
            number_column(table, titles[name])
            table.columns[-1].no_wrap = False
        for year in _years(rows):
            table.add_section()
            table.add_row("Kaikki vuodet" if year == ALL_YEARS else str(year), style="bold")
            for cells in _board_rows(rows, risk, year, reference, some):
                table.add_row(*cells)
        for people in _people_rows(rows, some):  # over the whole run, so after the last year
            table.add_row(*people)
        yield Group(table, footnotes([
            f"Ero ± 95 %:n luottamusväli keskimääräiselle erolle: samat ihmiset ja sattuma. Himmeä {UNTOLD}. {SIGN}",
            "Autettu: vähintään kuukausi vähemmän maksettuja päiviä kuin ensimmäisen perusuralla; joutuu odottamaan: "
            "kuukausi enemmän."]))


def _years(rows: pd.DataFrame) -> list[int]:
    years = sorted(set(rows.loc[rows["object"] == "net", "year"]) - {ALL_YEARS}) or sorted(
        set(rows["year"]) - {ALL_YEARS})
    return [*years, ALL_YEARS] if len(years) > 1 else years


def _board_rows(rows: pd.DataFrame, risk: pd.DataFrame, year: int, reference: str,
                some: Sequence[str]) -> Iterator[list[str | Text]]:
    of_year = rows[(rows["year"] == year) & (rows["part"] == "")].set_index(["object", "line", "scenario"])
    for key, name in BOARD.items():
        if (*key, some[0]) in of_year.index:
            found = [of_year.loc[(*key, each)] for each in some]
            form = _thousands if key[0] == "paid_days" else in_millions
            yield [f"  {name}", form(found[0]["baseline"]), *(_change(row, form) for row in found)]
    if len(risk) and year != ALL_YEARS:
        chance = risk[(risk["year"] == year) & (risk["object"] == "net")].set_index("scenario")["p_break"]
        yield ["  Netto ylittyy", *(percent(chance[each], 0) for each in (reference, *some))]


def _people_rows(rows: pd.DataFrame, some: Sequence[str]) -> Iterator[list[str]]:
    people = rows[(rows["object"] == "group") & rows["part"].isin(PEOPLE)]
    for part, name in PEOPLE.items():
        sums = people[people["part"] == part].groupby("scenario")["diff_mean"].sum()
        if len(sums):
            yield [f"  Ihmisiä {name}", "", *(signed(sums[each]) for each in some)]


def _change(row: Any, form: Callable[[float], str]) -> Text:
    """Difference with its margin, dim where it is not told from zero."""
    text = plus_minus(row["diff_mean"], row["diff_high"] - row["diff_mean"], form)
    return Text(text, "" if row["certain"] else "dim")


def _thousands(value: float) -> str:
    return number(value / 1e3, 1)


def _kiloeuros(value: float) -> str:
    return number(value / 1e3)


def where_table(rows: pd.DataFrame, name: str, title: str, names: Mapping[str, str]) -> Group | None:
    """Of one scenario, over all years: lines, day classes, groups, units and other payers that move; None if none do.

    Parameters
    ----------
    name, title : of the scenario.
    names : name in print of contracts, units of caseworkers and memo lines.
    """
    whole = rows[(rows["scenario"] == name) & (rows["year"] == ALL_YEARS) & rows["certain"]]
    table = empty_table(f"Missä ero on, kaikki vuodet: {title}", "")
    table.columns[0].no_wrap = False  # names take two lines before a figure is cut
    for heading in ("Vertailu", "Skenaario", "Ero ± 95 %"):
        number_column(table, heading)
    shown = False
    for heading, found in _parts(whole, names):
        if found:
            table.add_section()
            table.add_row(heading, style="bold")
        for label, row, form in found:
            table.add_row(f"  {label}", form(row["baseline"]), form(row["value"]), _change(row, form))
            shown = True
    note = "Vain nollasta erottuvat. Muiden maksajien eurot ovat muistirivejä, eivät osa sitovaa nettoa."
    return Group(table, footnotes([note])) if shown else None


Found = list[tuple[str, Any, Callable[[float], str]]]


def _parts(whole: pd.DataFrame, names: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    """Heading and rows of each part of the table, the largest change first."""
    classes = whole[(whole["object"] == "benefit_share") & (whole["line"] != TOTAL)]
    yield "Kuntaosuus päiväluokittain, 1 000 €", [(line_label(row["line"]), row, _kiloeuros)
                                             for _, row in classes.iterrows()]
    bills = _largest(whole[(whole["object"] == "contract") & (whole["part"] == "euros")])
    yield "Sopimukset, 1 000 €", [(names.get(row["line"], row["line"]), row, _kiloeuros) for row in bills]
    starts = _largest(whole[(whole["object"] == "contract") & (whole["part"] == "started")])
    yield "Aloituksia", [(names.get(row["line"], row["line"]), row, number) for row in starts]
    groups = whole[(whole["object"] == "group") & whole["part"].isin(("paid_days", "helped", "set_back"))]
    words = {"paid_days": "maksetut päivät", **PEOPLE}
    yield "Ryhmät", [(f"{group_name(row['line'])}: {words[row['part']]}", row, number) for _, row in groups.iterrows()]
    units = _largest(whole[(whole["object"] == "caseworkers") & (whole["part"] == "meetings")])
    yield "Tapaamisia yksiköittäin", [(names.get(row["line"], row["line"]), row, number) for row in units]
    memo = whole[whole["object"] == "memo"]
    yield "Muut maksajat, 1 000 €", [(f"{names.get(row['part'], row['part'])} ({PAYERS[row['line']]})", row, _kiloeuros)
                                     for _, row in memo.iterrows()]


def _largest(rows: pd.DataFrame) -> list[Any]:
    order = rows["diff_mean"].abs().sort_values(ascending=False).index[:MOST]
    return [rows.loc[place] for place in order]
