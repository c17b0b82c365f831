"""A municipality's assumptions about its clients: each value with unit, source, status and range."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field, FiniteFloat, model_validator

from sim.clients.clients import AGE_GROUPS
from sources.files import Strict, read_yaml

Status = Literal["verified", "derived", "recalled", "estimate"]
Number = Annotated[FiniteFloat, Field(ge=0)]


class Assumption(Strict):
    """One value, or one a band, and what is known of it.

    ``range`` is the span the truth is believed to lie in (about 95 %): calibration takes a quarter of its width as
    the standard deviation of its prior, and a report shows it beside the value.
    """

    value: Number | list[Number]
    unit: str
    source: str
    status: Status
    range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None

    @model_validator(mode="after")
    def _value_in_range(self) -> Assumption:
        low, high = self.range or (-np.inf, np.inf)
        for value in self.array.tolist():
            if not low <= value <= high:
                raise ValueError(f"value {value} is outside its range {self.range}")
        return self

    @property
    def array(self) -> np.ndarray:
        """The value or values as floats."""
        return np.atleast_1d(np.asarray(self.value, float))

    @property
    def sd(self) -> float:
        """Standard deviation: a quarter of the range, 0 without one."""
        return (self.range[1] - self.range[0]) / 4 if self.range else 0.0

    def __float__(self) -> float:
        return float(self.array[0])


class Figure(Assumption):
    """One value that is never a list."""

    value: Number


class Fitted(Assumption):
    """A starting point that calibration fits: its range is the prior's, so it must have one."""

    range: Annotated[list[float], Field(min_length=2, max_length=2)]


def _values(count: int) -> AfterValidator:
    """That an assumption has *count* values."""

    def check(assumption: Assumption) -> Assumption:
        if len(assumption.array) != count:
            raise ValueError(f"has {len(assumption.array)} values, and {count} are needed")
        return assumption

    return AfterValidator(check)


One = Annotated[Assumption, _values(1)]
OneFitted = Annotated[Fitted, _values(1)]
ByAge = Annotated[Assumption, _values(len(AGE_GROUPS))]
Bounds = Annotated[Assumption, _values(2)]  # from, to
ByDuration = Annotated[Assumption, _values(3)]  # months of spell 0-5, 6-11, 12-


class Arrivals(Strict):
    """Who arrives: shares of new clients."""

    age: ByAge
    foreign_language: One
    reduced_ability: One
    earnings_related: ByAge
    basic: One
    maximum_300: One
    maximum_500: One
    senior_ages: Bounds

    @model_validator(mode="after")
    def _ages_are_all(self) -> Arrivals:
        if abs(self.age.array.sum() - 1) > 1e-6:
            raise ValueError(f"the shares of age sum to {self.age.array.sum():g} and not to 1")
        return self

    @property
    def member_share(self) -> float:
        """Share of all new clients who are members of a fund."""
        return float(self.earnings_related.array @ self.age.array)


class Exits(Strict):
    """How they leave: hazards and destinations."""

    foreign_language_factor: One
    reduced_ability_factor: One
    to_services: ByDuration
    to_work: ByDuration
    lasting: OneFitted
    gone: ByAge
    level: OneFitted


class Returns(Strict):
    """How they come back: hazards a month by time since the exit."""

    band_months: Assumption
    short_work: Assumption
    lasting_work: Assumption
    outside: Assumption
    level: OneFitted
    clock_kept_short_work: One
    clock_kept_outside: One

    @model_validator(mode="after")
    def _hazard_in_each_band(self) -> Returns:
        bands = self.band_months.array
        if bands[0] != 0 or (np.diff(bands) <= 0).any():
            raise ValueError(f"band_months {bands.tolist()} do not rise from 0")
        for name in ("short_work", "lasting_work", "outside"):
            if len(getattr(self, name).array) != len(bands):
                raise ValueError(f"{name} needs one hazard for each of the {len(bands)} bands")
        return self


class Macro(Strict):
    """How the stock of recipients drives arrivals and exits."""

    turnover: One
    arrival_share: One


class Payment(Strict):
    """What is paid of a full benefit, and when."""

    utilisation: Fitted
    delay_days: OneFitted
    advanced_share: One
    late_share: OneFitted


class Integration(Strict):
    """Who among clients with a foreign language is being integrated."""

    plan: One
    newcomers: One


class Assumptions(Strict):
    """All assumptions of a municipality, by topic."""

    arrivals: Arrivals
    exits: Exits
    returns: Returns
    macro: Macro
    payment: Payment
    integration: Integration

    def items(self) -> list[tuple[str, Assumption]]:
        """Dotted name and assumption, in file order."""
        return [(f"{topic}.{name}", getattr(group, name))
                for topic, group in ((t, getattr(self, t)) for t in Assumptions.model_fields)
                for name in type(group).model_fields]

    def with_values(self, name: str, values: list[float]) -> Assumptions:
        """A copy in which the assumption called *name* (dotted) has other *values*, its range not asked."""
        topic, key = name.split(".")
        group = getattr(self, topic)
        other = getattr(group, key).model_copy(update={"value": values})
        return self.model_copy(update={topic: group.model_copy(update={key: other})})


def read_assumptions(path: Path) -> Assumptions:
    """The assumptions in the YAML file at *path*; InputError names file, key and line of a fault."""
    return read_yaml(path, Assumptions)
