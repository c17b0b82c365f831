"""The opening stock: today's caseload, mid-spell, with counters.

A stock is drawn from a simulated past whose clients carry weights (how many people each stands for) by systematic
sampling, so that counts by state and counter differ from the weights' sums by less than one person a stratum.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim.clients.clients import FINAL, OPENING, Clients, State
from sim.clients.counter import paid_days
from sim.law.calendar import month_of
from sources.errors import InputError


def recalibrate(folder: Path) -> str:
    """The mend for a faulty calibration in *folder*, <data>/<area>/calibration/<month>: what makes it anew."""
    area = folder.parent.parent
    return f"run kuntaosuus calibrate --area {area.name} --until {folder.name} --data {area.parent}"


def counters_at(spells: pd.DataFrame, time: float, origin: int) -> np.ndarray:
    """Paid-day counter at *time* of clients whose *spells* (log rows) hold it."""
    unemployed = (spells["state"] == State.UNEMPLOYED).to_numpy()
    start = spells["start"].to_numpy()
    passed = paid_days(start, np.full(len(spells), time), origin)
    return spells["counter"].to_numpy() + np.where(unemployed, passed, 0)


def _clocks_at(spells: pd.DataFrame, time: float, origin: int) -> np.ndarray:
    """Month of spell at *time*, the first of a month, as the hazards see it: the clock runs by calendar months."""
    start = np.floor(spells["start"].to_numpy()).astype(np.int64) + origin
    passed = month_of(int(time) + origin) - month_of(start)
    return spells["clock"].to_numpy() + np.where(spells["state"] == State.UNEMPLOYED, passed, 0)


def work_before(log: pd.DataFrame, clients: int, time: float, window: float,
                waiting_days: int) -> tuple[np.ndarray, np.ndarray]:
    """Work that ended before *time*, since the last reset and inside the last *window* days, as one block a client.

    A spell that *time* cuts is no part of it: the client is in it still, and it counts when it ends.
    The block has the days and the mean date of the spells it stands for, so that it leaves the window about when
    they do.

    Returns
    -------
    days of work, and day on which the block ends, (clients,) each; 0 days, ending at *time*, for those without.
    """
    client, start, end = (log[c].to_numpy() for c in ("client", "start", "end"))
    state, counter = log["state"].to_numpy(), log["counter"].to_numpy()
    reset = np.full(clients, time - window)
    fresh = (state == State.UNEMPLOYED) & (counter == -waiting_days) & (start <= time)
    np.maximum.at(reset, client[fresh], start[fresh])
    work = ((state == State.SHORT_WORK) | (state == State.LASTING_WORK)) & (end < time) & (end > reset[client])
    who, begin, until = client[work], np.maximum(start[work], reset[client[work]]), end[work]
    days = np.bincount(who, until - begin, minlength=clients)
    middle = np.bincount(who, (until - begin) * (until + begin) / 2, minlength=clients) / np.maximum(days, 1e-9)
    return days, np.where(days > 0, np.minimum(middle + days / 2, time), time)


def draw_opening(clients: Clients, log: pd.DataFrame, weights: np.ndarray, time: float, origin: int,
                 window: float, waiting_days: int) -> Clients:
    """Clients who are not away for good at *time*, drawn in proportion to *weights*, with *time* as the new origin.

    Parameters
    ----------
    log : all spells of *clients* (EventLog.frame()), in days from *origin*.
    weights : people that each client stands for.
    window : days back from *time* in which work counts towards the work condition.
    """
    days, until = work_before(log, len(clients), time, window, waiting_days)
    now = log[(log["start"] < time) & (log["end"] >= time) & ~log["state"].isin(FINAL)]
    counters, clocks = counters_at(now, time, origin), _clocks_at(now, time, origin)
    order = np.lexsort((counters, now["state"].to_numpy()))
    cumulated = np.concatenate([[0.0], np.cumsum(weights[now["client"].to_numpy()[order]])])
    edges = np.floor(cumulated + 0.5).astype(np.int64)
    rows = np.repeat(order, np.diff(edges))
    who = now["client"].to_numpy()[rows]
    chosen = clients.take(who)
    size = len(rows)
    return Clients(
        cohort=np.full(size, OPENING, np.int32),
        enters=np.zeros(size),
        state=now["state"].to_numpy()[rows].astype(np.int8),
        since=np.round(now["start"].to_numpy()[rows] - time, 2),
        counter=counters[rows].astype(np.int32),
        clock=clocks[rows].astype(np.int32),
        age=chosen.age,
        born=(chosen.born - time).astype(np.int32),
        foreign_language=chosen.foreign_language,
        reduced_ability=chosen.reduced_ability,
        entitlement=chosen.entitlement,
        maximum_days=chosen.maximum_days,
        work_days=np.round(days[who], 1),
        work_until=np.round(until[who] - time, 1),
    )


COLUMNS = {"state": np.int8, "since": np.float64, "counter": np.int32, "clock": np.int32, "age": np.int8,
           "born": np.int32, "foreign_language": np.bool_, "reduced_ability": np.bool_, "entitlement": np.int8,
           "maximum_days": np.int16, "work_days": np.float64, "work_until": np.float64}


def opening_frame(opening: Clients) -> pd.DataFrame:
    """The stock as a table of COLUMNS, one row a client."""
    return pd.DataFrame({name: getattr(opening, name) for name in COLUMNS})


def read_opening(path: Path) -> Clients:
    """The stock that ``opening_frame`` wrote to a Parquet file."""
    try:
        frame = pd.read_parquet(path)
    except FileNotFoundError:
        raise InputError(path, "", "the file is missing", recalibrate(path.parent)) from None
    except (OSError, ValueError) as fault:
        raise InputError(path, "", f"is no Parquet table ({fault})", recalibrate(path.parent)) from None
    for name, kind in COLUMNS.items():
        if name not in frame.columns:
            raise InputError(path, f"column {name}", "is missing", recalibrate(path.parent))
        if frame[name].dtype != kind or frame[name].isna().any():
            found = f"holds {frame[name].dtype}, or gaps, where {np.dtype(kind)} belongs"
            raise InputError(path, f"column {name}", found, recalibrate(path.parent))
    columns = {name: frame[name].to_numpy() for name in COLUMNS}
    return Clients(cohort=np.full(len(frame), OPENING, np.int32), enters=np.zeros(len(frame)), **columns)
