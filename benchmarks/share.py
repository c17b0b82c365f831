"""F7: municipalities by their share of the country, given three national paths, beside the direct forecast.

    python -m benchmarks.share [--origins 22] [AREA …]

MASE over months 1-24, scaled by the municipality's own year-on-year changes: forecast directly, by share x the
country's own statistical path, and by share x the national path that came. Then how far the share is off by itself, how
often its intervals hold, and whether its errors go with the nation's.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.forecast import AREA, COVID, SEEN, STOCK
from forecasting.backtest import origins_of
from forecasting.model import Fitted, fit_series
from forecasting.panel import read_panel
from forecasting.scores import naive_scales
from forecasting.series import by_series, prepared
from forecasting.share import fit_share
from scenarios.series import PANEL, catalogue
from sources.area import data_root
from sources.panel import COUNTRY

HORIZON, TOLD = 24, (3, 12, 24)
ROUTES = ("direct", "own_path", "true_path")
STUDY = "first study: Lahti direct 1.77, own path 1.82, true path 0.46; share off by 2.5 / 5.5 / 7.6 %"


def from_origin(local: pd.Series, national: pd.Series, country: Fitted, errors: pd.DataFrame,
                origin: pd.Period) -> pd.DataFrame:
    """What each route said of the months after *origin*: horizon, month, scaled errors, logs, and whether it held."""
    known, came = local.loc[:origin], local.loc[origin + 1:origin + HORIZON]
    whole = national.reindex(came.index).to_numpy()
    middle = country.quantiles(HORIZON, [0.5])[0.5].to_numpy()
    direct = fit_series(prepared(known, STOCK), HORIZON, errors).quantiles(HORIZON, [0.5])[0.5].to_numpy()
    model = fit_share(known, national.loc[:origin], horizon=HORIZON)
    given = model.forecast(whole, (0.025, 0.1, 0.5, 0.9, 0.975))
    share = model.share.quantiles(HORIZON, [0.5])[0.5].to_numpy()
    said = {"direct": direct, "own_path": share * middle, "true_path": given[0.5].to_numpy()}
    scale = naive_scales(known.to_numpy())[0]
    return pd.DataFrame({
        "horizon": range(1, HORIZON + 1), "month": came.index,
        **{route: np.abs(values - came.to_numpy()) / scale for route, values in said.items()},
        "share_log": np.log(came.to_numpy() / whole / share), "national_log": np.log(whole / middle),
        "in_80": came.between(given[0.1], given[0.9]).to_numpy(),
        "in_95": came.between(given[0.025], given[0.975]).to_numpy()})


def report(say: Callable[[str], None] = print, areas: list[str] | None = None, origins: int = 22) -> None:
    """Say F7's figures of *areas*, by default the five cities of the first study."""
    root = data_root()
    errors, named = read_panel(root / PANEL), catalogue(root, AREA)
    series = by_series(named[named["series"].str.startswith("unemployed:")][["series", "month", "value"]])
    national = series[f"unemployed:{COUNTRY}"]
    when = origins_of(national, HORIZON, origins)
    country = {origin: fit_series(prepared(national.loc[:origin], STOCK), HORIZON, errors) for origin in when}
    say(f"F7  share x national path, {len(when)} origins x {HORIZON} months, MASE (before {COVID}): bar true path 0.55 "
        f"for the first\n   {STUDY}")
    for area in areas or SEEN[:5]:
        local = series[f"unemployed:{area}"]
        made = pd.concat([from_origin(local, national, country[each], errors, each) for each in when])
        before = made[made["month"] < COVID]
        routes = ", ".join(f"{route} {made[route].mean():.2f} ({before[route].mean():.2f})" for route in ROUTES)
        off = " / ".join(f"{_rms(made, 'share_log', step):.1%}" for step in TOLD)
        nation = " / ".join(f"{_rms(made, 'national_log', step):.1%}" for step in TOLD)
        held = f"cov80 {made['in_80'].mean():.2f}, cov95 {made['in_95'].mean():.2f}"
        together = made[["share_log", "national_log"]].corr().iloc[0, 1]
        say(f"   {area:10} {routes}; share off by {off}, nation by {nation} at {TOLD} months; share's intervals {held}"
            f"; correlation of the two errors {together:.2f}")


def _rms(made: pd.DataFrame, column: str, step: int) -> float:
    return float(np.sqrt((made.loc[made["horizon"] == step, column] ** 2).mean()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("areas", nargs="*", help="municipalities, as the published table spells them")
    parser.add_argument("--origins", type=int, default=22, help="origins, three months apart")
    given = parser.parse_args()
    report(areas=given.areas, origins=given.origins)
