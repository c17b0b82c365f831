"""The commands that the pages show: found, and made into arguments that run in a folder of their own."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "results" / "README.md", ROOT / "notebooks" / "README.md",
         *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "data").rglob("README.md"))]
BASE, OTHER = "lahti-2026-08-perusura", "lahti-2026-08-jarru"
FILLED = {"RUN": BASE, "RUN_X": BASE, "RUN_Y": BASE, "OLD": BASE, "NEW": BASE, "KEY": "job_coaching", "M": "2026-08",
          "A": "baseline", "B": "budget", "SCENARIO": "baseline", "FILE.yaml": "my.yaml", "PLAN.yaml": "autumn.yaml",
          "SERIES": "unemployed:Lahti", "TABLE": "unemployed_lahti", "FOLDER": "law", "FILE": "kela_2026.csv"}
"""What stands for what a page leaves to the reader."""
NAMED = {("services", "show"): "job_coaching", ("scenario", "new"): "mine", ("scenario",): "budget",
         ("run",): "budget"}
"""What NAME is, by the command."""
INSTEAD = {
    ("scenario", "check", "FILE"): ["scenario", "check", "my.yaml"],
    ("compare", "lock:syksy"): ["compare", "lock:syksy", "lahti-2026-08-toinen"],
    ("runs", "verify"): ["runs", "verify", "lahti-2026-08-koe"],
    ("budget", "check", "my.yaml"): ["budget", "check", "data/lahti/budget.yaml"],
    ("runs", "query"): ["runs", "query", "SELECT count(*) FROM years"],
    ("data", "import", "FILE"): ["data", "import", "--help"],  # its files are those of a statistics service
    ("risk", "baseline"): ["risk", "short.yaml"],  # all draws of the scenario
    ("run", "--precision"): ["run", "baseline", "--precision", "50%"],
    ("validate", "--report"): ["validate", "--report", "validation.md"]}
MENTIONS = {"actuals import", "brake", "bridge", "data", "explain", "export", "report", "report excel",
            "producers", "report briefing", "reprice", "risk", "seek", "scenario new", "ledger", "variance"}
"""Named without what they need: they are asked for their help."""
SLOW = ("batch", "brake", "calibrate", "compare baseline", "compare lock:syksy", "explain lock:budget-2027",
        "forecast panel", "forecast backtest", "layers", "pilot", "risk baseline", "rules", "run", "seek", "tornado",
        "validate")
"""Simulated, or minutes each, also at a small size: run by ``make docs``."""
QUICK = ("tornado --list",)
FIRST = {"compare lock:syksy": ["run short.yaml", "scenario lock short.yaml --as syksy", "run other.yaml"],
         "explain lock:budget-2027": ["run short.yaml", "scenario lock short.yaml --as budget-2027"],
         "pilot": ["run baseline --until 2027-12 --results long"]}
"""What a page has done before it shows the command."""


def shown() -> list[str]:
    """Every command of the pages, as written and without what is said beside it, once."""
    return sorted({command for page in PAGES for command in _commands(page.read_text("utf-8"))})


def _commands(page: str) -> Iterator[str]:
    blocks = re.findall(r"```[a-z]*\n(.*?)```", page, re.S)
    lines = [part for block in blocks for line in block.splitlines()
             for part in re.split(r"\s{3,}(?=kuntaosuus)", line)]
    inline = re.findall(r"`([^`]*)`", re.sub(r"```.*?```", "", page, flags=re.S))
    for text in [*lines, *(re.sub(r"\s*\n\s*", " ", each) for each in inline)]:
        if found := re.match(r"(?:\.venv/bin/)?kuntaosuus ([a-z-].*)", text.strip()):
            yield re.split(r"\s+#|\s{3,}|\s>\s", found[1])[0].strip()


def is_slow(command: str) -> bool:
    """Whether it takes minutes."""
    return _begins(command, SLOW) and not _begins(command, QUICK) and command not in MENTIONS


def before(command: str) -> list[str]:
    """Commands to run before it."""
    return next((first for start, first in FIRST.items() if _begins(command, (start,))), [])


def _begins(command: str, starts: Iterable[str]) -> bool:
    """Whether *command* begins with the words of one of *starts*."""
    return any(command.split()[:len(start.split())] == start.split() for start in starts)


def arguments(command: str) -> list[str]:
    """What to give the program for *command*, its gaps filled."""
    if command in MENTIONS:
        return [*command.split(), "--help"]
    words = shlex.split(re.sub(r"\[([^\]]*)\]", r"\1", command).replace("…", ""))
    for start, other in INSTEAD.items():
        if tuple(words[:len(start)]) == start:
            return other
    words = [word.removesuffix("=") for word in words]
    for start, name in NAMED.items():
        if tuple(words[:len(start)]) == start:
            words = [name if word == "NAME" else word for word in words]
            break
    return [FILLED.get(word, word) for word in words]
