"""The model against Kela: the calibration window as fitted, and a hindcast of months it had not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.calibration import Calibration
from scenarios.inputs import Inputs
from scenarios.run import plan_of, run_units
from scenarios.scenario import Scenario
from scenarios.summary import lines
from sim.law.calendar import benefit_days_in_month, month_label, month_number

TENTH = 1.2816  # standard normal: a tenth lies beyond


@dataclass(frozen=True, eq=False)
class Check:
    """One comparison.

    Attributes
    ----------
    rows : month, line, kela, model, ratio, p10, p90, in_band, and yardstick where there is one; euros.
    totals : the model's euros over all months by line; medians of sums, which no sum of medians gives.
    yardstick : totals of the naive forecast over Kela's, by line; empty for the calibration window.
    """

    rows: pd.DataFrame
    totals: dict[str, float]
    yardstick: dict[str, float]

    def summary(self) -> dict:
        """total_ratio and class_ratio (model ÷ Kela), months, months_in_80_band, rows and the yardstick's ratios."""
        ratio = (pd.Series(self.totals) / self.rows.groupby("line", sort=False)["kela"].sum()).round(5)
        totals = self.rows[self.rows["line"] == "total"]
        result = {
            "total_ratio": float(ratio["total"]),
            "class_ratio": ratio.drop("total").to_dict(),
            "mean_absolute_class_error": round(float((ratio.drop("total") - 1).abs().mean()), 5),
            "months": len(totals),
            "months_in_80_band": int(totals["in_band"].sum()),
            "rows": self.rows.to_dict("records"),
        }
        return {**result, "yardstick": self.yardstick} if self.yardstick else result


def calibration_check(calibration: Calibration) -> Check:
    """Fitted months against Kela's, from the first month after the known breaks.

    The band of a line is the spread of its own residuals: what a month differs by when the level is right.
    """
    fit = pd.DataFrame(calibration.stored.fit)
    sound = fit.groupby("month")["used"].min() == 1
    broken = sound.index[~sound]
    window = fit[fit["month"] > (broken.max() if len(broken) else "")]
    total = window.groupby("month", sort=False)[["kela", "model"]].sum().reset_index().assign(line="total")
    rows = pd.concat([window[["month", "line", "kela", "model"]], total]).sort_values("month", kind="stable")
    error = np.log(rows["kela"] / rows["model"])
    spread = np.exp(TENTH * error.groupby(rows["line"]).transform(lambda each: np.sqrt((each**2).mean())))
    rows["p10"], rows["p90"] = rows["model"] / spread, rows["model"] * spread
    return Check(_judged(rows), rows.groupby("line", sort=False)["model"].sum().to_dict(), {})


def hindcast_check(full: Inputs, calibration: Calibration, scenario: Scenario, workers: int,
                   progress: Callable[[int, int], None]) -> Check:
    """Months after the *calibration*'s newest, projected without having seen them, against Kela's in *full*.

    The yardstick holds each line's euros per benefit day of the calibration's newest month constant.
    """
    plan = plan_of(full.until(calibration.until), calibration, full.newest, scenario)
    names, euros = lines(plan, run_units(plan, scenario.draws, workers, progress))
    seen = full.observed[names]
    months = [month_label(plan.first_month + m) for m in range(plan.months)]
    daily = seen.loc[calibration.stored.until] / benefit_days_in_month(calibration.until)
    rows = pd.DataFrame([
        {"month": month, "line": name, "kela": float(seen.loc[month, name]),
         "model": float(np.median(euros[:, m, place])), "p10": float(np.percentile(euros[:, m, place], 10)),
         "p90": float(np.percentile(euros[:, m, place], 90)),
         "yardstick": float(daily[name] * benefit_days_in_month(month_number(month)))}
        for m, month in enumerate(months) for place, name in enumerate(names)
    ])
    sums = rows.groupby("line", sort=False)[["kela", "yardstick"]].sum()
    totals = dict(zip(names, np.median(euros.sum(axis=1), axis=0).tolist(), strict=True))
    return Check(_judged(rows), totals, (sums["yardstick"] / sums["kela"]).round(5).to_dict())


def _judged(rows: pd.DataFrame) -> pd.DataFrame:
    rows["ratio"] = (rows["model"] / rows["kela"]).round(5)
    rows["in_band"] = rows["kela"].between(rows["p10"], rows["p90"])
    money = [column for column in ("kela", "model", "p10", "p90", "yardstick") if column in rows]
    return rows.assign(**rows[money].round(2)).reset_index(drop=True)

