"""What producers bill: euros of contracts by the month in which they fall due, from who was in which service when.

Each bill has an event and a day it is due: the event's day and the contract's ``payable`` days. What bills what:

- own, in-house: a twelfth of the yearly sums at each month's end, by the days in force and the places of each day;
- unit price: a participant's start; the end of whoever completes; or the Monday-to-Friday days of a month, at its end.
  Who is inside when the contract ends is paid for to the end of the stay;
- outcome: the day on which an outcome has held for its evidence window, up to the contract year's cap;
  at the contract year's end, what the floor and the promised volume ask on top (line *settlement*);
- subsidy: the days inside at each month's end, by the amount of the day on which each started;
- grant: its instalments.

Cap, floor and promised volume hold for a contract year that is simulated as a whole; for part of one, by its days. An
outcome belongs to the contract year in which it is verified; one that is verified after the contract has ended is paid
within what is left of the last year's cap, and moves no floor. Of one that was verified before the first month, only
the payment is of interest: how much of its year's cap was used is not known, and it is paid in full.

Prices are those of the calendar year of the event, of cap and floor those of the contract year's first day. Euros are
rounded once, by month, contract and line. What falls due after the horizon is not lost: it is told as ``later``.

What dates tell of the time before the first month (yearly sums, places, instalments) is billed as it was; what clients
did then, as sim.money.episodes carries it in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.law.calendar import Integers, benefit_days_before, day_number, month_of, month_start, years_after
from sim.money.episodes import LONGEST_MONTH, DailyRates, Days, Episodes, Window, window_of
from sim.services.contracts import Contract, Grant, OutcomeBased, Own, SubsidyContract, UnitPrice

LINES = ("fixed", "places", "starts", "completions", "days", "outcomes", "settlement", "subsidies", "instalments")
MONTHS = 12
Level = Callable[[Integers], np.ndarray]  # day numbers → price level of their years


class Scaled(NamedTuple):
    """How many times as many participants as the episodes have, and as many outcomes of each participant."""

    volume: float = 1.0
    outcomes: float = 1.0


UNSCALED = Scaled()


class Part(NamedTuple):
    """Bills of one line: day numbers of their events, euros, and the day on which each arose if it is another."""

    line: str
    days: Integers
    euros: np.ndarray
    arose: Integers | None = None


@dataclass(frozen=True, eq=False)
class Bills:
    """Euros billed, cost positive, in cents.

    Attributes
    ----------
    euros : (months, contracts, lines of LINES) by month due.
    later : (contracts, lines) of the same events, due after the horizon.
    accrued : (contracts, lines) of what happened from the first month to the horizon, whenever it is due.
    """

    euros: np.ndarray
    later: np.ndarray
    accrued: np.ndarray


def bills(contracts: Sequence[Contract], episodes: Episodes, first_month: int, months: int,
          price_levels: Mapping[int, float], earlier: DailyRates | None = None,
          scaled: Scaled = UNSCALED) -> Bills:
    """Bills of *contracts* over *months* from *first_month* (a month number).

    What fell due before the first month is left out. *price_levels* by calendar year move the contracts that are
    indexed. *earlier* stands for all that the clients did before the first month; without it, only what the
    *episodes* tell of it is billed. *scaled* asks what would be billed had there been more or less of it since.

    Raises
    ------
    ValueError : an indexed contract bills in a year without price level.
    """
    window = window_of(first_month, months)
    due = np.zeros((months + 1, len(contracts), len(LINES)))
    accrued = np.zeros(due.shape[1:])
    for place, contract in enumerate(contracts):
        days_of = Days.of(episodes, place, window.first).scaled(*scaled, window.first)
        if earlier:
            days_of = days_of.carried_in(contract, window.first, DailyRates(*(rates[place] for rates in earlier)))
        level = _levels(price_levels) if contract.indexed else _flat
        for line, days, euros, arose in _parts(contract, days_of, window, level):
            cell = place, LINES.index(line)
            month = month_of(days + int(contract.payable.value)) - first_month
            open_ = month >= 0
            due[:, *cell] += np.bincount(np.minimum(month[open_], months), euros[open_], months + 1)
            accrued[cell] += euros[(days if arose is None else arose) >= window.first].sum()
    due = due.round(2)
    return Bills(due[:months], due[months], accrued.round(2))


def _parts(contract: Contract, episodes: Days, window: Window, level: Level) -> list[Part]:
    if isinstance(contract, UnitPrice):
        return [_units(contract, episodes, window, level)]
    if isinstance(contract, OutcomeBased):
        return _results(contract, episodes, window, level)
    if isinstance(contract, SubsidyContract):
        return _granted(contract, episodes, window, level)
    if isinstance(contract, Grant):
        days = np.array([day_number(each.date) for each in contract.instalments])
        euros = np.array([float(each) for each in contract.instalments])
        paid = days < window.after
        return [Part("instalments", days[paid], (euros * level(days))[paid])]
    assert isinstance(contract, Own)
    return _capacity(contract, window, level)


def _levels(price_levels: Mapping[int, float]) -> Level:
    def of(days: Integers) -> np.ndarray:
        years, place = np.unique(month_of(days) // MONTHS, return_inverse=True)
        missing = [int(year) for year in years if int(year) not in price_levels]
        if missing:
            raise ValueError(f"there is no price level of {missing[0]}")
        return np.array([price_levels[int(year)] for year in years])[place] if len(years) else np.ones(0)
    return of


def _flat(days: Integers) -> np.ndarray:
    return np.ones(len(days))


def _month_edges(contract: Contract, window: Window) -> Integers:
    """First days of the months whose bills may fall due in the window, and of the one after."""
    first = int(month_of(max(contract.first, window.first - int(contract.payable.value) - LONGEST_MONTH)))
    return month_start(np.arange(first, max(first, int(month_of(window.after))) + 1))


def _capacity(contract: Own, window: Window, level: Level) -> list[Part]:
    """Yearly sums by month: days in force, and places of each day, over the days of the month."""
    edges = _month_edges(contract, window)
    begins = np.array([max(contract.first, min(contract.after, day_number(each.since)))
                       for each in contract.places], dtype=np.int64)
    ends = np.append(begins[1:], contract.after)[:len(begins)]
    places = np.array([float(each) for each in contract.places])

    def within(since: npt.ArrayLike, until: npt.ArrayLike) -> np.ndarray:
        """Share of each month (rows) that lies in each period (columns)."""
        days = np.minimum(edges[1:, None], until) - np.maximum(edges[:-1, None], since)
        return np.maximum(days, 0) / np.diff(edges)[:, None]

    closes = edges[1:] - 1
    twelfth = level(closes) / MONTHS
    return [Part("fixed", closes, within([contract.first], [contract.after])[:, 0] * twelfth * float(contract.fixed)),
            Part("places", closes, within(begins, ends) @ places * twelfth * float(contract.per_place))]


def _units(contract: UnitPrice, episodes: Days, window: Window, level: Level) -> Part:
    price = float(contract.price)
    if contract.price.unit == "€/participant-day":
        edges = _month_edges(contract, window)
        days, closes = episodes.inside(edges, benefit_days_before), edges[1:] - 1
        return Part("days", closes, days * price * level(closes))
    if contract.price.unit == "€/participant":
        events, line = episodes.started, "starts"
    else:
        events, line = episodes.completed, "completions"
    within = events.days < window.after
    days = events.days[within]
    return Part(line, days, price * events.weight[within] * level(days))


def _granted(contract: SubsidyContract, episodes: Days, window: Window, level: Level) -> list[Part]:
    """By amount, of those who started while it was granted: the part of each month inside, or Monday-to-Friday days."""
    if contract.amounts is None:
        raise ValueError(f"the amounts of {contract.title} are not filled in: take them from subsidies.completed")
    edges = _month_edges(contract, window)  # what is granted is paid past the contract's end
    closes = edges[1:] - 1
    later = [day_number(each.since) for each in contract.amounts[1:]]
    granted, of_month = (np.searchsorted(later, days, side="right") for days in (episodes.began, closes))
    parts: list[Part] = []
    for place, amount in enumerate(contract.amounts):
        who = granted == place, of_month == place
        units = (episodes.inside(edges, benefit_days_before, *who) if amount.unit == "€/day"
                 else episodes.inside(edges, lambda day: day, *who) / np.diff(edges))
        parts.append(Part("subsidies", closes, units * float(amount) * level(closes)))
    return parts


def _results(contract: OutcomeBased, episodes: Days, window: Window, level: Level) -> list[Part]:
    opens, closes, whole = _contract_years(contract, window)
    if not len(opens):
        return []
    began, weight = episodes.outcomes
    verified = _months_after(began, int(contract.evidence.value))
    order = np.argsort(verified, kind="stable")
    order = order[verified[order] + int(contract.payable.value) >= window.first]  # what was paid before is no matter
    began, verified = began[order], verified[order]
    # outcomes that began before the horizon; those verified after it are due later, by the same cap
    euros, known = float(contract.tariff) * weight[order] * level(verified), verified >= opens[0]
    year = np.searchsorted(opens, verified[known], side="right") - 1
    scale = whole * level(opens)
    if contract.cap:
        euros[known] = _capped(euros[known], year, float(contract.cap) * scale)
    parts = [Part("outcomes", verified, euros, began)]

    ended = closes <= window.after
    owed = np.zeros(len(opens))
    if contract.floor:
        paid = np.bincount(year, euros[known] * (verified[known] < closes[year]), len(opens))
        owed += np.maximum(float(contract.floor) * scale - paid, 0)
    if contract.minimum and contract.shortfall:
        order = np.argsort(episodes.started.days, kind="stable")  # from the first month on: no carry-in
        sums = np.concatenate([[0.0], np.cumsum(episodes.started.weight[order])])
        sent = np.diff(sums[np.searchsorted(episodes.started.days[order], [opens, closes])], axis=0)[0]
        owed += np.maximum(float(contract.minimum) * whole - sent, 0) * float(contract.shortfall) * level(opens)
    return [*parts, Part("settlement", closes[ended] - 1, owed[ended])]


def _contract_years(contract: OutcomeBased, window: Window) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First day of each contract year within the window, the day after its last, and the part of a full year it is."""
    count = (window.after - contract.first) // 365 + 1
    starts = np.array([int(years_after(contract.first, year)) for year in range(max(count, 0) + 1)], dtype=np.int64)
    opens, closes = np.maximum(starts[:-1], window.first), np.minimum(starts[1:], contract.after)
    inside = (opens < closes) & (opens < window.after)
    return opens[inside], closes[inside], ((closes - opens) / np.diff(starts))[inside]


def _capped(euros: np.ndarray, year: np.ndarray, caps: np.ndarray) -> np.ndarray:
    """*euros*, in order of *year*, each cut to what the years' *caps* still leave."""
    total = np.cumsum(euros)
    before = np.concatenate([[0.0], total])[np.searchsorted(year, year)]  # of earlier years
    reached = np.minimum(total - before, caps[year])
    return np.maximum(reached - np.minimum(total - before - euros, caps[year]), 0)


def _months_after(days: Integers, months: int) -> Integers:
    """The same date so many *months* later; the month's last day where it is shorter."""
    month = month_of(days)
    start = month_start(month + months)
    length = month_start(month + months + 1) - start
    return start + np.minimum(days - month_start(month), length - 1)
