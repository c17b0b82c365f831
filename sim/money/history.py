"""Hand-written histories: a CSV of spells, checked row by row, and priced by the ledger without a simulation.

The spells are those of the event log, with names and dates instead of numbers. Only the opening counter of a client is
written; from there it is carried by paid days and restarts when the work condition is met at the start of a spell of
unemployment. Twelve months of work are twelve calendar months here, since dates are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.clients.clients import State
from sim.clients.counter import meets_work_condition, paid_days
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import date_of, day_number, month_label, month_of
from sim.law.loader import Law
from sim.money.account import daily_prices
from sim.money.ledger import Periods, ladder_of, paid_day_rows
from sim.money.payment import PaymentProfile, payment_matrix
from sources.errors import InputError, nearest
from sources.files import read_csv

COLUMNS = ("client", "start", "end", "state", "benefit", "utilisation", "opening_counter")
MAXIMUM = "maximum_days"  # the column that may be left out
KEYS = ["client", "month", "benefit", "class"]
STATES = {state.name.lower(): state for state in State}
ENTITLEMENTS = {entitlement.name.lower(): entitlement for entitlement in Entitlement}
WORK = (State.SHORT_WORK, State.LASTING_WORK)
SHORTEST_MONTH = 20  # benefit days
LAST_YEAR = 2100  # a later one is a slip of the pen, and months up to it would be laid out
MONTH_PARTS = 31  # so that dates rise through a month of any length


class Spell(NamedTuple):
    """One row of the file: line number, name of the client, day numbers, and what the client is entitled to.

    Rows without benefit have entitlement, maximum and utilisation 0; *opening* is None where nothing is written.
    """

    row: int
    client: str
    start: int
    end: int
    state: State
    entitlement: int = 0
    maximum_days: int = 0
    utilisation: float = 0.0
    opening: int | None = None


class Rights(NamedTuple):
    """Entitlement codes and maximum days."""

    entitlement: np.ndarray
    maximum_days: np.ndarray


@dataclass(frozen=True, eq=False)
class History:
    """Spells with benefit, by client and start.

    Attributes
    ----------
    log : client, state, start, end, counter as in EventLog.frame(), in day numbers. Each spell is a client of its
        own to the ledger, since a history gives rights by spell.
    names : client of each spell as the file names it.
    rights : of each spell.
    utilisation : paid over full amount, of each spell.
    """

    log: pd.DataFrame
    names: np.ndarray
    rights: Rights
    utilisation: np.ndarray


def read_history(path: Path, law: Law) -> History:
    """The spells in the CSV file at *path*; counters restart, and maximum days default, by *law*.

    Raises
    ------
    InputError : names the row and column of an unknown column, state or benefit, a bad date or number, an end that
        is not after its start, an overlap, a missing or second opening counter, a value where it has no meaning, or
        a return of a client who is gone.
    """
    frame = read_csv(path, COLUMNS)
    for column in frame.columns:
        if column not in (*COLUMNS, MAXIMUM):
            raise InputError(path, f"column {column}", "unknown column", nearest(column, (*COLUMNS, MAXIMUM)))
    if frame.empty:
        raise InputError(path, "", "holds no spells", "write one row a spell under the header")
    rows = (_Row(path, number, {key: str(cell).strip() for key, cell in cells.items()})
            for number, cells in enumerate(frame.to_dict("records"), start=2))
    spells = sorted((row.spell(law) for row in rows), key=attrgetter("client", "start", "row"))
    priced = [pair for _, own in groupby(spells, attrgetter("client")) for pair in _carried(path, list(own), law)]
    log = pd.DataFrame([(place, State.UNEMPLOYED, spell.start, spell.end, counter)
                        for place, (spell, counter) in enumerate(priced)],
                       columns=["client", "state", "start", "end", "counter"], dtype=np.int64)
    column = {name: np.array([getattr(spell, name) for spell, _ in priced])
              for name in ("client", "entitlement", "maximum_days", "utilisation")}
    return History(log, column["client"], Rights(column["entitlement"], column["maximum_days"]), column["utilisation"])


class _Row(NamedTuple):
    """Cells of one row, read into a Spell."""

    path: Path
    number: int
    cells: dict[str, str]

    def fault(self, column: str, fault: str, mend: str) -> InputError:
        return InputError(self.path, f"row {self.number}, column {column}", fault, mend)

    def spell(self, law: Law) -> Spell:
        """The row as a spell, its cells checked."""
        if not self.cells["client"]:
            raise self.fault("client", "is empty", "name the client")
        start, end = self.day("start"), self.day("end")
        if end <= start:
            raise self.fault("end", f"{date_of(end)} is not after the start on {date_of(start)}",
                             "write the first day that is no longer part of the spell")
        state, opening = self.choice("state", STATES), self.cells["opening_counter"]
        spell = Spell(self.number, self.cells["client"], start, end, state,
                      opening=self.whole("opening_counter") if opening else None)
        if state != State.UNEMPLOYED:
            for column in ("benefit", "utilisation", MAXIMUM):
                if self.cells.get(column):
                    raise self.fault(column, f"stands on a spell of {self.cells['state']}, which has no benefit",
                                     "leave it empty")
            return spell
        newest = law.ladders.periods[-1].first
        if start < newest:
            raise self.fault("start", f"{date_of(start)} is before the law tree's newest ladder",
                             f"begin on {date_of(newest)} with the counter of that day")
        entitlement = self.choice("benefit", ENTITLEMENTS)
        return spell._replace(entitlement=entitlement, maximum_days=self.maximum_days(entitlement, start, law),
                              utilisation=self.utilisation())

    def day(self, column: str) -> int:
        try:
            day = day_number(self.cells[column])
        except ValueError:
            raise self.fault(column, f"{self.cells[column]!r} is not a date", "write it like 2026-05-01") from None
        if date_of(day).year > LAST_YEAR:
            raise self.fault(column, f"{self.cells[column]} is after {LAST_YEAR}", "correct the year")
        return day

    def choice(self, column: str, choices: dict):
        written = self.cells[column]
        if written not in choices:
            raise self.fault(column, f"{written!r} is no {column}", nearest(written, choices))
        return choices[written]

    def whole(self, column: str) -> int:
        written = self.cells[column]
        if not written.removeprefix("-").isdecimal() or len(written) > 6:
            raise self.fault(column, f"{written!r} is not a number of days", "write a whole number")
        return int(written)

    def maximum_days(self, entitlement: Entitlement, start: int, law: Law) -> int:
        """Paid days of the allowance: as written, else the law's for a long work history."""
        written = self.cells.get(MAXIMUM)
        if entitlement == Entitlement.LABOUR_MARKET:
            if written:
                raise self.fault(MAXIMUM, "stands on labour_market, which has no maximum", "leave it empty")
            return 0
        if not written:
            return law.maximum_days[Benefit(entitlement)].on(start).long_history
        if self.whole(MAXIMUM) < 1:
            raise self.fault(MAXIMUM, f"{written} is no number of days", "write 300, 400 or 500")
        return self.whole(MAXIMUM)

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


