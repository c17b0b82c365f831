"""A municipality's unemployed by its share of the country's, under a national path that is a choice.

The path is the country's own statistical one, the official outlook, or one that a file states; a shock that has been
can be laid on it. See forecasting.share.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.model import Fitted, fit_series
from forecasting.outlook import months_of_doubt, outlook_growth, outlook_months
from forecasting.scores import LEVELS, YEAR
from forecasting.season import seasonal_index
from forecasting.series import KINDS, by_series, prepared
from forecasting.share import ShareModel, fit_share, parts
from forecasting.shock import measured_shock, with_shock
from scenarios.series import SHARE_PANEL, catalogue, panel_file, past_errors
from sources.area import load_area
from sources.errors import InputError
from sources.national import Outlook, read_outlook, read_shock
from sources.panel import COUNTRY, read_tidy

OWN, OUTLOOK = "own", "outlook"
DRAWS, SEED = 2000, 1
YEAR_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, eq=False)
class Place:
    """A municipality and the country, observed and fitted.

    Attributes
    ----------
    root : the data root, for outlook and shock.
    local, national : unemployed by month, as known at the origin.
    whole : the national series with what came after the origin, for shocks.
    share, own : the share and the national series, fitted.
    source : of the observed series and of the outlook, in words.
    """

    root: Path
    local: pd.Series
    national: pd.Series
    whole: pd.Series
    share: ShareModel
    own: Fitted
    source: str

    @property
    def past(self) -> bool:
        """Whether the forecast is one from a past origin."""
        return self.national.index[-1] < self.whole.index[-1]


@dataclass(frozen=True, eq=False)
class Followed:
    """The municipality's forecast under one national path.

    Attributes
    ----------
    path, shock : OWN, OUTLOOK or the name of a file; first month of the shock, if any.
    months : month, horizon; LEVELS, quantiles of the local series; low and high, its 10th and 90th percentiles were the
        national path certain to be its median; national, that median.
    years : year, and YEAR_LEVELS, quantiles of the mean of each calendar year that lies ahead whole.
    parts : the two parts of the uncertainty (forecasting.share.parts).
    """

    path: str
    shock: pd.Period | None
    months: pd.DataFrame
    years: pd.DataFrame
    parts: pd.DataFrame


def place_of(root: Path, area: str, horizon: int, origin: pd.Period | None = None) -> Place:
    """The municipality *area*, fitted to look *horizon* months ahead of *origin*, by default of its newest month.

    Raises
    ------
    InputError : its series is not among the published ones, or cannot be used.
    """
    names = [f"unemployed:{name}" for name in (load_area(area, root).title, COUNTRY)]
    named = catalogue(root, area)
    series = by_series(named[named["series"].isin(names)][["series", "month", "value"]])
    for name in names:
        if name not in series:
            raise InputError(root, f"series {name}", "is not in the published table of municipalities",
                             "add the area to the table unemployed_cities of tables.yaml and fetch it")
    local, national = (series[name].loc[:origin] for name in names)
    share = fit_share(local, national, horizon=horizon, errors=past_errors(panel_file(root, SHARE_PANEL)))
    own = fit_series(prepared(national.loc[:share.last], KINDS["stock"]), horizon, past_errors(panel_file(root)))
    source = "; ".join([named.loc[named["series"] == names[1], "source"].iloc[0], read_outlook(root).stated.source])
    return Place(root, local, national, series[names[1]], share, own, source)


def follow(place: Place, choice: str, shock: pd.Period | None = None, *, draws: int = DRAWS,
           seed: int = SEED) -> Followed:
    """Forecast of the municipality under a national path.

    Parameters
    ----------
    choice : OWN, OUTLOOK (with the spread of the own path about it, counted from its publication), or a tidy CSV file
        of one series, which is taken as certain.
    shock : month from which the shock of the data is laid on the path; None for no shock.

    Raises
    ------
    InputError : the outlook ends too early or was made after a past origin, the file lacks a month, or the shock
        begins outside the path.
    """
    months = place.own.months(place.own.horizon)
    national = _national(place, choice, months, draws, seed)
    if shock is not None:
        been = read_shock(place.root)
        measured = measured_shock(place.whole, KINDS["stock"], pd.Period(been.first, "M"), pd.Period(been.last, "M"))
        national = with_shock(national, months, measured, shock)
    shares = place.share.shares(len(months), range(draws), seed)
    local, middle = shares * national, np.median(national, axis=0)
    table = pd.DataFrame(np.quantile(local, LEVELS, axis=0).T, columns=list(LEVELS))
    certain = place.share.forecast(middle, (0.1, 0.9)).to_numpy()
    table = table.assign(low=certain[:, 0], high=certain[:, 1], national=middle)
    table.insert(0, "horizon", range(1, len(months) + 1))
    table.insert(0, "month", months)
    return Followed(choice, shock, table, _years(local, months), parts(national, shares))


def _national(place: Place, choice: str, months: pd.PeriodIndex, draws: int, seed: int) -> np.ndarray:
    """National paths (draws, months)."""
    if choice not in (OWN, OUTLOOK):
        return np.broadcast_to(_stated(Path(choice), months), (draws, len(months)))
    own = place.own.sample(len(months), range(draws), seed)
    if choice == OWN:
        return own
    if place.past:
        raise InputError("command line", "option --national outlook", "is of later than the origin",
                         "leave out --origin, or choose --national own")
    outlook = read_outlook(place.root)
    doubt = months_of_doubt(months, place.share.last, pd.Period(outlook.stated.published, "M"))
    spread = own / place.own.quantiles(len(months), [0.5])[0.5].to_numpy()
    return spread[:, doubt - 1] * outlook_path(place, outlook, months)


def outlook_path(place: Place, outlook: Outlook, months: pd.PeriodIndex) -> np.ndarray:
    """The official *outlook* of the country by month, (months,), from the last observed month on."""
    known = place.own.series.values
    path = outlook_months(national_means(outlook), seasonal_index(known), known.index[-1], known.iloc[-1])
    if months[-1] not in path.index:
        raise InputError("outlook", f"month {months[-1]}", f"is after its last, {path.index[-1]}",
                         f"ask for at most {len(path)} months")
    return path[months].to_numpy()


def recipients_outlook(outlook: Outlook, months: pd.PeriodIndex) -> np.ndarray:
    """Growth of the country's unemployed by the official *outlook* since the first of *months*, without season.

    The outlook's course is taken over, not its level: recipients are observed further than the unemployed, and the
    share of the country is held. Months after the outlook's last year stay at its last month.
    """
    annual = national_means(outlook)
    last = pd.Period(f"{annual.index[-1]}-12", "M")
    held = pd.PeriodIndex([min(month, last) for month in months], freq="M")
    return outlook_growth(annual, months[0], held)


def national_means(outlook: Outlook) -> pd.Series:
    """Stated means of the country's unemployed by year."""
    name = f"unemployed:{COUNTRY}"
    if name not in outlook.annual:
        raise InputError(outlook.files[0], f"series {name}", "is not in the outlook", "name its row in outlook.yaml")
    return outlook.annual[name]


def _stated(path: Path, months: pd.PeriodIndex) -> np.ndarray:
    series = by_series(read_tidy(path))
    if len(series) > 1:
        raise InputError(path, "column series", f"holds {len(series)} series", "keep the national one")
    values = next(iter(series.values())).reindex(months)
    if values.isna().any():
        raise InputError(path, f"month {months[values.isna()][0]}", "is missing",
                         f"state every month from {months[0]} to {months[-1]}")
    if (values <= 0).any():
        raise InputError(path, f"month {values.idxmin()}", "is not positive", "state the number of persons")
    return values.to_numpy()


def _years(local: np.ndarray, months: pd.PeriodIndex) -> pd.DataFrame:
    """Quantiles of the mean of each calendar year whose months all lie ahead."""
    rows = []
    for year in sorted(set(months.year)):
        inside = months.year == year
        if inside.sum() == YEAR:
            rows.append([year, *np.quantile(local[:, inside].mean(axis=1), YEAR_LEVELS)])
    return pd.DataFrame(rows, columns=["year", *YEAR_LEVELS])
