"""The stored events of a run, from which it is priced again and explained without a simulation.

A unit (draw, replication) is two Parquet files named DRAW.REPLICATION.parquet, which its worker process writes: in
``spells`` the event log, in ``newcomers`` those who arrived; and with services a third, in ``episodes``, who asked for
which service and was in it. Once a run come ``opening.parquet``, the opening stock,
and ``pricing.json``, what prices a log beside the law. Numbers come back to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.pricing import Terms
from sim.clients.clients import OPENING, Clients
from sim.clients.opening import COLUMNS as OPENING_COLUMNS
from sim.clients.opening import opening_frame
from sim.flow.log import COLUMNS as SPELL_COLUMNS
from sim.flow.log import EventLog
from sim.law.calendar import month_label, month_number, month_start
from sim.money.payment import PaymentProfile
from sources.errors import InputError
from sources.files import Strict, read_text

SPELLS, NEWCOMERS, EPISODES = "spells", "newcomers", "episodes"
OPENING_FILE, PRICING_FILE = "opening.parquet", "pricing.json"
# the rest of a newcomer is the same for all, or stands in the first spell
RIGHTS = ("age", "foreign_language", "reduced_ability", "entitlement", "maximum_days")
NEWCOMER_COLUMNS = {"cohort": np.int32, "enters": np.float64, **{name: OPENING_COLUMNS[name] for name in RIGHTS}}
EPISODE_COLUMNS = {"client": np.int32, "contract": object, "service": object, "title": object, "asked": np.float64,
                   "start": np.float64, "end": np.float64, "ended": object}
NEW_RUN = "make the run anew with kuntaosuus run"


@dataclass(frozen=True, eq=False)
class People:
    """Those whom a unit's log speaks of: columns as in Clients, in its order."""

    cohort: np.ndarray
    enters: np.ndarray
    since: np.ndarray
    age: np.ndarray
    foreign_language: np.ndarray
    reduced_ability: np.ndarray
    entitlement: np.ndarray
    maximum_days: np.ndarray

    def __len__(self) -> int:
        return len(self.cohort)


class StoredProfile(Strict):
    """The payment profile."""

    delay_days: float
    late_share: float
    advanced_share: float


class StoredTerms(Strict):
    """Schema of pricing.json: scenarios.pricing.Terms of all draws."""

    first_month: str
    months: int
    thresholds: tuple[int, ...]
    profile: StoredProfile
    utilisation: list[list[float]]
    slips: list[list[float]]
    accrued: list[list[list[float]]]
    integration_plan: float
    newcomers: float

    def terms(self, draw: int) -> Terms:
        """Those of *draw*."""
        return Terms(month_number(self.first_month), self.months, self.thresholds, np.array(self.utilisation[draw]),
                     np.array(self.slips[draw]), PaymentProfile(**self.profile.model_dump()), np.array(self.accrued),
                     self.integration_plan, self.newcomers)


def write_unit(folder: Path, draw: int, replication: int, log: pd.DataFrame, newcomers: Clients) -> None:
    """Write the event log and the newcomers of a unit; InputError when that fails."""
    spells = {name: log[name].to_numpy() for name in SPELL_COLUMNS}
    people = {name: getattr(newcomers, name) for name in NEWCOMER_COLUMNS}
    # clients rise by one or stay, so their differences pack to almost nothing; times are all different
    _write(folder / SPELLS, draw, replication, spells, use_dictionary=["draw", "replication", "state", "clock"],
           column_encoding={"client": "DELTA_BINARY_PACKED"})
    _write(folder / NEWCOMERS, draw, replication, people)


def write_episodes(folder: Path, draw: int, replication: int, episodes: pd.DataFrame) -> None:
    """Write the *episodes* of a unit, of EPISODE_COLUMNS; InputError when that fails."""
    _write(folder / EPISODES, draw, replication, {name: episodes[name].to_numpy() for name in EPISODE_COLUMNS})


