"""The variance chart: the benefit share's way from appropriation to outturn, and three views of the year's end."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.budget import chance, estimate_note
from reports.charts.axes import number_axis
from reports.charts.waterfall import waterfall
from reports.language import text
from reports.numbers import in_millions, interval, month, months
from reports.style import INK, LIMIT, MEDIAN, PALE, page, styled
from reports.variance import SHARE, part_label, span, variance_finding
from scenarios.variance import PARTS, Variance
from sim.law.calendar import month_label


@styled
def variance_chart(told: Variance, *, title: str, source: str, date: Date) -> Figure:
    """Draw the bridge of *told* and its year's end.

    Parameters
    ----------
    told : with a bridge.
    title : whose budget; the finding follows it.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : axes of the bridge and of the year's end, both in millions of euros.
    """
    assert told.basis is not None
    notes = [text("variance.left", basis=months(*told.basis)),
             text("variance.reckoned", month=month(month_label(told.run.base_month)))]
    sheet = page(f"{title}: {variance_finding(told)}", notes, source=source, date=date)
    _bridge(sheet.axes(left=1.7, right=4.5, above=0.5), told)
    _year_end(sheet.axes(left=7.8, right=0.3, above=0.5), told)
    return sheet.figure


def _bridge(axes: Axes, told: Variance) -> None:
    """Parts of the deviation; appropriation at 0, outturn at the end."""
    assert told.parts is not None
    shown = [name for name in PARTS if abs(told.parts[name]) >= 0.5]
    waterfall(axes, [*map(part_label, shown), text("variance.deviation")], [told.parts[name] for name in shown],
              told.parts["deviation"], form=lambda euros: in_millions(euros, 3), room=0.16)
    _heading(axes, text("variance.bridge", span=span(told), first=in_millions(told.parts["budget"]),
                        last=in_millions(told.parts["outturn"])))


def _year_end(axes: Axes, told: Variance) -> None:
    """Appropriation, naive projection and forecast of the year with its interval."""
    share = told.objects.set_index("object").loc[SHARE]
    low, middle, high = (share[name] / 1e6 for name in ("year_p10", "year_median", "year_p90"))
    note = text("variance.short_note") * bool(estimate_note(told.objects["status"]))
    points = {text("variance.appropriation", note=note): share["budget"] / 1e6,
              text("variance.naive"): share["naive"] / 1e6, text("variance.forecast"): middle}
    axes.axvline(share["budget"] / 1e6, color=LIMIT, linewidth=1.2)
    axes.plot((low, high), (2, 2), color=MEDIAN, linewidth=7, alpha=0.35, solid_capstyle="butt")
    for place, (value, colour) in enumerate(zip(points.values(), (LIMIT, PALE, MEDIAN), strict=True)):
        axes.plot(value, place, "o", color=colour, markersize=9)
        axes.annotate(in_millions(1e6 * value), (value, place), xytext=(7, 7), textcoords="offset points", size=10)
    axes.annotate(text("variance.band", band=interval(1e6 * low, 1e6 * high, in_millions)), (high, 2), xytext=(0, -18),
                  textcoords="offset points", ha="right", size=8.5, color=PALE)
    reach = [*points.values(), low, high]
    axes.set_xlim(min(reach) - 0.3 * np.ptp(reach), max(reach) + 0.3 * np.ptp(reach))
    axes.set_ylim(2.6, -0.6)
    axes.set_yticks(range(3), list(points))
    axes.tick_params(axis="y", labelcolor=INK, labelsize=10)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    number_axis(axes, axes.xaxis, 4)
    _heading(axes, text("variance.year", year=told.year, chance=chance(share["p_break"])))


def _heading(axes: Axes, words: str) -> None:
    axes.annotate(words, (0, 1), xycoords="axes fraction", xytext=(0, 8), textcoords="offset points", size=10.5,
                  weight="bold")
