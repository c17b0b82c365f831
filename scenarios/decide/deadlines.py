"""The latest day on which a decision to stop a contract still helps a budget year.

A stored run is billed again by the model's own billing, as if each contract ended when its notice had run out: whoever
would have started on that day or later is left out, whoever is inside stays, and the contract's yearly sums, promised
volume and instalments end as a scenario ends them. So notice, people inside, fixed sums, minimum and term of payment
are all in it. What is not in it is what clients do instead, and benefit: that is the brake's to tell, by simulation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.decide.restored import mix_of
from scenarios.decide.stops import effective, stoppable
from scenarios.levers import ended
from scenarios.served import ASSESSMENT, BOUGHT, outcome_days
from scenarios.service_account import price_levels
from scenarios.stored import StoredRun
from scenarios.workers import Progress, in_workers
from sim.flow.offer import Ended
from sim.law.calendar import date_of, day_number, month_start
from sim.money.episodes import DailyRates, Episodes, daily_rates
from sim.money.service_cost import service_costs
from sim.services.catalogue import Catalogue, StatutoryClass
from sim.services.contracts import Contract, Contracts
from sim.services.integration import INCENTIVE, Integration
from sim.services.subsidies import Subsidies, completed
from sources.errors import InputError
from sources.monthly import HALF_CENT

MONTHS = 12
HALF, CENT = 0.5, 0.01
MOST_UNITS = 20  # that are billed again: 120 would take minutes
COLUMNS = ["year", "contract", "title", "statutory_class", "notice", "bills", "saved", "last_any", "last_half"]


@dataclass(frozen=True, eq=False)
class Rebilled:
    """One contract of a run, and who was in it in each unit.

    Attributes
    ----------
    contract : with amounts and places filled in.
    first_month, months : of the run.
    units : episodes (contract 0), price level by year, and what a mean day billed, of each unit.
    """

    name: str
    contract: Contract
    catalogue: Catalogue
    first_month: int
    months: int
    units: Sequence[tuple[pd.DataFrame, Mapping[int, float], DailyRates]]
    _years: dict[date | None, dict[int, float]] = field(default_factory=dict)  # euros by year, as far as billed

    def due(self, since: date | None = None) -> np.ndarray:
        """Euros due by unit and month, (units, months), if the contract ends on the day before *since*."""
        contracts, last = self._contracts(since), np.inf
        if since:
            last = day_number(since) - int(month_start(self.first_month))
        if not contracts.all:
            return np.zeros((len(self.units), self.months))
        return np.stack([service_costs(contracts, self.catalogue, episodes[episodes["start"] < last], self.first_month,
                                       self.months, levels, rates).due[:, 0]
                         for episodes, levels, rates in self.units])

    def _contracts(self, since: date | None) -> Contracts:
        """The contract alone, as it is left when it ends before *since*."""
        if since is None:
            return Contracts().model_copy(update={self.contract.kind: {self.name: self.contract}})
        left = ended(self.contract.model_dump(by_alias=True), since)
        return Contracts.model_validate({self.contract.kind: {self.name: left}} if left else {})

    def bills(self, year: int, since: date | None = None) -> float:
        """Euros due in the simulated months of *year* if it ends before *since*, mean over units."""
        if since not in self._years:
            years = (self.first_month + np.arange(self.months)) // MONTHS
            means = self.due(since).mean(axis=0)
            self._years[since] = {each: float(means[years == each].sum()) for each in np.unique(years).tolist()}
        return self._years[since][year]

    def saved(self, decided: date, year: int) -> float:
        """Euros of *year* that a decision on the day *decided* saves, mean over units."""
        since = max(effective(self.contract, decided), date_of(int(month_start(self.first_month))))
        return self.bills(year) - self.bills(year, since)

    def saves(self, decided: date, year: int, least: float) -> bool:
        """Whether a decision on the day *decided* saves *least* euros of *year* or more, to half a cent."""
        return self.saved(decided, year) >= least - HALF_CENT

    def last(self, first: date, year: int, least: float) -> date | None:
        """The last day from *first* to the end of *year* whose decision saves *least* or more; None where none does.

        Of months the last is found whose first day's decision does, then the day within it, by halving.
        """
        end = date(year, 12, 31)
        firsts = [first, *(day for month in range(1, MONTHS * (year - first.year) + MONTHS)
                           if first < (day := _month_after(first, month)) <= end)]
        good = next((place for place in reversed(range(len(firsts))) if self.saves(firsts[place], year, least)), None)
        if good is None:
            return None
        low, high = firsts[good], [*firsts[1:], end + timedelta(days=1)][good]
        while (high - low).days > 1:
            middle = low + (high - low) // 2
            low, high = (middle, high) if self.saves(middle, year, least) else (low, middle)
        return low

    def deadlines(self, decided: date, years: Sequence[int]) -> list[dict]:
        """Rows of ``deadlines``."""
        rows = []
        for year in years:
            now = self.saved(decided, year)
            rows.append({"year": year, "contract": self.name, "title": self.contract.title,
                         "notice": int(self.contract.notice.value), "bills": round(self.bills(year), 2),
                         "saved": round(now, 2) + 0.0, "last_any": self.last(decided, year, CENT),
                         "last_half": self.last(decided, year, HALF * now) if now >= CENT else None})
        return rows


class Deadlines(NamedTuple):
    """What an immediate decision, on the day *decided*, saves, and until when one does.

    ``rows`` have COLUMNS: euros due in the year (*bills*), what an immediate decision saves of them, the last day on
    which a decision saves anything in the year, and half of that; None where it does not.
    """

    decided: date
    rows: pd.DataFrame


def _month_after(day: date, months: int) -> date:
    """First day of the month that lies so many *months* after that of *day*."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, 1)


