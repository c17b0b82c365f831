"""Reading a law tree, and the ``Law`` that answers from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sim.law import schema
from sim.law.benefits import Benefit
from sim.law.calendar import date_of
from sim.law.ladder import Ladder
from sim.law.schema import Dated, Entry, Steps, dated
from sources.errors import InputError, nearest
from sources.files import digest, read_yaml

SHIPPED = Path(__file__).with_name("tree")
TOPICS = ("municipal_share.yaml", "benefits.yaml", "work_condition.yaml", "waiting_days.yaml")


class WorkCondition(NamedTuple):
    """Work that resets the counter: so many months of it within a window of months."""

    months: int
    window_months: int


class NewEntitlement(NamedTuple):
    """What a counter that starts afresh brings: unpaid days first, and most paid days of earnings-related allowance.

    The basic allowance had the same maxima while it was paid.
    """

    waiting_days: int
    short_history: int
    long_history: int
    senior: int


class Evidence(NamedTuple):
    """A value and what it rests on; *since* is the entry's ``from``."""

    file: str
    key: str
    since: date
    value: Any
    unit: str
    status: str
    source: str


@dataclass(frozen=True)
class Law:
    """All rules of one law tree. Days are day numbers or dates, both here and in ``Dated.on``.

    Parameters
    ----------
    ladders : ``Ladder`` of the municipal share.
    charged_benefits : the benefits of which the municipality pays a share.
    service_days_count : whether days in services raise the counter.
    service_days_charged : whether the municipality pays its share of days in services.
    benefit_kinds : Finnish name of each benefit while it is in force.
    basic_amount : €/day.
    maximum_days : most paid days of the allowances that have a maximum.
    work_months, work_window : the work condition, in months.
    waiting : unpaid benefit days at the start of a new entitlement.
    digest : SHA-256 of the tree's files.

    Examples
    --------
    >>> law = load_law()
    >>> law.basic_amount.on(date(2026, 5, 1)), law.waiting_days(date(2026, 5, 1))
    (37.21, 7)
    """

    ladders: Dated[Ladder]
    charged_benefits: Dated[frozenset[Benefit]]
    service_days_count: Dated[bool]
    service_days_charged: Dated[bool]
    benefit_kinds: Mapping[Benefit, Dated[str]]
    basic_amount: Dated[float]
    maximum_days: Mapping[Benefit, Dated[schema.Maximum]]
    work_months: Dated[int]
    work_window: Dated[int]
    waiting: Dated[int]
    digest: str

    @property
    def folder(self) -> Path:
        """The folder of the tree."""
        return self.ladders.path.parent

    def ladder(self, day: int | date) -> Ladder:
        """The ladder in force on *day*."""
        return self.ladders.on(day)

    def work_condition(self, day: int | date) -> WorkCondition:
        """The work condition in force on *day*."""
        return WorkCondition(self.work_months.on(day), self.work_window.on(day))

    def waiting_days(self, day: int | date) -> int:
        """Unpaid benefit days of an entitlement that starts on *day*."""
        return self.waiting.on(day)

    def new_entitlement(self, day: int | date) -> NewEntitlement:
        """What an entitlement that starts on *day* brings."""
        most = self.maximum_days[Benefit.EARNINGS_RELATED].on(day)
        return NewEntitlement(self.waiting.on(day), most.short_history, most.long_history, most.senior)

    def values(self) -> tuple[Dated[Any], ...]:
        """Every dated value, in the order of the files."""
        return (
            self.ladders, self.charged_benefits, self.service_days_count, self.service_days_charged,
            *self.benefit_kinds.values(), self.basic_amount, *self.maximum_days.values(),
            self.work_months, self.work_window, self.waiting,
        )

    def unverified(self) -> list[Evidence]:
        """Every value whose status is not ``verified``, in the order of the files."""
        return [
            Evidence(value.path.name, value.key, date_of(period.first), period.value, period.unit, period.status,
                     period.source)
            for value in self.values()
            for period in value.periods
            if period.status != "verified"
        ]

    def changes(self, first_day: int, last_day: int) -> list[int]:
        """Day numbers in *first_day* to *last_day*, both included, on which the law is not that of the day before.

        A new source, status or note for the same value is no change.
        """
        days = set[int]().union(*(value.changes() for value in self.values()))
        return sorted(day for day in days if first_day <= day <= last_day)


