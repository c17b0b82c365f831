"""What services and caseworkers did in one unit of a run: sums by month, small enough to keep of every unit.

Counts are of the episodes and meetings that the event model logged; lengths of lines and places are of its pools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from sim.clients.clients import AGE_GROUPS, WITH_BENEFIT, Clients, State
from sim.clients.counter import DAYS_PER_MONTH, paid_days
from sim.flow.pool import Record
from sim.law.ladder import Ladder

SPELL_BANDS = np.array([0, 1, 3, 6, 12, 24, 36, 60])  # lower ends, months
SERVICE_SUMS = ("asked", "started", "completed", "dropped", "gave_up", "outcomes", "wait_days", "inside_days",
                "place_days")
CASEWORK_SUMS = ("meetings", "minutes", "statutory", "late_statutory", "late_discretionary", "dropped", "waiting_days",
                 "busy_days", "place_days")
FLAGS = ("no", "yes")


@dataclass(frozen=True, eq=False)
class ServiceUse:
    """Sums of one unit.

    Attributes
    ----------
    services : (months, contracts, SERVICE_SUMS). Who was inside on the first day counts in ``inside_days`` and when it
        ends; ``wait_days`` are of those who started in the month.
    casework : (months, units of caseworkers, CASEWORK_SUMS); ``late`` are days from due to held, none where early;
        ``dropped`` were due in the month and never held, for want of time or because the client had left.
    mix : (contracts, cells of ``mix_cells``) clients who started within the months.
    """

    services: np.ndarray
    casework: np.ndarray
    mix: np.ndarray


def mix_cells(ladder: Ladder) -> list[tuple[str, str]]:
    """Characteristic and value of each cell of a case mix; the values of a characteristic are all there are."""
    values = {"age_group": AGE_GROUPS, "foreign_language": FLAGS, "reduced_ability": FLAGS,
              "spell_months": tuple(map(str, SPELL_BANDS)), "day_class": ladder.class_labels}
    return [(name, value) for name, each in values.items() for value in each]


def service_sums(episodes: pd.DataFrame, records: Sequence[Record]) -> np.ndarray:
    """(months, contracts, SERVICE_SUMS) of the log of *episodes* and the pools' *records*, one a contract.

    Parameters
    ----------
    episodes : contract (code), asked, start (NaN: gave up, or waits still), end (the horizon where it has not come),
        completed, outcome (NaN: none); days from the origin.
    """
    edges = records[0].edges
    code, completed = episodes["contract"].to_numpy(int), episodes["completed"].to_numpy(bool)
    asked, start, end, outcome = (episodes[name].to_numpy(float) for name in ("asked", "start", "end", "outcome"))
    began, ended = np.isfinite(start), end < edges[-1]

    def by_month(day: np.ndarray, rows: np.ndarray | bool = True, weights: np.ndarray | None = None) -> np.ndarray:
        return _by_month(edges, code, len(records), day, rows, weights)

    columns = [
        by_month(asked), by_month(start), by_month(end, began & ended & completed),
        by_month(end, began & ended & ~completed), by_month(end, ended & ~began), by_month(outcome),
        by_month(start, weights=start - asked),
        *_integrals(records, "busy_days", "place_days"),
    ]
    return np.stack(columns, axis=2)


def casework_sums(meetings: pd.DataFrame, records: Sequence[Record], statutory: Collection[int]) -> np.ndarray:
    """(months, units, CASEWORK_SUMS) of the *meetings* held and the pools' *records*, one a unit of caseworkers.

    Parameters
    ----------
    meetings : unit (code), task (code), due, start (NaN: not held), minutes; days from the origin.
    statutory : codes of the tasks that the law asks for.
    """
    code, start = meetings["unit"].to_numpy(int), meetings["start"].to_numpy(float)
    late = np.maximum(start - meetings["due"].to_numpy(float), 0)
    by_law = meetings["task"].isin(statutory).to_numpy()

    def by_month(rows: np.ndarray | bool = True, weights: np.ndarray | None = None,
                 day: np.ndarray = start) -> np.ndarray:
        return _by_month(records[0].edges, code, len(records), day, rows, weights)

    columns = [
        by_month(), by_month(weights=meetings["minutes"].to_numpy(float)), by_month(by_law),
        by_month(by_law, late), by_month(~by_law, late), by_month(np.isnan(start), day=meetings["due"].to_numpy(float)),
        *_integrals(records, "waiting_days", "busy_days", "place_days"),
    ]
    return np.stack(columns, axis=2)


def _integrals(records: Sequence[Record], *names: str) -> list[np.ndarray]:
    """(months, records) of each name."""
    return [np.stack([getattr(record, name) for record in records], axis=1) for name in names]


def _by_month(edges: np.ndarray, code: np.ndarray, codes: int, day: np.ndarray, rows: np.ndarray | bool,
              weights: np.ndarray | None) -> np.ndarray:
    """(months, codes) number, or sum of *weights*, of those *rows* whose *day* lies within the months."""
    within = (day >= edges[0]) & (day < edges[-1]) & rows
    cell = (np.searchsorted(edges, day[within], side="right") - 1) * codes + code[within]
    months = len(edges) - 1
    return np.bincount(cell, None if weights is None else weights[within], months * codes).reshape(months, codes)


class Characterised(Protocol):
    """What is asked of clients, arrays by client."""

    @property
    def age(self) -> np.ndarray: ...

    @property
    def foreign_language(self) -> np.ndarray: ...

    @property
    def reduced_ability(self) -> np.ndarray: ...


def at_start(episodes: pd.DataFrame, log: pd.DataFrame, clients: Characterised, ladder: Ladder,
             origin: int) -> pd.DataFrame:
    """*episodes* that began on day 0 or later, by start, with the characteristics of ``mix_cells`` as codes.

    Parameters
    ----------
    episodes : client, contract, start, and whatever else is to be kept.
    log : spells of the event model (client, state, start, counter, clock), of which the newest by then tells months of
        the spell and paid days.
    clients : whom the episodes are of.
    origin : day number of day 0.
    """
    began = episodes[episodes["start"] >= 0].astype({"client": np.int64})
    spells = log[["client", "state", "start", "counter", "clock"]].astype({"client": np.int64})
    at = pd.merge_asof(began.sort_values("start"), spells.assign(since=spells["start"]).sort_values(
        "start", kind="stable"), on="start", by="client")
    start, since = at["start"].to_numpy(float), at["since"].to_numpy(float)
    with_benefit = at["state"].isin(WITH_BENEFIT).to_numpy()
    counter = at["counter"].to_numpy() + with_benefit * paid_days(since, start, origin)
    months = at["clock"].to_numpy() + (start - since) / DAYS_PER_MONTH
    client = at["client"].to_numpy(int)
    return at[list(episodes)].assign(
        age_group=clients.age[client].astype(int), foreign_language=clients.foreign_language[client].astype(int),
        reduced_ability=clients.reduced_ability[client].astype(int),
        spell_months=np.searchsorted(SPELL_BANDS, months, side="right") - 1,
        day_class=ladder.class_of_day(counter.astype(int)))


def case_mix(episodes: pd.DataFrame, contracts: int, log: pd.DataFrame, clients: Clients, ladder: Ladder,
             origin: int) -> np.ndarray:
    """(contracts, cells of ``mix_cells``) starters, by what they were at the start; see ``at_start``."""
    at = at_start(episodes[["client", "contract", "start"]], log, clients, ladder, origin)
    code, sizes = at["contract"].to_numpy(int), Counter(name for name, _ in mix_cells(ladder))
    counts = [np.bincount(code * size + at[name].to_numpy(int), minlength=contracts * size).reshape(contracts, size)
              for name, size in sizes.items()]
    return np.concatenate(counts, axis=1)


def job_days(episodes: pd.DataFrame, log: pd.DataFrame, within: float, lasting: float) -> np.ndarray:
    """Day of the first job in the open market since the start of each of *episodes*; NaN unless it comes and lasts.

    Parameters
    ----------
    episodes : client, start, end; all began.
    log : spells of the event model (client, state, start, end, open).
    within : days after the end of the episode in which it must have begun.
    lasting : days that it must hold; of a job that the horizon cuts, it is taken that it does.
    """
    work = log[log["state"].isin((State.SHORT_WORK, State.LASTING_WORK))].astype({"client": np.int64})
    jobs = work[["client", "start", "end", "open"]].rename(columns={"start": "job", "end": "until"}).sort_values("job")
    rows = episodes[["client", "start", "end"]].astype({"client": np.int64}).assign(row=np.arange(len(episodes)))
    found = pd.merge_asof(rows.sort_values("start"), jobs, left_on="start", right_on="job", by="client",
                          direction="forward")
    held = (found["until"] - found["job"] >= lasting) | (found["open"] == True)  # noqa: E712  (missing: no job)
    good = (held & (found["job"] <= found["end"] + within)).to_numpy()
    day = np.full(len(episodes), np.nan)
    day[found["row"].to_numpy()[good]] = found["job"].to_numpy()[good]
    return day
