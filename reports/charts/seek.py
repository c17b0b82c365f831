"""The chart of a seek: operating cost of the year against the target, at each value that was tried."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.axes import number_axis, unit_label
from reports.seek import figure as lever_figure
from reports.style import GREY, LIMIT, MEDIAN, NARROW, page, styled
from scenarios.decide.seek import Sought
from sim.money.budget import OPERATING

UNITS = {"object": "keskiarvo, M€", "change": "muutos nykyiseen, M€", "wait": "odotus, päivää"}


@styled
def seek_chart(sought: Sought, *, title: str, source: str, date: Date) -> Figure:
    """Draw cost against target.

    Parameters
    ----------
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes; a marker a trial, efficient ones joined.
    """
    table, target = sought.frontier(), sought.question.target
    scale = 100 if target.share is not None else 1 if target.asked == "wait" else 1e-6
    unit = "todennäköisyys, %" if target.share is not None else UNITS[target.asked]
    sheet = page(title, _notes(sought), source=source, date=date)
    axes = sheet.axes(above=0.5, below=0.5)
    finite = table[np.isfinite(table["estimate"])]
    _points(axes, finite, scale)
    asked = sought.answer.reading.asked * scale
    axes.axhline(asked, color=LIMIT, linewidth=1.2, linestyle=(0, (5, 2)), label="tavoite")
    _labels(axes, finite, [lever.at for lever in sought.question.levers], scale)
    axes.margins(x=0.06)
    number_axis(axes)
    number_axis(axes, axes.xaxis, 8)
    axes.set_xlabel(f"Toimintamenot {sought.question.year}, M€")
    unit_label(axes, unit)
    axes.texts[-1].set(ha="left")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4)
    return sheet.figure


def _points(axes: Axes, table: pd.DataFrame, scale: float) -> None:
    """Estimate with its interval at the mean cost of each trial; the efficient ones joined in order of cost."""
    cost, estimate = table[OPERATING] / 1e6, table["estimate"] * scale
    low, high = (np.abs(table[end] * scale - estimate) for end in ("low", "high"))
    known = np.isfinite(low) & np.isfinite(high)
    axes.errorbar(cost[known], estimate[known], yerr=[low[known], high[known]], fmt="none", ecolor=NARROW,
                  elinewidth=1.2, capsize=2, zorder=1)
    joined = table[table["efficient"]].sort_values(OPERATING)
    axes.plot(joined[OPERATING] / 1e6, joined["estimate"] * scale, color=MEDIAN, linewidth=1.4, zorder=2,
              label="tehokkaat arvot")
    for met, colour, label in ((True, MEDIAN, "tavoite täyttyy"), (False, GREY, "ei täyty")):
        rows = (table["met"] == met).to_numpy()
        if rows.any():
            axes.plot(cost[rows], estimate[rows], "o", color=colour, markersize=6, zorder=3, label=label)


def _labels(axes: Axes, table: pd.DataFrame, paths: list[str], scale: float) -> None:
    """The values of today, of the answer, and of both ends of cost."""
    ends = table[OPERATING].isin([table[OPERATING].min(), table[OPERATING].max()])
    for row in table[table["today"] | table["found"] | ends].to_dict("records"):
        values = "/".join(lever_figure(row[path]) for path in paths)
        name = f"{'löytyi: ' if row['found'] and row['met'] else 'nyt: ' if row['today'] else ''}{values}"
        above = not row["today"] or row["found"]
        axes.annotate(name, (row[OPERATING] / 1e6, row["estimate"] * scale), xytext=(6, 7 if above else -14),
                      textcoords="offset points", size=9, weight="bold" if row["found"] else "normal",
                      zorder=4, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})


def _notes(sought: Sought) -> list[str]:
    return [f"Piste: kokeiltu arvo, {sought.question.scenario.draws} vetoa; pystyviiva: tavoitteen suureen 95 %:n "
            f"väli. Vivut: {', '.join(lever.at for lever in sought.question.levers)}.", "Kustannus on positiivinen."]
