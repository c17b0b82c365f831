"""Open vacancies of a municipality as paths: how many jobs there are to be had, a path a draw.

The last published month can lie years before a run's first. What is between is forecast as well, so paths are wide from
their first month on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.model import fit_series
from forecasting.series import KINDS, prepared
from scenarios.inputs import Inputs
from scenarios.series import past_errors
from sim.law.calendar import month_number
from sources.statfin import read_open_vacancies


def vacancy_paths(inputs: Inputs, first_month: int, months: int, draws: range, seed: int) -> np.ndarray | None:
    """Open vacancies at the end of *months* months from *first_month*, (draws, months); None where none are published.

    Draws come in mirrored pairs, as those of recipients do, and independently of them.
    """
    vacancies = read_open_vacancies(inputs.area.unemployed)
    if vacancies is None:
        return None
    known = vacancies[vacancies.index < pd.Period(year=first_month // 12, month=first_month % 12 + 1, freq="M")]
    horizon = first_month + months - 1 - month_number(str(known.index[-1]))
    series = prepared(known.rename(f"vacancies:{inputs.area.title}"), KINDS["stock"])
    fitted = fit_series(series, horizon, past_errors(inputs.panel))
    return fitted.sample(horizon, draws, seed, paired=True)[:, -months:]
