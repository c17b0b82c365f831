"""Hand-written histories priced by the ledger, without a simulation.

``spells`` reads the rows of the file, ``carry`` carries each client's counts through them and cuts them where days
begin to count otherwise; what comes out is a log as the event model writes it, which the ledger counts and this module
prices: stretch of law by stretch of law, and only what is paid while the client lives in the city.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise, product
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.clients.clients import WITH_BENEFIT
from sim.law.benefits import Benefit
from sim.law.calendar import date_of, month_label, month_of, month_start
from sim.law.ladder import class_labels
from sim.law.loader import Law
from sim.money.account import daily_prices, is_charged
from sim.money.carry import Stretch, stretches
from sim.money.ledger import PARTS, Counting, Periods, Rights, ladder_of, paid_day_rows
from sim.money.payment import PaymentProfile, paid_between
from sim.money.spells import Correction, Spell, check_client, read_spells
from sources.errors import InputError

FOLLOWED = ("adjusted_days", "layoff_days", "layoff_share", "reset_of_non_members", "services_before_2025",
            "step_change")  # open questions of the law that a history answers
KEYS = ["client", "month", "benefit", "class"]
SHORTEST_MONTH = 20  # benefit days
ALWAYS = np.iinfo(np.int32).min  # a day before all others
NO_MAXIMUM = np.iinfo(np.int32).max  # a stretch ends where its maximum does


class Stay(NamedTuple):
    """From *day* on, until the next stay, a client lives in the city or not."""

    day: int
    home: bool


@dataclass(frozen=True, eq=False)
class History:
    """Stretches with benefit, by client and start; those of corrections stand for days taken back.

    Attributes
    ----------
    log : client, state, start, end, counter as in EventLog.frame(), in day numbers. Each stretch is a client of its
        own to the ledger, since a history gives rights by spell.
    rights : of each stretch; its maximum is not used before its end.
    counting : of each stretch.
    facts : name of the client, utilisation, additional (1 or 0), billed_from (month number, -1 for none) and sign
        (-1 of a correction) of each stretch.
    stays : of the client of each stretch.
    """

    log: pd.DataFrame
    rights: Rights
    counting: Counting
    facts: pd.DataFrame
    stays: list[tuple[Stay, ...]]

    def __len__(self) -> int:
        return len(self.log)

    def take(self, rows: np.ndarray) -> History:
        """The stretches at *rows* (indices)."""
        log, facts = (frame.iloc[rows].reset_index(drop=True) for frame in (self.log, self.facts))
        return History(log.assign(client=np.arange(len(rows))), Rights(*(column[rows] for column in self.rights)),
                       Counting(self.counting.counter[rows], self.counting.pace[rows],
                                self.counting.month_counter[rows]), facts, [self.stays[row] for row in rows])


def read_history(path: Path, law: Law) -> History:
    """The history in the CSV file at *path*, its counts carried by *law*.

    Raises
    ------
    InputError : a row cannot be read (``spells.read_spells``), or a correction finds no paid day of its client.
    """
    spells, corrections = read_spells(path, law)
    found = list[tuple[Stretch, Spell | Correction, tuple[Stay, ...]]]()
    for client, group in groupby(spells, attrgetter("client")):
        own = list(group)
        check_client(path, own)
        paid, stays = list(stretches(own, law)), _stays(own)
        found += [(stretch, stretch.spell, stays) for stretch in paid]
        found += [(part, correction, stays) for correction, part
                  in _taken_back(path, paid, [each for each in corrections if each.client == client])]
    names = {spell.client for spell in spells}
    for correction in corrections:
        if correction.client not in names:
            raise InputError(path, f"row {correction.row}, column client", f"{correction.client} has no spell",
                             "correct the name, or write the spell that is corrected")
    return _history(found)


def _taken_back(path: Path, paid: list[Stretch],
                corrections: list[Correction]) -> Iterator[tuple[Correction, Stretch]]:
    """The parts of the stretches *paid* of one client that its *corrections*, in order, take back."""
    until = None
    for correction in corrections:
        parts = [stretch.part(correction.start, correction.end) for stretch in paid]
        parts = [part for part in parts if part.start < part.end]
        if not parts:
            raise InputError(path, f"row {correction.row}, column start", f"no benefit of client {correction.client} "
                             f"lies between {date_of(correction.start)} and {date_of(correction.end)}",
                             "write days of an earlier spell with benefit")
        if until is not None and correction.start < until.end:
            raise InputError(path, f"row {correction.row}, column start", f"{date_of(correction.start)} is taken back "
                             f"in row {until.row} already", "let one correction end where the next begins")
        until = correction
        yield from ((correction, part) for part in parts)


def _stays(spells: list[Spell]) -> tuple[Stay, ...]:
    """Where one client lives: where the first spell begins always before, and then move by move."""
    moves = (Stay(after.start, after.home) for before, after in pairwise(spells) if after.home != before.home)
    return Stay(ALWAYS, spells[0].home), *moves


def _history(found: list[tuple[Stretch, Spell | Correction, tuple[Stay, ...]]]) -> History:
    paid = [stretch for stretch, _, _ in found]

    def column(name: str) -> np.ndarray:
        return np.array([getattr(stretch, name) for stretch in paid], dtype=np.int64)

    counter = column("counter")
    log = pd.DataFrame({"client": np.arange(len(paid)), "state": [int(each.spell.state) for each in paid],
                        "start": column("start"), "end": column("end"), "counter": counter // PARTS})
    facts = pd.DataFrame({
        "client": [each.spell.client for each in paid], "utilisation": [each.spell.utilisation for each in paid],
        "additional": column("additional"),
        "billed_from": np.array([-1 if row.billed_from is None else row.billed_from for _, row, _ in found], np.int64),
        "sign": [-1 if isinstance(row, Correction) else 1 for _, row, _ in found]})
    return History(log, Rights(column("entitlement"), np.full(len(paid), NO_MAXIMUM)),
                   Counting(counter, column("pace"), column("month_counter")), facts, [stays for _, _, stays in found])


def price_history(history: History, law: Law, profile: PaymentProfile) -> dict[str, pd.DataFrame]:
    """Days and municipal share of *history*, in two frames of client, month, benefit, class, days and euros.

    Returns
    -------
    paid_days : by the month of the paid day; days are whole but those of clients who move, to four decimals.
    payments : by the month of payment under *profile*, which spreads the days of a month evenly over its benefit
        days as the model does; days are fractions, to four decimals. Also the month of the invoice.

    Both hold what is paid while the client lives in the city; days that are taken back are negative. Euros are nominal,
    cost positive, and rounded to cents once, half a cent away from zero.
    """
    if not len(history):
        empty = pd.DataFrame(columns=[*KEYS, "days", "euros"])
        return {"paid_days": empty, "payments": empty.assign(invoice_month=[])}
    labels = list(class_labels(period.value for period in law.ladders.periods))
    paid_days, payments = list[pd.DataFrame](), list[pd.DataFrame]()
    for stays in dict.fromkeys(history.stays):
        own = history.take(np.array([row for row, each in enumerate(history.stays) if each == stays]))
        first = int(month_of(own.log["start"].min()))
        periods = Periods.of_months(first, int(month_of(own.log["end"].max() - 1)) - first + 1, law,
                                    [stay.day for stay in stays])
        lines, shares = _lines(own, law, periods, labels), _shares(periods, stays, profile)
        payments.append(_payments(lines, shares))
        if not all(stay.home for stay in stays):
            home = lines["period"].map(shares.groupby("period")["share"].sum()).fillna(0.0)
            lines = lines.assign(days=lines["days"] * home, euros=lines["euros"] * home)[home > 0]
        paid_days.append(lines)
    priced = {"paid_days": _summed(pd.concat(paid_days), labels), "payments": _summed(pd.concat(payments), labels)}
    invoiced = [month + int(law.invoice_lag.on(int(month_start(month)))) for month in priced["payments"]["month"]]
    priced["payments"]["invoice_month"] = list(map(month_label, invoiced))
    return {name: frame.assign(month=list(map(month_label, frame["month"]))) for name, frame in priced.items()}


def _lines(history: History, law: Law, periods: Periods, labels: list[str]) -> pd.DataFrame:
    """The ledger's rows with client, month, and euros not rounded; benefit is a code, class a place in *labels*."""
    facts, parts = history.facts, list[pd.DataFrame]()
    for first, stretch in periods.by_ladder(law):
        rows = paid_day_rows(history.log, history.rights, 0, stretch, law, history.counting)
        ladder, own = ladder_of(law, stretch), facts.iloc[rows.spell].reset_index(drop=True)
        prices = daily_prices(law, stretch, np.ones(len(ladder.shares)))[rows.period, rows.day_class]
        charged = _charged(law, stretch)[rows.period, history.log["state"].to_numpy()[rows.spell], rows.benefit,
                                         own["additional"]]
        place = np.array([labels.index(label) for label in ladder.class_labels])
        days = rows.days * own["sign"]
        parts.append(pd.DataFrame({
            "client": own["client"], "month": stretch.month[rows.period], "benefit": rows.benefit,
            "class": place[rows.day_class], "period": first + rows.period, "days": days,
            "euros": prices * days * own["utilisation"] * charged, "billed_from": own["billed_from"],
            "sign": own["sign"]}))
    return pd.concat(parts)


