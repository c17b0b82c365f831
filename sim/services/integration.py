"""Integration: plans, language courses that begin on set days, and who stays in Lahti afterwards.

A client with an integration plan learns the language in courses whose length depends on the education that the client
brings; courses start every few months, and whoever is referred waits for the next start. The training is need-bound:
the city cannot refuse it to save money, so nobody waits longer than a limit, whatever the contracts' places.
Places and prices stand in ``contracts.yaml``; what a course does to exits, in the catalogue.

Moves out of the city are a hazard by phase, during the plan and after, times ``retention``, 1 today. The fitted exits
hold today's moves already: whoever adds this hazard takes it out of them in the baseline.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.clients.assumptions import Assumption
from sim.clients.clients import OPENING, Clients
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.streams import entry_draws, uniform
from sim.law.calendar import day_number, month_of, month_start
from sim.law.schema import Day
from sim.services.catalogue import Key
from sim.services.contracts import Title
from sim.services.dated import ShareFrom, Step, Steps, by_month
from sim.services.duration import Duration
from sim.services.values import EffectFactor, Months, Share, Sourced, figures_of
from sources.area import Area, read_own
from sources.files import Strict

INTEGRATION = "integration.yaml"  # in the municipality's folder
INCENTIVE = "employer_incentive"  # service whose contract pays the incentive


class MonthsFrom(Step):
    """Whole months between two starts, from a day on."""

    value: Annotated[int, Field(ge=1, le=24)]
    unit: Literal["months"]


class FactorFrom(Step):
    """A factor from a day on."""

    unit: Literal["factor"]


class MonthlyEurosFrom(Step):
    """Euros a month of work, from a day on."""

    unit: Literal["€/month"]


class Days(Sourced):
    """Calendar days."""

    unit: Literal["days"]


class MonthlyEuros(Sourced):
    """Euros a month of work."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["€/month"]


class PersonYearEuros(Sourced):
    """Euros of a person and year."""

    unit: Literal["€/person/year"]


class MonthlyHazard(Sourced):
    """A hazard a month."""

    unit: Literal["hazard a month"]


class Level(Strict):
    """Clients of like education and knowledge of the language: their share, and how long their courses are."""

    title: Title
    share: Share
    course: Duration


