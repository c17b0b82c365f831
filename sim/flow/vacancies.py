"""Vacancies as objects: each opens, is taken up by an employer adviser, and is offered to clients of its field.

The demand-led pathway. A vacancy (``Vacancies._vacancy``) is a generator that reads top to bottom: it waits for an
adviser, unless others fill it or it lapses before; the adviser offers it to the first clients of a short list; who
accepts is hired. If nobody does, it may become an order of recruitment training, or waits for a second round, and else
is left to others. How long others take, and whether it lapses, is drawn when it opens.

Advisers' time is a ``Caseworkers`` pool, which meetings and employer visits use as well. A visit finds vacancies that
nobody would have told the service of. Clients who can be offered a job stand in a ``Registry``.

All draws are keyed by where a vacancy comes from, month, field and place, and a client's answers by client and number
of the offer: a vacancy or an offer more shifts no other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate, islice, pairwise
from math import log1p, nan

import numpy as np
import pandas as pd
import simpy
from scipy.stats import poisson

from sim.clients.streams import generator
from sim.demand.programme import DemandProgramme
from sim.flow.draws import Draw
from sim.flow.light import Delays, Waits, start
from sim.flow.pool import Caseworkers


class Came(IntEnum):
    """Where a vacancy comes from; the last is in the capital region, the others in the municipality."""

    TOLD = 0
    LEAD = 1
    VISIT = 2
    CAPITAL = 3


class Closed(IntEnum):
    """How a vacancy closed."""

    OPEN = 0
    HIRED = 1
    OTHERS = 2
    LAPSED = 3
    ORDERED = 4  # turned into recruitment training


ON_TOP = (Came.LEAD, Came.VISIT)  # of the path of open vacancies; the capital region's are not the municipality's


@dataclass(slots=True)
class Seeker:
    """A client who can be offered a job.

    Attributes
    ----------
    client, field, mobile : who, of which occupational field, and whether ready for the capital region.
    priority : lower numbers are offered first.
    hire : called with the vacancy and the first day at work when the client accepts; the client has left the registry.
    offers : had so far, in all spells: the next offer's answer is drawn under this number.
    """

    client: int
    field: int
    mobile: bool
    priority: int
    hire: Callable[[int, float], None]
    offers: int = 0


class Registry:
    """Clients who can be offered a job, by field, in order of priority and then of registration or last refusal."""

    def __init__(self, fields: int, priorities: Iterable[int] = (0,)) -> None:
        classes = sorted(priorities)
        self._lines: list[dict[int, OrderedDict[int, Seeker]]] = [
            {priority: OrderedDict() for priority in classes} for _ in range(fields)]

    def join(self, seeker: Seeker) -> None:
        """Register, last of those of the same priority."""
        self._lines[seeker.field][seeker.priority][seeker.client] = seeker

    def leave(self, seeker: Seeker) -> None:
        """Take off; KeyError if not there."""
        del self._lines[seeker.field][seeker.priority][seeker.client]

    def refuse(self, seeker: Seeker) -> None:
        """Let the others of the same priority have the next offers."""
        self._lines[seeker.field][seeker.priority].move_to_end(seeker.client)

    def __contains__(self, seeker: Seeker) -> bool:
        return seeker.client in self._lines[seeker.field][seeker.priority]

    def shortlist(self, field: int, names: int, mobile: bool) -> list[Seeker]:
        """The first so many of the *field*; of the mobile only if *mobile*."""
        return list(islice((seeker for line in self._lines[field].values() for seeker in line.values()
                            if seeker.mobile or not mobile), names))


class VacancyLog:
    """What became of each vacancy; a vacancy's number is its row."""

    COLUMNS = {"came": "int8", "field": "int16", "opened": "float64", "reached": "float64", "closed": "float64",
               "how": "int8", "client": "int32"}

    def __init__(self, horizon: float) -> None:
        self._horizon = horizon
        self._rows: list[list] = []

    def open(self, came: Came, field: int, day: float) -> int:
        """Write a vacancy that opens; returns its number."""
        self._rows.append([came, field, day, nan, nan, Closed.OPEN, -1])
        return len(self._rows) - 1

    def reach(self, number: int, day: float) -> None:
        """An adviser takes it up."""
        self._rows[number][3] = day

    def close(self, number: int, day: float, how: Closed, client: int = -1) -> None:
        """It closes, or will."""
        self._rows[number][4:] = day, how, client

    def frame(self) -> pd.DataFrame:
        """One row a vacancy, in order of opening.

        Columns: came (Came), field, opened, reached (NaN: no adviser took it up), closed (NaN: open at the horizon),
        how (Closed), client (−1 but for the hired).
        """
        rows = pd.DataFrame(self._rows, columns=list(self.COLUMNS)).astype(self.COLUMNS)
        later = rows["closed"] >= self._horizon
        return rows.assign(closed=rows["closed"].mask(later), how=rows["how"].mask(later, int(Closed.OPEN)))


