"""Forecasts against their bars, each figure beside the yardstick's, from the same series and origins in one run.

    python -m benchmarks.forecast [--yardstick PYTHON] [--origins 22] [BAR …]

Bars: F1 (labour series), F2 (series nobody tuned on, and CPU), F4 (months 25-48), F5 (Lahti's intervals), F6 (no origin
explodes), F10 (euros), F11 (paths and totals). PYTHON is the interpreter of an environment with statsforecast and
pandas below 3; without it F1 and F2 show seasonal naive and what was published elsewhere, and say what is missing.
WIS is that of Bracher et al. (2021); reports that double it, about 2 × CRPS, have twice our figure.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.backtest import COMBINATION, NAIVE, backtest
from forecasting.frame import fit, to_total
from forecasting.panel import read_panel
from forecasting.scores import LEVELS, summary
from forecasting.series import KINDS, by_series
from scenarios.series import PANEL, catalogue, municipalities
from sources.area import data_root
from sources.panel import COUNTRY

AREA = "lahti"
COVID = pd.Period("2020-03", "M")
REGION = ["Asikkala", "Hartola", "Heinola", "Hollola", "Iitti", "Kärkölä", "Lahti", "Orimattila", "Padasjoki", "Sysmä"]
SEEN = ["Lahti", "Tampere", "Kuopio", "Jyväskylä", "Pori", "Kouvola"]  # cities on which the method was first tried
YARDSTICK = Path(__file__).with_name("yardstick_statsforecast.py")
FILE_QUANTILES = dict(zip(["p025", "p10", "p25", "p50", "p75", "p90", "p975"], LEVELS, strict=True))
MISSING = "   statsforecast is not there: give --yardstick PYTHON, of an environment with statsforecast and pandas < 3"
STOCK = KINDS["stock"]


class Bench:
    """Series, past errors and settings of one run."""

    def __init__(self, origins: int, yardstick: str | None, say: Callable[[str], None]) -> None:
        root = data_root()
        self.root, self.origins, self.yardstick, self.say = root, origins, yardstick, say
        self.errors = read_panel(root / PANEL)
        named = catalogue(root, AREA)
        parts = named["series"].isin([f"unemployed:{name}" for name in REGION])
        region = named[parts].groupby("month", as_index=False)["value"].sum().assign(series="unemployed:Päijät-Häme")
        self.all = pd.concat([named, region])[["series", "month", "value"]]
        self.municipalities = list(municipalities(root, AREA)["series"].unique())

    def frame(self, names: list[str]) -> pd.DataFrame:
        """Rows of *names*, in that order."""
        return pd.concat([self.all[self.all["series"] == name] for name in names], ignore_index=True)

    def ours(self, names: list[str], horizon: int = 24, origins: int | None = None) -> pd.DataFrame:
        """Backtest of *names*, combination and seasonal naive."""
        return backtest(self.frame(names), STOCK, horizon=horizon, origins=origins or self.origins, errors=self.errors)

    def theirs(self, names: list[str], ours: pd.DataFrame) -> pd.DataFrame:
        """statsforecast's forecasts of the same series and origins, in the columns of *ours*."""
        if self.yardstick is None:
            return ours.iloc[:0]
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder) / name for name in ("series.csv", "origins.csv", "forecasts.csv")]
            self.frame(names).to_csv(files[0], index=False)
            ours[["series", "origin"]].drop_duplicates().to_csv(files[1], index=False)
            horizon = int(ours["horizon"].max())
            subprocess.run([self.yardstick, str(YARDSTICK), *map(str, files[:2]), str(horizon), str(files[2])],
                           check=True)
            made = pd.read_csv(files[2]).rename(columns=FILE_QUANTILES)
        return matched(made, ours)

    def show(self, title: str, table: pd.DataFrame) -> None:
        """Scores of all models over everything, and over the months before the pandemic."""
        self.say(title)
        for label, rows in (("all", table), (f"to {COVID - 1}", table[table["month"] < COVID])):
            for name, row in summary(rows).iterrows():
                self.say(f"   {label:10} {name:15} MASE {row['MASE']:.3f}  RMSSE {row['RMSSE']:.3f}  sMAPE "
                         f"{row['sMAPE']:.1f}  WIS {row['WIS']:.3f}  MSIS {row['MSIS']:.1f}  cov80 "
                         f"{row['coverage_80']:.3f}  cov95 {row['coverage_95']:.3f}  n {row['forecasts']:.0f}")


