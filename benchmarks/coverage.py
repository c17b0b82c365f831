"""Does the 24-month band of the stock cover what comes? Synthetic cities whose truth is known: bar F9, second half.

Forty cities of about 10,000 unemployed. Inflow and exits each have a season and a cycle of their own, a first-order
autoregression of the logarithm; people arrive and leave one by one. After 96 months the stock is forecast as a run does
it: models fitted to the stock, intervals calibrated by past errors of other cities, paths sampled, paths turned into
factors on flows, flows reconciled and sent through the mean field, and a Poisson number drawn. The forecaster knows
hazards of a mean month and present durations, and no cycle. Bands are compared: chance alone about the median path,
sampled inflow, sampled inflow and exits, and the last without calibrated intervals. Bar: sampled inflow and exits cover
at least 85 % (of 95).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks.hazards_from_stocks import BANDS, ENTRANTS, HAZARDS, INFLOW_SEASON, SEASON
from forecasting.flows import FlowFactors, factors
from forecasting.frame import fit
from forecasting.panel import panel_errors
from forecasting.paths import REFERENCE_MONTHS
from forecasting.series import KINDS
from scenarios.reconcile import drift_onto
from sim.clients.clients import OPENING, Clients, State
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.streams import generator
from sim.flow.mean_field import expected
from sim.flow.programme import Absence, Programme, calendar_tables, exit_tables
from sim.law.calendar import month_label

CITIES, OTHERS, DRAWS = 40, 12, 100  # others: those by whose past errors intervals are calibrated
WARM, KNOWN, AHEAD = 120, 96, 24  # months
FIRST = 2010 * 12  # month number of the first known month
MEMORY, INFLOW_SHOCK, EXIT_SHOCK = 0.98, 0.02, 0.015  # of the cycles, a month
ARRIVAL_SHARE = 0.45
DEPTH = BANDS[-1]
TABLE = HAZARDS[np.searchsorted(BANDS, np.arange(DEPTH + 1), side="right") - 1]
TOLD = ("median path and chance", "sampled inflow", "sampled inflow and exits", "the same, intervals not calibrated")


@dataclass(frozen=True, eq=False)
class City:
    """A city's stock by month, KNOWN + AHEAD, and people by month of spell at the end of the known months."""

    stock: np.ndarray
    people: np.ndarray

    @staticmethod
    def synthetic(number: int) -> City:
        """People by month of spell, thinned month by month: exact, for hazards are constant within a month."""
        stream, months = generator(number, 0, "synthetic city"), np.arange(WARM + KNOWN + AHEAD)
        season = 2 * np.pi * (FIRST - WARM + months) / 12
        inflow = np.exp(INFLOW_SEASON * np.sin(season) + _cycle(stream, len(months), INFLOW_SHOCK))
        exits = np.exp(SEASON * np.cos(season) + _cycle(stream, len(months), EXIT_SHOCK))
        edges = np.array(calendar_tables(FIRST - WARM, len(months))["month_edges"])
        people, stock = np.zeros(DEPTH + 1, int), []
        for month, length in enumerate(np.diff(edges) / DAYS_PER_MONTH):
            hazard = TABLE * exits[month] * length
            people = stream.binomial(people, np.exp(-hazard))
            people[0] += stream.poisson(ENTRANTS * length * inflow[month] * -np.expm1(-hazard[0]) / hazard[0])
            people = np.concatenate([[0], people[:-2], [people[-2] + people[-1]]])
            stock.append(people.sum())
            if month == WARM + KNOWN - 1:
                known = people
        return City(np.array(stock[WARM:], float), known)

    def known(self, number: int) -> pd.DataFrame:
        """The known months as a tidy frame."""
        months = pd.period_range(month_label(FIRST), periods=KNOWN, freq="M")
        return pd.DataFrame({"series": f"stock:city {number}", "month": months, "value": self.stock[:KNOWN]})


def _cycle(stream: np.random.Generator, months: int, shock: float) -> np.ndarray:
    level, cycle = stream.normal(0, shock / np.sqrt(1 - MEMORY**2)), np.empty(months)
    for month in range(months):
        level = MEMORY * level + stream.normal(0, shock)
        cycle[month] = level
    return cycle


def turnover() -> float:
    """Arrivals a month over the stock at a month's end, in a steady state of mean months."""
    stay = np.exp(-TABLE)
    survival = np.concatenate([[1], np.cumprod(stay[1:-1])])
    survival[-1] /= 1 - stay[-1]
    return float(1 / (survival.sum() * (1 - stay[0]) / TABLE[0]))


