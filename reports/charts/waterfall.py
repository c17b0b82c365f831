"""A waterfall: bars that each start where the one before ended, and their total from zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes

from reports.charts.axes import number_axis
from reports.numbers import signed
from reports.style import GREY, INK, LIMIT, MEDIAN, PALE

HEIGHT = 0.62  # of a bar


def waterfall(axes: Axes, names: Sequence[str], sizes: Sequence[float], total: float, *,
              form: Callable[[float], str], certain: Sequence[bool] | None = None, room: float = 0.3) -> None:
    """Draw *sizes* and *total*, euros, from top to bottom in millions of euros.

    Parameters
    ----------
    names : of the bars, the total's last.
    form : writes euros in millions, without the unit.
    certain : of each size whether it is told from zero; what is not is grey and hatched. All are by default.
    room : beside the bars for their figures, of their reach.
    """
    bars = np.array(sizes, float) / 1e6
    ends = bars.cumsum()
    starts, whole = ends - bars, total / 1e6
    for place, (start, size) in enumerate(zip(starts, bars, strict=True)):
        told = certain is None or certain[place]
        axes.barh(place, size, HEIGHT, left=start, color=(LIMIT if size > 0 else MEDIAN) if told else "white",
                  edgecolor="none" if told else GREY, hatch="" if told else "////")
        axes.plot((ends[place],) * 2, (place - HEIGHT / 2, place + 1 + HEIGHT / 2), color=PALE, linewidth=0.7)
    axes.barh(len(bars), whole, HEIGHT, color=PALE)
    rights = [*np.maximum(starts, ends), max(whole, 0.0)]
    for place, (right, euros) in enumerate(zip(rights, [*sizes, total], strict=True)):
        axes.annotate(signed(euros, form), (right, place), xytext=(5, 0), textcoords="offset points", va="center",
                      zorder=4, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    reach = [0.0, whole, *ends]
    span = max(float(np.ptp(reach)), 1e-3)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_xlim(min(reach) - room / 3 * span, max(reach) + room * span)
    axes.set_ylim(len(bars) + 0.6, -0.6)
    axes.set_yticks(range(len(bars) + 1), names)
    axes.tick_params(axis="y", labelcolor=INK, labelsize=9.5)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    number_axis(axes, axes.xaxis, 4)
