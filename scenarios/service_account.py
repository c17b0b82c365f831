"""What a run says of its services: cost by contract and month, unit costs, use and lines, case mix, caseworkers.

All figures are over the units of the run, the simulated months only. A ratio (cost of a start, mean wait, utilisation)
is that of the sums over all units, and empty where there is nothing to divide by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.books import Books
from scenarios.paired import error_of_mean, margin
from scenarios.pricing import Priced
from scenarios.service_use import CASEWORK_SUMS, SERVICE_SUMS, ServiceUse, mix_cells
from scenarios.summary import band
from sim.law.calendar import month_label, month_number, month_of, month_start
from sim.law.ladder import Ladder
from sim.money.episodes import LONGEST_MONTH
from sim.money.operating import drawn_price_levels
from sim.money.service_cost import Label, ServiceCosts
from sim.services.contracts import Contracts
from sources.errors import InputError

TOTAL = "total"


def price_levels(books: Books, contracts: Contracts, first_month: int, months: int, draws: int,
                 seed: int) -> list[dict[int, float]]:
    """Level of prices by year, one a draw: that of the operating plan.

    Raises
    ------
    InputError : the plan's index lacks a year whose work is billed.
    """
    lag = max((int(each.payable.value) for each in contracts.all.values()), default=0)
    earliest = int(month_of(month_start(first_month) - lag - LONGEST_MONTH)) // 12  # of months whose bills may be due
    for year in range(earliest, (first_month + months - 1) // 12 + 1):
        if year not in books.plan.price_index:
            raise InputError(books.files[1], "key price_index", f"has no year {year}, whose work is billed",
                             f"add {year}")
    return drawn_price_levels(books.plan, draws, seed)


def operating_lines(first_month: int, costs: Sequence[ServiceCosts]) -> pd.DataFrame:
    """Euros due by month and contract, one of *costs* a unit of the run.

    Means add up to those of the lines ``purchases`` and ``subsidies`` of the table ``net``.
    """
    due = np.stack([each.due for each in costs])
    keys = ("contract", "service", "producer", "kind", "statutory_class", "budget_line")
    return pd.DataFrame([
        {"month": month_label(first_month + month), **{key: getattr(label, key) for key in keys},
         **band(due[:, month, place])}
        for month in range(due.shape[1]) for place, label in enumerate(costs[0].labels)])


def operating_account(first_month: int, units: Sequence[Priced], costs: Sequence[ServiceCosts]) -> pd.DataFrame:
    """Euros due of every unit of the run by month and contract, for sums and pairs; rows of nothing are left out."""
    names = [label.contract for label in costs[0].labels]
    rows = pd.concat([
        _by_month(first_month, "contract", names, each.due[:, :, None], ["euros"]).assign(
            draw=unit.draw, replication=unit.replication)
        for unit, each in zip(units, costs, strict=True)], ignore_index=True)
    return rows.loc[rows["euros"] != 0, ["draw", "replication", "month", "contract", "euros"]].reset_index(drop=True)


def unit_costs(first_month: int, costs: Sequence[ServiceCosts], uses: Sequence[ServiceUse]) -> pd.DataFrame:
    """What a start, a completed place and an outcome cost: by contract, by service (contract ``total``), and in all.

    ``euros`` are of what happened in the simulated months, whenever they are due; ``paid`` fall due in those months.
    """
    sums = np.mean([use.services.sum(axis=0) for use in uses], axis=0)
    figures = dict(zip(SERVICE_SUMS, sums.T, strict=True))
    figures |= {"euros": np.mean([each.accrued for each in costs], axis=0),
                "paid": np.mean([each.due.sum(axis=0) for each in costs], axis=0)}
    contracts = pd.DataFrame([{"service": label.service, "contract": label.contract, "title": label.title,
                               "service_title": label.service_title} for label in costs[0].labels]).assign(**figures)
    services = contracts.groupby("service", sort=False).agg(
        {"service_title": "first", **dict.fromkeys(figures, "sum")}).reset_index()
    whole = services[list(figures)].sum().to_frame().T.assign(service=TOTAL, service_title="Yhteensä")
    sums_of = pd.concat([services, whole]).rename(columns={"service_title": "title"}).assign(contract=TOTAL)
    rows = pd.concat([contracts, sums_of], ignore_index=True)
    days = int(np.diff(month_start(first_month + np.array([0, len(uses[0].services)]))).item())
    return pd.DataFrame({
        "service": rows["service"], "contract": rows["contract"], "title": rows["title"],
        **{name: rows[name] for name in ("asked", "started", "completed", "dropped", "outcomes")},
        "inside": rows["inside_days"] / days, "wait": _ratio(rows["wait_days"], rows["started"]),
        "euros": rows["euros"].round(2), "paid": rows["paid"].round(2),
        **{f"per_{one}": _ratio(rows["euros"], rows[many]).round(2)
           for one, many in (("start", "started"), ("completed", "completed"), ("outcome", "outcomes"))}})


def service_flow(first_month: int, labels: Sequence[Label], uses: Sequence[ServiceUse]) -> pd.DataFrame:
    """Who asked, came in and left, by month and contract: means over the units; places are empty where unlimited."""
    sums = np.mean([use.services for use in uses], axis=0)
    rows = _by_month(first_month, "contract", [label.contract for label in labels], sums, SERVICE_SUMS)
    days = _days_of(rows["month"])
    places = rows["place_days"].where(np.isfinite(rows["place_days"]))
    return rows[["month", "contract", "asked", "started", "completed", "dropped", "gave_up", "outcomes"]].assign(
        wait=_ratio(rows["wait_days"], rows["started"]), inside=rows["inside_days"] / days, places=places / days,
        utilisation=_ratio(rows["inside_days"], places))


def caseworkers(first_month: int, units: Sequence[str], uses: Sequence[ServiceUse]) -> pd.DataFrame:
    """What the *units* of caseworkers did by month, and over all months (month ``total``).

    ``queue`` is the mean number of clients in line, ``late_*`` mean days from due to held, 0 where held in time.
    Lateness is that of meetings held: read it beside ``dropped``, the share of all due that never was.
    """
    sums = np.mean([use.casework for use in uses], axis=0)
    months = _by_month(first_month, "unit", units, sums, CASEWORK_SUMS)
    whole = pd.DataFrame(sums.sum(axis=0), columns=CASEWORK_SUMS).assign(month=TOTAL, unit=units)
    days = _days_of(months["month"])
    rows = pd.concat([months, whole], ignore_index=True)
    all_days = np.append(days, np.full(len(units), days.sum() / len(units)))
    places = rows["place_days"].where(np.isfinite(rows["place_days"]))
    return rows[["month", "unit", "meetings", "minutes"]].assign(
        utilisation=_ratio(rows["busy_days"], places), queue=rows["waiting_days"] / all_days,
        late_statutory=_ratio(rows["late_statutory"], rows["statutory"]),
        late_discretionary=_ratio(rows["late_discretionary"], rows["meetings"] - rows["statutory"]),
        dropped=_ratio(rows["dropped"], rows["meetings"] + rows["dropped"]))


def case_mix(labels: Sequence[Label], uses: Sequence[ServiceUse], ladder: Ladder) -> pd.DataFrame:
    """Who started in each contract: shares of the values of each characteristic, which sum to one."""
    starters = np.sum([use.mix for use in uses], axis=0)
    frame = pd.DataFrame([
        {"contract": label.contract, "characteristic": name, "value": value, "starters": count}
        for label, row in zip(labels, starters, strict=True)
        for (name, value), count in zip(mix_cells(ladder), row, strict=True)])
    whole = frame.groupby(["contract", "characteristic"])["starters"].transform("sum")
    return frame.assign(starters=frame["starters"] / len(uses), share=_ratio(frame["starters"], whole))


class AvoidedDay(NamedTuple):
    """Euros of one avoided paid day, and the 10 % and 90 % points over paired units."""

    euros: float
    p10: float
    p90: float


def per_avoided_day(cost: np.ndarray, days: np.ndarray, clusters: np.ndarray) -> AvoidedDay:
    """What an avoided paid day costs, or where days are added, what one of them saves.

    A unit of the run whose days moved against the mean counts as infinitely dear.

    Parameters
    ----------
    cost, days : scenario less baseline of each unit, paired: operating euros, and paid days.
    clusters : of the units, see ``paired``.

    Returns
    -------
    Ratio of the means; NaN where the mean of *days* is not told from zero.
    """
    mean = days.mean()
    if not abs(mean) > margin(*error_of_mean(days, clusters)):
        return AvoidedDay(np.nan, np.nan, np.nan)
    units = np.full(len(days), np.inf)
    np.divide(cost, -days, out=units, where=days * mean > 0)
    p10, p90 = np.percentile(units, [10, 90], method="inverted_cdf")  # an observed one: no mean of two, one infinite
    return AvoidedDay(float(cost.mean() / -mean), float(p10), float(p90))


def _by_month(first_month: int, key: str, names: Sequence[str], sums: np.ndarray,
              columns: Sequence[str]) -> pd.DataFrame:
    """*sums* (months, names, columns) as rows by month and name."""
    index = pd.MultiIndex.from_product([[month_label(first_month + month) for month in range(len(sums))], names],
                                       names=["month", key])
    return pd.DataFrame(sums.reshape(-1, len(columns)), index, columns=list(columns)).reset_index()


def _days_of(months: pd.Series) -> np.ndarray:
    """Calendar days of each month."""
    number = np.array([month_number(label) for label in months])
    return month_start(number + 1) - month_start(number)


def _ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Empty where there is nothing to divide by."""
    return numerator / denominator.where(denominator > 0)
