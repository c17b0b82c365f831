"""How vacancies open and close, and who adds to them: the schema of those parts of ``demand.yaml``.

A vacancy that opens closes at a constant rate, 1 ÷ mean days open: filled by others, or lapsed. So the stock V of open
ones and the flow of new ones say the same (Little's law: stock = flow × mean days open), and what opened follows from
a path of the stock.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from sim.demand.values import Count, Days, Monthly, PositiveDays, Season, Share, Shares, Sourced
from sources.files import Strict


class Elasticity(Sourced):
    """Per cent more matches a searcher from one per cent more vacancies."""

    value: Annotated[float, Field(gt=0, lt=1)]
    unit: Literal["elasticity"]


class Tightness(Sourced):
    """Open vacancies over unemployed."""

    value: Annotated[float, Field(gt=0)]
    unit: Literal["vacancies per unemployed"]


class Minutes(Sourced):
    """Working time of an adviser."""

    unit: Literal["minutes"]


class Found(Sourced):
    """What an employer visit finds."""

    unit: Literal["vacancies/visit"]


class MarketFigures(Strict):
    """How searchers and vacancies meet.

    Attributes
    ----------
    elasticity : of finding work with respect to tightness, at ``tightness``.
    tightness : where the elasticity was measured, so to say: that of usual years.
    posted : share of exits to open work that fill a vacancy told to the service; the other jobs are not among those.
    """

    elasticity: Elasticity
    tightness: Tightness
    posted: Share


class Closing(Strict):
    """How vacancies close.

    Attributes
    ----------
    open : mean days from opening to closing. A measurement, and no lever: with the stock given, fewer days mean more
        new vacancies, not faster filling.
    lapse : share that is cancelled or never filled; the others are filled by others.
    """

    open: PositiveDays
    lapse: Share


class Advisers(Strict):
    """What employer advisers do; their time is the matching unit's.

    Attributes
    ----------
    known : share of new vacancies that they take up, by day.
    visits : to employers, by day.
    visit : time of one.
    found : vacancies a visit finds that would not have been told to the service.
    shortlist : clients to whom a vacancy is offered in one round.
    rounds, between : rounds of offers before it is left to others, and the days between two.
    hire : days from acceptance to the first day at work.
    """

    known: Shares
    visits: Monthly
    visit: Minutes
    found: Found
    shortlist: Count
    rounds: Count
    between: PositiveDays
    hire: Days


class Leads(Strict):
    """Vacancies that the development company hears of first, by day of the lead; they open ``ahead`` days later."""

    vacancies: Monthly
    ahead: Days


class Graduates(Strict):
    """Graduates of the vocational college who live in the municipality.

    Attributes
    ----------
    inflow : graduates by month of the year.
    unemployed : share that would become unemployed.
    diverted : share of those whom cooperation with employers takes straight to work, by day.
    """

    inflow: Season
    unemployed: Share
    diverted: Shares


class Orders(Strict):
    """Recruitment training to order.

    Attributes
    ----------
    share : of vacancies that nobody of the first round took and that become an order, by day.
    group : participants of one course.
    ahead : days from order to start.
    promised : share of those who complete that get the promised job.
    """

    share: Shares
    group: Count
    ahead: Days
    promised: Share


def openings(stock: np.ndarray, edges: np.ndarray, open_days: float) -> np.ndarray:
    """New vacancies of each month, (months, …), zero or more, that lead from each *stock* to the next.

    With new ones spread evenly over the d days of a month, V' = V e^(−d/τ) + new · (τ/d) (1 − e^(−d/τ)).

    Parameters
    ----------
    stock : open vacancies at each month's start and at the end of the last, (months + 1, …).
    edges : those days, (months + 1,).
    open_days : mean days open, τ.
    """
    left, kept = decay(np.diff(edges).reshape(-1, *(1,) * (stock.ndim - 1)), open_days)
    return np.maximum((stock[1:] - stock[:-1] * left) / kept, 0)


def decay(days: np.ndarray, open_days: float) -> tuple[np.ndarray, np.ndarray]:
    """After so many *days*: the part of what was open that still is, and of what opened meanwhile, evenly spread."""
    left = np.exp(-np.asarray(days) / open_days)
    return left, open_days / days * (1 - left)
