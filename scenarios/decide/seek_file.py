"""The answer of a seek as a scenario file, to be run, compared and changed like any other."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML

from scenarios.decide.lever import changes
from scenarios.decide.seek import Sought
from scenarios.scenario import library
from sources.errors import InputError
from sources.files import written_whole


def check_new(path: Path) -> None:
    """InputError unless a scenario can be written to *path* without losing what is there."""
    if path.suffix not in (".yaml", ".yml"):
        raise InputError(path, "option --save", "is no .yaml file", "give it a name that ends in .yaml")
    if path.exists():
        raise InputError(path, "option --save", "is there already", "choose another name, or remove it first")


def write_scenario(sought: Sought, baseline: str, evidence: str, path: Path) -> None:
    """Write the answer of *sought* to *path*.

    Parameters
    ----------
    baseline : the scenario that the seek started from, as it was named.
    evidence : what was found, in a sentence.
    """
    question = sought.question
    content = {
        "title": question.title,
        "question": f"Mikä arvo täyttää tavoitteen {question.target.text} vuonna {question.year}?",
        "author": "kuntaosuus seek",
        "date": question.scenario.date,
        "baseline": _named_from(path.parent, baseline),
        "levers": ", ".join(lever.at for lever in question.levers),
        "evidence": evidence,
        "changes": [each.model_dump(by_alias=True, include={"at", "since", "value", "why"})
                    for each in changes(question.levers, sought.found.place, f"haku: {question.target.text}")],
    }
    yaml, text = YAML(), StringIO()
    yaml.width, yaml.allow_unicode = 120, True
    yaml.dump(content, text)
    with written_whole(path, "check its folder and rights") as draft:
        draft.write_text(text.getvalue(), encoding="utf-8")


def _named_from(folder: Path, name: str) -> str:
    """*name* as a file in *folder* names it: one of the library stays, a path is told from there."""
    if name in library():
        return name
    return Path(os.path.relpath(Path(name).resolve(), folder.resolve())).as_posix()
