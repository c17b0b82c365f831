"""Multi-professional work: limited work ability is found, assessed, and leads on to what others pay for.

A client's limitation is hidden (``sim.clients.traits``) until a meeting raises the suspicion. The city then buys an
assessment, or the client waits in the wellbeing county's line. The assessment sends the client to rehabilitation, to
sickness allowance, to a disability pension, or back with a plan and a known limitation; or it changes nothing.

The city owns none of these queues but the assessments that it buys: a queue has so many cases a month, and an owner who
decides who comes first. In a steady state a queue that is never empty has cases × mean stay inside (Little's law):
so many places it gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.clients.assumptions import Assumption
from sim.clients.clients import State
from sim.clients.counter import DAYS_PER_MONTH
from sim.services.catalogue import Group
from sim.services.contracts import Title
from sim.services.dated import ShareFrom, Step, Steps, by_day, by_month
from sim.services.duration import Duration
from sim.services.values import EffectFactor, EffectMonths, EffectShare, Sourced, figures_of
from sources.area import Area, read_own
from sources.files import Strict

PARTNERS = "partners.yaml"  # in the municipality's folder
Owner = Literal["city", "wellbeing_county", "kela"]
OUTCOMES = ("kela_rehabilitation", "county_rehabilitation", "sickness", "disability_pension", "plan", "nothing")
"""Of an assessment, in the order of cumulated shares."""


class CasesFrom(Step):
    """What a queue takes in, from a day on."""

    unit: Literal["cases/month"]


class CaseEuros(Sourced):
    """Euros of a case, at its start."""

    unit: Literal["€/case"]


class ClientYearEuros(Sourced):
    """Euros of a client and year."""

    unit: Literal["€/client/year"]


class Persons(Sourced):
    """A number of people."""

    value: Annotated[int, Field(ge=0)]
    unit: Literal["persons"]


class PaidDays(Sourced):
    """Paid days on the counter of the municipal share."""

    value: Annotated[int, Field(ge=0)]
    unit: Literal["paid days"]


class Queue(Strict):
    """Where clients of the city wait for an assessment or rehabilitation.

    Attributes
    ----------
    owner : who decides on it and pays for it.
    cases : of the city's clients that it takes a month.
    stay : time from start to end.
    ahead : people inside and in line on the first day, before the city's clients of the run.
    first : groups that the owner takes before others.
    benefit : inside, unemployment benefit is ``paid`` (and charged) or ``ended``, another allowance in its place.
    price : of a case, paid by the owner; what the city pays for its own stands in ``contracts.yaml``.
    time_limit : what the law says of the wait, in words.
    """

    title: Title
    owner: Owner
    cases: Steps[CasesFrom]
    stay: Duration
    ahead: Persons
    first: list[Group] = []
    benefit: Literal["paid", "ended"]
    price: CaseEuros | None = None
    time_limit: Title


class Queues(Strict):
    """All queues."""

    bought_assessment: Queue
    county_assessment: Queue
    county_rehabilitation: Queue
    kela_rehabilitation: Queue

    @model_validator(mode="after")
    def _the_city_buys_one(self) -> Queues:
        for name in type(self).model_fields:
            queue, bought = getattr(self, name), name == "bought_assessment"
            if (queue.owner == "city") != bought:
                raise ValueError(f"the owner of {name} is wrong: the city owns bought_assessment and no other queue")
            if (queue.price is None) != bought:
                raise ValueError(f"the price of {name} is wrong: the city's stands in contracts.yaml, the others' here")
        return self


@dataclass(frozen=True)
class SequelPlan:
    """Cumulated shares of lasting work and pension, the rest back; factor on exits after, mean life of it in days."""

    cumulated: tuple[float, float]
    factor: float
    decay: float


class Sequel(Strict):
    """What follows; the rest comes back to unemployment.

    Attributes
    ----------
    work, pension : share that goes to lasting work, and to a disability pension.
    factor, decay : on the exit hazard of who comes back, and the mean life of what it adds.
    """

    work: EffectShare
    pension: EffectShare
    factor: EffectFactor
    decay: EffectMonths

    @model_validator(mode="after")
    def _at_most_all(self) -> Sequel:
        _check_sum([self.work, self.pension])
        return self

    @property
    def plan(self) -> SequelPlan:
        """For the event model."""
        work = float(self.work)
        return SequelPlan((work, work + float(self.pension)), float(self.factor), float(self.decay) * DAYS_PER_MONTH)


class Outcomes(Strict):
    """Shares of assessments; the rest changes nothing."""

    kela_rehabilitation: EffectShare
    county_rehabilitation: EffectShare
    sickness: EffectShare
    disability_pension: EffectShare
    plan: EffectShare

    @model_validator(mode="after")
    def _at_most_all(self) -> Outcomes:
        _check_sum([getattr(self, name) for name in type(self).model_fields])
        return self

    @property
    def cumulated(self) -> list[float]:
        """Cumulated shares in the order of OUTCOMES; the last is 1."""
        return [*np.cumsum([float(getattr(self, name)) for name in OUTCOMES[:-1]]).tolist(), 1.0]


class PlanEffect(Strict):
    """What a plan after an assessment does to the exit hazard, and for how long; the limitation is known from then."""

    factor: EffectFactor
    decay: EffectMonths


class JointPlan(Strict):
    """Multi-agency plans (*monialainen yhteispalvelu*, TYM): a memo of who bears their cost.

    Attributes
    ----------
    paid_days : on the counter, from which an unemployed client may have one.
    clients : share of those who have.
    cost : of a client and year, all payers together.
    payers : share of it by payer; their sum is 1.
    """

    paid_days: PaidDays
    clients: Steps[ShareFrom]
    cost: ClientYearEuros
    payers: dict[Owner, EffectShare]

    @model_validator(mode="after")
    def _all_is_paid(self) -> JointPlan:
        if abs(sum(map(float, self.payers.values())) - 1) > 1e-6:
            raise ValueError("the shares of the payers sum to 1")
        return self


class Partners(Strict):
    """Schema of ``partners.yaml``.

    Attributes
    ----------
    detection : share of meetings with a client of hidden limitation at which it is suspected.
    bought : share of suspicions for which the city buys the assessment; the others wait for the county's.
    sickness : time on sickness allowance.
    pension_decision : time from an assessment to a disability pension, unemployed.
    sequels : what follows rehabilitation and sickness.
    """

    detection: Steps[ShareFrom]
    bought: Steps[ShareFrom]
    queues: Queues
    outcomes: Outcomes
    plan: PlanEffect
    sickness: Duration
    pension_decision: Duration
    sequels: dict[Literal["kela_rehabilitation", "county_rehabilitation", "sickness"], Sequel]
    joint_plan: JointPlan

    @model_validator(mode="after")
    def _each_has_a_sequel(self) -> Partners:
        if len(self.sequels) < 3:
            raise ValueError(f"sequels has {', '.join(self.sequels)}, and all three are needed")
        return self

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure."""
        return list(figures_of(self, "partners"))


