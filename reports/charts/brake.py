"""The brake chart: of each lever, operating cost saved in the budget year against benefit share added until the end."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.brake import brake_finding
from reports.charts.effect import GREY
from reports.charts.fan import DPI, INK, LEFT, MEDIAN, PALE, RIGHT, RULE, SIZE, TITLE_LINE, save
from reports.charts.net import LIMIT
from reports.effect import UNTOLD
from reports.numbers import DASH, SPACE, day, number, signed, thousands

if TYPE_CHECKING:
    from scenarios.decide.brake import Brake

NAMES, TOP, BOTTOM = 0.235, 0.91, 0.20  # of the figure: right end of the names, and of its height
HEIGHT = 0.36  # of a bar


def brake_chart(told: Brake, path: Path, *, source: str, date: Date) -> Figure:
    """Draw the levers in order, the first at the top, into the PNG file *path*.

    Parameters
    ----------
    path : the file to write, whole or not at all; its folder is made.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes; bars in thousands of euros, a lever at each whole number, the first at 0.

    Raises
    ------
    InputError : the file cannot be written.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    head = fill(f"{told.municipality}: {brake_finding(told)}", 102, break_on_hyphens=False)
    figure.text(LEFT, 0.97, head, size=12, weight="bold", color=INK, va="top", parse_math=False)
    axes = figure.add_axes((NAMES, BOTTOM, RIGHT - NAMES, TOP - TITLE_LINE * head.count("\n") - BOTTOM))
    levers = told.levers
    span = DASH.join(dict.fromkeys((str(told.years[0]), str(told.years[-1]))))
    _bars(axes, levers, "operating", -HEIGHT / 2, MEDIAN, f"Toimintamenot {told.year}")
    _bars(axes, levers, "added", HEIGHT / 2, LIMIT, f"Kuntaosuus {span}")
    axes.axvline(0, color=INK, linewidth=1.0)
    axes.set_yticks(range(len(levers)), [f"{'● ' * row.taken}{row.title}" for row in levers.itertuples()])
    axes.margins(x=0.07)  # room for the figures beyond the intervals
    axes.set_ylim(len(levers) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.set_xlabel(f"Ero perusuraan, 1{SPACE}000 € (säästö vasemmalle, lisäkustannus oikealle)", size=9, color=PALE)
    axes.tick_params(colors=PALE, labelsize=9, length=0)
    axes.tick_params(axis="y", colors=INK)
    axes.grid(axis="x", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower left", ncols=2, frameon=False, fontsize=9,
                  bbox_to_anchor=(LEFT - 0.008, 0.08))
    figure.text(LEFT, 0.02, _footer(told, source, date), size=8, color=PALE, va="bottom", linespacing=1.4,
                parse_math=False)
    save(figure, path)
    return figure


def _bars(axes: Axes, levers: pd.DataFrame, name: str, shift: float, colour: str, label: str) -> None:
    """One bar a lever of the difference *name*, hatched and pale where it is not told from zero, with its interval."""
    for place, row in enumerate(levers.to_dict("records")):
        value, margin, certain = (row[key] for key in (name, f"{name}_margin", f"{name}_certain"))
        at = place + shift
        axes.barh(at, value / 1e3, HEIGHT, color=colour if certain else "white", edgecolor=colour if certain else GREY,
                  hatch="" if certain else "////", linewidth=0.8, zorder=2)
        if np.isfinite(margin) and margin > 0:
            axes.errorbar(value / 1e3, at, xerr=margin / 1e3, color=INK if certain else GREY, capsize=2, linewidth=0.9,
                          zorder=3)
        known = margin / 1e3 if np.isfinite(margin) else 0.0
        left = value < 0
        axes.annotate(signed(value, thousands), (value / 1e3 + (-known if left else known), at),
                      xytext=(-4 if left else 4, 0), textcoords="offset points", ha="right" if left else "left",
                      va="center", size=7, color=INK if certain else PALE)
    axes.barh(np.nan, np.nan, color=colour, label=label)


def _footer(told: Brake, source: str, date: Date) -> str:
    parts = [f"● paketissa. Viiva: keskimääräisen eron 95 %:n luottamusväli; viivoitettu: {UNTOLD}. Päätös "
             f"{day(told.decided)}, {told.draws} vetoa.",
             f"Järjestys: säästetty euro lisättyä kuntaosuuden euroa kohden, ellei se erotu, säästö. Lähde: {source}. "
             f"Laadittu {day(date)}."]
    return "\n".join(fill(part, 165, break_on_hyphens=False) for part in parts)
