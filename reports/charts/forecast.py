"""One series in one picture: what it has been, what it may become, and what was forecast a year before."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from reports.charts.fan import DPI, INK, MEDIAN, NARROW, PALE, RULE, WIDE, save
from reports.numbers import SPACE, day, month, number

SIZE = (11.0, 7.6)  # inches
HISTORY_YEARS = 10
WIDEST = "#e9f1f8"  # the 95 % band, paler than WIDE
BANDS = ((0.025, 0.975, WIDEST, f"95{SPACE}%"), (0.1, 0.9, WIDE, f"80{SPACE}%"), (0.25, 0.75, NARROW, f"50{SPACE}%"))
MILLION = 1e6


def forecast_chart(history: pd.Series, forecast: pd.DataFrame, past: pd.DataFrame, path: Path, *, title: str,
                   finding: str, source: str, date: Date) -> Figure:
    """Draw history with fan, and below it forecasts made *lead* months before, into the PNG file *path*.

    Parameters
    ----------
    history : values by month, as known at the origin.
    forecast : month and quantiles 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975.
    past : month, horizon (the same in all rows), actual, and quantiles 0.1, 0.5, 0.9: what a backtest forecast; may
        have no rows.
    title, finding : what is shown, and what the backtest says of it.
    source, date : for the footer.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    upper = figure.add_axes((0.075, 0.43, 0.905, 0.43))
    lower = figure.add_axes((0.075, 0.10, 0.905, 0.22))
    figure.text(0.075, 0.965, title, size=12, weight="bold", color=INK, va="top", parse_math=False)
    figure.text(0.075, 0.925, finding, size=9.5, color=PALE, va="top", parse_math=False)
    first = history.index[-1] - 12 * HISTORY_YEARS + 1
    last = forecast["month"].iloc[-1]
    scale = MILLION if history.max() >= MILLION else 1.0
    _fan(upper, history[history.index >= first] / scale, forecast, scale)
    _past(lower, past, scale)
    for axes in (upper, lower):
        axis_of_time_and_number(axes, max(first, history.index[0]), last, "M€" if scale > 1 else "")
    upper.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=6, frameon=False, fontsize=9, borderaxespad=0.2)
    figure.text(0.075, 0.015, f"Lähde: {source}. Laadittu {day(date)}.", size=8, color=PALE, va="bottom",
                parse_math=False)
    save(figure, path)
    return figure


def month_numbers(months: pd.PeriodIndex | pd.Series) -> list[int]:
    """Month numbers, the coordinate of the time axis."""
    return [12 * each.year + each.month - 1 for each in months]


def _fan(axes: Axes, history: pd.Series, forecast: pd.DataFrame, scale: float) -> None:
    at = month_numbers(forecast["month"])
    for low, high, colour, label in BANDS:
        axes.fill_between(at, forecast[low] / scale, forecast[high] / scale, color=colour, linewidth=0, zorder=2,
                          label=f"väli {label}")
    axes.plot(month_numbers(history.index), history, color=INK, linewidth=1.3, zorder=4, label="Toteuma")
    axes.plot(at, forecast[0.5] / scale, color=MEDIAN, linewidth=1.8, linestyle=(0, (5, 1.5)), zorder=3,
              label="Ennuste, mediaani")
    newest = month_numbers(history.index[-1:])[0]
    axes.axvline(newest + 0.5, color=INK, linewidth=0.8, linestyle=":", zorder=3)
    axes.annotate(f"tiedossa {month(str(history.index[-1]))} asti", (newest + 0.5, 1), xytext=(-5, -5),
                  xycoords=axes.get_xaxis_transform(), textcoords="offset points", ha="right", va="top", size=9,
                  color=INK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})


def _past(axes: Axes, past: pd.DataFrame, scale: float) -> None:
    if past.empty:
        axes.text(0.5, 0.5, "Sarja on liian lyhyt jälkiennusteelle.", transform=axes.transAxes, ha="center", color=PALE)
        return
    at = month_numbers(past["month"])
    axes.set_title(f"Jälkiennuste: mitä olisi ennustettu {past['horizon'].iloc[0]} kuukautta aiemmin (mediaani ja "
                   f"80{SPACE}% väli)", loc="left", size=9.5, color=INK)
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
    januaries = [at for at in range(start, end + 1) if at % (12 * years) == 0]
    axes.xaxis.set_major_locator(FixedLocator(januaries))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: str(round(at) // 12)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    locator = MaxNLocator(5, steps=[1, 2, 5, 10])
    axes.yaxis.set_major_locator(locator)
    step = locator.tick_values(*axes.get_ylim())
    decimals = next((d for d in range(4) if abs(round(step[1] - step[0], d) - (step[1] - step[0])) < 1e-9), 3)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, decimals)))
    axes.tick_params(colors=PALE, labelsize=9, length=0)
    axes.grid(axis="both", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    if unit:
        axes.annotate(unit, (0, 1), xycoords="axes fraction", xytext=(-4, 6), textcoords="offset points", ha="right",
                      size=9, color=PALE)
