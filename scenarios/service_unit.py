"""What services are in one unit: who its clients are to them, and who is in which service on the first day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scenarios.service_plan import HANDOVER, INTEGRATION_TRAINING, QUEUES, TRAINING_TO_ORDER, ServicePlan
from sim.clients.clients import OPENING, Clients, State
from sim.clients.streams import entry_draws, generator, uniform
from sim.clients.traits import Traits, TraitShares, draw_traits
from sim.flow.offer import Offer, Persons, Service, WaitingList
from sim.services.catalogue import Catalogue
from sim.services.integration import plan_starts
from sim.services.meetings import group_of
from sim.services.referral import LONG_TERM, group_members, referral_weights, thresholds, waiting_ranks

DAYS_PER_YEAR = 365.25
SENIOR = 60  # years from which long-term unemployed are excepted by the rule of the work condition


def unit_offer(plan: ServicePlan, clients: Clients, plan_share: float, field_shares: list[float], edges: list[float],
               seed: int, replication: int) -> Offer:
    """The offer of a unit.

    Parameters
    ----------
    plan_share : of clients with a foreign language, have an integration plan.
    field_shares : of clients, by occupational field.
    edges : first day of each month and the horizon.
    """
    key = seed, replication
    traits = draw_traits(clients, plan.mix.of(TraitShares), plan_share, field_shares, *key)
    began = plan_starts(clients, traits.integration, plan.integration.plan_days, *key)
    services = _with_ranks(plan, clients, traits)
    services[plan.keys.index(INTEGRATION_TRAINING)] = _by_level(plan, services, clients, *key)
    return Offer(
        services=services,
        lines=[replace(line, serves=_serves(plan, line, clients, traits), ahead=_ahead(plan, line, *key))
               for line in plan.lines],
        meetings=plan.meetings,
        persons=_persons(plan, clients, traits, began, edges),
        referral=plan.referral,
        entitled=[[plan.keys.index(name) for name in names if name in plan.keys]
                  for names in plan.meetings.entitlements],
        handover=HANDOVER,
        training=plan.keys.index(TRAINING_TO_ORDER),
        inside=_inside(plan, clients, traits, *key),
        assessment=plan.assessment,
    )


def _with_ranks(plan: ServicePlan, clients: Clients, traits: Traits) -> list[Service]:
    """The services with each client's rank in their waiting lists."""
    catalogue, own = plan.mix.of(Catalogue), len(plan.keys) - len(QUEUES)
    ranks = waiting_ranks(catalogue, plan.keys[:own], clients, traits)
    return [replace(service, first=column.tolist() if column.any() else ())
            for service, column in zip(plan.services[:own], ranks.T, strict=True)] + list(plan.services[own:])


def _by_level(plan: ServicePlan, services: list[Service], clients: Clients, seed: int, replication: int) -> Service:
    """Integration training, as long as the client's level of education asks."""
    training, integration = services[plan.keys.index(INTEGRATION_TRAINING)], plan.integration
    luck = entry_draws(seed, replication, "level of education", clients.cohort, uniform)
    level = np.searchsorted(integration.levels[:-1], luck, side="right").tolist()
    days = [course.quantiles() for course in integration.courses]
    return replace(training, stay=lambda quantile, client: days[level[client]](quantile))


def _serves(plan: ServicePlan, line: WaitingList, clients: Clients, traits: Traits) -> np.ndarray | None:
    contract = plan.contracts.all.get(line.name)
    if contract is None or not contract.serves:
        return None
    groups = group_members(clients, traits)
    return np.any([groups[group] for group in contract.serves], axis=0)


def _ahead(plan: ServicePlan, line: WaitingList, seed: int, replication: int) -> list[float]:
    """Days that those have left, or will stay, who are in a queue of others before the clients of the run."""
    queue = plan.partners.queues.get(line.name)
    if queue is None or not queue.ahead:
        return []
    luck = generator(seed, replication, f"ahead in {line.name}").random((2, queue.ahead))
    inside = np.arange(queue.ahead) < line.places[0][1]
    return np.where(inside, queue.stay.days_left(*luck), queue.stay.days(luck[0])).tolist()


