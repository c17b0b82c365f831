"""Survival by age group: what share of new spells of unemployment still lasts after so many months."""

from __future__ import annotations

from datetime import date as Date

import pandas as pd
from matplotlib.figure import Figure

from reports.budget import listed
from reports.charts.axes import number_axis, unit_label
from reports.language import text
from reports.numbers import DASH, percent
from reports.style import LOOKS, page, styled

YEAR = 12  # months


@styled
def survival_chart(survival: pd.DataFrame, *, source: str, date: Date) -> Figure:
    """Draw the share that still lasts, with its interval over simulations.

    Parameters
    ----------
    survival : age_group, month, share, p10 and p90, see scenarios.told.whereabouts.
    source, date : of the figures, for the footer.
    """
    sheet = page(survival_finding(survival), [text("survival.means"), text("survival.small")], source=source, date=date)
    axes = sheet.axes(left=0.75, above=0.55, below=0.55)
    for (group, rows), look in zip(survival.groupby("age_group"), LOOKS, strict=False):
        axes.fill_between(rows["month"], 100 * rows["p10"], 100 * rows["p90"], color=look.colour, alpha=0.18,
                          linewidth=0)
        axes.plot(rows["month"], 100 * rows["share"], color=look.colour, linestyle=look.line, marker=look.marker,
                  markersize=4, markevery=3, label=_age(str(group)))
    axes.set_xlim(0, survival["month"].max())
    axes.set_ylim(0, 100)
    axes.set_xticks(range(0, int(survival["month"].max()) + 1, 3))
    axes.set_xlabel(text("survival.months"))
    number_axis(axes)
    unit_label(axes, "%")
    sheet.legend()
    return sheet.figure


def survival_finding(survival: pd.DataFrame) -> str:
    """How many are still unemployed after a year, by age; after the last month known of all where that is sooner."""
    months = min(YEAR, int(survival.groupby("age_group")["month"].max().min()))
    rows = survival[survival["month"] == months]
    parts = [f"{_age(row.age_group)} {percent(row.share, 0)}" for row in rows.itertuples()]
    return text("survival.finding", months=months, parts=listed(parts))


def _age(group: str) -> str:
    return text("survival.age", ages=group.replace("-", DASH))
