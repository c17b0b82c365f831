"""Numbers as readers of the spoken language write them: no-break spaces, a real minus sign, halves away from zero.

Examples below are Finnish, which is spoken unless ``reports.language`` says otherwise.

A number that is missing or not finite (a ratio to nothing) is shown as a dash.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date

from reports.language import locale, spoken
from sim.law.calendar import month_number

SPACE = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w-])")
_DATES = {"fi": {"day": "d.M.y", "month": "L/y", "month_alone": "L", "month_name": "LLL"},
          "en": {"day": "d MMMM y", "month": "MMM y", "month_alone": "MMM", "month_name": "LLL"}}
"""Unicode's date patterns, of which Babel knows the words."""
_SIGNS = {"fi": str.maketrans({",": SPACE, ".": ",", "-": MINUS}), "en": str.maketrans({"-": MINUS})}


def number(value: float, decimals: int = 0) -> str:
    """*value* rounded to *decimals*, thousands apart.

    >>> number(-1234.5) == f"{MINUS}1{SPACE}235", number(0.0625, 3), number(-0.004, 2), number(float("nan"))
    (True, '0,063', '0,00', '–')
    """
    if not math.isfinite(value):
        return DASH
    # through its shortest decimal form, so that 1.005 rounds as a reader of "1.005" would round it
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded or abs(rounded):,f}".translate(_SIGNS[spoken()])


def euros(value: float) -> str:
    """Whole euros.

    >>> euros(1234567.8).replace(SPACE, "_")
    '1_234_568_€'
    """
    return f"{number(value)}{SPACE}€"


def thousands(value: float) -> str:
    """Euros in whole thousands, without the unit.

    >>> thousands(2168396.24).replace(SPACE, "_")
    '2_168'
    """
    return number(value / 1e3)


def in_millions(value: float, decimals: int = 2) -> str:
    """Euros in millions, without the unit.

    >>> in_millions(26834567)
    '26,83'
    """
    return number(value / 1e6, decimals)


def millions(value: float, decimals: int = 2) -> str:
    """Euros in millions.

    >>> millions(26834567).replace(SPACE, "_"), millions(26834567, 1).replace(SPACE, "_")
    ('26,83_M€', '26,8_M€')
    """
    return f"{in_millions(value, decimals)}{SPACE}M€"


def percent(share: float, decimals: int = 1) -> str:
    """A share of one in per cent.

    >>> percent(0.0123).replace(SPACE, "_")
    '1,2_%'
    """
    return f"{number(100 * share, decimals)}{SPACE if spoken() == 'fi' else ''}%"


def ratio(value: float) -> str:
    """A ratio to two decimals.

    >>> ratio(0.984)
    '0,98'
    """
    return number(value, 2)


def signed(value: float, form: Callable[[float], str] = number) -> str:
    """*value* written by *form*, with a plus where it is positive and does not round to nothing.

    >>> signed(2893440.29, in_millions), signed(0.4), signed(-1.6).replace(MINUS, "-")
    ('+2,89', '0', '-2')
    """
    text = form(value)
    return f"+{text}" if value > 0 and text.strip("0,.") else text


def plus_minus(value: float, half: float, form: Callable[[float], str] = number) -> str:
    """A change and half the width of its interval, which nobody knows where it is infinite.

    >>> plus_minus(1.5e6, 2e5, in_millions).replace(SPACE, "_"), plus_minus(3, float("inf")).replace(SPACE, "_")
    ('+1,50_±_0,20', '+3_±_?')
    """
    return f"{signed(value, form)}{SPACE}±{SPACE}{form(half) if math.isfinite(half) else '?'}"


def interval(low: float, high: float, form: Callable[[float], str] = number) -> str:
    """Both ends written by *form*; dots stand between them where a dash would meet a minus.

    >>> interval(26.1e6, 31.9e6, in_millions), interval(-5, 10).replace(MINUS, "-")
    ('26,10–31,90', '-5…10')
    """
    ends = form(low), form(high)
    if DASH in ends:
        return DASH
    return ("…" if MINUS in "".join(ends) else DASH).join(ends)


def month(label: str) -> str:
    """The month ``2026-09`` as a reader writes it.

    >>> month("2026-09")
    '9/2026'
    """
    return _dated(label, "month")


def months(first: str, last: str) -> str:
    """The months from *first* to *last* as a reader writes them.

    >>> months("2025-02", "2025-09"), months("2025-11", "2026-01"), months("2026-01", "2026-01")
    ('2–9/2025', '11/2025–1/2026', '1/2026')
    """
    if first == last:
        return month(last)
    return f"{_dated(first, 'month_alone') if first[:4] == last[:4] else month(first)}{DASH}{month(last)}"


def month_name(label: str) -> str:
    """Short name of a month, for axes.

    >>> month_name("2026-09")
    'syys'
    """
    return _dated(label, "month_name")


def _dated(label: str, pattern: str) -> str:
    year, index = divmod(month_number(label), 12)
    return format_date(date(year, index + 1, 1), _DATES[spoken()][pattern], locale=locale())


def day(when: date) -> str:
    """A date.

    >>> day(date(2026, 11, 4))
    '4.11.2026'
    """
    return format_date(when, _DATES[spoken()]["day"], locale=locale())


def as_read(written: str) -> str:
    """A value or a range as the program keeps it, as readers of the spoken language write it.

    >>> as_read("3.5e+06 – 0.0125, recalled").replace(SPACE, "_"), as_read("[0.05, 1.5]"), as_read("3e-05 to 237")
    ('3_500_000 – 0,0125, recalled', '0,05; 1,5', '0,00003–237')
    """
    def one(found: re.Match) -> str:
        value = float(found[0])
        if not value or value >= 1000:
            return number(value)
        given = len(f"{value:.10f}".rstrip("0").partition(".")[2])
        return number(value, min(given, max(4, 3 - math.floor(math.log10(value)))))  # four figures of a small one

    several = written.strip("[]").replace(", ", "; ") if written.startswith("[") else written
    return _NUMBER.sub(one, several).replace(" to ", DASH)
