"""What may be told beside a run, without simulating: kept answers, and its producers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scenarios.decide.brake import Brake
from scenarios.decide.brake_file import kept_brakes
from scenarios.decide.producers import league
from scenarios.decide.rules_file import KeptRules, kept_rules
from scenarios.decide.starters import Outcome
from scenarios.run import Tell
from scenarios.stored import RunTables, open_run
from sources.errors import InputError


@dataclass(frozen=True)
class Beside:
    """Answers beside a run.

    Attributes
    ----------
    brakes, rules : see ``brake_file`` and ``rules_file``.
    producers : see ``producers.league``; None where the run has no services, kept no events or is too short.
    """

    brakes: Sequence[Brake] = ()
    rules: Sequence[KeptRules] = ()
    producers: pd.DataFrame | None = None


def beside(run: RunTables, results: Path, tell: Tell = lambda text: None) -> Beside:
    """What lies in *results*, and in *run* itself; *tell* hears of what is left out, and why."""
    return Beside(kept_brakes(run, results, tell), kept_rules(run, results, tell), _producers(run, tell))


def _producers(run: RunTables, tell: Tell) -> pd.DataFrame | None:
    if not run.has("unit_costs"):
        return None
    try:
        return league(open_run(run.folder), Outcome())
    except InputError as fault:
        tell(f"no sheet of producers: {fault}")
        return None
