"""The old law on Hämeenlinna's published days: each year's share within the bar, and a month worked by hand."""

import json
import shutil

import pytest

from scenarios.old_law import old_law_check
from sources.area import data_root
from sources.errors import InputError

FILE = "kela/hameenlinna_tyomarkkinatuki_kuntaosuus_2015M01_2020M06.csv"


@pytest.fixture(scope="module")
def check(inputs):
    return old_law_check(data_root(), inputs.law)


def test_each_years_share_is_within_five_per_cent_of_the_published_one(check):
    years = check.years().set_index("year")
    assert list(years.index) == [2015, 2016, 2017, 2018, 2019]  # 2020 was published to June only
    assert (years["ratio"] - 1).abs().max() <= 0.05
    assert years.loc[2015, "kela"] == pytest.approx(4_921_026.52, abs=0.005)  # the twelve months added up


def test_january_2015_worked_by_hand(check):
    # Half of 32.80 € on 4320 and 7945 days, seventy per cent on 8733.
    january = check.rows[check.rows["month"] == "2015-01"].set_index("line")
    assert january["model"].to_dict() == {"300-499": 70_848.00, "500-999": 130_298.00, "1000-": 200_509.68}
    assert january["kela"].sum() == pytest.approx(411_040.02, abs=0.005)


def test_the_ladder_alone_gives_kelas_share_of_what_was_paid(check):
    assert check.summary()["ladder_ratio"] == pytest.approx(1, abs=1e-5)


def test_what_was_paid_a_day_stands_beside_the_recalled_amount(check):
    years = check.years().set_index("year")
    assert years.loc[2015, "paid_per_day"] == 33.28  # 8 392 003.94 € on 252 188 days
    assert (years["utilisation"] - 1).abs().max() < 0.05
    assert set(years["status"]) == {"recalled"}


def test_the_summary_is_plain_json(check):
    assert json.loads(json.dumps(check.summary(), allow_nan=False)) == check.summary()


def test_a_file_without_a_whole_year_is_told(inputs, tmp_path):
    data = shutil.copytree(data_root() / "kela", tmp_path / "kela")
    path = data / FILE.split("/")[1]
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:9]), encoding="utf-8")
    with pytest.raises(InputError, match="without one whole calendar year"):
        old_law_check(tmp_path, inputs.law)
