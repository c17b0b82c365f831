"""The scenario board: key figures of each run side by side, and what each changes of its baseline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from textwrap import TextWrapper
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.budget import chance
from reports.charts.axes import number_axis
from reports.effect import ALL_YEARS
from reports.language import text
from reports.lines import TOTAL, object_label
from reports.numbers import millions, plus_minus, thousands
from reports.style import GREY, INK, LIMIT, MEDIAN, PALE, page, styled

FIGURES = (("benefit_share", TOTAL), ("operating", TOTAL), ("net", TOTAL), ("benefit_share", "paid_days"))
NAMES, CHANCES, ROW = 1.9, 1.6, 0.62  # inches: titles, chances of a break, height of a run
TITLE = TextWrapper(24, max_lines=2, placeholder=" …")


@styled
def board_chart(board: pd.DataFrame, titles: Mapping[str, str], *, source: str, date: Date) -> Figure:
    """Draw a row a run and a panel a key figure, all years together.

    Parameters
    ----------
    board : scenarios.told.report_set.ReportSet.board.
    titles : of the runs, by name, from top to bottom.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a key figure; dots at scenario less baseline, grey where not told from zero.
    """
    whole = board[board["year"] == ALL_YEARS].set_index(["object", "line", "run"]).sort_index()
    shown = [key for key in FIGURES if key in whole.index.droplevel("run")]
    notes = [text("board.difference", untold=text("effect.untold")), text("board.chance"), text("board.units")]
    sheet = page(board_finding(board, titles), notes, source=source, date=date,
                 size=(11.0, 2.7 + ROW * max(len(titles), 2)))
    panels = sheet.panels(len(shown), left=NAMES, right=CHANCES, above=0.4, below=0.45, gap=0.15)
    for axes, key in zip(panels, shown, strict=True):
        _panel(axes, whole.loc[key].reindex(list(titles)), days=key[1] != TOTAL)
        axes.set_title(text("board.days") if key[1] != TOTAL else object_label(key[0]), size=10, weight="bold")
    panels[0].set_yticks(range(len(titles)), ["\n".join(TITLE.wrap(title)) for title in titles.values()])
    panels[0].tick_params(axis="y", labelleft=True, labelcolor=INK, labelsize=9)
    _chances(panels[-1], board, list(titles))
    return sheet.figure


def board_finding(board: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """Which scenario lowers the net most, as far as it is told from zero; of a single run what it comes to."""
    whole = board[(board["year"] == ALL_YEARS) & (board["line"] == TOTAL)]
    name = "net" if "net" in set(whole["object"]) else "benefit_share"
    rows = whole[whole["object"] == name].set_index("run")
    if rows["difference"].isna().all():
        first = rows.iloc[0]
        return text("board.single", title=_short(titles[rows.index[0]]), object=object_label(name),
                    euros=millions(first["value"], 1))
    saving = rows[rows["certain"] & (rows["difference"] < 0)]
    if saving.empty:
        return text("board.no_saving", object=object_label(name).lower())
    best = saving["difference"].idxmin()
    return text("board.saves", object=object_label(name), title=_short(titles[best]),
                change=plus_minus(saving.loc[best, "difference"], saving.loc[best, "margin"], millions))


def _short(title: str) -> str:
    return "".join(TextWrapper(60, max_lines=1, placeholder=" …").wrap(title))


def _panel(axes: Axes, rows: pd.DataFrame, days: bool) -> None:
    """Differences of one key figure, and what each run comes to."""
    unit, form = (1e3, thousands) if days else (1e6, millions)
    known = rows["margin"].where(np.isfinite(rows["margin"]), 0.0)  # of too few simulations there is no interval
    if alone := rows["difference"].isna().all():
        axes.set_xticks([])
    for place, row in enumerate(rows.itertuples()):
        if pd.notna(row.difference):
            colour = GREY if not row.certain else LIMIT if row.difference > 0 else MEDIAN
            axes.errorbar(row.difference / unit, place, xerr=known.iloc[place] / unit, fmt="o" if row.certain else "D",
                          color=colour, markersize=6, elinewidth=1.4, capsize=3, zorder=3)
        axes.annotate(form(row.value), (1, place), xycoords=("axes fraction", "data"), xytext=(-2, 9), ha="right",
                      textcoords="offset points", size=8, color=PALE, zorder=4,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    axes.set_ylim(len(rows) - 0.5, -0.7)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(text("board.thousand_days") if days else "M€", size=9)
    if alone:
        return
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    ends = [0.0, *(rows["difference"] - known).dropna(), *(rows["difference"] + known).dropna()]
    low, high = min(ends) / unit, max(ends) / unit
    room = 0.15 * (high - low) or 1.0
    axes.set_xlim(low - room, high + room)
    axes.grid(axis="x")
    number_axis(axes, axes.xaxis, 3)


def _chances(last: Axes, board: pd.DataFrame, names: list[str]) -> None:
    """Beside the last panel: how likely the net breaks its appropriation in each year."""
    net = board[(board["object"] == "net") & (board["line"] == TOTAL) & board["p_break"].notna()]
    if net.empty:
        return
    beside: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points",
                              "annotation_clip": False}
    last.annotate(text("board.breaks"), (1, 1), xycoords="axes fraction", xytext=(16, 6), size=10, weight="bold",
                  textcoords="offset points", annotation_clip=False)
    for place, name in enumerate(names):
        rows = net[net["run"] == name].sort_values("year")
        words = "\n".join(f"{year}: {chance(share)}" for year, share in zip(rows["year"], rows["p_break"], strict=True))
        last.annotate(words, (1, place), xytext=(16, 0), va="center", size=8, **beside)


