"""Seek: which value of a lever, or of several, makes a target hold, at what cost, and how sure that is.

Every value tried is a scenario of its own, the seek's scenario and one layer more, simulated on the same draws as all
others: differences between values are paired, and what is reported of each is an average over the same futures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scenarios.decide.bench import Bench
from scenarios.decide.question import PLACES, Question
from scenarios.decide.search import Found, Place, Score, Trials, crossings, seek_one, seek_several
from scenarios.decide.targets import Reading
from scenarios.levers import with_scenario
from scenarios.mix import load_mix
from scenarios.paired import clusters_of, error_of_mean, margin
from scenarios.run import horizon_of
from scenarios.summary import TOTAL
from scenarios.unit_store import Prepared
from scenarios.workers import Progress
from sim.money.budget import BENEFIT_SHARE, NET, OPERATING
from sources.errors import InputError

READ = ("estimate", "low", "high", "excess", "met", "clear")
OBJECTS = (OPERATING, BENEFIT_SHARE, NET)
WIDE = 4  # the price of a place is taken over a fourth of the range at least: over one place, chance is all there is


@dataclass(frozen=True, eq=False)
class Trial:
    """One place that was tried: how the target stands, by unit what its estimate is the mean of, and euros of the year.

    Attributes
    ----------
    telling : (units,).
    euros : (units,) by object.
    """

    place: Place
    reading: Reading
    telling: np.ndarray
    euros: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Sought:
    """The answer to a question, and all that was tried for it, in order.

    Attributes
    ----------
    limit : of the target, euros or days.
    crossings : how often, over the tried values of a single lever, the target changes between met and not.
    simulated, units : units that had to be simulated, and that the trials rest on in all.
    """

    question: Question
    found: Found
    trials: dict[Place, Trial]
    draws: np.ndarray
    limit: float
    crossings: int
    simulated: int
    units: int

    @property
    def answer(self) -> Trial:
        """The trial at the place that was found, or that came nearest."""
        return self.trials[self.found.place]

    @property
    def unclear(self) -> list[Trial]:
        """Trials whose interval holds what is asked: more draws could turn them."""
        return [each for each in self.trials.values() if not each.reading.clear]

    def frontier(self) -> pd.DataFrame:
        """Each trial, in order of its places: cost of the year against the target.

        Returns
        -------
        DataFrame of the lever values (columns named by path), ``estimate``, ``low``, ``high`` and ``excess`` of the
        target, ``met``, ``clear``; means of OBJECTS, their ``…_difference`` from today with ``…_margin``, half the 95 %
        interval; ``efficient``, if no other trial has both less operating cost and less excess; ``today``, ``found``.
        """
        rows: list[dict] = []
        today = self.trials[self.question.today]
        for place in sorted(self.trials):
            trial = self.trials[place]
            row = dict(zip([lever.at for lever in self.question.levers], self.question.values(place), strict=True))
            row |= {name: getattr(trial.reading, name) for name in READ}
            for name in OBJECTS:
                gap = self._gap(today.euros[name], trial.euros[name])
                row |= {name: trial.euros[name].mean(), f"{name}_difference": gap["difference"],
                        f"{name}_margin": gap["margin"]}
            rows.append({**row, "today": place == today.place, "found": place == self.found.place})
        table = pd.DataFrame(rows)
        table["efficient"] = efficient(table[OPERATING].to_numpy(), table["excess"].to_numpy())
        return table

    def prices(self) -> pd.DataFrame:
        """What one more unit of each lever costs near the answer: difference quotients of paired trials.

        Returns
        -------
        DataFrame of ``lever``, ``object``, ``low`` and ``high`` (the two values), ``price`` in euros of the year,
        ``margin`` and ``certain``. A lever without two trials that differ in it alone has no row.
        """
        rows = []
        for at, lever in enumerate(self.question.levers):
            line = sorted(place[at] for place in self.trials if _others(place, at) == _others(self.found.place, at))
            pair = _around(line, self.found.place[at], (lever.high - lever.low) / WIDE)
            if pair is None:
                continue
            ends = [self.trials[_with(self.found.place, at, step)] for step in pair]
            width = lever.value(pair[1]) - lever.value(pair[0])
            for name in OBJECTS:
                gap = self._gap(*(end.euros[name] / width for end in ends))
                rows.append({"lever": lever.at, "object": name, "low": lever.value(pair[0]),
                             "high": lever.value(pair[1]), "price": gap["difference"], "margin": gap["margin"],
                             "certain": bool(gap["certain"])})
        return pd.DataFrame(rows, columns=["lever", "object", "low", "high", "price", "margin", "certain"])

    def neighbours(self) -> pd.DataFrame:
        """The trials a step from the answer in one lever: value, estimate, whether met, and told from the answer's."""
        rows = []
        for at, lever in enumerate(self.question.levers):
            for side in (-1, 1):
                place = _with(self.found.place, at, self.found.place[at] + side)
                if place in self.trials:
                    trial = self.trials[place]
                    gap = self._gap(self.answer.telling, trial.telling)
                    rows.append({"lever": lever.at, "value": lever.value(place[at]), "estimate": trial.reading.estimate,
                                 "met": trial.reading.met, "difference": gap["difference"], "margin": gap["margin"],
                                 "certain": bool(gap["certain"])})
        return pd.DataFrame(rows, columns=["lever", "value", "estimate", "met", "difference", "margin", "certain"])

    def _gap(self, before: np.ndarray, after: np.ndarray) -> dict[str, float]:
        """Mean of *after* less *before*, by unit, half its 95 % interval, and whether it is told from zero."""
        gaps = after - before
        if not np.isfinite(gaps).all():
            return {"difference": np.nan, "margin": np.nan, "certain": False}
        half = float(margin(*error_of_mean(gaps, clusters_of(self.draws.tolist()))))
        return {"difference": float(gaps.mean()), "margin": half, "certain": abs(float(gaps.mean())) > half}


