"""The net chart: each budget year's net as it adds up, its interval, and the appropriation it must keep to."""

from __future__ import annotations

from datetime import date as Date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.budget import NET, chance, estimate_note, is_simulated
from reports.charts.axes import heads, number_axis, unit_label
from reports.language import text
from reports.numbers import in_millions, month, month_name
from reports.style import INK, LIMIT, MEDIAN, NARROW, WIDE, page, styled
from sources.errors import InputError


@styled
def net_chart(net: pd.DataFrame, budget: pd.DataFrame, *, title: str, source: str, date: Date) -> Figure:
    """Draw each year's net to date and its appropriation.

    Parameters
    ----------
    net, budget : tables of scenarios.net; euros.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a year; lines hold months of the year from 1 against millions of euros.

    Raises
    ------
    InputError : there is no net.
    """
    shown = net[(net["object"] == NET) & (net["span"] == "year_to_date")]
    if shown.empty:
        raise InputError("net", "column object", f"has no row {NET}", "give the chart the table net of a run")
    totals = budget[budget["object"] == NET].set_index("year").to_dict("index")
    newest = net[(net["kind"] == "observed") & (net["object"] == "benefit_share")]["month"].max()
    sheet = page(title, _notes(budget, is_simulated(net), newest), source=source, date=date)
    highest = max(shown["p90"].max(), shown["appropriation"].max()) / 1e6
    note = estimate_note(budget["status"])
    for axes, (year, row) in zip(sheet.panels(len(totals), above=1.35, gap=0.2), totals.items(), strict=True):
        _panel(axes, shown[shown["month"].str.startswith(f"{year}-")], newest, f" ({note})" * bool(note))
        axes.set_ylim(0, 1.06 * highest)
        number_axis(axes)
        axes.tick_params(axis="y", labelleft=axes is sheet.figure.axes[0])
        detail = text("budget.detail", euros=in_millions(row["appropriation"], 1), chance=chance(row["p_break"]))
        head = text("budget.head", year=year, euros=in_millions(row["median"], 1))
        heads(axes, [(head, 52, {"weight": "bold", "size": 11}), (detail, 27, {"size": 8.5})])
    unit_label(sheet.figure.axes[0], text("budget.to_date"))
    sheet.legend()
    return sheet.figure


def _panel(axes: Axes, months: pd.DataFrame, newest: str, note: str) -> None:
    """Net and appropriation to date of one year, in millions of euros by month from 1."""
    at = months["month"].str[-2:].astype(int)
    for low, high, colour, label in (("p10", "p90", WIDE, text("fan.band_80")),
                                     ("p25", "p75", NARROW, text("fan.band_50"))):
        axes.fill_between(at, months[low] / 1e6, months[high] / 1e6, color=colour, linewidth=0, label=label)
    axes.plot(at, months["median"] / 1e6, color=MEDIAN, linestyle=(0, (5, 1.5)), label=text("budget.median"))
    axes.plot(at, months["appropriation"] / 1e6, color=LIMIT, linewidth=1.6, label=text("budget.phased", note=note))
    axes.axhline(months["appropriation"].iloc[-1] / 1e6, color=LIMIT, linewidth=0.8, linestyle=":")
    if newest in set(months["month"]):
        axes.axvline(int(newest[-2:]) + 0.5, color=INK, linewidth=0.8, linestyle=":")
    axes.set_xlim(0.5, 12.5)
    axes.set_xticks(at, [month_name(each)[0].upper() for each in months["month"]])


def _notes(budget: pd.DataFrame, simulated: bool, newest: str) -> list[str]:
    parts = [text("budget.simulated")] * simulated
    if not simulated and not (budget["object"].eq("operating") & budget["observed_months"].gt(0)).any():
        parts.append(text("budget.planned"))
    return [" ".join([*parts, text("budget.dotted", month=month(newest))]), text("budget.units")]
