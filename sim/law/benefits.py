"""Which benefit a paid day is: by what the client has a right to, by days used, and by the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from sim.law.schema import Dated


class Entitlement(IntEnum):
    """What a client has a right to until its maximum of days is used."""

    LABOUR_MARKET = 0  # the work condition is not met
    BASIC = 1  # work condition met, no member of a fund
    EARNINGS_RELATED = 2  # work condition met as a member of a fund


class Benefit(IntEnum):
    """What is paid on a day. The first three share their code with the entitlement they follow from."""

    LABOUR_MARKET = 0
    BASIC = 1
    EARNINGS_RELATED = 2
    GENERAL = 3


def benefit_kind(
    entitlement: npt.ArrayLike,
    day_count: npt.ArrayLike,
    maximum_days: npt.ArrayLike,
    day: npt.ArrayLike,
    kinds: Mapping[Benefit, Dated[str]],
) -> npt.NDArray[np.int8]:
    """Code of the benefit that is paid.

    Parameters
    ----------
    entitlement : ``Entitlement`` codes.
    day_count : number of the paid day since the work condition was last met, from 1.
    maximum_days : paid days of earnings-related or basic allowance that the client can have.
    day : day number of the calendar.
    kinds : ``Law.benefit_kinds``, which says when each benefit is in force.

    Returns
    -------
    ``Benefit`` codes, in the shape to which the four arrays broadcast.

    Notes
    -----
    General support is for those without a right to earnings-related allowance and for those who have used
    its maximum; it replaces labour market subsidy and basic allowance (HE 112/2025; Kela 17.12.2025).
    """
    entitlement, day = np.asarray(entitlement), np.asarray(day)
    within = np.asarray(day_count) <= np.asarray(maximum_days)
    earnings_related = (entitlement == Entitlement.EARNINGS_RELATED) & within
    basic = (entitlement == Entitlement.BASIC) & within & kinds[Benefit.BASIC].in_force(day)
    support = np.where(kinds[Benefit.GENERAL].in_force(day), Benefit.GENERAL, Benefit.LABOUR_MARKET)
    kind = np.where(earnings_related, Benefit.EARNINGS_RELATED, np.where(basic, Benefit.BASIC, support))
    return kind.astype(np.int8)[()]  # a scalar stays a scalar
