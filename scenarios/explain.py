"""The euros of one unit taken apart: an account's cell by client, spell and rule, or all that one client costs.

An explanation prices one unit, with ``scenarios.pricing``, and shows what it added up: each stretch of paid days, the
rate, the amount and the part paid in the month, and the rules of the law tree that each rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scenarios.rulebook import Rule, Rulebook
from scenarios.stored import UNIT_KEYS, StoredRun
from sim.clients.clients import AGE_GROUPS, OPENING, State
from sim.flow.offer import Ended
from sim.law.benefits import Benefit, Entitlement
from sim.law.calendar import date_of, month_label, month_number
from sim.money.ledger import paid_dates
from sources.errors import InputError, nearest
from sources.monthly import HALF_CENT

BENEFITS = np.array([benefit.name.lower() for benefit in Benefit])
ORDER = 1e-6  # euros: rows are added up in another order than in the account


@dataclass(frozen=True, eq=False)
class Explained:
    """What both explanations share.

    Attributes
    ----------
    run : name of the run.
    draw, replication : the unit.
    median : whether it was taken because its euros over all months are the median of the *units*.
    paid : a row a stretch of paid days: client, spell (its place among the client's, from 1), first and last (dates
        of the first and last paid day), first_day and last_day (counter), days, benefit, day_class, share (of the basic
        amount), basic_amount (€/day), utilisation, charged (part of which the municipality pays its share), euros,
        rules (numbers of Rule).
    rules : what the rows refer to.
    """

    run: str
    draw: int
    replication: int
    median: bool
    units: int
    paid: pd.DataFrame
    rules: list[Rule] = field(kw_only=True)

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data; euros are not rounded but where an account's are named."""
        every = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain = {name: value.to_dict("records") if isinstance(value, pd.DataFrame) else value
                 for name, value in every.items()}
        return {**plain, "rules": [asdict(rule) for rule in self.rules]}


@dataclass(frozen=True, eq=False)
class CellExplained(Explained):
    """A month of payment and a day class.

    Attributes
    ----------
    paid : with paid_share, the part of the days that is due in the month; its euros.
    accrued : the same of days before the first simulated month, known by month and class only: first, last, days, ….
    slips : euros that slipped in from the month before and out into the next: direction, benefit, share, of (euros).
    sums : by benefit: paid, accrued, slips, explained (their sum, not rounded) and account (in cents).
    """

    month: str
    day_class: str
    accrued: pd.DataFrame
    slips: pd.DataFrame
    sums: pd.DataFrame


@dataclass(frozen=True, eq=False)
class ClientExplained(Explained):
    """A client.

    Attributes
    ----------
    client : number within the unit, from 0.
    person : age_group, foreign_language, reduced_ability, entitlement, maximum_days, arrived ("opening" or a month),
        since (date on which the first state began).
    spells : spell, state, first, last (dates; empty at the horizon), counter (paid days before it).
    services : what the client asked for and was in: contract, service, title, asked, first, last (dates; no first where
        it never began, no last at the horizon), ended (sim.flow.offer.Ended).
    paid : with paid_from and paid_to, the first and last month of payment within the run, and paid_euros, all that is
        paid within it.
    payments : month, euros.
    """

    client: int
    person: dict[str, Any]
    spells: pd.DataFrame
    services: pd.DataFrame
    payments: pd.DataFrame


