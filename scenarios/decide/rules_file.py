"""Rules of thumb as a file, so that a report can tell them without simulating again."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from scenarios.decide.inputs import Setting
from scenarios.decide.kept import fits, made_from, read_kept, table_of, unreadable, write_kept
from scenarios.identity import simulated
from scenarios.run import Tell
from scenarios.scenario import Scenario
from scenarios.stored import RunTables
from sources.records import records

COMMAND = "rules"
NUMBERS = ("bend", "p10", "p90")  # columns that may have no figure in any row


class KeptRules(NamedTuple):
    """Rules of a scenario over *draws*; rows as ``rules_of_thumb`` gives them."""

    title: str
    draws: int
    rows: pd.DataFrame


def rules_path(results: Path, area: str, name: str) -> Path:
    """Where the rules of the scenario called *name* are kept."""
    return results / f"rules-{area}-{Path(name).stem}.json"


def write_rules(rows: pd.DataFrame, scenario: Scenario, setting: Setting, draws: int, path: Path) -> None:
    """Write the rules of *scenario*, whole or not at all; what is not known is null."""
    write_kept({"title": scenario.title, "draws": draws, "scenario": simulated(scenario.model_dump(mode="json")),
                "made_from": made_from(setting.plan, scenario), "rules": records(rows)}, path)


def kept_rules(run: RunTables, results: Path, tell: Tell = lambda text: None) -> list[KeptRules]:
    """Rules kept in *results* of the scenario of *run*, made from what it was made from; *tell* hears of others."""
    asked = simulated(run.manifest["scenario"])
    kept = []
    for path in sorted(results.glob(f"rules-{run.manifest['scenario']['area']}-*.json")):
        content = read_kept(path, COMMAND)
        try:
            same = content["scenario"] == asked
            if same and fits(run, path, content["made_from"], COMMAND, tell):
                rows = table_of(content["rules"])
                kept.append(KeptRules(content["title"], content["draws"], rows.astype(dict.fromkeys(NUMBERS, float))))
        except (ValueError, KeyError, TypeError) as fault:
            raise unreadable(path, COMMAND, fault) from None
    return kept
