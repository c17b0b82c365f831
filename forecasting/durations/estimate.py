"""All estimates from one set of spells, with what was pooled or left out for want of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from forecasting.durations.cox import MOST, cox, ratios
from forecasting.durations.fitted import Hazards, Population
from forecasting.durations.nonparametric import Z95, at, cumulative_incidence, kaplan_meier
from forecasting.durations.observed import at_risk, spell_months, window
from forecasting.durations.piecewise import ENOUGH_EXITS, banded, dummies, pooled
from forecasting.durations.terms import choose_terms, fit_causes, fit_cells
from sim.clients.clients import AGE_GROUPS
from sim.clients.counter import DAYS_PER_MONTH
from sim.clients.hazards import TOLD_APART
from sim.clients.streams import generator
from sources.errors import InputError
from sources.spells import EXITS, FLAGS

BANDS = (0, 1, 2, 3, 6, 9, 12, 18, 24, 36, 48)  # months of spell at which a band begins
DESTINATION_BANDS = (0, 6, 12)  # as the assumptions on destinations
TOLD = np.array([1, 3, 6, 12, 24])  # months at which survival is told
GRID = np.arange(1, 97) / 4  # months at which curves are drawn
LEAST_EXPECTED = 5  # exits of a month that the test of fit counts
REFERENCE_AGE = "25-49"


@dataclass(frozen=True, eq=False)
class Durations:
    """Estimates from spells; nothing in them is about fewer than ``least`` persons.

    Attributes
    ----------
    counts : spells, persons, exits, first and last month in view (a day would be one person's).
    bands : a row an age group and band of months of spell: age_group, first_month, last_month (TOLD_APART: open),
        hazard a month of the mean new spell in a mean month, standard_error, low, high (95 %), shares of exits by
        destination (NaN: untold), persons at risk, exits.
    season : (12,) factor by calendar month; ``years``: year and factor.
    factors : ratios of hazards by destination ("all" too) and covariate.
    cox : the same of all exits by Cox's partial likelihood.
    survival : age_group ("all" too), month (TOLD), persons, and the share that lasts longer by Kaplan-Meier (km,
        km_low, km_high) and as fitted (fitted, low, high).
    curve : the same of all ages at GRID.
    incidence : month (TOLD) and the share that has left by then, by destination.
    fit : log_likelihood, parameters, aic; chi2, df and p of exits by age group and month of spell; gap, the largest
        distance of the two curves.
    notes : what was pooled, left out or untold, each with its kind.
    """

    least: int
    counts: dict[str, Any]
    bands: pd.DataFrame
    season: np.ndarray
    years: pd.DataFrame
    factors: pd.DataFrame
    cox: pd.DataFrame
    survival: pd.DataFrame
    curve: pd.DataFrame
    incidence: pd.DataFrame
    fit: dict[str, float]
    notes: list[dict[str, Any]]


def estimate(observed: pd.DataFrame, least: int) -> Durations:
    """Estimate everything from *observed* (forecasting.durations.observe), in cells of *least* persons or more.

    Raises
    ------
    InputError : an age group has too few persons or exits for a single band.
    """
    observed, people, notes = _with_people(observed, least)
    cells = _with_columns(at_risk(observed))
    bands = {age: _bands(observed[observed["age_group"] == age], age, least, notes) for age in AGE_GROUPS}
    terms = choose_terms(cells, cells[list(EXITS)].sum(axis=1), people)
    notes += [{"kind": "left_out", "exits": "all", "term": name} for name in terms.left_out]
    base = _base(cells, bands)
    fitted, expected = fit_cells(cells, base, list(EXITS), terms)
    new = observed[observed["entry"] == 0]
    new = new if set(new["age_group"]) == set(AGE_GROUPS) else observed
    hazards = Hazards(fitted, terms, Population.of(new, cells, terms), bands)
    causes = fit_causes(cells, [*people, *(age for age in AGE_GROUPS if age != REFERENCE_AGE)], BANDS)
    notes += [{"kind": "left_out", "exits": cause, "term": name}
              for cause, (_, own) in causes.items() for name in own.left_out]
    notes += [{"kind": "left_out", "exits": cause, "term": "all"} for cause in EXITS if cause not in causes]
    compared, _ = cox(observed, observed[[*terms.people, *(age for age in AGE_GROUPS if age != REFERENCE_AGE)]])
    if len(observed) > MOST:
        notes.append({"kind": "cox_sample", "spells": MOST})
    survival = hazards.survival(np.concatenate([TOLD, GRID]), generator(0, 0, "duration estimates"))
    told = _curves(observed, {name: values[:, :len(TOLD)] for name, values in survival.items()}, TOLD, least)
    curve = _curves(observed, {"all": survival["all"][:, len(TOLD):]}, GRID, least)
    fit = {"log_likelihood": fitted.log_likelihood, "parameters": len(fitted.names), "aic": fitted.aic,
           **_test(cells, expected, bands), "gap": float((curve["km"] - curve["fitted"]).abs().max())}
    return Durations(
        least=least, counts=_counts(observed), bands=_band_table(observed, bands, hazards, least, notes),
        season=hazards.season(), years=pd.DataFrame({"year": terms.years, "factor": hazards.years()}),
        factors=pd.concat({name: ratios(own.people, *each.of(own.people))
                           for name, (each, own) in {"all": (fitted, terms), **causes}.items()}, names=["exits"]),
        cox=compared, survival=told, curve=curve, incidence=_incidence(observed, least, notes), fit=fit, notes=notes)


def _with_people(observed: pd.DataFrame, least: int) -> tuple[pd.DataFrame, list[str], list[dict[str, Any]]]:
    """*observed* with covariates as columns of zeros and ones, their names, and notes on those of too few persons."""
    if observed["person"].nunique() < least:
        raise InputError("spells", "", f"fewer than {least} persons are in view", "export more years or more people")
    if not (observed["cause"] > 0).any():
        raise InputError("spells", "column exit", "no spell in view ends with an exit",
                         "write where each ended spell led: work, service or other")
    table = _with_columns(observed)
    given = [name for name in (*FLAGS, "male") if name in table]
    persons = {name: [table.loc[table[name] == value, "person"].nunique() for value in (0, 1)] for name in given}
    few = [name for name in given if min(persons[name]) < least]
    notes: list[dict[str, Any]] = [{"kind": "few_persons", "term": name} for name in few]
    repeated = len(table) - table["person"].nunique()
    if repeated:
        notes.append({"kind": "repeated", "share": repeated / len(table)})
    return table, [name for name in given if name not in few], notes


def _with_columns(table: pd.DataFrame) -> pd.DataFrame:
    """*table* with flags as numbers, sex as ``male``, and a column for each age group."""
    more = {age: (table["age_group"] == age).astype(int) for age in AGE_GROUPS}
    if "sex" in table:
        more["male"] = (table["sex"] == "male").astype(int)
    return table.assign(**{flag: table[flag].astype(int) for flag in FLAGS if flag in table}, **more)


def _persons(observed: pd.DataFrame, first: int, after: int) -> int:
    """Persons at risk in the months of spell from *first* to before *after*."""
    begins, ends = spell_months(observed)
    return observed.loc[(begins < after) & (ends >= first), "person"].nunique()


def _bands(own: pd.DataFrame, age: str, least: int, notes: list[dict[str, Any]]) -> list[int]:
    """First months of the bands of the age group *age*, whose spells are *own*."""
    exit_month = spell_months(own)[1][own["cause"] > 0]

    def enough(first: int, after: int) -> bool:
        exits = ((exit_month >= first) & (exit_month < after)).sum()
        return exits >= ENOUGH_EXITS and _persons(own, first, after) >= least

    starts = pooled(BANDS, TOLD_APART + 1, enough)
    if not starts:
        raise InputError("spells", f"age group {age}", f"under {least} persons or {ENOUGH_EXITS} exits are in view",
                         "export more years, or keep to hazards from published tables")
    for first, after in zip(starts, [*starts[1:], TOLD_APART + 1], strict=True):
        if sum(first <= start < after for start in BANDS) > 1:
            notes.append({"kind": "pooled", "age_group": age, "first_month": first, "last_month": after - 1})
    return starts


def _base(cells: pd.DataFrame, bands: dict[str, list[int]]) -> pd.DataFrame:
    """One column for each age group and band, in that order."""
    own = [dummies(banded(cells["spell_month"], starts), starts, f"{age} month ").mul(cells[age], axis=0)
           for age, starts in bands.items()]
    return pd.concat(own, axis=1)


def _band_table(observed: pd.DataFrame, bands: dict[str, list[int]], hazards: Hazards, least: int,
                notes: list[dict[str, Any]]) -> pd.DataFrame:
    """See Durations.bands."""
    logs, errors = hazards.estimates()
    rows = []
    for age, starts in bands.items():
        own = observed[observed["age_group"] == age]
        shares = _shares(own, least)
        if shares is None:
            notes.append({"kind": "shares_untold", "age_group": age})
        month = spell_months(own)[1]
        for first, after in zip(starts, [*starts[1:], TOLD_APART + 1], strict=True):
            exits = int(((month >= first) & (month < after) & (own["cause"] > 0)).sum())
            rows.append({"age_group": age, "first_month": first, "last_month": after - 1,
                         **dict(zip(EXITS, [np.nan] * 3 if shares is None else shares(first), strict=True)),
                         "persons": _persons(own, first, after), "exits": exits})
    table = pd.DataFrame(rows)
    hazard = np.exp(logs)
    table.insert(3, "hazard", hazard)
    for place, (name, values) in enumerate({"standard_error": hazard * errors, "low": hazard * np.exp(-Z95 * errors),
                                            "high": hazard * np.exp(Z95 * errors)}.items()):
        table.insert(4 + place, name, values)
    return table


def _shares(own: pd.DataFrame, least: int):
    """Function of a month of spell: shares of exits by destination in its band; None where too few persons tell them.

    In each band, as many persons as are *least* or nobody leaves to a destination.
    """
    month = spell_months(own)[1]

    def counts(first: int, after: int, what: str) -> list[int]:
        here = own[(month >= first) & (month < after)]
        return [getattr(here.loc[here["cause"] == cause, "person"], what)() for cause in range(1, 1 + len(EXITS))]

    def enough(first: int, after: int) -> bool:
        persons = counts(first, after, "nunique")
        return sum(persons) > 0 and all(count == 0 or count >= least for count in persons)

    starts = pooled(DESTINATION_BANDS, TOLD_APART + 1, enough)
    if not starts or not enough(starts[-1], TOLD_APART + 1):
        return None
    ends = [*starts[1:], TOLD_APART + 1]
    exits = np.array([counts(first, after, "count") for first, after in zip(starts, ends, strict=True)], float)
    shares = exits / exits.sum(axis=1, keepdims=True)
    return lambda first: shares[np.searchsorted(starts, first, side="right") - 1]


def _curves(observed: pd.DataFrame, fitted: dict[str, np.ndarray], months: np.ndarray, least: int) -> pd.DataFrame:
    """Survival over *months* by age_group ("all" too), as Durations.survival; *fitted* is of Hazards.survival."""
    tables = []
    for name, values in fitted.items():
        own = observed if name == "all" else observed[observed["age_group"] == name]
        persons = _still_at_risk(own, months)
        told = persons >= least
        curve = at(kaplan_meier(own), months * DAYS_PER_MONTH, {"survival": 1.0, "low": 1.0, "high": 1.0})
        seen = {column: curve[source].where(told)
                for column, source in {"km": "survival", "km_low": "low", "km_high": "high"}.items()}
        tables.append(pd.DataFrame({"age_group": name, "month": months, "persons": np.where(told, persons, np.nan),
                                    **seen, **dict(zip(("fitted", "low", "high"), values, strict=True))}))
    return pd.concat(tables, ignore_index=True)


def _still_at_risk(observed: pd.DataFrame, months: np.ndarray) -> np.ndarray:
    """Persons whose longest spell is in view at each of *months*; where some enter late, a few less than at risk."""
    longest = observed.sort_values("time").drop_duplicates("person", keep="last")
    days = months * DAYS_PER_MONTH
    entered = np.searchsorted(np.sort(longest["entry"].to_numpy()), days, side="left")
    return entered - np.searchsorted(longest["time"].to_numpy(), days, side="left")


def _incidence(observed: pd.DataFrame, least: int, notes: list[dict[str, Any]]) -> pd.DataFrame:
    """See Durations.incidence."""
    curve = cumulative_incidence(observed, len(EXITS)).rename(columns={1 + at: name for at, name in enumerate(EXITS)})
    table = at(curve, TOLD * DAYS_PER_MONTH, dict.fromkeys(EXITS, 0.0)).assign(month=TOLD).drop(columns="time")
    few = _still_at_risk(observed, TOLD) < least
    notes += [{"kind": "few_at_risk", "month": int(month)} for month in TOLD[few]]
    table.loc[few, list(EXITS)] = np.nan
    return table[["month", *EXITS]]


def _test(cells: pd.DataFrame, expected: np.ndarray, bands: dict[str, list[int]]) -> dict[str, float]:
    """Pearson's test of exits by age group and month of spell against what the bands expect."""
    sums = cells.assign(expected=expected, seen=cells[list(EXITS)].sum(axis=1)).groupby(
        ["age_group", "spell_month"])[["expected", "seen"]].sum().reset_index()
    used = sums[sums["expected"] >= LEAST_EXPECTED]
    reached = sum((banded(used.loc[used["age_group"] == age, "spell_month"], starts)[:, None]
                   == np.array(starts)).any(axis=0).sum() for age, starts in bands.items())
    distance = float(((used["seen"] - used["expected"]) ** 2 / used["expected"]).sum())
    df = int(len(used) - reached)
    return {"chi2": distance, "df": df, "p": float(chi2.sf(distance, df)) if df > 0 else np.nan}


def _counts(observed: pd.DataFrame) -> dict[str, Any]:
    since, until = window(observed)
    return {"spells": len(observed), "persons": observed["person"].nunique(),
            "exits": int((observed["cause"] > 0).sum()), "since": f"{since:%Y-%m}", "until": f"{until:%Y-%m}"}