class PricedUnit:
    """A unit of a run, read and priced: the one called *unit* ("DRAW.REPLICATION"), or the median one."""

    def __init__(self, run: StoredRun, unit: str | None = None) -> None:
        self.run = run
        self.key = run.unit(unit) if unit else run.median_unit()
        self.head: dict[str, Any] = {"run": run.name, "draw": self.key[0], "replication": self.key[1],
                                     "median": unit is None, "units": len(run.units)}
        self.log, self.people = run.log(*self.key), run.people(*self.key)
        self.pricing = run.pricing(self.key[0])
        self.rows = self.pricing.rows(self.log, self.people)
        self.charge = self.pricing.charge(self.rows, self.log, self.people)
        self.accrued = self.pricing.accrued(self.rows)
        self.due = self.pricing.due(self.pricing.charged_days(self.rows, self.log, self.people))
        client = self.log["client"].to_numpy()
        self.spell_number = np.arange(len(client)) - np.searchsorted(client, client) + 1

    def in_order(self, mask: np.ndarray) -> np.ndarray:
        """Places of the rows in *mask*, by spell, period and number of the day."""
        places = np.flatnonzero(mask)
        return places[np.lexsort((self.rows.first[places], self.rows.period[places], self.rows.spell[places]))]

    def paid(self, places: np.ndarray, rulebook: Rulebook) -> pd.DataFrame:
        """See Explained, for the rows at *places*; ``euros`` is the price of all days, whenever paid."""
        pricing, rows = self.pricing, self.rows.take(places)
        period, charged = rows.period + len(pricing.earlier), self.charge[places]
        first, last = paid_dates(rows, pricing.counted(self.log), int(pricing.periods.edges[0]))
        frame = pd.DataFrame({"client": self.log["client"].to_numpy()[rows.spell],
                              "spell": self.spell_number[rows.spell], "first": _dates(first), "last": _dates(last),
                              "first_day": pricing.number(rows.first),
                              "last_day": pricing.number(rows.first + rows.days - 1), "days": rows.days})
        serving = self.log["state"].to_numpy()[rows.spell] == State.SERVICE
        return frame.assign(**self.rates(period, rows.benefit, rows.day_class, serving, charged, rulebook),
                            euros=rows.days * pricing.prices[period, rows.day_class] * charged)

    def rates(self, period: np.ndarray, benefit: np.ndarray, cell: np.ndarray, serving: np.ndarray,
              charged: np.ndarray, rulebook: Rulebook) -> dict[str, Sequence[Any]]:
        """Columns benefit to charged, and rules, of days in *period* (of all periods)."""
        pricing, law = self.pricing, self.run.law
        days, law_class = pricing.all_periods.edges[period], pricing.law_class(cell)
        in_full = np.where(serving, pricing.charged_in_service[period, benefit], pricing.charged[period, benefit])
        amounts = {day: law.basic_amount.on(int(day)) for day in np.unique(days)}
        return {
            "benefit": BENEFITS[benefit],
            "day_class": np.array(pricing.labels)[law_class],
            "share": pricing.shares[period, law_class],
            "basic_amount": np.array([amounts[day] for day in days]),
            "utilisation": pricing.terms.utilisation[cell % pricing.cells[1]],
            "charged": charged,
            "rules": rulebook.of(days, benefit, serving, charged < in_full),
        }


def explain_cell(one: PricedUnit, month: str, day_class: str) -> CellExplained:
    """What a unit pays in *month* ("2027-03") for *day_class* ("401-700").

    Raises
    ------
    InputError : an unknown month or class; or the explained sum is not that of the account.
    """
    terms, labels = one.pricing.terms, one.pricing.labels
    place = _place(month, terms.first_month, terms.months)
    day_class = day_class.replace("–", "-")
    if day_class not in labels:
        raise InputError("command line", f"option --class {day_class}", "is no day class of the run",
                         nearest(day_class, labels))
    cells = one.pricing.law_class(np.arange(np.prod(one.pricing.cells))) == labels.index(day_class)
    rulebook = Rulebook(one.run, one.key[0])
    parts = {"paid": _due(one, place, cells, rulebook), "accrued": _accrued(one, place, cells, rulebook),
             "slips": _slips(one, place, cells)}
    return CellExplained(**one.head, **parts, month=month, day_class=day_class,
                         sums=_sums(one, month, day_class, parts), rules=rulebook.rules)


