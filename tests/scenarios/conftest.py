"""One municipality's inputs, calibration and a small plan, read once."""

import pytest

from scenarios.checks import Checker
from scenarios.inputs import load_inputs
from scenarios.mix import load_mix
from scenarios.run import load_calibration, plan_of, run_units
from scenarios.scenario import read_scenario
from sim.law.calendar import month_number
from sources.area import data_root, read_area


@pytest.fixture(scope="session")
def inputs():
    return load_inputs("lahti", data_root())


@pytest.fixture(scope="session")
def mix():
    """Services and books as the files have them."""
    return load_mix(read_area("lahti", data_root()))


@pytest.fixture(scope="session")
def checker():
    """Scenarios held against the data, which are read once."""
    return Checker(data_root())


@pytest.fixture(scope="session")
def calibration(inputs):
    return load_calibration(inputs, data_root())


@pytest.fixture(scope="session")
def scenario():
    return read_scenario("baseline").model_copy(update={"draws": 4, "replications": 2, "services": False})


@pytest.fixture(scope="session")
def plan(inputs, calibration, scenario):
    return plan_of(inputs, calibration, month_number(scenario.until), scenario)


@pytest.fixture(scope="session")
def units(plan, scenario):
    return run_units(plan, scenario.draws, workers=2)
