"""The chart of durations: who is still unemployed after how long, and how readily people leave."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reports.charts.fan import DPI, INK, LEFT, MEDIAN, NARROW, PALE, RIGHT, RULE, SIZE, WIDE, save
from reports.durations import LONGEST
from reports.numbers import DASH, number

# Okabe and Ito's orange, green and purple, told apart by the colour-blind; dashes tell them apart in grey print
AGES = {"15-24": ("#d55e00", "-"), "25-49": ("#009e73", (0, (5, 1.5))), "50+": ("#7b3294", (0, (1.5, 1)))}


def durations_chart(curve: pd.DataFrame, bands: pd.DataFrame, path: Path, *, title: str, source: str) -> Figure:
    """Draw survival and hazards into the PNG file *path*.

    Parameters
    ----------
    curve, bands : of forecasting.durations.Durations.
    path : the file to write, whole or not at all.
    title, source : above and below the figure.

    Returns
    -------
    Figure : two axes, per cent against months.
    """
    figure = Figure(figsize=SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    figure.text(LEFT, 0.97, title, size=12, weight="bold", color=INK, va="top", parse_math=False)
    figure.text(LEFT, 0.02, f"Varjostus: 95 %:n väli. Kuukausi 0 on se, jona työttömyys alkoi. Lähde: {source}.",
                size=8, color=PALE, va="bottom", parse_math=False)
    gap = 0.06
    width = (RIGHT - LEFT - gap) / 2
    left, right = (figure.add_axes((LEFT + place * (width + gap), 0.13, width, 0.69)) for place in (0, 1))
    _survival(left, curve)
    _hazards(right, bands)
    for axes, head in ((left, "Yhä työttömänä, % alkaneista"), (right, "Päättymisriski kuukaudessa, %")):
        axes.set_title(head, loc="left", size=10, color=INK, pad=8)
        axes.tick_params(colors=PALE, labelsize=9, length=0)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        axes.grid(axis="y", color=RULE, linewidth=0.5, alpha=0.6)
        axes.set_axisbelow(True)
        axes.set_ylim(bottom=0)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.legend(frameon=False, fontsize=9)
    left.set_xlabel("kuukautta työttömyyden alusta", size=9, color=PALE)
    right.set_xlabel("kuukausi työttömänä", size=9, color=PALE)
    save(figure, path)
    return figure


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
    for age, (colour, style) in AGES.items():
        rows = bands[bands["age_group"] == age]
        edges = [*rows["first_month"], LONGEST]
        axes.stairs(100 * rows["high"], edges, baseline=100 * rows["low"], fill=True, color=colour, alpha=0.15)
        axes.stairs(100 * rows["hazard"], edges, baseline=None, color=colour, linestyle=style, linewidth=1.6,
                    label=age.replace("-", DASH) + " v")
    axes.set_xlim(0, LONGEST)
    axes.set_xticks(range(0, LONGEST + 1, 12))
