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
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.fan import DPI, INK, PALE, RULE, save
from reports.lines import TOTAL, YEAR
from reports.numbers import day, number, percent
from reports.service_tables import NO_PLAN_OF_THE_CITY
from sim.law.calendar import month_number

SIZE = (12.0, 8.4)  # inches
STYLES = (("#0072b2", "-"), ("#d55e00", "--"), ("#009e73", "-."), ("#cc79a7", ":"), ("#222222", (0, (5, 1, 1, 1))))
"""Okabe and Ito's colours, each with a line of its own: told apart by the colour-blind and in grey print."""
MOST_SERVICES = len(STYLES)


def services_chart(casework: pd.DataFrame, flow: pd.DataFrame, costs: pd.DataFrame, path: Path, *,
                   units: Mapping[str, str], title: str, source: str, date: Date) -> Figure:
    """Draw four panels by month into the PNG file *path*: utilisation, lateness, people inside, and how full.

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
    (busy, late), (inside, full) = figure.subplots(2, 2)
    figure.subplots_adjust(left=0.05, right=0.985, top=0.85, bottom=0.115, hspace=0.62, wspace=0.11)
    months = casework[casework["month"] != TOTAL].pivot(index="month", columns="unit")
    lateness = months["late_statutory"].fillna(months["late_discretionary"])
    _panel(busy, months["utilisation"] * 100, units, "Yksiköiden käyttöaste, % asiakastyön ajasta")
    _panel(late, lateness, units, "Tapaaminen myöhässä, päivää")
    main = _main(costs)
    by_month = flow[flow["contract"].isin(main)].pivot(index="month", columns="contract")
    _panel(inside, by_month["inside"][list(main)], main, "Palvelussa, asiakkaita (suurimmat)")
    places = by_month["places"][list(main)]
    _panel(full, 100 * by_month["inside"][list(main)] / places, main, "Paikoista käytössä, %")
    for axes in (busy, full):
        axes.axhline(100, color=INK, linewidth=0.8, linestyle=":")
    for left in (busy, inside):
        handles, labels = left.get_legend_handles_labels()
        box = left.get_position()
        figure.legend(handles, labels, loc="lower left", bbox_to_anchor=(0.042, box.y1 + 0.028), ncols=5, frameon=False,
                      fontsize=8.5, columnspacing=1.2)
    figure.text(0.05, 0.015, f"Keskiarvoja simulaatioista. Paikat, henkilöstö ja sopimukset: {NO_PLAN_OF_THE_CITY}. "
                f"Lähde: {source}. Laadittu {day(date)}.", size=8, color=PALE, va="bottom", parse_math=False)
    save(figure, path)
    return figure


def services_finding(casework: pd.DataFrame, units: Mapping[str, str]) -> str:
    """Which unit is the busiest, and how late its meetings are, in a sentence."""
    whole = casework[casework["month"] == TOTAL]
    most = whole.loc[whole["utilisation"].idxmax()]
    late = np.nan_to_num(most[["late_statutory", "late_discretionary"]].astype(float))
    return (f"Kiireisin yksikkö on {units[most['unit']]}: käyttöaste {percent(most['utilisation'], 0)}, lakisääteinen "
            f"tapaaminen myöhässä keskimäärin {number(late[0], 1)} pv, muu {number(late[1], 1)} pv")


def _main(costs: pd.DataFrame) -> dict[str, str]:
    """Contracts that have most people inside, with their names in print."""
    largest = costs[costs["contract"] != TOTAL].nlargest(MOST_SERVICES, "inside")
    return dict(zip(largest["contract"], largest["title"], strict=True))


def _panel(axes: Axes, frame: pd.DataFrame, names: Mapping[str, str], title: str) -> None:
    """A line a column of *frame*, months by row."""
    at = [month_number(label) for label in frame.index]
    for (colour, style), key in zip(STYLES, [key for key in names if key in frame.columns], strict=False):
        axes.plot(at, frame[key], color=colour, linestyle=style, linewidth=1.6, label=names[key])
    axes.set_title(title, loc="left", size=10, color=INK)
    axes.set_ylim(0, 1.08 * max(np.nanmax(frame.to_numpy(), initial=0.0), 1e-9))
    axes.set_xlim(at[0] - 0.5, at[-1] + 0.5)
    ticks = [month for month in at if month % (YEAR // 4) == 0] or at[:1]
    axes.set_xticks(ticks, [_tick(month) for month in ticks])
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, 0 if value % 1 == 0 else 1)))
    axes.tick_params(colors=PALE, labelsize=8.5, length=0)
    axes.grid(axis="y", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _tick(month: int) -> str:
    """The month in the year, and below January its year.

    >>> _tick(2027 * 12), _tick(2027 * 12 + 3)
    ('1\\n2027', '4')
    """
    year, index = divmod(month, YEAR)
    return f"{index + 1}" + f"\n{year}" * (index == 0)
