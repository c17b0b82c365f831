"""The day classes chart: the benefit share by month, stacked by class, with Kela's totals over it."""

from __future__ import annotations

from datetime import date as Date

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from reports.charts.axes import known_until, month_axis, month_numbers, number_axis, unit_label
from reports.language import text
from reports.lines import TOTAL, ordered_lines
from reports.numbers import millions, month, percent
from reports.run_titles import class_name
from reports.style import INK, page, styled

LONG_TERM = 400  # paid days after which half or nearly half of the basic amount is the municipality's
PALEST, DARKEST = 0.95, 0.1  # of a palette that darkens evenly, so that grey print tells its order


@styled
def classes_chart(months: pd.DataFrame, years: pd.DataFrame, *, source: str, date: Date) -> Figure:
    """Draw months of the benefit share: observed, then means of the forecast, which add up over classes.

    Parameters
    ----------
    months, years : tables of a run; euros by line.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : bars of millions of euros by month number; a line over the observed totals.
    """
    sheet = page(classes_finding(years), [text("classes.means"), text("classes.units")], source=source, date=date)
    axes = sheet.axes(left=0.75, above=0.75, below=0.55)
    table = months.assign(at=months["month"].map(lambda each: month_numbers(pd.PeriodIndex([each], freq="M"))[0]))
    euros = table.pivot(index="at", columns="line", values="mean") / 1e6
    lines = [line for line in ordered_lines(months) if line != TOTAL]
    shades = matplotlib.colormaps["cividis"](np.linspace(PALEST, DARKEST, len(lines)))
    floor = np.zeros(len(euros))
    for line, shade in zip(lines, shades, strict=True):
        axes.bar(euros.index, euros[line], 0.86, bottom=floor, color=shade, edgecolor="white", linewidth=0.3,
                 label=class_name(line))
        floor += euros[line].to_numpy()
    known = table[(table["kind"] == "observed") & (table["line"] == TOTAL)]
    axes.plot(known["at"], known["mean"] / 1e6, color=INK, marker="o", markersize=4.5, markeredgecolor="white",
              linewidth=1.2, zorder=4, label=text("classes.kela"))
    axes.set_ylim(0, 1.12 * floor.max())
    month_axis(axes, euros.index[0], euros.index[-1])
    number_axis(axes)
    unit_label(axes, text("classes.unit"))
    if len(known):
        known_until(axes, known["at"].iloc[-1], text("fan.newest", month=month(known["month"].iloc[-1])))
    sheet.legend(ncols=6)
    return sheet.figure


def classes_finding(years: pd.DataFrame) -> str:
    """How much of the last year's benefit share the classes of long-term unemployment bring."""
    year = years["year"].max()
    last = years[years["year"] == year].set_index("line")["mean"]
    long = sum(euros for line, euros in last.items() if line != TOTAL and _first_day(line) > LONG_TERM)
    return text("classes.finding", days=LONG_TERM, year=year, euros=millions(long, 1),
                share=percent(long / last[TOTAL], 0) if last[TOTAL] else percent(0.0, 0))


def _first_day(line: str) -> int:
    return int(line.partition("-")[0])
