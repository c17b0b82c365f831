"""The waterfall of one run: from the appropriation to the forecast, or from the baseline to the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from reports.budget import NET, estimate_note
from reports.charts.waterfall import waterfall
from reports.effect import ALL_YEARS
from reports.language import text
from reports.lines import TOTAL, object_label
from reports.numbers import in_millions, millions, signed
from reports.run_titles import line_name
from reports.style import page, styled

SHARE, OPERATING, INCOME = "benefit_share", "operating", "income"
OBJECTS = (SHARE, OPERATING, INCOME)
WIDEST, NARROW_ROOM = 2.1, 0.2  # inches, left of the first panel and right of the last


class Bars(NamedTuple):
    """One waterfall: its heading, its names with the total's last, euros of each, and whether each is certain."""

    head: str
    names: list[str]
    sizes: list[float]
    total: float
    certain: list[bool] | None


@styled
def budget_bridge_chart(budget: pd.DataFrame, *, source: str, date: Date) -> Figure:
    """Draw each year's net from its appropriation to the mean forecast, by object.

    Parameters
    ----------
    budget : table of scenarios.net; euros.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a year, millions of euros.
    """
    years = []
    for year, rows in budget.groupby("year"):
        of = rows.set_index("object")
        gaps = of["mean"] - of["appropriation"]
        net = of.loc[NET]
        parts = [name for name in OBJECTS if name in of.index]
        head = f"{year}\n{in_millions(net['appropriation'])} → {in_millions(net['mean'])}"
        years.append(Bars(head, [*map(object_label, parts), object_label(NET)], [float(gaps[part]) for part in parts],
                          float(gaps[NET]), None))
    note = estimate_note(budget["status"])
    return _drawn(budget_bridge_finding(budget), years, [text("net_bridge.budget", note=f" ({note})" * bool(note))],
                  source, date)


def budget_bridge_finding(budget: pd.DataFrame) -> str:
    """Which object moves the net of the first year away from its appropriation most."""
    first = budget[budget["year"] == budget["year"].min()].set_index("object")
    gaps = (first["mean"] - first["appropriation"]).drop(NET)
    widest = gaps.abs().idxmax()
    net = float(first.loc[NET, "mean"] - first.loc[NET, "appropriation"])
    return text("net_bridge.over" if net >= 0 else "net_bridge.under", year=first["year"].iloc[0],
                net=millions(abs(net)), object=object_label(widest), euros=signed(float(gaps[widest]), millions))


@styled
def effect_bridge_chart(effect: pd.DataFrame, lines: Mapping[str, str], *, title: str, source: str,
                        date: Date) -> Figure:
    """Draw what a scenario changes of the net, all years together, by day class and budget line.

    Parameters
    ----------
    effect : table of scenarios.run_effect; euros, scenario less baseline.
    lines : names in print of the lines that add up to operating cost; those of units are parts of the staff's.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    """
    whole = effect[effect["year"] == ALL_YEARS].set_index(["object", "line"])
    total = whole.loc[(NET, TOTAL) if (NET, TOTAL) in whole.index else (SHARE, TOTAL)]
    moved = whole[(whole["difference"] != 0) | (whole["error"] != 0)]
    parts = [(name, line) for name, line in moved.index if _is_part(name, line, lines)]
    names = [line_name(*key, lines) for key in parts]
    bars = Bars("", [*names, object_label(total.name[0])], [float(whole.loc[key, "difference"]) for key in parts],
                float(total["difference"]), [bool(whole.loc[key, "certain"]) for key in parts])
    return _drawn(title, [bars], [text("net_bridge.effect", untold=text("effect.untold"))], source, date)


def _is_part(name: str, line: str, lines: Mapping[str, str]) -> bool:
    """Whether a line is one of those that add up to the net: a day class, a line of operating cost, or the income."""
    if name == SHARE:
        return line[0].isdigit()
    return (name == OPERATING and line in lines) or (name == INCOME and line == TOTAL)


def _drawn(title: str, panels: list[Bars], notes: list[str], source: str, date: Date) -> Figure:
    rows = max(len(each.names) for each in panels)
    sheet = page(title, [*notes, text("net_bridge.units")], source=source, date=date,
                 size=(11.0, max(4.6, 2.6 + 0.42 * rows)))
    drawn = sheet.panels(len(panels), left=WIDEST, right=NARROW_ROOM, above=0.6 if panels[0].head else 0.2, gap=0.2)
    for axes, each in zip(drawn, panels, strict=True):
        waterfall(axes, each.names, each.sizes, each.total, form=in_millions, certain=each.certain, room=0.45)
        axes.tick_params(axis="y", labelleft=axes is drawn[0])
        axes.set_title(each.head, weight="bold")
    low, high = (end([axes.get_xlim() for axes in drawn]) for end in (np.min, np.max))
    for axes in drawn:
        axes.set_xlim(low, high)
    return sheet.figure
