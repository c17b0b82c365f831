"""The account: euros of municipal share by payment month, benefit and day class."""

from __future__ import annotations

import numpy as np

from sim.clients.clients import State
from sim.law.benefits import Benefit
from sim.law.loader import Law
from sim.money.ledger import Periods, ladder_of


def daily_prices(law: Law, periods: Periods, utilisation: np.ndarray) -> np.ndarray:
    """Euros of municipal share for one paid day, (periods, classes).

    Basic amount on the period's first day × share of the class × utilisation of the class (paid over full amount);
    *utilisation* has one value a class, the first for the class without municipal share.
    """
    amounts = np.array([law.basic_amount.on(int(day)) for day in periods.edges[:-1]])
    return amounts[:, None] * np.array(ladder_of(law, periods).shares) * utilisation


def is_charged(law: Law, day: int, state: State, benefit: Benefit, additional: bool = False) -> bool:
    """Whether the municipality pays its share of *benefit* paid on *day* in *state*.

    *additional* days of earnings-related allowance follow its maximum. Where the law says nothing on lay-offs and
    additional days, it pays as for others.
    """
    def pays(key: str, answer: bool = True) -> bool:
        return not law.layoffs[key].in_force(day) or law.layoffs[key].on(day) and answer

    if benefit not in law.charged_benefits.on(day):
        return False
    if additional and not pays("additional_days_charged"):
        return False
    if state == State.SERVICE:
        return law.service_days_charged.on(day)
    if state != State.LAID_OFF:
        return True
    if benefit == Benefit.EARNINGS_RELATED:
        return pays("earnings_related_charged")
    return pays("kela_benefits_charged", law.choices["layoff_share"] == "charged")


def charged_benefits(law: Law, periods: Periods, state: State = State.UNEMPLOYED) -> np.ndarray:
    """1 where the municipality pays a share of the benefits of those in *state*, else 0, (periods, benefits, 1)."""
    return np.array([[[float(is_charged(law, int(day), state, benefit))] for benefit in Benefit]
                     for day in periods.edges[:-1]])


def account(days: np.ndarray, prices: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Euros by payment month.

    Parameters
    ----------
    days : (periods, benefits, classes) paid days.
    prices : (periods, classes) from ``daily_prices``.
    matrix : (periods, months) from ``payment_matrix``.

    Returns
    -------
    (months, benefits, classes) euros, cost positive, not rounded.
    """
    return np.einsum("pm,pbc,pc->mbc", matrix, days, prices, optimize=True)
