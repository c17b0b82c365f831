"""Reading a law tree, and the ``Law`` that answers from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sim.law import schema
from sim.law import topics as further
from sim.law.benefits import Benefit
from sim.law.calendar import date_of, day_number
from sim.law.ladder import Ladder
from sim.law.schema import FOREVER, Dated, DatedValue, Entry, Placed, Steps, dated, place
from sim.law.switches import Switch, apply_settings, check_choices, read_switches
from sources.errors import InputError, nearest
from sources.files import digest, read_yaml

SHIPPED = Path(__file__).with_name("tree")
SCHEMAS: Mapping[str, type[Placed]] = {
    "municipal_share": schema.MunicipalShare,
    "benefits": schema.Benefits,
    "work_condition": schema.WorkConditionFile,
    "waiting_days": schema.WaitingDays,
    "billing": further.Billing,
    "layoffs": further.Layoffs,
    "supplements": further.Supplements,
    "adjusted_benefit": further.AdjustedBenefit,
    "earnings_related": further.EarningsRelated,
    "subsidised_work": further.SubsidisedWork,
    "sanctions": further.Sanctions,
    "meetings": further.Meetings,
    "subsidies": further.Subsidies,
    "compensation": further.Compensation,
    "integration": further.Integration,
}
"""Topics of dated values, each a file of the tree, in the order in which they are read and shown."""

SWITCHES = "switches"
"""The file of the open questions."""


class WorkCondition(NamedTuple):
    """Work that resets the counter: so many months of it within a window of months."""

    months: float
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
    """A value and what it rests on; *since* is the entry's ``from``, *until* its last day, None if not known."""

    file: str
    key: str
    since: date
    value: Any
    unit: str
    status: str
    source: str
    until: date | None
    range: tuple[float, float] | None
    note: str
    inert: str
    line: int

    @property
    def name(self) -> str:
        """Topic and key, such as "benefits.basic_amount"."""
        return f"{Path(self.file).stem}.{self.key}"


