"""Where people are: the stock by state at each month's end."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from reports.charts.axes import month_axis, month_numbers, number_axis, unit_label
from reports.language import text
from reports.numbers import month, number, percent
from reports.style import LOOKS, page, styled

STATES = ("unemployed", "service", "laid_off", "subsidised_work", "subsidised_work_exception", "short_work", "sickness",
          "rehabilitation")
"""States between which people come and go; those in lasting work, outside the labour force or gone are not shown."""
PAID = ("unemployed", "service", "laid_off")  # with benefit


@styled
def states_chart(whereabouts: pd.DataFrame, *, source: str, date: Date) -> Figure:
    """Draw the mean stock of each state.

    Parameters
    ----------
    whereabouts : people by month (index) and state (columns), see scenarios.told.whereabouts.
    source, date : of the figures, for the footer.
    """
    sheet = page(states_finding(whereabouts), [text("states.means"), text("states.not_shown")], source=source,
                 date=date)
    axes = sheet.axes(left=0.75, above=0.75, below=0.55)
    at = month_numbers(pd.PeriodIndex(whereabouts.index, freq="M"))
    floor = np.zeros(len(whereabouts))
    for state, look in zip([each for each in STATES if each in whereabouts], LOOKS, strict=False):
        axes.bar(at, whereabouts[state], 0.86, bottom=floor, color=look.colour, hatch=look.hatch, edgecolor="white",
                 linewidth=0.3, label=text(f"states.{state}"))
        floor += whereabouts[state].to_numpy()
    axes.set_ylim(0, 1.08 * floor.max())
    month_axis(axes, at[0], at[-1])
    number_axis(axes)
    unit_label(axes, text("states.unit"))
    sheet.legend(ncols=4)
    return sheet.figure


def states_finding(whereabouts: pd.DataFrame) -> str:
    """How many are with benefit at the end, and how many of them in a service."""
    last = whereabouts.iloc[-1]
    paid = sum(float(last.get(state, 0.0)) for state in PAID)
    service = float(last.get("service", 0.0))
    return text("states.finding", paid=number(paid, 0), month=month(str(whereabouts.index[-1])),
                share=percent(service / paid if paid else 0.0, 0))
