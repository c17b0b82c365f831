"""The risk chart: operating cost against benefit share, a dot a unit, with the limits of both and of the net."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.budget import chance, estimate_note
from reports.charts.fan import DPI, INK, LEFT, MEDIAN, PALE, RIGHT, RULE, SIZE, TITLE_LINE, save
from reports.charts.net import LIMIT
from reports.numbers import day, number, ratio
from reports.risk import joint_finding

TOP, BOTTOM, GAP = 0.76, 0.22, 0.045


def risk_chart(objects: pd.DataFrame, joint: pd.DataFrame, units: pd.DataFrame, limits: pd.DataFrame, path: Path, *,
               title: str, source: str, date: Date) -> Figure:
    """Draw the units of each budget year into the PNG file *path*.

    Parameters
    ----------
    objects, joint, units, limits : of scenarios.decide.risk.Risk; euros.
    path : the file to write, whole or not at all; its folder is made.
    title : whose risk; the finding follows.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a year, benefit share across and operating cost up, in millions of euros.

    Raises
    ------
    InputError : the file cannot be written.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    head = fill(f"{title}: {joint_finding(objects, joint)}", 102, break_on_hyphens=False)
    figure.text(LEFT, 0.97, head, size=12, weight="bold", color=INK, va="top", parse_math=False)
    years = list(limits.index)
    width, top = (RIGHT - LEFT - GAP * (len(years) - 1)) / len(years), TOP - TITLE_LINE * max(head.count("\n") - 1, 0)
    chances = objects.set_index(["object", "year"])["p_break"]
    for place, year in enumerate(years):
        axes = figure.add_axes((LEFT + place * (width + GAP), BOTTOM, width, top - BOTTOM))
        _panel(axes, units[units["year"] == year], limits.loc[year], estimate_note(objects["status"]))
        row = joint.set_index("year").loc[year]
        detail = (f"netto ylittyy: {chance(chances['net', year])}, molemmat: {chance(row['p_both'])}\n"
                  f"korrelaatio {ratio(row['correlation'])}")
        for text, points, style in ((str(year), 30, {"weight": "bold", "size": 11}), (detail, 5, {"size": 8.5})):
            axes.annotate(text, (0.5, 1), xycoords="axes fraction", xytext=(0, points), textcoords="offset points",
                          ha="center", color=INK, **style)  # type: ignore[arg-type]
    figure.axes[0].set_ylabel("Toimintamenot, M€", size=9, color=PALE, labelpad=2)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower left", ncols=len(labels), frameon=False, fontsize=9,
                  bbox_to_anchor=(LEFT - 0.008, 0.075))
    footer = (f"Piste on yksi simulaatio. Kustannus positiivinen, eurot käypiä. Nettoraja = määrärahat + tulot. "
              f"Lähde: {source}. Laadittu {day(date)}.")
    figure.text(LEFT, 0.02, fill(footer, 165, break_on_hyphens=False), size=8, color=PALE, va="bottom",
                linespacing=1.4, parse_math=False)
    save(figure, path)
    return figure


def _panel(axes: Axes, units: pd.DataFrame, limit: pd.Series, note: str) -> None:
    """Dots of one year, those over the net's limit in another colour and form, and the three limits."""
    share, cost = units["benefit_share"] / 1e6, units["operating"] / 1e6
    over = units["net"] > limit["net"]
    for rows, colour, form, label in ((~over, MEDIAN, "o", "Netto pysyy"), (over, LIMIT, "^", "Netto ylittyy")):
        axes.scatter(share[rows], cost[rows], s=16, color=colour, marker=form, alpha=0.75, linewidth=0, label=label,
                     zorder=3)
    across, up = limit["benefit_share"] / 1e6, limit["operating"] / 1e6
    axes.axvline(across, color=INK, linewidth=1.0, linestyle=(0, (5, 2)),
                 label="Määrärahat" + f" ({note})" * bool(note))
    axes.axhline(up, color=INK, linewidth=1.0, linestyle=(0, (5, 2)))
    spans = []
    for values, bound in ((share, across), (cost, up)):
        low, high = min(values.min(), bound), max(values.max(), bound)
        room = 0.08 * max(high - low, 0.1)
        spans.append((low - room, high + room))
    axes.set_xlim(*spans[0])
    axes.set_ylim(*spans[1])
    ends = np.array(spans[0])
    axes.plot(ends, limit["line"] / 1e6 - ends, color=LIMIT, linewidth=1.6, label="Sitovan neton raja", zorder=2)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0 if value == round(value) else 1)))
    axes.set_xlabel("Kuntaosuus, M€", size=9, color=PALE)
    axes.tick_params(colors=PALE, labelsize=9, length=0)
    axes.grid(color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
