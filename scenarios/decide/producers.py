"""The league table of producers: what each contract gives, on equal terms, and what it costs, when, and at whose risk.

Only contracts of the same service are compared. A raw rate says whom a producer took as much as what it did, so rates
are adjusted for the case mix (``standardised``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.decide.producer_bills import ProducerBills
from scenarios.decide.standardised import (
    Clients,
    Standardised,
    between_units,
    of_one_year,
    shrunk,
    standardise,
)
from scenarios.decide.starters import Outcome, contracts_of, starters
from scenarios.paired import clusters_of
from scenarios.stored import UNIT_KEYS, StoredRun
from sim.money.operating import MONTHS
from sources.errors import InputError

CHARACTERISTICS = ["age_group", "foreign_language", "reduced_ability", "spell_months", "day_class"]
NEEDS_PAIR, SEVERAL, UNTOLD, NO_PRICE, TOLD = ("needs_pair", "several_changes", "not_told_from_zero", "no_price",
                                               "told")
"""What is known of the price of an avoided paid day; there is none where days and cost move the same way."""


@dataclass(frozen=True, eq=False)
class Producers:
    """What is said of the producers of a run.

    Attributes
    ----------
    outcome : what counts as one.
    table : a row a contract, see ``league``.
    cash : month, contract, euros due; the run's own, mean over units.
    year_ends, risk : see ProducerBills; None where the run's service files are no longer at hand.
    missing : why they are None.
    """

    run: str
    municipality: str
    outcome: Outcome
    table: pd.DataFrame
    cash: pd.DataFrame
    year_ends: pd.DataFrame | None
    risk: pd.DataFrame | None
    missing: str | None

    @property
    def years(self) -> pd.DataFrame:
        """Contract, year, paid: euros due in the simulated months of each year."""
        years = self.cash["month"].str[:4].astype(int).rename("year")
        return self.cash.groupby(["contract", years], sort=False)["euros"].sum().round(2).rename("paid").reset_index()


def producers_of(run: StoredRun, root: Path, outcome: Outcome) -> Producers:
    """Compare the producers of *run*, whose municipality's files lie under *root*."""
    table = league(run, outcome)
    cash = run.table("operating_lines", ["month", "contract", "mean"]).rename(columns={"mean": "euros"})
    try:
        bills = ProducerBills(run, root)
    except InputError as fault:
        return Producers(run.name, run.municipality, outcome, table, cash, None, None, str(fault))
    return Producers(run.name, run.municipality, outcome, table, cash, bills.year_ends(), bills.risk(), None)


def league(run: StoredRun, outcome: Outcome) -> pd.DataFrame:
    """One row a contract, by service.

    Returns
    -------
    contract, title, service, service_title, producer, kind; starts (a year) and completed (share of those who left);
    wait (days); followed (starters who count in the rates, over all units) and outcomes of them; raw, the rate as it
    is; ratio (observed over expected), its error and whether it is told from 1; adjusted, low and high (10-90 %, how
    well the run knows it); shrunk; year_low and year_high (10-90 %, what a year of real clients may show);
    payment (€ due in the simulated months); per_start, per_outcome (€, at the shrunk rate); avoided_day (€), and
    avoided_day_known, why there is none; compared, how many contracts of the service had starters who count.
    """
    contracts = contracts_of(run)
    people = starters(run, contracts, outcome)
    if people.empty:
        raise InputError(f"run {run.name}", "", f"is too short to see whose job lasts {outcome.lasting:g} months",
                         "give a smaller --lasting or --within, or a longer run")
    people["unit"] = people.groupby(UNIT_KEYS).ngroup()
    rates = pd.DataFrame(_rates(people, len(contracts)))
    use = _use(run, contracts)
    table = pd.concat([contracts, use, rates], axis=1)
    spread = people.groupby("service")[["unit", "outcome"]].apply(between_units)
    year_low, year_high = of_one_year(table["shrunk"].to_numpy(), table["starts"].to_numpy(),
                                      table["service"].map(spread).to_numpy(float))
    return _with_costs(run, table.assign(year_low=year_low, year_high=year_high))


