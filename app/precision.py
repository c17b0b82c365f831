"""``--precision``: how many draws a run takes, before it is run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.console import progress_bar, tell

if TYPE_CHECKING:
    from scenarios.decide.precision import Settled
    from scenarios.scenario import Scenario
    from scenarios.unit_store import UnitStore


def settled(scenario: Scenario, written: str, root: Path, store: UnitStore, workers: int) -> Settled:
    """How many draws of *scenario* the precision that was *written* takes; its units are then in *store*."""
    from scenarios.decide.precision import read_precision, settle
    from scenarios.run import prepare

    precision = read_precision(written)
    with progress_bar("adding draws") as progress:
        return settle(prepare(scenario, root, None, workers, tell), store, precision, workers, progress, tell)


def precision_json(came: Settled | None) -> dict[str, Any]:
    """The same as --json has it; nothing without."""
    return {} if came is None else {"precision": {**asdict(came), "reached": came.reached}}