def _write(folder: Path, draw: int, replication: int, columns: dict[str, np.ndarray], **encoding) -> None:
    rows = len(next(iter(columns.values())))
    keys = {"draw": np.full(rows, draw, np.int32), "replication": np.full(rows, replication, np.int32)}
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({**keys, **columns}), folder / f"{draw}.{replication}.parquet", compression="zstd",
                       **encoding)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise InputError(folder, "", f"cannot be written ({fault.strerror or fault})",
                         "free space, choose another folder with --results, or add --no-events") from None


def write_shared(folder: Path, opening: Clients, terms: list[Terms]) -> None:
    """Write what all units share: the *opening* stock, and the *terms* of each draw; InputError when that fails."""
    first = terms[0]
    stored = StoredTerms(
        first_month=month_label(first.first_month), months=first.months, thresholds=first.thresholds,
        profile=StoredProfile(**vars(first.profile)), utilisation=[each.utilisation.tolist() for each in terms],
        slips=[each.slips.tolist() for each in terms], accrued=first.accrued.tolist(),
        integration_plan=first.integration_plan, newcomers=first.newcomers)
    with _told(folder):
        opening_frame(opening).to_parquet(folder / OPENING_FILE, index=False, compression="zstd")
        (folder / PRICING_FILE).write_text(stored.model_dump_json() + "\n", encoding="utf-8", newline="\n")


def read_terms(folder: Path) -> StoredTerms:
    """What prices the logs in *folder*."""
    path = folder / PRICING_FILE
    text = read_text(path)
    try:
        return StoredTerms.model_validate_json(text)
    except ValueError as fault:
        raise InputError(path, "", f"is not what a run writes ({str(fault).splitlines()[0]})", NEW_RUN) from None


def read_stock(folder: Path) -> Clients:
    """The opening stock stored in *folder*."""
    columns = _read(folder / OPENING_FILE, OPENING_COLUMNS)
    size = len(columns["state"])
    return Clients(cohort=np.full(size, OPENING, np.int32), enters=np.zeros(size), **columns)


def read_people(folder: Path, draw: int, replication: int, opening: Clients) -> People:
    """The *opening* stock and the newcomers of a unit."""
    new = _read(folder / NEWCOMERS / f"{draw}.{replication}.parquet", NEWCOMER_COLUMNS)
    new["since"] = new["enters"]
    return People(**{name: np.concatenate([getattr(opening, name), new[name]]) for name in People.__annotations__})


def read_log(folder: Path, draw: int, replication: int, first_month: int, months: int) -> pd.DataFrame:
    """The event log of a unit as EventLog.frame() gave it."""
    log = EventLog(float(month_start(first_month + months) - month_start(first_month)))
    log.extend(_read(folder / SPELLS / f"{draw}.{replication}.parquet", SPELL_COLUMNS))
    return log.frame()


def read_episodes(folder: Path, draw: int, replication: int) -> pd.DataFrame:
    """The episodes of a unit as they were written."""
    return pd.DataFrame(_read(folder / EPISODES / f"{draw}.{replication}.parquet", EPISODE_COLUMNS))


def _read(path: Path, columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Columns of a Parquet file that a run wrote, whose types *columns* gives by name."""
    try:
        table = pq.ParquetFile(path).read(list(columns))
    except FileNotFoundError:
        raise InputError(path, "", "the file is missing", NEW_RUN) from None
    except (OSError, ValueError) as fault:
        raise InputError(path, "", f"is no Parquet table ({str(fault).splitlines()[0]})", NEW_RUN) from None
    for name, kind in columns.items():
        if name not in table.column_names or table[name].null_count or table[name].to_numpy().dtype != kind:
            raise InputError(path, f"column {name}", f"is missing or not of type {np.dtype(kind)} throughout", NEW_RUN)
    return {name: table[name].to_numpy() for name in columns}
