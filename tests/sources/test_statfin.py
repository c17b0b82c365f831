"""Durations and stocks against the figures that Statistics Finland printed, and each fault that a file can have."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from math import inf
from pathlib import Path

import pandas as pd
import pytest

from sources.errors import InputError
from sources.statfin import read_duration_stock, read_survival, read_unemployed

SURVIVAL = "statfin/hameenlinna_virta_yli_1_3_6_12kk_2015M01_2020M06.csv"
DURATION = "statfin/hameenlinna_tyottomat_kestoluokittain_ika_2006M01_2020M06.csv.gz"
UNEMPLOYED = "statfin/lahti_tyottomat_2006M01_2023M10.csv"
AREA = "Hämeenlinna"
YEAR_2019 = pd.period_range("2019-01", "2019-12", freq="M")


def test_survival_of_2017_to_2019(data: Path) -> None:
    survival = read_survival(data / SURVIVAL)
    assert survival.index.equals(pd.period_range("2015-01", "2020-06", freq="M", name="month"))
    mean = survival.loc["2017":"2019"].mean()
    assert (100 * mean).round(1).to_dict() == {1: 72.9, 3: 44.2, 6: 24.9, 12: 11.7}


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("2015M02,81.8", "2015M02,181.8", "row 3, column %-Virta yli 1kk työttömyyteen: 181.8 is not a percentage"),
    ("2015M02,81.8", "2015M02,paljon", "row 3, column %-Virta yli 1kk työttömyyteen: 'paljon' is not a number"),
    ("2015M02,81.8", "2015M01,81.8", "row 3: repeats row 2: 2015-01"),
    ("2015M02,81.8", "2014M12,81.8", "month 2015-02: is missing"),
    ("2015M02,81.8", "helmikuu,81.8", "row 3, column Kuukausi: 'helmikuu' is not a month"),
    ("%-Virta yli 6kk", "%-Virta yli 7kk", "column %-Virta yli 6kk työttömyyteen: is missing"),
])
def test_faulty_survival_is_refused(edited, old: str, new: str, expected: str) -> None:
    path = edited(SURVIVAL, old, new)
    with pytest.raises(InputError, match=re.escape(f"{path}: {expected}")):
        read_survival(path)


def test_survival_needs_the_totals(copy: Path) -> None:
    path = copy / SURVIVAL
    path.write_text(path.read_text(encoding="utf-8").replace("Yhteensä", "Miehet"), encoding="utf-8")
    with pytest.raises(InputError, match="no row is Yhteensä"):
        read_survival(path)


def test_duration_stock_of_2019(data: Path) -> None:
    stock = read_duration_stock(data / DURATION, AREA)
    year = stock[(stock["age"] == "all") & stock["month"].isin(YEAR_2019)]
    by_class = year.groupby("lower_week")["unemployed"].mean().round()
    assert by_class.tolist() == [75, 178, 233, 321, 212, 551, 294, 199, 252, 155, 173, 106, 84, 156]
    assert year.groupby("month")["unemployed"].sum().mean() == pytest.approx(2990, abs=1)


def test_duration_classes_touch_and_end_open(data: Path) -> None:
    stock = read_duration_stock(data / DURATION, AREA)
    classes = stock[["lower_week", "upper_week"]].drop_duplicates().sort_values("lower_week")
    assert classes["lower_week"].iloc[1:].tolist() == classes["upper_week"].iloc[:-1].tolist()
    assert (classes["lower_week"].iloc[0], classes["upper_week"].iloc[-1]) == (0, inf)
    assert len(stock) == 4 * 14 * 174


def test_hidden_counts_are_not_zero(data: Path) -> None:
    stock = read_duration_stock(data / DURATION, AREA)
    assert stock["unemployed"].isna().sum() == 395  # empty cells of the published file
    seen = stock["unemployed"].dropna()
    assert seen[seen > 0].min() == 5  # so that an empty cell hides 1 to 4


@pytest.fixture
def spoiled(copy: Path) -> Callable[[str, str], Path]:
    """Function (old, new) → the packed duration table in which *old* has become *new*."""

    def spoil(old: str, new: str) -> Path:
        path = copy / DURATION
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
        assert old in text
        path.write_bytes(gzip.compress(text.replace(old, new, 1).encode("utf-8")))
        return path

    return spoil


FIRST = "Hämeenlinna,Yhteensä,Yhteensä,Alle viikon,2006M01,"


@pytest.mark.parametrize(("old", "new", "expected"), [
    (FIRST, FIRST.replace("Alle viikon", "Alle vikon"), "'Alle vikon' is unknown. Mend: write Alle viikon"),
    (FIRST, FIRST.replace("Yhteensä,Alle", "25-49 työnhakijat,Alle"), "Mend: write 25-49v työnhakijat"),
    (FIRST, FIRST.replace("2006M01", "2006M02"), "repeats row"),
    (FIRST, FIRST.replace("Hämeenlinna", "Kouvola"), "month 2006-01, age all, class from week 0: has no row"),
    (FIRST, FIRST + "x", "is not a number"),
    (FIRST, FIRST + "-", "is not a count"),
    ("Kesto,", "Aika,", "column Kesto: is missing"),
])
def test_faulty_duration_stock_is_refused(spoiled, old: str, new: str, expected: str) -> None:
    path = spoiled(old, new)
    with pytest.raises(InputError, match=re.escape(expected)) as fault:
        read_duration_stock(path, AREA)
    assert fault.value.file == str(path)


def test_unknown_area_gets_the_nearest(data: Path) -> None:
    with pytest.raises(InputError, match="area Hameenlinna: has no rows. Mend: write Hämeenlinna"):
        read_duration_stock(data / DURATION, "Hameenlinna")


def test_unemployed_at_month_end(data: Path) -> None:
    unemployed = read_unemployed(data / UNEMPLOYED)
    assert len(unemployed) == 214
    assert unemployed["2016"].mean().round() == 9641 and unemployed["2019"].mean().round() == 7364  # yearly means
    assert unemployed["2019-12"] == 7640  # the city's release


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("2006M02,7950", "2006M02,n. 7950", "row 3, column TYOTTOMATLOPUSSA: 'n. 7950' is not a number"),
    ("KU398,2006M02,", "KU398,2006M01,", "row 3: repeats row 2: 2006-01"),
    ("KU398,2006M02,", "KU398,2005M12,", "month 2006-02: is missing"),
])
def test_faulty_unemployed_is_refused(edited, old: str, new: str, expected: str) -> None:
    path = edited(UNEMPLOYED, old, new)
    with pytest.raises(InputError, match=re.escape(f"{path}: {expected}")):
        read_unemployed(path)