def explain_client(one: PricedUnit, client: int) -> ClientExplained:
    """All that happens to *client* of a unit, and what it costs in which month.

    Raises
    ------
    InputError : no client has this number.
    """
    if not 0 <= client < len(one.people):
        raise InputError("command line", f"option --client {client}",
                         f"is no client of unit {'.'.join(map(str, one.key))}",
                         f"choose a number from 0 to {len(one.people) - 1}")
    pricing, rulebook = one.pricing, Rulebook(one.run, one.key[0])
    places = one.in_order(one.log["client"].to_numpy()[one.rows.spell] == client)
    rows = one.rows.take(places)
    share = pricing.paid(pricing.matrix.T)[:, rows.period + len(pricing.earlier)]  # (months, rows)
    months = np.array([month_label(pricing.terms.first_month + place) for place in range(pricing.terms.months)])
    paid = one.paid(places, rulebook)
    used = [months[each] for each in share.T != 0]
    paid["paid_from"] = [each[0] if len(each) else "" for each in used]
    paid["paid_to"] = [each[-1] if len(each) else "" for each in used]
    paid["paid_euros"] = share.sum(axis=0) * paid["euros"]
    payments = pd.DataFrame({"month": months, "euros": share @ paid["euros"].to_numpy()})
    return ClientExplained(**one.head, paid=paid, client=client, person=_person(one, client),
                           spells=_spells(one, client), services=_services(one, client),
                           payments=payments[payments["euros"] != 0], rules=rulebook.rules)


def _place(month: str, first: int, months: int) -> int:
    try:
        place = month_number(month) - first
    except ValueError as fault:
        raise InputError("command line", f"option --month {month}", str(fault), "write it like 2027-03") from None
    if not 0 <= place < months:
        raise InputError("command line", f"option --month {month}", "is not among the run's forecast months",
                         f"choose one from {month_label(first)} to {month_label(first + months - 1)}")
    return place


def _dates(days: np.ndarray) -> list[str]:
    return days.astype("datetime64[D]").astype(str).tolist()


def _due(one: PricedUnit, place: int, cells: np.ndarray, rulebook: Rulebook) -> pd.DataFrame:
    """The unit's paid days of *cells* that are due in the month at *place*, by client and spell."""
    share = one.pricing.matrix[one.rows.period + len(one.pricing.earlier), place]
    chosen = one.in_order(cells[one.rows.day_class] & (share > 0))
    frame = one.paid(chosen, rulebook)
    frame["paid_share"] = share[chosen]
    frame["euros"] *= frame["paid_share"]
    return frame


def _accrued(one: PricedUnit, place: int, cells: np.ndarray, rulebook: Rulebook) -> pd.DataFrame:
    """Days of the earlier periods that are due in the month at *place*."""
    pricing = one.pricing
    earlier = one.accrued
    share = pricing.matrix[: len(earlier), place]
    period, benefit, cell = np.nonzero((earlier > 0) & cells & (share > 0)[:, None, None])
    edges, days, charged = pricing.earlier.edges, earlier[period, benefit, cell], pricing.charged[period, benefit]
    frame = pd.DataFrame({"first": _dates(edges[period]), "last": _dates(edges[period + 1] - 1), "days": days})
    serving = np.zeros(len(period), bool)  # days before the run do not tell who was in a service
    return frame.assign(**one.rates(period, benefit, cell, serving, charged, rulebook), paid_share=share[period],
                        euros=days * pricing.prices[period, cell] * charged * share[period])


def _slips(one: PricedUnit, place: int, cells: np.ndarray) -> pd.DataFrame:
    """What slips of the month's payments into the next month, and of the month before into this one."""
    due, slips = one.due[:, :, cells].sum(axis=2), one.pricing.terms.slips
    rows = []
    for benefit in Benefit:
        if place > 0:
            rows.append({"direction": "in", "benefit": benefit.name.lower(), "share": slips[place - 1],
                         "of": due[place - 1, benefit], "euros": slips[place - 1] * due[place - 1, benefit]})
        if place < len(slips) - 1:
            rows.append({"direction": "out", "benefit": benefit.name.lower(), "share": slips[place],
                         "of": due[place, benefit], "euros": -slips[place] * due[place, benefit]})
    frame = pd.DataFrame(rows, columns=["direction", "benefit", "share", "of", "euros"])
    return frame[frame["of"] != 0].reset_index(drop=True)


