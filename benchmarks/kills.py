"""A batch killed at random moments and resumed until it is done, against one that nothing stopped.

`python -m benchmarks.kills [--kills 30]`: each time the batch is started in a process of its own, killed with SIGKILL
at a random moment (keyed, so the same in every try), and started again with --resume. In the end all bytes but those
of log and summary must be the same.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from scenarios.results import checksums
from scenarios.unit_store import UNITS

PLAN = "title: Katko\nscenarios: [baseline, more.yaml]\ndraws: 60\nuntil: 2027-12\nservices: false\n"
MORE = ("title: Enemmän tulijoita\nquestion: Mitä?\nauthor: Mittaus\ndate: 2026-11-24\nbaseline: baseline\n"
        "shocks: [{since: 2026-10, until: 2026-12, arrivals: 1.2}]\n")


def report(kills: int) -> None:
    """Print how many kills fell where, and whether all bytes are the same; exit code 1 if not."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.yaml"
        plan.write_text(PLAN, encoding="utf-8")
        plan.with_name("more.yaml").write_text(MORE, encoding="utf-8")
        whole, torn = Path(folder) / "whole", Path(folder) / "torn"
        began = time.monotonic()
        _run(plan, whole)
        lasts = time.monotonic() - began
        luck, done, deaths = np.random.default_rng(2026), list[int](), 0
        while deaths < kills:
            process = _start(plan, torn, *(["--resume"] if (torn / "batches" / "plan" / "state.json").exists() else []))
            with suppress(subprocess.TimeoutExpired):  # any moment of a whole batch: loading, simulating, writing
                process.wait(lasts * luck.random())
                shutil.rmtree(torn)  # it came to its end: begin anew with what is left of the kills
                continue
            process.kill()
            process.wait()
            deaths += 1
            done.append(len(list(torn.glob(f"{UNITS}/*/*.unit"))))
        told = _run(plan, torn)
        same = _bytes(whole) == _bytes(torn)
    print(f"{deaths} kills, with {min(done)} to {max(done)} of {told['units']} units kept; bytes equal: {same}")
    sys.exit(not same)


def _start(plan: Path, results: Path, *options: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", "from app.cli import main; main()", "batch", str(plan), "--results",
                             str(results), "--nightly", *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _run(plan: Path, results: Path) -> dict:
    return json.loads(_start(plan, results).communicate()[0])


def _bytes(results: Path) -> dict[str, str]:
    return {name: value for name, value in checksums(results).items() if not name.endswith(("log.txt", "summary.json"))}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--kills", type=int, default=30)
    report(**vars(options.parse_args()))
