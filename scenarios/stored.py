"""A run as it lies in its folder: found by name, its law and events read back, its units told apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date as Date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.books import Books, read_books
from scenarios.events import (
    EPISODE_COLUMNS,
    NEW_RUN,
    People,
    StoredTerms,
    read_episodes,
    read_log,
    read_people,
    read_stock,
    read_terms,
)
from scenarios.locks import PREFIX, locked_run
from scenarios.net import Simulated
from scenarios.pricing import Pricing
from scenarios.results import BOOKS, EVENTS, LAW, MANIFEST
from sim.clients.clients import Clients
from sim.law.calendar import month_number
from sim.law.loader import Law, load_law
from sim.money.service_cost import BUDGET_LINES
from sources.errors import InputError, nearest
from sources.files import read_text

MADE_BY = {"run", "municipality", "base_month", "hashes", "law_choices", "seeds"}  # keys without which it is no run's
SCENARIO = ("area", "title", "date", "draws", "replications", "seed")
UNIT_KEYS = ["draw", "replication"]


def find_run(name: str, results: Path) -> Path:
    """The folder of a run: the path *name*, the one in *results* whose name begins so, or of a lock, lock:LABEL."""
    if name.startswith(PREFIX):
        return locked_run(name.removeprefix(PREFIX), results)
    path = Path(name)
    if (path / MANIFEST).is_file():
        return path
    runs = sorted(found.parent.name for found in results.glob(f"*/{MANIFEST}") if not found.parent.name.startswith("."))
    fits = [run for run in runs if run == name] or [run for run in runs if name and run.startswith(name)]
    if len(fits) == 1:
        return results / fits[0]
    if fits:
        raise InputError(f"run {name}", "", f"fits {len(fits)} runs in {results}",
                         f"write more of the name: {', '.join(fits)}")
    if path.is_dir():
        raise InputError(path, "", f"is no run's folder: it holds no {MANIFEST}", "give a folder that a run wrote")
    mend = nearest(name, runs) if runs else "make one with kuntaosuus run, or say with --results where they lie"
    raise InputError(f"run {name}", "", f"is not among the runs in {results}", mend)


@dataclass(frozen=True, eq=False)
class RunTables:
    """The tables of a run, whether or not it kept its events.

    Attributes
    ----------
    manifest : content of its manifest.json.
    """

    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the run."""
        return self.manifest["run"]

    @property
    def municipality(self) -> str:
        """Whose run it is, as texts name it."""
        return self.manifest["municipality"]

    @property
    def base_month(self) -> int:
        """Month number of the newest month that it knew; its forecast starts after it."""
        return month_number(self.manifest["base_month"])

    @property
    def date(self) -> Date:
        """That of its scenario."""
        return Date.fromisoformat(self.manifest["scenario"]["date"])

    @cached_property
    def units(self) -> list[tuple[int, int]]:
        """Draw and replication of every unit, in order."""
        scenario = self.manifest["scenario"]
        return [(draw, each) for draw in range(scenario["draws"]) for each in range(scenario["replications"])]

    @property
    def last_month(self) -> int:
        """Month number of the last month of its forecast."""
        return month_number(self.manifest["months"][1])

    @property
    def with_services(self) -> bool:
        """Whether it simulated services."""
        return bool(self.manifest["scenario"].get("services"))

    @cached_property
    def account(self) -> pd.DataFrame:
        """account.parquet: every unit's euros by month, benefit and day class."""
        return self.table("account")

    @cached_property
    def books(self) -> Books | None:
        """The books that its net account was made with; none where there was no budget."""
        made_with = self.manifest["hashes"].get("budget")
        books = read_books(self.folder / BOOKS) if made_with else None
        if made_with and (books is None or books.digest != made_with):
            raise InputError(self.folder / BOOKS, "", "is not the budget that the run was made with", NEW_RUN)
        return books

    @property
    def observed(self) -> pd.DataFrame:
        """Observed euros by month and line."""
        months = self.table("months")
        seen = months[months["kind"] == "observed"]
        return seen.pivot(index="month", columns="line", values="mean")

    def simulated(self, books: Books) -> Simulated | None:
        """Operating cost as it simulated it, unit by unit, for the plan in *books*; None without services."""
        if not self.with_services:
            return None
        line_of = self.table("operating_lines", ["contract", "budget_line"]).drop_duplicates()
        euros = self.table("operating_account").merge(line_of, on="contract").pivot_table(
            index=UNIT_KEYS, columns=["budget_line", "month"], values="euros", aggfunc="sum")
        staff = self.table("staff_factors")
        factors = staff.pivot(index="month", columns="unit", values="factor").reindex(
            columns=list(books.plan.staff.units)).fillna(1.0)
        due = euros.reindex(index=self.units, columns=pd.MultiIndex.from_product([BUDGET_LINES, factors.index]))
        return Simulated({line: due[line].fillna(0.0).round(2).to_numpy() for line in BUDGET_LINES}, factors.to_numpy())

    @property
    def unverified(self) -> pd.DataFrame:
        """unverified.csv: what it rests on that nobody has verified."""
        path = self.folder / "unverified.csv"
        try:
            return pd.read_csv(path, dtype={"value": str, "range": str})
        except (OSError, ValueError) as fault:
            raise InputError(path, "", f"cannot be read ({str(fault).splitlines()[0]})", NEW_RUN) from None

    def line_means(self) -> pd.Series:
        """Mean over units of every line of the account, by object, line and year, not rounded: lines add up."""
        measures = self.table("measures")
        plain = measures[measures["part"] == ""]
        return plain.groupby(["object", "line", "year"])["value"].sum() / len(self.units)

    def has(self, name: str) -> bool:
        """Whether it has the table *name*."""
        return (self.folder / f"{name}.parquet").is_file()

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """The table *name* of the run; all columns by default."""
        path = self.folder / f"{name}.parquet"
        try:
            return pd.read_parquet(path, columns=columns)
        except (OSError, ValueError) as fault:
            raise InputError(path, "", f"cannot be read ({str(fault).splitlines()[0]})", NEW_RUN) from None