def efficient(cost: np.ndarray, excess: np.ndarray) -> np.ndarray:
    """True where no other has at most the same *cost* and *excess*, and less of one."""
    less = (cost[None] <= cost[:, None]) & (excess[None] <= excess[:, None])
    strictly = (cost[None] < cost[:, None]) | (excess[None] < excess[:, None])
    return np.asarray(~(less & strictly).any(axis=1))


def _others(place: Place, at: int) -> Place:
    return place[:at] + place[at + 1:]


def _with(place: Place, at: int, step: int) -> Place:
    return (*place[:at], step, *place[at + 1:])


def _around(line: Sequence[int], step: int, width: float) -> tuple[int, int] | None:
    """The nearest two of *line*, sorted, that hold *step* between them and are *width* apart; else its ends."""
    pairs = [(low, high) for low in line for high in line if low <= step <= high and high - low >= max(width, 1)]
    if pairs:
        return min(pairs, key=lambda pair: (pair[1] - pair[0], pair))
    return (line[0], line[-1]) if len(line) > 1 else None


class Tally:
    """Counts simulated units over all rounds, and what one takes; *shows* hears of those of the present round."""

    def __init__(self, shows: Progress) -> None:
        self.shows, self.before, self.count, self.began = shows, 0, 0, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        self.count = self.before + done
        self.shows(done, total)

    def next_round(self) -> None:
        """A new round begins."""
        self.before = self.count

    def seconds(self, units: int) -> float | None:
        """How long so many units may take; None before the first was simulated."""
        return (time.monotonic() - self.began) / self.count * units if self.count else None


def seek(question: Question, bench: Bench, hears: Callable[[str], None] = lambda text: None) -> Sought:
    """The answer to *question*.

    Parameters
    ----------
    hears : told in a line of text what each round tries, and how long the rest may take.

    Raises
    ------
    InputError : there are no services or no budget in the year, or the levers' ends are not allowed (notice, bounds).
    """
    tally = Tally(bench.progress)
    seeker = _Seeker(question, replace(bench, progress=tally), tally)
    bounds = [(lever.low, lever.high) for lever in question.levers]
    seeker.attempt([question.today])
    trials = Trials(seeker.attempt, bounds, lambda places, left: hears(_round(question, places, left, tally)))
    found = (seek_one if len(bounds) == 1 else seek_several)(trials)
    units = len(seeker.trials) * question.scenario.draws * question.scenario.replications
    return Sought(question, found, seeker.trials, seeker.draws, seeker.limit,
                  crossings(trials) if len(bounds) == 1 else 0, tally.count, units)


def _round(question: Question, places: Sequence[Place], left: int | None, tally: Tally) -> str:
    """What a round tries, and how many more there may be."""
    tried = ", ".join("/".join(f"{value:g}" for value in question.values(place)) for place in places)
    if left is None:
        return f"trying {tried}"
    units = (len(places) + left) * question.scenario.draws * question.scenario.replications
    seconds = tally.seconds(units)
    return f"trying {tried}; at most {left} rounds more" + (f", {seconds:.0f} s" if seconds else "")


class _Seeker:
    """Tries places on the bench."""

    def __init__(self, question: Question, bench: Bench, tally: Tally) -> None:
        self.question, self.bench, self.tally = question, bench, tally
        self.start = bench.prepared(question.scenario_at(question.today))
        self._possible(self.start)
        self.limit = question.target.limit_in(self.start.plan.books, question.year)
        self.trials: dict[Place, Trial] = {}
        self.draws = np.empty(0, int)
        self.before: pd.DataFrame | None = None

    def _possible(self, start: Prepared) -> None:
        """InputError unless services are simulated, the year has a budget, and both ends of every lever are allowed."""
        question, scenario = self.question, self.question.scenario
        if not scenario.services:
            raise InputError(f"scenario {scenario.title}", "key services", "is false: without services no lever moves "
                             "anything", "let it be true")
        if start.plan.books is None or question.year not in start.plan.books.budget.years:
            raise InputError("command line", "option --year", f"{question.year} has no budget, so no cost and no net",
                             "choose a year of the municipality's budget.yaml")
        horizon, mix = horizon_of(start.plan), load_mix(start.plan.inputs.area)
        for end in zip(*((lever.low, lever.high) for lever in question.levers), strict=True):
            with_scenario(mix, question.scenario_at(end), horizon)

    def attempt(self, places: list[Place]) -> list[Score]:
        """Scores of *places*; each is kept as a trial."""
        question = self.question
        new = [place for place in places if place not in self.trials]
        self.tally.next_round()
        ready = [self.bench.prepared(question.scenario_at(place)) for place in new]
        for place, table in zip(new, self.bench.measured(ready, question.scenario.draws), strict=True):
            if self.before is None:
                self.before, self.draws = table, table.columns.get_level_values("draw").to_numpy()
            values = question.target.values(table, self.before, question.year)
            self.trials[place] = Trial(
                place, question.target.reading(values, self.draws, self.limit),
                question.target.telling(values, self.limit),
                {name: table.loc[(name, TOTAL, "", question.year)].to_numpy(float) for name in OBJECTS})
        return [self._score(self.trials[place]) for place in places]

    def _score(self, trial: Trial) -> Score:
        cost = (self.question.moved(trial.place) if self.question.minimised == PLACES
                else float(trial.euros[OPERATING].mean()))
        return Score(trial.reading.met, trial.reading.excess, cost)
