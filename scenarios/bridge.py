"""Why the benefit share is off its budget: the deviation of each month in parts that add up to the cent.

Kela publishes people and euros by day class. With p the benefit days paid in a month, a the basic amount and s the
share of a class, a class's euros are

    people × level × p × a × s,

where *level* is what is paid of the full days of one person. A budget is read the same way: it was made from months
that were known then, its *basis*, whose people, mix of classes and levels it carries on; what its appropriation allows
beyond that is the people it makes room for. From budget to outturn one factor changes at a time, in this order:
people (volume), class mix, law, level. The level's part is split once more: what holds over the newest twelve months
(benefit level), and what a single month is above or below that (timing, such as payments that slip into the next
month or arrears), which evens out. Rows that Kela took back or that concern nobody any more are corrections.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from sim.law.calendar import month_number, month_start
from sim.law.loader import Law
from sim.money.payment import payment_days
from sources.kela import pivot

PARTS = ("volume", "class_mix", "law", "benefit_level", "timing", "corrections", "residual")
LEVEL_MONTHS = 12


@dataclass(frozen=True, eq=False)
class Months:
    """Months of outturn as arrays.

    Attributes
    ----------
    number : (months,) month numbers.
    people : (months, classes) recipients.
    euros : (months, classes) without corrections.
    corrections : (months,) euros of rows that were taken back or have no recipient.
    days : (months,) benefit days paid in the month, p.
    price : (months, classes) municipal share of a full day, a × s.
    """

    number: np.ndarray
    people: np.ndarray
    euros: np.ndarray
    corrections: np.ndarray
    days: np.ndarray
    price: np.ndarray

    def take(self, rows: np.ndarray) -> Months:
        """The months at *rows*."""
        return Months(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def full(self) -> np.ndarray:
        """Euros of people paid in full on every benefit day, (months, classes)."""
        return self.people * self.days[:, None] * self.price

    @property
    def level(self) -> np.ndarray:
        """What is paid of the full days, over all months, (classes,); 0 in a class without people."""
        paid, full = self.euros.sum(axis=0), self.full.sum(axis=0)
        return np.divide(paid, full, out=np.zeros_like(paid), where=full > 0)


def outturn(share: pd.DataFrame, law: Law, advanced_share: float) -> Months:
    """All months of the tidy frame *share* (sources.kela.read_share).

    Parameters
    ----------
    advanced_share : of payments due on a holiday that opens a month, see sim.money.payment.
    """
    rows = share[(share["benefit"] != "total") & (share["day_class"] != "total")]
    taken_back = (rows["euros"] < 0) | (rows["recipients"] == 0)
    totals, people = pivot(share), pivot(share, "recipients")
    classes = [name for name in totals.columns if name != "total"]
    number = np.array([month_number(str(month)) for month in totals.index])
    corrected = rows[taken_back].pivot_table(index="month", columns="day_class", values="euros", aggfunc="sum")
    corrected = corrected.reindex(index=totals.index, columns=classes).fillna(0.0).to_numpy()
    days = np.concatenate([payment_days(int(month), 1, advanced_share) for month in number])
    price = np.array([_day_prices(law, int(month)) for month in number])
    return Months(number, people[classes].to_numpy(float), totals[classes].to_numpy() - corrected,
                  corrected.sum(axis=1), days, price)


def _day_prices(law: Law, month: int) -> np.ndarray:
    """Municipal share of a full day by charged class, a × s: most days paid in a month are of the month before."""
    day = max(int(month_start(month - 1)), law.ladders.periods[-1].first)
    return law.basic_amount.on(day) * np.array(law.ladder(day).shares[1:])


def bridge(months: Months, basis: Months, recent: Months, budget: np.ndarray) -> pd.DataFrame:
    """Deviation of each month from *budget* (euros by month), in parts.

    Parameters
    ----------
    months : to be explained.
    basis : months from which the budget was made.
    recent : the newest LEVEL_MONTHS months that were billed in time, which say what level holds.

    Returns
    -------
    DataFrame over months.number with budget, outturn, deviation and PARTS; euros in cents, cost positive. Parts add up
    to the deviation to the cent in each month: what rounding leaves is the residual.
    """
    mix, price, level = basis.people.sum(axis=0) / basis.people.sum(), basis.price[-1], basis.level
    people, days = months.people.sum(axis=1), months.days
    as_budgeted = people * days * (mix * price * level).sum()
    other_mix = days * (months.people * price * level).sum(axis=1)
    other_law = (months.full * level).sum(axis=1)
    held = (months.full * recent.level).sum(axis=1)
    paid = months.euros.sum(axis=1)
    parts = {
        "volume": as_budgeted - budget,
        "class_mix": other_mix - as_budgeted,
        "law": other_law - other_mix,
        "benefit_level": held - other_law,
        "timing": paid - held,
        "corrections": months.corrections,
    }
    table = pd.DataFrame({"budget": budget, "outturn": paid + months.corrections, **parts},
                         index=pd.Index(months.number, name="month")).round(2)
    table.insert(2, "deviation", (table["outturn"] - table["budget"]).round(2))
    table["residual"] = (table["deviation"] - table[list(parts)].sum(axis=1)).round(2)
    return table + 0.0
