"""A municipality is found by its folder, and what it lacks is told by name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from sources.area import data_root, load_area
from sources.errors import InputError
from sources.kela import read_share


def refusal(name: str, root: Path) -> str:
    with pytest.raises(InputError) as fault:
        load_area(name, root)
    return str(fault.value)


def test_a_municipality_and_all_its_files(data: Path) -> None:
    area = load_area("lahti", data)
    assert (area.name, area.title, area.code) == ("lahti", "Lahti", "398")
    assert len(set(area.files())) == 8 and all(file.is_file() for file in area.files())


def test_another_municipality_is_a_folder_of_data(copy: Path) -> None:
    shutil.copytree(copy / "lahti", copy / "heinola")
    settings = copy / "heinola" / "settings.yaml"
    text = settings.read_text(encoding="utf-8").replace("name: Lahti", "name: Heinola").replace('"398"', '"111"')
    settings.write_text(text.replace("kela/lahti_monthly", "kela/heinola_monthly"), encoding="utf-8")
    share = (copy / "kela/lahti_monthly.csv").read_text(encoding="utf-8").replace(";398;", ";111;")
    (copy / "kela/heinola_monthly.csv").write_text(share, encoding="utf-8")
    area = load_area("heinola", copy)
    assert len(read_share(area.kela_share, area.code, area.known_breaks)) == 462


def test_an_unknown_municipality_gets_the_nearest(copy: Path) -> None:
    assert "there is no municipality lathi; there are: lahti. Mend: write lahti" in refusal("lathi", copy)


def test_a_folder_without_settings_is_no_municipality(copy: Path) -> None:
    assert "kela/settings.yaml: there is no municipality kela; there are: lahti" in refusal("kela", copy)


def test_an_empty_data_folder(tmp_path: Path) -> None:
    assert "holds no municipality" in refusal("lahti", tmp_path)


def test_half_the_files_are_listed(copy: Path) -> None:
    gone = ["kela/lahti_monthly.csv", "statfin/lahti_tyottomat_2006M01_2023M10.csv", "lahti/assumptions.yaml",
            "kela/known_breaks.yaml"]
    for name in gone:
        (copy / name).unlink()
    told = refusal("lahti", copy)
    assert told.startswith(f"{copy / 'lahti/settings.yaml'}: of the files of Lahti, 4 are missing")
    assert all(str(copy / name) in told for name in gone)


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("kela_share:", "kela_shares:", "key files.kela_shares, line 5: unknown key. Mend: write kela_share"),
    ("name: Lahti", "name: Lahti\nname: Lahti", "key name, line 3: stands twice"),
    ("name: Lahti\n", "", "key name: is missing. Mend: add name"),
    ('code: "398"', "code: 398", "key code, line 3: Input should be a valid string"),
    ('code: "398"', 'code: "98"', "key code, line 3: String should match pattern"),
    ("name: Lahti", "name: [Lahti]", "key name, line 2: Input should be a valid string"),
    ("name: Lahti", "name: [Lahti", "is not YAML"),
])
def test_faulty_settings_are_refused(edited, old: str, new: str, expected: str) -> None:
    path = edited("lahti/settings.yaml", old, new)
    told = refusal("lahti", path.parents[1])
    assert told.startswith(f"{path}: ") and expected in told


def test_the_chosen_data_folder_comes_first(tmp_path: Path) -> None:
    assert data_root(tmp_path) == tmp_path
    with pytest.raises(InputError, match=re.escape(f"{tmp_path / 'none'}: the data folder is missing")):
        data_root(tmp_path / "none")


def test_the_data_folder_without_a_choice_holds_municipalities() -> None:
    assert (data_root() / "lahti" / "settings.yaml").is_file()
