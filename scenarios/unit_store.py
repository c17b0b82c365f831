"""Units on disk, each in a file of its own under the hash of all that made it.

Whoever asks for a unit that is there reads it instead of simulating it: an interrupted batch goes on where it was, more
draws add to those there are, and a comparison, a seek and a brake share their baseline. A file is written whole or not
at all and carries the hash of its content; one that is spoilt counts as missing. The store is a cache: all of it can be
deleted, and a store that comes from somebody else must be, for units are Python pickles.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path

from scenarios.identity import unit_key
from scenarios.project import Plan, Unit, project
from scenarios.scenario import Scenario
from scenarios.workers import Progress, in_workers
from sources.errors import InputError

UNITS = ".units"  # in the folder of results
Place = tuple[str, int, int]  # key, draw, replication


@dataclass(frozen=True)
class UnitStore:
    """The units in *folder*."""

    folder: Path

    def file(self, place: Place) -> Path:
        """Where a unit lies."""
        key, draw, replication = place
        return self.folder / key / f"{draw}.{replication}.unit"

    def has(self, place: Place) -> bool:
        """Whether the unit is there and whole."""
        return self._content(place) is not None

    def read(self, place: Place) -> Unit:
        """The unit, without its baseline; KeyError where it is not there, or spoilt."""
        content = self._content(place)
        if content is None:
            raise KeyError(place)
        return pickle.loads(zlib.decompress(content))

    def write(self, key: str, unit: Unit) -> None:
        """Keep *unit*, without its baseline; InputError when the disk does not take it."""
        content = zlib.compress(pickle.dumps(replace(unit, baseline=None), protocol=5), 3)
        path = self.file((key, unit.draw, unit.replication))
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(hashlib.sha256(content).digest() + content)
            draft.replace(path)
        except OSError as fault:
            draft.unlink(missing_ok=True)
            raise InputError(path, "", f"cannot be written ({fault.strerror})",
                             "free space, or choose another folder with --results, and run again: what is done is kept"
                             ) from None

    def _content(self, place: Place) -> bytes | None:
        try:
            stored = self.file(place).read_bytes()
        except OSError:
            return None
        head, content = stored[:32], stored[32:]
        return content if hashlib.sha256(content).digest() == head else None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A scenario ready to be simulated.

    Attributes
    ----------
    plan : its own, with its baseline's within.
    key : hash of all that its units depend on.
    before : the baseline; None where the scenario has none.
    """

    scenario: Scenario
    plan: Plan
    key: str
    before: Prepared | None = None

    @staticmethod
    def of(scenario: Scenario, plan: Plan, baseline: Scenario | None) -> Prepared:
        """That of a scenario whose *plan* holds its baseline's."""
        before = None
        if baseline and plan.baseline:
            before = Prepared(baseline, plan.baseline, unit_key(plan.baseline, baseline, None))
        return Prepared(scenario, plan, unit_key(plan, scenario, baseline), before)


def simulate(prepared: Sequence[Prepared], draws: Iterable[int], store: UnitStore, workers: int,
             progress: Progress = lambda done, total: None) -> None:
    """See to it that *store* has every unit of *prepared*, and of their baselines, for *draws*.

    Each is kept as soon as it is done. *progress* hears of those that were missing.
    """
    missing = missing_units(prepared, draws, store)
    plans = {one.key: one.plan for each in prepared for one in (each, each.before) if one}
    baselines = {each.key: each.before.key for each in prepared if each.before}
    stages = [[place for place in missing if (place[0] in baselines) == late] for late in (False, True)]
    done = 0
    for places in stages:  # baselines first
        if places:
            in_workers(partial(_simulate, plans, baselines, store), places, min(workers, len(places)),
                       _shifted(progress, done, len(missing)))
        done += len(places)


def missing_units(prepared: Sequence[Prepared], draws: Iterable[int], store: UnitStore | None) -> list[Place]:
    """Units of *prepared* and of their baselines that are not in *store*; all of them without one."""
    draws = list(draws)
    plans = {one.key: one.plan for each in prepared for one in (each.before, each) if one}
    every = (place for key, plan in plans.items() for place in product([key], draws, range(plan.replications)))
    return [place for place in every if store is None or not store.has(place)]


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    """*progress* of a part that begins when *before* of *total* are done."""
    return lambda done, _: progress(before + done, total)


def _simulate(plans: dict[str, Plan], baselines: dict[str, str], store: UnitStore, place: Place) -> None:
    key, draw, replication = place
    baseline = store.read((baselines[key], draw, replication)) if key in baselines else None
    store.write(key, project(plans[key], draw, replication, baseline=baseline))


def units_of(one: Prepared, draws: Iterable[int], store: UnitStore) -> list[Unit]:
    """The units of *one* in order of draw and replication, each with its baseline's; all must be there."""
    def read(which: Prepared, draw: int, replication: int) -> Unit:
        baseline = read(which.before, draw, replication) if which.before else None
        return replace(store.read((which.key, draw, replication)), baseline=baseline)

    return [read(one, draw, each) for draw in draws for each in range(one.plan.replications)]
