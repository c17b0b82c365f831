"""Counts that releases quote: read, and refused in one line."""

import pytest

from sources.errors import InputError
from sources.press_points import read_press_points

HEADER = "kuukausi,tyottomat,keskivirhe,lahde\n"


def test_counts_come_by_month_with_their_errors(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("\ufeff" + HEADER + "2024M02,8231,0,uutinen\n202401,8265,40,johdettu\n", "utf-8")
    points = read_press_points(path)
    assert points.index.astype(str).tolist() == ["2024-01", "2024-02"]
    assert points[["unemployed", "error"]].to_numpy().tolist() == [[8265, 40], [8231, 0]]


@pytest.mark.parametrize(("text", "told"), [
    ("", "column kuukausi: is missing"),
    (HEADER, "holds no rows"),
    (HEADER.replace("keskivirhe,", "") + "2024M01,8265,x\n", "column keskivirhe: is missing"),
    (HEADER + "tammikuu,8265,0,x\n", "row 2, column kuukausi: 'tammikuu' is not a month"),
    (HEADER + "2024M01,0,0,x\n", "row 2, column tyottomat: '0' is not above 0"),
    (HEADER + "2024M01,-5,0,x\n", "row 2, column tyottomat: '-5' is not a count"),
    (HEADER + "2024M01,8265,-1,x\n", "row 2, column keskivirhe: '-1' is negative"),
    (HEADER + "2024M01,8265,0,\n", "row 2, column lahde: '' is no source"),
    (HEADER + "2024M01,8265,0,x\n2024-01,8265,0,x\n", "row 3: repeats row 2"),
])
def test_a_spoilt_file_is_told_in_one_line(tmp_path, text, told):
    path = tmp_path / "points.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as fault:
        read_press_points(path)
    assert told in str(fault.value) and "\n" not in str(fault.value)
