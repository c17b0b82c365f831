"""The national catalogue of services: what each is by law, for whom, how long, and what it does to the way out.

Law and reality mix the classes of a service (a duty whose extent is a matter of money). The letters of law.md section 6
are kept as read, and one rule says what a cut may touch: a right goes before money, money before duty. So A/B is
appropriation-dependent, for its extent can be cut, and C/B need-bound, for whoever meets the conditions has it.

Whether days in a service are charged to the municipality is a rule of the law with dates (``service_days_charged``),
not of a service: the catalogue only says whether benefit is paid inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field, model_validator

from sim.clients.assumptions import Assumption, Status
from sim.services.duration import Duration
from sim.services.values import (
    EffectFactor,
    EffectMonths,
    EffectShare,
    Factor,
    Measured,
    Share,
    Source,
    Step,
    Steps,
    figures_of,
)
from sources.files import Strict, read_yaml

CATALOGUE = "services/catalogue.yaml"  # national, in the data root
OLDEST = 74

StatutoryClass = Literal["statutory_unconditional", "appropriation_dependent", "need_bound", "voluntary",
                         "commissioned"]
Letters = Literal["A", "B", "C", "D", "X", "A/B", "B/C", "C/B"]
Group = Literal["young", "under30", "newly_unemployed", "long_term", "foreign_language", "reduced_ability", "limited",
                "integration", "starter"]
EntitlementName = Literal["labour_market", "basic", "earnings_related"]
Benefit = Literal["paid", "paused", "ended"]
Cost = Literal["purchase", "participant", "employer"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

BY_LETTER: dict[str, StatutoryClass] = {
    "X": "commissioned", "D": "voluntary", "C": "need_bound", "B": "appropriation_dependent",
    "A": "statutory_unconditional",
}
"""Class of each letter; of several letters the first in this order decides."""


def _in_order(bounds: list[int]) -> list[int]:
    if bounds[0] > bounds[1]:
        raise ValueError(f"the youngest age, {bounds[0]}, is above the oldest, {bounds[1]}")
    return bounds


class Eligibility(Strict):
    """Who may be referred.

    Attributes
    ----------
    ages : youngest and oldest, both included.
    unemployed_months : of the present spell, at least.
    paid_days : of benefit, on the counter of the municipal share, at least.
    groups : in one of these at least; empty where it does not matter.
    entitlement : what benefit they must have a right to; empty where it does not matter.
    """

    ages: Annotated[list[Annotated[int, Field(ge=15, le=OLDEST)]], Field(min_length=2, max_length=2),
                    AfterValidator(_in_order)]
    unemployed_months: Annotated[float, Field(ge=0)] = 0
    paid_days: Annotated[int, Field(ge=0)] = 0
    groups: list[Group] = []
    entitlement: list[EntitlementName] = []
    source: Source
    status: Status


class Effect(Strict):
    """What a service does.

    Attributes
    ----------
    during : factor on the exit hazard inside; below 1 is lock-in.
    after : factor just after the end, of those who completed.
    decay : mean life of what ``after`` adds or takes; the whole is the same as if it held for so many months and ended.
    completion : share of starters who complete.
    direct_placement : share of those who complete that go straight to a job.
    """

    during: EffectFactor
    after: EffectFactor
    decay: EffectMonths
    completion: EffectShare
    direct_placement: EffectShare

    def factor(self, months_since_end: npt.ArrayLike) -> np.ndarray:
        """Factor on the exit hazard so many months after completion: 1 + (after − 1) · exp(−months ÷ decay)."""
        months = np.asarray(months_since_end, float)
        decay = float(self.decay)
        return 1 + (float(self.after) - 1) * (np.exp(-months / decay) if decay else (months == 0))


class Preference(Measured, Factor):
    """How much likelier a group is referred than others; 0 never."""


class CourseMonths(Step):
    """Months from one day on which courses start to the next; the first is the step's own day."""

    value: Annotated[int, Field(ge=1, le=24)]
    unit: Literal["months"]


