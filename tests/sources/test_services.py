"""Readers of national numbers of services: published figures, and spoilt files."""

import gzip
import shutil

import pandas as pd
import pytest

from sources.area import data_root
from sources.errors import InputError
from sources.panel import read_stocks
from sources.services import STATISTICS, read_lmp_expenditure, read_national, read_outcomes


@pytest.fixture(scope="module")
def national():
    return read_national(data_root())


def test_numbers_are_the_published_ones(national):
    # LMP database 2019: 49 206 entrants to labour market training, 425.97 M€, of which 192.57 to providers
    assert national.entrants["21_FI6", 2019] == 49_206
    assert national.expenditure["21_FI6", "XSERV", 2019] == pytest.approx(192.57e6, abs=5000)
    assert national.outcomes.loc["12us", "3", 2019].tolist() == pytest.approx([17_009, 0.601, 0.132])


def test_statistics_finland_and_the_lmp_database_agree_where_both_count_entrants(national):
    for measure, (table, name, codes) in {
        "21_FI6": ("tyonv_12v7", "TVKALKOIVV", ["SSS"]), "11_FI59": ("tyonv_12v9", "VALMENNUSALKOIVV", ["3"]),
        "22_FI62": ("tyonv_12uv", "KOKTOIMALKOI_TAJO", ["20", "21"]), "7_FI11": ("tyonv_12va", "SIJOITALKOIVV", ["62"]),
        "41_FI10": ("tyonv_12va", "SIJOITALKOIVV", ["6T", "6V"]),
        "21_FI17": ("tyonv_12uu", "MTPTOIMALKOI_TAJO", ["06"]), "6_FI36": ("tyonv_12uu", "MTPTOIMALKOI_TAJO", ["05"]),
        "6_FI9": ("tyonv_12va", "SIJOITALKOIVV", ["5T", "5V"]),
    }.items():
        assert national.yearly(table, name, codes, 2019) == national.entrants[measure, 2019]


def test_the_countrys_unemployed_in_the_table_of_services_are_those_of_12r5(national):
    stocks = read_stocks(data_root() / "statfin" / "statfin_tyonv_12r5_cities_2006M01_2023M10.csv")
    theirs = stocks[stocks["series"] == "unemployed:KOKO MAA"].set_index("month")["value"]
    for year in (2018, 2019, 2021):
        own = national.months_of("tyonv_12u4", "TYOTTOMATLOPUSSA", "", year)
        assert (own.to_numpy() == theirs[theirs.index.year == year].to_numpy()).all()


@pytest.mark.parametrize(("asked", "said"), [
    (("tyonv_12u1x", "VALMENNUSLOP", ["3"], 2019), "table tyonv_12u1x"),
    (("tyonv_12u1", "VALMENNUSLOPP", ["3"], 2019), "write VALMENNUSLOP"),
    (("tyonv_12u1", "VALMENNUSLOP", ["7"], 2019), "code 7"),
    (("tyonv_12u1", "VALMENNUSLOP", ["3"], 2005), "has 0 of the twelve months of 2005"),
    (("tyonv_12u1", "VALMENNUSLOP", ["3"], 2022), "has 2 of the twelve months of 2022"),
])
def test_a_cell_that_is_not_there_is_told(national, asked, said):
    with pytest.raises(InputError, match=said):
        national.stock(*asked)


def test_a_monthly_table_is_not_taken_for_a_yearly_one(national):
    with pytest.raises(InputError, match="has 12 numbers for 2019 and not one"):
        national.yearly("tyonv_12u1", "VALMENNUSLOP", ["3"], 2019)


@pytest.fixture
def copied(tmp_path):
    for folder in ("services", "statfin", "lmp"):
        shutil.copytree(data_root() / folder, tmp_path / folder)
    return tmp_path


def test_spoilt_files_name_file_and_row(copied):
    path = copied / "statfin" / "statfin_tyonv_service_outcomes_3kk.csv"
    path.write_text(path.read_text("utf-8").replace("34.8", "134.8"), "utf-8")
    with pytest.raises(InputError, match=r"3kk.csv: row 2, column tyottomana_3kk_pct: '134.8' is not a percentage"):
        read_outcomes(path)
    spent = copied / "lmp" / "eu_lmp_expenditure_finland_1997_2020.csv.gz"
    text = gzip.decompress(spent.read_bytes()).decode("utf-8")
    spent.write_bytes(gzip.compress((text + text.splitlines()[1] + "\n").encode("utf-8")))
    with pytest.raises(InputError, match="repeats row 2"):
        read_lmp_expenditure(spent)
    (copied / STATISTICS).write_text("servces: x\n", "utf-8")
    with pytest.raises(InputError, match="write services"):
        read_national(copied)


def test_every_number_of_services_is_read_once(national):
    assert national.services.index.is_unique and isinstance(national.services.index.levels[3], pd.PeriodIndex)
