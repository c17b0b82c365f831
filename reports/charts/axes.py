"""Axes that charts share: numbers as readers write them, months by name, millions of euros."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from reports.numbers import month_name, number
from reports.style import INK, PALE, RULE
from sim.law.calendar import month_label

YEAR = 12  # months
MOST_NAMES = 18  # of months on a time axis; a longer one names the first of each quarter or half-year


def number_axis(axes: Axes, axis: Axis | None = None, most: int = 6) -> None:
    """Round numbers on *axis*, the vertical one by default, whose limits are set, with the decimals they need."""
    axis = axis or axes.yaxis
    locator = MaxNLocator(most, steps=[1, 2, 5, 10])
    step = float(np.diff(locator.tick_values(*axis.get_view_interval()))[0])
    decimals = max(0, -math.floor(math.log10(step * 1.001)))
    axis.set_major_locator(locator)
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value, decimals)))


def unit_label(axes: Axes, unit: str) -> None:
    """The unit above the vertical axis."""
    axes.annotate(unit, (0, 1), xycoords="axes fraction", xytext=(-28, 11), textcoords="offset points", color=PALE)


def month_axis(axes: Axes, first: int, last: int) -> None:
    """A time axis of month numbers: names of months, the year below them, and a line between years."""
    every = next((step for step in (1, 3, 6) if last - first < step * MOST_NAMES), YEAR)
    axes.set_xlim(first - 0.5, last + 0.5)
    axes.xaxis.set_major_locator(FixedLocator([at for at in range(first, last + 1) if at % every == 0]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: month_name(month_label(round(at)))))
    axes.xaxis.set_minor_locator(FixedLocator(range(first, last + 1)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    for year, centre, _ in year_spans(axes):
        axes.annotate(str(year), (centre, 0), xycoords=axes.get_xaxis_transform(), xytext=(0, -21), ha="center",
                      va="top", textcoords="offset points", size=10, weight="bold")
    for january in range(first + 1, last + 1):
        if january % YEAR == 0:
            axes.axvline(january - 0.5, color=RULE, linewidth=0.8, zorder=1)


def year_spans(axes: Axes) -> Iterator[tuple[int, float, float]]:
    """Year, centre and share of the axis of each calendar year on a time axis."""
    low, high = axes.get_xlim()
    for year in range(math.ceil(low) // YEAR, math.floor(high) // YEAR + 1):
        start, end = max(low, YEAR * year - 0.5), min(high, YEAR * (year + 1) - 0.5)
        yield year, (start + end) / 2, (end - start) / (high - low)


def month_numbers(months: pd.PeriodIndex | pd.Series) -> list[int]:
    """Month numbers, the coordinate of a time axis."""
    return [YEAR * each.year + each.month - 1 for each in months]


def known_until(axes: Axes, newest: int, label: str) -> None:
    """A dotted line after the *newest* observed month, with its *label* where there is more room."""
    axes.axvline(newest + 0.5, color=INK, linewidth=0.8, linestyle=":", zorder=3)
    right = newest < sum(axes.get_xlim()) / 2
    axes.annotate(label, (newest + 0.5, 1), xycoords=axes.get_xaxis_transform(), xytext=(5 if right else -5, -5),
                  textcoords="offset points", ha="left" if right else "right", va="top", size=9,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})


def heads(axes: Axes, texts: Sequence[tuple[str, float, dict]]) -> None:
    """Texts above the middle of a panel, each so many points above its upper edge, in a style of its own."""
    for words, points, style in texts:
        axes.annotate(words, (0.5, 1), xycoords="axes fraction", xytext=(0, points), textcoords="offset points",
                      ha="center", **style)
