"""Where the people of a run are at each month's end, and how long unemployment lasts by age: from its events."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from statsmodels.duration.survfunc import SurvfuncRight

from scenarios.stored import StoredRun
from scenarios.told.small_cells import LEAST
from sim.clients.clients import AGE_GROUPS, OPENING, WITH_BENEFIT, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.law.calendar import month_label, month_start


def whereabouts(run: StoredRun) -> pd.DataFrame:
    """People in each state at the end of each month.

    Returns
    -------
    Mean over units; index months as 2026-09, columns names of State in lower case, those that occur.
    """
    first, months = _span(run)
    ends = np.array([month_start(first + each + 1) - month_start(first) for each in range(months)], float) - 0.5
    counts = np.zeros((months, len(State)))
    for draw, replication in run.units:
        log = run.log(draw, replication)
        for state, rows in log.groupby("state"):
            # those who came in by then less those who have gone on by then
            began, over = (np.searchsorted(np.sort(rows[name].to_numpy()), ends, side="right")
                           for name in ("start", "end"))
            counts[:, state] += began - over
    table = pd.DataFrame(counts / len(run.units), columns=[state.name.lower() for state in State],
                         index=pd.Index([month_label(first + each) for each in range(months)], name="month"))
    return table.loc[:, (table != 0).any()]


def survival(run: StoredRun) -> pd.DataFrame:
    """Share of new spells of unemployment that still last, by age group: Kaplan and Meier (1958), unit by unit.

    Time in services and on lay-off is unemployment. Spells of the opening stock are left out: how long those lasted
    that ended before it is not known. A spell that the horizon cut is censored.

    Returns
    -------
    Rows age_group and month since its begin; share (mean over units), p10 and p90 (over units), at_risk (mean number
    of spells, of which fewer than ``small_cells.LEAST`` are not shown).
    """
    grid = np.arange(_span(run)[1] + 1)
    found = [each for draw, replication in run.units for each in _unit_survival(run, draw, replication, grid)]
    by_month = pd.concat(found).groupby(["age_group", "month"])
    table = by_month[["share", "at_risk"]].mean()
    table["p10"], table["p90"] = (by_month["share"].quantile(level) for level in (0.1, 0.9))
    return table[table["at_risk"] >= LEAST].reset_index()


def _span(run: StoredRun) -> tuple[int, int]:
    """First month of the forecast, and how many there are."""
    terms = run.terms.terms(0)
    return terms.first_month, terms.months


def _unit_survival(run: StoredRun, draw: int, replication: int, grid: np.ndarray) -> Iterator[pd.DataFrame]:
    people = run.people(draw, replication)
    spells = new_spells(run.log(draw, replication), people.cohort == OPENING)
    age = people.age[spells["client"].to_numpy()]
    for place, group in enumerate(AGE_GROUPS):
        months = spells["days"].to_numpy()[age == place] / DAYS_PER_MONTH
        if not len(months):
            continue
        curve = SurvfuncRight(months, spells["ended"].to_numpy()[age == place])
        at = np.searchsorted(curve.surv_times, grid, side="right")
        yield pd.DataFrame({"age_group": group, "month": grid, "share": np.append(1.0, curve.surv_prob)[at],
                            "at_risk": [(months >= each).sum() for each in grid]})


def new_spells(log: pd.DataFrame, opening: np.ndarray) -> pd.DataFrame:
    """Spells of unemployment that began within the forecast.

    Parameters
    ----------
    log : event log of a unit.
    opening : of each client, whether of the opening stock.

    Returns
    -------
    A row a spell: client, days (its length), ended (whether it did before the horizon).
    """
    benefit = log["state"].isin([int(state) for state in WITH_BENEFIT]).to_numpy()
    client = log["client"].to_numpy()
    first = np.append(True, client[1:] != client[:-1])
    begins = benefit & (first | ~np.append(False, benefit[:-1]))
    rows = log.assign(spell=begins.cumsum(), known=~(first & opening[client]))[benefit]
    spells = rows.groupby("spell").agg(client=("client", "first"), start=("start", "first"), end=("end", "last"),
                                       open=("open", "last"), known=("known", "first"))
    spells = spells[spells["known"]]
    return pd.DataFrame({"client": spells["client"], "days": spells["end"] - spells["start"],
                         "ended": ~spells["open"]}).reset_index(drop=True)
