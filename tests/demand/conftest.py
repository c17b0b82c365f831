"""Lahti's demand side, and its programme over two years with a steady stock of vacancies."""

import numpy as np
import pytest

from sim.demand.programme import demand_programme, read_demand
from sim.law.calendar import day_number
from sources.area import data_root, read_area

STOCK, MONTHS = 1200.0, 24


@pytest.fixture(scope="session")
def demand():
    return read_demand(read_area("lahti", data_root()))


@pytest.fixture(scope="session")
def programme(demand):
    return demand_programme(demand, np.full(MONTHS, STOCK), day_number("2026-09-01"), MONTHS)
