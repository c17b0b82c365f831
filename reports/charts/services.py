"""The services chart: how busy the units of caseworkers are, how late they meet, and how full the main services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.axes import YEAR, number_axis
from reports.language import text
from reports.lines import TOTAL
from reports.numbers import month as month_of
from reports.numbers import number, percent
from reports.style import EDGE, LOOKS, Page, page, styled
from sim.law.calendar import month_label, month_number

SIZE = (12.0, 8.4)  # inches
MOST_SERVICES = 5
CASEWORK = {"utilisation": 100, "late_statutory": 1, "late_discretionary": 1}
"""Panels by column of the table ``caseworkers``, and the factor of each."""


@styled
def services_chart(casework: pd.DataFrame, flow: pd.DataFrame, costs: pd.DataFrame, *, units: Mapping[str, str],
                   title: str, source: str, date: Date) -> Figure:
    """Draw the months: utilisation and lateness of units, people and places of services.

    Parameters
    ----------
    casework, flow, costs : tables ``caseworkers``, ``service_flow`` and ``unit_costs`` of scenarios.service_account.
    units : name in print of each unit.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    """
    sheet = page(title, [text("services.means", note=text("services.no_plan"))], source=source, date=date, size=SIZE)
    half = (sheet.top - sheet.bottom) / 2
    months = casework[casework["month"] != TOTAL].pivot(index="month", columns="unit")
    upper = sheet.panels(3, above=0.4, below=half + 0.15, gap=0.45)
    for axes, (column, factor) in zip(upper, CASEWORK.items(), strict=True):
        _panel(axes, factor * months[column], units, text(f"services.{column}"))
    main = _main(costs)
    services = flow[flow["contract"].isin(main)].pivot(index="month", columns="contract")
    lower = sheet.axes(right=EDGE + 3.7, above=half + 0.3, below=0.3)
    _panel(lower, services["inside"], main, text("services.inside"), services["places"])
    _legends(sheet, upper[0], lower, half)
    return sheet.figure


def services_finding(casework: pd.DataFrame, units: Mapping[str, str]) -> str:
    """Which unit is the busiest, and how late its meetings are, in a sentence."""
    whole = casework[casework["month"] == TOTAL]
    most = whole.loc[whole["utilisation"].idxmax()]
    by_law, other = (number(most[f"late_{kind}"], 1) for kind in ("statutory", "discretionary"))
    return text("services.finding", unit=units[most["unit"]], share=percent(most["utilisation"], 0), by_law=by_law,
                other=other)


def _main(costs: pd.DataFrame) -> dict[str, str]:
    """Contracts that have most people inside, with their names in print."""
    largest = costs[costs["contract"] != TOTAL].nlargest(MOST_SERVICES, "inside")
    return dict(zip(largest["contract"], largest["title"], strict=True))


def _legends(sheet: Page, units: Axes, services: Axes, half: float) -> None:
    """Both legends in the corner that holds no panel."""
    left = (sheet.width - EDGE - 3.5) / sheet.width
    for heading, drawn, down in ((text("services.units"), units, 0.0), (text("services.contracts"), services, 1.6)):
        sheet.figure.legend(*drawn.get_legend_handles_labels(), loc="upper left", title=heading, alignment="left",
                            bbox_to_anchor=(left, (sheet.bottom + half - 0.3 - down) / sheet.height))


def _panel(axes: Axes, frame: pd.DataFrame, names: Mapping[str, str], title: str,
           limits: pd.DataFrame | None = None) -> None:
    """A line a column of *frame*, months by row, and a thin one for its *limits*."""
    at = [month_number(label) for label in frame.index]
    for look, key in zip(LOOKS, [key for key in names if key in frame.columns], strict=False):
        axes.plot(at, frame[key], color=look.colour, linestyle=look.line, label=names[key])
        if limits is not None:
            axes.plot(at, limits[key], color=look.colour, linewidth=0.7, alpha=0.8, drawstyle="steps-mid")
    highest = np.nanmax(frame.to_numpy() if limits is None else np.hstack([frame, limits]), initial=1.0)
    axes.set_title(title)
    axes.set_ylim(0, 1.08 * highest)
    axes.set_xlim(at[0] - 0.5, at[-1] + 0.5)
    ticks = [month for month in at if month % YEAR == 0]
    if not ticks or ticks[0] - at[0] > len(at) / 6:  # else their names would meet
        ticks = [at[0], *ticks]
    axes.set_xticks(ticks, [month_of(month_label(tick)) for tick in ticks])
    number_axis(axes)
