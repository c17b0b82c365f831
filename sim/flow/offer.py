"""What is on offer, as plain numbers: services, the lines in front of them, meetings, assessments, and moves.

The event model looks everything up here; ``scenarios`` fills it in from catalogue, contracts and the other files of a
municipality. Days count from the origin; lists by month have one value for each month of the programme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from sim.clients.clients import State
from sim.flow.pool import NEVER
from sim.services.meetings import MeetingProgramme

SUBSIDISED, EXCEPTED = int(State.SUBSIDISED_WORK), int(State.SUBSIDISED_WORK_EXCEPTION)
Steps = list[tuple[float, float]]  # (day from which it holds, value)


class Ended(IntEnum):
    """How an episode in a service ended; OPEN at the horizon, GAVE_UP without having begun."""

    OPEN = 0
    COMPLETED = 1
    DROPPED = 2
    LEFT = 3
    GAVE_UP = 4


@dataclass(frozen=True, eq=False)
class Service:
    """A service that clients are in for a time; see sim.services.catalogue for what its effect means.

    Attributes
    ----------
    paid : whether benefit goes on inside; else it is work, and the counter stands still.
    during, after, decay : factors on the hazard of finding work, and the mean life in days of what ``after`` adds.
    completion, placed : share that completes, and share of them that goes straight to lasting work.
    stay : days of a client's stay, by a quantile of their distribution, and the client.
    length : by month of the start, factor on it; none where nothing changes it.
    first : (clients,) rank in the waiting lists, lower first; empty where all have the same.
    months, paid_days : least month of spell, and least counter.
    once : at most once a person.
    longest_wait : days in line after which the client gets in beyond the places; infinite for as long as it takes.
    added : by month, factor on ``after`` of what is combined with the service; none where nothing is.
    starts : days on which courses start; empty where everyone starts alone.
    accrues, accrues_excepted : what the work adds to the work condition, see ``spell.Leaves``; and of those excepted.
    deadweight : by month, share of lasting hires for which it is claimed though they would have come about anyway.
    """

    name: str
    paid: bool
    during: float
    after: float
    decay: float
    completion: float
    placed: float
    stay: Callable[[float, int], float]
    length: Sequence[float] = ()
    first: Sequence[int] = ()
    months: int = 0
    paid_days: int = -1000
    once: bool = False
    longest_wait: float = NEVER
    added: Sequence[float] = ()
    starts: Sequence[float] = ()
    accrues: tuple[float, float] = (0.0, 0.0)
    accrues_excepted: tuple[float, float] = (0.0, 0.0)
    deadweight: Sequence[float] = ()

    def work(self, excepted: bool) -> tuple[int, tuple[float, float]]:
        """State of those at work in it, and what that adds to the work condition."""
        return (EXCEPTED, self.accrues_excepted) if excepted else (SUBSIDISED, self.accrues)


@dataclass(frozen=True, eq=False)
class WaitingList:
    """A contract's places, or those of a service that nobody limits.

    Attributes
    ----------
    service : place in ``Offer.services``.
    places : by day; infinite where there is no limit.
    serves : (clients,) True for those referred to it; None for all.
    ahead : days of those who are in it, or in line, before the clients of the run.
    """

    name: str
    service: int
    places: Steps
    serves: np.ndarray | None = None
    ahead: Sequence[float] = ()


@dataclass(frozen=True, eq=False)
class Sequel:
    """After an absence: cumulated shares of lasting work and pension; else back, with a factor that fades."""

    work: float
    pension: float
    after: float
    decay: float


@dataclass(frozen=True, eq=False)
class Assessment:
    """Limited work ability: how it is found, and where an assessment leads.

    Attributes
    ----------
    detection, bought : by month, share of meetings at which it is suspected, and of suspicions assessed at the city's
        cost.
    bought_line, county_line : waiting lists of assessments, in ``Offer.lines``.
    rehabilitation : waiting list by outcome, see ``outcomes``.
    outcomes : cumulated shares of Kela's rehabilitation, the county's, sickness, disability pension, plan, none.
    after, decay : of a plan.
    sickness, pension_decision : days at a quantile.
    sequels : of Kela's and the county's rehabilitation, and of sickness.
    """

    detection: Sequence[float]
    bought: Sequence[float]
    bought_line: int
    county_line: int
    rehabilitation: tuple[int, int]
    outcomes: Sequence[float]
    after: float
    decay: float
    sickness: Callable[[float], float]
    pension_decision: Callable[[float], float]
    sequels: tuple[Sequel, Sequel, Sequel]


@dataclass(frozen=True, eq=False)
class Persons:
    """What services know of the clients, by client.

    Attributes
    ----------
    groups : place in sim.services.process.GROUPS when not newly unemployed, and when newly unemployed.
    young : for the digital route.
    weights : (service, weight) of those the client may be referred to; and once a limited work ability is known.
    integration : has an integration plan.
    limited_from : counter from which work ability is limited.
    field, mobile : occupational field, and whether a job in the capital region would do.
    excepted : whose subsidised work adds to the work condition as the law excepts.
    moves : by client with a hazard of moving away of its own, that hazard a day, by month.
    own : by client with one, factor on the hazard of finding work, by month.
    """

    groups: list[tuple[int, int]]
    young: list[bool]
    weights: list[list[tuple[int, float]]]
    weights_known: list[list[tuple[int, float]]]
    integration: list[bool]
    limited_from: list[float]
    field: list[int]
    mobile: list[bool]
    excepted: list[bool]
    moves: Mapping[int, Sequence[float]]
    own: Mapping[int, Sequence[float]]


@dataclass(frozen=True, eq=False)
class Offer:
    """All that services are, for one run.

    Attributes
    ----------
    referral : by month, probability at a meeting of being referred to each service by a client of weight 1.
    entitled : by class of clients, services to which it may be referred beside those of ``Persons.weights``.
    handover : days after which the demand-led pathway gives a client to the need-led one.
    training : service that is ordered for a vacancy; None without.
    inside : clients in a service at the origin: waiting list, and days left.
    """

    services: Sequence[Service]
    lines: Sequence[WaitingList]
    meetings: MeetingProgramme
    persons: Persons
    referral: Sequence[Sequence[float]]
    entitled: Sequence[Sequence[int]]
    handover: float
    training: int | None = None
    inside: dict[int, tuple[int, float]] = field(default_factory=dict)
    assessment: Assessment | None = None
