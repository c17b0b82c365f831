"""Exits measured from a municipality's own spells: the hazard file, in place of hazards from published tables.

``kuntaosuus durations fit`` writes it and docs/durations.md describes its columns: one row an age group and band of
months of spell, the bands of an age group in order and without gaps from month 0, the last one open.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.clients.clients import AGE_GROUPS
from sim.clients.hazards import TOLD_APART
from sources.errors import InputError, nearest
from sources.files import numbers, read_csv, refuse

DESTINATIONS = ("work", "service", "other")
COLUMNS = ("age_group", "first_month", "last_month", "hazard", "standard_error", *DESTINATIONS, "persons", "exits")

ROUNDED = 0.02  # by which three shares of two decimals may miss one


@dataclass(frozen=True, eq=False)
class MeasuredExits:
    """Hazards and destinations by age group and month of spell.

    Attributes
    ----------
    hazards : (3, TOLD_APART + 1) exit hazard a month, to all destinations, as sim.clients.hazards.exit_hazards.
    destinations : (3, TOLD_APART + 1, 3) shares of exits to DESTINATIONS; NaN where too few were seen to tell.
    """

    hazards: np.ndarray
    destinations: np.ndarray


def read_measured(path: Path) -> MeasuredExits:
    """The hazard file at *path*.

    Raises
    ------
    InputError : a missing column or age group, bands that do not follow each other from 0, a hazard that is not
        positive, or shares that are not shares.
    """
    raw = read_csv(path, COLUMNS)
    refuse(raw, "age_group", ~raw["age_group"].isin(AGE_GROUPS), path, "is unknown", nearest("", AGE_GROUPS))
    table = pd.DataFrame({"first_month": numbers(raw, "first_month", path), "hazard": numbers(raw, "hazard", path)})
    refuse(raw, "hazard", ~table["hazard"].between(0, np.inf, inclusive="neither"), path, "is not a hazard",
           "write a hazard a month above 0")
    shares = _shares(raw, path)
    hazards, destinations = [], []
    for age in AGE_GROUPS:
        rows = np.flatnonzero(raw["age_group"] == age)
        band = _band_of_month(raw.iloc[rows], table["first_month"].to_numpy()[rows], age, path)
        hazards.append(table["hazard"].to_numpy()[rows][band])
        destinations.append(shares[rows][band])
    return MeasuredExits(np.array(hazards), np.array(destinations))


def _shares(raw: pd.DataFrame, path: Path) -> np.ndarray:
    """(rows, 3) shares by destination; a row without them is NaN."""
    untold = (raw[list(DESTINATIONS)] == "").all(axis=1)
    shares = np.column_stack([numbers(raw.assign(**{name: raw[name].mask(untold, "0")}), name, path)
                              for name in DESTINATIONS])
    refuse(raw, DESTINATIONS[0], ~untold & ((shares < 0).any(axis=1) | (abs(shares.sum(axis=1) - 1) > ROUNDED)), path,
           f"and the other shares are not shares that sum to 1 ({', '.join(DESTINATIONS)})",
           "write three shares, or leave all three empty")
    shares[untold] = np.nan
    return shares / np.where(untold, 1, shares.sum(axis=1))[:, None]


def _band_of_month(raw: pd.DataFrame, first: np.ndarray, age: str, path: Path) -> np.ndarray:
    """Place of the band of each month of spell; InputError unless the bands follow each other from 0 and stay open."""
    follow = [*(str(int(month) - 1) for month in first[1:]), ""]
    if not len(raw) or first[0] != 0 or (np.diff(first) <= 0).any() or raw["last_month"].tolist() != follow:
        raise InputError(path, f"age group {age}", "its bands do not follow each other from month 0 to an open one",
                         "let first_month be one more than the last_month before, and the newest last_month empty")
    return np.searchsorted(first, np.arange(TOLD_APART + 1), side="right") - 1
