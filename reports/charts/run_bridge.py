"""The chart of a bridge between two runs: a waterfall for each budget year, from the one forecast to the other."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.effect import GREY
from reports.charts.fan import DPI, INK, LEFT, MEDIAN, PALE, RIGHT, RULE, SIZE, save
from reports.charts.net import LIMIT
from reports.effect import UNTOLD
from reports.numbers import day, in_millions, signed
from reports.run_bridge import OBJECTS, headline, part_label, precise, run_bridge_finding, year_label
from scenarios.decide.run_bridge import TOTAL, RunBridge

BARS, BOTTOM, TOP = 0.19, 0.17, 0.80  # left end of the bars, lower and upper edge, of the figure's
GAP = 0.02  # between years
HEIGHT = 0.62  # of a bar
ROOM = 0.45  # beside the bars, for their figures


def run_bridge_chart(told: RunBridge, path: Path, *, source: str, date: Date) -> Figure:
    """Draw the parts of *told* by year into the PNG file *path*: of the net, without a budget of the benefit share.

    Parameters
    ----------
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a year, in millions of euros; bars start where the one before them ended.

    Raises
    ------
    InputError : the file cannot be written.
    """
    _, name = headline(told)
    rows = told.table[told.table["object"] == name]
    years = list(dict.fromkeys(rows["year"]))
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    figure.text(LEFT / 2, 0.97, fill(f"{told.last.municipality}: {run_bridge_finding(told)}", 100,
                                     break_on_hyphens=False),
                size=12, weight="bold", color=INK, va="top", parse_math=False)
    width = (RIGHT - BARS - GAP * (len(years) - 1)) / len(years)
    shown = [part for part in told.parts if (rows.loc[rows["part"] == part, "difference"] != 0).any()]
    for place, year in enumerate(years):
        axes = figure.add_axes((BARS + place * (width + GAP), BOTTOM, width, TOP - BOTTOM))
        of_year = rows[rows["year"] == year].set_index("part")
        sizes = of_year["difference"]
        ends = told.ends[(told.ends["object"] == name) & (told.ends["year"] == year)].iloc[0]
        _waterfall(axes, [float(sizes[part]) / 1e6 for part in shown], float(sizes[TOTAL]) / 1e6,
                   [bool(of_year.loc[part, "certain"]) for part in shown])
        axes.set_yticks(range(len(shown) + 1), [*(fill(part_label(part), 22) for part in shown), "Muutos\nyhteensä"])
        axes.tick_params(axis="y", labelleft=place == 0)
        axes.set_title(f"{year_label(year).capitalize()}\n{in_millions(ends['first'])} → {in_millions(ends['last'])}",
                       loc="left", size=10, weight="bold", color=INK)
    figure.text(LEFT / 2, 0.02, _footer(told, OBJECTS[name], source, date), size=8, color=PALE, va="bottom",
                linespacing=1.4, parse_math=False)
    save(figure, path)
    return figure


def _waterfall(axes: Axes, sizes: list[float], total: float, certain: list[bool]) -> None:
    """Bars of *sizes*, each from where the one before it ended, grey if not *certain*; their *total* from zero."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    colours = [GREY if not told else LIMIT if size > 0 else MEDIAN
               for size, told in zip(sizes, certain, strict=True)]
    axes.barh(range(len(sizes)), sizes, HEIGHT, left=starts, color=colours)
    axes.barh(len(sizes), total, HEIGHT, color=PALE)
    for place, end in enumerate(ends):
        axes.plot((end, end), (place - HEIGHT / 2, place + 1 + HEIGHT / 2), color=PALE, linewidth=0.7)
    for place, (right, size) in enumerate([*zip(np.maximum(starts, ends), sizes, strict=True),
                                           (max(total, 0.0), total)]):
        axes.annotate(signed(1e6 * size, precise), (right, place), xytext=(5, 0), textcoords="offset points",
                      va="center", size=9, color=INK, zorder=4,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    reach = [0.0, total, *ends]
    span = max(float(np.ptp(reach)), 1e-3)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_xlim(min(reach) - 0.1 * span, max(reach) + ROOM * span)
    axes.set_ylim(len(sizes) + 0.6, -0.6)
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: precise(1e6 * value)))
    axes.tick_params(colors=PALE, labelsize=8.5, length=0)
    axes.tick_params(axis="y", labelcolor=INK, labelsize=9.5)
    axes.grid(axis="x", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _footer(told: RunBridge, name: str, source: str, date: Date) -> str:
    parts = (f"{name}, M€: muutos ajosta {told.first.name} ajoon {told.last.name}, keskiarvo simulaatioista. "
             f"Asteikot eroavat vuosittain. Harmaa: {UNTOLD}.",
             f"Kustannus on positiivinen, säästö negatiivinen. Lähde: {source}. Laadittu {day(date)}.")
    return "\n".join(fill(part, 165, break_on_hyphens=False) for part in parts)
