"""Each way in which a file cannot be read, told with its name and place."""

from __future__ import annotations

import gzip
import pickle
import re
from pathlib import Path

import pytest

from sources.errors import InputError, nearest
from sources.files import Strict, digest, numbers, read_csv, read_text, read_yaml

PACKED = gzip.compress(b"month,value\n" * 50, mtime=0)
BROKEN = PACKED[:12] + bytes(255 - byte for byte in PACKED[12:14]) + PACKED[14:]


class Price(Strict):
    euros: float


class Prices(Strict):
    year: int
    prices: dict[str, Price] = {}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_text_is_utf8_with_or_without_its_mark(tmp_path: Path) -> None:
    assert read_text(written(tmp_path, "a.txt", "Hämeenlinna".encode("utf-8-sig"))) == "Hämeenlinna"
    assert read_text(written(tmp_path, "a.txt.gz", gzip.compress("Hämeenlinna".encode()))) == "Hämeenlinna"


@pytest.mark.parametrize(("name", "content", "expected"), [
    ("latin.csv", "kunta\nHämeenlinna\n".encode("latin-1"), "byte 7: is not UTF-8 text. Mend: save the file as UTF-8"),
    ("cut.csv.gz", gzip.compress(b"month,value\n" * 50, mtime=0)[:-10], "cannot be read"),
    ("plain.csv.gz", b"month,value\n", "cannot be read"),
    ("empty.csv", b"", "column month: is missing"),
    ("twice.csv", b"month,value,value\n202501,1,2\n", "column value: stands twice"),
    ("broken.csv.gz", BROKEN, "cannot be read"),
    ("short.csv", b"month,value\n202501,1\n202502\n", "row 3: has 1 cells and the header 2"),
    ("blank.csv", b"month,value\n202501,1\n\n202502,1\n", "row 3: has 0 cells and the header 2"),
    ("wide.csv", b"month,value\n202501,1,2\n202502,1,2\n", "row 2: has 3 cells and the header 2"),
    ("other.csv", b"month,values\n202501,1\n", "column value: is missing"),
])
def test_unreadable_tables(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(InputError, match=re.escape(f"{path}: {expected}")):
        read_csv(path, ["month", "value"])


def test_missing_file_and_folder_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape(f"{tmp_path / 'none.csv'}: the file is missing")):
        read_csv(tmp_path / "none.csv", ["month"])
    with pytest.raises(InputError, match="cannot be read"):
        read_text(tmp_path)


@pytest.mark.parametrize("word", ["seven", "", "1,5", "1 000", "inf"])
def test_text_for_a_number_names_its_row(tmp_path: Path, word: str) -> None:
    path = written(tmp_path, "a.csv", f"month;value\n202501;1.5\n202502;{word}\n")
    frame = read_csv(path, ["value"], separator=";")
    with pytest.raises(InputError, match=re.escape(f"row 3, column value: '{word}' is not a number")):
        numbers(frame, "value", path)


@pytest.mark.parametrize(("text", "expected"), [
    ("year: 2026\nyaer: 2026\n", "key yaer, line 2: unknown key. Mend: write year"),
    ("year: 2026\nprices:\n  coaching:\n    euro: 1\n    euros: 1\n",
     "key prices.coaching.euro, line 4: unknown key. Mend: write euros"),
    ("year: 2026\nyear: 2027\n", "key year, line 2: stands twice"),
    ("year: 2026\nprices:\n  a: {euros: 1}\n  a: {euros: 2}\n", "key a, line 4: stands twice"),
    ("yaer: 2026\n", "key yaer, line 1: unknown key. Mend: write year"),
    ("note: '2026-02-31'\nyear: 2026-02-30\n", "line 2: holds a value that is none (day is out of range for month)"),
    ("year: \x01\n", "holds a value that is none (unacceptable character"),
    ("prices: {}\n", "key year: is missing. Mend: add year"),
    ("year: 2026\nprices:\n  coaching: {}\n", "key prices.coaching.euros, line 3: is missing"),
    ("year: next\n", "key year, line 1: Input should be a valid integer"),
    ("year: 2026\nprices:\n  coaching:\n    euros: dear\n", "key prices.coaching.euros, line 4: Input should be"),
    ("year: 2026\n\tprices: {}\n", "line 2: is not YAML"),
    ("year: [2026\n", "line 2: is not YAML"),
    ("- year\n", "holds no keys"),
    ("", "holds no keys"),
])
def test_faulty_yaml(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, "a.yaml", text)
    with pytest.raises(InputError, match=re.escape(f"{path}: {expected}")):
        read_yaml(path, Prices)


def test_right_yaml_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    prices = read_yaml(written(tmp_path, "a.yaml", "year: 2026\nprices:\n  coaching: {euros: 800}\n"), Prices)
    assert prices.prices["coaching"].euros == 800
    with pytest.raises(ValueError, match="frozen"):
        prices.year = 2027


def test_digest_tells_contents_and_names_apart(tmp_path: Path) -> None:
    first, second = written(tmp_path, "a", "1"), written(tmp_path, "b", "2")
    before = digest(first, second)
    assert before == digest(second, first)
    written(tmp_path, "b", "3")
    assert digest(first, second) != before


def test_an_error_survives_the_way_between_processes() -> None:
    error = InputError("a.yaml", "key b", "is missing", "add b")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "a.yaml: key b: is missing. Mend: add b."


def test_a_word_unlike_any_gets_all_of_them() -> None:
    assert nearest("zzz", ["seed", "horizon"]) == "use one of horizon, seed"
