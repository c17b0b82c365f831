"""Job offers: who accepts one, by distance. Few commute far; those ready for the capital region mind it less."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.demand.values import Monthly, Share, Sourced
from sources.files import Strict


class Kilometres(Sourced):
    """A distance by road."""

    unit: Literal["km"]


class Halving(Kilometres):
    """Distance on which acceptance halves."""

    value: Annotated[float, Field(gt=0)]


class Offers(Strict):
    """What becomes of a job offer.

    Attributes
    ----------
    acceptance : share of offers on the doorstep that end in a hire: the client applies and the employer agrees.
    halving, halving_mobile : distance on which that halves, and for those who would take a job in the capital region.
    local, capital : distance of a job of the municipality, and of one in the capital region.
    capital_vacancies : of the capital region that advisers take up, by day.
    """

    acceptance: Share
    halving: Halving
    halving_mobile: Halving
    local: Kilometres
    capital: Kilometres
    capital_vacancies: Monthly

    def accepted(self, distance: Kilometres, mobile: bool) -> float:
        """Probability that an offer so far away ends in a hire."""
        halving = self.halving_mobile if mobile else self.halving
        return acceptance(float(distance), float(self.acceptance), float(halving))


def acceptance(km: float, base: float, halving_km: float) -> float:
    """Share of offers accepted at a distance: *base* on the doorstep, half of it every *halving_km*.

    >>> acceptance(100, base=0.2, halving_km=50)
    0.05
    """
    return base * 0.5 ** (km / halving_km)