@dataclass(frozen=True, eq=False)
class QueuePlan:
    """A queue for the event model.

    Attributes
    ----------
    places : (day from the origin, places from it on), the first at 0.
    stay : lengths in days at quantiles, ``stay.days(luck)``.
    state : State inside.
    ahead, first, owner : see Queue.
    """

    owner: Owner
    places: list[tuple[int, float]]
    stay: Duration
    state: int
    ahead: int
    first: tuple[Group, ...]


@dataclass(frozen=True, eq=False)
class PartnerProgramme:
    """Everything of Partners that the event model needs; months and days count from the origin.

    Attributes
    ----------
    detection, bought : share by month.
    outcomes : cumulated shares in the order of OUTCOMES.
    plan_factor, plan_decay : on exits after a plan, and mean life in days of what it adds.
    """

    detection: list[float]
    bought: list[float]
    queues: dict[str, QueuePlan]
    outcomes: list[float]
    plan_factor: float
    plan_decay: float
    sickness: Duration
    pension_decision: Duration
    sequels: dict[str, SequelPlan]


def partner_programme(partners: Partners, origin: int, edges: Sequence[float]) -> PartnerProgramme:
    """*partners* for a run from day number *origin* whose months have *edges*, as Programme.month_edges."""
    days = origin + np.asarray(edges).astype(int)
    queues = {name: _queue_plan(getattr(partners.queues, name), origin) for name in Queues.model_fields}
    return PartnerProgramme(
        detection=by_month(partners.detection, days).tolist(),
        bought=by_month(partners.bought, days).tolist(),
        queues=queues,
        outcomes=partners.outcomes.cumulated,
        plan_factor=float(partners.plan.factor),
        plan_decay=float(partners.plan.decay) * DAYS_PER_MONTH,
        sickness=partners.sickness,
        pension_decision=partners.pension_decision,
        sequels={name: each.plan for name, each in partners.sequels.items()},
    )


def _queue_plan(queue: Queue, origin: int) -> QueuePlan:
    months = float(queue.stay.mean)
    return QueuePlan(
        owner=queue.owner,
        places=[(day, ceil(round(cases * months, 6))) for day, cases in by_day(queue.cases, origin)],
        stay=queue.stay,
        state=int(State.SERVICE if queue.benefit == "paid" else State.REHABILITATION),
        ahead=int(queue.ahead.value),
        first=tuple(queue.first),
    )


def read_partners(area: Area) -> Partners:
    """The municipality's ``partners.yaml``; InputError names file, key and line of a fault."""
    return read_own(area, PARTNERS, Partners, "its partners")


def _check_sum(shares: list[EffectShare]) -> None:
    total = sum(map(float, shares))
    if total > 1 + 1e-9:
        raise ValueError(f"the shares sum to {total:g}, and no more than 1 can be shared out")