@dataclass(frozen=True, eq=False)
class StoredRun(RunTables):
    """A run and its events.

    Attributes
    ----------
    law : the tree that its account was priced under.
    events : folder of its events; a repriced run has those of the run it came from.
    """

    law: Law
    events: Path

    @cached_property
    def terms(self) -> StoredTerms:
        """What prices its logs, beside the law."""
        return read_terms(self.events)

    @cached_property
    def opening(self) -> Clients:
        """The opening stock."""
        return read_stock(self.events)

    def pricing(self, draw: int, law: Law | None = None) -> Pricing:
        """What prices the logs of *draw*, under the run's law or another one."""
        return Pricing(self.terms.terms(draw), law or self.law)

    def log(self, draw: int, replication: int) -> pd.DataFrame:
        """Event log of a unit."""
        terms = self.terms.terms(draw)
        return read_log(self.events, draw, replication, terms.first_month, terms.months)

    def people(self, draw: int, replication: int) -> People:
        """Those whom the log of a unit speaks of."""
        return read_people(self.events, draw, replication, self.opening)

    def episodes(self, draw: int, replication: int) -> pd.DataFrame:
        """Who asked for which service of a unit and was in it; nobody without services."""
        if not self.with_services:
            return pd.DataFrame(columns=list(EPISODE_COLUMNS))
        return read_episodes(self.events, draw, replication)

    def median_unit(self) -> tuple[int, int]:
        """The unit whose euros over all months are the median; of an even number the lower of the middle two."""
        totals = self.account.groupby(UNIT_KEYS)["euros"].sum().reset_index().sort_values(["euros", *UNIT_KEYS])
        row = totals.iloc[(len(totals) - 1) // 2]
        return int(row["draw"]), int(row["replication"])

    def unit(self, written: str) -> tuple[int, int]:
        """The unit *written* as DRAW or DRAW.REPLICATION."""
        draw, _, replication = written.partition(".")
        key = (int(draw), int(replication or 0)) if f"{draw}{replication}".isdecimal() and draw else None
        if key not in self.units:
            last = ".".join(map(str, self.units[-1]))
            raise InputError("command line", f"option --unit {written}", f"is none of the {len(self.units)} units",
                             f"write draw and replication, from 0.0 to {last}")
        return key


def open_tables(folder: Path) -> RunTables:
    """The run in *folder*, of which only tables are asked."""
    return RunTables(folder, _manifest(folder))


def open_run(folder: Path) -> StoredRun:
    """The run in *folder*; InputError when it has no events, or its law tree is not that of its account."""
    manifest = _manifest(folder)
    events = _events(folder, manifest)
    law = load_law(folder / LAW, manifest["law_choices"])
    if law.digest != manifest["hashes"]["law"]:
        raise InputError(folder / LAW, "", "is not the law that the run was priced under", NEW_RUN)
    return StoredRun(folder, manifest, law, events)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        content = json.loads(read_text(path))
        scenario = content["scenario"]
        complete = all(scenario[key] is not None for key in SCENARIO)
        complete &= content.keys() >= MADE_BY and "law" in content["hashes"] and "run" in content["seeds"]
        _, _, _ = map(month_number, (content["base_month"], *content["months"]))
        Date.fromisoformat(scenario["date"])
    except (ValueError, KeyError, TypeError):
        complete = False
    if not complete:
        raise InputError(path, "", "is not what a run writes", NEW_RUN)
    return content


def _events(folder: Path, manifest: dict[str, Any]) -> Path:
    """Where the events of the run in *folder* lie."""
    if origin := manifest.get("repriced_from"):
        return _events(folder.parent / origin, _manifest(folder.parent / origin))
    if not manifest.get("events"):
        raise InputError(folder, "", "keeps no events, so it can neither be explained nor priced again",
                         "run kuntaosuus run again without --no-events")
    return folder / EVENTS


