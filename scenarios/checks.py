"""A scenario file held against the data: does it fit, what does it change, and does each change change anything?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.effects import Effect, effects, idle
from scenarios.inputs import load_inputs
from scenarios.levers import Horizon, apply_changes, with_scenario
from scenarios.mix import ServiceMix, load_mix
from scenarios.scenario import Scenario, read_scenario
from sim.law.calendar import date_of, month_number, month_start
from sources.area import read_area


@dataclass(frozen=True)
class Checked:
    """A scenario that fits, and what its own changes do to its baseline's mix."""

    name: str
    scenario: Scenario
    effects: list[Effect]

    @property
    def idle(self) -> list[Effect]:
        """Changes that change nothing."""
        return idle(self.effects)


class Checker:
    """Checks scenarios against the data *root*, whose files are read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mixes: dict[str, ServiceMix] = {}
        self.first_days: dict[str, int] = {}

    def check(self, name: str) -> Checked:
        """The scenario called *name*; InputError when it does not fit the data, or itself."""
        scenario = read_scenario(name)
        area = scenario.area
        if area not in self.mixes:
            self.mixes[area] = load_mix(read_area(area, self.root))
            self.first_days[area] = int(month_start(load_inputs(area, self.root).newest + 1))
        last = int(month_start(month_number(scenario.until) + 1)) - 1
        horizon = Horizon(date_of(self.first_days[area]), date_of(last))
        *inherited, own = scenario.layers
        before = with_scenario(self.mixes[area], scenario.model_copy(update={"layers": inherited}), horizon)
        return Checked(name, scenario, effects(before, apply_changes(before, own, horizon), own))
