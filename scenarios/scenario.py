"""A scenario file: what is asked, of whom, how far ahead and how often, and what differs from its baseline.

A file holds only what differs: title, question, author and date are its own, every other key that it leaves out is its
baseline's. Its changes come on top of the baseline's. A file without a baseline says everything itself.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, create_model, model_validator

from scenarios.changes import Change, Layer
from scenarios.shocks import Shock, Span, check_simulated
from sim.law.calendar import month_number
from sim.law.loader import SHIPPED, SWITCHES
from sim.law.schema import Placed
from sim.law.switches import read_switches
from sources.errors import InputError, nearest
from sources.files import Strict, read_yaml

LIBRARY = Path(__file__).with_name("library")
BASELINE = "baseline"  # of the library: nothing changes but time
LONGEST_MONTHS = 60
FILES = (".yaml", ".yml")
BOOKS = ("budget", "operating")  # files of the mix that a run without services has, too


class Window(Strict):
    """The budget years that the scenario's answer is about, such as 2027-01 to 2028-12; all of them without it."""

    model_config = ConfigDict(serialize_by_alias=True)

    since: str = Field(alias="from")
    until: str

    @property
    def years(self) -> range:
        """Calendar years."""
        return range(int(self.since[:4]), int(self.until[:4]) + 1)

    @model_validator(mode="after")
    def _whole_years_in_order(self) -> Window:
        if (self.since[-3:], self.until[-3:]) != ("-01", "-12"):
            raise ValueError(f"{self.since} to {self.until} are not whole budget years, such as 2027-01 to 2028-12")
        if month_number(self.until) < month_number(self.since):
            raise ValueError(f"ends in {self.until}, before it begins in {self.since}")
        return self


def _ends_a_budget_year(until: str) -> str:
    if not re.fullmatch(r"\d{4}-12", until):
        raise ValueError("is not the last month of a budget year, such as 2028-12")
    return until


