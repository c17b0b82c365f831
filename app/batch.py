"""The command ``kuntaosuus batch``."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import CORES, DataFolder, ResultsFolder, Workers, err, guarded, out, progress_bar
from sources.errors import InputError

if TYPE_CHECKING:
    from scenarios.decide.batch import Batch
    from scenarios.decide.bench import Bench

STOPPED, INTERRUPTED = 1, 130  # exit codes; 2 is wrong input


@guarded
def batch(
    plan: Annotated[Path, typer.Argument(metavar="PLAN.yaml", help="Which scenarios, and what is set in all of them.")],
    resume: Annotated[bool, typer.Option("--resume", help=(
        "Go on with a batch that was stopped; refuse if the plan, a scenario, the data or the program is no longer "
        "the same."))] = False,
    nightly: Annotated[bool, typer.Option("--nightly", help=(
        "For a scheduler: no bar, nothing on the console but the summary in JSON."))] = False,
    workers: Workers = CORES,
    data: DataFolder = None,
    results: ResultsFolder = Path("results"),
) -> None:
    """Run many scenarios at once: scenarios × draws × replications over processes, then their comparison.

    A plan is a small file:

      title: Syksyn vaihtoehdot
      scenarios: [baseline, job_broking, my.yaml]   # the others are held against the first
      draws: 40                                     # also replications, until, seed, services: for all of them

    Everything is checked before anything is simulated. Each unit is written, whole, as soon as it is done, so that
    Ctrl-C, a crash, a power cut or a full disk costs the units under way and no more: run the plan again, or with
    [bold]--resume[/bold] to be sure that it is still the same batch, and it ends with the same bytes.

    Writes a run of each scenario (without events, see kuntaosuus runs list), and results/batches/PLAN/ with
    summary.json, comparison.parquet and risk.parquet (rows as kuntaosuus compare --json), and log.txt.

    [bold]Exit codes[/bold]: 0 all is done; 1 it stopped with work left (summary.json says why); 2 the plan is wrong,
    nothing was simulated; 130 interrupted.

    Examples: [bold]kuntaosuus batch autumn.yaml[/bold], [bold]kuntaosuus batch night.yaml --nightly --resume ||
    kuntaosuus batch night.yaml --nightly[/bold]
    """
    from app.outcome import charts
    from scenarios.decide.batch import read_batch, run_batch
    from scenarios.decide.bench import Bench
    from scenarios.results import check_writable
    from scenarios.unit_store import UNITS, UnitStore
    from sources.area import data_root

    began = datetime.now()
    check_writable(results)
    bench = Bench(data_root(data), UnitStore(results / UNITS), workers)
    ready = read_batch(plan, bench, results, resume)
    log = _logger(ready, nightly)
    log(f"began: {ready.plan.title}")
    try:
        with _terminable(), _bar(nightly) as progress:
            told = run_batch(ready, replace(bench, progress=progress), results, charts, began, log)
    except (InputError, KeyboardInterrupt) as fault:
        _tell_stopped(ready, bench, began, fault, log, nightly)
    log(f"done: {told['simulated']} of {told['units']} units were simulated")
    if nightly:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for name, folder in told["runs"].items():
            out.print(f"{name}: {results / folder}", soft_wrap=True, highlight=False)
        if len(ready.names) > 1:
            out.print(f"Vertailu: {ready.folder} (kuntaosuus compare {' '.join(told['runs'].values())} "
                      f"--results {results})", soft_wrap=True, highlight=False)


def _tell_stopped(ready: Batch, bench: Bench, began: datetime, fault: BaseException, log: Callable[[str], None],
                  nightly: bool) -> None:
    """Say how far it came and how to go on; always ends the command."""
    from scenarios.decide.batch import stopped

    interrupted = isinstance(fault, KeyboardInterrupt)
    told = stopped(ready, bench, began, "interrupted" if interrupted else str(fault))
    text = f"{told['why']}: {told['done']} of {told['units']} units are done and kept"
    log(text)
    if nightly:
        print(json.dumps(told, ensure_ascii=False))
    err.print(f"error: {text}. Mend: kuntaosuus batch {ready.file} --resume", style="red", markup=False,
              highlight=False, soft_wrap=True)
    raise typer.Exit(INTERRUPTED if interrupted else STOPPED)


def _logger(ready: Batch, nightly: bool) -> Callable[[str], None]:
    """Lines with their time, at the end of the batch's log and, but for a nightly one, on stderr."""
    from scenarios.decide.batch import LOG

    def log(text: str) -> None:
        line = f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}"
        try:
            ready.folder.mkdir(parents=True, exist_ok=True)
            with (ready.folder / LOG).open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        except OSError as fault:
            err.print(f"the log cannot be written ({fault.strerror})", style="dim", markup=False)
        if not nightly:
            err.print(line, style="dim", markup=False, highlight=False, soft_wrap=True)

    return log


@contextmanager
def _terminable() -> Iterator[None]:
    """A request to end (SIGTERM), as a scheduler sends it, is an interruption like Ctrl-C."""
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _bar(nightly: bool) -> Iterator[Callable[[int, int], None]]:
    if nightly:
        yield lambda done, total: None
    else:
        with progress_bar("simulating") as progress:
            yield progress
