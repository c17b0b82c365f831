"""The nowcast of the unemployed in one picture: statistic, quoted counts, and the recipients it rests on."""

from __future__ import annotations

from datetime import date as Date

import pandas as pd
from matplotlib.figure import Figure

from reports.charts.axes import month_numbers
from reports.charts.forecast import axis_of_time_and_number
from reports.forecast_tables import series_title
from reports.language import text
from reports.numbers import interval, month, number
from reports.style import INK, MEDIAN, NARROW, PALE, WIDE, page, styled

SIZE = (11.0, 6.2)  # inches
BANDS = ((0.025, 0.975, WIDE, 95), (0.1, 0.9, NARROW, 80))


@styled
def nowcast_chart(table: pd.DataFrame, *, name: str, source: str, date: Date) -> Figure:
    """Draw statistic, quoted counts and nowcast, with the recipients they rest on.

    Parameters
    ----------
    table : ``forecasting.nowcast.nowcast``.
    name : of the series.
    source, date : for the footer.
    """
    title, finding = nowcast_finding(table, name)
    sheet = page(title, [finding, text("nowcast.covers")], source=source, date=date, size=SIZE)
    axes = sheet.axes(left=0.75)
    at = pd.Series(month_numbers(table.index), table.index)
    ended = table["statistic"].last_valid_index()
    shown = table.loc[ended:]
    for low, high, colour, level in BANDS:
        axes.fill_between(at[shown.index], shown[low], shown[high], color=colour, linewidth=0,
                          label=text("forecast.band", level=level))
    axes.plot(at, table["recipients"], color=PALE, linewidth=1.1, label=text("nowcast.recipients"))
    axes.plot(at, table["statistic"], color=INK, linewidth=1.3, label=text("nowcast.statistic"))
    axes.plot(at[shown.index], shown[0.5], color=MEDIAN, linewidth=1.8, linestyle=(0, (5, 1.5)),
              label=text("nowcast.median"))
    quoted = table.loc[table.index > ended, "press"].dropna()
    if len(quoted):
        axes.plot(at[quoted.index], quoted, "o", color=INK, markersize=5, zorder=5, label=text("nowcast.press"))
    axes.set_ylim(0)
    axis_of_time_and_number(axes, table.index[0], table.index[-1], "")
    sheet.legend(ncols=6)
    return sheet.figure


def nowcast_finding(table: pd.DataFrame, name: str) -> tuple[str, str]:
    """What the nowcast of the newest month says, in whole hundreds: one line, and its interval in another."""
    newest, when = table.iloc[-1], table.index[-1]
    published = table["statistic"].dropna()
    same = published[published.index.month == when.month]
    middle, low, high, before = (number(round(float(value), -2))
                                 for value in (newest[0.5], newest[0.025], newest[0.975], same.iloc[-1]))
    return (text("nowcast.title", series=series_title(name), month=month(str(when)), middle=middle,
                 then=month(str(same.index[-1])), before=before),
            text("nowcast.finding", interval=interval(newest[0.025].round(-2), newest[0.975].round(-2)),
                 ended=month(str(published.index[-1]))))