class Forecast:
    """The forecast of one city from the end of its known months, the stock's mean by month for given flows."""

    def __init__(self, city: City, number: int, errors: pd.DataFrame | None) -> None:
        self.number = number
        model = fit(city.known(number), horizon=AHEAD, errors=errors)
        self.paths, = model.sample(AHEAD, range(DRAWS), number, paired=True).values()
        self.median = np.median(self.paths, axis=0)
        self.last, self.reference = city.stock[KNOWN - 1], city.stock[KNOWN - REFERENCE_MONTHS:KNOWN].mean()
        calendar = calendar_tables(FIRST + KNOWN, AHEAD)
        self.programme = Programme(
            **calendar, exits=[], depth=DEPTH, destinations=[[(0.0, 0.0, 0.0)]] * 3,
            absences={int(State.OUTSIDE): Absence.from_months(np.zeros(1), np.zeros(1))}, clock_kept=[0.0] * len(State),
            waiting_days=0, work_needed=[np.inf] * 3, work_window=np.inf, additional_days=(), pension_age=100)
        opening, arriving = np.arange(DEPTH + 1), np.arange(AHEAD)
        zero = np.zeros(len(opening) + AHEAD, int)
        cohort = np.concatenate([np.full(len(opening), OPENING), arriving])
        self.clients = Clients(**dict.fromkeys(Clients.__dataclass_fields__, zero) | {
            "cohort": cohort, "counter": zero + 1, "clock": np.concatenate([opening, 0 * arriving]),
            "enters": np.array(calendar["month_edges"])[np.maximum(cohort, 0)]})
        self.people = city.people
        self.drift = self._drift()

    def flows(self, path: np.ndarray) -> FlowFactors:
        """Factors that carry the stock along *path*."""
        return factors(path, np.broadcast_to(self.last, path.shape[:-1]), self.reference, turnover(), ARRIVAL_SHARE)

    def stock(self, arrivals: np.ndarray, outflow: np.ndarray) -> np.ndarray:
        """Expected stock at each month's end, (AHEAD,); reconciled."""
        hazards = exit_tables(TABLE[None], np.broadcast_to(outflow * self.drift.outflow, (DEPTH + 1, AHEAD)),
                              self.programme.month_edges)
        weights = np.concatenate([self.people, turnover() * self.reference * arrivals * self.drift.arrivals])
        return expected(replace(self.programme, exits=hazards), self.clients, weights).stock[1:]

    def _drift(self) -> FlowFactors:
        """Factors that bring the central stock onto the median path, by a line and a bend."""
        central = self.flows(self.median)

        def stock(drift: np.ndarray) -> np.ndarray:
            self.drift = factors(np.exp(drift), 1.0, 1.0, turnover(), ARRIVAL_SHARE)
            return self.stock(central.arrivals, central.outflow)

        return factors(np.exp(drift_onto(self.median, stock)), 1.0, 1.0, turnover(), ARRIVAL_SHARE)

    def band(self, inflow: bool, exits: bool) -> np.ndarray:
        """Lowest and highest stock of the 95 % band at the last month, with *inflow* and *exits* sampled or central."""
        sampled, central = self.flows(self.paths), self.flows(np.broadcast_to(self.median, self.paths.shape))
        draws = DRAWS if inflow or exits else 1  # all alike
        mean = [self.stock(arrivals, outflow)[-1] for arrivals, outflow in zip(
            (sampled if inflow else central).arrivals[:draws], (sampled if exits else central).outflow[:draws],
            strict=True)]
        luck = generator(self.number, 0, "chance of the stock")
        return np.quantile(luck.poisson(np.resize(mean, DRAWS)), (0.025, 0.975))


def coverage(cities: int = CITIES, others: int = OTHERS) -> tuple[np.ndarray, np.ndarray]:
    """Share of cities whose stock lies in the band, and the band's mean width over its city's stock, (TOLD,)."""
    past = pd.concat([City.synthetic(number).known(number) for number in range(cities, cities + others)])
    errors = panel_errors(past, KINDS["stock"])
    inside, width = [], []
    for number in range(cities):
        city = City.synthetic(number)
        forecast = Forecast(city, number, errors)
        low, high = np.transpose([forecast.band(False, False), forecast.band(True, False), forecast.band(True, True),
                                  Forecast(city, number, None).band(True, True)])
        inside.append((low <= city.stock[-1]) & (city.stock[-1] <= high))
        width.append((high - low) / city.stock[-1])
    return np.mean(inside, axis=0), np.mean(width, axis=0)


def report(say: Callable[[str], None] = print) -> None:
    """Say how many cities each band covers."""
    covered, width = coverage()
    say(f"95 % band of the stock at {AHEAD} months, {CITIES} synthetic cities: " + "; ".join(
        f"{name} covers {100 * share:.0f} %, width {100 * wide:.0f} %"
        for name, share, wide in zip(TOLD, covered, width, strict=True)) + " (bar 85 for inflow and exits)")


if __name__ == "__main__":
    report()
