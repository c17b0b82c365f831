"""The fan chart: what the share has been month by month, what it may become, and what each budget year adds up to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as Date
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.budget import estimate_note
from reports.charts.axes import YEAR, known_until, month_axis, number_axis, unit_label, year_spans
from reports.language import text
from reports.lines import TOTAL, require
from reports.numbers import DASH, SPACE, in_millions, interval, month
from reports.style import INK, LIMIT, MEDIAN, NARROW, NOTED, PALE, WIDE, page, styled
from sim.law.calendar import month_label, month_number
from sources.errors import InputError

HEAD = 1.0  # inches between title and axes: legend and year totals
TOLD = ("old_law_tail", "arrears")  # breaks of which the fan tells
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
    band = f"{interval(last['p10'], last['p90'], form)}{unit}"
    start, end = first["median"], last["median"]
    if first["year"] == last["year"]:
        return text("fan.one_year", year=last["year"], median=f"{form(end)}{unit}", band=band)
    if last["p10"] <= start <= last["p90"]:
        medians = totals["median"]
        level = DASH.join(dict.fromkeys([form(medians.min()), form(medians.max())]))  # once when both read the same
        return text("fan.level", level=f"{level}{unit}", years=f"{first['year']}{DASH}{last['year']}", band=band,
                    last=last["year"])
    return text("fan.rises" if end > start else "fan.falls", start=f"{form(start)}{unit}", first=first["year"],
                end=f"{form(end)}{unit}", last=last["year"], band=band)


@styled
def fan_chart(months: pd.DataFrame, *, years: pd.DataFrame, title: str, source: str, date: Date, band: str,
              notes: Mapping[str, str] | None = None, budget: pd.DataFrame | None = None,
              net: pd.DataFrame | None = None) -> Figure:
    """Draw monthly totals, observed and forecast.

    Parameters
    ----------
    months : month ("2026-09"), line, kind ("observed", "forecast"), median, p10, p90 and, for an inner band, p25 and
        p75; euros, in order of months, of one budget object.
    years : year, line, median, p10, p90, observed_months; euros, of the same run: the last year ends with *months*.
        Years not among them go without a total.
    title : the finding, in a sentence.
    source, date : of the figures, for the footer.
    band : what the interval holds, a sentence for the footer.
    notes : by month ("2025-10") what to know of it; months next to each other with the same text share a note.
    budget, net : tables of the run's net account, for the object's appropriation by year and phased by month.

    Returns
    -------
    Figure : its lines hold month numbers against millions of euros.

    Raises
    ------
    InputError : a column, the total, or an observed or forecast month is missing, or there are several budget objects.
    """
    require(months, "months", ["month", "line", "kind", "median", "p10", "p90"])
    require(years, "years", ["year", "line", "median", "p10", "p90", "observed_months"])
    totals = months[months["line"] == TOTAL]
    totals = totals.set_axis(totals["month"].map(month_number))
    observed, forecast = (totals[totals["kind"] == kind] for kind in ("observed", "forecast"))
    for kind, part in (("observed", observed), ("forecast", forecast)):
        if part.empty:
            raise InputError("months", "column kind", f"holds no {kind} month", "give the chart months of both kinds")
    spans = _spans({label: words for label, words in (notes or {}).items() if month_number(label) in totals.index})

    sheet = page(title, [*_numbered(spans), band, text("fan.units")], source=source, date=date)
    axes = sheet.axes(above=HEAD)
    _draw(axes, observed, forecast)
    if net is not None:
        _phased(axes, net)
    month_axis(axes, int(totals.index.min()), int(totals.index.max()))
    low, high = axes.get_ylim()
    room = 0.12 * (high - low)  # above and below for what is written there
    axes.set_ylim(low - room / 2, high + room)
    number_axis(axes)
    unit_label(axes, text("fan.per_month"))
    _mark(axes, spans)
    newest = int(observed.index.max())
    known_until(axes, newest, text("fan.newest", month=month(month_label(newest))))
    _year_totals(axes, years[years["line"] == TOTAL], budget)
    sheet.legend(ncols=5)
    return sheet.figure


def _form(totals: pd.DataFrame) -> Callable[[float], str]:
    """Millions to one decimal, or to two where a year is less than ten of them."""
    return partial(in_millions, decimals=1 if totals["median"].max() >= 1e7 else 2)


def _spans(notes: Mapping[str, str]) -> list[Note]:
    """Notes in order of months, one for months next to each other that share a text."""
    spans: list[Note] = []
    for label, words in sorted(notes.items()):
        at = month_number(label)
        if spans and spans[-1].last == at - 1 and spans[-1].text == words:
            spans[-1] = spans[-1]._replace(last=at)
        else:
            spans.append(Note(at, at, words))
    return spans


def _numbered(spans: list[Note]) -> list[str]:
    """Notes as the footer has them."""
    return [f"{count}) {DASH.join(dict.fromkeys(month(month_label(at)) for at in note[:2]))}: {note.text}"
            for count, note in enumerate(spans, 1)]


def _draw(axes: Axes, observed: pd.DataFrame, forecast: pd.DataFrame) -> None:
    """Observed line, forecast median and bands, in millions of euros by month number."""
    axes.plot(observed.index, observed["median"] / 1e6, color=INK, linewidth=1.4, marker="o", markersize=3.5, zorder=4,
              label=text("fan.observed"))
    axes.plot(forecast.index, forecast["median"] / 1e6, color=MEDIAN, linestyle=(0, (5, 1.5)), zorder=3,
              label=text("fan.median"))
    for low, high, colour, label in (("p10", "p90", WIDE, text("fan.band_80")),
                                     ("p25", "p75", NARROW, text("fan.band_50"))):
        if {low, high} <= set(forecast.columns):
            axes.fill_between(forecast.index, forecast[low] / 1e6, forecast[high] / 1e6, color=colour, linewidth=0,
                              zorder=2, label=label)


def noted(broken: Iterable[Sequence[str]]) -> dict[str, str]:
    """What a reader should know of observed months, by month; *broken* are months and names of the series' breaks."""
    return {month: text(f"fan.{name}") for month, name in broken if name in TOLD}


