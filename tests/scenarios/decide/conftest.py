"""Small settings with their books: four months, four draws; without services, and with them against a baseline."""

from dataclasses import replace

import pytest

from scenarios.books import load_books
from scenarios.decide.inputs import Setting
from scenarios.run import plan_of, with_mix
from scenarios.stored import open_run
from sim.law.calendar import month_number


@pytest.fixture(scope="session")
def setting(inputs, calibration, scenario):
    alone = scenario.model_copy(update={"replications": 1})
    return Setting(plan_of(inputs, calibration, month_number("2026-12"), alone), load_books(inputs.area))


@pytest.fixture(scope="session")
def served_setting(setting, scenario):
    """A scenario that changes nothing, and its baseline."""
    plan = with_mix(setting.plan, scenario.model_copy(update={"services": True}), 1, print)
    return Setting(replace(plan, baseline=plan), setting.books)


@pytest.fixture(scope="session")
def served_run(stored_served):
    """A small run with services, opened once."""
    return open_run(stored_served.folder)