def _sums(one: PricedUnit, month: str, day_class: str, parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Sums of *parts* by benefit beside the account's; InputError where they differ."""
    account = one.run.account
    cell = account[(account[UNIT_KEYS] == list(one.key)).all(axis=1) & (account["month"] == month)
                   & (account["day_class"] == day_class)]
    sums = pd.DataFrame({name: part.groupby("benefit")["euros"].sum() for name, part in parts.items()})
    sums = sums.reindex(sums.index.union(cell.loc[cell["euros"] != 0, "benefit"])).fillna(0.0)
    sums["explained"] = sums.sum(axis=1)
    sums["account"] = cell.set_index("benefit")["euros"].reindex(sums.index).fillna(0.0)
    for benefit, row in sums.iterrows():
        if abs(row["explained"] - row["account"]) > HALF_CENT + ORDER:
            raise InputError(one.run.folder / "account.parquet", f"{month}, {day_class}, {benefit}",
                             f"holds {row['account']:.2f} € and the explanation adds up to {row['explained']:.4f} €",
                             "this is a fault of the program or a changed file: run it anew, and tell its makers")
    return sums.rename_axis("benefit").reset_index()


def _person(one: PricedUnit, client: int) -> dict[str, Any]:
    people, origin = one.people, int(one.pricing.periods.edges[0])
    cohort = int(people.cohort[client])
    return {
        "age_group": AGE_GROUPS[people.age[client]],
        "foreign_language": bool(people.foreign_language[client]),
        "reduced_ability": bool(people.reduced_ability[client]),
        "entitlement": Entitlement(people.entitlement[client]).name.lower(),
        "maximum_days": int(people.maximum_days[client]),
        "arrived": "opening" if cohort == OPENING else month_label(one.pricing.terms.first_month + cohort),
        "since": date_of(origin + int(np.floor(people.since[client]))).isoformat(),
    }


def _spells(one: PricedUnit, client: int) -> pd.DataFrame:
    """The client's spells but those without a midnight: it says whose a day is, as in sim.clients.counter."""
    own = one.log[one.log["client"] == client]
    origin = int(one.pricing.periods.edges[0])
    first, after = (np.ceil(own[column].to_numpy()).astype(np.int64) + origin for column in ("start", "end"))
    ends = np.where(own["open"], "", _dates(after - 1))
    spells = pd.DataFrame({"spell": np.arange(1, len(own) + 1), "state": [State(s).name.lower() for s in own["state"]],
                           "first": _dates(first), "last": ends, "counter": own["counter"].to_numpy()})
    return spells[first < after].reset_index(drop=True)


def _services(one: PricedUnit, client: int) -> pd.DataFrame:
    """The client's episodes, dated as spells are."""
    episodes, origin = one.run.episodes(*one.key), int(one.pricing.periods.edges[0])
    own = episodes[episodes["client"] == client].sort_values("asked", kind="stable")
    asked = np.floor(own["asked"].to_numpy(float)).astype(np.int64) + origin
    first, after = (np.ceil(own[column].to_numpy(float)) + origin for column in ("start", "end"))
    began, ended = np.isfinite(first), own["ended"].to_numpy() != Ended.OPEN.name.lower()
    return own[["contract", "service", "title"]].assign(
        asked=_dates(asked), first=np.where(began, _dates(np.where(began, first, 0).astype(np.int64)), ""),
        last=np.where(ended, _dates(after.astype(np.int64) - 1), ""), ended=own["ended"]).reset_index(drop=True)
