"""What services are in a run, whatever the unit: the mix of a municipality as numbers of the event model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf

import numpy as np

from scenarios.mix import ServiceMix
from scenarios.neutral import ServiceLevels
from sim.clients.clients import State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.offer import Assessment, Sequel, Service, WaitingList
from sim.law.calendar import date_of, day_number, month_start
from sim.law.loader import Law
from sim.law.topics import Accrual
from sim.services.caseworkers import Caseworking
from sim.services.catalogue import Catalogue
from sim.services.contracts import Contract, Contracts
from sim.services.duration import Duration
from sim.services.integration import Integration, IntegrationProgramme, integration_programme
from sim.services.meetings import MeetingProgramme, meeting_programme
from sim.services.partners import PartnerProgramme, Partners, SequelPlan, partner_programme
from sim.services.process import Process
from sim.services.procurement import PROCURED
from sim.services.referral import course_starts, thresholds
from sim.services.subsidies import Subsidies, accrual, completed

FULL = 0.9  # of places, how many are taken where nothing else tells
HANDOVER = 6 * DAYS_PER_MONTH  # the demand-led pathway's time with a client
INTEGRATION_TRAINING, TRAINING_TO_ORDER = "integration_training", "recruitment_training"
QUEUES = ("bought_assessment", "county_assessment", "kela_rehabilitation", "county_rehabilitation")


@dataclass(frozen=True, eq=False)
class ServicePlan:
    """Everything about services that the units of a run share; lists by service are in the order of ``keys``.

    Attributes
    ----------
    contracts : with amounts and places filled in; a contract's code is also the place of its waiting list.
    keys : services that clients are in: those of the catalogue, then assessments and rehabilitation.
    services : as the event model takes them, but for ``stay`` of integration training and ranks, which units fill in.
    lines : waiting lists: contracts, services that nobody limits, queues of assessments and rehabilitation.
    referral : (months, services), see Offer.
    """

    mix: ServiceMix
    contracts: Contracts
    keys: tuple[str, ...]
    services: tuple[Service, ...]
    lines: tuple[WaitingList, ...]
    referral: list[list[float]]
    meetings: MeetingProgramme
    partners: PartnerProgramme
    integration: IntegrationProgramme
    levels: ServiceLevels

    @property
    def assessment(self) -> Assessment:
        """Work ability, with its waiting lists."""
        partners, first = self.partners, len(self.lines) - len(QUEUES)
        return Assessment(
            partners.detection, partners.bought, first, first + 1, (first + 2, first + 3), partners.outcomes,
            partners.plan_factor, partners.plan_decay, lambda luck: float(partners.sickness.days(luck)),
            lambda luck: float(partners.pension_decision.days(luck)),
            tuple(_sequel(partners.sequels[name])  # type: ignore[arg-type]  # three of them
                  for name in ("kela_rehabilitation", "county_rehabilitation", "sickness")))


def _sequel(plan: SequelPlan) -> Sequel:
    return Sequel(*plan.cumulated, plan.factor, plan.decay)


def service_plan(mix: ServiceMix, law: Law, first_month: int, months: int, levels: ServiceLevels) -> ServicePlan:
    """*mix* over *months* from month number *first_month*; InputError where its files do not fit."""
    catalogue, subsidies = mix.of(Catalogue), mix.of(Subsidies)
    contracts = completed(mix.of(Contracts), subsidies, catalogue, mix.of(Integration))
    edges = month_start(first_month + np.arange(months + 1))
    origin, relative = int(edges[0]), (edges - edges[0]).tolist()
    keys = [key for key, service in catalogue.services.items() if service.participation]
    partners = partner_programme(mix.of(Partners), origin, relative)
    integration = integration_programme(mix.of(Integration), origin, relative)
    services = [_service(key, catalogue, subsidies, law, edges, levels) for key in keys]
    place = keys.index(INTEGRATION_TRAINING)
    services[place] = replace(
        services[place], starts=[float(day) for day in integration.starts], longest_wait=integration.longest_wait,
        added=[1 + share * (integration.combined_factor - 1) for share in integration.combined])
    lines = [_contract_line(name, contract, keys, origin) for name, contract in contracts.all.items()]
    offered = {line.service for line in lines}
    lines += [WaitingList(key, number, [(0.0, inf)]) for number, key in enumerate(keys)
              if number not in offered and key in levels.referral]
    for name in QUEUES:
        queue = partners.queues[name]
        lines.append(WaitingList(name, len(services), [(float(day), places) for day, places in queue.places]))
        services.append(Service(name, queue.state == State.SERVICE, 1.0, 1.0, 1.0, 1.0, 0.0, _days(queue.stay)))
    return ServicePlan(
        mix, contracts, (*keys, *QUEUES), tuple(services), tuple(lines),
        _referral([*keys, *QUEUES], contracts, mix, edges, levels),
        meeting_programme(mix.of(Caseworking), mix.of(Process), law, origin, months), partners, integration, levels)


def _service(key: str, catalogue: Catalogue, subsidies: Subsidies, law: Law, edges: np.ndarray,
             levels: ServiceLevels) -> Service:
    """One service of the catalogue in numbers."""
    inside = catalogue.services[key].participation
    assert inside is not None  # the caller's choice
    effect, least, day = inside.effect, thresholds(catalogue, [key]), int(edges[0])
    starts = inside.referral.starts_every
    subsidy, firsts = subsidies.services.get(key), edges[:-1].tolist()
    accrues = subsidies.procurement.accrues if key == PROCURED else subsidy.accrues if subsidy else "none"
    claimed = levels.claimed.get(key, 0.0)
    return Service(
        key, inside.benefit == "paid", float(effect.during), float(effect.after),
        float(effect.decay) * DAYS_PER_MONTH, float(effect.completion), float(effect.direct_placement),
        _days(inside.duration),
        length=[subsidy.length_factor(first) for first in firsts] if subsidy else (),
        months=ceil(float(least.months[0])), paid_days=int(least.paid_days[0]) or -1000, once=inside.referral.once,
        starts=(course_starts(starts, day, int(edges[-1])) - day).astype(float).tolist() if starts else (),
        accrues=_counted(accrual("pay_subsidy" if accrues == "exceptions" else accrues, law, day)),
        accrues_excepted=_counted(accrual(accrues, law, day)),
        deadweight=[claimed * subsidy.take_up_factor(first) for first in firsts] if subsidy and claimed else ())


def _counted(rule: Accrual) -> tuple[float, float]:
    return rule.after_months * DAYS_PER_MONTH, rule.share


def _days(duration: Duration) -> Callable[[float, int], float]:
    days = duration.quantiles()
    return lambda luck, client: days(luck)


def _contract_line(name: str, contract: Contract, keys: list[str], origin: int) -> WaitingList:
    """The waiting list of a contract; one of a service that nobody is in has no places."""
    service = keys.index(contract.service) if contract.service in keys else -1
    if service < 0:
        return WaitingList(name, service, [(0.0, 0.0)])
    days = {origin, contract.first, contract.after, *(day_number(each.since) for each in contract.places)}
    changes = sorted(day for day in days if day >= origin)
    return WaitingList(name, service, [(float(day - origin), float(contract.places_on(day))) for day in changes])


def _referral(keys: list[str], contracts: Contracts, mix: ServiceMix, edges: np.ndarray,
              levels: ServiceLevels) -> list[list[float]]:
    """Probability of each service at a meeting, by month.

    That of today, times how many more take what is granted then. More places than today are offered to so many more;
    fewer are asked for as before, so that lines grow. A service that has no places today is offered so that places
    fill, by what a start of the other services takes.
    """
    catalogue, subsidies = mix.of(Catalogue), mix.of(Subsidies)
    a_start = sum(levels.referral.values()) / max(sum(levels.starts.values()), 1e-9)
    table = np.zeros((len(edges) - 1, len(keys)))
    for column, key in enumerate(keys):
        subsidy, today = subsidies.services.get(key), levels.places.get(key)
        for month, first in enumerate(edges[:-1].tolist()):
            chance = levels.referral.get(key, 0.0) * (subsidy.take_up_factor(first) if subsidy else 1.0)
            if today is not None:
                places, inside = contracts.places(key, date_of(first)), catalogue.services[key].participation
                assert inside is not None
                chance = (chance * max(places / today, 1.0) if today
                          else a_start * FULL * places / float(inside.duration.mean))
            table[month, column] = chance
    return table.tolist()
