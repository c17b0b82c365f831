"""Occupational fields: the major groups of the international classification of occupations (ISCO-08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sim.demand.values import Share
from sources.files import Strict

ROUNDING = 1e-9


class Portion(Share):
    """A field's share, more than nothing: a field without people or jobs has no tightness."""

    value: Annotated[float, Field(gt=0, le=1)]


class OccupationalField(Strict):
    """A field, with its part of the municipality's unemployed and of its vacancies.

    ``code`` is the major group; X is for those without one: no occupation yet, or not known.
    """

    code: Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "X"]
    finnish: Annotated[str, Field(min_length=1)]
    english: Annotated[str, Field(min_length=1)]
    unemployed: Portion
    vacancies: Portion


def _whole(fields: dict[str, OccupationalField]) -> dict[str, OccupationalField]:
    for part in ("unemployed", "vacancies"):
        total = sum(portions(fields, part))
        if abs(total - 1) > ROUNDING:
            raise ValueError(f"the fields' shares of {part} add up to {total:g}, not to 1")
    return fields


OccupationalFields = Annotated[dict[str, OccupationalField], Field(min_length=1), AfterValidator(_whole)]
"""By key; a field's number in arrays is its place here."""


def portions(fields: Mapping[str, OccupationalField], part: str) -> list[float]:
    """Share of each field in *part*, ``unemployed`` or ``vacancies``, in order."""
    return [float(getattr(field, part)) for field in fields.values()]
