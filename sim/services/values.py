"""Figures about services: each names its source; an effect also says on what evidence it rests, and its range.

Effects are factors on the exit hazard and shares of participants. Most were measured elsewhere and earlier, or are
judgements: the grade of evidence is for the reader of a result, and the range for whoever draws from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from sim.clients.assumptions import Assumption, Figure
from sim.law.calendar import day_number
from sim.law.schema import Day, Placed
from sources.files import Strict

Evidence = Literal["experiment", "comparison", "review", "statistic", "judgement"]
"""A trial, a comparison group, a review of such studies, raw rates (which are no effect), somebody's judgement."""


def _named(source: str) -> str:
    if not source.strip():
        raise ValueError("is empty: a value without a source is not taken")
    return source


Source = Annotated[str, AfterValidator(_named)]
Range = Annotated[list[float], Field(min_length=2, max_length=2)]


class Sourced(Figure):
    """One value that must name its source."""

    source: Source


class Step(Sourced, Placed):
    """A value that holds from a day on, until the next one's."""

    since: Day = Field(alias="from")


AnyStep = TypeVar("AnyStep", bound=Step)


def _rising(steps: list[AnyStep]) -> list[AnyStep]:
    dates = [each.since for each in steps]
    if dates != sorted(set(dates)):
        raise ValueError("the days from which they hold do not rise")
    return steps


Steps = Annotated[list[AnyStep], Field(min_length=1), AfterValidator(_rising)]


def in_force(steps: Sequence[AnyStep], day: int) -> AnyStep:
    """The step that holds on the day number *day*; before the first, the first."""
    return next((each for each in reversed(steps) if day_number(each.since) <= day), steps[0])


class Factor(Sourced):
    """A number to multiply with."""

    unit: Literal["factor"]


class Share(Sourced):
    """A share of one."""

    unit: Literal["share"]
    value: Annotated[float, Field(ge=0, le=1)]


class Months(Sourced):
    """A time in months."""

    unit: Literal["months"]


class Measured(Sourced):
    """What a study or a judgement says, with its range and the grade of its evidence."""

    range: Range
    evidence: Evidence


# a field is taken from the first base that has it, inherited or not: hence this order, and the range once more
class EffectFactor(Factor, Measured):
    """A factor on the exit hazard."""

    range: Range


class EffectMonths(Months, Measured):
    """How long an effect lives."""

    range: Range


class EffectShare(Share, Measured):
    """A share of participants."""

    range: Range


def figures_of(part: object, name: str) -> Iterator[tuple[str, Assumption]]:
    """Every figure within *part*, with its dotted name that begins with *name*; in file order."""
    if isinstance(part, Assumption):
        yield name, part
    elif isinstance(part, Strict):
        for key in type(part).model_fields:
            yield from figures_of(getattr(part, key), f"{name}.{key}")
    elif isinstance(part, dict):
        for key, each in part.items():
            yield from figures_of(each, f"{name}.{key}")
    elif isinstance(part, list):
        for place, each in enumerate(part):
            yield from figures_of(each, f"{name}.{place}")
