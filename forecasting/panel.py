"""Past errors of many municipalities, on file: what intervals are calibrated by.

Made once from published series (``kuntaosuus forecast panel``), for it takes minutes; a forecast reads it in no time.
"""

from __future__ import annotations

import gzip
from functools import partial
from pathlib import Path

import pandas as pd

from forecasting.model import HORIZON, fit_series
from forecasting.series import Kind, Spread, area_of, by_series, prepared
from sources.errors import InputError
from sources.files import numbers, read_csv, written_whole
from sources.monthly import months

FIRST = 60  # months that every origin knows at least
NEWEST, STEP = 3, 6  # months from the newest origin to the newest month, and between origins
COLUMNS = ("series", "origin", "horizon", "score")


def panel_errors(frame: pd.DataFrame, kind: Kind, spread: Spread = map) -> pd.DataFrame:
    """Standard scores, by the model's own uncalibrated interval, of what came after each origin of each series.

    Returns
    -------
    DataFrame : series (the area), origin (monthly period), horizon (1 to HORIZON) and score.
    """
    keys = [(series.loc[:origin], series.loc[origin + 1:origin + HORIZON])
            for series in by_series(frame).values() for origin in series.index[-1 - NEWEST:FIRST - 1:-STEP][::-1]]
    return pd.concat(spread(partial(_errors_of, kind=kind), keys), ignore_index=True)


def _errors_of(key: tuple[pd.Series, pd.Series], kind: Kind) -> pd.DataFrame:
    known, actual = key
    scores = fit_series(prepared(known, kind), len(actual)).score_of(actual)
    table = pd.DataFrame({"series": area_of(str(known.name)), "origin": known.index[-1],
                          "horizon": range(1, len(actual) + 1), "score": scores.round(3)})
    return table[actual.notna().to_numpy()]


def write_panel(errors: pd.DataFrame, path: Path) -> None:
    """Write *errors* to the gzipped CSV *path*, whole or not at all; the same errors give the same bytes."""
    text = errors.to_csv(index=False, lineterminator="\n")
    with written_whole(path, "check its folder and rights") as draft:
        draft.write_bytes(gzip.compress(text.encode(), mtime=0))


def read_panel(path: Path) -> pd.DataFrame:
    """The file of ``write_panel``: what ``panel_errors`` returned.

    Raises
    ------
    InputError : a missing column, a month that is none, text for a number.
    """
    raw = read_csv(path, COLUMNS)
    horizon = numbers(raw, "horizon", path).astype(int)
    if not len(raw) or horizon.min() < 1:
        raise InputError(path, "column horizon", "holds no month ahead", "make it again: kuntaosuus forecast panel")
    return pd.DataFrame({"series": raw["series"], "origin": months(raw, "origin", path), "horizon": horizon,
                         "score": numbers(raw, "score", path)})
