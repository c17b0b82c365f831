"""A municipality whose settings name a hazard file runs on it, and one that names none runs as before."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.build import Behaviour, programme
from scenarios.inputs import load_inputs
from scenarios.project import FLOWS, project
from sim.flow.programme import exit_tables
from sources.area import data_root, load_area
from sources.errors import InputError
from sources.files import digest
from tests.clients.test_measured import FILE

AREA = "lahti"
AS_FITTED = Behaviour(exit_level=1.0, return_level=1.0, lasting=0.5)


@pytest.fixture
def measured_root(tmp_path) -> Path:
    root = Path(shutil.copytree(data_root(), tmp_path / "data", ignore=shutil.ignore_patterns("calibration")))
    settings = root / AREA / "settings.yaml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("  duration:", f"  measured: {AREA}/hazards.csv\n  duration:"), "utf-8")
    (root / AREA / "hazards.csv").write_text(FILE, "utf-8")
    return root


@pytest.fixture
def measured(measured_root):
    return load_inputs(AREA, measured_root)


def test_the_file_is_an_input_by_which_calibrations_are_known(measured_root, inputs):
    assert not [path for path in inputs.area.files() if path.name == "hazards.csv"]
    area = load_area(AREA, measured_root)
    before = digest(*area.files())
    (measured_root / AREA / "hazards.csv").write_text(FILE.replace("0.10000", "0.10001"), "utf-8")
    assert digest(*load_area(AREA, measured_root).files()) != before
    (measured_root / AREA / "hazards.csv").unlink()
    with pytest.raises(InputError, match=r"hazards\.csv"):
        load_area(AREA, measured_root)


def test_hazards_and_destinations_reach_the_programme(measured):
    months = 6
    steps = programme(measured, AS_FITTED, measured.newest + 1, np.ones(months))
    # those of 50+ without flags in month of spell 12 and later: 0.025 a month, 80 % of it to services, which are no
    # exits here; times the factor of people without flags, whose mean over new clients is one; no season after a year
    exits, arrivals = measured.assumed.exits, measured.assumed.arrivals
    mean = 1.0
    for share, factor in ((arrivals.foreign_language, exits.foreign_language_factor),
                          (arrivals.reduced_ability, exits.reduced_ability_factor)):
        mean *= 1 - float(share) * (1 - float(factor))
    old = exit_tables(np.full((1, steps.depth + 1), 0.025 * 0.2 / mean), np.ones((steps.depth + 1, months)),
                      steps.month_edges)
    assert list(steps.exits[8][0]) == pytest.approx(list(old[0][0]))
    # exits but to services: all to work, of 50+; of 25-49 the file tells nothing, and the assumption holds
    short, lasting, outside = np.array(steps.destinations[2]).T
    assert short == pytest.approx(0.5) and lasting == pytest.approx(1.0) and outside == pytest.approx(1.0)
    assert steps.destinations[1][0][1] == pytest.approx(exits.to_work.array[0])
    assert steps.destinations[0][0][1] == pytest.approx(0.50 / 0.75)


def test_a_run_with_slower_exits_keeps_more_people(plan, measured):
    """The file has 25-49 leave at 0.1 a month from the first month on, and 50+ hardly to work: the stock grows."""
    usual = project(plan, 0, 0)
    own = project(replace(plan, inputs=replace(plan.inputs, hazards=measured.hazards,
                                               destinations=measured.destinations)), 0, 0)
    stock = FLOWS.index("stock")
    assert own.flows[0, :, stock].sum() == usual.flows[0, :, stock].sum()  # the same people at the start
    assert own.flows[12, :, stock].sum() > 1.1 * usual.flows[12, :, stock].sum()
    assert own.euros.sum() > usual.euros.sum()
