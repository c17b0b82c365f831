"""What mirrored draws gain, and what quasi-random ones would: variance of the mean of a year's benefit share.

The plain model to the end of the third budget year. Gain of mirrored pairs: variance of the mean of two independent
draws over that of a pair, from the same units. Gain of quasi-random parameters: variance of the mean of a batch of
draws whose fitted values are normal in mirrored pairs, as in a run, over that of a batch whose fitted values are
scrambled Sobol' points; paths are in mirrored pairs in both. Bands are bootstrapped over pairs and batches. Takes three
minutes of a core.

    python -m benchmarks.antithetic
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy import stats

from scenarios.calibration import Calibration, Parameters
from scenarios.project import Plan, project
from scenarios.run import make_plan
from scenarios.scenario import read_scenario
from scenarios.workers import in_workers
from sources.area import data_root

BATCHES, BATCH = 16, 16  # draws a batch: a power of two
RESAMPLES, BAND = 2000, (10, 90)


@dataclass(frozen=True, eq=False)
class Scattered(Calibration):
    """A calibration whose draws are the rows of ``luck``, (draws, fitted values) standard normal numbers."""

    luck: np.ndarray

    def draw(self, number: int, seed: int) -> Parameters:
        """Values of draw *number*."""
        size, direction = np.linalg.eigh(np.array(self.stored.covariance))
        return Parameters.of(np.array(self.stored.values)
                             + direction @ (np.sqrt(np.maximum(size, 0)) * self.luck[number]))


def quasi_random(plan: Plan) -> Plan:
    """*plan* with scrambled Sobol' points for the fitted values of each batch of draws."""
    calibration = plan.calibration
    points = [stats.qmc.Sobol(len(calibration.stored.values), rng=np.random.default_rng(batch)).random(BATCH)
              for batch in range(BATCHES)]
    plain = {field.name: getattr(calibration, field.name) for field in fields(Calibration)}
    return replace(plan, calibration=Scattered(**plain, luck=stats.norm.ppf(np.concatenate(points))))


def totals(plan: Plan, workers: int) -> np.ndarray:
    """Euros by draw and year, the last of all years, (draws, years)."""
    def of_draw(draw: int) -> np.ndarray:
        monthly, year = project(plan, draw, 0).euros.sum(axis=(1, 2)), (plan.first_month + np.arange(plan.months)) // 12
        return np.append(np.bincount(year - year[0], monthly), monthly.sum())

    return np.stack(in_workers(of_draw, list(range(BATCHES * BATCH)), workers, lambda done, total: None))


def gain_of_pairs(euros: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance ratio of independent draws to mirrored pairs, (years,), and its band, (2, years)."""
    pairs = euros.reshape(-1, 2, euros.shape[1])

    def ratio(rows: np.ndarray) -> np.ndarray:
        return pairs[rows].reshape(-1, euros.shape[1]).var(axis=0, ddof=1) / 2 / pairs[rows].mean(axis=1).var(
            axis=0, ddof=1)

    return _with_band(ratio, len(pairs))


def gain_of_quasi_random(mirrored: np.ndarray, quasi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance ratio of the means of mirrored batches to those of quasi-random ones, (years,), and its band."""
    sides = [side.reshape(BATCHES, BATCH, -1).mean(axis=1) for side in (mirrored, quasi)]

    def ratio(rows: np.ndarray) -> np.ndarray:
        before, after = (side[rows].var(axis=0, ddof=1) for side in sides)
        return before / after

    return _with_band(ratio, BATCHES)


def _with_band(ratio: Callable[[np.ndarray], np.ndarray], rows: int) -> tuple[np.ndarray, np.ndarray]:
    stream = np.random.default_rng(1)
    resampled = [ratio(stream.integers(rows, size=rows)) for _ in range(RESAMPLES)]
    return ratio(np.arange(rows)), np.percentile(resampled, BAND, axis=0)


def report(say: Callable[[str], None] = print, workers: int = 1) -> None:
    """Say both gains by year."""
    scenario = read_scenario("baseline").model_copy(update={"draws": BATCHES * BATCH, "services": False})
    plan = replace(make_plan(scenario, data_root(), workers=workers), replications=1)
    mirrored, quasi = totals(plan, workers), totals(quasi_random(plan), workers)
    first = plan.first_month // 12
    names = [*map(str, range(first, first + mirrored.shape[1] - 1)), "all years"]
    for title, (gain, band) in (("mirrored pairs over independent draws", gain_of_pairs(mirrored)),
                                ("quasi-random over mirrored parameters",
                                 gain_of_quasi_random(mirrored, quasi))):
        say(f"Variance ratio, {title}: " + "; ".join(
            f"{name} {each:.2f} ({low:.2f} to {high:.2f})"
            for name, each, low, high in zip(names, gain, *band, strict=True)))


if __name__ == "__main__":
    report()
