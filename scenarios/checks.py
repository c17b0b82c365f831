"""A scenario file held against the data: does it fit, what does it change, and does each change change anything?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.changes import Layer
from scenarios.effects import Effect, effects, idle
from scenarios.inputs import load_inputs
from scenarios.levers import Horizon, apply_changes
from scenarios.mix import ServiceMix, load_mix
from scenarios.scenario import Scenario, read_scenario
from sim.law.calendar import month_number
from sources.area import read_area


@dataclass(frozen=True, eq=False)
class Checked:
    """A scenario that fits, resolved.

    Attributes
    ----------
    first_month : of a run of it (month number).
    layers : each file of its chain that is laid on the data, the baseline's first, and what its changes do.
    mix : services and books after all of them.
    """

    name: str
    scenario: Scenario
    first_month: int
    layers: list[tuple[Layer, list[Effect]]]
    mix: ServiceMix

    @property
    def effects(self) -> list[Effect]:
        """What its own changes do to its baseline's mix."""
        return self.layers[-1][1]

    @property
    def idle(self) -> list[Effect]:
        """Its changes that change nothing."""
        return idle(self.effects)


class Checker:
    """Checks scenarios against the data *root*, whose files are read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mixes: dict[str, ServiceMix] = {}
        self.first_months: dict[str, int] = {}

    def check(self, name: str) -> Checked:
        """The scenario called *name*; InputError when it does not fit the data, or itself."""
        scenario = read_scenario(name)
        area = scenario.area
        if area not in self.mixes:
            self.mixes[area] = load_mix(read_area(area, self.root))
            self.first_months[area] = load_inputs(area, self.root).newest + 1
        first = self.first_months[area]
        scenario.check_months(first)
        horizon = Horizon.of(first, month_number(scenario.until))
        mix, layers = replace(self.mixes[area], simulated=scenario.services), []
        for layer in scenario.layers:
            before, mix = mix, apply_changes(mix, layer, horizon)
            layers.append((layer, effects(before, mix, layer)))
        return Checked(name, scenario, first, layers, mix)
