"""Rows of a table as JSON has them."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line asks for this at every start, and pandas is slow to load
    import pandas as pd


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of *table*, index left out: an empty or infinite cell is None."""
    cells = table.astype(object)
    return cells.where(table.notna() & ~cells.isin([inf, -inf]), None).to_dict("records")
