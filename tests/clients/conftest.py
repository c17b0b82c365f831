"""The shipped assumptions, hand-made spells and files that tests of the clients share."""

import pandas as pd
import pytest
from hypothesis import settings

from sim.clients.assumptions import read_assumptions
from sim.clients.clients import State
from sources.area import data_root, load_area

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def area():
    return load_area("lahti", data_root())


@pytest.fixture(scope="session")
def assumed(area):
    return read_assumptions(area.assumptions)


@pytest.fixture
def spells():
    """A log from rows (client, state name, start, counter, clock); a client's spells end where the next begins."""

    def frame(rows, horizon):
        columns = ["client", "state", "start", "counter", "clock"]
        log = pd.DataFrame([(c, int(State[s]), float(t), n, k) for c, s, t, n, k in rows], columns=columns)
        following = log.groupby("client")["start"].shift(-1)
        return log.assign(end=following.fillna(float(horizon)), open=following.isna())

    return frame