def _persons(plan: ServicePlan, clients: Clients, traits: Traits, began: np.ndarray, edges: list[float]) -> Persons:
    catalogue, own = plan.mix.of(Catalogue), len(plan.keys) - len(QUEUES)
    known = replace(clients, reduced_ability=clients.reduced_ability | np.isfinite(traits.limited_from))
    old = (clients.enters - clients.born) / DAYS_PER_YEAR >= SENIOR
    served = np.array([key in plan.levels.referral for key in plan.keys[:own]])
    pairs = zip(traits.starter.tolist(), traits.young.tolist(), strict=True)
    return Persons(
        groups=[(group_of(starter, young, False), group_of(starter, young, True)) for starter, young in pairs],
        young=traits.young.tolist(),
        weights=_choices(referral_weights(catalogue, plan.keys[:own], clients, traits) * served),
        weights_known=_choices(referral_weights(catalogue, plan.keys[:own], known, traits) * served),
        integration=traits.integration.tolist(),
        limited_from=traits.limited_from.tolist(),
        field=traits.field.tolist(),
        mobile=traits.mobile.tolist(),
        excepted=(clients.reduced_ability | old & (clients.enters - clients.since >= LONG_TERM)).tolist(),
        moves=_moves(plan, began, edges),
        own=_own_factors(plan, began, edges),
    )


def _choices(weights: np.ndarray) -> list[list[tuple[int, float]]]:
    """(service, weight) of each client's positive *weights*, (clients, services); equal rows share one list."""
    lists: dict[bytes, list[tuple[int, float]]] = {}
    found = []
    for row in np.ascontiguousarray(weights):
        key = row.tobytes()
        if key not in lists:
            lists[key] = [(place, weight) for place, weight in enumerate(row.tolist()) if weight]
        found.append(lists[key])
    return found


def _moves(plan: ServicePlan, began: np.ndarray, edges: list[float]) -> dict[int, list[float]]:
    """Hazards of moving away of clients with a plan: while it lasts, and after it."""
    during, after = (np.array(each) for each in plan.integration.moves)
    return {int(client): np.where(np.array(edges[:-1]) < began[client] + plan.integration.plan_days, during,
                                  after).tolist() for client in np.flatnonzero(np.isfinite(began))}


def _own_factors(plan: ServicePlan, began: np.ndarray, edges: list[float]) -> dict[int, list[float]]:
    """Factors of clients with a plan: by the time since it began, and by what employers are paid."""
    integration, starts = plan.integration, np.array(edges[:-1])
    bands, values = np.array(integration.since_plan).T
    incentive = np.array(integration.incentive_factor)
    found = {}
    for client in np.flatnonzero(np.isfinite(began)).tolist():
        band = np.searchsorted(bands, np.maximum(starts - began[client], 0.0), side="right") - 1
        factors = values[band] * incentive
        if (factors != 1.0).any():
            found[client] = factors.tolist()
    return found


def _inside(plan: ServicePlan, clients: Clients, traits: Traits, seed: int,
            replication: int) -> dict[int, tuple[int, float]]:
    """Who of the opening stock is in a service on the first day, on which contract, and for how long yet.

    As many as the volumes say, and the contracts have places for, drawn among those eligible in proportion to their
    weights (keys log(luck) ÷ weight, the largest first: Efraimidis and Spirakis 2006). Subsidised work is among the
    short jobs of the calibrated stock.
    """
    catalogue, opening = plan.mix.of(Catalogue), clients.cohort == OPENING
    keys = [key for key in plan.levels.inside if plan.levels.inside[key]]
    weights, least = referral_weights(catalogue, keys, clients, traits), thresholds(catalogue, keys)
    free, found = opening.copy(), dict[int, tuple[int, float]]()
    for place, key in enumerate(keys):
        service = plan.keys.index(key)
        lines = [line for line, each in enumerate(plan.lines) if each.service == service]
        paid = plan.services[service].paid
        might = free & (weights[:, place] > 0) & (clients.state == (State.UNEMPLOYED if paid else State.SHORT_WORK))
        if paid:
            might &= (clients.clock >= least.months[place]) & (clients.counter >= least.paid_days[place])
        rooms = np.array([plan.lines[line].places[0][1] for line in lines])
        wanted = min(float(plan.levels.inside[key]), float(rooms.sum()), int(might.sum()))
        luck = generator(seed, replication, f"inside {key}").random((len(clients), 3))
        who = np.flatnonzero(might)
        who = who[np.argsort(-np.log(luck[who, 0]) / weights[who, place], kind="stable")][:int(wanted)]
        left = catalogue.services[key].participation.duration.days_left(luck[who, 1], luck[who, 2])  # type: ignore[union-attr]
        fills = np.repeat(lines, np.minimum(rooms, len(who)).astype(int))[:len(who)]
        found |= {int(client): (int(line), float(days)) for client, line, days in zip(who, fills, left, strict=True)}
        free[who] = False
    return found
