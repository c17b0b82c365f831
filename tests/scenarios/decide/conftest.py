"""A small run with services, opened once."""

import pytest

from scenarios.stored import open_run


@pytest.fixture(scope="session")
def served_run(stored_served):
    return open_run(stored_served.folder)
