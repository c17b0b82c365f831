"""Answers kept as files among the results, so that reports can tell them without simulating again.

Beside a run only an answer is told that was made from the same data, law, calibration, budget and services.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.identity import hashes
from scenarios.project import Plan
from scenarios.run import Tell
from scenarios.scenario import Scenario
from scenarios.stored import RunTables
from sources.errors import InputError
from sources.files import read_text, written_whole

OWN = ("scenario", "baseline", "code")  # hashes in which a run and an answer beside it may differ
Hashes = Mapping[str, str | None]


def made_from(plan: Plan, scenario: Scenario) -> Hashes:
    """Hashes of what an answer about *scenario* rests on, by part."""
    return {part: each for part, each in hashes(plan, scenario, None).items() if part not in OWN}


def other_parts(run: RunTables, made: Hashes) -> list[str]:
    """What *run* was made from otherwise than an answer; a part that one of them lacks (services) is no difference."""
    of_run = run.manifest["hashes"]
    return [part for part, each in made.items() if each and of_run.get(part) and of_run[part] != each]


def write_kept(content: Mapping[str, Any], path: Path) -> None:
    """Write *content* as JSON, whole or not at all."""
    with written_whole(path, "check its folder and rights") as draft:
        draft.write_text(json.dumps(content, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


def read_kept(path: Path, command: str) -> dict[str, Any]:
    """What *command* kept in *path*; InputError where it is not even JSON."""
    try:
        return json.loads(read_text(path))
    except ValueError as fault:
        raise unreadable(path, command, fault) from None


def unreadable(path: Path, command: str, fault: Exception) -> InputError:
    """The fault of a file in *path* that is no answer of *command*."""
    return InputError(path, "", f"is no answer of kuntaosuus {command} ({str(fault).splitlines()[0]})",
                      f"ask again with kuntaosuus {command}, or remove the file")


def fits(run: RunTables, path: Path, made: Hashes, command: str, tell: Tell) -> bool:
    """Whether the answer in *path* may stand beside *run*; if not, *tell* hears why it is left out."""
    others = other_parts(run, made)
    if others:
        tell(f"{path.name} is left out: it was made from other {', '.join(others)} than {run.name}; ask again with "
             f"kuntaosuus {command}")
    return not others


def table_of(rows: list[dict[str, Any]], columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows that were kept as a table; margins and errors that are not known are infinite again."""
    table = pd.DataFrame(rows, columns=list(columns) or None)
    for name in (each for each in table if str(each).endswith(("margin", "error"))):
        table[name] = table[name].astype(float).fillna(inf)
    return table
