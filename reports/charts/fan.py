"""The fan chart: what the share has been month by month, what it may become, and what each budget year adds up to."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date as Date
from functools import partial
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from reports.lines import TOTAL, YEAR, require
from reports.numbers import DASH, SPACE, day, in_millions, interval, month, number
from sim.law.calendar import month_label, month_number
from sources.errors import InputError
from sources.files import written_whole

SIZE, DPI = (11.0, 6.0), 150  # inches, dots an inch
LEFT, RIGHT = 0.055, 0.985  # of the figure's width
HEAD = 0.16  # of the figure's height: legend and year totals, between the title and the axes
TITLE_LINE, FOOT_LINE = 0.042, 0.027  # heights of a line, of the figure's height
# Okabe and Ito's blue among greys: told apart by the colour-blind, and in grey print by lightness and line style.
INK, PALE, RULE, NOTED = "#222222", "#555555", "#bbbbbb", "#f0ece2"
MEDIAN, WIDE, NARROW = "#0072b2", "#d3e5f2", "#9cc5e2"
NAMES = ["tammi", "helmi", "maalis", "huhti", "touko", "kesä", "heinä", "elo", "syys", "loka", "marras", "joulu"]
MOST_NAMES = 18  # of months on the time axis; a longer one names the first of each quarter or half-year
YEAR_WIDTH = 0.13  # of the axis: a year that has less of it goes without its total, for want of room


class Note(NamedTuple):
    """What to know of the months from *first* to *last* (month numbers)."""

    first: int
    last: int
    text: str


def finding(years: pd.DataFrame) -> str:
    """The sentence that the totals of *years* support: from their first budget year to their last.

    A direction is claimed only when the last year's 10–90 % interval leaves the first year's median out.

    Parameters
    ----------
    years : year, line, median, p10, p90; euros, of one budget object.

    Raises
    ------
    InputError : a column or the total is missing, or there are several budget objects.
    """
    require(years, "years", ["year", "line", "median", "p10", "p90"])
    totals = years[years["line"] == TOTAL].sort_values("year")
    form, unit = _form(totals), f"{SPACE}M€"
    first, last = totals.to_dict("records")[0], totals.to_dict("records")[-1]
    band = f"80{SPACE}%:n väli {interval(last['p10'], last['p90'], form)}{unit}"
    start, end = first["median"], last["median"]
    if first["year"] == last["year"]:
        return f"Kuntaosuus {last['year']}: {form(end)}{unit}, {band}"
    if last["p10"] <= start <= last["p90"]:
        medians = totals["median"]
        level = DASH.join(dict.fromkeys([form(medians.min()), form(medians.max())]))  # once when both read the same
        return (f"Kuntaosuus pysyy tasolla {level}{unit} ({first['year']}{DASH}{last['year']}), suunta ei erotu: "
                f"{band} ({last['year']})")
    verb = "nousee" if end > start else "laskee"
    return (f"Kuntaosuus {verb} {form(start)}{unit}:sta ({first['year']}) {form(end)}{unit}:oon ({last['year']}), "
            f"{band}")


def fan_chart(months: pd.DataFrame, path: Path, *, years: pd.DataFrame, title: str, source: str, date: Date, band: str,
              notes: Mapping[str, str] | None = None) -> Figure:
    """Draw monthly totals, observed and forecast, into the PNG file *path*.

    Parameters
    ----------
    months : month ("2026-09"), line, kind ("observed", "forecast"), median, p10, p90 and, for an inner band, p25 and
        p75; euros, in order of months, of one budget object.
    path : the file to write, whole or not at all; its folder is made.
    years : year, line, median, p10, p90, observed_months; euros, of the same run: the last year ends with *months*.
        Years not among them go without a total.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    band : what the interval holds, a sentence for the footer.
    notes : by month ("2025-10") what to know of it; months next to each other with the same text share a note.

    Returns
    -------
    Figure : as drawn; its lines hold month numbers against millions of euros.

    Raises
    ------
    InputError : a column, the total, or an observed or forecast month is missing, there are several budget objects,
        or the file cannot be written.
    """
    require(months, "months", ["month", "line", "kind", "median", "p10", "p90"])
    require(years, "years", ["year", "line", "median", "p10", "p90", "observed_months"])
    totals = months[months["line"] == TOTAL]
    totals = totals.set_axis(totals["month"].map(month_number))
    observed, forecast = (totals[totals["kind"] == kind] for kind in ("observed", "forecast"))
    for kind, part in (("observed", observed), ("forecast", forecast)):
        if part.empty:
            raise InputError("months", "column kind", f"holds no {kind} month", "give the chart months of both kinds")
    spans = _spans({label: text for label, text in (notes or {}).items() if month_number(label) in totals.index})

    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    axes = page(figure, fill(title, 102, break_on_hyphens=False), _footer(spans, source, date, band))
    _draw(axes, observed, forecast)
    _time_axis(axes, int(totals.index.min()), int(totals.index.max()))
    _money_axis(axes)
    _mark(axes, spans, int(observed.index.max()))
    _year_totals(axes, years[years["line"] == TOTAL])
    place = (LEFT - 0.008, axes.get_position().y1 + HEAD)  # its own margin taken off, to stand below the title
    figure.legend(loc="upper left", bbox_to_anchor=place, ncols=4, frameon=False, fontsize=9)
    save(figure, path)
    return figure


def page(figure: Figure, title: str, footer: str) -> Axes:
    """Title above, footer below, and the axes in what is left between them and the legend."""
    below = 0.97 - TITLE_LINE * (1 + title.count("\n"))
    bottom = 0.13 + FOOT_LINE * (1 + footer.count("\n"))
    figure.text(LEFT, 0.97, title, size=12, weight="bold", color=INK, va="top", parse_math=False)
    figure.text(LEFT, 0.02, footer, size=8, color=PALE, va="bottom", linespacing=1.4, parse_math=False)
    return figure.add_axes((LEFT, bottom, RIGHT - LEFT, below - HEAD - bottom))


def _form(totals: pd.DataFrame) -> Callable[[float], str]:
    """Millions to one decimal, or to two where a year is less than ten of them."""
    return partial(in_millions, decimals=1 if totals["median"].max() >= 1e7 else 2)


def _spans(notes: Mapping[str, str]) -> list[Note]:
    """Notes in order of months, one for months next to each other that share a text."""
    spans: list[Note] = []
    for label, text in sorted(notes.items()):
        at = month_number(label)
        if spans and spans[-1].last == at - 1 and spans[-1].text == text:
            spans[-1] = spans[-1]._replace(last=at)
        else:
            spans.append(Note(at, at, text))
    return spans


def _draw(axes: Axes, observed: pd.DataFrame, forecast: pd.DataFrame) -> None:
    """Observed line, forecast median and bands, in millions of euros by month number."""
    bands = [("p10", "p90", WIDE, f"80 %:n väli (10{DASH}90 %)"), ("p25", "p75", NARROW, f"50 %:n väli (25{DASH}75 %)")]
    axes.plot(observed.index, observed["median"] / 1e6, color=INK, linewidth=1.4, marker="o", markersize=3.5, zorder=4,
              label="Toteuma")
    axes.plot(forecast.index, forecast["median"] / 1e6, color=MEDIAN, linewidth=1.8, linestyle=(0, (5, 1.5)), zorder=3,
              label="Ennuste, mediaani")
    for low, high, colour, label in bands:
        if {low, high} <= set(forecast.columns):
            axes.fill_between(forecast.index, forecast[low] / 1e6, forecast[high] / 1e6, color=colour, linewidth=0,
                              zorder=2, label=label)


def _time_axis(axes: Axes, first: int, last: int) -> None:
    """Month names, the year below them, and a line between years."""
    every = next((step for step in (1, 3, 6) if last - first < step * MOST_NAMES), YEAR)
    ticks = [at for at in range(first, last + 1) if at % every == 0]
    axes.set_xlim(first - 0.5, last + 0.5)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: NAMES[round(at) % YEAR]))
    axes.xaxis.set_minor_locator(FixedLocator(range(first, last + 1)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="x", colors=PALE, labelsize=9)
    for year, centre, _ in _year_spans(axes):
        _beside(axes, centre, 0, -21, str(year), va="top", size=10, weight="bold")
    for january in range(first + 1, last + 1):
        if january % YEAR == 0:
            axes.axvline(january - 0.5, color=RULE, linewidth=0.8, zorder=1)


def _beside(axes: Axes, at: float, edge: float, points: float, text: str, **style: Any) -> None:
    """Write *text* so many *points* above the lower (0) or upper (1) edge of the axes, whatever their height."""
    axes.annotate(text, (at, edge), xycoords=axes.get_xaxis_transform(), xytext=(0, points), textcoords="offset points",
                  ha="center", color=INK, **style)


def _year_spans(axes: Axes) -> list[tuple[int, float, float]]:
    """Year, centre and share of the axis of each calendar year on the time axis."""
    low, high = axes.get_xlim()
    spans = []
    for year in range(math.ceil(low) // YEAR, math.floor(high) // YEAR + 1):
        start, end = max(low, YEAR * year - 0.5), min(high, YEAR * (year + 1) - 0.5)
        spans.append((year, (start + end) / 2, (end - start) / (high - low)))
    return spans


def _money_axis(axes: Axes) -> None:
    """Millions of euros with a decimal comma, room above and below for what is written there."""
    low, high = axes.get_ylim()
    room = 0.12 * (high - low)
    axes.set_ylim(low - room / 2, high + room)
    locator = MaxNLocator(6, steps=[1, 2, 5, 10])
    decimals = max(0, -math.floor(math.log10(np.diff(locator.tick_values(*axes.get_ylim()))[0] * 1.001)))
    axes.yaxis.set_major_locator(locator)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value, decimals)))
    axes.tick_params(axis="y", colors=PALE, labelsize=9, length=0)
    axes.grid(axis="y", color=RULE, linewidth=0.5, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.annotate("M€/kk", (0, 1), xycoords="axes fraction", xytext=(-4, 10), textcoords="offset points", ha="right",
                  size=9, color=PALE)


def _mark(axes: Axes, spans: list[Note], newest: int) -> None:
    """Numbered notes at the foot, and the end of the newest observed month."""
    foot = axes.get_xaxis_transform()
    for count, note in enumerate(spans, 1):
        axes.axvspan(note.first - 0.5, note.last + 0.5, color=NOTED, zorder=0)
        axes.text((note.first + note.last) / 2, 0.015, f"{count})", transform=foot, ha="center", size=8, color=PALE)
    axes.axvline(newest + 0.5, color=INK, linewidth=0.8, linestyle=":", zorder=3)
    right = newest < sum(axes.get_xlim()) / 2  # the label goes where there is more room
    side, offset = ("left", 5) if right else ("right", -5)
    axes.annotate(f"viimeisin toteuma {month(month_label(newest))}", (newest + 0.5, 1), xycoords=foot,
                  xytext=(offset, -5), textcoords="offset points", ha=side, va="top", size=9, color=INK,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})


def _year_totals(axes: Axes, totals: pd.DataFrame) -> None:
    """Each budget year's median, interval and observed months, above its span."""
    form = _form(totals)
    rows = {row["year"]: row for row in totals.to_dict("records")}
    for year, centre, width in _year_spans(axes):
        if year not in rows or width < YEAR_WIDTH:
            continue
        row = rows[year]
        known = row["observed_months"]
        detail = "toteuma" if known == YEAR else f"80 %: {interval(row['p10'], row['p90'], form)} M€"
        detail += f"\ntoteumaa {known} kk" if 0 < known < YEAR else ""
        shown = min(YEAR, math.floor(axes.get_xlim()[1]) - YEAR * year + 1)  # the last year may end before December
        name = str(year) if shown == YEAR else f"1{DASH}{shown}/{year}"
        _beside(axes, centre, 1, 31, f"{name}: {form(row['median'])} M€", size=11, weight="bold")
        _beside(axes, centre, 1, 28, detail, va="top", size=8.5, linespacing=1.3)


def _footer(spans: list[Note], source: str, date: Date, band: str) -> str:
    """Numbered notes, what the band holds, units, source and date."""
    notes = []
    for count, note in enumerate(spans, 1):
        ends = dict.fromkeys(month(month_label(at)) for at in (note.first, note.last))
        notes.append(f"{count}) {DASH.join(ends)}: {note.text}")
    units = "Vuosisummat ovat mediaaneja, eurot käypiä, kustannus positiivinen."
    return "\n".join(fill(part, 165, break_on_hyphens=False)
                     for part in [*notes, band, f"{units} Lähde: {source}. Laadittu {day(date)}."])


def save(figure: Figure, path: Path) -> None:
    """Write *figure* beside *path* first, so that an interrupted run leaves the older file whole."""
    if path.is_dir():
        raise InputError(path, "", "cannot be written (is a folder)", "give the name of a PNG file")
    with written_whole(path, "check its folder and rights") as draft:
        figure.savefig(draft, format="png")
