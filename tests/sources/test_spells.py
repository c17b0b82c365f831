"""A city's own spells: read as written, refused in one line that never quotes what is personal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sources.errors import InputError
from sources.spells import read_unemployment_spells

GOOD = """\
id,start,end,exit,birth_year,foreign_language,sex,entry
a7,2024-01-31,2024-02-29,work,1999,0,female,
a7,2024-02-29,,,1999,0,female,
b2,2023-05-01,2024-05-01,,1960,1,male,2024-01-01
c9,2024-03-01,2024-03-02,other,1974,0,male,
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "spells.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path
    return write


def test_spells_are_read_as_written(write):
    spells = read_unemployment_spells(write(GOOD))
    assert spells["person"].tolist() == [0, 0, 1, 2]
    assert spells["end"].isna().tolist() == [False, True, False, False]
    assert spells["entry"].dt.strftime("%Y-%m-%d").tolist() == ["2024-01-31", "2024-02-29", "2024-01-01", "2024-03-01"]
    assert spells["exit"].tolist() == ["work", "", "", "other"]
    # ages at the start, from the year of birth: 25, 25, 63, 50
    assert spells["age_group"].tolist() == ["25-49", "25-49", "50+", "50+"]
    assert spells["foreign_language"].tolist() == [False, False, True, False]
    assert "reduced_ability" not in spells


@pytest.mark.parametrize(("age", "group"), [(15, "15-24"), (24, "15-24"), (25, "25-49"), (49, "25-49"), (50, "50+")])
def test_age_groups_begin_where_the_statistics_begin_them(write, age, group):
    assert read_unemployment_spells(write(f"id,start,end,exit,age\nx,2024-01-01,,,{age}\n"))["age_group"][0] == group


def test_a_bom_and_the_line_ends_of_windows_are_read(write):
    text = "\ufeff" + GOOD.replace("\n", "\r\n")
    pd.testing.assert_frame_equal(read_unemployment_spells(write(text)), read_unemployment_spells(write(GOOD)))


@pytest.mark.parametrize("code", ["131052-308T", "010190A123B", "311299+9012", "010504y123b", "born 131052-308T"])
@pytest.mark.parametrize("column", ["id", "birth_year", "exit"])
def test_an_identity_code_is_refused_wherever_it_stands_and_is_not_told(write, code, column):
    cells = dict(zip(("id", "start", "end", "exit", "birth_year"), ("x", "2024-01-01", "2024-02-01", "work", "1980"),
                     strict=True)) | {column: code}
    with pytest.raises(InputError, match="personal identity code") as told:
        read_unemployment_spells(write(f"{','.join(cells)}\n{','.join(cells.values())}\n"))
    assert code not in str(told.value)
    assert f"row 2, column {column}" in str(told.value)


@pytest.mark.parametrize("pseudonym", ["991399-308T", "131052308", "a131052-30", "131052-308TX", "2024-01-01"])
def test_a_pseudonym_that_is_no_identity_code_is_taken(write, pseudonym):
    assert len(read_unemployment_spells(write(f"id,start,end,exit,age\n{pseudonym},2024-01-01,,,30\n"))) == 1


@pytest.mark.parametrize(
    ("old", "new", "where", "fault"),
    [
        ("id,start", "tunnus,start", "column id", "missing"),
        (",sex,", ",nimi,", "column 7", "none of those"),
        (",sex,", ",exit,", "column exit", "stands twice"),
        ("birth_year,", "", "row 2", "cells"),
        ("2024-01-31", "31.1.2024", "row 2, column start", "not a date"),
        ("2024-01-31", "2024-02-30", "row 2, column start", "not a date"),
        ("2024-01-31", "0204-01-31", "row 2, column start", "sixty years"),
        ("2024-03-02", "2204-03-02", "row 5, column end", "sixty years"),
        ("2023-05-01", "", "row 4, column start", "not a date"),
        ("2024-03-02", "2024-03-01", "row 5, column end", "not after start"),
        ("2024-03-02", "2024-02-02", "row 5, column end", "not after start"),
        ("other", "kesken", "row 5, column exit", "not known"),
        (",,,1999", ",,work,1999", "row 3, column exit", "without an end"),
        ("2024-02-29,,,", "2024-02-28,,,", "rows 2 and 3", "overlap"),
        ("2024-02-29,work", ",", "rows 2 and 3", "overlap"),
        ("male,2024-01-01", "male,2024-05-01", "row 4, column entry", "outside its spell"),
        ("1974", "74", "row 5, column birth_year", "whole age"),
        ("1974", "1974,5", "row 5", "cells"),
        ("1974", "2020", "row 5, column birth_year", "whole age"),
        ("0,male", "kyllä,male", "row 5, column foreign_language", "not known"),
        ("0,male", "0,mies", "row 5, column sex", "not known"),
        ("c9", " ", "row 5, column id", "empty"),
        ("c9,", "id,start,end,exit,birth_year,foreign_language,sex,entry\nc9,", "row 5, column start", "not a date"),
    ],
)
def test_a_fault_is_told_by_row_and_column(write, old, new, where, fault):
    assert old in GOOD
    with pytest.raises(InputError) as told:
        read_unemployment_spells(write(GOOD.replace(old, new, 1)))
    assert where in str(told.value)
    assert fault in str(told.value)
    for personal in ("a7", "1999", "kesken", "mies", "2024-02-30", "31.1.2024"):
        assert personal not in str(told.value)


@pytest.mark.parametrize("content", ["", "\n", "id,start,end,exit,age\n", b"\x89PNG\r\n\x1a\n\xff", b"\x00" * 3])
def test_what_is_no_table_of_spells_is_refused(write, content):
    with pytest.raises(InputError):
        read_unemployment_spells(write(content))


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError):
            read_unemployment_spells(path)


def test_one_way_to_give_the_age_is_asked(write):
    for header, row in (("id,start,end,exit", "x,2024-01-01,,"), ("id,start,end,exit,age,birth_year",
                                                                  "x,2024-01-01,,,30,1994")):
        with pytest.raises(InputError, match="age_group, age, birth_year"):
            read_unemployment_spells(write(f"{header}\n{row}\n"))
