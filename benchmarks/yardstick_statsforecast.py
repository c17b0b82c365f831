"""statsforecast's automatic models on the same series and origins: run by a Python that has statsforecast.

Needs statsforecast and pandas below 3, so an environment of its own; ``benchmarks.forecast`` starts it. Reads a tidy
CSV (series, month, value) and a CSV of origins (series, origin); writes the quantiles of AutoETS and of SCUM: at each
quantile the median of AutoARIMA, AutoETS, AutoCES and DynamicOptimizedTheta (Petropoulos & Svetunkov, "A simple
combination of univariate models", International Journal of Forecasting 36(1), 2020).

    python yardstick_statsforecast.py SERIES.csv ORIGINS.csv HORIZON OUTPUT.csv
"""

import sys
import time
import warnings

import numpy as np
import pandas as pd
from statsforecast.models import AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta

LEVELS = (50, 80, 95)
YEAR = 12


def quantiles(values, horizon):
    """{model: (horizon, 7) quantiles .025 .1 .25 .5 .75 .9 .975} and the CPU seconds of each."""
    models = {"arima": AutoARIMA(season_length=YEAR), "AutoETS": AutoETS(season_length=YEAR),
              "ces": AutoCES(season_length=YEAR), "theta": DynamicOptimizedTheta(season_length=YEAR)}
    found, seconds = {}, {}
    for name, model in models.items():
        began = time.process_time()
        made = model.forecast(y=values, h=horizon, level=list(LEVELS))
        seconds[name] = time.process_time() - began
        found[name] = np.stack([*(made[f"lo-{level}"] for level in reversed(LEVELS)), made["mean"],
                                *(made[f"hi-{level}"] for level in LEVELS)], axis=1)
    found["SCUM"] = np.median(np.stack([found[name] for name in models]), axis=0)
    seconds["SCUM"] = sum(seconds.values())
    return found, seconds


def main(series_file, origins_file, horizon, output):
    """All origins of all series, in order; what is done is on file, and told on stderr."""
    warnings.simplefilter("ignore")
    series = pd.read_csv(series_file)
    columns = ["series", "origin", "horizon", "model", "seconds", "p025", "p10", "p25", "p50", "p75", "p90", "p975"]
    pd.DataFrame(columns=columns).to_csv(output, index=False)
    for name, origins in pd.read_csv(origins_file).groupby("series", sort=False):
        known = series[series["series"] == name].sort_values("month")
        for origin in origins["origin"]:
            found, seconds = quantiles(known.loc[known["month"] <= origin, "value"].to_numpy(float), horizon)
            rows = [[name, origin, step, model, seconds[model], *line]
                    for model in ("SCUM", "AutoETS") for step, line in enumerate(found[model], start=1)]
            pd.DataFrame(rows, columns=columns).to_csv(output, index=False, header=False, mode="a")
        print(name, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
