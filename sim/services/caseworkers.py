"""Who meets clients: units of caseworkers, the minutes of their tasks, and what a meeting does.

A municipality's ``caseworkers.yaml``. A unit's staff is full-time workers by date; some of them never meet clients, and
those who do have so many hours a week for clients. A task takes minutes by date, of which automation saves a share,
less the part of the saving that comes back as rework. The digital route takes a factor of the minutes of the tasks that
it may replace. Who is served by which unit is a rule by group, the first that holds.

A meeting raises the hazard of leaving by a jump that fades with a mean life. The jump is written as what monthly
meetings give on average, for that is what studies report.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from sim.clients.assumptions import Assumption
from sim.services.catalogue import Key
from sim.services.dated import ShareFrom, Step, Steps, values_on
from sim.services.values import Factor, Measured, Months, Range, Share, Sourced, figures_of
from sources.area import Area, read_own
from sources.errors import nearest
from sources.files import Strict

CASEWORKERS = "caseworkers.yaml"  # in the municipality's folder


class Task(IntEnum):
    """What takes caseworkers' time; the keys of ``tasks`` are these names in small letters."""

    INITIAL_INTERVIEW = 0
    STATUTORY_DISCUSSION = 1
    SUPPLEMENTARY_DISCUSSION = 2
    DISCRETIONARY_MEETING = 3
    REFERRAL = 4  # more minutes of a meeting that ends in one
    BENEFIT_STATEMENT = 5  # without the client, at each new spell
    ASSESSMENT = 6
    EMPLOYER_CONTACT = 7
    VACANCY_HANDLING = 8
    CANDIDATE_PRESENTATION = 9


TaskName: TypeAlias = Literal[
    "initial_interview", "statutory_discussion", "supplementary_discussion", "discretionary_meeting", "referral",
    "benefit_statement", "assessment", "employer_contact", "vacancy_handling", "candidate_presentation"]
Title = Annotated[str, Field(min_length=1)]


class FullTime(Step):
    """Full-time workers, from a day on."""

    unit: Literal["FTE"]


class WeeklyHours(Step):
    """Hours of a worker's week, from a day on."""

    value: Annotated[float, Field(ge=0, le=40)]
    unit: Literal["h/week"]


class Minutes(Step):
    """Minutes that a task takes, from a day on."""

    unit: Literal["minutes"]


class Unit(Strict):
    """A unit of the service.

    Attributes
    ----------
    fte : all staff, as the budget pays it.
    client_facing : share of them who do the tasks below.
    hours : a week that each of those has for them, leave and illness taken off.
    """

    title: Title
    fte: Steps[FullTime]
    client_facing: Share
    hours: Steps[WeeklyHours]


class Duty(Strict):
    """A task: its minutes, the share of them that automation saves, and who does it.

    ``unit`` is None where the unit that serves the client does it.
    """

    title: Title
    minutes: Steps[Minutes]
    automation: Steps[ShareFrom]
    unit: Key | None = None


class Routing(Strict):
    """Which unit serves whom: the first that holds, in this order.

    Attributes
    ----------
    integration : has an integration plan.
    limited : work ability is known to be limited.
    long_term, long_term_months : the spell has lasted at least so many months.
    first, first_months : the spell has lasted less than so many months.
    demand_led : is in the demand-led pathway.
    other : everybody else.
    """

    integration: Key
    limited: Key
    long_term: Key
    long_term_months: Months
    first: Key
    first_months: Months
    demand_led: Key
    other: Key


class DigitalShares(Strict):
    """Share of clients whose discussions run by the digital route."""

    young: Steps[ShareFrom]
    other: Steps[ShareFrom]


class RouteFactor(Factor, Measured):
    """What the digital route keeps of minutes or of effect."""

    range: Range


class Digital(Strict):
    """The digital route: for which tasks, for whom, and what it keeps of their minutes and of their effect."""

    tasks: list[TaskName]
    share: DigitalShares
    minutes: RouteFactor
    effect: RouteFactor


class Gain(Measured):
    """A part of the exit hazard."""

    unit: Literal["share of the exit hazard"]


class EffectDays(Measured):
    """How long something of an effect lives."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["days"]


class Days(Sourced):
    """Calendar days."""

    unit: Literal["days"]


class MeetingEffect(Strict):
    """What meetings do.

    Attributes
    ----------
    monthly_gain : what meetings once a month add to the exit hazard, on average over time.
    mean_life : of what one meeting adds.
    lateness_life : a meeting so many days late keeps 1/e of its effect.
    patience : days after which a discretionary meeting that has not begun is dropped.
    """

    monthly_gain: Gain
    mean_life: EffectDays
    lateness_life: EffectDays
    patience: Days


class Caseworking(Strict):
    """Schema of ``caseworkers.yaml``; ``rework`` is the share of the minutes saved that comes back."""

    units: Annotated[dict[Key, Unit], Field(min_length=1)]
    routing: Routing
    tasks: dict[TaskName, Duty]
    rework: Share
    digital: Digital
    effect: MeetingEffect

    @model_validator(mode="after")
    def _complete(self) -> Caseworking:
        names = [task.name.lower() for task in Task]
        if missing := [name for name in names if name not in self.tasks]:
            raise ValueError(f"tasks: {missing[0]} is missing")
        named = {f"routing.{key}": unit for key, unit in self.routing if isinstance(unit, str)}
        named |= {f"tasks.{key}.unit": duty.unit for key, duty in self.tasks.items() if duty.unit}
        for key, unit in named.items():
            if unit not in self.units:
                raise ValueError(f"{key}: there is no unit {unit}; {nearest(unit, self.units)}")
        return self

    @property
    def duties(self) -> list[Duty]:
        """The tasks by Task."""
        return [self.tasks[task.name.lower()] for task in Task]  # type: ignore[index]  # the validator: each is there

    def minutes(self, days: npt.ArrayLike) -> np.ndarray:
        """Minutes of each task on the day numbers *days*, (tasks, days): minutes × (1 − automation × (1 − rework))."""
        kept = 1 - float(self.rework)
        return np.array([values_on(duty.minutes, days) * (1 - values_on(duty.automation, days) * kept)
                         for duty in self.duties])

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        return list(figures_of(self, "caseworkers"))


def read_caseworking(area: Area) -> Caseworking:
    """The municipality's ``caseworkers.yaml``; InputError where it has none, or a fault."""
    return read_own(area, CASEWORKERS, Caseworking, "its caseworkers")
