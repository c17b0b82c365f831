"""The dimensions of an export: a row for every key that a fact refers to, with its names in both languages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date as Date
from typing import Any

import pandas as pd

from reports.export.facts import OPERATING, STAFF, line_key
from reports.export.schema import DIMENSIONS, FACTS, NONE
from reports.language import LANGUAGES, speaking, text
from reports.lines import TOTAL
from reports.numbers import month
from reports.run_titles import book_titles, class_name, group_name, line_name, unit_names
from scenarios.stored import RunTables
from scenarios.told.report_set import ReportSet

CONTRACT = {"contract": "key", "service": "service", "producer": "producer", "kind": "contract_kind",
            "statutory_class": "statutory_class"}


def dimensions(report: ReportSet, facts: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The dimensions by name, columns as the schema has them, sorted by key.

    Parameters
    ----------
    facts : of all runs of the *report*, by name.
    """
    keys = {name: _keys(facts, name) for name in DIMENSIONS}
    units = {key: title for run in report.runs for key, title in unit_names(run).items()}
    books = {key: title for run in report.runs for key, title in book_titles(run).items()}
    contracts = _contracts(report.runs)
    services = {key: title for run in report.runs for key, title in _service_titles(run).items()}
    rows = {
        "month": [_month(key) for key in keys["month"]],
        "year": [_year(key) for key in keys["year"]],
        "line": [_line(key, books, units) for key in keys["line"]],
        "class": [_day_class(key) for key in keys["class"]],
        "unit": [_named(key, lambda key: units.get(key, key)) for key in keys["unit"]],
        "service": [_named(key, lambda key: services.get(key, key)) for key in keys["service"]],
        "producer": [_named(key, str) for key in keys["producer"]],
        "group": [_named(key, group_name) for key in keys["group"]],
        "contract": [contracts.get(key, {"key": key, "title": "", "service": NONE, "producer": NONE})
                     for key in keys["contract"]],
        "scenario": [_scenario(run, report.titles[run.name]) for run in report.runs]}
    return {name: _ordered(rows[name], table.columns) for name, table in DIMENSIONS.items()}


def _keys(facts: Mapping[str, pd.DataFrame], dimension: str) -> list[Any]:
    """Every key of *dimension* in the facts, sorted."""
    used = {key for name, table in FACTS.items() for column, told in table.columns.items() if told.of == dimension
            for key in facts[name][column].dropna().unique()}
    if dimension in ("service", "producer", "contract"):
        used.add(NONE)
    return sorted(used)


def _ordered(rows: list[dict[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*columns])
    if "order" in table:
        table["order"] = range(1, len(table) + 1)
    return table


def _titles(name: Callable[[], str]) -> dict[str, str]:
    """What *name* gives in each language."""
    titles = {}
    for language in LANGUAGES:
        with speaking(language):
            titles[f"title_{language}"] = name()
    return titles


def _named(key: str, title: Callable[[str], str]) -> dict[str, str]:
    return {"key": key, **_titles(lambda: text("export.none") if key == NONE else title(key))}


def _year(key: int) -> dict[str, Any]:
    return {"key": key, **_titles(lambda: str(key) if key else text("common.all_years"))}


def _month(key: str) -> dict[str, Any]:
    year, number = map(int, key.split("-"))
    return {"key": key, "year": year, "quarter": (number + 2) // 3, "month": number, "first_day": Date(year, number, 1),
            **_titles(lambda: month(key))}


def _line(key: str, titles: Mapping[str, str], units: Collection[str]) -> dict[str, Any]:
    name, line = key.split("/", 1)
    return {"key": key, "object": name, "line": line, "total": line == TOTAL,
            "part_of": line_key(OPERATING, STAFF) if line in units else "",
            **_titles(lambda: line_name(name, line, titles))}


def _day_class(key: str) -> dict[str, Any]:
    if key == NONE:
        return {"key": key, "first": None, "last": None, **_titles(lambda: text("export.none"))}
    first, _, last = key.partition("-")
    return {"key": key, "first": int(first), "last": int(last) if last else None, **_titles(lambda: class_name(key))}


def _contracts(runs: Sequence[RunTables]) -> dict[str, dict[str, Any]]:
    """The row of each contract; its title from the first run that has it."""
    found = dict[str, dict[str, Any]]()
    for run in runs:
        if run.has("operating_lines"):
            titles = run.table("unit_costs", ["contract", "title"]).drop_duplicates("contract").set_index("contract")
            rows = run.table("operating_lines", list(CONTRACT)).drop_duplicates().rename(columns=CONTRACT)
            for row in rows.to_dict("records"):
                found.setdefault(row["key"], {**row, "title": titles["title"].get(row["key"], row["key"])})
    return found


def _service_titles(run: RunTables) -> dict[str, str]:
    if not run.has("unit_costs"):
        return {}
    costs = run.table("unit_costs", ["service", "contract", "title"])
    return costs[costs["contract"] == TOTAL].set_index("service")["title"].to_dict()


def _scenario(run: RunTables, title: str) -> dict[str, Any]:
    asked, hashes = run.manifest["scenario"], run.manifest["hashes"]
    first, last = run.manifest["months"]
    return {
        "key": run.name, "title": title, "question": asked.get("question", ""), "author": asked.get("author", ""),
        "date": run.date, "municipality": run.municipality, "baseline": run.manifest["baseline"] or "",
        "is_baseline": run.manifest["baseline"] is None, "base_month": run.manifest["base_month"],
        "first_month": first, "last_month": last, "draws": asked["draws"],
        "replications": asked["replications"], "seed": asked["seed"], "services": run.with_services,
        "unverified_values": run.manifest.get("unverified_values", 0), "scenario_hash": hashes.get("scenario", ""),
        "inputs_hash": hashes.get("inputs", ""), "law_hash": hashes["law"], "code_hash": hashes.get("code", "")}