def _charged(law: Law, periods: Periods) -> np.ndarray:
    """Whether a day is charged, (periods, states up to the last with benefit, benefits, additional or not)."""
    shape = (len(periods), max(WITH_BENEFIT) + 1, len(Benefit), 2)
    table = np.zeros(shape, bool)
    for period, state, benefit, additional in product(range(shape[0]), WITH_BENEFIT, Benefit, (0, 1)):
        table[period, state, benefit, additional] = is_charged(law, int(periods.edges[period]), state, benefit,
                                                               bool(additional))
    return table


def _shares(periods: Periods, stays: tuple[Stay, ...], profile: PaymentProfile) -> pd.DataFrame:
    """Share of the days of each period that is paid in each month while the client is at home: period, month, share."""
    first = int(periods.month[0]) - 1  # a payment due on a holiday may be made in the month before
    tail = -(-len(profile.weights()) // SHORTEST_MONTH) + 1
    starts = month_start(np.arange(first, int(periods.month[-1]) + tail + 2))
    moves = np.array([stay.day for stay in stays])
    days = np.union1d(starts, moves[(starts[0] < moves) & (moves < starts[-1])])
    place = np.searchsorted(moves, days[:-1], side="right") - 1
    matrix = paid_between(periods, days, profile) * np.array([stay.home for stay in stays])[place]
    period, column = np.nonzero(matrix)
    return pd.DataFrame({"period": period, "month": month_of(days)[column], "share": matrix[period, column]})


def _payments(lines: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """*lines* by the month of payment: not before *billed_from*, and for days taken back in just that month."""
    paid = lines.drop(columns="month").merge(shares, on="period")
    paid[["days", "euros"]] = paid[["days", "euros"]].mul(paid["share"], axis=0)
    paid["month"] = np.where(paid["sign"] < 0, paid["billed_from"], np.maximum(paid["month"], paid["billed_from"]))
    return paid


def _summed(lines: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """*lines* by client, month, benefit and class, in that order, with names for codes and euros in cents."""
    summed = lines.groupby(KEYS, as_index=False)[["days", "euros"]].sum().round({"days": 4})
    summed["benefit"] = [Benefit(code).name.lower() for code in summed["benefit"]]
    summed["class"] = [labels[place] for place in summed["class"]]
    # to a millionth of a cent first: half a cent must not hang on the last bit of a product
    cents = (100 * summed["euros"]).round(6)
    summed["euros"] = np.sign(cents) * np.floor(cents.abs() + 0.5) / 100 + 0.0
    return summed
