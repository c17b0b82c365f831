"""The runs of a report: opened together, held to be comparable, named apart, their key figures side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from scenarios.measures import PAID_DAYS, all_years, to_wide
from scenarios.stored import RunTables, find_run, open_tables
from scenarios.summary import OBJECT, TOTAL
from sim.money.budget import NET, OPERATING
from sources.errors import InputError

KEY_FIGURES = ((OBJECT, TOTAL), (OPERATING, TOTAL), (NET, TOTAL), (OBJECT, PAID_DAYS))
"""Object and line of what a board shows; money in euros, paid days in days."""
SAME = {"municipality": "is of another municipality", "base_month": "knows another newest month",
        "months": "projects other months"}
"""Keys of the manifest that runs of one report share, and what is said of one that differs."""


@dataclass(frozen=True, eq=False)
class ReportSet:
    """Runs of one report, in the order in which they were asked for.

    Attributes
    ----------
    runs : of the same municipality and months; scenarios among them were held against the same baseline.
    """

    runs: tuple[RunTables, ...]

    @property
    def first(self) -> RunTables:
        """The run that the report is about where it is about one."""
        return self.runs[0]

    @cached_property
    def titles(self) -> dict[str, str]:
        """Title in print of each run by its name; runs whose scenarios share a title are numbered."""
        plain = [run.manifest["scenario"]["title"] for run in self.runs]
        count = dict[str, int]()
        titles = {}
        for run, title in zip(self.runs, plain, strict=True):
            count[title] = count.get(title, 0) + 1
            titles[run.name] = f"{title} ({count[title]})" if plain.count(title) > 1 else title
        return titles

    @cached_property
    def effects(self) -> dict[str, pd.DataFrame]:
        """Table ``effect`` of each run that has one, by the run's name: of scenarios with a baseline, not repriced."""
        return {run.name: run.table("effect") for run in self.runs if run.has("effect")}

    @cached_property
    def board(self) -> pd.DataFrame:
        """Key figures of each run by year, and its paired difference from the baseline.

        Returns
        -------
        Rows run, object, line, year (0: all of them together), columns unit ("€", "days"), value (mean over
        units), baseline (its value), difference, margin (half of its 95 % interval) and certain, as in
        ``effect.parquet``; the last four are empty and False for a run without a baseline. ``p_break`` is the chance
        that the object breaks in the year, empty where there is no appropriation.
        """
        return pd.concat([self._figures(run) for run in self.runs], ignore_index=True)

    def _figures(self, run: RunTables) -> pd.DataFrame:
        keys = ["object", "line", "year"]
        effect = self.effects.get(run.name)
        rows = _means(run) if effect is None else effect.rename(columns={"scenario": "value"})
        wanted = pd.MultiIndex.from_frame(rows[["object", "line"]]).isin(KEY_FIGURES)
        rows = rows[wanted].reindex(columns=[*keys, "value", "baseline", "difference", "margin", "certain"])
        rows["certain"] = rows["certain"].eq(True)
        rows.insert(0, "run", run.name)
        rows.insert(4, "unit", rows["line"].map(lambda line: "days" if line == PAID_DAYS else "€"))
        if run.has("budget"):
            chances = run.table("budget", ["year", "object", "p_break"]).assign(line=TOTAL)
            return rows.merge(chances, on=keys, how="left")
        return rows.assign(p_break=float("nan"))


def open_report_set(names: Sequence[str], results: Path) -> ReportSet:
    """The runs *names*, each a folder or how its name in *results* begins, or lock:LABEL.

    Raises
    ------
    InputError : there is none, one stands twice, or they are not comparable.
    """
    runs = tuple(open_tables(find_run(name, results)) for name in names)
    if not runs:
        raise InputError("command line", "RUN…", "names no run", "give the name of a run, or of several")
    for place, run in enumerate(runs):
        if run.name in [each.name for each in runs[:place]]:
            raise InputError("command line", f"run {names[place]}", "stands twice", "name each run once")
        for key, fault in SAME.items():
            if run.manifest[key] != runs[0].manifest[key]:
                raise InputError(f"run {run.name}", key, f"{fault} than {runs[0].name}",
                                 "report on it by itself, or run both anew on the same data and months")
    _check_baselines(runs)
    return ReportSet(runs)


def _check_baselines(runs: Sequence[RunTables]) -> None:
    """InputError unless all scenarios were held against one baseline, which a run without one among them is, too."""
    against = dict[str | None, RunTables]()
    for run in runs:
        made = run.manifest["hashes"]
        held = made["baseline"] or (made["scenario"] if len(runs) > 1 else None)
        against.setdefault(held, run)
    if len(against) > 1:
        one, other = list(against.values())[:2]
        raise InputError(f"run {other.name}", "hashes.baseline", f"was held against another baseline than {one.name}",
                         "run the scenarios against one baseline with as many draws")


def _means(run: RunTables) -> pd.DataFrame:
    """Mean over units of what each line of the account and all paid days come to, by year."""
    measured = all_years(to_wide(run.table("measures"), run.units)).mean(axis=1).round(2).rename("value").reset_index()
    days = measured["object"].eq(PAID_DAYS) & measured["line"].eq(TOTAL)
    measured.loc[days, ["object", "line"]] = [OBJECT, PAID_DAYS]
    return measured[measured["part"].eq("") | days].drop(columns="part")

