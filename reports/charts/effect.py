"""The effect chart: what a scenario changes of the benefit share, operating cost and the net, year by year."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.axes import number_axis, unit_label
from reports.effect import ALL_YEARS
from reports.language import text
from reports.lines import TOTAL, object_label
from reports.numbers import DASH, in_millions, signed
from reports.style import GREY, INK, MEDIAN, PALE, RULE, WIDE, page, styled

OBJECTS = ("benefit_share", "operating", "net")


@styled
def effect_chart(effect: pd.DataFrame, *, title: str, source: str, date: Date, window: str = "") -> Figure:
    """Draw each year's difference with its intervals, and all years together.

    Parameters
    ----------
    effect : table of scenarios.run_effect; euros, scenario less baseline.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    window : months that all years together hold, if not all.

    Returns
    -------
    Figure : one axes an object; where nothing was told from zero, the marker is grey.
    """
    totals = effect[effect["line"] == TOTAL]
    if totals["year"].nunique() == 2 and not window:  # one year is all of them
        totals = totals[totals["year"] != ALL_YEARS]
    shown = [name for name in OBJECTS if name in set(totals["object"])]
    sheet = page(title, [text("effect.units", untold=text("effect.untold")), text("effect.sign")], source=source,
                 date=date)
    low, high = min(totals["p10"].min(), 0.0) / 1e6, max(totals["p90"].max(), 0.0) / 1e6
    room = 0.12 * (high - low or 1.0)
    panels = sheet.panels(len(shown), above=0.55, below=0.45, gap=0.2)
    for axes, name in zip(panels, shown, strict=True):
        _panel(axes, totals[totals["object"] == name], window)
        axes.set_ylim(low - room, high + room)
        number_axis(axes)
        axes.set_title(object_label(name), size=11, weight="bold")
        axes.tick_params(axis="y", labelleft=axes is panels[0])
    unit_label(panels[0], "M€")
    return sheet.figure


def _panel(axes: Axes, rows: pd.DataFrame, window: str) -> None:
    """Mean difference by year, its error, and the spread of units; all years together last, apart."""
    rows = rows.sort_values("year", key=lambda years: years.where(years != ALL_YEARS, 9999))
    whole = window.replace(DASH, f"{DASH}\n") or text("effect.all_years")
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