class Referral(Strict):
    """Who of the eligible is referred, when they can start, and who waits for whom.

    Attributes
    ----------
    weights : by group; those of several groups are multiplied, and somebody of none has 1.
    once : at most once a person.
    starts_every : where clients start together; None where each starts when there is a place.
    priority : groups in the order in which the waiting list takes them, before all others.
    """

    weights: dict[Group, Preference] = {}
    once: bool = False
    starts_every: Steps[CourseMonths] | None = None
    priority: list[Group] = []


class Participation(Strict):
    """A service that clients are in for a time.

    ``benefit`` is what becomes of it inside: ``paid`` (and days counted; charged where the law of the day says so),
    ``paused`` (subsidised work: the counter stands still), or ``ended`` (a start-up grant ends unemployment).
    """

    eligibility: Eligibility
    duration: Duration
    benefit: Benefit
    effect: Effect
    referral: Referral = Referral()


class Cells(Strict):
    """Where a national number stands in Statistics Finland's tables of services; codes are added up."""

    table: str
    measure: str
    codes: Annotated[list[str], Field(min_length=1)] = [""]


class Outcome(Strict):
    """Row of the table of outcomes three months after the end."""

    table: str
    code: str


class UnitCost(Strict):
    """Measures of the EU labour-market-policy database whose expenditure and entrants give a unit cost.

    ``lifted`` says whether prices of today are the catalogue's ``price_lift`` higher; grants tied to law are not.
    """

    codes: Annotated[list[str], Field(min_length=1)]
    cost: Cost
    lifted: bool = True


class Statistic(Strict):
    """How many are in the service and start it, in the whole country.

    ``of_stock`` and ``of_starts`` say which part of the numbers is this service's where the statistic does not tell it
    from others.
    """

    stock: Cells
    starts: Cells
    of_stock: Share | None = None
    of_starts: Share | None = None
    outcome: Outcome | None = None
    unit_cost: UnitCost | None = None

    @model_validator(mode="after")
    def _both_parts(self) -> Statistic:
        if (self.of_stock is None) != (self.of_starts is None):
            raise ValueError("of_stock and of_starts go together")
        return self


class Service(Strict):
    """A service of the law or of the city.

    Attributes
    ----------
    letters : class as read in law.md section 6.
    authority : a task of public authority, which cannot be bought.
    unit : what is counted and priced.
    participation : None for what clients are not *in*: meetings, statements, compensations.
    """

    finnish: Annotated[str, Field(min_length=1)]
    english: Annotated[str, Field(min_length=1)]
    letters: Letters
    authority: bool = False
    unit: Literal["meeting", "case", "participant", "participant-day", "client"]
    source: Source
    status: Status
    note: str = ""
    participation: Participation | None = None
    statistic: Statistic | None = None

    @model_validator(mode="after")
    def _statistic_of_participants(self) -> Service:
        if self.statistic and not self.participation:
            raise ValueError("a statistic of participants needs participation")
        return self

    @property
    def statutory_class(self) -> StatutoryClass:
        """What a cut may touch: see the module's story."""
        return next(each for letter, each in BY_LETTER.items() if letter in self.letters.split("/"))


class Catalogue(Strict):
    """Schema of ``catalogue.yaml``: all services by key, and how much prices rose since the year of the unit costs."""

    price_lift: Factor
    services: Annotated[dict[Key, Service], Field(min_length=1)]

    def figures(self) -> list[tuple[str, Assumption]]:
        """Dotted name and figure, in file order."""
        return [("services.price_lift", self.price_lift),
                *(pair for key, service in self.services.items() for pair in figures_of(service, f"services.{key}"))]


def read_catalogue(root: Path) -> Catalogue:
    """The catalogue of the data *root*; InputError names file, key and line of a fault."""
    return read_yaml(root / CATALOGUE, Catalogue)
