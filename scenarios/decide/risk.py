"""Whether a budget holds: chance and size of a break by year and object, when it shows, how the objects go together.

All of it is in the tables of a run (``scenarios.net``, ``scenarios.measures``); here they are laid side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from scenarios.measures import UNIT_KEYS
from scenarios.net import TOTAL
from scenarios.paired import LEVEL, clusters_of
from sim.money.budget import BENEFIT_SHARE, INCOME, NET, OPERATING

Tables = Callable[[str], pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Risk:
    """The risk of a run.

    Attributes
    ----------
    objects : year, object, appropriation, status, median, p10, p90, p_break, *overrun* if there is one and *expected*,
        all years that hold counted as none, and ``first_month`` in which a break shows with 80 % certainty.
    joint : year, chance that both objects break, and their correlation with its 95 % interval.
    units : year, draw, replication, benefit_share, operating and net of each unit.
    limits : by year, what each object allows, and ``line``: the sum of both objects at which the net breaks.
    """

    objects: pd.DataFrame
    joint: pd.DataFrame
    units: pd.DataFrame
    limits: pd.DataFrame


def risk(table: Tables) -> Risk:
    """The risk that the tables of a run tell; *table* gives one by its name."""
    budget, breaks, measured = table("budget"), table("breaks"), table("measures")
    objects = budget[budget["object"] != INCOME].reset_index(drop=True)
    columns = ["year", "object", "appropriation", "status", "median", "p10", "p90", "p_break", "overrun", "first_month"]
    objects = objects[columns].assign(expected=(objects["p_break"] * objects["overrun"].fillna(0.0)).round(2))
    decided = budget.pivot(index="year", columns="object", values="appropriation")
    income = budget[budget["object"] == INCOME].set_index("year")["mean"]
    limits = decided[[BENEFIT_SHARE, OPERATING, NET]].assign(line=decided[NET] - income)
    units = _units(measured, list(limits.index))
    both = breaks[breaks["outcome"] == "both"].set_index("year")["probability"]
    joint = [{"year": year, "p_both": float(both[year]), **_correlation(rows)} for year, rows in units.groupby("year")]
    return Risk(objects, pd.DataFrame(joint), units, limits)


def _units(measured: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Totals of each unit, one row a year and unit."""
    rows = measured[measured["object"].isin((BENEFIT_SHARE, OPERATING, NET)) & (measured["line"] == TOTAL)
                    & measured["year"].isin(years)]
    table = rows.pivot(index=["year", *UNIT_KEYS], columns="object", values="value").reset_index()
    return table.rename_axis(columns=None)


def _correlation(units: pd.DataFrame) -> dict[str, float]:
    """Correlation of the objects over *units*, with Fisher's interval for as many cases as pairs of draws."""
    share, cost = units[BENEFIT_SHARE].to_numpy(), units[OPERATING].to_numpy()
    pairs = len(np.unique(clusters_of(units["draw"].to_numpy())))
    if min(np.ptp(share), np.ptp(cost)) == 0 or pairs < 4:  # Fisher's error is 1 / sqrt(n - 3)
        return dict.fromkeys(("correlation", "low", "high"), np.nan)
    found = float(np.corrcoef(share, cost)[0, 1])
    half = norm.ppf(0.5 + LEVEL / 2) / np.sqrt(pairs - 3)
    low, high = np.tanh(np.arctanh(np.clip(found, -0.9999999, 0.9999999)) + np.array([-half, half]))
    return {"correlation": found, "low": float(low), "high": float(high)}
