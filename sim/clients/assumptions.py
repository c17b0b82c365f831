"""A municipality's assumptions about its clients: each value with unit, source, status and range."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from sources.files import Strict, read_yaml

Status = Literal["verified", "derived", "recalled", "estimate"]


class Assumption(Strict):
    """One value, or one a band, and what is known of it.

    ``range`` is the span the truth is believed to lie in (about 95 %): calibration takes a quarter of its width as
    the standard deviation of its prior, and a report shows it beside the value.
    """

    value: float | list[float]
    unit: str
    source: str
    status: Status
    range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None

    @model_validator(mode="after")
    def _value_in_range(self) -> Assumption:
        low, high = self.range or (-np.inf, np.inf)
        if isinstance(self.value, float) and not low <= self.value <= high:
            raise ValueError(f"value {self.value} is outside its range {self.range}")
        return self

    @property
    def array(self) -> np.ndarray:
        """The value or values as floats."""
        return np.atleast_1d(np.asarray(self.value, float))

    def __float__(self) -> float:
        return float(self.array[0])


class Fitted(Assumption):
    """A starting point that calibration fits: its range is the prior's, so it must have one."""

    range: Annotated[list[float], Field(min_length=2, max_length=2)]

    @property
    def sd(self) -> float:
        """Standard deviation of the prior: a quarter of the range."""
        return (self.range[1] - self.range[0]) / 4


class Arrivals(Strict):
    """Who arrives: shares of new clients."""

    age: Assumption
    foreign_language: Assumption
    reduced_ability: Assumption
    earnings_related: Assumption
    basic: Assumption
    maximum_300: Assumption
    maximum_500: Assumption

    @property
    def member_share(self) -> float:
        """Share of all new clients who are members of a fund."""
        return float(self.earnings_related.array @ self.age.array)


class Exits(Strict):
    """How they leave: hazards and destinations."""

    foreign_language_factor: Assumption
    reduced_ability_factor: Assumption
    to_services: Assumption
    to_work: Assumption
    lasting: Fitted
    gone: Assumption
    level: Fitted


class Returns(Strict):
    """How they come back: hazards a month by time since the exit."""

    band_months: Assumption
    short_work: Assumption
    lasting_work: Assumption
    outside: Assumption
    level: Fitted
    clock_kept_short_work: Assumption
    clock_kept_outside: Assumption


class Macro(Strict):
    """How the stock of recipients drives arrivals and exits."""

    turnover: Assumption
    arrival_share: Assumption


class Payment(Strict):
    """What is paid of a full benefit, and when."""

    utilisation: Fitted
    delay_days: Fitted
    advanced_share: Assumption
    late_share: Fitted


class Assumptions(Strict):
    """All assumptions of a municipality, by topic."""

    arrivals: Arrivals
    exits: Exits
    returns: Returns
    macro: Macro
    payment: Payment

    def items(self) -> list[tuple[str, Assumption]]:
        """Dotted name and assumption, in file order."""
        return [(f"{topic}.{name}", getattr(group, name))
                for topic, group in ((t, getattr(self, t)) for t in Assumptions.model_fields)
                for name in type(group).model_fields]


def read_assumptions(path: Path) -> Assumptions:
    """The assumptions in the YAML file at *path*; InputError names file, key and line of a fault."""
    return read_yaml(path, Assumptions)
