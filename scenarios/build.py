"""From assumptions, law and a path to a programme: plain arrays that the event model runs."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from scenarios.inputs import Inputs
from sim.clients.assumptions import Assumptions
from sim.clients.clients import State
from sim.clients.counter import DAYS_PER_MONTH
from sim.flow.programme import Absence, Programme, calendar_tables, exit_tables
from sim.law.benefits import Entitlement
from sim.law.calendar import month_start
from sim.law.loader import Law

BANDS = (0, 3, 6, 12, 24)  # months of spell at which a band of ``ways`` begins
SEGMENTS = 4  # hazard rows of an age group
SEASONAL_MONTHS = 12  # jobs of the season go to people whose spell is young; the tables show no season beyond a year


@dataclass(frozen=True)
class Behaviour:
    """What calibration fits of how people move.

    Attributes
    ----------
    exit_level : factor on all exit hazards.
    return_level : factor on all return hazards.
    lasting : share of exits to work that last.
    """

    exit_level: float
    return_level: float
    lasting: float


def programme(inputs: Inputs, behaviour: Behaviour, first_month: int, outflow: np.ndarray,
              rules_on: int | None = None, ways: np.ndarray | None = None) -> Programme:
    """The programme of the months from *first_month* (month number), one for each factor of *outflow*.

    Parameters
    ----------
    outflow : (months,) factor on exit hazards by calendar month.
    rules_on : day number whose rules on work, waiting days and additional days hold; the first simulated day by
        default.
    ways : (rows, bands of the month of spell, 4) factors on the hazards of short work, lasting work, outside and gone
        that leave out what services bring about (``neutral``); none by default.
    """
    calendar = calendar_tables(first_month, len(outflow))
    assumed, depth = inputs.assumed, inputs.hazards.shape[1] - 1
    day = int(month_start(first_month)) if rules_on is None else rules_on
    condition = inputs.law.work_condition(day)
    to_services, to_work = _exit_shares(inputs)
    leaving = _hazard_rows(inputs.hazards * (1 - to_services), assumed)
    shares = exit_ways(assumed, behaviour.lasting, to_work)
    if ways is not None:
        by_month = ways[:, np.digitize(np.arange(depth + 1), BANDS[1:])]  # (rows, months of spell, ways)
        leaving = leaving * (np.repeat(shares, SEGMENTS, axis=0) * by_month).sum(axis=2)
        shares = shares * by_month.reshape(len(shares), SEGMENTS, *shares.shape[1:])[:, 0]
        shares /= shares.sum(axis=2, keepdims=True)
    season = inputs.exit_season[(first_month + np.arange(len(outflow))) % 12]
    seasonal = (np.arange(depth + 1) < SEASONAL_MONTHS)[:, None]
    factors = np.where(seasonal, season, 1.0) * outflow
    return Programme(
        **calendar,
        exits=exit_tables(leaving * behaviour.exit_level, factors, calendar["month_edges"]),
        depth=depth,
        destinations=[[tuple(row) for row in table] for table in np.cumsum(shares, axis=2)[:, :, :3].tolist()],
        absences=_absences(assumed, behaviour.return_level),
        clock_kept=_clock_kept(assumed),
        waiting_days=inputs.law.waiting_days(day),
        work_needed=_work_needed(inputs.law, condition.months * DAYS_PER_MONTH),
        work_window=condition.window_months * DAYS_PER_MONTH,
        additional_days=inputs.law.uncharged_additional_days(day),
        pension_age=inputs.law.additional_days_end.on(day),
    )


def _work_needed(law: Law, days: float) -> list[float]:
    """Days of work that reset the counter, by entitlement; whether non-members have a reset is an open question."""
    never = law.choices["reset_of_non_members"] == "never"
    return [inf if never and entitlement != Entitlement.EARNINGS_RELATED else days for entitlement in Entitlement]


def _hazard_rows(by_age: np.ndarray, assumed: Assumptions) -> np.ndarray:
    """Hazards of the 12 rows of Clients.hazard_row: age × foreign language × reduced ability.

    Factors are relative, so the mean over new clients of each age stays what the table says.
    """
    language, ability = float(assumed.exits.foreign_language_factor), float(assumed.exits.reduced_ability_factor)
    foreign, reduced = float(assumed.arrivals.foreign_language), float(assumed.arrivals.reduced_ability)
    mean = (1 - foreign + foreign * language) * (1 - reduced + reduced * ability)
    factors = np.array([1.0, ability, language, language * ability]) / mean
    return (by_age[:, None, :] * factors[None, :, None]).reshape(-1, by_age.shape[1])


def _exit_shares(inputs: Inputs) -> tuple[np.ndarray, np.ndarray]:
    """Share of exits that go to services, and share of the others that go to work, (3, months of spell) each.

    Measured where own spells tell them, else assumed for months of spell 0–5, 6–11 and 12–.
    """
    exits, band = inputs.assumed.exits, np.digitize(np.arange(inputs.hazards.shape[1]), [6, 12])
    work, services, _ = np.moveaxis(inputs.destinations, -1, 0)
    with np.errstate(invalid="ignore"):  # all exits may go to services, and then it matters not where the others do
        measured = services, work / (1 - services)
    to_services, to_work = (np.where(np.isnan(share), assumed.array[band], share)
                            for share, assumed in zip(measured, (exits.to_services, exits.to_work), strict=True))
    return to_services, np.minimum(to_work, 1)


def work_shares(inputs: Inputs) -> np.ndarray:
    """Share of exits that go to work, of those that do not go to services, (3, months of spell)."""
    return _exit_shares(inputs)[1]


def exit_ways(assumed: Assumptions, lasting: float, to_work: np.ndarray) -> np.ndarray:
    """Shares of short work, lasting work, outside and gone among exits, (3, months of spell, 4).

    Parameters
    ----------
    to_work : (3, months of spell) share of exits that go to work.
    """
    gone = assumed.exits.gone.array[:, None]
    return np.stack([to_work * (1 - lasting), to_work * lasting, (1 - to_work) * (1 - gone), (1 - to_work) * gone],
                    axis=2)


def _absences(assumed: Assumptions, level: float) -> dict[int, Absence]:
    bands, returns = assumed.returns.band_months.array, assumed.returns
    hazards = {State.SHORT_WORK: returns.short_work, State.LASTING_WORK: returns.lasting_work,
               State.OUTSIDE: returns.outside}
    return {int(state): Absence.from_months(bands, hazard.array * level) for state, hazard in hazards.items()}


def _clock_kept(assumed: Assumptions) -> list[float]:
    kept = [0.0] * len(State)
    for state in (State.SHORT_WORK, State.SUBSIDISED_WORK, State.SUBSIDISED_WORK_EXCEPTION):
        kept[state] = float(assumed.returns.clock_kept_short_work)
    for state in (State.OUTSIDE, State.SICKNESS, State.REHABILITATION):
        kept[state] = float(assumed.returns.clock_kept_outside)
    return kept
