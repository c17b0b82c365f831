"""Runs between two stored runs: by the program of today, each input taken from the one or from the other.

What a run keeps in its folder can always be taken from it: law tree, books, scenario. Its data and its calibration are
at hand while the calibration of its base month still lies in the data folder, its service files and its program only
while they are unchanged. What is not at hand is named, and nothing is guessed in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from scenarios.calibration import Calibration, folder_of, read_calibration
from scenarios.decide.restored import scenario_of
from scenarios.decide.run_sums import Sums, sums_of_units
from scenarios.identity import code_digest, text_hash, versions
from scenarios.inputs import Inputs, load_inputs
from scenarios.mix import load_mix
from scenarios.national import OUTLOOK
from scenarios.results import LAW
from scenarios.run import Tell, as_baseline, plan_from, run_units
from scenarios.scenario import Scenario, read_scenario
from scenarios.series import panel_file
from scenarios.service_levels import LEVELS, StoredLevels
from scenarios.stored import NEW_RUN, RunTables
from scenarios.workers import Progress
from sim.money.memo import PAYERS
from sources.area import Area, load_area
from sources.errors import InputError
from sources.files import digest, read_yaml
from sources.national import read_outlook

PARTS = ("code", "data", "calibration", "law", "assumptions", "scenario")
"""What two runs may differ in, in the order in which a bridge goes from one to the other."""
CODE, DATA, CALIBRATION, LAW_TREE, ASSUMPTIONS, SCENARIO = PARTS


@dataclass(frozen=True, eq=False)
class Side:
    """One end of a bridge: a stored run, beside the data folder *root* of today."""

    run: RunTables
    root: Path

    @property
    def hashes(self) -> Mapping[str, str | None]:
        """Of its inputs."""
        return self.run.manifest["hashes"]

    @cached_property
    def scenario(self) -> Scenario:
        """That it was made with."""
        return scenario_of(self.run)

    @cached_property
    def area(self) -> Area:
        """Its municipality, as its files stand today."""
        return load_area(self.scenario.area, self.root)

    @property
    def calibration_folder(self) -> Path:
        """Where the calibration of its base month lies."""
        return folder_of(self.root, self.area.name, self.run.base_month)

    @property
    def edited(self) -> bool:
        """Whether the municipality's observed files or assumptions are not those that it was made with."""
        return self.hashes["inputs"] != digest(*self.area.files())

    @cached_property
    def baseline(self) -> Scenario | None:
        """What its scenario was held against; None where it was held against nothing, or that is no more at hand."""
        if self.hashes.get("baseline") is None or self.scenario.baseline is None:
            return None
        with suppress(InputError):
            base = as_baseline(read_scenario(self.scenario.baseline), self.scenario)
            if text_hash(base.model_dump_json()) == self.hashes["baseline"]:
                return base
        return None

    @cached_property
    def missing(self) -> frozenset[str]:
        """Parts of it that are not at hand, edited files aside."""
        held_alone = self.hashes.get("baseline") is None
        lacking = {
            CODE: self.hashes["code"] != code_digest() or self.run.manifest["versions"] != versions(),
            DATA: not self._same_data(), CALIBRATION: not self._same_calibration(),
            ASSUMPTIONS: self.scenario.services and self._services() != self.hashes.get("services"),
            SCENARIO: not held_alone and self.baseline is None}
        return frozenset(part for part, gone in lacking.items() if gone)

    def _same_data(self) -> bool:
        """Whether past forecast errors, and the outlook if it follows one, are those of today."""
        panel = panel_file(self.root)
        outlook = read_outlook(self.root).digest if self.scenario.path == OUTLOOK else None
        return (self.hashes.get("forecast_errors") == (None if panel is None else digest(panel))
                and self.hashes.get("outlook") == outlook)

    def _same_calibration(self) -> bool:
        """Whether the stored calibration of its base month is its own, and with services their levels, too."""
        with suppress(InputError):
            calibration = read_calibration(self.calibration_folder, _class_labels(self.area.name, self.root))
            if calibration.digest != self.hashes["calibration"]:
                return False
            if not self.scenario.services:
                return True
            stored = read_yaml(self.calibration_folder / LEVELS, StoredLevels)
            made_from = {"services": digest(*load_mix(self.area).paths), "calibration": calibration.digest}
            return stored.levels.digest == self.hashes.get("levels") and stored.made_from == made_from
        return False

    def _services(self) -> str:
        return digest(*load_mix(self.area).paths, self.root / PAYERS)

    def course(self) -> dict:
        """What of its scenario decides on figures, beside the law."""
        said = self.scenario.model_dump(mode="json", include={"until", "path", "shocks", "services"})
        changes = [layer.model_dump(mode="json")["changes"] for layer in self.scenario.layers]
        return {**said, "changes": [each for each in changes if each]}


@cache
def _class_labels(area: str, root: Path) -> tuple[str, ...]:
    """Day classes of a municipality's newest month."""
    return load_inputs(area, root).class_labels


class Mixture(NamedTuple):
    """Which end each input of a run between is taken from: 0 or 1."""

    known: int  # base month: data and calibration
    law: int
    books: int
    scenario: int


def sums_between(sides: tuple[Side, Side], mixture: Mixture, workers: int, progress: Progress, tell: Tell) -> Sums:
    """Simulate the run between, by the program of today, and add it up.

    Raises
    ------
    InputError : its inputs do not fit each other.
    """
    known, law, books, scenario = (sides[place] for place in mixture)
    answers, base = {"law": law.run.manifest["law_choices"]}, scenario.baseline
    asked = scenario.scenario.model_copy(update=answers)
    if base is not None and base.law == scenario.scenario.law:
        base = base.model_copy(update=answers)

    def at(choices: Mapping[str, str]) -> tuple[Inputs, Calibration]:
        inputs = load_inputs(asked.area, known.root, law.run.folder / LAW, choices).until(known.run.base_month)
        if inputs.law.digest != law.hashes["law"]:
            raise InputError(law.run.folder / LAW, "", "is not the law that the run was priced under", NEW_RUN)
        return inputs, read_calibration(known.calibration_folder, inputs.class_labels)

    plan = plan_from(at, asked, base, books.run.books, workers, tell)
    return sums_of_units(plan, run_units(plan, asked.draws, workers, progress), books.run.books)
