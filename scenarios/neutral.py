"""What services of today are in the fitted hazards already, and how readily clients are referred today.

Calibration fits exits to months in which services worked: they are inside the hazards. So before services act in a run,
what today's do is taken out of each way out, by age, language and month of spell: a baseline then leaves as it was
fitted to, and a scenario differs from it by what it changes. And the chance at a meeting of being referred to a service
is not known, but the starts are: it is the chance that brings those about.

Both are found by pilots of the baseline, central values and path, corrected until starts and exits agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256

import numpy as np

from scenarios.build import BANDS
from sim.flow.office import Gauge

ROWS, WAYS = 12, 4
GROUPS = np.arange(ROWS) // 2  # of hazard rows: age and language; few have a known reduction of work ability
LEAST, MOST = 0.05, 3.0  # of a factor on a way out
STEP = 10.0  # by which a chance of referral grows in one round at most
FEW = 25.0  # exits expected in a cell of the pilots, below which its factor is drawn towards that of its age
ROUNDS = 5


@dataclass(frozen=True, eq=False)
class ServiceLevels:
    """See the module's story.

    Attributes
    ----------
    inside : people in each service on the first day.
    starts : of each service a month, today.
    places : of each service on the first day; none where nobody limits them.
    referral : chance at a meeting of a client of weight 1.
    claimed : by subsidised service, share of lasting hires for which it is claimed though they would come about anyway.
    ways : (rows, bands, ways) factor on the hazard of each way out.
    """

    inside: Mapping[str, int]
    starts: Mapping[str, float]
    places: Mapping[str, float]
    referral: Mapping[str, float]
    claimed: Mapping[str, float] = field(default_factory=dict)
    ways: np.ndarray = field(default_factory=lambda: np.ones((ROWS, len(BANDS), WAYS)))

    @property
    def digest(self) -> str:
        """SHA-256 of all that they say."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        text = json.dumps({**plain, "ways": self.ways.tolist()}, default=dict, sort_keys=True)
        return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Pilot:
    """What a pilot found: starts of each service a month, lasting hires a month, and its gauge."""

    starts: Mapping[str, float]
    hires: float
    gauge: Gauge


def fitted_levels(first: ServiceLevels, deadweight: Mapping[str, float], shares: np.ndarray,
                  pilots: Callable[[ServiceLevels], Sequence[Pilot]]) -> ServiceLevels:
    """Levels under which *pilots* have the starts that *first* states, and the exits of the calibration.

    Parameters
    ----------
    first : to begin with.
    deadweight : share of starts that would have been hired anyway, by service.
    shares : (3, bands, ways) of exits that the calibration fits, see ``build.exit_ways``.
    """
    levels = first
    for _ in range(ROUNDS):
        found = pilots(levels)
        referral, claimed = _referrals(levels, deadweight, found)
        levels = replace(levels, referral=referral, claimed=claimed,
                         ways=_ways(levels.ways, shares, [pilot.gauge for pilot in found]))
    return levels


def _referrals(levels: ServiceLevels, deadweight: Mapping[str, float],
               found: Sequence[Pilot]) -> tuple[dict[str, float], dict[str, float]]:
    """Chances that would have brought about the starts of today, and the share of hires that is claimed for."""
    hires = float(np.mean([pilot.hires for pilot in found]))
    claimed = {key: share * levels.starts[key] / hires for key, share in deadweight.items() if levels.starts.get(key)}
    referral = {}
    for key, chance in levels.referral.items():
        wanted = levels.starts[key] * (1 - deadweight.get(key, 0.0))
        started = float(np.mean([pilot.starts[key] for pilot in found])) - levels.claimed.get(key, 0.0) * hires
        referral[key] = chance * min(wanted / max(started, 1e-9), STEP)
    return referral, claimed


def _ways(ways: np.ndarray, shares: np.ndarray, gauges: list[Gauge]) -> np.ndarray:
    """Factors that leave of each way out what services did not bring about; *ways* were in force."""
    groups = GROUPS.max() + 1
    total = Gauge.of(BANDS, ROWS)
    for gauge in gauges:
        total.plain[:] += gauge.plain
        total.felt[:] += gauge.felt
        total.other[:] += gauge.other
    age = np.arange(ROWS) // (ROWS // len(shares))
    of_row = shares[age] * ways  # (rows, bands, ways) hazards over the calibrated one
    level = of_row.sum(axis=2)
    fitted = total.plain / level
    to_work = of_row[:, :, :2].sum(axis=2) / level
    expected = fitted[:, :, None] * shares[age]
    other = total.other[:, :, 1:]
    factor = np.empty_like(ways)
    for rows in (group == GROUPS for group in range(groups)):
        plain, felt = total.plain[rows].sum(axis=0), total.felt[rows].sum(axis=0)
        work = (total.plain * to_work)[rows].sum(axis=0)
        speed = 1 + np.divide(felt - plain, work, out=np.zeros_like(work), where=work > 0)
        whole, beside = _ways_together(expected[rows]), _ways_together(other[rows])
        same_age = np.isin(age, age[rows])
        usual = _ways_together(other[same_age]) / np.maximum(_ways_together(expected[same_age]), 1e-9)
        left = 1 - (beside + FEW * usual) / (whole + FEW)
        left[:, :2] /= speed[:, None]
        factor[rows] = np.clip(left, LEAST, MOST)
    return factor


def _ways_together(counts: np.ndarray) -> np.ndarray:
    """Sums over rows, (bands, ways); short and lasting work as one, for subsidised work is of both kinds."""
    total = counts.sum(axis=0)
    total[:, :2] = total[:, :2].sum(axis=1, keepdims=True)
    return total
