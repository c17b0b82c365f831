"""What the pages say of the program: every command and option they name is there, and the glossary can be looked up."""

import re
from pathlib import Path

import pytest
import typer

from app.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "results" / "README.md", *sorted((ROOT / "docs").glob("*.md")),
         *sorted((ROOT / "data").rglob("README.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_that_a_page_names_is_there(page):
    group = typer.main.get_command(app)
    for line in re.findall(r"(?:^|`|/)kuntaosuus ((?:[a-z]+|--[a-z]).*?)(?:`|\s#|$)", page.read_text("utf-8"), re.M):
        command = group
        for word in line.split():
            if not hasattr(command, "commands") or word.startswith("-"):
                break
            assert word in command.commands, f"{page.name}: kuntaosuus {line}"
            command = command.commands[word]
        known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= known, f"{page.name}: kuntaosuus {line}"


def test_glossary_rows_are_in_the_order_of_the_finnish_alphabet_and_none_stands_twice():
    table = (ROOT / "docs" / "glossary.md").read_text("utf-8").split("|---|---|---|\n")[1]
    words = [row.split("|")[1].strip().lower() for row in table.strip().splitlines()]
    assert words == sorted(set(words), key=lambda word: word.translate(str.maketrans("åäö", "{|}")))
