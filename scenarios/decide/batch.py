"""A batch: many scenarios at once, for a night or a committee, that can be interrupted at any moment and goes on.

Every unit is kept as soon as it is done (``unit_store``), every scenario's run is written when its units are all there,
and the comparison last. Nothing is ever half-written, so whoever runs the plan again ends with the same bytes, whatever
ended it the first time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from scenarios.decide.bench import Bench
from scenarios.decide.compare import compared, measured
from scenarios.results import write_results
from scenarios.run import Outcome, summary
from scenarios.scenario import Draws, Replications, Seed, Until, read_scenario
from scenarios.unit_store import Prepared, missing_units, units_of
from sources.errors import InputError
from sources.files import Strict, read_yaml, written_whole

BATCHES = "batches"  # in the folder of results
STATE, SUMMARY, COMPARISON, RISK, LOG = "state.json", "summary.json", "comparison.parquet", "risk.parquet", "log.txt"
SPACE = "free space or choose another folder with --results, and go on with --resume"
HEADLINES = (("benefit_share", "total"), ("operating", "total"), ("net", "total"))


class BatchFile(Strict):
    """Schema of a plan: scenarios, the first of which the others are held against, and what is set in all of them."""

    title: Annotated[str, Field(min_length=1)]
    scenarios: Annotated[list[str], Field(min_length=1)]
    draws: Draws | None = None
    replications: Replications | None = None
    until: Until | None = None
    seed: Seed | None = None
    services: bool | None = None


@dataclass(frozen=True, eq=False)
class Batch:
    """A plan ready to run.

    Attributes
    ----------
    file : where it stands.
    names, prepared : its scenarios.
    folder : of its state, log, summary and comparison.
    """

    file: Path
    plan: BatchFile
    names: list[str]
    prepared: list[Prepared]
    folder: Path

    @property
    def state(self) -> dict[str, str]:
        """Name and unit key of every scenario: what must be the same for the batch to be the same."""
        return {name: one.key for name, one in zip(self.names, self.prepared, strict=True)}

    def units(self, bench: Bench) -> tuple[int, int]:
        """How many units are there, and how many there are to be, baselines among them."""
        every = missing_units(self.prepared, range(self.draws), None)
        return len(every) - len(missing_units(self.prepared, range(self.draws), bench.store)), len(every)

    @property
    def draws(self) -> int:
        """Of every scenario."""
        return self.prepared[0].scenario.draws


def read_batch(file: Path, bench: Bench, results: Path, resume: bool = False) -> Batch:
    """The plan in *file*, all its scenarios checked.

    Raises
    ------
    InputError : the plan or a scenario is wrong, or with *resume*, there is nothing to go on with or it has become
        another batch since.
    """
    plan = read_yaml(file, BatchFile)
    names = _paths(plan.scenarios, file)
    if len(set(names)) < len(names):
        raise InputError(file, "key scenarios", "names one twice", "name each once")
    changes = {key: value for key in ("draws", "replications", "until", "seed", "services")
               if (value := getattr(plan, key)) is not None}
    prepared = [bench.prepared(read_scenario(name).model_copy(update=changes)) for name in names]
    if len({one.scenario.draws for one in prepared}) > 1:
        raise InputError(file, "key draws", "is missing, and the scenarios have different ones", "set it for all")
    batch = Batch(file, plan, names, prepared, results / BATCHES / file.stem)
    if resume:
        _check_same(batch)
    return batch


def _paths(names: Sequence[str], file: Path) -> list[str]:
    """Scenarios by name or path; a relative path is beside the plan."""
    return [str(file.parent / name) if name.endswith((".yaml", ".yml")) else name for name in names]


def _check_same(batch: Batch) -> None:
    path = batch.folder / STATE
    try:
        before = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise InputError(path, "", "holds no batch to go on with", "start it without --resume") from None
    if before != batch.state:
        moved = [name for name, key in batch.state.items() if before.get(name) != key] or sorted(before)
        raise InputError(path, f"scenario {moved[0]}", "has become another one since the batch began: the plan, a "
                         "scenario, the data or the program has changed",
                         "start it anew without --resume; units that are the same are still used")


def run_batch(batch: Batch, bench: Bench, results: Path, charts: Callable[[Outcome], dict], resumed: datetime,
              tell: Callable[[str], None]) -> dict[str, Any]:
    """Simulate what is missing, write a run of each scenario and the comparison; the summary, as it is stored.

    Parameters
    ----------
    charts : of an outcome, by file name, as ``write_results`` takes them.
    resumed : when this began, for the summary.
    tell : hears of what is done.
    """
    _write_json(batch.folder / STATE, batch.state)
    there, every = batch.units(bench)
    tell(f"{every} units, {there} of them are there already")
    tables = bench.measured(batch.prepared, batch.draws)
    folders = {}
    for name, one in zip(batch.names, batch.prepared, strict=True):
        units = units_of(one, range(batch.draws), bench.store)
        outcome = Outcome(one.plan, one.scenario, summary(one, units),
                          baseline=one.before.scenario if one.before else None)
        folders[name] = write_results(outcome, results, charts(outcome)).name
        tell(f"{name}: {folders[name]}")
    told = {"status": "done", "title": batch.plan.title, "began": resumed.isoformat(timespec="seconds"),
            "ended": datetime.now().isoformat(timespec="seconds"), "units": every, "simulated": every - there,
            "runs": folders,
            "means": {name: _headlines(table) for name, table in zip(batch.names, tables, strict=True)}}
    if len(batch.names) > 1:
        found = compared([measured(*each) for each in zip(batch.names, batch.prepared, tables, strict=True)])
        _write_table(batch.folder / COMPARISON, found.rows)
        _write_table(batch.folder / RISK, found.risk)
    _write_json(batch.folder / SUMMARY, told)
    return told


def stopped(batch: Batch, bench: Bench, began: datetime, why: str) -> dict[str, Any]:
    """Summary of a batch that did not come to its end, stored if the disk takes it."""
    there, every = batch.units(bench)
    told = {"status": "stopped", "why": why, "title": batch.plan.title, "began": began.isoformat(timespec="seconds"),
            "ended": datetime.now().isoformat(timespec="seconds"), "units": every, "done": there}
    with suppress(InputError):  # a full disk may be why it stopped
        _write_json(batch.folder / SUMMARY, told)
    return told


def _headlines(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Mean of benefit share, operating cost and net by year."""
    years = sorted(table.index.unique("year"))
    return {name: {str(year): round(float(table.loc[(name, line, "", year)].mean()), 2) for year in years
                   if (name, line, "", year) in table.index} for name, line in HEADLINES}


def _write_json(path: Path, content: dict[str, Any]) -> None:
    with written_whole(path, SPACE) as draft:
        draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_table(path: Path, table: pd.DataFrame) -> None:
    with written_whole(path, SPACE) as draft:
        table.to_parquet(draft, index=False, compression="zstd")
