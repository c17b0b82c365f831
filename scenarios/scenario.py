"""A scenario file: what is asked, of whom, how far ahead and how often."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from scenarios.shocks import Shock
from sources.errors import InputError, nearest
from sources.files import Strict, read_yaml

LIBRARY = Path(__file__).with_name("library")
LONGEST_MONTHS = 60


class Scenario(Strict):
    """Schema of a scenario file; see library/default.yaml for the meaning of each key."""

    title: Annotated[str, Field(min_length=1)]
    question: str
    author: str
    date: datetime.date
    area: str
    until: str
    draws: Annotated[int, Field(ge=2, le=10_000)]
    replications: Annotated[int, Field(ge=1, le=1_000)]
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    law: dict[str, str] = Field(default_factory=dict)
    path: Literal["own", "outlook"] = "own"
    shocks: list[Shock] = Field(default_factory=list)

    @field_validator("until")
    @classmethod
    def _ends_a_budget_year(cls, until: str) -> str:
        if not re.fullmatch(r"\d{4}-12", until):
            raise ValueError("is not the last month of a budget year, such as 2028-12")
        return until


def read_scenario(name: str) -> Scenario:
    """The scenario called *name* in the library, or in the file at that path.

    Raises
    ------
    InputError : there is none, or the file breaks the schema.
    """
    if name.endswith((".yaml", ".yml")):
        return read_yaml(Path(name), Scenario)
    known = sorted(path.stem for path in LIBRARY.glob("*.yaml"))
    if name not in known:
        raise InputError(f"scenario {name}", "", "is neither in the library nor a .yaml file", nearest(name, known))
    return read_yaml(LIBRARY / f"{name}.yaml", Scenario)
