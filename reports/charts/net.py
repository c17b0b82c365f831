"""The net chart: each budget year's net as it adds up, its interval, and the appropriation it must keep to."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.budget import NET, SIMULATED, chance, estimate_note, is_simulated
from reports.charts.fan import DPI, INK, LEFT, MEDIAN, NARROW, PALE, RIGHT, RULE, SIZE, TITLE_LINE, WIDE, save
from reports.numbers import DASH, day, in_millions, month, number
from sources.errors import InputError

LIMIT = "#d55e00"  # Okabe and Ito's vermilion: against blue, told apart by the colour-blind
LETTERS = "THMHTKHESLMJ"  # of the months
TOP, BOTTOM, GAP = 0.69, 0.17, 0.02


def net_chart(net: pd.DataFrame, budget: pd.DataFrame, path: Path, *, title: str, source: str, date: Date) -> Figure:
    """Draw each year's net to date and its appropriation into the PNG file *path*.

    Parameters
    ----------
    net, budget : tables of scenarios.net; euros.
    path : the file to write, whole or not at all; its folder is made.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a year; lines hold months of the year from 1 against millions of euros.

    Raises
    ------
    InputError : there is no net, or the file cannot be written.
    """
    shown = net[(net["object"] == NET) & (net["span"] == "year_to_date")]
    if shown.empty:
        raise InputError("net", "column object", f"has no row {NET}", "give the chart the table net of a run")
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    head = fill(title, 102, break_on_hyphens=False)
    figure.text(LEFT, 0.97, head, size=12, weight="bold", color=INK, va="top", parse_math=False)
    totals = budget[budget["object"] == NET].set_index("year").to_dict("index")
    newest = net[(net["kind"] == "observed") & (net["object"] == "benefit_share")]["month"].max()
    width = (RIGHT - LEFT - GAP * (len(totals) - 1)) / len(totals)
    highest = max(shown["p90"].max(), shown["appropriation"].max()) / 1e6
    top = TOP - TITLE_LINE * max(head.count("\n") - 1, 0)  # room for a title of three lines
    for place, (year, row) in enumerate(totals.items()):
        axes = figure.add_axes((LEFT + place * (width + GAP), BOTTOM, width, top - BOTTOM))
        _panel(axes, shown[shown["month"].str.startswith(f"{year}-")], newest, estimate_note(budget["status"]))
        axes.set_ylim(0, 1.06 * highest)
        axes.tick_params(axis="y", labelleft=place == 0)
        _head(axes, year, row)
    figure.axes[0].annotate("M€ vuoden alusta", (0, 1), xycoords="axes fraction", xytext=(-4, 5),
                            textcoords="offset points", size=9, color=PALE)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", ncols=len(labels), frameon=False, fontsize=9,
                  bbox_to_anchor=(LEFT - 0.008, 0.965 - TITLE_LINE * (1 + head.count("\n"))))
    footer = _footer(budget, is_simulated(net), newest, source, date)
    figure.text(LEFT, 0.02, footer, size=8, color=PALE, va="bottom", linespacing=1.4, parse_math=False)
    save(figure, path)
    return figure


def _panel(axes: Axes, months: pd.DataFrame, newest: str, note: str) -> None:
    """Net and appropriation to date of one year, in millions of euros by month from 1."""
    at = months["month"].str[-2:].astype(int)
    for low, high, colour, label in (("p10", "p90", WIDE, f"80 %:n väli (10{DASH}90 %)"),
                                     ("p25", "p75", NARROW, f"50 %:n väli (25{DASH}75 %)")):
        axes.fill_between(at, months[low] / 1e6, months[high] / 1e6, color=colour, linewidth=0, label=label)
    axes.plot(at, months["median"] / 1e6, color=MEDIAN, linewidth=1.8, linestyle=(0, (5, 1.5)), label="Netto, mediaani")
    axes.plot(at, months["appropriation"] / 1e6, color=LIMIT, linewidth=1.6,
              label="Määräraha jaksotettuna" + f" ({note})" * bool(note))
    axes.axhline(months["appropriation"].iloc[-1] / 1e6, color=LIMIT, linewidth=0.8, linestyle=":")
    if newest in set(months["month"]):
        axes.axvline(int(newest[-2:]) + 0.5, color=INK, linewidth=0.8, linestyle=":")
    axes.set_xlim(0.5, 12.5)
    axes.set_xticks(range(1, 13), LETTERS)
    axes.tick_params(colors=PALE, labelsize=9, length=0)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.grid(axis="y", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _head(axes: Axes, year: int, row: dict[str, Any]) -> None:
    """Year, forecast against appropriation, and the chance of a break, above a panel."""
    detail = f"määräraha {in_millions(row['appropriation'], 1)} M€\nylittyy: {chance(row['p_break'])}"
    head = f"{year}: netto {in_millions(row['median'], 1)} M€"
    for text, points, style in ((head, 40, {"weight": "bold", "size": 11}), (detail, 15, {"size": 8.5})):
        axes.annotate(text, (0.5, 1), xycoords="axes fraction", xytext=(0, points), textcoords="offset points",
                      ha="center", color=INK, **style)


def _footer(budget: pd.DataFrame, simulated: bool, newest: str, source: str, date: Date) -> str:
    parts = [SIMULATED] * simulated
    if not simulated and not (budget["object"].eq("operating") & budget["observed_months"].gt(0)).any():
        parts.append("Toimintamenot ovat suunnitelman lukuja, ei toteumaa.")
    parts.append(f"Pisteviiva: viimeisin kuntaosuuden toteuma {month(newest)}, ja vuoden määräraha.")
    units = "Sitova netto = kuntaosuus + toimintamenot − tulot. Eurot käypiä, kustannus positiivinen."
    return "\n".join(fill(part, 165, break_on_hyphens=False)
                     for part in [" ".join(parts), f"{units} Lähde: {source}. Laadittu {day(date)}."])
