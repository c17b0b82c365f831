"""The rows of a hand-written history, read and checked one by one.

The file is a CSV of spells: who, from when to when, in which state and with which benefit; docs/ledger.md describes
its columns. A row of ``correction`` is no spell: it takes back what was paid for days of the same client.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from sim.clients.clients import FINAL, WITH_BENEFIT, State
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import date_of, day_number, month_label, month_number, month_of
from sim.law.loader import Law
from sources.errors import InputError, nearest
from sources.files import read_csv

COLUMNS = ("client", "start", "end", "state", "benefit", "utilisation", "opening_counter")
OPTIONAL = ("maximum_days", "opening_labour_market", "accrues", "home", "billed_from")
CORRECTION = "correction"
STATES = {state.name.lower(): state for state in State}
BENEFITS = {entitlement.name.lower(): (entitlement, False) for entitlement in Entitlement} | {
    "additional_days": (Entitlement.EARNINGS_RELATED, True)}
HOMES = {"": True, "yes": True, "no": False}
ACCRUALS = {"": 0.0, "0": 0.0, "0.5": 0.5, "1": 1.0}
LAST_YEAR = 2100  # a later one is a slip of the pen, and months up to it would be laid out
Choice = TypeVar("Choice")


class Spell(NamedTuple):
    """One row of the file: line number, name of the client, day numbers, and what the client is entitled to.

    Rows without benefit have entitlement, maximum, utilisation and accrual 0; the two openings and *billed_from* (a
    month number) are None where nothing is written. *endless*: additional days follow the maximum. *accrues*: what a
    month of the spell adds to the work condition beside the benefit.
    """

    row: int
    client: str
    start: int
    end: int
    state: State
    home: bool
    opening: int | None
    opening_labour_market: int | None
    entitlement: Entitlement = Entitlement.LABOUR_MARKET
    endless: bool = False
    maximum_days: int = 0
    utilisation: float = 0.0
    accrues: float = 0.0
    billed_from: int | None = None


class Correction(NamedTuple):
    """Days of *client* whose benefit is recovered, and the month number in which it is."""

    row: int
    client: str
    start: int
    end: int
    billed_from: int


def read_spells(path: Path, law: Law) -> tuple[list[Spell], list[Correction]]:
    """Spells and corrections in the CSV file at *path*, each by client and start; maximum days default by *law*.

    Raises
    ------
    InputError : names the row and column of an unknown column, state or benefit, a bad date or number, an end that
        is not after its start, an overlap, a missing or second opening counter, a value where it has no meaning, or
        a return of a client who is gone, on a pension or on additional days.
    """
    frame = read_csv(path, COLUMNS)
    for column in frame.columns:
        if column not in (*COLUMNS, *OPTIONAL):
            raise InputError(path, f"column {column}", "unknown column", nearest(column, (*COLUMNS, *OPTIONAL)))
    if frame.empty:
        raise InputError(path, "", "holds no spells", "write one row a spell under the header")
    spells, corrections = list[Spell](), list[Correction]()
    for number, cells in enumerate(frame.to_dict("records"), start=2):
        row = _Row(path, number, {key: str(cell).strip() for key, cell in cells.items()})
        if row.cells["state"] == CORRECTION:
            corrections.append(row.correction())
        else:
            spells.append(row.spell(law))
    order = attrgetter("client", "start", "row")
    return sorted(spells, key=order), sorted(corrections, key=order)


def check_client(path: Path, spells: list[Spell]) -> None:
    """That one client's *spells*, in order, are told apart and begin with a counter; InputError if not."""
    first, *later = spells
    if first.opening is None:
        raise InputError(path, f"row {first.row}, column opening_counter", f"is missing on the first spell of client "
                         f"{first.client}", "write the paid days before it, or minus the waiting days that are left")
    for spell in later:
        for column, written in (("opening_counter", spell.opening),
                                ("opening_labour_market", spell.opening_labour_market)):
            if written is not None:
                raise InputError(path, f"row {spell.row}, column {column}", f"stands on a later spell of client "
                                 f"{spell.client}", f"leave it empty: the counter is carried from row {first.row}")
    for before, after in pairwise(spells):
        where = f"row {after.row}, column start"
        if after.start < before.end:
            raise InputError(path, where, f"{date_of(after.start)} is before the end of row {before.row} on "
                             f"{date_of(before.end)}", "let one spell end where the next begins")
        if before.state in FINAL and after.state not in FINAL:
            raise InputError(path, where, f"client {after.client} does not come back from "
                             f"{before.state.name.lower()}, row {before.row}",
                             "write outside for an absence that ends, or home no for one who lives elsewhere")


