"""The answer of a brake as a file, so that a report can tell it without simulating again."""

from __future__ import annotations

import json
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.decide.brake import Brake
from scenarios.scenario import Scenario
from scenarios.stored import RunTables
from sim.law.calendar import month_label, month_number
from sources.errors import InputError
from sources.files import read_text, written_whole

YEAR = 12  # months
AGAIN = "ask again with kuntaosuus brake"
PLAIN = ("municipality", "year", "gap", "draws")


def brake_path(results: Path, area: str, year: int) -> Path:
    """Where the answer for *year* of *area* is kept."""
    return results / f"brake-{area}-{year}.json"


def write_brake(told: Brake, path: Path) -> None:
    """Write *told*, whole or not at all; what is not known (an infinite margin) is null.

    Of its scenario what it asks and who asks are kept, not its changes.
    """
    content = {
        **{name: getattr(told, name) for name in PLAIN},
        "scenario": told.scenario.model_dump(mode="json", exclude={"layers"}),
        "newest": month_label(told.newest), "years": list(told.years), "decided": told.decided.isoformat(),
        "levers": _rows(told.levers.reset_index()), "idle": _rows(told.idle), "parts": _rows(told.parts),
        "package": None if told.package is None else _rows(told.package.to_frame().T)[0], "within": list(told.within)}
    with written_whole(path, "check its folder and rights") as draft:
        draft.write_text(json.dumps(content, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def read_brake(path: Path) -> Brake:
    """The answer kept in *path*; InputError where it is none."""
    try:
        content = json.loads(read_text(path))
        levers = _table(content["levers"]).set_index("contract")
        package = content["package"]
        return Brake(
            **{name: content[name] for name in PLAIN}, scenario=Scenario.model_validate(content["scenario"]),
            newest=month_number(content["newest"]), years=tuple(content["years"]),
            decided=date.fromisoformat(content["decided"]), idle=_table(content["idle"], ("contract", "title", "why")),
            levers=levers, parts=_table(content["parts"]), within=tuple(content["within"]),
            package=None if package is None else _table([package]).iloc[0])
    except (ValueError, KeyError, TypeError) as fault:
        raise InputError(path, "", f"is no answer of a brake ({str(fault).splitlines()[0]})", AGAIN) from None


def kept_brakes(run: RunTables, results: Path) -> list[Brake]:
    """Answers kept in *results* for the municipality and the budget years of *run* that knew the same newest month."""
    paths = [brake_path(results, run.manifest["scenario"]["area"], year)
             for year in range(run.base_month // YEAR, run.last_month // YEAR + 1)]
    return [told for path in paths if path.is_file() and (told := read_brake(path)).newest == run.base_month]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.astype(object)
    return plain.where(table.notna() & ~plain.isin([inf, -inf]), None).to_dict("records")


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows as a table; margins that are not known are infinite again."""
    table = pd.DataFrame(rows, columns=list(columns) or None)
    for name in (each for each in table if str(each).endswith(("margin", "error"))):
        table[name] = table[name].astype(float).fillna(inf)
    return table
