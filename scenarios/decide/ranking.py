"""The order in which levers are pulled: euros saved now per euro of benefit share added later, as far as it is known.

A price is known where both the saving and the later cost are told from zero. Levers are in four standings, in this
order:

- *saves_both*: benefit share falls as well, so there is no price; the largest saving first;
- *cheap*: known, and a euro or more saved per euro added; the most first;
- *unknown*: one of the two is not told from zero. It is not ranked by a figure that is mostly noise, but by its saving;
- *dear*: known, and less than a euro saved per euro added; the most first.

Last comes what saves nothing in the year (*no_saving*), which no package takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

SAVES_BOTH, CHEAP, UNKNOWN, DEAR, NO_SAVING = STANDINGS = ("saves_both", "cheap", "unknown", "dear", "no_saving")


def price(figures: Mapping[str, Any]) -> float:
    """Euros of operating cost saved in the year per euro of benefit share added; NaN where that is not known.

    Infinite where benefit share is saved as well.

    Parameters
    ----------
    figures : ``operating``, ``added`` (differences, euros), and whether each is told from zero, ``_certain``.
    """
    if not (figures["added_certain"] and figures["operating_certain"]) or figures["operating"] >= 0:
        return np.nan
    return np.inf if figures["added"] < 0 else -figures["operating"] / figures["added"]


def standing(figures: Mapping[str, Any]) -> str:
    """Which of STANDINGS a lever has.

    Parameters
    ----------
    figures : ``operating``, ``saved``, ``towards_gap`` and ``per_euro``.
    """
    if figures["saved"] <= 0 or figures["towards_gap"] <= 0:
        return NO_SAVING
    if np.isnan(figures["per_euro"]):
        return UNKNOWN
    if np.isinf(figures["per_euro"]):
        return SAVES_BOTH
    return CHEAP if figures["per_euro"] >= 1 else DEAR


def ranked(levers: pd.DataFrame) -> pd.DataFrame:
    """*levers* in order, with the column ``standing``."""
    found = levers.assign(standing=[standing(row) for row in levers.to_dict("records")])
    known = found["standing"].isin((CHEAP, DEAR))
    order = found.assign(place=found["standing"].map(STANDINGS.index),
                         key=np.where(known, found["per_euro"], found["towards_gap"]))
    return found.loc[order.sort_values(["place", "key"], ascending=[True, False], kind="stable").index]
