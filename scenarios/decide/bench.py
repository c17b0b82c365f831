"""The bench on which scenarios are tried: prepared, simulated as far as their units are missing, and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from scenarios.measures import measures
from scenarios.paired import clusters_of, told
from scenarios.project import Plan
from scenarios.run import UNSERVED, Tell, prepare, unserved_plan
from scenarios.scenario import Scenario
from scenarios.unit_store import Prepared, UnitStore, simulate, units_of
from scenarios.workers import Progress


@dataclass(frozen=True, eq=False)
class Bench:
    """Where and how scenarios are tried.

    Attributes
    ----------
    root : data root.
    store : of units: what was tried before is not simulated again.
    workers : processes. Results do not depend on it.
    progress : hears of units that were missing.
    tell : called with lines of text about a new calibration.
    """

    root: Path
    store: UnitStore
    workers: int
    progress: Progress = lambda done, total: None
    tell: Tell = lambda text: None
    _plans: dict[str, Plan] = field(default_factory=dict)

    def prepared(self, scenario: Scenario) -> Prepared:
        """*scenario* with all that its units share; what several have in common is made once."""
        key = scenario.model_dump_json(include=set(UNSERVED))
        if key not in self._plans:
            self._plans[key] = unserved_plan(scenario, self.root, None, self.workers, self.tell)
        return prepare(scenario, self.root, None, self.workers, self.tell, self._plans[key])

    def measured(self, prepared: Sequence[Prepared], draws: int) -> list[pd.DataFrame]:
        """Measures of each over its first *draws* draws; units that are missing are simulated, all in one go."""
        simulate(prepared, range(draws), self.store, self.workers, self.progress)
        return [measures(one.plan, units_of(one, range(draws), self.store), draws, one.books) for one in prepared]


def differences(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """*after* less *before*, measures of the same units: columns of ``told``, index KEYS.

    A row that one of them lacks, as of a contract that is new, has zeros there.
    """
    keys = after.index.union(before.index, sort=False)
    first, second = (each.reindex(keys).fillna(0.0).to_numpy() for each in (before, after))
    table = told(first, second, clusters_of(after.columns.get_level_values("draw")))
    return table.set_index(keys)
