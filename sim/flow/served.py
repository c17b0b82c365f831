"""A run with services: the event model, its office, and everything that happened in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import simpy

from sim.clients.clients import Clients
from sim.demand.market import Market, MarketRecord
from sim.demand.programme import DemandProgramme
from sim.flow.case import Case
from sim.flow.demand_led import demand_led
from sim.flow.light import start
from sim.flow.log import EventLog
from sim.flow.model import Arrangement, Luck, simulate
from sim.flow.need_led import need_led
from sim.flow.offer import Ended, Offer
from sim.flow.office import Gauge, Lots, Office
from sim.flow.pool import Record
from sim.flow.programme import Programme
from sim.flow.spell import LASTING_WORK, UNEMPLOYED, Begins, Leaves, Spell, on_grid


@dataclass(frozen=True, eq=False)
class History:
    """What happened in a unit.

    Attributes
    ----------
    spells : EventLog.frame().
    episodes, meetings : see service_log.
    vacancies : VacancyLog.frame(); None without a demand side.
    pools : record of each unit of caseworkers and each waiting list, by name.
    market : of the labour market; None without a demand side.
    """

    spells: pd.DataFrame
    episodes: pd.DataFrame
    meetings: pd.DataFrame
    vacancies: pd.DataFrame | None
    pools: dict[str, Record]
    market: MarketRecord | None


@dataclass(frozen=True, eq=False)
class Demand:
    """The demand side of a unit; *reference* is the record of the baseline unit, None in a baseline."""

    programme: DemandProgramme
    reference: MarketRecord | None = None


def simulate_served(programme: Programme, offer: Offer, clients: Clients, seed: int, replication: int,
                    demand: Demand | None = None, gauge: Gauge | None = None, launch: Callable = start) -> History:
    """Run all *clients* with services; see ``model.simulate``."""
    opened: list[Office] = []

    def arrange(environment: simpy.Environment, log: EventLog, luck: Luck) -> Arrangement:
        market = Market(demand.programme, demand.reference) if demand else None
        office = Office(environment, log, luck, programme, offer, Lots.of(seed, replication, clients.cohort), market,
                        gauge)
        if demand:
            office.open_vacancies(demand.programme, seed, replication)
        opened.append(office)
        return Arrangement(_spells(office), _already_at_work(office, clients))

    log = simulate(programme, clients, seed, replication, launch, arrange)
    (office,) = opened
    pools = office.close()
    return History(log.frame(), office.episodes.frame(), office.meetings.frame(),
                   office.vacancies.log.frame() if office.vacancies else None, pools,
                   office.market.record() if office.market else None)


def _spells(office: Office) -> Callable[[Begins], Spell]:
    """The spells of clients: each by the pathway that its draw and the share of the day say."""
    meetings, lots, offer = office.offer.meetings, office.lots, office.offer

    def spell(begins: Begins) -> Spell:
        group = offer.persons.groups[begins.client][begins.clock < meetings.newly_unemployed_months]
        by_demand = (office.vacancies is not None
                     and lots.pathway(begins.client, begins.visit) < meetings.demand_led[begins.month][group])
        case = Case(office, begins, by_demand)
        if begins.visit == 0 and begins.now == 0.0 and begins.client in offer.inside:
            case.already_inside(*offer.inside[begins.client])
        case.register()
        return (demand_led if by_demand else need_led)(case)

    return spell


def _already_at_work(office: Office, clients: Clients) -> dict[int, Leaves]:
    """Who is in subsidised work at the origin, and until when."""
    away = {}
    for client, (line, left) in office.offer.inside.items():
        service = office.offer.services[office.offer.lines[line].service]
        if service.paid:
            continue
        place = office.lines[line].request(office.first_rank(line))
        if place.granted is None:
            place.leave()
            continue
        memory = office.memories[client]
        until, number = on_grid(left), office.episodes.ask(client, line, 0.0)
        completes = office.lots.completion(client, memory.episodes) < service.completion
        placed = completes and office.lots.placement(client, memory.episodes) < service.placed
        memory.episodes += 1
        memory.had.add(office.offer.lines[line].service)
        office.episodes.begin(number, 0.0)
        office.episodes.finish(number, until, Ended.COMPLETED if completes else Ended.DROPPED)
        state, accrues = service.work(office.offer.persons.excepted[client])
        away[client] = Leaves(state, float(clients.since[client]), int(clients.clock[client]), until,
                              LASTING_WORK if placed else UNEMPLOYED, place, accrues)
    return away
