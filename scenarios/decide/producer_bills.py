"""What producers would bill of a stored run: again, across each year's end, and if there were more or less to bill.

A run keeps who was in which service, and not its contracts; those are read again from the municipality's files with the
scenario's changes, so only while the files are the ones that the run was made with. All euros are of the billing
functions of ``sim.money.contracts``: there is no second formula of a tariff, a cap, a floor or a promised volume.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.decide.restored import mix_of
from scenarios.decide.starters import coded
from scenarios.served import outcome_days
from scenarios.service_account import price_levels
from scenarios.stored import StoredRun
from sim.law.calendar import month_number, month_start
from sim.money.contracts import UNSCALED, Bills, Scaled, bills
from sim.money.episodes import Episodes, daily_rates
from sim.money.operating import MONTHS
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contracts
from sim.services.integration import Integration
from sim.services.subsidies import Subsidies, completed

SHIFTS: Mapping[str, Scaled] = {
    "outcomes_lower": Scaled(outcomes=0.9), "outcomes_higher": Scaled(outcomes=1.1), "volume_lower": Scaled(volume=0.8)}
"""What may come otherwise, by name: a tenth fewer or more outcomes of as many participants; a fifth fewer of both."""


class ProducerBills:
    """Bills of a stored *run* with services; InputError where the service files under *root* are no longer its own."""

    def __init__(self, run: StoredRun, root: Path) -> None:
        mix = mix_of(run, root)
        self.run = run
        self.contracts: Contracts = completed(mix.of(Contracts), mix.of(Subsidies), mix.of(Catalogue),
                                              mix.of(Integration))
        self.names = pd.DataFrame({"contract": list(self.contracts.all),
                                   "service": [each.service for each in self.contracts.all.values()]})
        self.first, self.months = month_number(run.terms.first_month), run.terms.months

    @cached_property
    def _levels(self) -> list[Mapping[int, float]]:
        """Price level by year, of each draw."""
        scenario = self.run.manifest["scenario"]
        if self.run.books is None:
            return [defaultdict(lambda: 1.0)] * scenario["draws"]
        return list(price_levels(self.run.books, self.contracts, self.first, self.months, scenario["draws"],
                                 scenario["seed"]))

    def episodes(self, key: tuple[int, int]) -> pd.DataFrame:
        """Who was in which contract (its code) in a unit, with completed and the day of the contract's own outcome."""
        rows = coded(self.run.episodes(*key), self.names).reset_index(drop=True)
        return rows.assign(outcome=outcome_days(rows, self.run.log(*key), list(self.contracts.all.values())))

    def bills(self, draw: int, episodes: pd.DataFrame, months: int, scaled: Scaled = UNSCALED) -> Bills:
        """What is billed of the *episodes* of a unit that fall within the first *months*, as far as it is known then.

        What was billed for the time before the run is reckoned from its own first year.
        """
        priced, began = list(self.contracts.all.values()), Episodes.of(episodes)
        rates = daily_rates(priced, began, self.first, self.months)
        after = float(month_start(self.first + months) - month_start(self.first))
        known = Episodes.of(episodes[episodes["start"] < after].assign(
            outcome=episodes["outcome"].where(episodes["outcome"] < after)))
        return bills(priced, known, self.first, months, self._levels[draw], rates, scaled)

    @cached_property
    def _units(self) -> list[tuple[int, pd.DataFrame]]:
        """Draw and episodes of every unit."""
        return [(key[0], self.episodes(key)) for key in self.run.units]

    def risk(self) -> pd.DataFrame:
        """What each contract costs for what happens in the run, and what it would if it came otherwise.

        Returns
        -------
        contract, euros (mean over units, whenever due), by name of SHIFTS the change in euros, and ``producer_share``:
        the part of a fall in outcomes that the producer bears, 0 where the city pays as before and 1 where payment
        falls as outcomes do; empty where nothing is paid.
        """
        cases = {"euros": UNSCALED, **SHIFTS}
        sums = {name: np.mean([self.bills(draw, rows, self.months, scaled).accrued.sum(axis=1)
                               for draw, rows in self._units], axis=0) for name, scaled in cases.items()}
        table = pd.DataFrame({"contract": self.names["contract"], "euros": sums["euros"].round(2),
                              **{name: (sums[name] - sums["euros"]).round(2) + 0.0 for name in SHIFTS}})
        fall = 1 - SHIFTS["outcomes_lower"].outcomes
        paid = table["euros"].where(table["euros"] > 0)
        return table.assign(producer_share=(0.0 - table["outcomes_lower"]) / (fall * paid))

    def year_ends(self) -> pd.DataFrame:
        """What has happened by the end of each budget year and falls due only after it.

        Returns
        -------
        contract, year, euros: mean over units.
        """
        last = self.first + self.months - 1
        rows = []
        for year in range(self.first // MONTHS, (last + 1) // MONTHS):
            months = (year + 1) * MONTHS - self.first
            later = np.mean([self.bills(draw, episodes, months).later.sum(axis=1) for draw, episodes in self._units],
                            axis=0)
            rows.append(pd.DataFrame({"contract": self.names["contract"], "year": year, "euros": later.round(2)}))
        return pd.concat(rows, ignore_index=True)
