"""The command line as its user meets it: a command run, the one line of a fault, a data folder that may be spoiled."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app
from sources.area import data_root


@pytest.fixture(scope="session")
def kuntaosuus() -> Callable[..., Any]:
    """Function (arguments of the command) → its result."""
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture(scope="session")
def told(kuntaosuus) -> Callable[..., str]:
    """Function (arguments of a command that fails) → its error, seen to be one line with a mend and no traceback."""

    def line_of(*arguments) -> str:
        result = kuntaosuus(*arguments)
        assert result.exit_code == 2, result.output
        line = result.stderr.strip()
        assert line.startswith("error: ") and "\n" not in line and "Mend: " in line
        assert "Traceback" not in result.output
        return line

    return line_of


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy of the data folder."""
    return Path(shutil.copytree(data_root(), tmp_path / "data"))
