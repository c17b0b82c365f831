"""The brake chart: of each lever, operating cost saved in the budget year against benefit share added until the end."""

from __future__ import annotations

from datetime import date as Date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.brake import brake_finding
from reports.charts.axes import number_axis
from reports.language import text
from reports.numbers import DASH, day, signed, thousands
from reports.style import GREY, INK, LIMIT, MEDIAN, PALE, page, styled

if TYPE_CHECKING:
    from scenarios.decide.brake import Brake

HEIGHT = 0.36  # of a bar


@styled
def brake_chart(told: Brake, *, source: str, date: Date) -> Figure:
    """Draw the levers in order, the first at the top.

    Parameters
    ----------
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes; bars in thousands of euros, a lever at each whole number, the first at 0.
    """
    notes = [text("brake.taken", day=day(told.decided), draws=told.draws), text("brake.order")]
    sheet = page(f"{told.municipality}: {brake_finding(told)}", notes, source=source, date=date)
    axes, levers = sheet.axes(left=2.6, right=0.2, above=0.35, below=0.5), told.levers
    span = DASH.join(dict.fromkeys((str(told.years[0]), str(told.years[-1]))))
    _bars(axes, levers, "operating", -HEIGHT / 2, MEDIAN, text("brake.operating", year=told.year))
    _bars(axes, levers, "added", HEIGHT / 2, LIMIT, text("brake.share", span=span))
    axes.axvline(0, color=INK, linewidth=1.0)
    axes.set_yticks(range(len(levers)), [f"{'● ' * row.taken}{row.title}" for row in levers.itertuples()])
    axes.margins(x=0.07)  # room for the figures beyond the intervals
    axes.set_ylim(len(levers) - 0.5, -0.5)
    axes.set_xlabel(text("brake.axis"))
    axes.tick_params(axis="y", colors=INK)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    number_axis(axes, axes.xaxis, 8)
    sheet.legend()
    return sheet.figure


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
