"""One series in one picture: what it has been, what it may become, and what was forecast a year before."""

from __future__ import annotations

from datetime import date as Date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from reports.charts.axes import YEAR, known_until, month_numbers, number_axis, unit_label
from reports.forecast_tables import series_title
from reports.language import text
from reports.numbers import interval, millions, month, number
from reports.style import INK, MEDIAN, NARROW, PALE, WIDE, page, styled

SIZE = (11.0, 7.6)  # inches
HISTORY_YEARS = 10
WIDEST = "#e9f1f8"  # the 95 % band, paler than WIDE
BANDS = ((0.025, 0.975, WIDEST, 95), (0.1, 0.9, WIDE, 80), (0.25, 0.75, NARROW, 50))
MILLION = 1e6


@styled
def forecast_chart(history: pd.Series, forecast: pd.DataFrame, past: pd.DataFrame, *, title: str, finding: str,
                   source: str, date: Date) -> Figure:
    """Draw history with fan, and below it forecasts made *lead* months before.

    Parameters
    ----------
    history : values by month, as known at the origin.
    forecast : month and quantiles 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975.
    past : month, horizon (the same in all rows), actual, and quantiles 0.1, 0.5, 0.9: what a backtest forecast; may
        have no rows.
    title, finding : what is shown, and what the backtest says of it.
    source, date : for the footer.
    """
    sheet = page(title, [finding], source=source, date=date, size=SIZE)
    upper, lower = (sheet.axes(left=0.75, above=above, below=below) for above, below in ((0.4, 3.2), (4.1, 0.35)))
    first = history.index[-1] - YEAR * HISTORY_YEARS + 1
    last = forecast["month"].iloc[-1]
    scale = MILLION if history.max() >= MILLION else 1.0
    _fan(upper, history[history.index >= first] / scale, forecast, scale)
    _past(lower, past, scale)
    for axes in (upper, lower):
        axis_of_time_and_number(axes, max(first, history.index[0]), last, "M€" if scale > 1 else "")
    newest = history.index[-1]
    known_until(upper, month_numbers(history.index[-1:])[0], text("forecast.known", month=month(str(newest))))
    sheet.legend(ncols=6)
    return sheet.figure


def forecast_finding(name: str, history: pd.Series, forecast: pd.DataFrame) -> str:
    """Where the series is at the end of its forecast, within which interval, and where it was at the newest month."""
    last = forecast.iloc[-1]
    form = (lambda value: millions(value, 1)) if history.max() >= MILLION else number
    return text("forecast.finding", series=series_title(name), month=month(str(last["month"])), middle=form(last[0.5]),
                band=interval(last[0.1], last[0.9], form), newest=month(str(history.index[-1])),
                was=form(history.iloc[-1]))


def _fan(axes: Axes, history: pd.Series, forecast: pd.DataFrame, scale: float) -> None:
    at = month_numbers(forecast["month"])
    for low, high, colour, level in BANDS:
        axes.fill_between(at, forecast[low] / scale, forecast[high] / scale, color=colour, linewidth=0, zorder=2,
                          label=text("forecast.band", level=level))
    axes.plot(month_numbers(history.index), history, color=INK, linewidth=1.3, zorder=4, label=text("fan.observed"))
    axes.plot(at, forecast[0.5] / scale, color=MEDIAN, linestyle=(0, (5, 1.5)), zorder=3, label=text("fan.median"))


def _past(axes: Axes, past: pd.DataFrame, scale: float) -> None:
    if past.empty:
        axes.text(0.5, 0.5, text("forecast.short"), transform=axes.transAxes, ha="center", color=PALE)
        return
    at = month_numbers(past["month"])
    axes.set_title(text("forecast.past", months=past["horizon"].iloc[0]), size=9.5)
    middle = past[0.5] / scale
    ends = [middle - past[0.1] / scale, past[0.9] / scale - middle]
    axes.errorbar(at, middle, yerr=ends, fmt="o", color=MEDIAN, ecolor=NARROW, elinewidth=4, markersize=4, zorder=3)
    axes.plot(at, past["actual"] / scale, color=INK, linewidth=1.3, marker=".", zorder=4)


def axis_of_time_and_number(axes: Axes, first: pd.Period, last: pd.Period, unit: str, years: int = 1) -> None:
    """Scale both axes: from *first* to *last* month with a tick every so many *years*, and from 0 or above."""
    start, end = month_numbers(pd.PeriodIndex([first, last]))
    axes.set_xlim(start - 0.5, end + 0.5)
    low, high = axes.get_ylim()
    axes.set_ylim(max(0.0, low), high)
    januaries = [at for at in range(start, end + 1) if at % (YEAR * years) == 0]
    axes.xaxis.set_major_locator(FixedLocator(januaries))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: str(round(at) // YEAR)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    number_axis(axes, most=5)
    axes.grid(axis="both")
    if unit:
        unit_label(axes, unit)
