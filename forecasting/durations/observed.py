"""Spells as they were in view, and the time at risk they hold by month of spell and calendar month."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.hazards import TOLD_APART
from sim.law.calendar import date_of, day_number, month_of, month_start
from sources.errors import InputError
from sources.spells import EXITS

YEAR = 12
PEOPLE = ("age_group", "foreign_language", "reduced_ability", "sex")  # what tells people apart, where it is given


def observe(spells: pd.DataFrame, since: date | None = None, until: date | None = None) -> pd.DataFrame:
    """*spells* cut to the window [since, until): what lies before is truncated, what lies after censored.

    Parameters
    ----------
    spells : of sources.spells.read_unemployment_spells.
    since : first day in view; by default every spell is in view from its entry.
    until : first day no longer in view; by default the day after the newest start, or the newest end if that is later.

    Returns
    -------
    DataFrame : person; start (day number); entry and time (days from the start: in view over (entry, time]); cause
        (0 censored, else 1 + place in EXITS); and those of PEOPLE that *spells* has.

    Raises
    ------
    InputError : the window holds no spell.
    """
    start, entry = (spells[column].to_numpy("datetime64[D]").astype(int) for column in ("start", "entry"))
    ended = spells["end"].notna().to_numpy()
    known_end = spells["end"].to_numpy("datetime64[D]").astype(int)
    last = max(int(start.max()) + 1, int(known_end[ended].max(initial=0))) if until is None else day_number(until)
    end = np.where(ended, np.minimum(known_end, last), last)
    entry = entry if since is None else np.maximum(entry, day_number(since))
    seen = entry < end
    if not seen.any():
        raise InputError("spells", f"from {since or 'the first'} to {until or 'the last'}", "no spell is in view",
                         "choose --since and --until so that spells lie between them")
    left = ended & (known_end <= last)
    cause = np.where(left, spells["exit"].map({"": 0, **{name: 1 + at for at, name in enumerate(EXITS)}}), 0)
    observed = pd.DataFrame({"person": spells["person"].to_numpy(), "start": start, "entry": entry - start,
                             "time": end - start, "cause": cause})
    for column in PEOPLE:
        if column in spells:
            observed[column] = spells[column].to_numpy()
    return observed[seen].reset_index(drop=True)


def window(observed: pd.DataFrame) -> tuple[date, date]:
    """First and last day in view."""
    first = (observed["start"] + observed["entry"]).min()
    last = (observed["start"] + observed["time"]).max() - 1
    return date_of(int(first)), date_of(int(last))


def spell_months(observed: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """First and last month of spell in which each spell was at risk; TOLD_APART stands for all later ones.

    Month *k* of a spell is the *k*-th calendar month after the one in which it began, as in the event model.
    """
    begun = month_of(observed["start"].to_numpy())
    first = month_of((observed["start"] + observed["entry"]).to_numpy()) - begun
    last = month_of((observed["start"] + observed["time"] - 1).to_numpy()) - begun
    return np.minimum(first, TOLD_APART), np.minimum(last, TOLD_APART)


def at_risk(observed: pd.DataFrame) -> pd.DataFrame:
    """Time at risk and exits, summed over spells: one row a cell that has any.

    Returns
    -------
    DataFrame : spell_month (0 to TOLD_APART, see spell_months), season (calendar month from 0), year, the PEOPLE there
        are, exposure (months of DAYS_PER_MONTH days), and exits by destination, one column for each of EXITS.
    """
    columns = [column for column in PEOPLE if column in observed]
    group, kinds = _kinds(observed, columns)
    start, end = observed["start"].to_numpy(), (observed["start"] + observed["time"]).to_numpy()
    entry, cause = start + observed["entry"].to_numpy(), observed["cause"].to_numpy()
    begun, reached, last = month_of(start), month_of(entry), month_of(end - 1)
    origin = int(reached.min())
    shape = (len(kinds), TOLD_APART + 1, int(last.max()) - origin + 1)
    sums = np.zeros((1 + len(EXITS), int(np.prod(shape))))
    rows, edges = np.arange(len(observed)), month_start(origin + np.arange(shape[2] + 1))
    for step in range(int((last - reached).max()) + 1):
        rows = rows[reached[rows] + step <= last[rows]]
        month = reached[rows] + step
        low = np.maximum(entry[rows], edges[month - origin])
        high = np.minimum(end[rows], edges[month - origin + 1])
        cell = np.ravel_multi_index((group[rows], np.minimum(month - begun[rows], TOLD_APART), month - origin), shape)
        sums[0] += np.bincount(cell, (high - low) / DAYS_PER_MONTH, sums.shape[1])
        leaves = np.where(month == last[rows], cause[rows], 0)
        for place in range(1, len(sums)):
            sums[place] += np.bincount(cell[leaves == place], minlength=sums.shape[1])
    used = np.flatnonzero(sums[0])
    kind, spell_month, month = np.unravel_index(used, shape)
    table: dict[str, Any] = {"spell_month": spell_month, "season": (origin + month) % YEAR,
                             "year": (origin + month) // YEAR,
                             **{column: kinds[column].to_numpy()[kind] for column in columns},
                             "exposure": sums[0, used]}
    return pd.DataFrame({**table, **{name: sums[1 + at, used] for at, name in enumerate(EXITS)}})


def _kinds(observed: pd.DataFrame, columns: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Number of each spell's kind of people, and the kinds."""
    grouped = observed.groupby(columns, sort=True)
    return grouped.ngroup().to_numpy(), grouped.size().index.to_frame(index=False)
