"""The services chart: how busy the units of caseworkers are, how late they meet, and how full the main services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from reports.charts.effect import number_axis
from reports.charts.fan import DPI, INK, PALE, save
from reports.lines import TOTAL, YEAR
from reports.numbers import day, number, percent
from reports.numbers import month as month_of
from reports.service_tables import NO_PLAN_OF_THE_CITY
from sim.law.calendar import month_label, month_number

SIZE = (12.0, 8.4)  # inches
STYLES = (("#0072b2", "-"), ("#d55e00", "--"), ("#009e73", "-."), ("#cc79a7", ":"), ("#222222", (0, (5, 1, 1, 1))))
"""Okabe and Ito's colours, each with a line of its own: told apart by the colour-blind and in grey print."""
MOST_SERVICES = len(STYLES)
CASEWORK = {"utilisation": (100, "Käyttöaste, % asiakastyön ajasta"),
            "late_statutory": (1, "Lakisääteinen tapaaminen myöhässä, pv"),
            "late_discretionary": (1, "Muu tapaaminen myöhässä, pv")}
"""Panels by column of the table ``caseworkers``: factor, and heading."""


def services_chart(casework: pd.DataFrame, flow: pd.DataFrame, costs: pd.DataFrame, path: Path, *,
                   units: Mapping[str, str], title: str, source: str, date: Date) -> Figure:
    """Draw the months into the PNG file *path*: utilisation and lateness of units, people and places of services.

    Parameters
    ----------
    casework, flow, costs : tables ``caseworkers``, ``service_flow`` and ``unit_costs`` of scenarios.service_account.
    units : name in print of each unit.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.

    Raises
    ------
    InputError : the file cannot be written.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    figure.text(0.05, 0.975, fill(title, 110, break_on_hyphens=False), size=12, weight="bold", color=INK, va="top",
                parse_math=False)
    grid = figure.add_gridspec(2, 3, left=0.05, right=0.985, top=0.85, bottom=0.11, hspace=0.32, wspace=0.14)
    months = casework[casework["month"] != TOTAL].pivot(index="month", columns="unit")
    for place, (column, (factor, heading)) in enumerate(CASEWORK.items()):
        _panel(figure.add_subplot(grid[0, place]), factor * months[column], units, heading)
    main = _main(costs)
    services = flow[flow["contract"].isin(main)].pivot(index="month", columns="contract")
    axes = figure.add_subplot(grid[1, :2])
    _panel(axes, services["inside"], main, "Suurimmissa palveluissa: asiakkaita, ja paikat ohuella viivalla",
           services["places"])
    for heading, drawn, top in (("Yksiköt", figure.axes[0], 1.0), ("Palvelut", axes, 0.48)):
        figure.legend(*drawn.get_legend_handles_labels(), loc="upper left", title=heading, alignment="left",
                      bbox_to_anchor=_corner(figure, grid, top), frameon=False, fontsize=9)
    figure.text(0.05, 0.015, f"Keskiarvoja simulaatioista. Paikat, henkilöstö ja sopimukset: {NO_PLAN_OF_THE_CITY}. "
                f"Lähde: {source}. Laadittu {day(date)}.", size=8, color=PALE, va="bottom", parse_math=False)
    save(figure, path)
    return figure


def services_finding(casework: pd.DataFrame, units: Mapping[str, str]) -> str:
    """Which unit is the busiest, and how late its meetings are, in a sentence."""
    whole = casework[casework["month"] == TOTAL]
    most = whole.loc[whole["utilisation"].idxmax()]
    by_law, other = (number(most[f"late_{kind}"], 1) for kind in ("statutory", "discretionary"))
    return (f"Kiireisin yksikkö on {units[most['unit']]}: käyttöaste {percent(most['utilisation'], 0)}, lakisääteinen "
            f"tapaaminen myöhässä keskimäärin {by_law} pv, muu {other} pv")


def _main(costs: pd.DataFrame) -> dict[str, str]:
    """Contracts that have most people inside, with their names in print."""
    largest = costs[costs["contract"] != TOTAL].nlargest(MOST_SERVICES, "inside")
    return dict(zip(largest["contract"], largest["title"], strict=True))


def _corner(figure: Figure, grid: GridSpec, top: float) -> tuple[float, float]:
    """A place in the cell of the *grid* that holds no panel, *top* of its height above its foot."""
    cell = grid[1, 2].get_position(figure)
    return cell.x0, cell.y0 + top * cell.height


def _panel(axes: Axes, frame: pd.DataFrame, names: Mapping[str, str], title: str,
           limits: pd.DataFrame | None = None) -> None:
    """A line a column of *frame*, months by row, and a thin one for its *limits*."""
    at = [month_number(label) for label in frame.index]
    for (colour, style), key in zip(STYLES, [key for key in names if key in frame.columns], strict=False):
        axes.plot(at, frame[key], color=colour, linestyle=style, linewidth=1.8, label=names[key])
        if limits is not None:
            axes.plot(at, limits[key], color=colour, linewidth=0.7, alpha=0.8, drawstyle="steps-mid")
    highest = np.nanmax(frame.to_numpy() if limits is None else np.hstack([frame, limits]), initial=1.0)
    axes.set_title(title, loc="left", size=10, color=INK)
    axes.set_ylim(0, 1.08 * highest)
    axes.set_xlim(at[0] - 0.5, at[-1] + 0.5)
    ticks = [month for month in at if month % YEAR == 0]
    if not ticks or ticks[0] - at[0] > len(at) / 6:  # else their names would meet
        ticks = [at[0], *ticks]
    axes.set_xticks(ticks, [month_of(month_label(tick)) for tick in ticks])
    number_axis(axes)
