"""What pairing is worth: variance of a scenario's effect with the same luck, over that with seeds of its own.

`python -m benchmarks.pairing [--draws 20] [--until 2028-12] [--results DIR]`: five scenarios of the library's headings
and their baseline, simulated with services. With independent seeds, scenario and baseline have nothing in common, so
the variance of their difference is the sum of theirs; what is measured is the same units, so no draw is simulated
twice. The whole net over all years is what differs.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np

from app.console import progress_bar, tell
from scenarios.decide.bench import Bench
from scenarios.measures import ALL_YEARS, all_years
from scenarios.scenario import read_scenario
from scenarios.unit_store import UNITS, UnitStore
from sources.area import data_root

SCENARIOS = ("budget", "job_broking", "subsidies", "technology", "integration")


def ratio(before: np.ndarray, after: np.ndarray) -> float:
    """Variance of the difference with independent luck over that of pairs; arrays of units."""
    return float((before.var(ddof=1) + after.var(ddof=1)) / (after - before).var(ddof=1))


def report(draws: int, until: str, results: Path) -> None:
    """Print the ratio of each scenario, and their median."""
    with progress_bar("simulating") as progress:
        bench = Bench(data_root(), UnitStore(results / UNITS), os.cpu_count() or 1, progress, tell)
        prepared = [bench.prepared(read_scenario(name).model_copy(update={"draws": draws, "until": until}))
                    for name in ("baseline", *SCENARIOS)]
        nets = [all_years(table).loc[("net", "total", "", ALL_YEARS)].to_numpy()
                for table in bench.measured(prepared, draws)]
    ratios = [ratio(nets[0], net) for net in nets[1:]]
    for name, net, found in zip(SCENARIOS, nets[1:], ratios, strict=True):
        gaps = (net - nets[0]) / 1e6
        spread = f"effect {gaps.mean():+.3f} M€, sd of pairs {gaps.std(ddof=1):.3f}"
        print(f"{name:14} variance ratio {found:8.1f}   {spread}")
    print(f"median {np.median(ratios):.1f} over {draws} draws to {until} (bar: 20)")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--draws", type=int, default=20)
    options.add_argument("--until", default="2028-12")
    options.add_argument("--results", type=Path, default=Path("results"))
    report(**vars(options.parse_args()))
