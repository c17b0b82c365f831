"""The tornado chart: the widest inputs from end to end, each bar with its range and where it is from."""

from __future__ import annotations

import math
from datetime import date as Date
from pathlib import Path
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.fan import DPI, INK, LEFT, MEDIAN, PALE, RULE, TITLE_LINE, save
from reports.effect import UNTOLD
from reports.numbers import day, number, signed
from reports.tables import SIGN, STATUSES
from reports.tornado import EFFECT, FORECAST, TOP, UNSTATED, Unit, in_finnish, shortened, unit_of, whole

MORE, LESS, GREY = "#d55e00", MEDIAN, "#999999"
SIZE = (11.0, 8.0)
NAMES = 0.40  # of the figure's width, for names, ranges and sources
NAME_WIDTH, SOURCE_WIDTH = 56, 84


def tornado_chart(rows: pd.DataFrame, inputs: pd.DataFrame, measure: str, path: Path, *, title: str, source: str,
                  effect: bool, date: Date) -> Figure:
    """Draw the widest inputs, all years together, into the PNG file *path*.

    Parameters
    ----------
    rows, inputs, measure : see scenarios.decide.tornado.Tornado.
    path : the file to write, whole or not at all; its folder is made.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    effect : whether it is a scenario's effect that is told.

    Raises
    ------
    InputError : the file cannot be written.
    """
    shown = inputs[inputs["width"] > 0].head(TOP).iloc[::-1]
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    head = fill(title, 102, break_on_hyphens=False)
    figure.text(LEFT, 0.975, head, size=12, weight="bold", color=INK, va="top", parse_math=False)
    top = 0.935 - TITLE_LINE * head.count("\n")
    axes = figure.add_axes((NAMES, 0.12, 0.97 - NAMES, top - 0.12))
    ends, unit = whole(rows, measure), unit_of(rows)
    for place, each in enumerate(shown.itertuples()):
        _bar(axes, place, ends[ends["input"] == each.name], unit)
        _name(figure, axes, place, each)
    _finish(axes, len(shown), unit)
    foot = [EFFECT if effect else FORECAST,
            f"Viiva: 95 %:n luottamusväli vetojen yli. Harmaa: {UNTOLD}. {SIGN} {UNSTATED} Ei omaa haarukkaa: ±10 %.",
            f"Lähde: {source}. Laadittu {day(date)}."]
    figure.text(LEFT, 0.015, "\n".join(fill(part, 150, break_on_hyphens=False) for part in foot), size=8, color=PALE,
                va="bottom", linespacing=1.4, parse_math=False)
    save(figure, path)
    return figure


def _bar(axes: Axes, place: int, ends: pd.DataFrame, unit: Unit) -> None:
    """Both ends of an input from zero, and what each is."""
    for row in ends.itertuples():
        value = row.difference / unit.euros
        colour = GREY if not row.certain else MORE if value > 0 else LESS
        axes.barh(place, value, height=0.55, color=colour, zorder=2)
        known = row.margin / unit.euros if math.isfinite(row.margin) else 0.0
        axes.errorbar(value, place, xerr=known, color=INK, linewidth=1.0, capsize=2, zorder=3)
        if value:
            axes.annotate(signed(row.difference, unit.form), (value, place), xytext=(5 if value > 0 else -5, 0),
                          textcoords="offset points", ha="left" if value > 0 else "right", va="center", size=8,
                          color=INK, zorder=4, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})


def _name(figure: Figure, axes: Axes, place: int, each: Any) -> None:
    """Name, range and source to the left of a bar."""
    span = in_finnish(f"{each.value} ({each.span})")
    about = f"{span}; {STATUSES[each.status]}: {each.source}"
    about = about if len(about) <= SOURCE_WIDTH else f"{about[:SOURCE_WIDTH - 1]}…"
    name = shortened(each.name, NAME_WIDTH) + UNSTATED * (not each.stated)
    for text, size, colour, rise in ((name, 8.5, INK, 0.20), (about, 6.5, PALE, -0.22)):
        axes.annotate(text, (0, place + rise), xycoords=("axes fraction", "data"), xytext=(-8, 0), ha="right",
                      va="center", textcoords="offset points", size=size, color=colour, parse_math=False,
                      annotation_clip=False)


def _finish(axes: Axes, count: int, unit: Unit) -> None:
    axes.set_ylim(-0.6, max(count, 1) - 0.4)
    axes.margins(x=0.12)
    axes.axvline(0, color=INK, linewidth=1.0, zorder=1)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 1)))
    axes.set_xlabel(unit.name, size=9, color=PALE)
    axes.tick_params(colors=PALE, labelsize=9, length=0)
    axes.grid(axis="x", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
