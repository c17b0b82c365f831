"""What a history costs, day by day: a second ledger in plain Python, written from docs/ledger.md and the law reference.

It reads the rows of a history as lists of cells and walks through the calendar one day at a time, with fractions for
counts. Nothing of the program is used. Days are paid as they are earned here; who pays them is not its matter.
"""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

NEW_LAW, GENERAL, MONTHS_OF_WORK = date(2025, 1, 1), date(2026, 5, 1), date(2024, 9, 2)
OLD = [(300, Fraction(0), "0-300"), (1000, Fraction(1, 2), "301-1000"), (None, Fraction(7, 10), "1001-")]
NEW = [(100, Fraction(0), "0-100"), (200, Fraction(1, 10), "101-200"), (300, Fraction(2, 10), "201-300"),
       (400, Fraction(3, 10), "301-400"), (700, Fraction(4, 10), "401-700"), (None, Fraction(5, 10), "701-")]
AMOUNT = Fraction("37.21")  # € a day from 2023 on
DEFAULTS = {"services_before_2025": "excluded", "adjusted_days": "whole_days", "layoff_days": "counted",
            "layoff_share": "charged", "reset_of_non_members": "work_condition", "step_change": "by_day"}
SWITCHES = {"services_before_2025": ["included"], "adjusted_days": ["full_day_equivalents"],
            "layoff_days": ["not_counted"], "layoff_share": ["not_charged"], "reset_of_non_members": ["never"],
            "step_change": ["by_payment_period"]}
PAID = ("unemployed", "service", "laid_off")


def month_place(day):
    """Months since year 0, each of 31 parts: whole months from a date to the same date."""
    return day.year * 12 + day.month + Fraction(day.day, 31)


class Person:
    """Counts of one client on the morning of a day."""

    def __init__(self, rows):
        opening = int(rows[0]["opening_counter"])
        benefits = [row["benefit"] for row in rows if row["state"] in PAID]
        first_is_subsidy = benefits and benefits[0] == "labour_market"
        self.waiting = max(0, -opening)
        self.all = self.used = Fraction(max(0, opening))
        written = rows[0].get("opening_labour_market", "")
        self.subsidy = int(written) if written else int(self.all) if first_is_subsidy else 0
        self.month = self.old_at_first = self.new_at_first = None
        self.worked = []  # (day, parts of a month, share)
        self.subsidised = Fraction(0)

    def see_month(self, day):
        """Remember the counts with which a month begins, as it begins."""
        if (day.year, day.month) != self.month:
            self.month, self.old_at_first, self.new_at_first = (day.year, day.month), self.subsidy, self.all

    def work(self, day, share):
        """A day of work of which *share* counts."""
        self.worked.append((day, month_place(day + timedelta(1)) - month_place(day), share))

    def work_with_subsidy(self, day, excepted):
        """A day of subsidised work: three quarters until 1.9.2024; then nothing, or after ten months three quarters."""
        length = month_place(day + timedelta(1)) - month_place(day)
        if day < MONTHS_OF_WORK:
            self.worked.append((day, length, Fraction(3, 4)))
        elif excepted:
            beyond = min(length, max(Fraction(0), self.subsidised + length - 10))
            self.worked.append((day, beyond, Fraction(3, 4)))
        self.subsidised += length

    def try_condition(self, day, benefit, answers):
        """Twelve months, earlier six, of the last twenty-eight start the counts afresh."""
        member = benefit in ("earnings_related", "additional_days")
        if answers["reset_of_non_members"] == "never" and day >= GENERAL and not member:
            return
        opens = month_place(day) - 28
        months = sum(min(parts, max(Fraction(0), month_place(at + timedelta(1)) - opens)) * share
                     for at, parts, share in self.worked)
        if months >= (12 if day >= MONTHS_OF_WORK else 6):
            self.waiting, self.all, self.used, self.subsidy = (7 if day >= date(2024, 1, 1) else 5), Fraction(0), \
                Fraction(0), 0
            self.worked, self.subsidised = [], Fraction(0)


def benefit_and_charge(person, row, day, answers):
    """Benefit paid on *day*, whether it is labour market subsidy of its time, and whether the city pays its share."""
    maximum = int(row.get("maximum_days") or 400)
    right, state = row["benefit"], row["state"]
    within = right != "labour_market" and person.used < maximum
    if right in ("earnings_related", "additional_days") and (within or right == "additional_days"):
        return "earnings_related", False, day >= NEW_LAW and state != "laid_off" and within
    support = "general" if day >= GENERAL else "labour_market"
    benefit = "basic" if right == "basic" and within and day < GENERAL else support
    if day < NEW_LAW:
        return benefit, not within, benefit == "labour_market" and state != "service"
    return benefit, not within, state != "laid_off" or answers["layoff_share"] == "charged"


def day_class(ladder, count, at_first, by_period):
    """Label and share of a day with *count* before it, in a month with *at_first* before it."""
    return next((label, share) for last, share, label in ladder
                if last is None or count < last or by_period and at_first < last)


def price_by_day(rows, answers=DEFAULTS):
    """{(month, benefit, class): [days, euros]} of one client's *rows*, dictionaries of cells in order of time."""
    person, result = Person(rows), Counter()
    euros = Counter()
    before = None
    for row in rows:
        start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        goes_on = before is not None and before["state"] in PAID and before["end"] == row["start"]
        for place in range((end - start).days):
            day = start + timedelta(place)
            person.see_month(day)
            if row["state"] in ("short_work", "lasting_work"):
                person.work(day, Fraction(1))
            elif row["state"].startswith("subsidised_work"):
                person.work_with_subsidy(day, row["state"] != "subsidised_work")
            elif row["state"] in PAID:
                if place == 0 and not goes_on or day.day == 1:
                    person.try_condition(day, row["benefit"], answers)
                pay(person, row, day, answers, result, euros)
                if row.get("accrues", "") not in ("", "0"):
                    person.work(day, Fraction(row["accrues"]))
        before = row
    return {key: [days, euros[key]] for key, days in result.items()}


def pay(person, row, day, answers, result, euros):
    """Pay *day* if it is a weekday past the waiting days, and move the counts."""
    if day.weekday() >= 5:
        return
    if person.waiting:
        person.waiting -= 1
        return
    utilisation, new = Fraction(row["utilisation"]), day >= NEW_LAW
    benefit, supported, charged = benefit_and_charge(person, row, day, answers)
    if new:
        label, share = day_class(NEW, int(person.all), int(person.new_at_first),
                                 answers["step_change"] == "by_payment_period")
    else:
        label, share = day_class(OLD, person.subsidy, person.old_at_first, True)
    key = f"{day.year}-{day.month:02}", benefit, label
    result[key] += 1
    euros[key] += AMOUNT * share * utilisation * charged
    served_before = row["state"] == "service" and not new
    laid_off = row["state"] == "laid_off" and benefit == "earnings_related"
    if not (served_before and answers["services_before_2025"] == "excluded"
            or laid_off and answers["layoff_days"] == "not_counted"):
        person.all += utilisation if answers["adjusted_days"] == "full_day_equivalents" else 1
    person.used += utilisation
    if supported and not served_before:
        person.subsidy += 1
