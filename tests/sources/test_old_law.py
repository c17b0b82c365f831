"""Months under the law before 2025: Kela's own sums, and each fault that the file can have."""

from __future__ import annotations

import pytest

from sources.errors import InputError
from sources.old_law import CLASSES, OLD_LAW, read_old_law

FILE = "kela/hameenlinna_tyomarkkinatuki_kuntaosuus_2015M01_2020M06.csv"
FIRST = "2015M01,975,703633.24,20998,411040.02,201,144313.56,4320,72156.78,"


def test_published_months_are_read_as_they_stand(data) -> None:
    name, table = read_old_law(data)
    assert name == "Hämeenlinna" and table["day_class"].tolist()[:4] == list(CLASSES)
    assert (str(table["month"].min()), str(table["month"].max()), len(table)) == ("2015-01", "2020-06", 66 * 4)
    first = table.set_index(["month", "day_class"]).loc["2015-01"]
    assert first.loc["total"].tolist() == [975, 703633.24, 20998, 411040.02]
    assert first.loc["1000-"].tolist() == [403, 296117.0, 8733, 207281.9]


def test_kela_billed_half_to_1000_days_and_seventy_per_cent_beyond(data) -> None:
    """The law of 2015-2024, as Kela's own euros have it; months in whole euros are off by their rounding."""
    table = read_old_law(data)[1].pivot(index="month", columns="day_class")
    for day_class, share in {"300-499": 0.5, "500-999": 0.5, "1000-": 0.7}.items():
        assert table["euros"][day_class].to_numpy() == pytest.approx(share * table["paid"][day_class], abs=0.71)


@pytest.mark.parametrize(("old", "new", "told"), [
    ("Etuudet300", "Etuudet", "column Etuudet300: is missing"),
    ("Saajat500", "Saajat300", "column Saajat300: stands twice"),
    ("2015M02,", "2015M01,", "row 3: repeats row 2"),
    ("2015M02,", "2014M02,", "2014-03: is missing"),
    ("2015M02,", "helmikuu,", "row 3, column Kuukausi: 'helmikuu' is not a month"),
    (FIRST, FIRST.replace("4320", "4321"), "row 2, column PäivätYhteensä: says 20998.00, its classes sum to 20999"),
    (FIRST, FIRST.replace("72156.78", "72156.79"), "row 2, column OsuusYhteensä"),
    (FIRST, FIRST.replace("4320", "43.5"), "row 2, column Päivät300: '43.5' is not a count"),
    (FIRST, FIRST.replace("72156.78", "x"), "row 2, column Osuus300: 'x' is not a number"),
    (FIRST, FIRST.replace("72156.78", '"72156,78"'), "row 2, column Osuus300: '72156,78' is not a number"),
    (FIRST, FIRST.replace("72156.78", "72156,78"), "row 2: has 18 cells"),
])
def test_a_fault_names_file_and_row(edited, old, new, told) -> None:
    path = edited(FILE, old, new)
    with pytest.raises(InputError) as fault:
        read_old_law(path.parents[1])
    assert told in str(fault.value) and str(path) in str(fault.value)


def test_a_second_header_is_told_as_a_row_without_a_month(copy) -> None:
    path = copy / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text + text.splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 68, column Kuukausi"):
        read_old_law(copy)


def test_a_byte_order_mark_changes_nothing(copy, data) -> None:
    path = copy / FILE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_old_law(copy)[1].equals(read_old_law(data)[1])


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"Kuukausi\n"])
def test_rubbish_is_told_in_one_line(copy, content) -> None:
    (copy / FILE).write_bytes(content)
    with pytest.raises(InputError, match="hameenlinna.*Mend: "):
        read_old_law(copy)


def test_header_without_rows_missing_file_and_unknown_key(copy, edited) -> None:
    path = copy / FILE
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds no months"):
        read_old_law(copy)
    path.unlink()
    with pytest.raises(InputError, match="the file is missing"):
        read_old_law(copy)
    edited(OLD_LAW, "name:", "nmae:")
    with pytest.raises(InputError, match="unknown key. Mend: write name"):
        read_old_law(copy)