def _use(run: StoredRun, contracts: pd.DataFrame) -> pd.DataFrame:
    """Starts a year, share completed, wait and cost of a start, in the order of *contracts*."""
    sums = run.table("unit_costs").set_index(["service", "contract"]).loc[
        pd.MultiIndex.from_frame(contracts[["service", "contract"]])].reset_index(drop=True)
    left = sums["completed"] + sums["dropped"]
    return pd.DataFrame({"starts": sums["started"] * MONTHS / run.terms.months,
                         "completed": sums["completed"] / left.where(left > 0), "wait": sums["wait"],
                         "per_start": sums["per_start"], "payment": sums["paid"]})


def _with_costs(run: StoredRun, table: pd.DataFrame) -> pd.DataFrame:
    """*table* with euros of an outcome and of an avoided paid day."""
    changed, alone = _changed_contracts(run)
    services = set(table.loc[table["contract"].isin(changed), "service"])
    price, known = np.nan, SEVERAL
    if alone and len(services) == 1:
        row = run.table("effect").query("line == 'per_avoided_day'")
        price = float(row["difference"].iloc[0]) if len(row) else np.nan
        known = UNTOLD if np.isnan(price) else TOLD if price > 0 else NO_PRICE
    here = table["contract"].isin(changed)
    return table.assign(per_outcome=(table["per_start"] / table["shrunk"].where(table["shrunk"] > 0)).round(2),
                        avoided_day=np.where(here, price, np.nan), avoided_day_known=np.where(here, known, NEEDS_PAIR))


def _changed_contracts(run: StoredRun) -> tuple[set[str], bool]:
    """Contracts that the scenario of *run* changes against its baseline, and whether it changes nothing else."""
    if not (run.folder / "effect.parquet").is_file():
        return set(), False
    paths = [change["at"].split(".") for change in run.manifest["scenario"]["layers"][-1]["changes"]]
    of_contracts = [path[2] for path in paths if path[0] == "contracts" and len(path) > 2]
    return set(of_contracts), len(of_contracts) == len(paths)


def _rates(people: pd.DataFrame, contracts: int) -> dict[str, np.ndarray]:
    """Columns of ``league`` from followed to shrunk; NaN where nobody was followed."""
    empty = np.full(contracts, np.nan)
    columns = {name: empty.copy() for name in ("raw", "ratio", "error", "adjusted", "low", "high", "shrunk")}
    columns |= {name: np.zeros(contracts) for name in ("followed", "outcomes", "compared", "told")}
    compared = []
    for _, rows in people.groupby("service", sort=False):
        codes, place = np.unique(rows["contract"], return_inverse=True)
        clients = Clients(place, rows["unit"].to_numpy(), clusters_of(rows["draw"].to_numpy()),
                          rows[CHARACTERISTICS].to_numpy(int), rows["outcome"].to_numpy(float))
        compared.append((codes, standardise(clients, len(codes))))
    for (codes, found), drawn in zip(compared, shrunk([found for _, found in compared]), strict=True):
        _fill(columns, codes, found, drawn)
    return {**columns, "told": columns["told"].astype(bool)}


def _fill(columns: dict[str, np.ndarray], codes: np.ndarray, found: Standardised, drawn: np.ndarray) -> None:
    columns["followed"][codes], columns["outcomes"][codes] = found.starters, found.outcomes
    columns["compared"][codes], columns["told"][codes] = len(codes), found.told
    columns["raw"][codes] = found.outcomes / found.starters
    columns["ratio"][codes], columns["error"][codes] = found.ratio, found.error
    low, high = found.interval()
    columns["adjusted"][codes], columns["shrunk"][codes] = found.rate * found.ratio, found.rate * drawn
    columns["low"][codes], columns["high"][codes] = np.maximum(found.rate * low, 0), np.minimum(found.rate * high, 1)
