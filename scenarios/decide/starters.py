"""Who started in which contract of a stored run, what they were like then, and whether a job followed that lasts.

A rate needs people who were followed to its end: those who started so early that, by the stays of nearly all in their
service, the job could still begin and last within the run. All others are left out, whatever came of them, and the day
is the same for all contracts of a service.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.service_use import at_start, job_days
from scenarios.stored import UNIT_KEYS, StoredRun
from sim.clients.counter import DAYS_PER_MONTH
from sim.law.calendar import month_number, month_start
from sources.errors import InputError

NEARLY_ALL = 0.95  # of stays in a service, from start to end
BOUGHT, ASSESSMENT = "bought_assessment", "expert_assessment"  # a queue, and the service whose contract pays for it
CONTRACT = ["contract", "title", "service", "service_title", "producer", "kind"]


class Outcome(NamedTuple):
    """What counts as an outcome of a service: a job in the open market.

    Attributes
    ----------
    within : months after the end of the service in which it begins; it may begin inside, too.
    lasting : months that it lasts.
    """

    within: float = 3.0
    lasting: float = 6.0

    @property
    def days(self) -> tuple[float, float]:
        """Both in days."""
        return self.within * DAYS_PER_MONTH, self.lasting * DAYS_PER_MONTH


def contracts_of(run: StoredRun) -> pd.DataFrame:
    """Names and titles of the contracts of *run* (CONTRACT), in their order; InputError where it has no services."""
    if not run.with_services:
        raise InputError(f"run {run.name}", "", "simulated no services, so it knows no producers",
                         "make one with kuntaosuus run --services")
    about = run.table("operating_lines", ["contract", "service", "producer", "kind"]).drop_duplicates("contract")
    titles = run.table("unit_costs", ["service", "contract", "title"])
    services = titles[titles["contract"] == "total"].set_index("service")["title"]
    named = titles[titles["contract"] != "total"].set_index("contract")["title"]
    return about.assign(title=about["contract"].map(named),
                        service_title=about["service"].map(services))[CONTRACT].reset_index(drop=True)


def coded(episodes: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """*episodes* of a unit that began in one of *contracts*, whose place stands as the code of the contract."""
    code = {name: place for place, name in enumerate(contracts["contract"])}
    for name in contracts.loc[contracts["service"] == ASSESSMENT, "contract"][:1]:
        code[BOUGHT] = code[name]
    rows = episodes[episodes["start"].notna() & episodes["contract"].isin(list(code))]
    return rows.assign(contract=rows["contract"].map(code).astype(int), completed=rows["ended"] == "completed")


def starters(run: StoredRun, contracts: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """Those who started within the run and were followed to the end of the *outcome*, of all units.

    Returns
    -------
    draw, replication, client, contract (place in *contracts*), service, start, end, completed, the characteristics of
    ``at_start``, and outcome (whether it came).
    """
    horizon = float(month_start(run.last_month + 1) - month_start(month_number(run.terms.first_month)))
    rows = pd.concat([_of_unit(run, key, contracts, outcome) for key in run.units], ignore_index=True)
    rows = rows.assign(service=contracts["service"].to_numpy()[rows["contract"]])
    stays = (rows["end"] - rows["start"]).where(rows["ended"] != "open")
    stay = stays.groupby(rows["service"]).quantile(NEARLY_ALL)
    latest = horizon - sum(outcome.days) - rows["service"].map(stay)
    return rows[rows["start"] <= latest].reset_index(drop=True)


def _of_unit(run: StoredRun, key: tuple[int, int], contracts: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    log, pricing = run.log(*key), run.pricing(key[0])
    began = coded(run.episodes(*key), contracts)[["client", "contract", "start", "end", "ended", "completed"]]
    rows = at_start(began, log, run.people(*key), pricing.ladders[0], int(pricing.periods.edges[0]))
    found = np.isfinite(job_days(rows, log, *outcome.days))
    return rows.assign(**dict(zip(UNIT_KEYS, key, strict=True)), outcome=found)
