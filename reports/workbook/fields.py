"""What several sheets are made of."""

from __future__ import annotations

from textwrap import shorten

from reports.effect import ALL_YEARS
from reports.language import text
from reports.workbook.grid import Field
from scenarios.stored import RunTables

QUANTILES = ("median", "p10", "p90")


def whose(run: RunTables) -> str:
    """Municipality and scenario, for the title of a sheet that is about one run."""
    return f"{run.municipality}, {shorten(run.manifest['scenario']['title'], 80, placeholder=' …')}"


def tab(name: str) -> str:
    """Name of the sheet *name* in print."""
    return text(f"workbook.sheet_{name}")


def span(year: int) -> str:
    """A year, or all of them, in print."""
    return text("common.all_years") if year == ALL_YEARS else str(year)


def euros(key: str, heading: str, total: str = "", formula: str = "", note: str = "") -> Field:
    """A column of euros."""
    return Field(key, heading, "euros", formula, note, total)


def margin(key: str = "margin") -> Field:
    """Half of the interval of the difference beside it."""
    return Field(key, text("workbook.margin"), "decimal", note=text("workbook.margin_why"))
