"""Budget lines: their names in print, their order, and the check of a frame before it is shown."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from reports.language import text
from reports.numbers import DASH, month
from sources.errors import InputError

TOTAL = "total"
YEAR = 12  # months


def line_label(line: str) -> str:
    """Name of a line in print: a day class of paid days, or the total.

    >>> line_label("101-200"), line_label("total")
    ('101–200', 'Yhteensä')
    """
    return text("common.total") if line == TOTAL else line.replace("-", DASH)


def object_label(name: str) -> str:
    """Name of a budget object in print.

    >>> object_label("net")
    'Sitova netto'
    """
    return text(f"object.{name}")


def status_label(status: str) -> str:
    """How sure a value is, in print.

    >>> status_label("estimate")
    'arvio'
    """
    return text(f"status.{status}")


def source(newest: str) -> str:
    """Where the figures of a run come from that knows the months to *newest*.

    >>> source("2026-08")
    'Kela, toteuma 8/2026 asti; Kuntaosuus-malli'
    """
    return text("common.kela_source", month=month(newest))


def ordered_lines(frame: pd.DataFrame) -> list[str]:
    """Lines of *frame* as they come, the total last."""
    return sorted(frame["line"].unique(), key=lambda line: line == TOTAL)


def require(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """InputError unless *frame* has rows, all of *columns*, a total, and one budget object at most."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(name, f"column {missing[0]}", "is missing", f"give the frame {', '.join(columns)}")
    if not (frame["line"] == TOTAL).any():
        raise InputError(name, "column line", "has no row of the total", f"give the frame a line {TOTAL}")
    if "object" in frame.columns and frame["object"].nunique() > 1:
        raise InputError(name, "column object", f"holds {', '.join(frame['object'].unique())}",
                         "show one budget object at a time")