def _carried(path: Path, spells: list[Spell], law: Law) -> Iterator[tuple[Spell, int]]:
    """The unemployed among one client's *spells*, in order, with the counter at their start."""
    _check_client(path, spells)
    counter, work = spells[0].opening or 0, list[tuple[int, int]]()
    for spell in spells:
        if spell.state in WORK:
            work.append((_month_parts(spell.start), _month_parts(spell.end)))
        elif spell.state == State.UNEMPLOYED:
            months, window = law.work_condition(spell.start)
            if meets_work_condition(work, _month_parts(spell.start), months * MONTH_PARTS, window * MONTH_PARTS):
                counter, work = -law.waiting_days(spell.start), []
            yield spell, counter
            counter += int(paid_days(spell.start, spell.end, 0))


def _check_client(path: Path, spells: list[Spell]) -> None:
    """That one client's *spells*, in order, are told apart and begin with a counter."""
    first, *later = spells
    if first.opening is None:
        raise InputError(path, f"row {first.row}, column opening_counter", f"is missing on the first spell of client "
                         f"{first.client}", "write the paid days before it, or minus the waiting days that are left")
    for spell in later:
        if spell.opening is not None:
            raise InputError(path, f"row {spell.row}, column opening_counter", "stands on a later spell of client "
                             f"{spell.client}", f"leave it empty: the counter is carried from row {first.row}")
    for before, after in pairwise(spells):
        where = f"row {after.row}, column start"
        if after.start < before.end:
            raise InputError(path, where, f"{date_of(after.start)} is before the end of row {before.row} on "
                             f"{date_of(before.end)}", "let one spell end where the next begins")
        if before.state == State.GONE and after.state != State.GONE:
            raise InputError(path, where, f"client {after.client} is gone since row {before.row}",
                             "write outside for an absence that ends")


