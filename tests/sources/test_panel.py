"""Readers of monthly series of many areas: the shipped files against published figures, and spoilt ones."""

import numpy as np
import pandas as pd
import pytest

from sources.area import data_root
from sources.errors import InputError
from sources.panel import read_services, read_stocks, read_tidy, read_vacancy_flows
from sources.statfin import read_unemployed

STATFIN = data_root() / "statfin"
TIDY = "series,month,value\na,2020-01,1\na,2020M02,2.5\na,202003,\n"


def value(frame: pd.DataFrame, series: str, month: str) -> float:
    found = frame[(frame["series"] == series) & (frame["month"] == pd.Period(month, "M"))]
    assert len(found) == 1
    return found["value"].iloc[0]


def test_stocks_hold_thirty_municipalities_and_the_country_and_agree_with_lahtis_own_file():
    stocks = read_stocks(STATFIN / "statfin_tyonv_12r5_cities_2006M01_2023M10.csv")
    assert stocks["series"].nunique() == 2 * 31
    assert value(stocks, "unemployed:KOKO MAA", "2006-01") == 278_486
    assert value(stocks, "vacancies:KOKO MAA", "2006-02") == 55_918
    own = read_unemployed(STATFIN / "lahti_tyottomat_2006M01_2023M10.csv")
    theirs = stocks[stocks["series"] == "unemployed:Lahti"].set_index("month")["value"]
    assert (own == theirs.reindex(own.index)).all()


def test_hidden_counts_are_missing_and_not_zero():
    flows = read_vacancy_flows(STATFIN / "statfin_tyonv_2310_vacancy_flows_cities_2006M01_2020M08.csv")
    assert flows["value"].isna().any()
    assert value(flows, "new_vacancies:Asikkala", "2006-02") == 19
    assert value(flows, "new_vacancies:Lahti", "2020-08") == 1160


def test_services_are_those_of_the_country():
    services = read_services(STATFIN / "statfin_tyonv_services_national_2006_2022.csv.gz")
    assert set(services["series"]) == {"subsidised_started:KOKO MAA", "subsidised:KOKO MAA"}
    assert services.groupby("series").size().tolist() == [194, 194]


def test_a_tidy_file_may_write_months_in_three_ways_and_leave_values_out(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("\ufeff" + TIDY, encoding="utf-8")
    frame = read_tidy(path)
    assert frame["month"].astype(str).tolist() == ["2020-01", "2020-02", "2020-03"]
    np.testing.assert_array_equal(frame["value"], [1, 2.5, np.nan])


@pytest.mark.parametrize(("text", "told"), [
    (b"", "column series: is missing: the file is empty"),
    (b"series,month,value\na,2020-01-31,5\na,1.1.2020,6\n", "row 3: repeats row 2: a, 2020-01"),
    (b"series;month;value\na;2020-01;5,2\n", "column series: is missing: cells are separated by ';'"),
    (b"series,month,value\na,2020-01,5,2\n", "row 2: has 4 cells and the header 3. Mend: write decimals with a point"),
    (b"series,month,value\n", "holds no rows"),
    (b"series,month\na,2020-01\n", "column value: is missing"),
    (b"series,month,value\na,31.2.2020,5\n", "row 2, column month: '31.2.2020' is not a month"),
    (b"series,month,value\na,2020-01,\"5,2\"\n", "row 2, column value: '5,2' is not a number"),
    (b"series,month,value\na,2020-01,5\nseries,month,value\n", "row 3, column month: 'month' is of a second header"),
    (b"series,month,value\na,2020-01,5\na,202001,6\n", "row 3: repeats row 2"),
    (b"series,month,value\n,2020-01,5\n", "row 2, column series: '' is no name"),
    (b"\x89PNG\r\n\x1a\n\xff\xfe", "is not UTF-8 text"),
])
def test_a_spoilt_file_is_told_in_one_line(tmp_path, text, told):
    path = tmp_path / "own.csv"
    path.write_bytes(text)
    with pytest.raises(InputError) as fault:
        read_tidy(path)
    assert told in str(fault.value)
    assert "\n" not in str(fault.value)


def test_months_may_be_dates_too_and_all_ways_may_stand_in_one_file(tmp_path):
    path = tmp_path / "own.csv"
    ways = ["2020-01", "2020M02", "202003", "2020-04-30", "31.5.2020"]
    path.write_text("series,month,value\n" + "".join(f"a,{way},1\n" for way in ways), "utf-8")
    assert read_tidy(path)["month"].astype(str).tolist() == ["2020-01", "2020-02", "2020-03", "2020-04", "2020-05"]


def test_two_hundred_thousand_rows_of_a_thousand_series_are_read_whole(tmp_path):
    path = tmp_path / "many.csv"
    months = pd.period_range("2009-01", periods=200, freq="M").astype(str)
    path.write_text("series,month,value\n" + "".join(
        f"s{number},{month},{number}\n" for number in range(1000) for month in months), "utf-8")
    frame = read_tidy(path)
    assert len(frame) == 200_000
    assert (frame.groupby("series", sort=False)["value"].sum().to_numpy() == 200 * np.arange(1000)).all()


def test_a_folder_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_tidy(tmp_path)
