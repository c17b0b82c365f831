"""How dated values are written in the law tree, checked, and asked for a day.

``Entry`` is a value as it stands in a file, ``DatedValue`` the same with its first and last day resolved,
and ``Dated`` the whole course of one value over time. The other classes are the files whose values the program
uses, one each; those of the further topics are in ``topics``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import (
    BeforeValidator,
    Field,
    FiniteFloat,
    ModelWrapValidatorHandler,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    PrivateAttr,
    model_validator,
)

from sim.law.calendar import date_of, day_number
from sources.errors import InputError
from sources.files import Strict

Value = TypeVar("Value")
Unit = TypeVar("Unit")
Status = Literal["verified", "derived", "recalled", "estimate"]
Days = Literal["paid days"]
Months = Literal["months"]
Weeks = Literal["weeks"]
YesNo = Literal["yes or no"]
BenefitName = Literal["labour_market", "basic", "earnings_related", "general"]

FOREVER = day_number(date.max)
"""Last day number of a value whose end is not known."""


def _iso_date(written: Any) -> date:
    """A YAML date; text or a number here would be guessed at by pydantic, and 1.2.2025 has two meanings."""
    if type(written) is not date:
        raise ValueError("is not a date written like 2025-01-31")
    return written


Day = Annotated[date, BeforeValidator(_iso_date)]


class Placed(Strict):
    """Part of a file that remembers on which line each of its keys stands, for faults found after reading."""

    _lines: dict[str, int] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _place(cls, written: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        placed = handler(written)
        if hasattr(written, "lc"):
            placed._lines.update({key: written.lc.key(key)[0] + 1 for key in written})
        return placed

    def line(self, key: str) -> int:
        """Line, from 1, of *key*; that of the first key where *key* is not written; 0 if not read from a file."""
        return self._lines.get(key, min(self._lines.values(), default=0))


class Entry(Placed, Generic[Value, Unit]):
    """A value that holds from a date: what it is, who says so and how sure that is.

    *inert* is the reason why the value moves no euro and no person of a run, empty if it does.
    """

    since: Day = Field(alias="from")
    until: Day | None = None
    value: Value
    unit: Unit
    source: str = Field(min_length=1)
    status: Status
    range: tuple[FiniteFloat, FiniteFloat] | None = None
    note: str = ""
    inert: str = ""


@dataclass(frozen=True)
class DatedValue(Generic[Value]):
    """A value, the day numbers, both included, between which it holds, and the line of its file it begins on."""

    first: int
    last: int
    value: Value
    unit: str
    source: str
    status: Status
    range: tuple[float, float] | None
    note: str
    inert: str
    line: int


@dataclass(frozen=True)
class Dated(Generic[Value]):
    """One value over time: periods in order, without gap or overlap.

    Parameters
    ----------
    path : the file it was read from.
    key : its key there, with dots between levels.
    periods : at least one.
    """

    path: Path
    key: str
    periods: tuple[DatedValue[Value], ...]

    @property
    def first(self) -> int:
        """Day number on which the first period begins."""
        return self.periods[0].first

    @property
    def last(self) -> int:
        """Day number on which the last period ends, ``FOREVER`` if its end is not known."""
        return self.periods[-1].last

    def in_force(self, day: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether there is a value on the day number(s) *day*, same shape."""
        day = np.asarray(day)
        return (self.first <= day) & (day <= self.last)

    def on(self, day: int | date) -> Value:
        """Value on a day number or date; InputError when the tree has none for it."""
        return self.period(day).value

    def period(self, day: int | date) -> DatedValue[Value]:
        """Value on a day number or date, with what it rests on; InputError when the tree has none for it."""
        number = day_number(day) if isinstance(day, date) else int(day)
        for period in self.periods:
            if period.first <= number <= period.last:
                return period
        end = f"to {date_of(self.last)}" if self.last < FOREVER else "on"
        raise InputError(self.path, f"key {self.key}", f"has no value on {date_of(number)}",
                         f"add an entry for that day, or keep to days from {date_of(self.first)} {end}")

    def changes(self) -> set[int]:
        """Day numbers on which the value begins, ends or becomes another one; only the value counts."""
        begins = {self.first} | {
            later.first
            for earlier, later in zip(self.periods, self.periods[1:], strict=False)
            if earlier.value != later.value
        }
        return begins | {self.last + 1} if self.last < FOREVER else begins


