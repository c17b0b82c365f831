"""What a scenario changes against its baseline, in print: the finding, euros by year, who gains and who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pandas as pd
from rich.console import Group
from rich.table import Table

from reports.language import text
from reports.layout import empty_table, footnotes, number_column
from reports.lines import TOTAL
from reports.numbers import DASH, SPACE, in_millions, interval, millions, number, plus_minus, signed
from reports.run_titles import group_name
from reports.tables import SIGN

ALL_YEARS = 0  # year of the rows that hold all years together
LINES = {
    ("benefit_share", TOTAL): "Kuntaosuus", ("operating", "purchases"): "  ostot", ("operating", "subsidies"): "  tuet",
    ("operating", "staff"): "  henkilöstö", ("operating", TOTAL): "Toimintamenot", ("net", TOTAL): "Sitova netto",
    ("benefit_share", "paid_days"): "Maksetut päivät, 1 000"}
UNTOLD = "ei erotu nollasta"  # in the console's tables, which are Finnish
MOST_GROUPS, MOST_CONTRACTS = 6, 4  # rows
GROUP_LINES = {"paid_days": "maksetut päivät", "late": "tapaaminen myöhässä, pv", "wait": "odotus palveluun, pv",
               "work": "työhön", "meetings": "tapaamisia"}
CONTRACT_LINES = {"wait": "odotus, pv", "started": "aloituksia"}


def effect_finding(effect: pd.DataFrame, window: str = "") -> str:
    """What the scenario comes to over all years, in a sentence; what is not told from zero says so.

    Parameters
    ----------
    effect : table of scenarios.run_effect; euros, scenario less baseline.
    window : months that its rows of all years hold, if not all.
    """
    span = window or _years(effect)
    whole = effect[effect["year"] == ALL_YEARS].set_index(["object", "line"])
    keys = [key for key in LINES if key[1] == TOTAL and key in whole.index]
    rows = {name: whole.loc[(name, line)] for name, line in keys}
    if all(_stays(row) for row in rows.values()):
        return text("effect.none", zero=f"{number(0, 2)}{SPACE}€")
    share = _verb("share", rows["benefit_share"])
    share = share[0].upper() + share[1:]
    if "net" not in rows:
        return text("effect.share_only", share=share, span=span)
    opposed = all(row["certain"] for row in rows.values() if row.name[0] != "net") and (
        rows["benefit_share"]["difference"] * rows["operating"]["difference"] < 0)
    net = rows["net"]
    return text("effect.opposed" if opposed else "effect.both", share=share, cost=_verb("cost", rows["operating"]),
                net=signed(net["difference"], millions), span=span,
                doubt="" if net["certain"] else f", {text('effect.untold')}")


def _stays(row: pd.Series) -> bool:
    return row["difference"] == 0 and row["error"] == 0


def _verb(name: str, row: pd.Series) -> str:
    """What an object does, or that it is not known to do anything."""
    if _stays(row):
        return text(f"effect.{name}_stays")
    if row["certain"]:
        kind = "saves" if row["difference"] < 0 else "costs"
        return text(f"effect.{name}_{kind}", euros=millions(abs(row["difference"])))
    return text(f"effect.{name}_change", euros=signed(row["difference"], millions))


def _years(effect: pd.DataFrame) -> str:
    years = effect.loc[effect["year"] != ALL_YEARS, "year"]
    return DASH.join(dict.fromkeys(str(year) for year in (years.min(), years.max())))


def avoided_day(effect: pd.DataFrame) -> str:
    """What an avoided paid day costs, in a sentence; empty where there is no operating cost."""
    found = effect[effect["line"] == "per_avoided_day"]
    if found.empty:
        return ""
    price = found.iloc[0]
    if not price["certain"]:
        return text("effect.day_untold")
    days = effect[(effect["line"] == "paid_days") & (effect["year"] == ALL_YEARS)].iloc[0]["difference"]
    if price["difference"] < 0:  # days and cost move the same way
        return text("effect.day_both_fall" if days < 0 else "effect.day_both_rise")
    band = interval(price["p10"], price["p90"], partial(number, decimals=2))
    return text("effect.day_avoided" if days < 0 else "effect.day_added",
                price=f"{number(price['difference'], 2)}{SPACE}€",
                band="" if band == DASH else text("effect.day_band", band=band))


def effect_table(effect: pd.DataFrame, title: str, window: str = "") -> Group:
    """Baseline, scenario and their difference by year and line; what is not told from zero is dim, and says so.

    Parameters
    ----------
    effect : table of scenarios.run_effect; euros, and paid days.
    title : whose scenario.
    window : months that its rows of all years hold, if not all.
    """
    table = empty_table(f"Skenaarion vaikutus perusuraan, M€: {title}", "")
    for heading in ("Perusura", "Skenaario", "Ero\n± 95 %", f"Ero\n10{DASH}90 %"):
        number_column(table, heading)
    table.add_column("", no_wrap=True)
    last = None
    for year, name, row in _shown(effect, bool(window)):
        if year != last:
            table.add_section()
            table.add_row(window or "Kaikki vuodet" if year == ALL_YEARS else str(year), style="bold")
            last = year
        form = _thousands if row.line == "paid_days" else in_millions
        none = row.difference == 0 and row.error == 0
        table.add_row(f"  {name}", *_cells(row, form), interval(row.p10, row.p90, form),
                      "" if row.certain else "ei muutu" if none else "ei erotu", style="" if row.certain else "dim")
    return Group(table, footnotes([note for note in (
        avoided_day(effect),
        f"Ero = skenaario − perusura, samat ihmiset ja sattuma molemmissa. {SIGN}",
        "± 95 %: keskimääräisen eron 95 %:n luottamusväli. 10–90 %: eron vaihtelu simulaatioiden välillä.",
        "Eurot: koko vuosi, kuluneet kuukaudet mukana. Päivät: vain ennustekuukausina.",
    ) if note]))


def _shown(effect: pd.DataFrame, windowed: bool) -> Iterator[tuple[int, str, Any]]:
    """Year, name in print and row of what is shown; all years last, if there are several or not all of their months."""
    rows = {(row.year, row.object, row.line): row for row in effect.itertuples()}
    years = sorted(set(effect["year"]) - {ALL_YEARS})
    for year in [*years, ALL_YEARS] if len(years) > 1 or windowed else years:
        for key, name in LINES.items():
            if (year, *key) in rows:
                yield year, name, rows[year, *key]


def _thousands(value: float) -> str:
    return number(value / 1e3, 1)


def _cells(row: Any, form: Callable[[float], str]) -> list[str]:
    """Figures of a row of the effect: baseline, scenario, difference with the half width of its 95 % interval."""
    return [form(row.baseline), form(row.scenario),
            plus_minus(row.difference, row.margin, form)]


def gains_table(groups: pd.DataFrame, services: pd.DataFrame) -> Group | None:
    """Which groups and waiting lists gain or lose, a few of each: only what is told from zero; None if nothing is.

    Parameters
    ----------
    groups, services : tables ``effect_groups`` and ``effect_services`` of scenarios.run_effect.
    """
    found = [*_told(groups, GROUP_LINES, lambda row: group_name(row.group))[:MOST_GROUPS],
             *_told(services, CONTRACT_LINES, lambda row: row.title)[:MOST_CONTRACTS]]
    if not found:
        return None
    table: Table = empty_table("Kuka hyötyy ja kuka odottaa", "")
    for heading in ("Perusura", "Skenaario", "Ero\n± 95 %"):
        number_column(table, heading)
    for name, row in found:
        decimals = 0 if row.line in ("paid_days", "work", "meetings", "started") else 1
        table.add_row(name, *_cells(row, partial(number, decimals=decimals)))
    return Group(table, footnotes(["Koko ennusteajalta, vain nollasta erottuvat muutokset."]))


def _told(effect: pd.DataFrame, lines: dict[str, str], name: Callable[[Any], str]) -> list[tuple[str, Any]]:
    """Name in print and row of what is told from zero, in the order of *lines*, the largest change first."""
    certain = effect[effect["certain"] & effect["line"].isin(lines)]
    order = {line: place for place, line in enumerate(lines)}
    certain = certain.assign(place=certain["line"].map(order), size=certain["difference"].abs()).sort_values(
        ["place", "size"], ascending=[True, False])
    return [(f"{name(row)}: {lines[row.line]}", row) for row in certain.itertuples()]
