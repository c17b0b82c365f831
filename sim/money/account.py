"""The account: euros of municipal share by payment month, benefit and day class."""

from __future__ import annotations

import numpy as np

from sim.law.loader import Law
from sim.money.ledger import Periods, ladder_of


def daily_prices(law: Law, periods: Periods, utilisation: np.ndarray) -> np.ndarray:
    """Euros of municipal share for one paid day, (periods, classes).

    Basic amount on the period's first day × share of the class × utilisation of the class (paid over full amount);
    *utilisation* has one value a class, the first for the class without municipal share.
    """
    amounts = np.array([law.basic_amount.on(int(day)) for day in periods.edges[:-1]])
    return amounts[:, None] * np.array(ladder_of(law, periods).shares) * utilisation


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
