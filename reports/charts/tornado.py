"""The tornado chart: the widest inputs from end to end, each bar with its range and where it is from."""

from __future__ import annotations

import math
from datetime import date as Date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.axes import number_axis
from reports.language import text
from reports.lines import status_label
from reports.numbers import signed
from reports.style import GREY, INK, LIMIT, MEDIAN, PALE, page, styled
from reports.tornado import TOP, UNSTATED, Unit, as_read, shortened, unit_of, whole

SIZE = (11.0, 8.0)
NAMES = 4.5  # inches, for names, ranges and sources
NAME_WIDTH, SOURCE_WIDTH = 56, 84  # characters


@styled
def tornado_chart(rows: pd.DataFrame, inputs: pd.DataFrame, measure: str, *, title: str, source: str, effect: bool,
                  date: Date) -> Figure:
    """Draw the widest inputs, all years together.

    Parameters
    ----------
    rows, inputs, measure : see scenarios.decide.tornado.Tornado.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    effect : whether it is a scenario's effect that is told.
    """
    shown = inputs[inputs["width"] > 0].head(TOP).iloc[::-1]
    sheet = page(title, [text("tornado.effect" if effect else "tornado.forecast"), text("tornado.line")],
                 source=source, date=date, size=SIZE)
    axes = sheet.axes(left=NAMES, above=0.15, below=0.5)
    ends, unit = whole(rows, measure), unit_of(rows)
    for place, each in enumerate(shown.itertuples()):
        _bar(axes, place, ends[ends["input"] == each.name], unit)
        name_input(axes, place, f"{each.name}{UNSTATED * (not each.stated)}", f"{each.value} ({each.span})",
                   each.status, each.source)
    finish(axes, len(shown), unit.name)
    return sheet.figure


def _bar(axes: Axes, place: int, ends: pd.DataFrame, unit: Unit) -> None:
    """Both ends of an input from zero, and what each is."""
    for row in ends.itertuples():
        value = row.difference / unit.euros
        known = row.margin / unit.euros if math.isfinite(row.margin) else 0.0
        axes.errorbar(value, place, xerr=known, color=INK, linewidth=1.0, capsize=2, zorder=3)
        end_bar(axes, place, value, signed(row.difference, unit.form), row.certain)


def end_bar(axes: Axes, place: int, value: float, words: str, certain: bool = True) -> None:
    """One end of an input: a bar from zero to *value* with its *words*; grey where it is not *certain*."""
    axes.barh(place, value, height=0.55, color=GREY if not certain else LIMIT if value > 0 else MEDIAN, zorder=2)
    if value:
        axes.annotate(words, (value, place), xytext=(5 if value > 0 else -5, 0), textcoords="offset points",
                      ha="left" if value > 0 else "right", va="center", size=8, zorder=4,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4})


def name_input(axes: Axes, place: int, name: str, span: str, status: str, source: Any) -> None:
    """Name, range and source to the left of a bar."""
    about = f"{as_read(span)}; {status_label(status)}: {source}"
    about = about if len(about) <= SOURCE_WIDTH else f"{about[:SOURCE_WIDTH - 1]}…"
    for words, size, colour, rise in ((shortened(name, NAME_WIDTH), 8.5, INK, 0.20), (about, 6.5, PALE, -0.22)):
        axes.annotate(words, (0, place + rise), xycoords=("axes fraction", "data"), xytext=(-8, 0), ha="right",
                      va="center", textcoords="offset points", size=size, color=colour, annotation_clip=False)


def finish(axes: Axes, count: int, unit: str) -> None:
    """Scale axes of *count* bars, the last at the top."""
    axes.set_ylim(-0.6, max(count, 1) - 0.4)
    axes.margins(x=0.14)
    axes.axvline(0, color=INK, linewidth=1.0, zorder=1)
    axes.set_yticks([])
    axes.grid(axis="x")
    axes.set_xlabel(unit)
    number_axis(axes, axes.xaxis, 7)
