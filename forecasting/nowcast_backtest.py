"""How good a nowcast is: counts that were left out, and years in which the statistic is taken to have ended early.

Two yardsticks stand beside it: the newest known ratio of unemployed to recipients held, and seasonal naive, the newest
known unemployed of the same calendar month.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from forecasting.members import YEAR
from forecasting.nowcast import SHORTEST, nowcast
from forecasting.scores import LEVELS, band_of

LONGEST = 2 * YEAR  # months looked ahead
STEP = 3  # months between origins
METHODS = {"nowcast": 0.5, "ratio held": "held", "seasonal naive": "naive"}


def left_out(unemployed: pd.Series, recipients: pd.Series, points: pd.DataFrame) -> pd.DataFrame:
    """Nowcast of each quoted month after the statistic's end, from all that is known but that quote.

    Returns
    -------
    DataFrame : month, horizon (months since the newest one known before it), actual (as quoted), held and naive (the
        yardsticks), and the quantiles LEVELS, in persons.
    """
    rows = []
    for month in points.index[points.index > unemployed.index[-1]].intersection(recipients.index):
        others = points.drop(month)
        known = unemployed.astype(float).combine_first(others["unemployed"])
        table = nowcast(unemployed, recipients, others)
        rows.append(_row(table.loc[month], known[known.index < month], recipients, points["unemployed"][month]))
    return pd.DataFrame(rows)


def past_origins(unemployed: pd.Series, recipients: pd.Series) -> pd.DataFrame:
    """Nowcasts of published months from recipients alone, as if the statistic had ended at an earlier month.

    Returns
    -------
    DataFrame : as ``left_out``, and origin; every STEP months back from LONGEST // 2 before the statistic's end while
        SHORTEST months are known, at most LONGEST months ahead.
    """
    both = unemployed.index.intersection(recipients.index)
    rows = []
    for at in range(len(both) - 1 - LONGEST // 2, SHORTEST - 2, -STEP):
        ahead = both[at + 1:at + 1 + LONGEST]
        known = unemployed.loc[:both[at]]
        table = nowcast(known, recipients.loc[:ahead[-1]])
        rows += [{"origin": both[at], **_row(table.loc[month], known, recipients, unemployed[month])}
                 for month in ahead]
    return pd.DataFrame(rows).sort_values(["origin", "month"], ignore_index=True)


def errors_by_band(made: pd.DataFrame) -> pd.DataFrame:
    """Mean errors by months since the end of the statistic, of the nowcast and of its yardsticks.

    Parameters
    ----------
    made : ``past_origins`` or ``left_out``.

    Returns
    -------
    DataFrame : band, method, months (their number), error (mean absolute, share of the actual), bias (mean of nowcast −
        actual, share), coverage_80 and coverage_95 (NaN for yardsticks, which have no interval).
    """
    rows = []
    for band, months in made.groupby(band_of(made["horizon"]), sort=False):
        inside = {f"coverage_{name}": months["actual"].between(months[low], months[high]).mean()
                  for name, low, high in ((80, 0.1, 0.9), (95, 0.025, 0.975))}
        for method, column in METHODS.items():
            off = months[column] / months["actual"] - 1
            covered = inside if method == "nowcast" else dict.fromkeys(inside, np.nan)
            rows.append({"band": band, "method": method, "months": len(months), "error": off.abs().mean(),
                         "bias": off.mean(), **covered})
    return pd.DataFrame(rows)


def _row(nowcast_of_month: pd.Series, before: pd.Series, recipients: pd.Series, actual: float) -> dict[Any, Any]:
    """One month's nowcast beside what was *actual* and the yardsticks by what was known *before*."""
    month, newest = nowcast_of_month.name, before.index[-1]
    same = before[before.index.month == month.month]
    return {"month": month, "horizon": (month - newest).n, "actual": float(actual),
            "held": float(before.iloc[-1] / recipients[newest] * recipients[month]), "naive": float(same.iloc[-1]),
            **{level: float(nowcast_of_month[level]) for level in LEVELS}}
