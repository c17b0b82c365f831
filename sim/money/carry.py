"""A client's counts, carried through the spells of a history.

Only the opening counters are written; from there they move by paid days, stand still without benefit and restart when
the work condition is met: where a time with benefit begins, and, for those who work part-time beside the benefit, on
the first of any month. A spell is cut into *stretches* within which days count alike: where the law of counting
changes, where the maximum of the allowance is used, and where the counter restarts.

Work is summed in calendar months, since dates are known: 15 March to 15 April is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from sim.clients.clients import WITH_BENEFIT, State
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import benefit_day, benefit_days_before, date_of, month_of, month_start
from sim.law.loader import Law
from sim.money.ledger import PARTS, days_until
from sim.money.spells import Spell

WORK = (State.SHORT_WORK, State.LASTING_WORK)
SUBSIDISED = (State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION)
MONTH_PARTS = 31  # so that dates rise through a month of any length


class Counts(NamedTuple):
    """Paid days since the work condition was last met, or what a paid day adds, in PARTS.

    *all_benefits* and *labour_market* are what the municipal counter may hold (``Law.counted_days``); *used* is of the
    maximum of the allowance, in full-day equivalents.
    """

    all_benefits: int
    labour_market: int
    used: int

    def after(self, days: int, pace: Counts) -> Counts:
        """The counts *days* paid days later."""
        return Counts(*(count + days * step for count, step in zip(self, pace, strict=True)))


class Stretch(NamedTuple):
    """Days of a spell that count alike.

    *entitlement* is that of the labour market once a maximum is used, unless *additional* days follow it; *counter*,
    *pace* and *month_counter* are the municipal counter's, as in ``ledger.Counting``.
    """

    spell: Spell
    start: int
    end: int
    entitlement: Entitlement
    additional: bool
    counter: int
    pace: int
    month_counter: int

    def part(self, start: int, end: int) -> Stretch:
        """The days of [start, end) in it; empty, with its end not after its start, if there are none."""
        start, end = max(start, self.start), min(end, self.end)
        month = month_start(_month(start))
        at_month = self.month_counter if month <= month_start(_month(self.start)) else self._counter_on(int(month))
        return self._replace(start=start, end=end, counter=self._counter_on(start), month_counter=at_month)

    def _counter_on(self, day: int) -> int:
        waiting, days = max(-self.counter, 0) // PARTS, _benefit_days(self.start, day)
        return (days - waiting) * PARTS if days < waiting else max(self.counter, 0) + (days - waiting) * self.pace


def stretches(spells: list[Spell], law: Law) -> Iterator[Stretch]:
    """The stretches with benefit of one client's *spells*, in order."""
    carrier = _Carrier(spells, law)
    for before, spell in zip([None, *spells], spells, strict=False):
        if spell.state in WORK:
            carrier.work.append((_month_parts(spell.start), _month_parts(spell.end), 1))
        elif spell.state in SUBSIDISED:
            carrier.work_with_subsidy(spell)
        elif spell.state in WITH_BENEFIT:
            goes_on = before is not None and before.state in WITH_BENEFIT and before.end == spell.start
            yield from carrier.through(spell, goes_on)