def matched(made: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """The yardstick's forecasts with month, actual and scales of *ours*; only what both forecast."""
    keys = ["series", "origin", "horizon"]
    known = ours[ours["model"] == COMBINATION][[*keys, "month", "actual", "mae_scale", "rms_scale"]]
    made = made.assign(origin=pd.PeriodIndex(made["origin"], freq="M"))
    return made.merge(known, on=keys, how="inner")


def labour_series(bench: Bench) -> None:
    """F1: the labour series of the first study that are in the data (its US rate is not)."""
    names = [f"unemployed:{name}" for name in [*SEEN, "Päijät-Häme", COUNTRY]]
    names += ["vacancies:Lahti", f"vacancies:{COUNTRY}", "new_vacancies:Lahti", f"subsidised_started:{COUNTRY}",
              f"subsidised:{COUNTRY}"]
    _compare(bench, names, "F1  13 labour series, months 1-24: bars MASE 1.55, WIS 0.925, cov95 .86; before the "
                           "pandemic 1.12, 0.60, .92")
    bench.say("   published for 14 series, before the pull: SCUM MASE 1.60, WIS 1.06, cov95 .68; before the pandemic "
              "1.19, 0.75, .71")


def untuned(bench: Bench) -> None:
    """F2: half of the municipalities that no choice was made on."""
    others = sorted(name for name in bench.municipalities if name.split(":")[1] not in SEEN)
    _compare(bench, others[1::2], "F2  12 municipalities nobody tuned on, months 1-24: bars WIS 10 % below SCUM and "
                                  "AutoETS, cov95 .86, before the pandemic .92")
    frame = bench.frame(others[:12])
    began = time.process_time()
    fit(frame, STOCK, errors=bench.errors)
    bench.say(f"   CPU of 12 series x 5 members: {time.process_time() - began:.2f} s (bar 4)")


def _compare(bench: Bench, names: list[str], title: str) -> None:
    ours = bench.ours(names)
    theirs = bench.theirs(names, ours)
    bench.show(title, pd.concat([ours, theirs], ignore_index=True))
    if theirs.empty:
        bench.say(MISSING)


def long_horizon(bench: Bench) -> None:
    """F4: months 25 to 48."""
    made = bench.ours(bench.municipalities, horizon=48)
    bench.show("F4  30 municipalities, months 25-48: bars MASE 1.95, MSIS 13, never worse than seasonal naive",
               made[made["horizon"] > 24])


def lahti(bench: Bench) -> None:
    """F5: Lahti's intervals, calibrated by the errors of the others."""
    bench.show("F5  Lahti, months 1-24: bars cov95 .88, cov80 .75", bench.ours(["unemployed:Lahti"]))


def sane(bench: Bench) -> None:
    """F6: from every origin the median stays within 0.4 to 2.5 times the range of ten years."""
    worst, months = [np.inf, 0.0], 0
    for name in bench.municipalities:
        series = by_series(bench.frame([name]))[name]
        origins = pd.period_range("2020-01", "2020-12", freq="M")
        if name == "unemployed:Lahti":
            origins = series.index[60:]
        for origin in origins:
            known = series.loc[:origin]
            frame = known.rename("value").reset_index().assign(series=name)
            median = fit(frame, STOCK, horizon=24).forecast(24, [0.5])[0.5]
            memory = known.iloc[-120:]
            worst = [min(worst[0], median.min() / memory.min()), max(worst[1], median.max() / memory.max())]
            months += 1
    bench.say(f"F6  {months} origins, each month of 2020 in 30 municipalities and all of Lahti's: 24-month median from "
              f"{worst[0]:.2f} times the lowest to {worst[1]:.2f} times the highest month of ten years (bar 0.4, 2.5)")


def euros(bench: Bench) -> None:
    """F10: a municipality's share of labour market support under the old law."""
    named = catalogue(bench.root, AREA)
    frame = named[named["kind"] == "euro"][["series", "month", "value"]]
    made = backtest(frame, KINDS["euro"], horizon=12, origins=19, step=1)
    bench.say(f"F10 {frame['series'].iloc[0]}, {made['origin'].nunique()} origins x 12 months: bars monthly MAPE 4 %, "
              "12-month sum 3 %")
    for model in (COMBINATION, NAIVE):
        rows = made[made["model"] == model]
        sums = rows.groupby("origin")[["actual", 0.5]].sum()
        bench.say(f"   {model:15} MAPE {(rows[0.5] / rows['actual'] - 1).abs().mean():.2%}, 12-month sum "
                  f"{(sums[0.5] / sums['actual'] - 1).abs().mean():.2%} off")


def paths(bench: Bench) -> None:
    """F11: quantiles, signs, totals, repeatability."""
    names = [f"unemployed:{name}" for name in REGION]
    model = fit(bench.frame([*names, "unemployed:Päijät-Häme"]), STOCK, errors=bench.errors)
    again = fit(bench.frame([*names, "unemployed:Päijät-Häme"]), STOCK, errors=bench.errors)
    drawn, redrawn = (each.sample(48, range(1000), seed=1) for each in (model, again))
    total = drawn.pop("unemployed:Päijät-Häme")
    parts = to_total(drawn, total)
    table = model.forecast(48)[list(LEVELS)].to_numpy()
    off = np.abs(np.sum(list(parts.values()), axis=0) - total).max()
    negative = sum(int((each < 0).sum()) for each in parts.values())
    same = all((drawn[name] == redrawn[name]).all() for name in drawn)
    bench.say(f"F11 10 municipalities and their region, 1000 paths x 48 months: parts differ from the total by at most "
              f"{off:.1e} persons; crossing quantiles {int((np.diff(table, axis=1) < 0).sum())}; negative values "
              f"{negative}; same seed, same paths: {same}")


BARS = {"F1": labour_series, "F2": untuned, "F4": long_horizon, "F5": lahti, "F6": sane, "F10": euros, "F11": paths}


def report(say: Callable[[str], None] = print, bars: list[str] | None = None, origins: int = 22,
           yardstick: str | None = None) -> None:
    """Say the figures of *bars*, all by default."""
    bench = Bench(origins, yardstick, say)
    for name in bars or BARS:
        BARS[name](bench)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bars", nargs="*", choices=[*BARS, []], help="which bars; default all")
    parser.add_argument("--origins", type=int, default=22, help="origins of each series, three months apart")
    parser.add_argument("--yardstick", help="Python of an environment with statsforecast and pandas below 3")
    given = parser.parse_args()
    report(bars=given.bars, origins=given.origins, yardstick=given.yardstick)
