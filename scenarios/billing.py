"""The year whose invoices were late: the calibrated past, billed as Kela billed it, against Kela's months.

The past is simulated as calibration does it and its days are billed under the billing events (``sources.billing``).
People weigh what they weigh in the calibration. Months that the events spoil were masked when it was fitted, so what
the model says of them is a test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.calibrate import past_of
from scenarios.calibration import Calibration
from scenarios.fitting import Problem, weigh
from scenarios.history import History
from scenarios.inputs import Inputs
from sim.law.benefits import Benefit
from sim.law.calendar import day_number, month_label, month_number
from sim.money.account import account
from sim.money.billing import found_shares, late_billing, movers, without_days_before
from sim.money.ledger import Periods, paid_day_rows
from sources.billing import BillingEvents, read_billing_events
from sources.kela import DAY_CLASSES

YEAR = 12  # months


@dataclass(frozen=True, eq=False)
class BilledYear:
    """The year of the billing events, month by month.

    Attributes
    ----------
    until : newest month that the calibration knew.
    rows : month, benefit, line, kela, model, in_time (the model, had all been billed in time), fitted (whether Kela's
        total of this class and month was fitted); euros, one row a benefit and day class.
    found : share of the late-billed people found, by month.
    """

    until: str
    rows: pd.DataFrame
    found: dict[str, float]

    def by(self, *keys: str) -> pd.DataFrame:
        """kela, model, in_time and ratio (model ÷ Kela) summed over all but *keys*."""
        sums = self.rows.groupby(list(keys), sort=False)[["kela", "model", "in_time"]].sum().round(2)
        return sums.assign(ratio=(sums["model"] / sums["kela"]).round(5)).reset_index()

    def summary(self) -> dict:
        """The year's ratios in total, by line and by benefit, the fitted share of its euros, and its months."""
        kela, benefits = self.rows["kela"], self.by("benefit").set_index("benefit")
        return {
            "until": self.until,
            "total_ratio": round(float(self.rows["model"].sum() / kela.sum()), 5),
            "class_ratio": self.by("line").set_index("line")["ratio"].to_dict(),
            "benefit_ratio": benefits.loc[benefits["kela"] > 0, "ratio"].to_dict(),  # one may not have begun
            "fitted_share": round(float(kela[self.rows["fitted"]].sum() / kela.sum()), 5),
            "found": self.found,
            "months": self.by("month").to_dict("records"),
            "rows": self.by("month", "line").to_dict("records"),
        }


def billed_year(inputs: Inputs, calibration: Calibration) -> BilledYear | None:
    """The year of the billing events as *calibration* of *inputs* tells it; None when its months are not among them."""
    events = read_billing_events(inputs.area.root)
    late = events.movers_billed_late
    first = month_number(min(late.arrears)) // YEAR * YEAR
    if first < month_number(str(inputs.share["month"].min())) or inputs.newest < month_number(max(late.arrears)):
        return None
    history, problem = past_of(inputs, calibration)
    billed, in_time, found = _invoices(inputs, events, history, problem)
    year = slice(first - history.first_month, first + YEAR - history.first_month)
    return BilledYear(
        until=calibration.stored.until,
        rows=_rows(inputs, first, billed[year], in_time[year], problem.observed.usable[year]),
        found={month: round(float(found[month_number(month) - history.first_month]), 4) for month in late.arrears},
    )


def _invoices(inputs: Inputs, events: BillingEvents, history: History,
              problem: Problem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Euros (months, benefits, classes) as billed and as if all had been in time; share of movers found by month."""
    late = events.movers_billed_late
    periods = Periods.of_months(history.first_month, history.months, inputs.law)
    classes = problem.prices.shape[1]
    rows = paid_day_rows(history.log, history.clients, history.origin, periods, inputs.law)
    group = history.group[history.log["client"].to_numpy()[rows.spell]]
    weighed = weigh(problem)
    held = movers(rows, history.log, history.clients, history.origin, Benefit[late.benefit.upper()],
                  day_number(late.moved_from))
    matrix = without_days_before(problem.matrix, periods, day_number(events.old_law_tail.before))
    prices = problem.prices * np.concatenate([[1.0], weighed.utilisation])
    ordinary, due = (account(rows.totals(len(periods), classes, weighed.weights[group] * mask), prices, matrix)
                     for mask in (~held, held))
    arrears = np.zeros(history.months)
    for month, amount in late.arrears.items():
        arrears[month_number(month) - history.first_month] = amount
    found = found_shares(due.sum(axis=(1, 2)), arrears)
    return ordinary + np.einsum("mn,mbc->nbc", late_billing(found), due), ordinary + due, found


def _published(share: pd.DataFrame, benefit: Benefit, first_month: int, months: int) -> np.ndarray:
    """(months, charged classes) euros of *benefit* in a tidy *share*; 0 where nothing was paid."""
    labels = [month_label(first_month + month) for month in range(months)]
    table = share[share["benefit"] == benefit.name.lower()].pivot(index="month", columns="day_class", values="euros")
    return table.reindex(index=pd.PeriodIndex(labels, freq="M"), columns=list(DAY_CLASSES)).fillna(0.0).to_numpy()


def _rows(inputs: Inputs, first: int, billed: np.ndarray, in_time: np.ndarray, fitted: np.ndarray) -> pd.DataFrame:
    """Rows of BilledYear from (months, benefits, classes) euros and (months, charged classes) *fitted*."""
    kela = {benefit: _published(inputs.share, benefit, first, len(billed)) for benefit in Benefit}
    return pd.DataFrame([
        {"month": month_label(first + month), "benefit": benefit.name.lower(), "line": line,
         "kela": float(kela[benefit][month, place]), "model": round(float(billed[month, benefit, place + 1]), 2),
         "in_time": round(float(in_time[month, benefit, place + 1]), 2), "fitted": bool(fitted[month, place])}
        for month in range(len(billed)) for benefit in Benefit for place, line in enumerate(DAY_CLASSES)
    ])
