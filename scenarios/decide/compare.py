"""Scenarios side by side: each less the first, in pairs, by year and by everything that is measured.

They must share people and luck: the same municipality, months, seed, replications and data. And a scenario is simulated
against the labour market of its baseline, so all of them need the same one, or be it themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.decide.bench import Bench, differences
from scenarios.identity import hashes
from scenarios.locks import PREFIX
from scenarios.measures import KEYS, all_years, to_wide
from scenarios.mix import load_mix
from scenarios.scenario import Scenario, is_scenario, read_scenario
from scenarios.stored import MANIFEST, RunTables, find_run, open_tables
from scenarios.summary import TOTAL
from scenarios.unit_store import Prepared
from sim.money.budget import BENEFIT_SHARE, NET, OPERATING
from sim.money.memo import read_payers
from sim.services.caseworkers import Caseworking
from sim.services.contracts import Contracts
from sim.services.partners import Partners
from sources.area import Area
from sources.errors import InputError
from sources.monthly import HALF_CENT

SAME = ("area", "until", "seed", "replications", "services")  # keys of a scenario that paired runs share
LIKE = ("draws", "replications", "seed", "until", "services")  # keys that a scenario takes from a stored run beside it
SAME_HASHES = ("inputs", "calibration", "levels", "code")
JOINT_PLAN = "Monialainen yhteispalvelu"
LIMITED = (BENEFIT_SHARE, OPERATING, NET)  # objects with an appropriation


@dataclass(frozen=True, eq=False)
class Measured:
    """A scenario as it enters a comparison.

    Attributes
    ----------
    name : by which it was asked for.
    scenario, hashes : what it is, and what it was made from.
    table : its measures.
    limits : appropriation in force by object and year.
    """

    name: str
    scenario: dict[str, Any]
    hashes: dict[str, str | None]
    table: pd.DataFrame
    limits: dict[tuple[str, int], float]

    @property
    def title(self) -> str:
        """Its title."""
        return self.scenario["title"]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios against the first of them.

    Attributes
    ----------
    reference, others : what is compared.
    rows : columns ``scenario`` (name), KEYS, ``baseline``, ``value``, ``diff_mean``, ``diff_low`` and ``diff_high``
        (95 % interval of the mean), ``diff_p10`` and ``diff_p90`` (of units), ``certain``; year 0 is all years.
    risk : columns ``scenario``, ``object``, ``year``, ``p_break``, and ``p_more``, by how much more likely the break is
        than under the first.
    """

    reference: Measured
    others: list[Measured]
    rows: pd.DataFrame
    risk: pd.DataFrame


def compare(names: Sequence[str], bench: Bench, results: Path, changes: dict[str, Any] | None = None) -> Comparison:
    """*names*, each a stored run or a scenario, against the first; scenarios are simulated where units are missing.

    Parameters
    ----------
    results : folder of stored runs.
    changes : keys that are set in every scenario, such as ``draws``; not for stored runs.

    Raises
    ------
    InputError : they are not paired; it says in what they differ.
    """
    return compared(_measured(names, bench, results, changes or {}))


def compared(found: Sequence[Measured]) -> Comparison:
    """The first of *found* and all others, see ``compare``."""
    reference, *others = found
    for each in others:
        _check_pair(reference, each)
        if reference.table.columns.tolist() != each.table.columns.tolist():
            raise InputError(f"run {each.name}", "", f"has {each.table.shape[1]} units, and {reference.name} "
                             f"{reference.table.shape[1]}", "run one of them again with as many draws")
    return Comparison(reference, others, pd.concat([_rows(reference, each) for each in others], ignore_index=True),
                      pd.DataFrame([row for each in found for row in _risks(reference, each)]))


def _measured(names: Sequence[str], bench: Bench, results: Path, changes: dict[str, Any]) -> list[Measured]:
    stored = {name: run for name in names if (run := _stored(name, results))}
    like = next(iter(stored.values())).manifest["scenario"] if stored else {}
    changes = {key: like[key] for key in LIKE if stored} | changes
    asked = {name: read_scenario(name).model_copy(update=changes) for name in names if name not in stored}
    prepared = {name: bench.prepared(_first_alone(each, name == names[0], list(asked.values())))
                for name, each in asked.items()}
    found = {name: _of_run(name, run) for name, run in stored.items()}
    found |= {name: measured(name, one, pd.DataFrame()) for name, one in prepared.items()}
    for name in names[1:]:
        _check_pair(found[names[0]], found[name])  # before anything is simulated
    draws = min((one.scenario.draws for one in prepared.values()), default=0)
    for name, table in zip(prepared, bench.measured(list(prepared.values()), draws), strict=True):
        found[name] = replace(found[name], table=table)
    return [found[name] for name in names]


