"""F7: municipalities by their share of the country, given three national paths, beside the direct forecast.

    python -m benchmarks.share [--origins 22] [AREA …]

MASE over months 1-24, scaled by the municipality's own year-on-year changes: forecast directly, by share x the
country's own statistical path, and by share x the national path that came. Then how far the share is off by itself, how
often its intervals hold, and whether its errors go with the nation's. Without AREA also how often the intervals of all
municipalities' shares hold, given the path that came: the model's own, and stretched by the others' past errors.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.forecast import AREA, COVID, SEEN, STOCK
from forecasting.backtest import origins_of
from forecasting.model import Fitted, fit_series
from forecasting.panel import read_panel
from forecasting.scores import band_of, naive_scales
from forecasting.series import by_series, prepared
from forecasting.share import fit_share
from scenarios.series import PANEL, SHARE_PANEL, catalogue
from sources.area import data_root
from sources.panel import COUNTRY

HORIZON, TOLD = 24, (3, 12, 24)
ROUTES = ("direct", "own_path", "true_path")
ENDS = {80: (0.1, 0.9), 95: (0.025, 0.975)}
STUDY = "first study: Lahti direct 1.77, own path 1.82, true path 0.46; share off by 2.5 / 5.5 / 7.6 %"


class Bench:
    """Series, past errors, origins, and the country fitted at each."""

    def __init__(self, origins: int) -> None:
        root = data_root()
        self.errors, self.share_errors = (read_panel(root / name) for name in (PANEL, SHARE_PANEL))
        named = catalogue(root, AREA)
        unemployed = named["series"].str.startswith("unemployed:")
        self.series = by_series(named[unemployed][["series", "month", "value"]])
        self.national = self.series.pop(f"unemployed:{COUNTRY}")
        self.country = {origin: fit_series(prepared(self.national.loc[:origin], STOCK), HORIZON, self.errors)
                        for origin in origins_of(self.national, HORIZON, origins)}

    def shares(self, area: str) -> pd.DataFrame:
        """How good the share of *area* was at each origin and horizon, given the national path that came."""
        return pd.concat([self._share(self.series[f"unemployed:{area}"], *each) for each in self.country.items()],
                         ignore_index=True)

    def _share(self, local: pd.Series, origin: pd.Period, country: Fitted) -> pd.DataFrame:
        known, came = local.loc[:origin], local.loc[origin + 1:origin + HORIZON]
        whole = self.national.reindex(came.index).to_numpy()
        middle = country.quantiles(HORIZON, [0.5])[0.5].to_numpy()
        model = fit_share(known, self.national.loc[:origin], horizon=HORIZON, errors=self.share_errors)
        share = model.share.quantiles(HORIZON, [0.5])[0.5].to_numpy()
        scale = naive_scales(known.to_numpy())[0]
        table = pd.DataFrame({
            "origin": origin, "horizon": range(1, HORIZON + 1), "month": came.index,
            "own_path": np.abs(share * middle - came.to_numpy()) / scale,
            "true_path": np.abs(share * whole - came.to_numpy()) / scale,
            "share_log": np.log(came.to_numpy() / whole / share), "national_log": np.log(whole / middle)})
        for name, fitted in (("calibrated", model.share), ("model", replace(model.share, nodes=None))):
            for coverage, ends in ENDS.items():
                low, high = fitted.quantiles(HORIZON, ends).mul(whole, axis=0).to_numpy().T
                table[f"{name}_{coverage}"] = (low <= came.to_numpy()) & (came.to_numpy() <= high)
        return table

    def direct(self, area: str) -> np.ndarray:
        """Scaled errors of the direct forecast of *area*, in the order of ``shares``."""
        local, found = self.series[f"unemployed:{area}"], []
        for origin in self.country:
            known, came = local.loc[:origin], local.loc[origin + 1:origin + HORIZON].to_numpy()
            said = fit_series(prepared(known, STOCK), HORIZON).quantiles(HORIZON, [0.5])[0.5].to_numpy()
            found.append(np.abs(said - came) / naive_scales(known.to_numpy())[0])
        return np.concatenate(found)


def report(say: Callable[[str], None] = print, areas: list[str] | None = None, origins: int = 22) -> None:
    """Say F7's figures of *areas*, by default the five cities of the first study, and then all shares' intervals."""
    bench = Bench(origins)
    say(f"F7  share x national path, {len(bench.country)} origins x {HORIZON} months, MASE (before {COVID}): bar true "
        f"path 0.55 for the first\n   {STUDY}")
    made = dict[str, pd.DataFrame]()
    for area in areas or SEEN[:5]:
        table = made[area] = bench.shares(area).assign(direct=bench.direct(area))
        before = table[table["month"] < COVID]
        routes = ", ".join(f"{route} {table[route].mean():.2f} ({before[route].mean():.2f})" for route in ROUTES)
        off = " / ".join(f"{_rms(table, 'share_log', step):.1%}" for step in TOLD)
        nation = " / ".join(f"{_rms(table, 'national_log', step):.1%}" for step in TOLD)
        together = table[["share_log", "national_log"]].corr().iloc[0, 1]
        say(f"   {area:10} {routes}; share off by {off}, nation by {nation} at {TOLD} months; correlation of the two "
            f"errors {together:.2f}; share's intervals {_held(table)}")
    if not areas:
        names = [name.partition(":")[2] for name in bench.series]
        table = pd.concat([made[area] if area in made else bench.shares(area) for area in names])
        say(f"   {len(names)} municipalities, given the path that came: {_held(table)}")
        for band, rows in table.groupby(band_of(table["horizon"]), sort=False):
            say(f"   months {band:6} {_held(rows)}")


def _held(table: pd.DataFrame) -> str:
    """How often the 80 and 95 % intervals held what came, the model's own and the calibrated ones."""
    return "; ".join(f"{name} " + ", ".join(f"cov{each} {table[f'{name}_{each}'].mean():.2f}" for each in ENDS)
                     for name in ("model", "calibrated"))


def _rms(made: pd.DataFrame, column: str, step: int) -> float:
    return float(np.sqrt((made.loc[made["horizon"] == step, column] ** 2).mean()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("areas", nargs="*", help="municipalities, as the published table spells them")
    parser.add_argument("--origins", type=int, default=22, help="origins, three months apart")
    given = parser.parse_args()
    report(areas=given.areas, origins=given.origins)
