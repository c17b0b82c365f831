"""What of a municipality's books a scenario may not change, for nothing would follow, and what it changes instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.money.budget import Budget
from sim.money.service_cost import BUDGET_LINES
from sim.services.caseworkers import Caseworking

if TYPE_CHECKING:
    from scenarios.mix import ServiceMix


class Refusal(NamedTuple):
    """Why a path is no lever, and the mend."""

    fault: str
    mend: str


def no_lever_of_plan(path: Sequence[str], mix: ServiceMix, years: range | None) -> Refusal | None:
    """Why the keys *path* of the operating plan are no lever; None where they are one.

    Parameters
    ----------
    years : of the run; not asked without it.
    """
    if "budget" not in mix.files:
        return Refusal("moves nothing where there is no budget", "write a budget.yaml first")
    if mix.simulated:
        match path:
            case ["staff", "units", unit, "staff", *_] if unit in mix.of(Caseworking).units:
                return Refusal("is no lever where caseworkers are simulated", f"change caseworkers.units.{unit}.fte")
            case ["lines", line, *_] if line in BUDGET_LINES:
                return Refusal("is no lever where services are simulated, for their bills stand instead",
                               "change places and prices of contracts, or amounts of subsidies")
    return _outside(path, years)


def no_lever_of_budget(path: Sequence[str], mix: ServiceMix, years: range | None) -> Refusal | None:
    """The same of the budget."""
    match path:
        case ["memo", *_]:
            return Refusal("is a memo line, outside the net", "change an appropriation or income")
        case [*_, "basis"]:
            return Refusal("only explains an appropriation", "change original or amended")
        case ["years", year, name, "original" | "amended" as part, *place]:
            newest = _in_force(mix.of(Budget), year, name)
            if newest and (part == "original" or place[:1] not in ([], [newest])):
                return Refusal("no longer holds: a later decision does",
                               f"change budget.years.{year}.{name}.amended.{newest}")
    return _outside(path, years)


def _in_force(budget: Budget, year: str, name: str) -> str:
    """Place of the newest amendment of an object's appropriation; empty where there is none."""
    of_year: Any = next((each for number, each in budget.years.items() if str(number) == year), None)
    appropriation = getattr(of_year, name, None)
    if appropriation is None or appropriation.amendment is None:
        return ""
    return str(appropriation.amended.index(appropriation.amendment))


def _outside(path: Sequence[str], years: range | None) -> Refusal | None:
    """Books have values by year: those of a year that the run does not reach move nothing."""
    year = next((int(key) for key in path if key.isdecimal() and len(key) == 4), None)
    if year is None or years is None or year in years:
        return None
    return Refusal(f"is of {year}, outside the run", f"choose a year from {years[0]} to {years[-1]}")
