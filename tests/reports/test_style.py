"""The page every chart stands on: text has room, and a file is whole or absent."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from reports.style import Page, page, save, styled
from sources.errors import InputError

DAY = date(2026, 11, 24)
WORDS = "Kuntaosuus nousee ja sitova netto ylittyy"


@styled
def made(title: str, *notes: str) -> Page:
    return page(title, notes, source="Kela", date=DAY)


def kinds() -> dict[str, bytes]:
    return {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.mark.parametrize("kind", kinds())
def test_the_suffix_chooses_the_kind_and_the_same_figure_the_same_bytes(tmp_path: Path, kind: str) -> None:
    paths = [tmp_path / f"{name}.{kind}" for name in "ab"]
    for path in paths:
        save(made(WORDS).figure, path)
    assert paths[0].read_bytes().startswith(kinds()[kind]) and paths[0].read_bytes() == paths[1].read_bytes()


def test_a_png_has_the_size_of_the_page(tmp_path: Path) -> None:
    save(made(WORDS).figure, tmp_path / "new" / "a.png")
    content = (tmp_path / "new" / "a.png").read_bytes()
    # width and height stand in the header of the PNG format, W3C Portable Network Graphics, section 11.2.1
    assert [int.from_bytes(content[at:at + 4], "big") for at in (16, 20)] == [1650, 900]


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fan.png"
    path.write_bytes(b"older")

    def half(self: Figure, target: Path, **_) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", half)
    with pytest.raises(InputError, match=r"fan.png: cannot be written \(No space left on device\). Mend: "):
        save(made(WORDS).figure, path)
    assert path.read_bytes() == b"older" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["taken/fan.png", "."])
def test_a_folder_that_is_a_file_and_a_file_that_is_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "taken").write_text("text")
    with pytest.raises(InputError, match="cannot be written"):
        save(made(WORDS).figure, tmp_path / name)


@pytest.mark.parametrize("title", [WORDS, " ".join([WORDS] * 300), "x" * 10_000, "", "<b> $x$ \U0001f600 =1+1"])
def test_title_and_notes_of_any_length_stay_on_the_page_and_leave_room(title: str) -> None:
    sheet = made(title, title, title)
    axes = sheet.axes()
    head, foot = (text.get_window_extent() for text in sheet.figure.texts)
    plot, paper = axes.get_window_extent(), sheet.figure.bbox
    assert foot.y1 < plot.y0 < plot.y1 < (head.y0 if title else paper.y1)
    for box in (foot, head):
        assert paper.x0 <= box.x0 and box.x1 <= paper.x1 and paper.y0 <= box.y0 and box.y1 <= paper.y1
    assert plot.height > 0.2 * paper.height
