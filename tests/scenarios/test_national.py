"""A municipality under a national path: the spread about the outlook is that of a forecast made when it was."""

import numpy as np
import pandas as pd
import pytest

from scenarios.national import OUTLOOK, follow, place_of
from sources.area import data_root
from sources.national import read_outlook

DRAWS = 400


@pytest.fixture(scope="module")
def place():
    return place_of(data_root(), "lahti", 60)


def test_the_spread_about_the_outlook_counts_from_its_publication(place):
    """Observed to 10/2023, published 5/2026: 10/2027 is 48 months ahead, but 18 after what the ministry knew."""
    assert place.share.last == pd.Period("2023-10", "M")
    assert read_outlook(data_root()).stated.published == "2026-05"
    own = np.log(place.own.sample(60, range(DRAWS), 1)).std(axis=0)
    told = follow(place, OUTLOOK, draws=DRAWS, seed=1).parts.set_index("horizon")["national"]
    assert told[48] == pytest.approx(own[17], rel=1e-9) and told[48] < own[47]
    assert told[12] == pytest.approx(own[11], rel=1e-9)  # 10/2024, on the bridge, nearer its start than its end
    assert told[24] == pytest.approx(own[5], rel=1e-9)  # 10/2025, six months before its end
