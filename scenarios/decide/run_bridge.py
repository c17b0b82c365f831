"""From run X to run Y: what of the difference is whose, in parts that add up to the cent.

A part is what changes when one input after another is exchanged, in the order of PARTS: data and calibration, law,
assumptions, scenario, each with the program of today and what was exchanged before it. Hashes in the manifests say
which parts differ; one that does not is exactly 0 and is not simulated. Both runs have the same draws and seed, so
parts are paired and carry an interval.

What is not at hand any more cannot be exchanged by itself: an old program, edited files. Parts that are not at hand are
told together, as what is left between the stored runs and those that can still be made. Where an input that the runs
share is gone, no run between them can be made, and all that differs is told as one part.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.decide.hybrid import (
    ASSUMPTIONS,
    CALIBRATION,
    CODE,
    DATA,
    LAW_TREE,
    PARTS,
    SCENARIO,
    Mixture,
    Side,
    sums_between,
)
from scenarios.decide.run_sums import Sums, sums_of_stored
from scenarios.measures import ALL_YEARS
from scenarios.national import OUTLOOK
from scenarios.paired import clusters_of, told
from scenarios.run import Tell
from scenarios.stored import RunTables
from scenarios.workers import Progress
from sources.errors import InputError

PAIRED_BY = ("area", "draws", "replications", "seed")
TIED = {DATA, CALIBRATION}
TOTAL = "total"
Part = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Steps:
    """How a bridge goes.

    Attributes
    ----------
    together : parts that are told as one, for want of their inputs; empty if none.
    parts : those exchanged one at a time, in order; the first from ``mixtures[0]`` to ``mixtures[1]``, and so on.
    mixtures : runs between, the ends among them.
    exact : whether the first and the last mixture are the stored runs themselves.
    """

    together: Part
    parts: tuple[Part, ...]
    mixtures: tuple[Mixture, ...]
    exact: tuple[bool, bool]

    @property
    def simulated(self) -> list[int]:
        """Places of the mixtures that have to be simulated."""
        if not self.parts:
            return []
        ends = {0 if self.exact[0] else None, len(self.mixtures) - 1 if self.exact[1] else None}
        return [place for place in range(len(self.mixtures)) if place not in ends]


@dataclass(frozen=True, eq=False)
class RunBridge:
    """A bridge from one stored run to another.

    Attributes
    ----------
    first, last : the runs.
    table : part (names joined by +), year, object, difference (euros in cents; positive is dearer in the last), error,
        p10, p90, certain; the part ``total`` is last minus first, and the others add up to it. Year 0 is all together.
    ends : year, object, first and last (means over units).
    steps : how it was reckoned.
    """

    first: RunTables
    last: RunTables
    table: pd.DataFrame
    ends: pd.DataFrame
    steps: Steps

    @property
    def parts(self) -> list[str]:
        """Names of the parts, in order, those that are zero among them."""
        return [name for name in self.table["part"].drop_duplicates() if name != TOTAL]


def run_bridge(first: RunTables, last: RunTables, root: Path, workers: int = 1,
               progress: Progress = lambda done, total: None, tell: Tell = lambda text: None) -> RunBridge:
    """The bridge from *first* to *last*, with the municipality's files under *root* as they stand today.

    Raises
    ------
    InputError : the runs cannot be paired, or one was repriced.
    """
    _check_paired(first, last)
    sides = Side(first, root), Side(last, root)
    ends = sums_of_stored(first), sums_of_stored(last)
    keys = [key for key in ends[0] if key in ends[1]]
    if not keys:
        raise InputError(f"run {last.name}", "", f"has no budget year of run {first.name}", "give runs that overlap")
    steps = steps_between(*sides)
    made: dict[int, Sums] = {0: ends[0], len(steps.mixtures) - 1: ends[1]} if steps.parts else {}
    for count, place in enumerate(steps.simulated):
        tell(f"run {count + 1} of {len(steps.simulated)} between the two")
        made[place] = sums_between(sides, steps.mixtures[place], workers, progress, tell)
    gaps: dict[Part, Sums] = {
        part: _gap(made[place], made[place + 1], keys) for place, part in enumerate(steps.parts)}
    if steps.together:
        whole = _gap(*ends, keys)
        gaps[steps.together] = {key: (whole[key] - sum(gap[key] for gap in gaps.values())).round(2) + 0.0
                                for key in keys}
    every = _with_all_years(keys)
    totals = [{key: _of(sums, key, keys) for key in every} for sums in ends]
    parts = {part: {key: _of(gap, key, keys) for key in every} for part, gap in gaps.items()}
    clusters = clusters_of([draw for draw, _ in first.units])
    return RunBridge(first, last, _table(parts, totals, every, clusters), _ends(totals, every), steps)


def _check_paired(first: RunTables, last: RunTables) -> None:
    for run in (first, last):
        if "repriced_from" in run.manifest:
            raise InputError(f"run {run.name}", "", "was repriced: its people did not live under its law",
                             "give a run that was simulated; what a repricing changes, kuntaosuus reprice tells")
    ours, theirs = first.manifest["scenario"], last.manifest["scenario"]
    for key in PAIRED_BY:
        if ours[key] != theirs[key]:
            raise InputError(f"run {last.name}", f"key scenario.{key}",
                             f"is {theirs[key]}, and {ours[key]} in run {first.name}",
                             f"make it anew with kuntaosuus run --{key} {ours[key]}")


def differing(first: Side, last: Side) -> list[str]:
    """Parts in which two runs differ, by their manifests; edited files may be of data or of assumptions."""
    def unlike(*names: str) -> bool:
        return any(first.hashes.get(name) != last.hashes.get(name) for name in names)

    ours, theirs = first.run.manifest, last.run.manifest
    later = first.run.base_month != last.run.base_month
    served = first.scenario.services and last.scenario.services  # else only one has the hashes of services
    outlook = first.scenario.path == last.scenario.path == OUTLOOK
    differs = {
        CODE: unlike("code") or ours["versions"] != theirs["versions"],
        DATA: later or unlike("inputs", "forecast_errors") or outlook and unlike("outlook"),
        CALIBRATION: later or unlike("calibration") or served and unlike("levels"),
        LAW_TREE: unlike("law") or ours["law_choices"] != theirs["law_choices"],
        ASSUMPTIONS: unlike("inputs", "budget") or served and unlike("services"),
        SCENARIO: first.course() != last.course()}
    return [part for part in PARTS if differs[part]]


def steps_between(first: Side, last: Side) -> Steps:
    """How to go from *first* to *last*."""
    differ, later = differing(first, last), first.run.base_month != last.run.base_month
    if len(_grouped(differ, ())) <= 1 and (CODE not in differ or len(differ) == 1):
        return Steps(tuple(differ), (), (), (True, True))  # all that differs is one part
    gone = [set(side.missing) | _edited(side, later) for side in (first, last)]
    for each in gone:
        if later and each & TIED:  # a month cannot be had without its calibration
            each |= TIED
    together = tuple(part for part in differ if part in gone[0] | gone[1])
    constant = 0 if gone[1] and not gone[0] else 1  # the end whose inputs stand for those told together
    if (gone[0] | gone[1]) - set(differ) or gone[constant] & {CALIBRATION, SCENARIO}:
        return Steps(tuple(differ), (), (), (False, False))

    def at(*exchanged: str) -> Mixture:
        def side(part: str) -> int:
            return constant if part in together else int(part in exchanged)

        return Mixture(side(DATA), side(LAW_TREE), side(ASSUMPTIONS), side(SCENARIO))

    parts = _grouped(differ, together)
    mixtures = [at(*(part for group in parts[:count] for part in group)) for count in range(len(parts) + 1)]
    exact = not gone[0] and (not together or constant == 0), not gone[1] and (not together or constant == 1)
    return Steps(together, parts, tuple(mixtures), exact)


def _grouped(differ: Collection[str], together: Collection[str]) -> tuple[Part, ...]:
    """Parts of *differ* that are exchanged one at a time, in order; data and their calibration go together."""
    groups = [tuple(part for part in group if part in differ and part not in together)
              for group in ((DATA, CALIBRATION), (LAW_TREE,), (ASSUMPTIONS,), (SCENARIO,))]
    return tuple(group for group in groups if group)


def _edited(side: Side, later: bool) -> set[str]:
    """Parts that edited files of *side* keep from being told apart: of months since, its data may still be cut off."""
    if not side.edited:
        return set()
    return {ASSUMPTIONS} if later else {DATA, ASSUMPTIONS}


def _with_all_years(keys: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """*keys*, and those of all years together where there are several."""
    objects = {name: sum(name == each for _, each in keys) for _, name in keys}
    return [*keys, *((ALL_YEARS, name) for name, years in objects.items() if years > 1)]


def _of(sums: Sums, key: tuple[int, str], keys: list[tuple[int, str]]) -> np.ndarray:
    """Euros of *key*, of all years the sum over *keys*."""
    if key in sums:
        return sums[key]
    return np.sum([sums[each] for each in keys if each[1] == key[1]], axis=0).round(2)


def _gap(before: Sums, after: Sums, keys: list[tuple[int, str]]) -> Sums:
    return {key: (after[key] - before[key]).round(2) + 0.0 for key in keys}


def _table(gaps: dict[Part, Sums], ends: Sequence[Sums], keys: list[tuple[int, str]],
           clusters: np.ndarray) -> pd.DataFrame:
    """See RunBridge.table; cents that rounding of means leaves over go to the largest part."""
    named = {"+".join(part): gap for part, gap in gaps.items()}
    units = len(next(iter(ends[0].values())))
    reckoned = {part for group in gaps for part in group}
    named |= {part: {key: np.zeros(units) for key in keys} for part in PARTS if part not in reckoned}
    order = sorted(named, key=lambda name: PARTS.index(name.split("+")[0]))
    rows: list[dict[str, Any]] = []
    for year, name in keys:
        of_parts: list[dict[str, Any]] = [
            {"part": part, "year": year, "object": name, **_said(named[part][year, name], clusters)} for part in order]
        whole = _said(_gap(ends[0], ends[1], [(year, name)])[year, name], clusters)
        left = round(whole["difference"] - sum(row["difference"] for row in of_parts), 2)
        largest = max(of_parts, key=lambda row: abs(row["difference"]))
        largest["difference"] = round(largest["difference"] + left, 2) + 0.0
        rows += [*of_parts, {"part": TOTAL, "year": year, "object": name, **whole}]
    return pd.DataFrame(rows)


def _said(gap: np.ndarray, clusters: np.ndarray) -> dict[str, Any]:
    """Mean of a difference, its error and quantiles; what is zero in every unit is not told from zero."""
    row = told(np.zeros((1, len(gap))), gap[None], clusters).iloc[0]
    return {key: row[key] for key in ("difference", "error", "p10", "p90")} | {"certain": bool(row["certain"])}


def _ends(ends: Sequence[Sums], keys: list[tuple[int, str]]) -> pd.DataFrame:
    return pd.DataFrame([{"year": year, "object": name, "first": round(float(ends[0][year, name].mean()), 2),
                          "last": round(float(ends[1][year, name].mean()), 2)} for year, name in keys])