Until = Annotated[str, AfterValidator(_ends_a_budget_year)]
Draws = Annotated[int, Field(ge=2, le=10_000)]
Replications = Annotated[int, Field(ge=1, le=1_000)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Recipients = Literal["own", "outlook"]


class Header(Strict):
    """What every scenario file says itself: what is asked, by whom, with which levers, on what evidence."""

    title: Annotated[str, Field(min_length=1)]
    question: str
    author: str
    date: datetime.date
    levers: str = ""
    evidence: str = ""
    baseline: str | None = None


class ScenarioFile(Header, Placed):
    """Schema of a scenario file, but for the names of switches: a key that is left out is the baseline's."""

    area: str | None = None
    until: Until | None = None
    draws: Draws | None = None
    replications: Replications | None = None
    seed: Seed | None = None
    law: dict[str, str] | None = None
    path: Recipients | None = None
    shocks: list[Shock] | None = None
    window: Window | None = None
    services: bool | None = None
    changes: list[Change] = Field(default_factory=list)


@cache
def file_schema() -> type[ScenarioFile]:
    """ScenarioFile with the switches of the shipped law tree and their alternatives, by which a wrong one is told."""
    switches = read_switches(SHIPPED / f"{SWITCHES}.yaml")
    answers: dict[str, Any] = {
        name: (Literal[*switch.alternatives] | None, Field(None, description=switch.question))  # type: ignore[valid-type]
        for name, switch in switches.items()}
    choices: Any = create_model("Answers", __base__=Strict, __doc__="Answers to open questions of the law.", **answers)
    by_name = AfterValidator(lambda given: None if given is None else given.model_dump(exclude_none=True))
    return create_model("ScenarioFile", __base__=ScenarioFile, __doc__=ScenarioFile.__doc__,
                        law=(Annotated[choices | None, by_name], None))


class Origin(Strict):
    """Where a key was written: file and line."""

    file: str
    line: int


class Scenario(Header):
    """A scenario with all its keys; see library/baseline.yaml and docs/scenarios.md for the meaning of each.

    ``layers`` are the changes to services and books, those of the baseline's baseline first, and ``origins`` where each
    key was written; no part of what the scenario is.
    """

    area: str
    until: Until
    draws: Draws
    replications: Replications
    seed: Seed
    law: dict[str, str] = Field(default_factory=dict)
    path: Recipients = "own"
    shocks: list[Shock] = Field(default_factory=list)
    window: Window | None = None
    services: bool = True
    layers: list[Layer] = Field(default_factory=list)
    origins: dict[str, Origin] = Field(default_factory=dict, exclude=True)

    @property
    def changes(self) -> list[Change]:
        """Its own changes, without its baseline's."""
        return self.layers[-1].changes if self.layers else []

    @property
    def changes_books(self) -> bool:
        """Whether it, or a baseline of it, changes budget or operating plan."""
        return any(change.file in BOOKS for layer in self.layers for change in layer.changes)

    def check_months(self, first_month: int) -> None:
        """InputError where a shock is not all simulated from *first_month* (number) on, or a year of the window not."""
        after, january = month_number(self.until) + 1, first_month - first_month % 12
        spans: dict[str, tuple[Sequence[Span], range]] = {
            "shocks": (self.shocks, range(first_month, after)),
            "window": ([self.window] if self.window else [], range(january, after))}
        for key, (given, months) in spans.items():
            origin = self.origins.get(key) or Origin(file=f"scenario {self.title}", line=0)
            check_simulated(given, months, origin.file, f"key {key}" + f", line {origin.line}" * bool(origin.line))


INHERITED = set(ScenarioFile.model_fields) - set(Header.model_fields) - {"changes"}


def library() -> list[str]:
    """Names of the scenarios that are shipped, the baseline first."""
    return sorted((path.stem for path in LIBRARY.glob("*.yaml")), key=lambda name: (name != BASELINE, name))


def read_scenario(name: str) -> Scenario:
    """The scenario called *name* in the library, or in the file at that path, with all that it takes from its baseline.

    Raises
    ------
    InputError : there is none, a file breaks the schema, baselines go in a circle, or a key is nowhere.
    """
    chain = _chain(_find(name))
    path, own = chain[0]
    values: dict[str, Any] = {}
    origins = {key: Origin(file=str(path), line=own.line(key)) for key in Header.model_fields
               if key in own.model_fields_set}
    for file, each in reversed(chain):
        given = {key: value for key in INHERITED if (value := getattr(each, key)) is not None}
        values |= given
        origins |= {key: Origin(file=str(file), line=each.line(key)) for key in given}
    missing = [key for key, field in Scenario.model_fields.items() if field.is_required() and key in INHERITED
               and key not in values]
    if missing:
        raise InputError(path, "", f"has no {', '.join(missing)}, and no baseline that has",
                         f"add baseline: {BASELINE}")
    layers = [Layer(file=str(path), title=each.title, date=each.date, changes=each.changes)
              for path, each in reversed(chain)]
    return Scenario(**{key: getattr(own, key) for key in Header.model_fields}, **values, layers=layers,
                    origins=origins)


def shown(file: str) -> str:
    """How the scenario *file* is called: one of the library by its name there, another by its path as given."""
    path = Path(file)
    return f"{LIBRARY.name}/{path.name}" if path.parent == LIBRARY else file


def is_scenario(name: str) -> bool:
    """Whether *name* is that of a scenario, and not of a run: a file's, or in the library."""
    return name.endswith(FILES) or name in library()


def _find(name: str, folder: Path = Path()) -> Path:
    """Path of the scenario called *name*: a file, beside *folder* if its path is relative, or one of the library."""
    if name.endswith(FILES):
        return folder / name
    if not is_scenario(name):
        raise InputError(f"scenario {name}", "", "is neither in the library nor a .yaml file", nearest(name, library()))
    return LIBRARY / f"{name}.yaml"


def _chain(path: Path) -> list[tuple[Path, ScenarioFile]]:
    """The file at *path*, its baseline, the baseline's baseline, and so on."""
    schema = file_schema()
    chain = [(path, read_yaml(path, schema))]
    while (baseline := chain[-1][1].baseline) is not None:
        found = _find(baseline, chain[-1][0].parent)
        if found.resolve() in [each.resolve() for each, _ in chain]:
            raise InputError(chain[-1][0], "key baseline", f"{baseline} leads back to itself",
                             "choose a baseline that does not rest on this file")
        chain.append((found, read_yaml(found, schema)))
    return chain