class _Row(NamedTuple):
    """Cells of one row, read into a Spell or a Correction."""

    path: Path
    number: int
    cells: Mapping[str, str]

    def fault(self, column: str, fault: str, mend: str) -> InputError:
        return InputError(self.path, f"row {self.number}, column {column}", fault, mend)

    def spell(self, law: Law) -> Spell:
        """The row as a spell, its cells checked by *law*."""
        start, end = self.days()
        state = self.choice("state", STATES | {CORRECTION: State.GONE})  # so that a misspelt correction is told so
        spell = Spell(self.number, self.cells["client"], start, end, state, self.choice("home", HOMES),
                      self.whole("opening_counter"), self.opening_labour_market())
        if state not in WITH_BENEFIT:
            self.leave_empty(("benefit", "utilisation", "maximum_days", "accrues", "billed_from"),
                             f"stands on a spell of {self.cells['state']}, which has no benefit")
            return spell
        if start < law.ladders.first:
            raise self.fault("start", f"{date_of(start)} is before the law tree's first ladder",
                             f"begin on {date_of(law.ladders.first)} with the counter of that day")
        entitlement, endless = self.choice("benefit", BENEFITS)
        return spell._replace(
            entitlement=entitlement, endless=endless, maximum_days=self.maximum_days(entitlement, start, law),
            utilisation=self.utilisation(), accrues=self.choice("accrues", ACCRUALS), billed_from=self.billed_from())

    def correction(self) -> Correction:
        """The row as days that are taken back."""
        start, end = self.days()
        self.leave_empty(("benefit", "utilisation", "opening_counter", *OPTIONAL[:-1]),
                         "stands on a correction, which has what was paid on its days")
        month = self.billed_from()
        if month is None:
            raise self.fault("billed_from", "is missing on a correction", "write the month in which it is paid back")
        if month < month_of(end - 1):
            raise self.fault("billed_from", f"{month_label(month)} is before the days that are corrected",
                             "write the month in which it is paid back")
        return Correction(self.number, self.cells["client"], start, end, month)

    def days(self) -> tuple[int, int]:
        if not self.cells["client"]:
            raise self.fault("client", "is empty", "name the client")
        start, end = self.day("start"), self.day("end")
        if end <= start:
            raise self.fault("end", f"{date_of(end)} is not after the start on {date_of(start)}",
                             "write the first day that is no longer part of the spell")
        return start, end

    def day(self, column: str) -> int:
        try:
            day = day_number(self.cells[column])
        except ValueError:
            raise self.fault(column, f"{self.cells[column]!r} is not a date", "write it like 2026-05-01") from None
        if date_of(day).year > LAST_YEAR:
            raise self.fault(column, f"{self.cells[column]} is after {LAST_YEAR}", "correct the year")
        return day

    def billed_from(self) -> int | None:
        """Month number from which the row is billed, if it is billed late."""
        written = self.cells.get("billed_from", "")
        if not written:
            return None
        try:
            month = month_number(written)
        except ValueError:
            raise self.fault("billed_from", f"{written!r} is not a month", "write it like 2025-10") from None
        if month // 12 > LAST_YEAR:
            raise self.fault("billed_from", f"{written} is after {LAST_YEAR}", "correct the year")
        return month

    def choice(self, column: str, choices: Mapping[str, Choice]) -> Choice:
        written = self.cells.get(column, "")
        if written not in choices:
            raise self.fault(column, f"{written!r} is no {column}", nearest(written, filter(None, choices)))
        return choices[written]

    def whole(self, column: str) -> int | None:
        written = self.cells.get(column, "")
        if not written:
            return None
        if not written.removeprefix("-").isdecimal() or len(written) > 6:
            raise self.fault(column, f"{written!r} is not a number of days", "write a whole number")
        return int(written)

    def opening_labour_market(self) -> int | None:
        days = self.whole("opening_labour_market")
        if days is not None and days < 0:
            raise self.fault("opening_labour_market", f"'{days}' is less than no days",
                             "write 0 or more; waiting days stand in opening_counter")
        return days

    def leave_empty(self, columns: tuple[str, ...], fault: str) -> None:
        for column in columns:
            if self.cells.get(column):
                raise self.fault(column, fault, "leave it empty")

    def maximum_days(self, entitlement: Entitlement, start: int, law: Law) -> int:
        """Paid days of the allowance: as written, else the law's for a long work history."""
        written = self.whole("maximum_days")
        if entitlement == Entitlement.LABOUR_MARKET:
            self.leave_empty(("maximum_days",), "stands on labour_market, which has no maximum")
            return 0
        if written is None:
            return law.maximum_days[Benefit(entitlement)].on(start).long_history
        if written < 1:
            raise self.fault("maximum_days", f"{written} is no number of days", "write 300, 400 or 500")
        return written

    def utilisation(self) -> float:
        """Paid over full amount."""
        written = self.cells["utilisation"]
        try:
            share = float(written)
        except ValueError:
            share = np.nan
        if not 0 < share <= 1:
            raise self.fault("utilisation", f"{written!r} is not a number above 0 and up to 1",
                             "write 1 for the full amount, 0.5 for half of it")
        return share
