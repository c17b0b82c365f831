"""The shipped catalogue, and a catalogue file that may be spoilt."""

import pytest

from sim.services.catalogue import CATALOGUE, read_catalogue
from sources.area import data_root


@pytest.fixture(scope="session")
def catalogue():
    return read_catalogue(data_root())


@pytest.fixture
def spoilt(tmp_path):
    """Function (old, new) → data root whose catalogue has the first *old* replaced, and the line that stands on."""
    def spoil(old, new):
        text = (data_root() / CATALOGUE).read_text("utf-8")
        assert old in text
        path = tmp_path / CATALOGUE
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path, text[:text.index(old)].count("\n") + 1
    return spoil
