"""National paths side by side: the same municipality, the same share, another course of the country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from pathlib import Path
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from reports.charts.fan import DPI, INK, MEDIAN, NARROW, PALE, WIDE, save
from reports.charts.forecast import HISTORY_YEARS, axis_of_time_and_number, month_numbers
from reports.numbers import SPACE, day, interval, number, percent

SIZE = (12.0, 5.4)  # inches


def share_finding(title: str, years: Mapping[str, pd.DataFrame]) -> str:
    """What the paths come to in the last whole year, in a sentence.

    Parameters
    ----------
    title : the series in words.
    years : by name of the path: year, quantiles 0.1, 0.5, 0.9.
    """
    last = {name: rows.iloc[-1] for name, rows in years.items() if len(rows)}
    if not last:
        return title
    year = next(iter(last.values()))["year"]
    told = ", ".join(f"{number(row[0.5])} ({name})" for name, row in last.items())
    return f"{title}: kansallinen ura ratkaisee. Vuonna {year:.0f} keskimäärin {told}"


def doubt_line(parts: pd.DataFrame) -> str:
    """How much of the uncertainty is the national path's, in a sentence."""
    last = parts.iloc[-1]
    return (f"{last['horizon']:.0f} kuukauden päästä epävarmuuden varianssista {percent(last['of_national'], 0)} on "
            f"kansallista suhdannetta: vaihtelu ±{percent(last['national'], 0)}, osuuden ±{percent(last['share'], 0)}.")


def share_chart(history: pd.Series, paths: Mapping[str, pd.DataFrame], years: Mapping[str, pd.DataFrame], path: Path, *,
                title: str, doubt: str, source: str, date: Date) -> Figure:
    """Draw a panel a national path into the PNG file *path*, on one scale.

    Parameters
    ----------
    history : the local series by month, as known at the origin.
    paths : by name: month, quantiles 0.1, 0.5, 0.9, low and high (scenarios.national.Followed.months).
    years : by name: year, quantiles 0.1, 0.5, 0.9; the last is written into the panel.
    title, doubt : the finding, and where the uncertainty lies.
    source, date : for the footer.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    figure.text(0.05, 0.965, fill(title, 105, break_on_hyphens=False), size=12, weight="bold", color=INK, va="top",
                parse_math=False)
    figure.text(0.05, 0.86, doubt, size=9.5, color=PALE, va="top", parse_math=False)
    panels = figure.subplots(1, len(paths), sharey=True, squeeze=False)[0]
    figure.subplots_adjust(left=0.05, right=0.985, top=0.68, bottom=0.13, wspace=0.05)
    first = max(history.index[0], history.index[-1] - 12 * HISTORY_YEARS + 1)
    for axes, (name, rows) in zip(panels, paths.items(), strict=True):
        _panel(axes, history[history.index >= first], rows)
        axes.set_title(name, loc="left", size=10, color=INK)
        _last_year(axes, years[name])
    panels[0].set_ylim(bottom=0)
    for axes, rows in zip(panels, paths.values(), strict=True):  # once the common scale is known
        axis_of_time_and_number(axes, first, rows["month"].iloc[-1], "", years=3)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.042, 0.83), ncols=4, frameon=False, fontsize=9)
    figure.text(0.05, 0.015, f"Lähde: {source}. Laadittu {day(date)}.", size=8, color=PALE, va="bottom",
                parse_math=False)
    save(figure, path)
    return figure


def _panel(axes: Axes, history: pd.Series, rows: pd.DataFrame) -> None:
    at = month_numbers(rows["month"])
    axes.fill_between(at, rows[0.1], rows[0.9], color=WIDE, linewidth=0, zorder=2,
                      label=f"80{SPACE}% väli: kansallinen ura ja osuus")
    axes.fill_between(at, rows["low"], rows["high"], color=NARROW, linewidth=0, zorder=3,
                      label=f"80{SPACE}% väli: vain osuus")
    axes.plot(month_numbers(history.index), history, color=INK, linewidth=1.3, zorder=5, label="Toteuma")
    axes.plot(at, rows[0.5], color=MEDIAN, linewidth=1.8, linestyle=(0, (5, 1.5)), zorder=4, label="Ennuste, mediaani")


def _last_year(axes: Axes, years: pd.DataFrame) -> None:
    if years.empty:
        return
    last = years.iloc[-1]
    axes.annotate(f"vuosi {last['year']:.0f}: {number(last[0.5])}\n({interval(last[0.1], last[0.9])})", (0.985, 0.97),
                  xycoords="axes fraction", ha="right", va="top", size=9, color=INK,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