def deadlines(run: StoredRun, root: Path, decided: date | None = None, workers: int = 1,
              progress: Progress = lambda done, total: None) -> Deadlines:
    """Every contract that may be stopped, by budget year of *run*: what stopping it saves, and until when it does.

    Parameters
    ----------
    root : data root, whose service files must still be those of the run.
    decided : day of an immediate decision; that of the run's scenario, or its first day, by default.

    Returns
    -------
    Its rows: by year the largest saving first.

    Raises
    ------
    InputError : the run has no services, or the service files are others now.
    """
    first = date_of(int(month_start(run.base_month + 1)))
    now = max(decided or run.date, first)
    years = list(range(now.year, run.last_month // MONTHS + 1))
    if not years:
        raise InputError("command line", f"option --decided {now}", "is after the run's last month",
                         f"choose a day until {run.last_month // MONTHS}-12-31")
    rebilled, classes = rebilled_contracts(run, root)
    found = in_workers(_Deadlines(now, years), rebilled, min(workers, len(rebilled)), progress)
    table = pd.DataFrame([row for rows in found for row in rows])
    table = table.assign(statutory_class=table["contract"].map(classes))
    table = table.sort_values(["year", "saved"], ascending=[True, False], kind="stable")
    return Deadlines(now, table[COLUMNS].reset_index(drop=True))


@dataclass(frozen=True)
class _Deadlines:
    """What a worker does with a contract."""

    decided: date
    years: Sequence[int]

    def __call__(self, one: Rebilled) -> list[dict]:
        return one.deadlines(self.decided, self.years)


def rebilled_contracts(run: StoredRun, root: Path,
                       most: int = MOST_UNITS) -> tuple[list[Rebilled], dict[str, StatutoryClass]]:
    """Every contract of *run* that may be stopped, with its first *most* units, and its class.

    The incentive to employers is left out: it is paid for jobs, and a run does not keep who of them is entitled.
    """
    if not run.with_services:
        raise InputError(f"run {run.name}", "", "has no services, so there is nothing to stop",
                         "run it again without --no-services")
    mix = mix_of(run, root)
    catalogue = mix.of(Catalogue)
    contracts = completed(mix.of(Contracts), mix.of(Subsidies), catalogue, mix.of(Integration))
    first, months, draws = run.base_month + 1, run.last_month - run.base_month, run.manifest["scenario"]["draws"]
    levels: Sequence[Mapping[int, float]] = (
        price_levels(run.books, contracts, first, months, draws, run.manifest["scenario"]["seed"]) if run.books
        else [defaultdict(lambda: 1.0)] * draws)
    classes = {name: which for name, (contract, which) in stoppable(mix).items() if contract.service != INCENTIVE}
    units = [(levels[draw], billable(run.episodes(draw, each), run.log(draw, each), contracts))
             for draw, each in run.units[:most]]
    return [Rebilled(name, contract, catalogue, first, months,
                     [(rows, level, daily_rates([contract], Episodes.of(rows), first, months))
                      for level, by_name in units for rows in [by_name[name]]])
            for name in classes for contract in [contracts.all[name]]], classes


def billable(episodes: pd.DataFrame, log: pd.DataFrame, contracts: Contracts) -> dict[str, pd.DataFrame]:
    """The stored *episodes* of a unit by contract, as bills take them: bought assessments have one, too."""
    payer = next((name for name, each in contracts.all.items() if each.service == ASSESSMENT), BOUGHT)
    named = episodes.assign(name=episodes["contract"].replace(BOUGHT, payer),
                            completed=episodes["ended"] == Ended.COMPLETED.name.lower())
    found = {}
    for name, contract in contracts.all.items():
        rows = named[named["name"] == name].assign(contract=0).reset_index(drop=True)
        found[name] = rows.assign(outcome=outcome_days(rows, log, [contract]))
    return found
