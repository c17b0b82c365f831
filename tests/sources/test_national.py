"""The shipped outlook against the ministry's figures, and spoilt ones."""

import pytest

from sources.area import data_root
from sources.errors import InputError
from sources.national import read_outlook, read_shock

SETTINGS = """file: outlook.csv
source: own
status: estimate
unit: persons
published: 2026-05
published_status: estimate
series: {"unemployed:KOKO MAA": Maa}
"""
ROWS = "lahde;muuttuja;jakso;arvo\nx;Maa;2026;100\nx;Maa;2027;90\n"


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "tem"
    folder.mkdir()
    (folder / "outlook.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "outlook.csv").write_text("\ufeff" + ROWS, encoding="utf-8")
    return tmp_path


def test_the_outlook_is_the_ministrys():
    annual = read_outlook(data_root()).annual["unemployed:KOKO MAA"]
    assert annual.to_dict() == {2026: 342_000, 2027: 338_000, 2028: 324_000}


def test_the_shock_begins_with_the_pandemic():
    assert read_shock(data_root()).first == "2020-03"


def test_an_outlook_is_read_with_a_bom(root):
    assert read_outlook(root).annual["unemployed:KOKO MAA"].to_dict() == {2026: 100, 2027: 90}


def test_another_figure_or_another_source_is_another_outlook(root):
    hashes = {read_outlook(root).digest}
    for name, old, new in (("outlook.csv", "90", "91"), ("outlook.yaml", "source: own", "source: other")):
        path = root / "tem" / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        hashes.add(read_outlook(root).digest)
    assert len(hashes) == 3


@pytest.mark.parametrize(("rows", "told"), [
    ("", "column muuttuja: is missing"),
    ("lahde;muuttuja;jakso\nx;Maa;2026\n", "column arvo: is missing"),
    (ROWS.replace("Maa", "Muu"), "column muuttuja, Maa: has no rows"),
    (ROWS.replace("2027", "27"), "row 3, column jakso: '27' is not a year"),
    (ROWS.replace("2027", "2026"), "row 3: repeats row 2"),
    (ROWS.replace("2027", "2028"), "year 2027: is missing"),
    (ROWS.replace("90", "90,5"), "row 3, column arvo: '90,5' is not a number"),
    (ROWS.replace("90", "0"), "row 3, column arvo: '0' is not positive"),
    (ROWS + "lahde;muuttuja;jakso;arvo\n" + "x;Maa;jakso;1\n", "row 5, column jakso: 'jakso' is not a year"),
])
def test_a_spoilt_outlook_is_told_in_one_line(root, rows, told):
    (root / "tem" / "outlook.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_outlook(root)
    assert told in str(fault.value)
    assert "\n" not in str(fault.value)


def test_rubbish_and_a_folder_are_told(root):
    path = root / "tem" / "outlook.csv"
    path.write_bytes(b"\x89PNG\r\n\xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_outlook(root)
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_outlook(root)


def test_a_shock_that_ends_before_it_begins_is_told(root):
    (root / "tem" / "shock.yaml").write_text("name: x\nfirst: 2020-03\nlast: 2020-01\nsource: x\nstatus: estimate\n")
    with pytest.raises(InputError, match="the last month of the shock is before its first"):
        read_shock(root)
