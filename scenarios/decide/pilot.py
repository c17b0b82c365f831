"""Pilots: how many clients, and how many months, before an effect of a given size can be told from chance.

A pilot lets chance decide who of the clients referred to a service gets the new way of it and who today's, half each,
and compares both arms by where chance put them. What an arm would show without an effect is taken from a stored run:
from what became of those who were referred to the service there. An effect is stated for those who take part; of those
referred only some do, which dilutes it. Who moves away or retires before the follow-up ends is lost.

Sample sizes are those of two proportions (variances of each arm, pooled ones under the null) or two means, normal
approximations as statsmodels has them; clients are independent of each other. Arms below 30 tell less than is said.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep

from scenarios.stored import MANIFEST, StoredRun, open_run
from sim.clients.clients import FINAL, WITH_BENEFIT, State
from sim.clients.counter import DAYS_PER_MONTH, paid_days
from sim.law.calendar import month_start
from sources.errors import InputError, nearest

Measure = Literal["work-in-6-months", "paid-days"]
MEASURES: dict[str, Measure] = {each: each for each in get_args(Measure)}
FOLLOW_UP = 6  # months from the referral
ARMS = 2
MOST = 10_000_000  # clients of an arm: beyond that no pilot tells anything
CURVE = (3, 6, 12, 18, 24, 36, 48, 60)  # months of intake


@dataclass(frozen=True)
class Referred:
    """What a stored run tells of the clients who are referred to a service.

    Attributes
    ----------
    service, title : its key, and its name in print.
    clients : who were followed, over all units.
    a_month : referrals a month, mean over units.
    work : share who began a job in the open market within the follow-up.
    days, days_sd : mean and standard deviation of paid days within the follow-up.
    take_up : share of referrals that led to a start.
    lost : share who left for good within the follow-up.
    """

    service: str
    title: str
    clients: int
    a_month: float
    work: float
    days: float
    days_sd: float
    take_up: float
    lost: float


@dataclass(frozen=True)
class Asked:
    """What is to be told: an *effect* on those who take part, by which *measure*, and how surely."""

    measure: Measure
    effect: float
    power: float = 0.8
    alpha: float = 0.05


@dataclass(frozen=True, eq=False)
class Pilot:
    """A pilot's size.

    Attributes
    ----------
    intake : clients a month, both arms together.
    diluted : the effect on all who are referred.
    analysed : clients of an arm whose outcome must be known; NaN where no pilot of a sensible size tells it.
    clients : to be taken in, both arms, those who will be lost among them.
    months_of_intake, months : to take them in, and to the last client's follow-up.
    curve : months of intake, clients, power, and the smallest effect on those who take part that is told.
    """

    run: str
    referred: Referred
    asked: Asked
    intake: float
    diluted: float
    analysed: float
    clients: float
    months_of_intake: float
    months: float
    curve: pd.DataFrame


def pilot(run: StoredRun, service: str, asked: Asked, intake: float | None = None) -> Pilot:
    """The pilot that tells what is *asked* of *service*.

    Parameters
    ----------
    intake : clients a month, both arms together; those whom the run refers by default.
    """
    referred = referred_to(run, service)
    _check(asked, referred)
    a_month = referred.a_month if intake is None else intake
    diluted, kept = asked.effect * referred.take_up, 1 - referred.lost
    analysed = arm_size(asked, referred, diluted)
    clients = math.ceil(ARMS * analysed / kept) if math.isfinite(analysed) else math.nan
    intake_months = math.ceil(clients / a_month) if math.isfinite(clients) else math.nan
    rows = []
    for months in CURVE:
        arm = months * a_month * kept / ARMS
        rows.append({"months_of_intake": months, "months": months + FOLLOW_UP, "clients": round(months * a_month),
                     "power": power_of(asked, referred, diluted, arm),
                     "smallest_effect": smallest_effect(asked, referred, arm) / referred.take_up})
    return Pilot(run.name, referred, asked, a_month, diluted, analysed, clients, intake_months,
                 intake_months + FOLLOW_UP, pd.DataFrame(rows))


def _check(asked: Asked, referred: Referred) -> None:
    """InputError where the effect, or how surely it is to be told, is impossible."""
    for option, value in (("power", asked.power), ("alpha", asked.alpha)):
        if not 0 < value < 1:
            raise InputError("command line", f"option --{option} {value:g}", "is no probability between 0 and 1",
                             f"write it like --{option} {0.8 if option == 'power' else 0.05}")
    if asked.alpha >= asked.power:
        raise InputError("command line", f"option --alpha {asked.alpha:g}", f"is not below the power, {asked.power:g}",
                         "write it like --alpha 0.05")
    if asked.effect == 0:
        raise InputError("command line", "option --effect 0", "is no effect", "give the smallest one worth knowing")
    if asked.measure == "paid-days":
        return
    changed = referred.work + asked.effect * referred.take_up
    if not 0 < changed < 1:
        raise InputError("command line", f"option --effect {asked.effect:g}",
                         f"would make {referred.work:.3f} of those referred {changed:.3f}",
                         "give it as a share, such as 0.03 for three percentage points")


def power_of(asked: Asked, referred: Referred, diluted: float, arm: float) -> float:
    """Chance that arms of *arm* clients tell an effect of *diluted* on all who are referred."""
    if arm < 2:
        return asked.alpha
    if asked.measure == "paid-days":
        return float(NormalIndPower().power(abs(diluted) / referred.days_sd, arm, asked.alpha))
    return float(power_proportions_2indep(diluted, referred.work, arm, alpha=asked.alpha, return_results=False))


def arm_size(asked: Asked, referred: Referred, diluted: float) -> float:
    """Fewest clients of an arm that tell an effect of *diluted* with the power asked; NaN beyond MOST."""
    if power_of(asked, referred, diluted, MOST) < asked.power:
        return math.nan
    low, high = 2, MOST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(asked, referred, diluted, middle) >= asked.power else (middle, high)
    return float(high)


def smallest_effect(asked: Asked, referred: Referred, arm: float) -> float:
    """Smallest effect on all who are referred, of the sign asked, that arms of *arm* clients tell; NaN if none is."""
    sign = math.copysign(1.0, asked.effect)
    if asked.measure == "paid-days":
        most = 10 * referred.days_sd
    else:
        most = (1 - referred.work if sign > 0 else referred.work) - 1e-9

    def lacking(size: float) -> float:
        return power_of(asked, referred, sign * size, arm) - asked.power

    return sign * float(brentq(lacking, 1e-9, most)) if arm >= 2 and lacking(most) > 0 else math.nan


def newest_run(results: Path) -> StoredRun:
    """The run in *results* that was written last, of those with services and events; none that was repriced."""
    found = []
    for path in results.glob(f"*/{MANIFEST}"):
        with suppress(InputError):  # a folder that is spoilt or keeps no events is no candidate
            run = open_run(path.parent)
            if run.with_services and "repriced_from" not in run.manifest:
                found.append((path.stat().st_mtime_ns, run.name, run))
    if not found:
        raise InputError(results, "", "holds no run with services and events",
                         "make one with kuntaosuus run, or say with --results where they lie")
    return max(found, key=lambda each: each[:2])[2]


def referred_to(run: StoredRun, service: str) -> Referred:
    """Those whom *run* refers to *service* so early that the follow-up ends within it.

    Raises
    ------
    InputError : it simulated no services, refers nobody to this one, or is too short.
    """
    if not run.with_services:
        raise InputError(f"run {run.name}", "", "simulated no services, so it refers nobody",
                         "make one with kuntaosuus run --services")
    about = run.table("unit_costs", ["service", "contract", "title"])
    about = about[(about["contract"] == "total") & (about["service"] != "total")]
    titles = dict(zip(about["service"], about["title"], strict=True))
    if service not in titles:
        raise InputError("command line", f"option --service {service}", "is no service that the run has contracts for",
                         nearest(service, titles))
    latest = float(month_start(run.last_month + 1 - FOLLOW_UP) - month_start(run.base_month + 1))
    if latest <= 0:
        raise InputError(f"run {run.name}", "", f"is shorter than the follow-up of {FOLLOW_UP} months",
                         "make a longer one with kuntaosuus run --until")
    people = pd.concat([_followed(run, key, service, latest) for key in run.units], ignore_index=True)
    if people.empty or not people["started"].any():
        raise InputError(f"run {run.name}", "", f"refers nobody to {service}", "choose another service")
    months = latest / DAYS_PER_MONTH * len(run.units)
    return Referred(service, titles[service], len(people), len(people) / months, float(people["work"].mean()),
                    float(people["days"].mean()), float(people["days"].std(ddof=1)), float(people["started"].mean()),
                    float(people["lost"].mean()))


def _followed(run: StoredRun, key: tuple[int, int], service: str, latest: float) -> pd.DataFrame:
    """First referral of each client of a unit within the run: started, and within the follow-up work, days and lost."""
    episodes = run.episodes(*key)
    asked = episodes[(episodes["service"] == service) & (episodes["asked"] > 0) & (episodes["asked"] <= latest)]
    first = asked.sort_values("asked", kind="stable").drop_duplicates("client")
    since = pd.Series(first["asked"].to_numpy(), first["client"].to_numpy())
    log = run.log(*key)
    log = log[log["client"].isin(since.index)]
    begin = log["client"].map(since).to_numpy()
    end = begin + FOLLOW_UP * DAYS_PER_MONTH
    start, until, state = log["start"].to_numpy(), log["end"].to_numpy(), log["state"].to_numpy()
    fresh = (start >= begin) & (start <= end)
    days = _paid_days(log, np.maximum(start, begin), np.minimum(until, end), int(month_start(run.base_month + 1)))

    def by_client(values: np.ndarray, how: str) -> pd.Series:
        return pd.Series(values).groupby(log["client"].to_numpy()).agg(how).reindex(since.index)

    return pd.DataFrame({
        "started": first["start"].notna().to_numpy(),
        "work": by_client(fresh & np.isin(state, (State.SHORT_WORK, State.LASTING_WORK)), "any").to_numpy(bool),
        "lost": by_client(fresh & np.isin(state, FINAL), "any").to_numpy(bool),
        "days": by_client(days, "sum").to_numpy(float)})


def _paid_days(log: pd.DataFrame, start: np.ndarray, end: np.ndarray, origin: int) -> np.ndarray:
    """Paid days of each spell of *log* from *start* to *end*, waiting days left out; none where it lies outside."""
    inside = (end > start) & np.isin(log["state"], WITH_BENEFIT)
    days = np.zeros(len(log))
    spells = log[inside]
    until = paid_days(spells["start"].to_numpy(), end[inside], origin)
    before = paid_days(spells["start"].to_numpy(), start[inside], origin)
    waiting = np.maximum(-spells["counter"].to_numpy(), 0)
    days[inside] = np.maximum(until - waiting, 0) - np.maximum(before - waiting, 0)
    return days