def load_law(folder: Path | None = None) -> Law:
    """The law tree in *folder*, or the one that ships with the project.

    Raises
    ------
    InputError : a file is missing, unknown or not to its schema; a value has a gap, an overlap or a wrong unit;
        a ladder does not rise; or a day would have no general benefit.
    """
    folder = folder or SHIPPED
    for file in sorted(folder.glob("*.yaml")):
        if file.name not in TOPICS:
            raise InputError(file, "", "unknown file of the law tree", nearest(file.name, TOPICS))
    share_file, benefit_file, condition_file, waiting_file = paths = [folder / topic for topic in TOPICS]
    share, benefits = read_yaml(share_file, schema.MunicipalShare), read_yaml(benefit_file, schema.Benefits)
    condition = read_yaml(condition_file, schema.WorkConditionFile)
    waiting = read_yaml(waiting_file, schema.WaitingDays)
    for entry in share.ladder:
        _check_ladder(share_file, entry)
    of_share, of_benefits = partial(dated, share_file), partial(dated, benefit_file)
    law = Law(
        ladders=of_share("ladder", share.ladder, lambda steps: Ladder(steps.thresholds, steps.shares)),
        charged_benefits=of_share("charged_benefits", share.charged_benefits, _benefits),
        service_days_count=of_share("service_days_count", share.service_days_count),
        service_days_charged=of_share("service_days_charged", share.service_days_charged),
        benefit_kinds={_benefit(name): of_benefits(f"kinds.{name}", entries) for name, entries in benefits.kinds},
        basic_amount=of_benefits("basic_amount", benefits.basic_amount),
        maximum_days={
            _benefit(name): of_benefits(f"maximum_days.{name}", entries) for name, entries in benefits.maximum_days
        },
        work_months=dated(condition_file, "months", condition.months),
        work_window=dated(condition_file, "window_months", condition.window_months),
        waiting=dated(waiting_file, "waiting_days", waiting.waiting_days),
        digest=digest(*paths),
    )
    _check_kinds(law.benefit_kinds)
    return law


def _benefit(name: str) -> Benefit:
    return Benefit[name.upper()]


def _benefits(names: tuple[str, ...]) -> frozenset[Benefit]:
    return frozenset(map(_benefit, names))


def _check_ladder(path: Path, entry: Entry[Steps, Any]) -> None:
    where, thresholds, shares = f"key ladder, from {entry.since}", entry.value.thresholds, entry.value.shares
    if len(shares) != len(thresholds) + 1:
        raise InputError(path, where, f"has {len(shares)} shares for {len(thresholds)} thresholds",
                         "write one share more than thresholds")
    for day, later in zip(thresholds, thresholds[1:], strict=False):
        if later <= day:
            raise InputError(path, where, f"threshold {later} stands after {day}", "write thresholds that rise")
    for share in shares:
        if not 0 <= share <= 1:
            raise InputError(path, where, f"share {share} is not between 0 and 1", "write 0.5 for 50 percent")
    for lower, upper in zip(shares, shares[1:], strict=False):
        if lower > upper:
            raise InputError(path, where, f"share {upper} stands after {lower}", "write shares that do not fall")


def _check_kinds(kinds: Mapping[Benefit, Dated[str]]) -> None:
    """General support must begin where labour market subsidy ends: somebody without allowance is paid one of them."""
    subsidy, general = kinds[Benefit.LABOUR_MARKET], kinds[Benefit.GENERAL]
    if general.first != subsidy.last + 1:
        raise InputError(general.path, f"key {general.key}, from {date_of(general.first)}",
                         f"does not follow on {subsidy.key}, which ends on {date_of(subsidy.last)}",
                         "let one begin on the day after the other ends")
