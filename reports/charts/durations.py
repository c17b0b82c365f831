"""The chart of durations: who is still unemployed after how long, and how readily people leave."""

from __future__ import annotations

from datetime import date as Date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.charts.axes import number_axis
from reports.durations import LONGEST
from reports.numbers import DASH
from reports.style import INK, LOOKS, MEDIAN, NARROW, WIDE, page, styled

AGES = dict(zip(("15-24", "25-49", "50+"), LOOKS[1:], strict=False))


@styled
def durations_chart(curve: pd.DataFrame, bands: pd.DataFrame, *, title: str, source: str, date: Date) -> Figure:
    """Draw survival and hazards.

    Parameters
    ----------
    curve, bands : of forecasting.durations.Durations.
    title : above the figure.
    source, date : of the figures, for the footer.

    Returns
    -------
    Figure : two axes, per cent against months.
    """
    notes = ["Varjostus: 95 %:n väli. Kuukausi 0 on se, jona työttömyys alkoi."]
    sheet = page(title, notes, source=source, date=date)
    left, right = sheet.panels(2, above=0.6, below=0.5, gap=0.6)
    _survival(left, curve)
    _hazards(right, bands)
    for axes, head in ((left, "Yhä työttömänä, % alkaneista"), (right, "Päättymisriski kuukaudessa, %")):
        axes.set_title(head, pad=8)
        axes.set_ylim(bottom=0)
        number_axis(axes)
        axes.legend()
    left.set_xlabel("kuukautta työttömyyden alusta")
    right.set_xlabel("kuukausi työttömänä")
    return sheet.figure


def _survival(axes: Axes, curve: pd.DataFrame) -> None:
    at = np.concatenate([[0.0], curve["month"]])
    share = {name: 100 * np.concatenate([[1.0], curve[name]])
             for name in ("km", "km_low", "km_high", "fitted", "low", "high")}
    axes.fill_between(at, share["km_low"], share["km_high"], color=WIDE, linewidth=0)
    axes.plot(at, share["km"], color=INK, linewidth=1.6, label="havaittu (Kaplan–Meier)")
    axes.fill_between(at, share["low"], share["high"], color=NARROW, linewidth=0, alpha=0.6)
    axes.plot(at, share["fitted"], color=MEDIAN, linewidth=1.6, linestyle=(0, (4, 1.5)), label="malli")
    axes.set_xlim(0, at[-1])
    axes.set_xticks(range(0, int(at[-1]) + 1, 3))


def _hazards(axes: Axes, bands: pd.DataFrame) -> None:
    for age, (colour, style, _, _) in AGES.items():
        rows = bands[bands["age_group"] == age]
        edges = [*rows["first_month"], LONGEST]
        axes.stairs(100 * rows["high"], edges, baseline=100 * rows["low"], fill=True, color=colour, alpha=0.15)
        axes.stairs(100 * rows["hazard"], edges, baseline=None, color=colour, linestyle=style, linewidth=1.6,
                    label=age.replace("-", DASH) + " v")
    axes.set_xlim(0, LONGEST)
    axes.set_xticks(range(0, LONGEST + 1, 12))