def dated(
    path: Path, key: str, entries: Sequence[Entry[Any, Any]], convert: Callable[[Any], Value] = lambda value: value,
    *, line: int = 0,
) -> Dated[Value]:
    """The *entries* of one *key* on *line*, checked, with *convert* applied to each value.

    Raises
    ------
    InputError : no entries, not in order, a gap, an overlap, an end before its beginning, or a value
        outside its range.
    """
    if not entries:
        raise InputError(path, f"key {key}, line {line}", "has no entries",
                         "add one with from, value, unit, source and status")
    for earlier, later in zip(entries, entries[1:], strict=False):
        _check_succession(path, key, earlier, later)
    following = [entry.since - timedelta(days=1) for entry in entries[1:]]
    periods = []
    for entry, last in zip(entries, [*following, entries[-1].until or date.max], strict=True):
        _check_entry(path, key, entry)
        periods.append(DatedValue(day_number(entry.since), day_number(last), convert(entry.value), entry.unit,
                                  entry.source, entry.status, entry.range, entry.note, entry.inert,
                                  entry.line("from")))
    return Dated(path, key, tuple(periods))


def place(key: str, entry: Entry, part: str) -> str:
    """Where *part* of an *entry* of *key* stands, for an error."""
    return f"key {key}, from {entry.since}, line {entry.line(part)}"


def _check_succession(path: Path, key: str, earlier: Entry, later: Entry) -> None:
    where, before = place(key, later, "from"), later.since - timedelta(days=1)
    if later.since <= earlier.since:
        raise InputError(path, where, f"stands after the entry from {earlier.since}", "put the entries in date order")
    if earlier.until and earlier.until > before:
        raise InputError(path, where, f"overlaps the entry before it, which runs until {earlier.until}",
                         f"end that entry on {before}")
    if earlier.until and earlier.until < before:
        raise InputError(path, where, f"leaves a gap after the entry before it, which ends on {earlier.until}",
                         f"end that entry on {before}")


def _check_entry(path: Path, key: str, entry: Entry) -> None:
    if entry.until and entry.until < entry.since:
        raise InputError(path, place(key, entry, "until"), f"ends on {entry.until}, before it begins",
                         "correct one of the two dates")
    if entry.range and not entry.range[0] <= entry.value <= entry.range[1]:
        raise InputError(path, place(key, entry, "range"),
                         f"value {entry.value} is outside its range {entry.range[0]} to {entry.range[1]}",
                         "correct the value or the range")


class Steps(Strict):
    """The ladder as written: the last day of every step but the last, and the share on each step."""

    thresholds: tuple[PositiveInt, ...]
    shares: tuple[FiniteFloat, ...]


CountedDays = Literal["labour_market", "all_benefits"]
StepChange = Literal["by_day", "by_payment_period"]


class MunicipalShare(Placed):
    """municipal_share.yaml: what the municipality pays, of which benefits."""

    ladder: list[Entry[Steps, Literal["share of basic amount"]]]
    charged_benefits: list[Entry[tuple[BenefitName, ...], Literal["benefits"]]]
    counted_days: list[Entry[CountedDays, Literal["benefits whose paid days the counter holds"]]]
    step_change: list[Entry[StepChange, Literal["when a threshold takes effect"]]]
    service_days_count: list[Entry[bool, YesNo]]
    service_days_charged: list[Entry[bool, YesNo]]


class Kinds(Placed):
    """When each benefit is in force, under its Finnish name."""

    earnings_related: list[Entry[str, Literal["Finnish name"]]]
    basic: list[Entry[str, Literal["Finnish name"]]]
    labour_market: list[Entry[str, Literal["Finnish name"]]]
    general: list[Entry[str, Literal["Finnish name"]]]


class Maximum(Strict):
    """Most paid days of an allowance, by work history and age when the work condition was met."""

    short_history: PositiveInt
    long_history: PositiveInt
    senior: PositiveInt


class Maxima(Placed):
    """Most paid days, of the two allowances that have a maximum."""

    earnings_related: list[Entry[Maximum, Days]]
    basic: list[Entry[Maximum, Days]]


class Benefits(Placed):
    """benefits.yaml: which benefits there are, how much and for how long."""

    kinds: Kinds
    basic_amount: list[Entry[NonNegativeFloat, Literal["€/day"]]]
    maximum_days: Maxima


class WorkConditionFile(Placed):
    """work_condition.yaml: the work that resets the counter, once counted in weeks and now in months."""

    weeks: list[Entry[PositiveInt, Weeks]]
    months: list[Entry[PositiveInt, Months]]
    window_months: list[Entry[PositiveInt, Months]]


class WaitingDays(Placed):
    """waiting_days.yaml: unpaid days at the start of a new entitlement."""

    waiting_days: list[Entry[NonNegativeInt, Literal["benefit days"]]]
