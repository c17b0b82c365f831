"""The meetings of a run as plain lists: caseworkers, their minutes, the law's schedule and the groups' terms by date.

The event model looks its numbers up here. Monthly lists hold what is in force on the first day of each month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf

import numpy as np

from sim.clients.counter import DAYS_PER_MONTH
from sim.law.calendar import day_number, month_of, month_start
from sim.law.loader import Law
from sim.services.caseworkers import Caseworking, Task, Unit
from sim.services.dated import Step, values_on
from sim.services.process import GROUPS, Process
from sim.services.schedule import Schedule, initial_due, next_statutory

DISCRETIONARY = Task.DISCRETIONARY_MEETING  # looked up once, for speed
OTHER = -1
"""Unit of a task that whoever serves the client does."""


@dataclass(frozen=True, eq=False)
class Router:
    """Which unit serves whom, as ``Routing``; units by their place."""

    integration: int
    limited: int
    long_term: int
    long_term_months: float
    first: int
    first_months: float
    demand_led: int
    other: int

    def unit(self, integration: bool, limited: bool, months: float, demand_led: bool) -> int:
        """Unit of a client by integration plan, known limited work ability, *months* of the spell and pathway."""
        if integration:
            return self.integration
        if limited:
            return self.limited
        if months >= self.long_term_months:
            return self.long_term
        if months < self.first_months:
            return self.first
        return self.demand_led if demand_led else self.other


@dataclass(frozen=True, eq=False)
class MeetingProgramme:
    """See the module's story. Days and months count from the origin; a class of clients is a group or a pilot.

    Attributes
    ----------
    units, classes : names; lists by unit or class are in these orders, classes begin with GROUPS.
    staff : by unit, (day, full-time workers who meet clients, minutes of each a calendar day) from each day on, as
        ``sim.flow.pool.Caseworkers`` takes them.
    task_units : by Task, the unit that does it, or OTHER.
    minutes, digital_minutes : [task][month] face to face and by the digital route, automation taken off.
    digital_tasks : that may run by that route.
    digital : [month] share of discussions by the digital route of (the young, others).
    digital_effect : what a meeting by that route keeps of its effect.
    jump, mean_life : what a meeting adds to the exit hazard, as a part of it, and the mean life of that in days.
    lateness_life, patience : days, see ``MeetingEffect``.
    schedules : (day, schedule) of the statutory meetings from each day on.
    initial_due : by day of registration, the day of the initial interview, by the law or the city's own aim.
    router : which unit serves whom.
    newly_unemployed_months : a spell is new for so long.
    demand_led : [month][group] share of new spells in the demand-led pathway.
    priorities, gaps : [month][class] rank in lines, and days to a discretionary meeting; infinite for none.
    effects, entitlements : by class, factor on effects and keys of services.
    pilot_units, pilot_groups : by pilot, its unit and its group.
    pilot_shares : [month][pilot] share of those clients.
    """

    units: tuple[str, ...]
    classes: tuple[str, ...]
    staff: list[list[tuple[float, float, float]]]
    task_units: list[int]
    minutes: list[list[float]]
    digital_minutes: list[list[float]]
    digital_tasks: frozenset[Task]
    digital: list[list[float]]
    digital_effect: float
    jump: float
    mean_life: float
    lateness_life: float
    patience: float
    schedules: list[tuple[float, Schedule]]
    initial_due: list[float]
    router: Router
    newly_unemployed_months: float
    demand_led: list[list[float]]
    priorities: list[list[int]]
    gaps: list[list[float]]
    effects: list[float]
    entitlements: list[tuple[str, ...]]
    pilot_units: list[int]
    pilot_groups: list[int]
    pilot_shares: list[list[float]]

    def next_meeting(self, initial: float, last: float, gap: float) -> tuple[float, Task]:
        """Day and task of a client's next meeting.

        A discretionary one *gap* days after the *last*, unless a statutory one is due before, or within half a gap
        after it. *initial* is the day of the initial interview.
        """
        due, task = next_statutory(self.schedules, initial, last)
        return (due, task) if due <= last + 1.5 * gap else (last + gap, DISCRETIONARY)

    def gain(self, late: float, digital: bool) -> float:
        """What a meeting held *late* days after its day adds to the exit hazard at first, as a part of it."""
        return self.jump * exp(-late / self.lateness_life) * (self.digital_effect if digital else 1.0)


def group_of(starter: bool, young: bool, newly_unemployed: bool) -> int:
    """Place in GROUPS of a client with these flags: the first that holds."""
    return 0 if starter else 1 if young else 2 if newly_unemployed else 3


def meeting_programme(caseworking: Caseworking, process: Process, law: Law, origin: int,
                      months: int) -> MeetingProgramme:
    """The meetings of *months* from day number *origin*, the first of a month."""
    starts = month_start(month_of(origin) + np.arange(months + 1))
    firsts, units = starts[:-1], list(caseworking.units)
    minutes, effect, digital = caseworking.minutes(firsts), caseworking.effect, caseworking.digital
    kept = [float(digital.minutes) if task.name.lower() in digital.tasks else 1.0 for task in Task]
    terms, pilots = process.terms, process.pilots.values()

    def by_month(courses: Sequence[Sequence[Step]]) -> list[list[float]]:
        """[month][course] values of lists of steps."""
        return [list(row) for row in zip(*(values_on(steps, firsts).tolist() for steps in courses), strict=True)]

    return MeetingProgramme(
        units=tuple(units), classes=tuple(terms),
        staff=[_staff(unit, origin) for unit in caseworking.units.values()],
        task_units=[units.index(duty.unit) if duty.unit else OTHER for duty in caseworking.duties],
        minutes=minutes.tolist(), digital_minutes=(minutes * np.array(kept)[:, None]).tolist(),
        digital_tasks=frozenset(task for task in Task if task.name.lower() in digital.tasks),
        digital=by_month([digital.share.young, digital.share.other]), digital_effect=float(digital.effect),
        jump=float(effect.monthly_gain) * DAYS_PER_MONTH / float(effect.mean_life), mean_life=float(effect.mean_life),
        lateness_life=float(effect.lateness_life), patience=float(effect.patience),
        schedules=_schedules(law, origin, int(starts[-1])),
        initial_due=_initial_due(process, law, origin, int(starts[-1])),
        router=Router(**{key: units.index(rule) if isinstance(rule, str) else float(rule)  # type: ignore[arg-type]
                         for key, rule in caseworking.routing}),
        newly_unemployed_months=float(process.newly_unemployed_months),
        demand_led=by_month([getattr(process.groups, name).demand_led for name in GROUPS]),
        priorities=[list(map(int, row)) for row in by_month([each.queue_priority for each in terms.values()])],
        gaps=[[gap or inf for gap in row] for row in by_month([each.discretionary_every for each in terms.values()])],
        effects=[float(each.effect) for each in terms.values()],
        entitlements=[tuple(each.entitlement) for each in terms.values()],
        pilot_units=[units.index(pilot.unit) for pilot in pilots],
        pilot_groups=[GROUPS.index(pilot.group) for pilot in pilots],
        pilot_shares=by_month([pilot.share for pilot in pilots]) if pilots else [[] for _ in range(months)])


def _staff(unit: Unit, origin: int) -> list[tuple[float, float, float]]:
    steps = [day_number(step.since) for step in (*unit.fte, *unit.hours)]
    days = sorted({origin, *(day for day in steps if day > origin)})
    workers = values_on(unit.fte, days) * float(unit.client_facing)
    minutes = values_on(unit.hours, days) * 60 / 7
    return list(zip([float(day - origin) for day in days], workers.tolist(), minutes.tolist(), strict=True))


def _schedules(law: Law, origin: int, end: int) -> list[tuple[float, Schedule]]:
    changes = set[int]().union(*(value.changes() for value in law.contacts.values()))
    days = sorted({origin, *(day for day in changes if origin < day < end)})
    return [(float(day - origin), Schedule.of(law.meetings(day))) for day in days]


def _initial_due(process: Process, law: Law, origin: int, end: int) -> list[float]:
    registered = np.arange(origin, end)
    limit = [law.meetings(day).initial_interview_within for day in registered.tolist()]
    within = np.minimum(limit, values_on(process.initial_interview_within, registered)).astype(int)
    return (initial_due(registered, within) - origin).astype(float).tolist()