def _month_parts(day: int) -> int:
    """Calendar position of a day in parts of a month: from a date to the same date of another month is whole months."""
    date = date_of(day)
    return (date.year * 12 + date.month) * MONTH_PARTS + date.day


def price_history(history: History, law: Law, profile: PaymentProfile) -> dict[str, pd.DataFrame]:
    """Days and municipal share of *history*, in two frames of client, month, benefit, class, days and euros.

    Returns
    -------
    paid_days : by the month of the paid day; days are whole.
    payments : by the month of payment under *profile*, which spreads the days of a month evenly over its benefit
        days as the model does; days are fractions, to four decimals.

    Euros are nominal, cost positive, and rounded to cents once, half a cent up.
    """
    if history.log.empty:
        return {name: pd.DataFrame(columns=[*KEYS, "days", "euros"]) for name in ("paid_days", "payments")}
    first = int(month_of(history.log["start"].min()))
    periods = Periods.of_months(first, int(month_of(history.log["end"].max() - 1)) - first + 1, law)
    labels = ladder_of(law, periods).class_labels
    lines = _lines(history, law, periods)
    payments = lines.drop(columns="month").merge(_shares(periods, profile), on="period")
    payments[["days", "euros"]] = payments[["days", "euros"]].mul(payments["share"], axis=0)
    return {"paid_days": _summed(lines, labels), "payments": _summed(payments, labels).round({"days": 4})}


def _lines(history: History, law: Law, periods: Periods) -> pd.DataFrame:
    """The ledger's rows with client, month, and euros not rounded; benefit and class are codes."""
    rows = paid_day_rows(history.log, history.rights, 0, periods, law)
    prices = daily_prices(law, periods, np.ones(len(ladder_of(law, periods).shares)))
    return pd.DataFrame({
        "client": history.names[rows.spell], "month": periods.month[rows.period], "benefit": rows.benefit,
        "class": rows.day_class, "period": rows.period, "days": rows.days,
        "euros": prices[rows.period, rows.day_class] * rows.days * history.utilisation[rows.spell]})


def _shares(periods: Periods, profile: PaymentProfile) -> pd.DataFrame:
    """Share of the days of each period that is paid in each month: period, month, share."""
    first = int(periods.month[0]) - 1  # a payment due on a holiday may be made in the month before
    tail = -(-len(profile.weights()) // SHORTEST_MONTH) + 1
    matrix = payment_matrix(periods, first, int(periods.month[-1]) - first + 1 + tail, profile)
    period, month = np.nonzero(matrix)
    return pd.DataFrame({"period": period, "month": month + first, "share": matrix[period, month]})


def _summed(lines: pd.DataFrame, labels: tuple[str, ...]) -> pd.DataFrame:
    """*lines* by client, month, benefit and class, in that order, with names for codes and euros in cents."""
    summed = lines.groupby(KEYS, as_index=False)[["days", "euros"]].sum()
    names = {"month": month_label, "benefit": lambda code: Benefit(code).name.lower(), "class": labels.__getitem__}
    for column, name in names.items():
        summed[column] = summed[column].map(name)
    # to a millionth of a cent first: half a cent must not hang on the last bit of a product
    summed["euros"] = np.floor((100 * summed["euros"]).round(6) + 0.5) / 100
    return summed
