"""Copies of the observed data that a test may spoil, with the original left alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sources.area import data_root


@pytest.fixture
def data() -> Path:
    """The observed data, to be read only."""
    return data_root()


@pytest.fixture
def copy(tmp_path: Path, data: Path) -> Path:
    """A copy of the observed data, to be spoiled."""
    return Path(shutil.copytree(data, tmp_path / "data"))


@pytest.fixture
def edited(copy: Path) -> Callable[[str, str, str], Path]:
    """Function (file, old, new) → path of the copy of *file* in which *old* has become *new*."""

    def edit(name: str, old: str, new: str) -> Path:
        path = copy / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return edit
