"""The variance chart: the benefit share's way from appropriation to outturn, and three views of the year's end."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.budget import chance, estimate_note
from reports.charts.fan import DPI, INK, LEFT, MEDIAN, PALE, RULE, SIZE, save
from reports.charts.net import LIMIT
from reports.numbers import day, in_millions, interval, month, months, signed
from reports.variance import PART_LABELS, SHARE, span, variance_finding
from scenarios.variance import PARTS, Variance
from sim.law.calendar import month_label

TOP, BOTTOM = 0.80, 0.17
BRIDGE, YEAR_END = (0.15, 0.44), (0.705, 0.28)  # left end and width, of the figure's
HEIGHT = 0.62  # of a bar
ROOM = 0.16  # beside the bars, for their figures


def variance_chart(told: Variance, path: Path, *, title: str, source: str, date: Date) -> Figure:
    """Draw the bridge of *told* and its year's end into the PNG file *path*.

    Parameters
    ----------
    told : with a bridge.
    title : whose budget; the finding follows it.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : axes of the bridge and of the year's end, both in millions of euros.

    Raises
    ------
    InputError : the file cannot be written.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    figure.text(LEFT / 2, 0.97, fill(f"{title}: {variance_finding(told)}", 100, break_on_hyphens=False), size=12,
                weight="bold", color=INK, va="top", parse_math=False)
    for (left, width), draw in ((BRIDGE, _bridge), (YEAR_END, _year_end)):
        axes = figure.add_axes((left, BOTTOM, width, TOP - BOTTOM))
        draw(axes, told)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: in_millions(1e6 * value, 1)))
        axes.tick_params(colors=PALE, labelsize=9, length=0)
        axes.tick_params(axis="y", labelcolor=INK, labelsize=10)
        axes.grid(axis="x", color=RULE, linewidth=0.5, alpha=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.invert_yaxis()
    figure.text(LEFT / 2, 0.02, _footer(told, source, date), size=8, color=PALE, va="bottom", linespacing=1.4,
                parse_math=False)
    save(figure, path)
    return figure


def _bridge(axes: Axes, told: Variance) -> None:
    """Parts of the deviation, each from where the one before it ended; appropriation at 0, outturn at the end."""
    assert told.parts is not None
    parts = [(PART_LABELS[name], told.parts[name] / 1e6) for name in PARTS if abs(told.parts[name]) >= 0.5]
    sizes = np.array([size for _, size in parts])
    ends = sizes.cumsum()
    deviation = told.parts["deviation"] / 1e6
    axes.barh(range(len(parts)), sizes, HEIGHT, left=ends - sizes,
              color=[LIMIT if size > 0 else MEDIAN for size in sizes])
    axes.barh(len(parts), deviation, HEIGHT, color=PALE)
    for place, end in enumerate(ends):
        axes.plot((end, end), (place - HEIGHT / 2, place + 1 + HEIGHT / 2), color=PALE, linewidth=0.7)
    for place, (right, size) in enumerate([*zip(np.maximum(ends, ends - sizes), sizes, strict=True),
                                           (max(deviation, 0.0), deviation)]):
        axes.annotate(signed(1e6 * size, lambda value: in_millions(value, 3)), (right, place), xytext=(5, 0),
                      textcoords="offset points", va="center", size=9.5, color=INK)
    axes.set_yticks(range(len(parts) + 1), [*(label for label, _ in parts), "Poikkeama\nyhteensä"])
    axes.axvline(0, color=INK, linewidth=0.8)
    reach = [0.0, deviation, *ends]
    axes.set_xlim(min(reach) - ROOM / 4 * np.ptp(reach), max(reach) + ROOM * np.ptp(reach))
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    _heading(axes, f"Määrärahasta toteumaan {span(told)}: {in_millions(told.parts['budget'])} → "
                   f"{in_millions(told.parts['outturn'])} M€")


def _year_end(axes: Axes, told: Variance) -> None:
    """Appropriation, naive projection and forecast of the year with its interval."""
    share = told.objects.set_index("object").loc[SHARE]
    low, middle, high = (share[name] / 1e6 for name in ("year_p10", "year_median", "year_p90"))
    note = estimate_note(told.objects["status"])
    points = {"Määräraha" + "\n(ARVIO)" * bool(note): share["budget"] / 1e6, "Naiivi\nlaskelma": share["naive"] / 1e6,
              "Ennuste": middle}
    axes.axvline(share["budget"] / 1e6, color=LIMIT, linewidth=1.2)
    axes.plot((low, high), (2, 2), color=MEDIAN, linewidth=7, alpha=0.35, solid_capstyle="butt")
    for place, (value, colour) in enumerate(zip(points.values(), (LIMIT, PALE, MEDIAN), strict=True)):
        axes.plot(value, place, "o", color=colour, markersize=9)
        axes.annotate(in_millions(1e6 * value), (value, place), xytext=(7, 7), textcoords="offset points", size=10,
                      color=INK)
    axes.annotate(f"80 %:n väli {interval(1e6 * low, 1e6 * high, in_millions)}", (high, 2), xytext=(0, -18),
                  textcoords="offset points", ha="right", size=8.5, color=PALE)
    reach = [*points.values(), low, high]
    axes.set_xlim(min(reach) - 0.3 * np.ptp(reach), max(reach) + 0.3 * np.ptp(reach))
    axes.set_ylim(-0.6, 2.6)
    axes.set_yticks(range(3), points)
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    _heading(axes, f"Koko vuosi {told.year}, M€; ylitys: {chance(share['p_break'])}")


def _heading(axes: Axes, text: str) -> None:
    axes.annotate(text, (0, 1), xycoords="axes fraction", xytext=(0, 8), textcoords="offset points", size=10.5,
                  weight="bold", color=INK)


def _footer(told: Variance, source: str, date: Date) -> str:
    assert told.basis is not None
    parts = (f"Vasen: poikkeama määrärahasta, M€. Määräraha laskettiin kuukausista {months(*told.basis)}. "
             "Oikea asteikko ei ala nollasta.",
             f"Naiivi laskelma = toteuma + loppuvuoden määräraha. Ennusteen lähtökuukausi "
             f"{month(month_label(told.run.base_month))}. Lähde: {source}. Laadittu {day(date)}.")
    return "\n".join(fill(part, 150, break_on_hyphens=False) for part in parts)
