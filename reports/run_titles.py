"""Names in print of what a stored run's tables name by key: lines of its books, units of caseworkers, groups."""

from __future__ import annotations

from collections.abc import Mapping

from reports.language import text
from reports.lines import TOTAL, object_label, source
from reports.numbers import DASH, months
from scenarios.stored import RunTables
from sim.law.calendar import month_label

STAFF = "staff"
KNOWN = ("share", "purchases", "subsidies", STAFF, "other", "state_compensation", "paid_days", "per_avoided_day")
"""Lines with a name in both languages; others have the title that the books give them."""


def run_source(run: RunTables) -> str:
    """Where the figures of *run* come from, for a footer."""
    return source(month_label(run.base_month))


def run_window(run: RunTables) -> str:
    """The months that the answer of *run* is about, in print; empty where they are all."""
    window = run.manifest["scenario"].get("window")
    return months(window["since"], window["until"]) if window else ""


def unit_names(run: RunTables) -> dict[str, str]:
    """Name of each unit of caseworkers of *run*; its key where the run has no books."""
    titles = {name: unit.title for name, unit in run.books.plan.staff.units.items()} if run.books else {}
    keys = run.table("caseworkers", ["unit"])["unit"].unique() if run.has("caseworkers") else titles
    return {name: titles.get(name, name) for name in keys}


def cost_lines(run: RunTables) -> dict[str, str]:
    """Name of each line that adds up to operating cost: staff of all units, and the yearly lines of the plan."""
    lines = [STAFF, *run.books.plan.lines] if run.books else []
    titles = book_titles(run)
    return {name: line_name("operating", name, titles) for name in lines}


def book_titles(run: RunTables) -> dict[str, str]:
    """Title in the books of *run* of each unit, line of operating cost and income."""
    if run.books is None:
        return {}
    return {**run.books.plan.titles, **{name: line.title for name, line in run.books.budget.income.items()}}


def line_name(name: str, line: str, titles: Mapping[str, str]) -> str:
    """Name of a *line* of the object *name*: total, day class, a known line, or one that the books name.

    >>> line_name("net", "total", {}), line_name("operating", "x", {"x": "Ekstra"})
    ('Sitova netto', 'Ekstra')
    """
    if line == TOTAL:
        return object_label(name)
    if line[0].isdigit():
        return class_name(line)
    return text(f"budget_line.{line}") if line in KNOWN else titles.get(line, line)


def class_name(line: str) -> str:
    """A day class in words: the last has no end.

    >>> class_name("101-200"), class_name("701-")
    ('101–200 päivää', 'yli 700 päivää')
    """
    if line.endswith("-"):
        return text("budget_line.more_days", days=int(line.removesuffix("-")) - 1)
    return text("budget_line.days", days=line.replace("-", DASH))


def group_name(group: str) -> str:
    """Name of a group of clients.

    >>> group_name("young")
    'Nuoret'
    """
    return text(f"group.{group}")