@dataclass(frozen=True)
class Law:
    """All rules of one law tree. Days are day numbers or dates, both here and in ``Dated.on``.

    Parameters
    ----------
    ladders : ``Ladder`` of the municipal share.
    charged_benefits : the benefits of which the municipality pays a share.
    counted_days : whether the counter holds days of labour market subsidy only, or of all benefits.
    step_change : whether a threshold takes effect on the day or with the next payment period; later a switch.
    service_days_count : whether days in services raise the counter.
    service_days_charged : whether the municipality pays its share of days in services.
    benefit_kinds : Finnish name of each benefit while it is in force.
    basic_amount : €/day.
    maximum_days : most paid days of the allowances that have a maximum.
    work_weeks, work_months : the work condition, in weeks and later in months.
    work_window : months in which that work must lie.
    waiting : unpaid benefit days at the start of a new entitlement.
    layoffs : whether the municipality pays its share of days on lay-off and of additional days, by key of the file.
    pay_subsidy, pay_subsidy_exceptions : the share of subsidised work that counts towards the work condition.
    invoice_lag : months from a payment to the invoice.
    integration_support : €/day in place of the basic amount, if the switch of that name says so.
    additional_days : by years of birth, the age from which earnings-related allowance goes on past its maximum.
    additional_days_end : age at which unemployment benefits end.
    contacts : the contacts with job seekers that the law prescribes, by key of meetings.yaml.
    unused : values that no part of the program uses yet; each says why it is inert.
    switches : the open questions by name.
    choices : the alternative of each that holds here.
    folder : of the tree.
    digest : SHA-256 of the tree's files.

    Examples
    --------
    >>> law = load_law()
    >>> law.basic_amount.on(date(2026, 5, 1)), law.waiting_days(date(2026, 5, 1))
    (37.21, 7)
    """

    ladders: Dated[Ladder]
    charged_benefits: Dated[frozenset[Benefit]]
    counted_days: Dated[schema.CountedDays]
    step_change: Dated[schema.StepChange]
    service_days_count: Dated[bool]
    service_days_charged: Dated[bool]
    benefit_kinds: Mapping[Benefit, Dated[str]]
    basic_amount: Dated[float]
    maximum_days: Mapping[Benefit, Dated[schema.Maximum]]
    work_weeks: Dated[int]
    work_months: Dated[int]
    work_window: Dated[int]
    waiting: Dated[int]
    layoffs: Mapping[str, Dated[bool]]
    pay_subsidy: Dated[further.Accrual]
    pay_subsidy_exceptions: Dated[further.Accrual]
    invoice_lag: Dated[float]
    integration_support: Dated[float]
    additional_days: Dated[tuple[further.Cohort, ...]]
    additional_days_end: Dated[int]
    contacts: Mapping[str, Dated[Any]]
    unused: tuple[Dated[Any], ...]
    switches: Mapping[str, Switch]
    choices: Mapping[str, str]
    folder: Path
    digest: str

    def ladder(self, day: int | date) -> Ladder:
        """The ladder in force on *day*."""
        return self.ladders.on(day)

    def steps_by_payment_period(self, day: int) -> bool:
        """Whether a threshold reached on *day* takes effect with the next payment period, and not on the day after."""
        way = self.step_change.on(day) if self.step_change.in_force(day) else self.choices["step_change"]
        return way == "by_payment_period"

    def work_condition(self, day: int | date) -> WorkCondition:
        """The work condition in force on *day*; weeks are 12/52 of a month, so 26 weeks are half a year."""
        weeks = self.work_weeks.in_force(day_number(day) if isinstance(day, date) else day)
        months = self.work_weeks.on(day) * 12 / 52 if weeks else self.work_months.on(day)
        return WorkCondition(months, self.work_window.on(day))

    def waiting_days(self, day: int | date) -> int:
        """Unpaid benefit days of an entitlement that starts on *day*."""
        return self.waiting.on(day)

    def new_entitlement(self, day: int | date) -> NewEntitlement:
        """What an entitlement that starts on *day* brings."""
        most = self.maximum_days[Benefit.EARNINGS_RELATED].on(day)
        return NewEntitlement(self.waiting.on(day), most.short_history, most.long_history, most.senior)

    def uncharged_additional_days(self, day: int | date) -> tuple[further.Cohort, ...]:
        """Who by the rules of *day* leaves the municipality's account with the maximum of the allowance used up."""
        return () if self.layoffs["additional_days_charged"].on(day) else self.additional_days.on(day)

    def meetings(self, day: int | date) -> further.MeetingSchedule:
        """The contacts with a job seeker that the law of *day* prescribes."""
        number = day_number(day) if isinstance(day, date) else day
        return further.MeetingSchedule(**{key: value.on(number) if value.in_force(number) else None  # type: ignore[arg-type]
                                          for key, value in self.contacts.items()})

    def values(self) -> tuple[Dated[Any], ...]:
        """Every dated value that the program uses, in the order of the files; contacts, which price nothing, last."""
        return (*self.priced(), *self.contacts.values())

    def priced(self) -> tuple[Dated[Any], ...]:
        """Those of ``values`` that decide about paid days, counters and euros."""
        return (
            self.ladders, self.charged_benefits, self.counted_days, self.step_change, self.service_days_count,
            self.service_days_charged,
            *self.benefit_kinds.values(), self.basic_amount, *self.maximum_days.values(),
            self.work_weeks, self.work_months, self.work_window, self.waiting, self.invoice_lag,
            *self.layoffs.values(), self.pay_subsidy, self.pay_subsidy_exceptions, self.integration_support,
            self.additional_days, self.additional_days_end,
        )

    def subsidies(self) -> dict[str, Dated[Any]]:
        """Values of ``subsidies.yaml`` by key: caps and longest durations bound what a municipality grants."""
        return {value.key: value for value in self.topics()["subsidies"]}

    def topics(self) -> dict[str, tuple[Dated[Any], ...]]:
        """All values, used or not, by topic."""
        every = (*self.values(), *self.unused)
        return {topic: tuple(value for value in every if value.path.stem == topic) for topic in SCHEMAS}

    def evidence(self) -> list[Evidence]:
        """Every period of every value, used or not, by topic, key and date."""
        return [_evidence(value, period) for values in self.topics().values() for value in values
                for period in value.periods]

    def unverified(self) -> list[Evidence]:
        """Every value in use whose status is not ``verified``, in the order of the files; inert ones are not in use."""
        return [
            _evidence(value, period)
            for value in self.values()
            for period in value.periods
            if period.status != "verified" and not period.inert
        ]

    def with_value(self, name: str, first_day: int, new: Any) -> Law:
        """A copy in which the value called *name* ("benefits.basic_amount") is *new* in its period from *first_day*."""

        def changed(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {key: changed(each) for key, each in value.items()}
            if not isinstance(value, Dated) or f"{value.path.stem}.{value.key}" != name:
                return value
            return replace(value, periods=tuple(replace(period, value=new) if period.first == first_day else period
                                                for period in value.periods))

        return replace(self, **{field.name: changed(getattr(self, field.name)) for field in fields(self)})

    def changes(self, first_day: int, last_day: int) -> list[int]:
        """Day numbers in *first_day* to *last_day*, both included, on which the law is not that of the day before.

        A new source, status or note for the same value is no change, nor is a value that the program does not use or
        that prices nothing.
        """
        days = set[int]().union(*(value.changes() for value in self.priced()))
        return sorted(day for day in days if first_day <= day <= last_day)

    def fingerprint(self, first_day: int, last_day: int) -> str:
        """SHA-256 of what a run uses of the law in *first_day* to *last_day*, both included.

        Sources, notes, other days, inert values and the choices of switches leave it as it is.
        """
        used = [(value.path.stem, value.key, max(period.first, first_day), min(period.last, last_day), period.value)
                for value in self.priced() for period in value.periods
                if period.first <= last_day and first_day <= period.last and not period.inert]
        return hashlib.sha256(repr(used).encode()).hexdigest()


FIELDS: Mapping[str, str] = {
    "ladders": "municipal_share.ladder",
    "charged_benefits": "municipal_share.charged_benefits",
    "counted_days": "municipal_share.counted_days",
    "step_change": "municipal_share.step_change",
    "service_days_count": "municipal_share.service_days_count",
    "service_days_charged": "municipal_share.service_days_charged",
    "basic_amount": "benefits.basic_amount",
    "work_weeks": "work_condition.weeks",
    "work_months": "work_condition.months",
    "work_window": "work_condition.window_months",
    "waiting": "waiting_days.waiting_days",
    "pay_subsidy": "subsidised_work.pay_subsidy",
    "pay_subsidy_exceptions": "subsidised_work.pay_subsidy_exceptions",
    "invoice_lag": "billing.invoice_lag",
    "integration_support": "integration.support_amount",
    "additional_days": "earnings_related.additional_days",
    "additional_days_end": "earnings_related.additional_days_end",
}
"""Fields of ``Law`` that are one dated value each: topic and key."""


def load_law(folder: Path | None = None, choices: Mapping[str, str] | None = None) -> Law:
    """The law tree in *folder*, or the one that ships with the project.

    Parameters
    ----------
    choices : alternative by switch, for open questions that are to be answered otherwise than by default.

    Raises
    ------
    InputError : a file is missing, unknown or not to its schema; a value has a gap, an overlap or a wrong unit;
        a ladder does not rise; a day would have no general benefit; or a choice is not known.
    """
    folder = folder or SHIPPED
    files = {topic: folder / f"{topic}.yaml" for topic in SCHEMAS}
    open_questions = folder / f"{SWITCHES}.yaml"
    names = [path.name for path in (*files.values(), open_questions)]
    for file in sorted(folder.glob("*.yaml")):
        if file.name not in names:
            raise InputError(file, "", "unknown file of the law tree", nearest(file.name, names))
    switches = read_switches(open_questions)
    chosen = check_choices(switches, choices or {}, "choices of the law")
    topics = {topic: read_yaml(path, SCHEMAS[topic]) for topic, path in files.items()}
    for switch, alternative in chosen.items():
        apply_settings(open_questions, topics, switches[switch].sets.get(alternative, []))
    rules = {f"{topic}.{course.key}": course for topic, path in files.items()
             for course in _courses(path, topics[topic])}
    law = Law(
        **{field: rules.pop(key) for field, key in FIELDS.items()},
        benefit_kinds=_by_benefit(rules, "benefits.kinds."),
        maximum_days=_by_benefit(rules, "benefits.maximum_days."),
        layoffs={key: rules.pop(f"layoffs.{key}") for key in further.Layoffs.model_fields},
        contacts={key: rules.pop(f"meetings.{key}") for key in further.MeetingSchedule._fields},
        unused=tuple(rules.values()),
        switches=switches,
        choices=chosen,
        folder=folder,
        digest=digest(*files.values(), open_questions),
    )
    # somebody without an allowance is always paid one of the two
    _check_follows(law.benefit_kinds[Benefit.LABOUR_MARKET], law.benefit_kinds[Benefit.GENERAL])
    _check_follows(law.work_weeks, law.work_months)
    _check_unused(law.unused)
    return law


def _courses(path: Path, node: Placed, prefix: str = "") -> Iterator[Dated[Any]]:
    """Every value under *node*, a file or a part of it, checked; its key has dots between levels."""
    for name, child in node:
        key = prefix + name
        if isinstance(child, Placed):
            yield from _courses(path, child, f"{key}.")
            continue
        if key == "ladder":
            for entry in child:
                _check_ladder(path, entry)
        yield dated(path, key, child, CONVERSIONS.get(key, lambda value: value), line=node.line(name))


def _by_benefit(rules: dict[str, Dated[Any]], prefix: str) -> dict[Benefit, Dated[Any]]:
    """The values under *prefix*, taken out of *rules*, by benefit."""
    keys = [key for key in rules if key.startswith(prefix)]
    return {_benefit(key.removeprefix(prefix)): rules.pop(key) for key in keys}


def _evidence(value: Dated[Any], period: DatedValue[Any]) -> Evidence:
    until = date_of(period.last) if period.last < FOREVER else None
    return Evidence(value.path.name, value.key, date_of(period.first), period.value, period.unit, period.status,
                    period.source, until, period.range, period.note, period.inert, period.line)


def _benefit(name: str) -> Benefit:
    return Benefit[name.upper()]


def _benefits(names: tuple[str, ...]) -> frozenset[Benefit]:
    return frozenset(map(_benefit, names))


CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "ladder": lambda steps: Ladder(steps.thresholds, steps.shares),
    "charged_benefits": _benefits,
}
"""How a value of the file becomes one of the program, by key; others stay as they are."""


def _check_ladder(path: Path, entry: Entry[Steps, Any]) -> None:
    where, thresholds, shares = place("ladder", entry, "value"), entry.value.thresholds, entry.value.shares
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


def _check_follows(earlier: Dated[Any], later: Dated[Any]) -> None:
    """*later* must begin on the day after *earlier* ends: one of the two holds on every day."""
    if later.first != earlier.last + 1:
        start = later.periods[0]
        raise InputError(later.path, f"key {later.key}, from {date_of(start.first)}, line {start.line}",
                         f"does not follow on {earlier.key}, which ends on {date_of(earlier.last)}",
                         "let one begin on the day after the other ends")


def _check_unused(values: tuple[Dated[Any], ...]) -> None:
    """A value that the program does not use must say so, or a reader would take it to move euros."""
    for value in values:
        for period in value.periods:
            if not period.inert:
                raise InputError(value.path, f"key {value.key}, from {date_of(period.first)}, line {period.line}",
                                 "is a value that the program does not use", "add inert with the reason")
