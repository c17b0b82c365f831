"""The hazard file: what is written is read back, and what is none is refused."""

import numpy as np
import pytest

from benchmarks.durations import simulated_spells
from forecasting.durations import estimate, hazard_rows, observe, write_hazards
from forecasting.durations.hazard_file import check_target
from sim.clients.clients import AGE_GROUPS
from sim.clients.hazards import TOLD_APART
from sim.clients.measured import read_measured
from sources.errors import InputError

FILE = """\
age_group,first_month,last_month,hazard,standard_error,work,service,other,persons,exits
15-24,0,5,0.30000,0.01000,0.50,0.25,0.25,500,300
15-24,6,,0.20000,0.01000,0.33,0.33,0.33,100,60
25-49,0,,0.10000,0.01000,,,,900,300
50+,0,0,0.25000,0.01000,0.20,0.80,0.00,800,300
50+,1,11,0.05000,0.01000,0.20,0.80,0.00,700,300
50+,12,,0.02500,0.01000,0.20,0.80,0.00,400,100
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "hazards.csv"


def test_bands_are_spread_over_months_of_spell(path):
    path.write_text(FILE, "utf-8")
    read = read_measured(path)
    months = np.arange(TOLD_APART + 1)
    assert read.hazards.shape == (3, TOLD_APART + 1) and read.destinations.shape == (3, TOLD_APART + 1, 3)
    assert read.hazards[0].tolist() == np.where(months < 6, 0.3, 0.2).tolist()
    assert (read.hazards[1] == 0.1).all()
    assert read.hazards[2].tolist() == np.select([months < 1, months < 12], [0.25, 0.05], 0.025).tolist()
    assert np.isnan(read.destinations[1]).all()
    assert read.destinations[0, 6].tolist() == pytest.approx([1 / 3] * 3)  # rounding is taken out
    assert read.destinations[2, 60].tolist() == pytest.approx([0.2, 0.8, 0])


def test_what_is_written_is_read_back(path):
    found = estimate(observe(simulated_spells(4000, np.random.default_rng(4))), 10)
    write_hazards(found, path)
    read = read_measured(path)
    for row in found.bands.itertuples():
        at = AGE_GROUPS.index(row.age_group), slice(row.first_month, row.last_month + 1)
        assert read.hazards[at] == pytest.approx(row.hazard, abs=1e-5)
        if not np.isnan(row.work):
            assert read.destinations[at][:, :2] == pytest.approx(np.array([[row.work, row.service]] * 99)[
                :len(read.destinations[at])], abs=0.011)
    assert hazard_rows(found).to_csv(index=False, lineterminator="\n") == path.read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("hazard,", "riski,", "column hazard"),
        ("50+,12,,", "50+,12,60,", "age group 50+"),
        ("15-24,6,", "15-24,7,", "age group 15-24"),
        ("25-49,0,,", "25-49,1,,", "age group 25-49"),
        ("25-49,0,,0.10000,0.01000,,,,900,300\n", "", "age group 25-49"),
        ("25-49", "25-54", "row 4, column age_group"),
        ("0.10000", "0,1", "row 4"),
        ("0.10000", "0.0", "row 4, column hazard"),
        ("0.10000", "-0.1", "row 4, column hazard"),
        ("0.10000", "nan", "row 4, column hazard"),
        ("0.50,0.25,0.25", "0.50,0.25,0.50", "row 2, column work"),
        ("0.50,0.25,0.25", "1.50,-0.25,-0.25", "row 2, column work"),
        ("0.50,0.25,0.25", "0.50,,0.50", "row 2, column service"),
    ],
)
def test_a_faulty_file_is_told(path, old, new, where):
    assert old in FILE
    path.write_text(FILE.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as told:
        read_measured(path)
    assert where in str(told.value)


def test_only_an_older_hazard_file_is_replaced(path, tmp_path):
    check_target(path, tmp_path / "spells.csv")
    path.write_text(FILE, "utf-8")
    check_target(path, tmp_path / "spells.csv")
    with pytest.raises(InputError, match="spells itself"):
        check_target(path, path)
    path.write_text("id,start,end,exit\n", "utf-8")
    with pytest.raises(InputError, match="something other than hazards"):
        check_target(path, tmp_path / "spells.csv")
    with pytest.raises(InputError, match="name of a chart"):
        check_target(tmp_path / "hazards.png", tmp_path / "spells.csv")
    with pytest.raises(InputError, match="folder"):
        check_target(tmp_path, tmp_path / "spells.csv")
