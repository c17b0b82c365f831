"""A new scenario file: its own words to fill in, every other key as a comment, and a change to begin with."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scenarios.changes import Change
from scenarios.scenario import BASELINE, Scenario, library, read_scenario
from scenarios.schema import FILE, KEYS
from sources.errors import InputError, nearest
from sources.files import yaml_text

WORDS = ("title", "question", "author", "date", "baseline", "levers", "evidence")
EXAMPLES = {"law": "{end_of_index_freeze: index_returns}",
            "shocks": "[{since: 2027-03, until: 2027-12, arrivals: 1.2, outflow: 0.8}]",
            "window": "{from: 2027-01, until: 2027-12}"}
NOTICE = timedelta(days=184)  # no contract in a first change of the library has a longer one
COLUMN = 40  # of the comments


def headings() -> list[str]:
    """Names of the templates: those of the library's worked scenarios, one for each heading of the service plan."""
    return [name for name in library() if name != BASELINE]


def write_new(name: str, baseline: str, heading: str | None, author: str, today: date) -> Path:
    """Write the scenario file *name* and return its path.

    Parameters
    ----------
    name : path, with .yaml or without.
    baseline : of the library, or the path of a file.
    heading : one of ``headings``, whose first change the file makes; without one a change is only shown.

    Raises
    ------
    InputError : the file is there already or cannot be written, or there is no such baseline or heading.
    """
    path = Path(name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if heading is not None and heading not in headings():
        raise InputError("command line", f"option --template {heading}", "is no heading",
                         nearest(heading, headings()))
    text = new_text(path, baseline, heading, author, today)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(path, "", "is there already", "choose another name, or edit it") from None
    except OSError as fault:
        raise InputError(path, "", f"cannot be written ({fault.strerror})", "choose another folder") from None
    return path


def new_text(path: Path, baseline: str, heading: str | None, author: str, today: date) -> str:
    """What a new file at *path* holds; see write_new."""
    rests_on = read_scenario(baseline)
    if baseline.endswith((".yaml", ".yml")):
        baseline = Path(os.path.relpath(baseline, path.parent)).as_posix()
    words = {"title": path.stem, "question": "?", "author": author, "date": today, "baseline": baseline,
             "levers": "?", "evidence": "?"}
    return "\n".join([
        f"# yaml-language-server: $schema={FILE}",
        "# What is asked, and what differs from the baseline. docs/scenarios.md has all keys and paths.",
        f"# Is it sound? kuntaosuus scenario check {path.name}",
        f"# What does it change? kuntaosuus scenario show {path.name}",
        *(_line(key, yaml_text({key: words[key]}).strip()) for key in WORDS),
        "", "# Left out, these are the baseline's; take a line in by removing its first two characters.",
        *(_line(key, f"# {key}: {EXAMPLES.get(key) or _written(rests_on, key)}")
          for key in KEYS if key not in (*WORDS, "changes")),
        "", f"# {KEYS['changes'].capitalize()}. One of value, times, add, new, remove; times 0.5 is half.",
        _changes(heading, today)])


def _line(key: str, text: str) -> str:
    return f"{text:<{COLUMN}}  # {KEYS[key]}"


def _written(scenario: Scenario, key: str) -> str:
    return yaml_text({key: getattr(scenario, key)}).partition(": ")[2].strip()


def _changes(heading: str | None, today: date) -> str:
    """The first change of the *heading*, from a day that keeps notice; as a comment without one."""
    change = read_scenario(heading or headings()[0]).changes[0]
    text = yaml_text({"changes": [_begun(change, today)]})
    return text if heading else "".join(f"# {line}" for line in text.splitlines(keepends=True))


def _begun(change: Change, today: date) -> dict[str, Any]:
    """The *change* as a file writes it, begun no sooner than the first of a month after the notice."""
    written = change.model_dump(by_alias=True, exclude_unset=True)
    written.pop("until", None)
    if change.since:
        earliest = today + NOTICE
        after = date(earliest.year + earliest.month // 12, earliest.month % 12 + 1, 1)
        written["from"] = max(change.since, after)
    return written
