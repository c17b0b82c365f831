"""How a scenario file writes a change to the municipality's services or books: where, from when, what and why.

``at`` is a dotted path into the files of services and books, its first part the file. At a list of dated steps a change
holds from a day on, to its last day if it has one; at values by year, in whole years; at a single figure, all the run.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, FiniteFloat, model_validator

from sim.law.schema import Day, Placed
from sources.files import Strict

ACTIONS = ("value", "times", "add", "new", "remove")


def _plain(written: Any) -> Any:
    """What YAML read, without the reader's own types, so that it can be stored and sent to other processes."""
    if isinstance(written, dict):
        return {str(key): _plain(each) for key, each in written.items()}
    if isinstance(written, list):
        return [_plain(each) for each in written]
    return next((kind(written) for kind in (float, str) if isinstance(written, kind)), written)


Plain = Annotated[Any, BeforeValidator(_plain)]


class Change(Placed):
    """One dated change, by one of five actions.

    Attributes
    ----------
    at : dotted path, such as ``contracts.unit_price.training_bought.places``.
    since, until : first and last day; without them from the beginning, and to the end, of the run.
    value : what holds instead.
    times, add : what each value in force within these days is multiplied by, or gets on top.
    new : a whole entry that the file does not have yet, such as a contract.
    remove : ends a contract: ``since`` is the first day without it.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    at: Annotated[str, Field(pattern=r"^\w+(\.\w+)+$")]
    since: Day | None = Field(None, alias="from")
    until: Day | None = None
    value: Plain = None
    times: Annotated[FiniteFloat, Field(ge=0)] | None = None
    add: FiniteFloat | None = None
    new: Annotated[dict[str, Any], BeforeValidator(_plain)] | None = None
    remove: Literal[True] | None = None
    why: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _one_action_in_order(self) -> Change:
        given = [action for action in ACTIONS if action in self.model_fields_set]
        if len(given) != 1:
            raise ValueError(f"says {' and '.join(given) or 'nothing to do'}: give one of {', '.join(ACTIONS)}")
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"ends on {self.until}, before it begins on {self.since}")
        if self.new is not None and (self.since or self.until):
            raise ValueError("is dated: a new entry says its days itself")
        if self.remove and (self.until or not self.since):
            raise ValueError("removes: give the first day without it as from, and no until")
        return self

    @property
    def action(self) -> str:
        """The one of ACTIONS that it is."""
        return next(action for action in ACTIONS if action in self.model_fields_set)

    @property
    def file(self) -> str:
        """Name of the file that it changes."""
        return self.at.split(".")[0]

    @property
    def path(self) -> list[str]:
        """Keys within the file."""
        return self.at.split(".")[1:]

    @property
    def days(self) -> tuple[datetime.date, datetime.date]:
        """First and last day, the ends of time where none is given."""
        return self.since or datetime.date.min, self.until or datetime.date.max

    def years(self, of: Iterable[int]) -> list[int]:
        """Those of the calendar years *of* some of whose days are its own."""
        first, last = (day.year for day in self.days)
        return [year for year in of if first <= year <= last]

    def overlaps(self, other: Change) -> bool:
        """Whether both change the same value, or one a part of the other's, on the same day."""
        first, second = sorted((self.path, other.path), key=len)
        within = self.file == other.file and second[:len(first)] == first
        return within and self.days[0] <= other.days[1] and other.days[0] <= self.days[1]


class Layer(Strict):
    """The changes that one scenario file makes, on top of its baseline's.

    Attributes
    ----------
    file : where it stands, for errors; no part of what it is.
    date : when it is decided, from which notice is counted.
    """

    file: str = Field(exclude=True)
    title: str
    date: datetime.date
    changes: list[Change]