def _phased(axes: Axes, net: pd.DataFrame) -> None:
    """The appropriation of each month."""
    rows = net[(net["object"] == "benefit_share") & (net["line"] == TOTAL) & (net["span"] == "month")]
    note = estimate_note(rows["status"])
    label = text("fan.phased") + f" ({note})" * bool(note)
    axes.plot(rows["month"].map(month_number), rows["appropriation"] / 1e6, color=LIMIT, linewidth=1.2,
              drawstyle="steps-mid", zorder=2.5, label=label)


def _mark(axes: Axes, spans: list[Note]) -> None:
    """Numbered notes at the foot."""
    foot = axes.get_xaxis_transform()
    for count, note in enumerate(spans, 1):
        axes.axvspan(note.first - 0.5, note.last + 0.5, color=NOTED, zorder=0)
        axes.text((note.first + note.last) / 2, 0.015, f"{count})", transform=foot, ha="center", size=8, color=PALE)


def _year_totals(axes: Axes, totals: pd.DataFrame, budget: pd.DataFrame | None) -> None:
    """Each budget year's median, interval, observed months and appropriation, above its span."""
    form = _form(totals)
    rows = {row["year"]: row for row in totals.to_dict("records")}
    granted = {} if budget is None else (
        budget[budget["object"] == "benefit_share"].set_index("year")["appropriation"].to_dict())
    for year, centre, width in year_spans(axes):
        if year not in rows or width < YEAR_WIDTH:
            continue
        row, known = rows[year], rows[year]["observed_months"]
        detail = [text("fan.whole") if known == YEAR
                  else text("fan.year_band", band=interval(row["p10"], row["p90"], form))]
        if 0 < known < YEAR:
            detail.append(text("fan.known", months=known))
        if year in granted:
            detail.append(text("fan.appropriation", euros=form(granted[year])))
        shown = min(YEAR, math.floor(axes.get_xlim()[1]) - YEAR * year + 1)  # the last year may end before December
        name = str(year) if shown == YEAR else f"1{DASH}{shown}/{year}"
        above: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "ha": "center", "textcoords": "offset points"}
        axes.annotate(text("fan.year", year=name, median=form(row["median"])), (centre, 1), (0, 42),
                      size=11, weight="bold", **above)
        axes.annotate("\n".join(detail), (centre, 1), (0, 39), va="top", size=8.5, linespacing=1.25, **above)