class _Carrier:
    """Counts and work of one client, moved along spell by spell.

    Attributes
    ----------
    waiting : waiting days that are left.
    counts : at the present day.
    month, month_counts : the latest month with a benefit day, and the counts at its start.
    work : start and end in parts of a month, and the share that counts, since the last reset.
    subsidised : parts of months of subsidised work since the last reset.
    untried : whether work beside the benefit has been added since the work condition was last tried.
    """

    def __init__(self, spells: list[Spell], law: Law) -> None:
        self.law = law
        opening = spells[0].opening or 0
        paid = max(opening, 0)
        first = next((spell for spell in spells if spell.state in WITH_BENEFIT), spells[0])
        assumed = paid if first.entitlement == Entitlement.LABOUR_MARKET else 0
        written = spells[0].opening_labour_market
        self.waiting = max(-opening, 0)
        self.counts = Counts(paid * PARTS, (assumed if written is None else written) * PARTS, paid * PARTS)
        self.month, self.month_counts = -1, self.counts
        self.work: list[tuple[int, int, float]] = []
        self.subsidised = 0
        self.untried = False

    def work_with_subsidy(self, spell: Spell) -> None:
        """Add a spell of subsidised work, by the rule of its days."""
        plain, exceptions = self.law.pay_subsidy, self.law.pay_subsidy_exceptions
        for start, end in pairwise(_cut(spell.start, spell.end, plain.changes() | exceptions.changes())):
            excepted = spell.state == State.SUBSIDISED_WORK_EXCEPTION and exceptions.in_force(start)
            rule = exceptions.on(start) if excepted else plain.on(start)
            begin, stop = _month_parts(start), _month_parts(end)
            counts_from = begin + max(0, rule.after_months * MONTH_PARTS - self.subsidised)
            self.work.append((min(counts_from, stop), stop, rule.share))
            self.subsidised += stop - begin

    def through(self, spell: Spell, goes_on: bool) -> Iterator[Stretch]:
        """The stretches of a *spell* with benefit, which *goes_on* from one before it or begins a time with benefit."""
        tried = _month_firsts(spell.start, spell.end) if spell.accrues or self.untried else set()
        for start, end in pairwise(_cut(spell.start, spell.end, tried)):
            if not goes_on or date_of(start).day == 1:
                self._try_work_condition(spell, start)
            goes_on = True
            law = self.law
            changes = law.ladders.changes() | law.counted_days.changes() | law.service_days_count.changes()
            for begin, stop in pairwise(_cut(start, end, changes)):
                for from_day, to_day in pairwise(_cut(begin, stop, self._used_up_on(spell, begin))):
                    yield self._stretch(spell, from_day, to_day)
            if spell.accrues:
                self.work.append((_month_parts(start), _month_parts(end), spell.accrues))
                self.untried = True

    def _try_work_condition(self, spell: Spell, day: int) -> None:
        """Restart the counts if the work condition is met on *day*."""
        self.untried = False
        non_member = spell.entitlement != Entitlement.EARNINGS_RELATED
        if non_member and self.law.benefit_kinds[Benefit.GENERAL].in_force(day) \
                and self.law.choices["reset_of_non_members"] == "never":
            return
        months, window = self.law.work_condition(day)
        opens = _month_parts(day) - window * MONTH_PARTS
        worked = sum(share * max(0, end - max(start, opens)) for start, end, share in self.work)
        if worked >= months * MONTH_PARTS:
            self.waiting, self.counts = self.law.waiting_days(day), Counts(0, 0, 0)
            self.work, self.subsidised = [], 0

    def _used_up_on(self, spell: Spell, start: int) -> set[int]:
        """First day after the maximum of an allowance that is paid from *start* on."""
        used = self.counts.used
        if used >= spell.maximum_days * PARTS:
            return set()
        days = self.waiting + int(days_until(spell.maximum_days, used, _parts(spell.utilisation)))
        return {int(benefit_day(benefit_days_before(start) + days))}

    def _stretch(self, spell: Spell, start: int, end: int) -> Stretch:
        """The stretch of *spell* from *start* to *end*, and move the counts past it."""
        beyond = self.counts.used >= spell.maximum_days * PARTS
        supported = beyond and not spell.endless
        entitlement = Entitlement.LABOUR_MARKET if supported else spell.entitlement
        pace, counted = self._pace(spell, start, entitlement), self.law.counted_days.on(start)
        if self.month < _month(start):
            self.month, self.month_counts = _month(start), self.counts
        stretch = Stretch(spell, start, end, entitlement, beyond and spell.endless,
                          -self.waiting * PARTS or getattr(self.counts, counted), getattr(pace, counted),
                          getattr(self.month_counts, counted))
        month, begin, waiting = int(month_of(end)), self.counts, self.waiting
        if month_start(month) > start:
            before = _benefit_days(start, int(month_start(month)))
            self.month, self.month_counts = month, begin.after(max(before - waiting, 0), pace)
        days = _benefit_days(start, end)
        self.waiting, self.counts = max(waiting - days, 0), begin.after(max(days - waiting, 0), pace)
        return stretch

    def _pace(self, spell: Spell, day: int, entitlement: Entitlement) -> Counts:
        """What a paid day of *spell* adds to each count, from *day* on."""
        law, utilisation = self.law, _parts(spell.utilisation)
        served = spell.state == State.SERVICE and not law.service_days_count.on(day)
        laid_off = spell.state == State.LAID_OFF and entitlement == Entitlement.EARNINGS_RELATED
        by_amount = law.choices["adjusted_days"] == "full_day_equivalents"
        left_out = served and law.choices["services_before_2025"] == "excluded" \
            or laid_off and law.choices["layoff_days"] == "not_counted"
        labour_market = entitlement == Entitlement.LABOUR_MARKET and not served
        whole = utilisation if by_amount else PARTS
        return Counts(0 if left_out else whole, PARTS if labour_market else 0, utilisation)


def _cut(start: int, end: int, days: set[int]) -> list[int]:
    """*start*, those of *days* that lie inside, and *end*, rising."""
    return [start, *sorted(day for day in days if start < day < end), end]


def _month_firsts(start: int, end: int) -> set[int]:
    return {int(month_start(month)) for month in range(int(month_of(start)), int(month_of(end)) + 1)}


def _month(day: int) -> int:
    """Month of the first benefit day from *day* on."""
    return int(month_of(benefit_day(benefit_days_before(day))))


def _benefit_days(start: int, end: int) -> int:
    return int(benefit_days_before(end) - benefit_days_before(start))


def _parts(utilisation: float) -> int:
    return max(1, round(utilisation * PARTS))


def _month_parts(day: int) -> int:
    """Calendar position of a day in parts of a month: from a date to the same date of another month is whole months."""
    date = date_of(day)
    return (date.year * 12 + date.month) * MONTH_PARTS + date.day
