"""National paths side by side: the same municipality, the same share, another course of the country."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.axes import YEAR, month_numbers
from reports.charts.forecast import HISTORY_YEARS, axis_of_time_and_number
from reports.numbers import SPACE, interval, number, percent
from reports.style import INK, MEDIAN, NARROW, WIDE, page, styled

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


@styled
def share_chart(history: pd.Series, paths: Mapping[str, pd.DataFrame], years: Mapping[str, pd.DataFrame], *,
                title: str, doubt: str, source: str, date: Date) -> Figure:
    """Draw a panel a national path, on one scale.

    Parameters
    ----------
    history : the local series by month, as known at the origin.
    paths : by name: month, quantiles 0.1, 0.5, 0.9, low and high (scenarios.national.Followed.months).
    years : by name: year, quantiles 0.1, 0.5, 0.9; the last is written into the panel.
    title, doubt : the finding, and where the uncertainty lies.
    source, date : for the footer.
    """
    sheet = page(title, [doubt], source=source, date=date, size=SIZE)
    panels = sheet.panels(len(paths), above=0.75, gap=0.1)
    first = max(history.index[0], history.index[-1] - YEAR * HISTORY_YEARS + 1)
    for axes, (name, rows) in zip(panels, paths.items(), strict=True):
        _panel(axes, history[history.index >= first], rows)
        axes.set_title(name)
        _last_year(axes, years[name])
    top = max(axes.get_ylim()[1] for axes in panels)
    for axes, rows in zip(panels, paths.values(), strict=True):
        axes.set_ylim(0, top)
        axis_of_time_and_number(axes, first, rows["month"].iloc[-1], "", years=3)
        axes.tick_params(axis="y", labelleft=axes is panels[0])
    sheet.legend()
    return sheet.figure


def _panel(axes: Axes, history: pd.Series, rows: pd.DataFrame) -> None:
    at = month_numbers(rows["month"])
    axes.fill_between(at, rows[0.1], rows[0.9], color=WIDE, linewidth=0, zorder=2,
                      label=f"80{SPACE}% väli: kansallinen ura ja osuus")
    axes.fill_between(at, rows["low"], rows["high"], color=NARROW, linewidth=0, zorder=3,
                      label=f"80{SPACE}% väli: vain osuus")
    axes.plot(month_numbers(history.index), history, color=INK, linewidth=1.3, zorder=5, label="Toteuma")
    axes.plot(at, rows[0.5], color=MEDIAN, linestyle=(0, (5, 1.5)), zorder=4, label="Ennuste, mediaani")


def _last_year(axes: Axes, years: pd.DataFrame) -> None:
    if years.empty:
        return
    last = years.iloc[-1]
    axes.annotate(f"vuosi {last['year']:.0f}: {number(last[0.5])}\n({interval(last[0.1], last[0.9])})", (0.985, 0.97),
                  xycoords="axes fraction", ha="right", va="top", size=9,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
