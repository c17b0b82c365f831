"""What a seek is asked: which target, in which year, by which levers, from which scenario on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scenarios.changes import Layer
from scenarios.decide.bench import Bench
from scenarios.decide.lever import Lever, changes, lever, resolve
from scenarios.decide.search import Place
from scenarios.decide.targets import Target, parse
from scenarios.levers import with_scenario
from scenarios.mix import load_mix
from scenarios.run import horizon_of
from scenarios.scenario import Scenario
from sim.money.budget import OPERATING
from sim.services.contracts import Contracts
from sources.errors import InputError, nearest

PLACES = "places"
MINIMISED = (PLACES, OPERATING)
MADE = "seek"  # file of a scenario that stands in none


@dataclass(frozen=True)
class Question:
    """What is sought.

    Attributes
    ----------
    scenario : that the seek starts from, with as many draws as each value is tried on.
    year : of the target.
    minimised : what several levers are to cost least of: one of MINIMISED, places moved or
        operating euros of the year.
    """

    scenario: Scenario
    target: Target
    levers: Sequence[Lever]
    year: int
    minimised: str = PLACES

    @property
    def today(self) -> Place:
        """The place of today's values."""
        return (0,) * len(self.levers)

    def scenario_at(self, place: Place) -> Scenario:
        """The scenario with its levers at *place*; at today's place it is the one that the seek starts from."""
        base = self.scenario
        if not any(place):
            return base.model_copy(update={"baseline": None})
        layer = Layer(file=MADE, title=self.title, date=base.date,
                      changes=changes(self.levers, place, self.target.text))
        return base.model_copy(update={"baseline": base.layers[-1].file, "layers": [*base.layers, layer]})

    @property
    def title(self) -> str:
        """Of the scenarios that it makes."""
        return f"Haku: {self.target.text}"

    def values(self, place: Place) -> list[float]:
        """The levers' figures at *place*."""
        return [lever.value(step) for lever, step in zip(self.levers, place, strict=True)]

    def moved(self, place: Place) -> float:
        """Places moved, lost or added; of levers that are no places, steps."""
        return sum(abs(step) * (lever.step if lever.places else 1)
                   for lever, step in zip(self.levers, place, strict=True))


def ask(bench: Bench, start: Scenario, target: str, levers: Sequence[str], *, spans: Sequence[str] = (),
        year: int | None = None, since: date | None = None, minimised: str = PLACES) -> Question:
    """The question that these texts ask, checked against the data.

    Parameters
    ----------
    start : scenario to start from, with as many draws as each value is to be tried on.
    target : see ``targets``.
    levers : names of figures, see ``lever.resolve``.
    spans : LO:HI or LO:HI:STEP of each lever; none for from nothing to twice today's.
    year : of the target; by default the first that is wholly ahead, or the last there is.
    since : first day of the changes, see ``lever.lever``.
    """
    asked = parse(target)
    if minimised not in MINIMISED:
        raise InputError("command line", "option --minimise", f"{minimised!r} is not known",
                         nearest(minimised, MINIMISED))
    if spans and len(spans) != len(levers):
        raise InputError("command line", "option --range", f"ranges: {len(spans)}, levers: {len(levers)}",
                         "give one for each --lever, in their order, or none")
    plan = bench.unserved(start)
    horizon = horizon_of(plan)
    mix = with_scenario(load_mix(plan.inputs.area), start, horizon)
    _is_there(asked, mix.of(Contracts))
    paths = [resolve(name, mix) for name in levers]
    if len(set(paths)) < len(paths):
        raise InputError("command line", "option --lever", "names one figure twice", "give each lever once")
    begins = horizon.first.year + (horizon.first > date(horizon.first.year, 1, 1))
    chosen = year or min(begins, horizon.last.year)
    turned = [lever(path, mix, chosen, horizon, start.date, since, span)
              for path, span in zip(paths, spans or [""] * len(paths), strict=True)]
    return Question(start, asked, turned, chosen, minimised)


def _is_there(target: Target, contracts: Contracts) -> None:
    """InputError where *target* asks for a contract that is none."""
    if target.asked == "wait" and target.name not in contracts.all:
        raise InputError("command line", "option --target", f"{target.text} asks for contract {target.name}, and there "
                         "is none of that name", nearest(target.name, contracts.all))