class Courses(Strict):
    """Language courses.

    Attributes
    ----------
    first : a day on which courses began; the others are counted from it.
    every : months between two starts.
    longest_wait : from referral to the start, at most: the training is need-bound.
    combined : share of courses that have a work trial in them.
    combined_factor : on the exit hazard after such a course, beyond that of the plain one.
    levels : by name; their shares sum to 1.
    """

    first: Day
    every: Steps[MonthsFrom]
    longest_wait: Days
    combined: Steps[ShareFrom]
    combined_factor: EffectFactor
    levels: Annotated[dict[Key, Level], Field(min_length=1)]

    @model_validator(mode="after")
    def _all_have_a_level_and_a_day(self) -> Courses:
        if self.first.day > 28:
            raise ValueError("courses begin on a day that every month has, at most the 28th")
        total = sum(float(level.share) for level in self.levels.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of levels sum to {total:g} and not to 1")
        return self

    def starts(self, origin: int, horizon: int) -> list[int]:
        """Days from day number *origin* on which courses start: all before the *horizon* and the first after it.

        From one start to the next it is as many months as ``every`` says on the day of the first of the two.
        """
        steps = [(day_number(each.since), each.value) for each in self.every]
        days = [day_number(self.first)]
        while days[-1] < origin + horizon:
            months = next((each for since, each in reversed(steps) if since <= days[-1]), steps[0][1])
            days.append(int(month_start(month_of(days[-1]) + months)) + self.first.day - 1)
        return [day - origin for day in days if day >= origin]


class SincePlan(Strict):
    """Factor on the exit hazard by time since the plan began; it comes with arrival, or soon after.

    Attributes
    ----------
    months : at which a band begins, the first 0.
    factor : in each band; the last holds for good.
    """

    months: Assumption
    factor: Assumption

    @model_validator(mode="after")
    def _factor_in_each_band(self) -> SincePlan:
        months = self.months.array
        if months[0] != 0 or (np.diff(months) <= 0).any() or len(months) != len(self.factor.array):
            raise ValueError("months rise from 0, and factor has one value for each of them")
        return self


class Moves(Strict):
    """Moves out of the municipality.

    Attributes
    ----------
    during, after : hazard a month while the plan lasts, and after it.
    retention : factor on both; below 1 more stay.
    """

    during: MonthlyHazard
    after: MonthlyHazard
    retention: Steps[FactorFrom]


class Incentive(Strict):
    """What the city pays employers who hire a client with a plan, or after one.

    Attributes
    ----------
    amount : for each month of work, at most ``months``; 0 where there is none.
    reference, factor : an amount, and its factor on the hazard of exits to work; other amounts in proportion.
    """

    amount: Steps[MonthlyEurosFrom]
    months: Months
    reference: MonthlyEuros
    factor: EffectFactor


class Compensation(Strict):
    """What the state pays the municipality for a person, a memo: the cities mostly book it centrally."""

    amount: PersonYearEuros
    months: Months


class Integration(Strict):
    """Schema of ``integration.yaml``. ``plan`` is the length of a plan."""

    plan: Months
    courses: Courses
    since_plan: SincePlan
    moves: Moves
    incentive: Incentive
    compensation: Compensation

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure."""
        return list(figures_of(self, "integration"))


@dataclass(frozen=True, eq=False)
class IntegrationProgramme:
    """Everything of Integration that the event model needs; months and days count from the origin.

    Attributes
    ----------
    plan_days : length of a plan.
    starts : days on which courses start, to the first at or after the horizon.
    longest_wait : days from referral to start, at most.
    levels : cumulated shares of the levels of education; the last is 1.
    courses : length of a course by level.
    combined : share of courses with a work trial, by month.
    combined_factor : on exits after such a course.
    since_plan : (days since the plan began, factor on exits from then on).
    moves : hazard a day of moving out, by phase (during the plan, after it) and month.
    incentive_factor : on the hazard of exits to work, by month.
    incentive_euros : of a month of work that begins in a month, by month; paid for ``incentive_days`` at most.
    """

    plan_days: float
    starts: list[int]
    longest_wait: float
    levels: list[float]
    courses: list[Duration]
    combined: list[float]
    combined_factor: float
    since_plan: list[tuple[float, float]]
    moves: tuple[list[float], list[float]]
    incentive_factor: list[float]
    incentive_euros: list[float]
    incentive_days: float

    def next_start(self, day: float) -> int:
        """First day at or after *day*, at most the horizon, on which courses start."""
        return self.starts[bisect_left(self.starts, day)]


def integration_programme(integration: Integration, origin: int, edges: Sequence[float]) -> IntegrationProgramme:
    """*integration* for a run from day number *origin* whose months have *edges*, as Programme.month_edges."""
    days = origin + np.asarray(edges).astype(int)
    courses, moves, incentive = integration.courses, integration.moves, integration.incentive
    levels = list(courses.levels.values())
    retention = by_month(moves.retention, days) / DAYS_PER_MONTH
    amount = by_month(incentive.amount, days)
    return IntegrationProgramme(
        plan_days=float(integration.plan) * DAYS_PER_MONTH,
        starts=courses.starts(origin, int(edges[-1])),
        longest_wait=float(courses.longest_wait),
        levels=[*np.cumsum([float(level.share) for level in levels])[:-1].tolist(), 1.0],
        courses=[level.course for level in levels],
        combined=by_month(courses.combined, days).tolist(),
        combined_factor=float(courses.combined_factor),
        since_plan=list(zip((integration.since_plan.months.array * DAYS_PER_MONTH).tolist(),
                            integration.since_plan.factor.array.tolist(), strict=True)),
        moves=((float(moves.during) * retention).tolist(), (float(moves.after) * retention).tolist()),
        incentive_factor=(1 + (float(incentive.factor) - 1) * amount / float(incentive.reference)).tolist(),
        incentive_euros=amount.tolist(),
        incentive_days=float(incentive.months) * DAYS_PER_MONTH,
    )


def plan_starts(clients: Clients, has_plan: np.ndarray, plan_days: float, seed: int, replication: int) -> np.ndarray:
    """Day from the origin on which each client's plan began, infinite for who has none.

    Plans of the opening stock began evenly over the last *plan_days*; those of arrivals begin on entry.
    """
    luck = entry_draws(seed, replication, "start of the integration plan", clients.cohort, uniform)
    return np.where(has_plan, clients.enters - plan_days * luck * (clients.cohort == OPENING), np.inf)


def read_integration(area: Area) -> Integration:
    """The municipality's ``integration.yaml``; InputError names file, key and line of a fault."""
    return read_own(area, INTEGRATION, Integration, "its integration work")
