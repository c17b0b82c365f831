"""Small frames of the kind that scenarios makes, with numbers that can be followed by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest


def month_rows(month: str, kind: str, total: float, spread: float) -> list[dict]:
    """Two lines of one month: a tenth of the money in class 101-200, and the total."""
    return [{"month": month, "object": "benefit_share", "line": line, "kind": kind, "median": value,
             "p10": value - spread, "p90": value + spread, "mean": value}
            for line, value in (("101-200", total / 10), ("total", total))]


@pytest.fixture
def months_until() -> Callable[[str], pd.DataFrame]:
    """October 2025 to August 2026 observed, then forecast to the month asked for: 2.0, 2.01, 2.02 M€ and on."""
    def frame(last: str) -> pd.DataFrame:
        rows = []
        for place, month in enumerate(pd.period_range("2025-10", last, freq="M").astype(str)):
            observed = month <= "2026-08"
            rows += month_rows(month, "observed" if observed else "forecast", 2e6 + 1e4 * place, 0 if observed else 2e5)
        return pd.DataFrame(rows)
    return frame


@pytest.fixture
def months(months_until: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    """A forecast to December 2028."""
    return months_until("2028-12")


@pytest.fixture
def years() -> pd.DataFrame:
    """Three budget years with a rising total: 27.0, 28.0 and 28.9 M€, the last between 27.1 and 31.9."""
    rows = [
        (2026, "101-200", 2.70e6, 2.65e6, 2.75e6, 1.8e6, 8),
        (2026, "total", 27.0e6, 26.5e6, 27.4e6, 17893144.80, 8),
        (2027, "101-200", 2.80e6, 2.70e6, 2.90e6, 0, 0),
        (2027, "total", 28.0e6, 27.0e6, 29.5e6, 0, 0),
        (2028, "101-200", 2.89e6, 2.71e6, 3.19e6, 0, 0),
        (2028, "total", 28.9e6, 27.1e6, 31.9e6, 0, 0),
    ]
    frame = pd.DataFrame(rows, columns=["year", "line", "median", "p10", "p90", "observed", "observed_months"])
    return frame.assign(object="benefit_share", mean=frame["median"])
