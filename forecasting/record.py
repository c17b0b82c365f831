"""The forecast record: every forecast made, kept beside what came.

Trust in a forecaster is earned by a published record, not by a chart. A row is one month of one forecast; nothing that
was written is changed, and a forecast made twice with the same figures is kept once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.scores import LEVELS
from forecasting.series import by_series
from sources.files import numbers, read_csv, written_whole
from sources.monthly import months

QUANTILES = {level: f"p{100 * level:g}" for level in LEVELS}  # columns of the file: p2.5, p10, …
KEYS = ["made", "series", "origin", "month"]


def read_record(path: Path) -> pd.DataFrame:
    """The record in *path*, empty if there is none yet: made, series, origin, month and the quantiles LEVELS.

    Raises
    ------
    InputError : a missing column, a month that is none, text for a number.
    """
    if not path.exists():
        return pd.DataFrame(columns=[*KEYS, *LEVELS])
    raw = read_csv(path, [*KEYS, *QUANTILES.values()])
    keys = pd.DataFrame({"made": raw["made"], "series": raw["series"], "origin": months(raw, "origin", path),
                         "month": months(raw, "month", path)})
    return keys.join(pd.DataFrame({level: numbers(raw, name, path) for level, name in QUANTILES.items()}))


def add_to_record(path: Path, forecast: pd.DataFrame, made: date) -> int:
    """Add a *forecast* (``Model.forecast``) to the record in *path*, whole or not at all; the months added.

    Months whose quantiles are on record for the same series and origin are not added again.
    """
    before = read_record(path)
    new = forecast.assign(made=made.isoformat())[[*KEYS, *LEVELS]].round(dict.fromkeys(LEVELS, 2))
    same = ["series", "origin", "month", *LEVELS]
    if len(before):
        new = new[~pd.MultiIndex.from_frame(new[same]).isin(pd.MultiIndex.from_frame(before[same]))]
    if len(new):
        whole = pd.concat([before, new], ignore_index=True) if len(before) else new
        with written_whole(path, "check its folder and rights") as draft:
            whole.rename(columns=QUANTILES).to_csv(draft, index=False, lineterminator="\n")
    return len(new)


def judged(record: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The months of the *record* that have come: its rows with actual, horizon, and the forecast's error.

    Parameters
    ----------
    frame : tidy frame of what came.

    Returns
    -------
    DataFrame : made, series, origin, month, horizon, LEVELS, actual, error (median minus actual) and in_80, in_95.
    """
    came = {name: values.dropna() for name, values in by_series(frame).items()}
    parts = []
    for name, rows in record.groupby("series", sort=False):
        if name in came:
            parts.append(rows.assign(actual=came[str(name)].reindex(pd.PeriodIndex(rows["month"])).to_numpy()))
    columns = [*record.columns, "actual"]
    table = (pd.concat(parts) if parts else pd.DataFrame(columns=columns)).dropna(subset=["actual"])
    ahead = np.array([(month - origin).n for month, origin in zip(table["month"], table["origin"], strict=True)], int)
    return table.assign(horizon=ahead, error=table[0.5] - table["actual"],
                        in_80=table["actual"].between(table[0.1], table[0.9]),
                        in_95=table["actual"].between(table[0.025], table[0.975])).reset_index(drop=True)
