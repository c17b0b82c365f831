"""The tornado of what nobody has verified: how far the forecast moves with each value at either end of its range."""

from __future__ import annotations

from datetime import date as Date

import pandas as pd
from matplotlib.figure import Figure

from reports.charts.tornado import NAMES, end_bar, finish, name_input
from reports.language import text
from reports.numbers import in_millions, interval, signed
from reports.style import page, styled
from reports.tornado import TOP, shortened


@styled
def exposure_chart(listed: pd.DataFrame, *, source: str, date: Date) -> Figure:
    """Draw the values on which most euros of the whole forecast hang.

    Parameters
    ----------
    listed : unverified.csv of a run: name, value, status, range, switches, source, euros_low, euros_high.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : bars of millions of euros, the widest at the top.
    """
    shown = widest(listed).iloc[::-1]
    sheet = page(exposure_finding(listed), [text("exposure.means"), text("exposure.others", count=len(listed))],
                 source=source, date=date, size=(11.0, 2.6 + 0.42 * max(len(shown), 3)))
    axes = sheet.axes(left=NAMES, above=0.1, below=0.5)
    for place, each in enumerate(shown.itertuples()):
        for euros in (each.euros_low, each.euros_high):
            end_bar(axes, place, euros / 1e6, signed(euros, in_millions) if euros else "")
        name_input(axes, place, str(each.name), _span(each.value, each.range), str(each.status), each.source)
    finish(axes, len(shown), text("exposure.unit"))
    return sheet.figure


def exposure_finding(listed: pd.DataFrame) -> str:
    """Which value that nobody verified moves the forecast most, and how far."""
    most = widest(listed)
    if most.empty:
        return text("exposure.none")
    first = most.iloc[0]
    return text("exposure.finding", name=shortened(str(first["name"])),
                band=interval(first["euros_low"], first["euros_high"], in_millions))


def widest(listed: pd.DataFrame, count: int = TOP) -> pd.DataFrame:
    """The *count* values that move the forecast most, the widest first."""
    width = listed["euros_high"] - listed["euros_low"]
    return listed.assign(width=width)[width > 0].nlargest(count, "width")


def _span(value: object, span: object) -> str:
    """The value, and the range it was tried in, if it has one."""
    return str(value) if pd.isna(span) or not span else f"{value} ({span})"