class Vacancies:
    """All vacancies that a unit's employer advisers take up; ``launch`` them, then run.

    Parameters
    ----------
    environment, seed, replication : of the unit.
    demand : how many open, and what becomes of offers.
    advisers : their time.
    handling : minutes that an adviser needs for a vacancy, by month.
    registry : clients who can be offered a job.
    answer : uniform draw by client and number of the offer; accepted below the probability that the distance gives.
    order : called with field and day when a vacancy becomes an order of recruitment training.
    priority : of vacancies and visits in the advisers' line.

    Attributes
    ----------
    log : of vacancies.
    """

    def __init__(self, environment: simpy.Environment, demand: DemandProgramme, advisers: Caseworkers,
                 handling: Sequence[float], registry: Registry, answer: Draw, order: Callable[[int, float], None],
                 seed: int, replication: int, priority: int = 0) -> None:
        self._environment = environment
        self._demand = demand
        self._advisers = advisers
        self._handling = handling
        self._registry = registry
        self._answer = answer
        self._order = order
        self._key = seed, replication
        self._priority = priority
        self._fields = range(len(demand.half))
        self._rounds = (0.0, *(demand.between,) * (demand.rounds - 1))  # days waited before each round of offers
        self._taken, self._opened = ([0] * len(self._fields) for _ in range(2))
        self.log = VacancyLog(demand.month_edges[-1])

    def launch(self) -> None:
        """Begin: vacancies and visits come from now on."""
        start(self._environment, self._openings())
        start(self._environment, self._visits())

    def flows(self) -> tuple[list[int], list[int]]:
        """Vacancies of the municipality taken, and opened on top of the path, since last asked, by field.

        They are what ``Market.advance`` wants at the end of each month.
        """
        flows = self._taken, self._opened
        self._taken, self._opened = ([0] * len(self._fields) for _ in range(2))
        return flows

    def _vacancy(self, came: Came, field: int, closing: float, lapsing: float, ordering: float) -> Waits:
        """One vacancy from opening on; *closing*, *lapsing* and *ordering* are its uniform draws."""
        environment, demand = self._environment, self._demand
        closes = environment.now - demand.open_days * log1p(-closing)
        number = self.log.open(came, field, environment.now)
        if came in ON_TOP:
            self._opened[field] += 1
        turn = self._advisers.request(self._priority)
        yield turn.within(closes - environment.now)
        if turn.granted is not None:
            self.log.reach(number, turn.granted)
            yield self._advisers.days(self._handling[self._month()])
        turn.leave()
        for wait in self._rounds if turn.granted is not None else ():
            if environment.now + wait >= closes:
                break
            if wait:
                yield wait
            seeker = self._first_to_accept(came, field)
            if seeker:
                self._hire(number, came, seeker)
                return
            trainable = not wait and came != Came.CAPITAL and self._registry.shortlist(field, 1, mobile=False)
            if trainable and ordering < demand.ordered[self._month()]:
                self._turn_into_order(number, field)
                return
        self.log.close(number, closes, Closed.LAPSED if lapsing < demand.lapse else Closed.OTHERS)

    def _first_to_accept(self, came: Came, field: int) -> Seeker | None:
        """Offers to a short list, one after the other, until one accepts."""
        demand, capital = self._demand, came == Came.CAPITAL
        for seeker in self._registry.shortlist(field, demand.shortlist, mobile=capital):
            answer = self._answer(seeker.client, seeker.offers)
            seeker.offers += 1
            if answer < (demand.accepts_capital if capital else demand.accepts[seeker.mobile]):
                return seeker
            self._registry.refuse(seeker)
        return None

    def _hire(self, number: int, came: Came, seeker: Seeker) -> None:
        now = self._environment.now
        self._registry.leave(seeker)
        self.log.close(number, now, Closed.HIRED, seeker.client)
        if came != Came.CAPITAL:
            self._taken[seeker.field] += 1
        seeker.hire(number, now + self._demand.hire_days)

    def _turn_into_order(self, number: int, field: int) -> None:
        now = self._environment.now
        self.log.close(number, now, Closed.ORDERED)
        self._taken[field] += 1
        self._order(field, now)

    def _visit(self, month: int, place: int, found: int) -> Waits:
        """A visit to an employer, and the vacancies that it finds."""
        turn = self._advisers.request(self._priority)
        yield turn
        yield self._advisers.days(self._demand.visit_minutes)
        turn.leave()
        if found:
            stream = generator(*self._key, "vacancies of a visit", month, place)
            for kind, *draws in stream.random((found, 4)).tolist():
                start(self._environment, self._vacancy(Came.VISIT, self._field(kind), *draws))

    def _openings(self) -> Delays:
        """Open the vacancies that advisers are told of, month by month: Poisson in number and uniform in time."""
        for month, (begin, end) in enumerate(pairwise(self._demand.month_edges)):
            cells = [(came, field, expected[month][field]) for came, expected in (
                (Came.TOLD, self._demand.told), (Came.LEAD, self._demand.leads), (Came.CAPITAL, self._demand.capital))
                for field in self._fields]
            streams = [generator(*self._key, f"vacancies {came.name}", month, field) for came, field, _ in cells]
            counts = poisson.ppf([stream.random() for stream in streams], [mean for *_, mean in cells]).astype(int)
            opening = sorted(
                (begin + day * (end - begin), came, field, draws)
                for (came, field, _), stream, count in zip(cells, streams, counts.tolist(), strict=True)
                for day, *draws in stream.random((count, 4)).tolist())
            for day, came, field, draws in opening:
                yield day - self._environment.now
                start(self._environment, self._vacancy(came, field, *draws))

    def _visits(self) -> Delays:
        """Make the visits, month by month: as many as planned, uniform in time."""
        planned = accumulate(self._demand.visits, initial=0.0)
        edges = pairwise(self._demand.month_edges)
        for month, ((before, after), (begin, end)) in enumerate(zip(pairwise(planned), edges, strict=True)):
            days, luck = generator(*self._key, "visits to employers", month).random((int(after) - int(before), 2)).T
            found = poisson.ppf(luck, self._demand.found).astype(int)
            for place in np.argsort(days).tolist():
                yield begin + days[place] * (end - begin) - self._environment.now
                start(self._environment, self._visit(month, place, int(found[place])))

    def _month(self) -> int:
        return bisect_right(self._demand.month_edges, self._environment.now) - 1

    def _field(self, draw: float) -> int:
        """Field by the fields' shares of vacancies, which add up to 1 but for rounding."""
        return min(bisect_right(self._demand.found_fields, draw), len(self._fields) - 1)
