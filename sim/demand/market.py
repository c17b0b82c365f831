"""The labour market of a run, month by month and field by field: vacancies per searcher decide how fast work is found.

A baseline runs with all factors at exactly 1 and records how many searched and how many vacancies were filled. A
scenario of the same unit is measured against that record: whatever it adds to the search, or fills, or opens beyond
the baseline changes tightness from the next month on. So helping some to a job slows the others down where jobs are
few, and does not where they are ample; and a scenario equal to its baseline has factors of exactly 1 again.

    V = V_ref + D,   D' = D e^(−d/τ) + (net − net_ref) · (τ/d) (1 − e^(−d/τ)),   D = 0 at the origin
    net = opened − posted · (matches + graduates placed) − taken

V_ref is the path of open vacancies, D the scenario's deviation; d days of the month, τ mean days open: a vacancy more
is gone on average after as long as any other. The flows of a month are spread evenly over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import inf

import numpy as np

from sim.demand.matching import tightness_factor
from sim.demand.programme import DemandProgramme
from sim.demand.vacancies import decay

FLOOR = 0.05  # of V_ref: what is left of the vacancies at least, however much a scenario fills


@dataclass(frozen=True, eq=False)
class MarketRecord:
    """What a market saw, arrays (months, fields).

    Attributes
    ----------
    searching : search effort, see ``Market.advance``.
    matches : exits to open work by own search.
    net : vacancies opened on top of the path less those filled, see the module's formula.
    vacancies : open ones at the end of the month.
    factor : on the rate of finding work in the month.
    """

    searching: np.ndarray
    matches: np.ndarray
    net: np.ndarray
    vacancies: np.ndarray
    factor: np.ndarray


class Market:
    """One unit's labour market; ``advance`` it at the end of each month.

    Parameters
    ----------
    programme : of the scenario.
    reference : the record of the baseline unit; None in a baseline.

    Attributes
    ----------
    factors : on the rate of finding work this month, by field.
    """

    def __init__(self, programme: DemandProgramme, reference: MarketRecord | None = None) -> None:
        self._programme = programme
        self._reference = reference
        left, kept = decay(np.diff(programme.month_edges), programme.open_days)
        self._left, self._kept = left.tolist(), kept.tolist()
        self._deviation = [0.0] * len(programme.half)
        self._rows: dict[str, list[Sequence[float]]] = {each.name: [] for each in fields(MarketRecord)}
        self.factors = [1.0] * len(programme.half)

    def advance(self, searching: Sequence[float], matches: Sequence[float], taken: Sequence[float],
                opened: Sequence[float]) -> list[float]:
        """End this month, and give the factors of the next; all by field.

        Parameters
        ----------
        searching : sum over the unemployed at the end of the month of the factors of their own services and meetings,
            without that of tightness: their number where there are none.
        matches : exits to open work by own search in the month.
        taken : vacancies that advisers filled with clients, or turned into an order of training.
        opened : vacancies that opened on top of the path: found by visits, or leads.
        """
        programme, month = self._programme, len(self._rows["net"])
        net = [new - programme.posted * (match + placed) - gone for new, match, placed, gone
               in zip(opened, matches, programme.graduates[month], taken, strict=True)]
        if self._reference:
            self._deviation = [
                deviation * self._left[month] + (own - other) * self._kept[month] for deviation, own, other
                in zip(self._deviation, net, self._reference.net[month].tolist(), strict=True)]
        expected = programme.vacancies[month + 1]
        vacancies = [max(usual + deviation, FLOOR * usual)
                     for usual, deviation in zip(expected, self._deviation, strict=True)]
        for name, row in zip(self._rows, (searching, matches, net, vacancies, self.factors), strict=True):
            self._rows[name].append(list(row))
        if self._reference:
            self.factors = [
                tightness_factor(_ratio(jobs, own), _ratio(usual, other), half) for jobs, own, usual, other, half
                in zip(vacancies, searching, expected, self._reference.searching[month].tolist(), programme.half,
                       strict=True)]
        return self.factors

    def record(self) -> MarketRecord:
        """The months so far."""
        shape = (-1, len(self.factors))
        return MarketRecord(**{name: np.array(rows, float).reshape(shape) for name, rows in self._rows.items()})


def _ratio(vacancies: float, searching: float) -> float:
    return vacancies / searching if searching else inf