def _stored(name: str, results: Path) -> RunTables | None:
    """The stored run called *name*, or that of a lock; None where it is a scenario's name."""
    is_run = not is_scenario(name) and (name.startswith(PREFIX) or (Path(name) / MANIFEST).is_file() or any(
        path.parent.name.startswith(name) for path in results.glob(f"*/{MANIFEST}")))
    return open_tables(find_run(name, results)) if is_run else None  # what is neither is told as no scenario


def _first_alone(scenario: Scenario, first: bool, every: Sequence[Scenario]) -> Scenario:
    """The first scenario as a baseline of its own, where another one names it as its baseline."""
    files = [each.layers[-2].file for each in every if each.baseline and len(each.layers) > 1]
    if first and scenario.baseline and scenario.layers[-1].file in files:
        return scenario.model_copy(update={"baseline": None})
    return scenario


def _of_run(name: str, run: RunTables) -> Measured:
    scenario = run.manifest["scenario"]
    budget = run.table("budget") if (run.folder / "budget.parquet").exists() else pd.DataFrame()
    limits = {(row.object, int(row.year)): float(row.appropriation) for row in budget.itertuples()}
    return Measured(name, scenario, run.manifest["hashes"], to_wide(run.table("measures"), run.units), limits)


def measured(called: str, one: Prepared, table: pd.DataFrame) -> Measured:
    """A simulated scenario, by the name *called*, with the measures *table*."""
    books = one.plan.books
    limits = {} if books is None else {
        (name, year): decision.current for year in books.budget.years
        for name, decision in books.decisions(year).items()}
    base = one.before.scenario if one.before else None
    return Measured(called, one.scenario.model_dump(mode="json"), hashes(one.plan, one.scenario, base), table, limits)


def _check_pair(one: Measured, other: Measured) -> None:
    """InputError unless *other* has the people and luck of *one*, and its labour market to be held against."""
    for key in SAME:
        if one.scenario[key] != other.scenario[key]:
            raise InputError(f"scenario {other.name}", f"key {key}",
                             f"is {other.scenario[key]}, and {one.scenario[key]} in {one.name}: they are not paired",
                             "give both the same, for instance with the options of this command")
    for key in SAME_HASHES:
        if one.hashes[key] != other.hashes[key]:
            raise InputError(f"run {other.name}", f"hashes.{key}", f"is not that of {one.name}: they are not paired",
                             "run the older one again, or see with kuntaosuus bridge what moved")
    bases = [each.hashes["baseline"] or each.hashes["scenario"] for each in (one, other)]
    if one.scenario["services"] and bases[0] != bases[1]:
        raise InputError(f"scenario {other.name}", "key baseline", f"is not that of {one.name}, so each has another "
                         "labour market to be held against", "name the baseline first, or give both the same")


def _rows(one: Measured, other: Measured) -> pd.DataFrame:
    before, after = all_years(one.table), all_years(other.table)
    table = differences(before, after)
    found = pd.DataFrame({
        "baseline": table["baseline"], "value": table["scenario"], "diff_mean": table["difference"],
        "diff_low": (table["difference"] - table["margin"]).round(2),
        "diff_high": (table["difference"] + table["margin"]).round(2), "diff_p10": table["p10"],
        "diff_p90": table["p90"], "certain": table["certain"]}).reset_index()
    return found.assign(scenario=other.name)[["scenario", *KEYS, *found.columns.difference(KEYS, sort=False)]]


def _risks(one: Measured, other: Measured) -> list[dict[str, Any]]:
    """Chance that each object breaks its appropriation, and both objects at once, by year."""
    rows = []
    for year in sorted({year for _, year in other.limits if (NET, TOTAL, "", year) in other.table.index}):
        over, before = (np.stack([each.table.loc[(name, TOTAL, "", year)] > each.limits[name, year] + HALF_CENT
                                  for name in LIMITED]) for each in (other, one))
        for name, broken, was in [*zip(LIMITED, over, before, strict=True),
                                  ("both", over[:2].all(axis=0), before[:2].all(axis=0))]:
            rows.append({"scenario": other.name, "object": name, "year": year, "p_break": float(broken.mean()),
                         "p_more": float(broken.mean() - was.mean())})
    return rows


def names_in_print(area: Area, scenarios: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Title of every contract, unit of caseworkers and memo line of *area*, and of what *scenarios* add."""
    mix = load_mix(area)
    queues = mix.of(Partners).queues
    titled = {**mix.of(Contracts).all, **mix.of(Caseworking).units, **read_payers(area.root).lines,
              **{name: getattr(queues, name) for name in type(queues).model_fields}}
    found = {name: each.title for name, each in titled.items()} | {"joint_plan": JOINT_PLAN}
    new = (change for each in scenarios for layer in each["layers"] for change in layer["changes"] if change.get("new"))
    return found | {change["at"].rpartition(".")[2]: change["new"].get("title", "") for change in new}
