"""The brake and its price: what stopping each contract saves in a budget year, and what benefit share it adds later.

Each contract that may be stopped is a scenario of its own, held against the same units without it. Levers are taken in
the order of ``ranking`` until the gap is closed, and what was taken is simulated once more as one scenario: it differs
from the sum of its parts by an *interaction*, for clients who lose one service turn to another.

What a lever gives towards the gap is its operating saving less the year's benefit share where that is told from zero.
What is not told is not reckoned, neither for the lever nor against it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from scenarios.changes import Layer
from scenarios.decide.bench import Bench, differences
from scenarios.decide.kept import Hashes, made_from
from scenarios.decide.ranking import NO_SAVING, price, ranked
from scenarios.decide.stops import Stop, stoppable, stops
from scenarios.measures import ALL_YEARS, EUROS, all_years
from scenarios.net import TOTAL
from scenarios.run import horizon_of
from scenarios.scenario import Scenario
from scenarios.summary import OBJECT
from scenarios.unit_store import Prepared
from sim.money.budget import NET, OPERATING
from sources.errors import InputError
from sources.monthly import HALF_CENT

MONTHS = 12
SECONDS_A_MONTH = 0.3  # of a core, to simulate a month of a unit with services
PACKAGE, INTERACTION = "package", "interaction"
CONTRACT, STARTED = "contract", "started"
NO_BILLS, TOO_LATE = "no_bills", "too_late"
FIGURES = {"operating": (OPERATING, False), "share": (OBJECT, False), "net": (NET, False), "added": (OBJECT, True),
           "operating_all": (OPERATING, True), "net_all": (NET, True)}
"""Of what is known of a lever: the object, and whether all years from the budget year on are meant, or that year."""


@dataclass(frozen=True, eq=False)
class Brake:
    """What there is to stop, and what was taken of it.

    Attributes
    ----------
    years : simulated budget years from ``year`` on; what a brake costs after them is not known.
    levers : by contract, in order, columns title, statutory_class, stop (first day without it), *bills* of the year in
        the baseline, of which *committed* come anyway and *saved* do not; *people* who do not come in; of each of
        FIGURES the mean difference, its ``_margin`` and whether it is ``_certain``; ``per_euro``, ``standing`` of
        ranking; ``taken`` into the package.
    idle : contract, title, why: those that may be stopped but of which nothing would be saved in the year.
    package : the same figures of the package as one; None where nothing is taken.
    parts : differences of every lever, of PACKAGE and of INTERACTION (package less the sum of its parts), whole.
    within : share of units whose net keeps to the budget of the year, before and after.
    made_from : see ``kept``.
    """

    scenario: Scenario
    municipality: str
    newest: int
    year: int
    years: tuple[int, ...]
    gap: float
    decided: date
    draws: int
    levers: pd.DataFrame
    idle: pd.DataFrame
    package: pd.Series | None
    parts: pd.DataFrame
    within: tuple[float, float]
    made_from: Hashes

    @property
    def reached(self) -> float:
        """Euros of the gap that the package closes."""
        return 0.0 if self.package is None else float(self.package["towards_gap"])

    @property
    def closes(self) -> bool:
        """Whether the package closes the gap."""
        return self.reached >= self.gap


def brake(bench: Bench, scenario: Scenario, year: int, gap: float, decided: date, draws: int,
          keep: Collection[str] = ()) -> Brake:
    """What may be stopped in *scenario* to save *gap* euros of the net of *year*.

    Parameters
    ----------
    decided : when it is decided; notice is counted from it.
    draws : of *scenario* that are simulated.
    keep : contracts that stay.

    Raises
    ------
    InputError : the scenario has no services, *year* has no budget or is not simulated, or nothing can be stopped.
    """
    held = scenario.model_copy(update={"baseline": None, "draws": draws})
    base = bench.prepared(held)
    _check(base, year)
    found = _found(base, decided, keep)
    _tell_time(bench, base, found, draws)
    before = _from_year(bench.measured([base], draws)[0], year)
    idle, active = _idle(base, found, before, year, keep)
    if not active:
        raise InputError("command line", f"option --year {year}", "there is nothing left to stop",
                         "decide earlier, keep fewer contracts, or look at a later year")
    prepared = [bench.prepared(stopped(held, [stop], decided)) for stop in active]
    after = {stop.name: _from_year(each, year)
             for stop, each in zip(active, bench.measured(prepared, draws), strict=True)}
    told = {name: differences(before, each) for name, each in after.items()}
    levers = ranked(pd.DataFrame([_lever(stop, told[stop.name], year) for stop in active]).set_index("contract"))
    taken, whole, package = _package(bench, held, levers, active, decided, draws, gap, year, before)
    if whole is not None:
        told |= {PACKAGE: differences(before, whole),
                 INTERACTION: differences(_sum(before, [after[name] for name in taken]), whole)}
    limit = base.plan.books.decisions(year)[NET].current  # type: ignore[union-attr]  # _check
    years = tuple(sorted(int(each) for each in before.index.unique("year") if each != ALL_YEARS))
    return Brake(scenario, base.plan.inputs.area.title, base.plan.first_month - 1, year, years, gap, decided, draws,
                 levers.assign(taken=levers.index.isin(taken)), idle, package,
                 pd.concat(told, names=["lever"]).reset_index(),
                 (_within(before, limit, year), _within(before if whole is None else whole, limit, year)),
                 made_from(base.plan, held))


def _check(base: Prepared, year: int) -> None:
    """InputError unless *base* has services, and simulates and budgets *year*."""
    first, last = base.plan.first_month // MONTHS, (base.plan.first_month + base.plan.months - 1) // MONTHS
    if base.plan.services is None:
        raise InputError(f"scenario {base.scenario.title}", "key services", "is off, so there is nothing to stop",
                         "give a scenario with services: true")
    if base.plan.books is None or year not in base.plan.books.budget.years:
        raise InputError("command line", f"option --year {year}", "has no budget", "add it to budget.yaml")
    if not first <= year <= last:
        raise InputError("command line", f"option --year {year}", "is not simulated",
                         f"choose a year from {first} to {last}")


def _found(base: Prepared, decided: date, keep: Collection[str]) -> list[Stop]:
    days = horizon_of(base.plan)
    return stops(base.plan.services.plan.mix, decided, days.first, days.last, keep)  # type: ignore[union-attr]


def stopped(scenario: Scenario, chosen: Sequence[Stop], decided: date) -> Scenario:
    """*scenario* with the contracts *chosen* stopped; it is the baseline that this is held against."""
    title = f"Jarru: {', '.join(stop.contract.title for stop in chosen)}"
    layer = Layer(file="brake", title=title, date=decided,
                  changes=[change for stop in chosen for change in stop.changes])
    return scenario.model_copy(update={"title": title, "date": decided, "baseline": scenario.layers[-1].file,
                                       "layers": [*scenario.layers, layer]})


def _tell_time(bench: Bench, base: Prepared, found: Sequence[Stop], draws: int) -> None:
    units = (len(found) + 2) * draws * base.plan.replications  # the baseline, each lever, the package
    seconds = units * base.plan.months * SECONDS_A_MONTH / bench.workers
    bench.tell(f"at most {units} units of {base.plan.months} months: about {max(seconds / 60, 1):.0f} min by "
               f"{bench.workers} at a time; units that are kept from before take none")


def _from_year(measured: pd.DataFrame, year: int) -> pd.DataFrame:
    """What is counted by year, from *year* on, and under ALL_YEARS the sums of these years."""
    return all_years(measured[measured.index.get_level_values("year") >= year])


def _idle(base: Prepared, found: Sequence[Stop], before: pd.DataFrame, year: int,
          keep: Collection[str]) -> tuple[pd.DataFrame, list[Stop]]:
    """Contracts of which nothing is saved in *year* whatever is decided, and those of which something may be."""
    stop_of = {stop.name: stop for stop in found}
    rows, active = [], []
    for name, (contract, _) in stoppable(base.plan.services.plan.mix, keep).items():  # type: ignore[union-attr]
        stop = stop_of.get(name)
        if stop is None or stop.day.year > year:
            rows.append({"contract": name, "title": contract.title, "why": TOO_LATE})
        elif not before.loc[CONTRACT, name, EUROS, year].any():
            rows.append({"contract": name, "title": contract.title, "why": NO_BILLS})
        else:
            active.append(stop)
    return pd.DataFrame(rows, columns=["contract", "title", "why"]), active


def _lever(stop: Stop, told: pd.DataFrame, year: int) -> dict:
    bills, started = (told.loc[(CONTRACT, stop.name, part, year)] for part in (EUROS, STARTED))
    return {"contract": stop.name, "title": stop.contract.title, "statutory_class": stop.statutory_class,
            "stop": stop.day.isoformat(), "bills": bills["baseline"], "committed": bills["scenario"],
            "saved": 0.0 - bills["difference"], "people": 0.0 - started["difference"], **_figures(told, year)}


def _figures(told: pd.DataFrame, year: int) -> dict:
    """Of each of FIGURES the difference, its margin, whether it is told; what is given towards the gap; the price."""
    figures: dict = {}
    for name, (which, all_of_them) in FIGURES.items():
        row = told.loc[(which, TOTAL, "", ALL_YEARS if all_of_them else year)]
        figures |= {name: row["difference"], f"{name}_margin": row["margin"], f"{name}_certain": bool(row["certain"])}
    reckoned = figures["operating"] + (figures["share"] if figures["share_certain"] else 0.0)
    return {**figures, "towards_gap": 0.0 - reckoned, "per_euro": price(figures)}


def _package(bench: Bench, held: Scenario, levers: pd.DataFrame, active: Sequence[Stop], decided: date, draws: int,
             gap: float, year: int, before: pd.DataFrame) -> tuple[list[str], pd.DataFrame | None, pd.Series | None]:
    """Names, measures and figures of the first levers that close *gap* together; of all that save, if none do."""
    useful = levers[levers["standing"] != NO_SAVING]
    stop_of = {stop.name: stop for stop in active}
    enough = int((useful["towards_gap"].cumsum() < gap).sum()) + 1
    whole = package = None
    for count in range(min(enough, len(useful)), len(useful) + 1):
        taken = list(useful.index[:count])
        if not taken:
            break
        one = bench.prepared(stopped(held, [stop_of[name] for name in taken], decided))
        whole = _from_year(bench.measured([one], draws)[0], year)
        told = differences(before, whole)
        package = pd.Series(_figures(told, year))
        if package["towards_gap"] >= gap:
            break
    return list(useful.index[:count]), whole, package


def _sum(before: pd.DataFrame, after: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Measures as they would be if the levers whose measures are *after* did not touch each other."""
    return before + sum((each.reindex(before.index).fillna(0.0) - before for each in after), 0.0 * before)


def _within(measured: pd.DataFrame, limit: float, year: int) -> float:
    """Share of units whose net of *year* keeps to *limit*."""
    return float((measured.loc[NET, TOTAL, "", year] <= limit + HALF_CENT).mean())
