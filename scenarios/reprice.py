"""A stored run priced under another law tree, without a simulation, and what that changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.books import Books
from scenarios.evidence import open_questions, unverified_law
from scenarios.identity import code_digest, versions
from scenarios.measures import account_measures, to_long
from scenarios.net import net_tables
from scenarios.pricing import PRICED, Priced, priced
from scenarios.results import named, write_folder, write_tables
from scenarios.stored import UNIT_KEYS, StoredRun
from scenarios.summary import TOTAL, account_table, first_day, month_table, opening_table, year_table
from scenarios.workers import Progress, in_workers
from sim.clients.clients import Clients
from sim.law.benefits import Benefit
from sim.law.calendar import date_of, month_number, month_start
from sim.law.ladder import Ladder
from sim.law.loader import SWITCHES, Law
from sim.law.schema import Dated

KEYS = [*UNIT_KEYS, "month", "benefit", "day_class"]
KEPT = ("flows", "paths")  # tables that no price of a benefit is in
KEPT_OF_SERVICES = ("operating_lines", "operating_account", "staff_factors", "unit_costs", "service_flow", "case_mix",
                    "caseworkers", "groups", "labour_market")
LIVED = ("contract", "caseworkers", "group")  # objects of the measures that no price of a benefit is in


@dataclass(frozen=True, eq=False)
class Repricing:
    """A run priced again.

    Attributes
    ----------
    run : the stored run.
    law : the tree it is now priced under.
    units : account of each unit.
    books : that the run's net account was made with; none where there was no budget.
    """

    run: StoredRun
    law: Law
    units: list[Priced]
    books: Books | None

    @property
    def first_month(self) -> int:
        """First simulated month."""
        return month_number(self.run.terms.first_month)

    @property
    def months(self) -> int:
        """Simulated months."""
        return self.run.terms.months

    @property
    def ladders(self) -> list[Ladder]:
        """The ladders whose classes the account has."""
        return self.run.pricing(0, self.law).ladders

    @property
    def observed(self) -> pd.DataFrame:
        """Observed euros by month and line."""
        return self.run.observed

    @property
    def opening(self) -> Clients:
        """The opening stock."""
        return self.run.opening

    @property
    def seed(self) -> int:
        """Of every keyed draw."""
        return self.run.manifest["seeds"]["run"]

    @property
    def advanced_share(self) -> float:
        """Of payments due on a holiday that opens a month."""
        return self.run.terms.profile.advanced_share

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The run's tables of which the law decides, under the new one; operating cost is the run's, unit by unit."""
        draws, books = self.run.manifest["scenario"]["draws"], self.books
        simulated = self.run.simulated(books) if books else None
        stored = self.run.table("measures")
        measured = to_long(account_measures(self, self.units, draws, books, simulated))
        measured = pd.concat([measured, stored[stored["object"].isin(LIVED)]])
        return {"measures": measured.sort_values(UNIT_KEYS, kind="stable", ignore_index=True),
                "years": year_table(self, self.units), "months": month_table(self, self.units),
                "account": account_table(self, self.units), "opening": opening_table(self),
                **net_tables(self, self.units, draws, books, simulated)}

    @cached_property
    def _pairs(self) -> pd.DataFrame:
        """Euros before and after, and their difference, of each unit's month, benefit and class."""
        after = self.tables["account"].set_index(KEYS)["euros"]
        pairs = pd.concat({"before": self.run.account.set_index(KEYS)["euros"], "after": after}, axis=1).fillna(0.0)
        return pairs.assign(difference=pairs["after"] - pairs["before"]).reset_index()

    @property
    def unchanged(self) -> bool:
        """Whether every euro of every unit is as it was."""
        return bool((self._pairs["difference"] == 0).all())

    def difference(self) -> pd.DataFrame:
        """What the law changes, new minus old, by budget year and line; each unit is compared with itself.

        Returns
        -------
        year, line, before and after (means over units), mean, p10 and p90 of the difference; euros of the forecast
        months, in cents.
        """
        pairs = self._pairs.assign(year=self._pairs["month"].str[:4].astype(int))
        pairs = pd.concat([pairs.assign(line=pairs["day_class"]), pairs.assign(line=TOTAL)])
        sums = pairs.pivot_table(index=["year", "line", *UNIT_KEYS], values=["before", "after", "difference"],
                                 aggfunc="sum")
        # a unit that has nothing in a line counts with its zero
        every = pd.MultiIndex.from_frame(sums.index.to_frame(index=False)[["year", "line"]].drop_duplicates().merge(
            pd.DataFrame(self.run.units, columns=UNIT_KEYS), how="cross"))
        sums = sums.reindex(every, fill_value=0.0).round(2)
        rows = [{"year": int(year), "line": line, "before": part["before"].mean(), "after": part["after"].mean(),
                 "mean": part["difference"].mean(), "p10": part["difference"].quantile(0.1),
                 "p90": part["difference"].quantile(0.9)}
                for (year, line), part in sums.groupby(["year", "line"]) if line == TOTAL or part.any(axis=None)]
        table = pd.DataFrame(sorted(rows, key=lambda row: (row["year"], first_day(row["line"]))))
        money = ["before", "after", "mean", "p10", "p90"]
        return table.assign(**table[money].round(2) + 0.0)

    def unseen(self) -> list[dict[str, Any]]:
        """Values and answers of the law that differ from the run's in the simulated months and that no price shows.

        The simulation lived by the run's (waiting days, work condition, maximum days, additional days, what resets the
        counter), or nothing uses them.

        Returns
        -------
        name (file and key, or switch), before and after: value from each date on.
        """
        days = int(month_start(self.first_month)), int(month_start(self.first_month + self.months)) - 1
        shown: list[Dated[Any]] = [self.law.ladders, self.law.charged_benefits, self.law.basic_amount,
                                  self.law.step_change, self.law.integration_support, *self.law.benefit_kinds.values()]
        if self.run.with_services:
            shown.append(self.law.service_days_charged)
        priced_by = {value.key for value in shown}
        courses = [{f"{value.path.name} {value.key}": _course(value, *days) for value in law.values()
                    if value.key not in priced_by} for law in (self.run.law, self.law)]
        before, after = courses
        since = date_of(days[0]).isoformat()
        for course, law in ((before, self.run.law), (after, self.law)):
            # an answer that sets values of the tree is priced by them, the others are rules of the simulation
            course |= {f"{SWITCHES} {name}": [{"from": since, "value": law.choices[name]}]
                       for name, switch in law.switches.items() if not switch.sets and name not in PRICED}
        return [{"name": name, "before": before.get(name, []), "after": after.get(name, [])}
                for name in {**before, **after} if before.get(name) != after.get(name)]

    def write(self, charts: Mapping[str, Callable[[Path], None]]) -> tuple[str, Path]:
        """Write the run's new folder beside the old one, with *charts* as write_results takes them; name and path."""
        run, doubts = self.run, self._unverified()
        old = {key: value for key, value in run.manifest.items() if key != "run"}
        content = named(f"{old['scenario']['title']} repriced", {
            **old, "law_choices": dict(self.law.choices),
            "hashes": {**old["hashes"], "law": self.law.digest, "code": code_digest()},
            "units": None, "versions": versions(), "unverified_values": len(doubts), "events": False,
            "repriced_from": run.name})

        def fill(draft: Path) -> None:
            lists = {"unverified": doubts, "open_questions": open_questions(self.law)}
            write_tables(draft, self.tables, lists, content, self.law, self.books)
            for name in (*KEPT, *(KEPT_OF_SERVICES if run.with_services else ())):
                shutil.copyfile(run.folder / f"{name}.parquet", draft / f"{name}.parquet")
            for name, draw in charts.items():
                draw(draft / name)

        return content["run"], write_folder(run.folder.parent, content["run"], fill)

    def _unverified(self) -> pd.DataFrame:
        """The run's list, with the values of the new law in place of those of the old."""
        old = pd.read_csv(self.run.folder / "unverified.csv", dtype=str, keep_default_na=False)
        assumed = old[~old["name"].str.contains(" ", regex=False)]  # the name of a law value ends in a date
        return pd.concat([unverified_law(self.law), assumed], ignore_index=True)


def reprice(run: StoredRun, law: Law, workers: int, progress: Progress = lambda done, total: None) -> Repricing:
    """Price all units of *run* under *law*; the result does not depend on *workers*."""
    books = run.books  # before the pricing, so that a fault in them is told at once
    return Repricing(run, law, in_workers(partial(_reprice, run, law), run.units, workers, progress), books)


def _reprice(run: StoredRun, law: Law, key: tuple[int, int]) -> Priced:
    return priced(*key, run.pricing(key[0], law), run.log(*key), run.people(*key))


def _course(value: Dated[Any], first: int, last: int) -> list[dict[str, str]]:
    """The values from day *first* to *last*, each with the day from which it holds; what did not change stands once."""
    course: list[dict[str, str]] = []
    for period in value.periods:
        if period.first <= last and period.last >= first:
            plain = _plain(period.value)
            if not course or course[-1]["value"] != plain:
                course.append({"from": date_of(max(period.first, first)).isoformat(), "value": plain})
    return course


def _plain(value: Any) -> str:
    """*value* as text; benefits by name."""
    if isinstance(value, frozenset):
        return ", ".join(sorted(Benefit(each).name.lower() for each in value))
    return str(value)
