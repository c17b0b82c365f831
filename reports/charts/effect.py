"""The effect chart: what a scenario changes of the benefit share, operating cost and the net, year by year."""

from __future__ import annotations

import math
from datetime import date as Date
from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.fan import DPI, INK, LEFT, MEDIAN, PALE, RIGHT, RULE, SIZE, TITLE_LINE, WIDE, save
from reports.effect import ALL_YEARS, UNTOLD
from reports.lines import TOTAL
from reports.numbers import DASH, day, in_millions, number, signed

PANELS = {"benefit_share": "Kuntaosuus", "operating": "Toimintamenot", "net": "Sitova netto"}
GREY = "#999999"
TOP, BOTTOM, GAP = 0.80, 0.20, 0.015


def effect_chart(effect: pd.DataFrame, path: Path, *, title: str, source: str, date: Date,
                 window: str = "") -> Figure:
    """Draw each year's difference with its intervals, and all years together, into the PNG file *path*.

    Parameters
    ----------
    effect : table of scenarios.run_effect; euros, scenario less baseline.
    path : the file to write, whole or not at all; its folder is made.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    window : months that all years together hold, if not all.

    Returns
    -------
    Figure : one axes an object; where nothing was told from zero, the marker is grey.

    Raises
    ------
    InputError : the file cannot be written.
    """
    totals = effect[effect["line"] == TOTAL]
    if totals["year"].nunique() == 2 and not window:  # one year is all of them
        totals = totals[totals["year"] != ALL_YEARS]
    shown = [name for name in PANELS if name in set(totals["object"])]
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    head = fill(title, 102, break_on_hyphens=False)
    figure.text(LEFT, 0.97, head, size=12, weight="bold", color=INK, va="top", parse_math=False)
    width = (RIGHT - LEFT - GAP * (len(shown) - 1)) / len(shown)
    top = TOP - TITLE_LINE * head.count("\n")
    low, high = min(totals["p10"].min(), 0.0) / 1e6, max(totals["p90"].max(), 0.0) / 1e6
    room = 0.12 * (high - low or 1.0)
    for place, name in enumerate(shown):
        axes = figure.add_axes((LEFT + place * (width + GAP), BOTTOM, width, top - BOTTOM))
        _panel(axes, totals[totals["object"] == name], window)
        axes.set_ylim(low - room, high + room)
        number_axis(axes)
        axes.set_title(PANELS[name], loc="left", size=11, weight="bold", color=INK)
        axes.tick_params(axis="y", labelleft=place == 0)
    figure.axes[0].annotate("M€", (0, 1), xycoords="axes fraction", xytext=(-4, 10), textcoords="offset points",
                            ha="right", size=9, color=PALE)
    figure.text(LEFT, 0.02, _footer(source, date), size=8, color=PALE, va="bottom", linespacing=1.4, parse_math=False)
    save(figure, path)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, window: str) -> None:
    """Mean difference by year, its error, and the spread of units; all years together last, apart."""
    rows = rows.sort_values("year", key=lambda years: years.where(years != ALL_YEARS, 9999))
    whole = window.replace(DASH, f"{DASH}\n") or "yhteensä"
    names = [whole if year == ALL_YEARS else str(year) for year in rows["year"]]
    for at, row in enumerate(rows.itertuples()):
        colour = MEDIAN if row.certain else GREY
        axes.plot([at, at], [row.p10 / 1e6, row.p90 / 1e6], color=WIDE if row.certain else RULE, linewidth=9,
                  solid_capstyle="butt", zorder=2)
        known = row.margin / 1e6 if np.isfinite(row.margin) else 0.0
        axes.errorbar(at, row.difference / 1e6, yerr=known, fmt="o", markersize=6, color=colour,
                      markerfacecolor=colour if row.certain else "white", capsize=4, linewidth=1.6, zorder=3)
        axes.annotate(signed(row.difference, in_millions), (at, row.difference / 1e6), xytext=(10, 3), zorder=4,
                      textcoords="offset points", size=9, color=INK if row.certain else PALE,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    axes.axhline(0, color=INK, linewidth=1.0, zorder=1)
    if ALL_YEARS in set(rows["year"]):
        axes.axvline(len(rows) - 1.5, color=RULE, linewidth=0.8)
    axes.set_xlim(-0.5, len(rows) - 0.3)
    axes.set_xticks(range(len(rows)), names)


def number_axis(axes: Axes) -> None:
    """Round numbers with a decimal comma on the vertical axis, whose limits are set, and faint lines across."""
    locator = MaxNLocator(6, steps=[1, 2, 5, 10])
    decimals = max(0, -math.floor(math.log10(np.diff(locator.tick_values(*axes.get_ylim()))[0] * 1.001)))
    axes.yaxis.set_major_locator(locator)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, decimals)))
    axes.tick_params(colors=PALE, labelsize=9, length=0)
    axes.grid(axis="y", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _footer(source: str, date: Date) -> str:
    parts = [f"Ero = skenaario − perusura. Piste ja viiva: keskiarvo ± 95 %; palkki: 10{DASH}90 % "
             f"simulaatioista. Harmaa: {UNTOLD}.",
             f"Kustannus on positiivinen, säästö negatiivinen. Lähde: {source}. Laadittu {day(date)}."]
    return "\n".join(fill(part, 165, break_on_hyphens=False) for part in parts)
