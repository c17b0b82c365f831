"""The risk chart: operating cost against benefit share, a dot a unit, with the limits of both and of the net."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.budget import chance, estimate_note
from reports.charts.axes import heads, number_axis
from reports.language import text
from reports.numbers import ratio
from reports.risk import joint_finding
from reports.style import INK, LIMIT, MEDIAN, page, styled


@styled
def risk_chart(objects: pd.DataFrame, joint: pd.DataFrame, units: pd.DataFrame, limits: pd.DataFrame, *,
               title: str, source: str, date: Date) -> Figure:
    """Draw the units of each budget year.

    Parameters
    ----------
    objects, joint, units, limits : of scenarios.decide.risk.Risk; euros.
    title : whose risk; the finding follows.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : one axes a year, benefit share across and operating cost up, in millions of euros.
    """
    sheet = page(f"{title}: {joint_finding(objects, joint)}", [text("risk.units")], source=source, date=date)
    chances, note = objects.set_index(["object", "year"])["p_break"], estimate_note(objects["status"])
    by_year = joint.set_index("year")
    panels = sheet.panels(len(limits), left=0.8, above=1.2, below=0.55, gap=0.45)
    for axes, year in zip(panels, limits.index, strict=True):
        _panel(axes, units[units["year"] == year], limits.loc[year], f" ({note})" * bool(note))
        row = by_year.loc[year]
        detail = text("risk.detail", net=chance(chances["net", year]), both=chance(row["p_both"]),
                      correlation=ratio(row["correlation"]))
        heads(axes, [(str(year), 30, {"weight": "bold", "size": 11}), (detail, 5, {"size": 8.5})])
    panels[0].set_ylabel(text("risk.operating"), labelpad=2)
    sheet.legend()
    return sheet.figure


def _panel(axes: Axes, units: pd.DataFrame, limit: pd.Series, note: str) -> None:
    """Dots of one year, those over the net's limit in another colour and form, and the three limits."""
    share, cost = units["benefit_share"] / 1e6, units["operating"] / 1e6
    over = units["net"] > limit["net"]
    for rows, colour, form, label in ((~over, MEDIAN, "o", text("risk.holds")),
                                      (over, LIMIT, "^", text("risk.breaks"))):
        axes.scatter(share[rows], cost[rows], s=16, color=colour, marker=form, alpha=0.75, linewidth=0, label=label,
                     zorder=3)
    across, up = limit["benefit_share"] / 1e6, limit["operating"] / 1e6
    axes.axvline(across, color=INK, linewidth=1.0, linestyle=(0, (5, 2)), label=text("risk.limits", note=note))
    axes.axhline(up, color=INK, linewidth=1.0, linestyle=(0, (5, 2)))
    spans = []
    for values, bound in ((share, across), (cost, up)):
        low, high = min(values.min(), bound), max(values.max(), bound)
        room = 0.08 * max(high - low, 0.1)
        spans.append((low - room, high + room))
    axes.set_xlim(*spans[0])
    axes.set_ylim(*spans[1])
    ends = np.array(spans[0])
    axes.plot(ends, limit["line"] / 1e6 - ends, color=LIMIT, linewidth=1.6, label=text("risk.line"), zorder=2)
    for axis in (axes.xaxis, axes.yaxis):
        number_axis(axes, axis, 5)
    axes.set_xlabel(text("risk.share"))
    axes.grid(axis="both")
    axes.spines["left"].set_visible(True)
