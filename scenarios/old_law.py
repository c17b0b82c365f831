"""The old law against the past: a municipality's published days, priced by the law tree, against its published share.

No simulation is in it. Paid days by class, the basic amount of the date and the ladder of the date give the share that
the law would ask at full utilisation. Two things are tested apart: the ladder, by its shares of what was paid, and
the amounts, by what was paid a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.law.calendar import month_number, month_start
from sim.law.loader import Law
from sources.errors import InputError
from sources.old_law import OLD_LAW, read_old_law

YEAR = 12  # months


@dataclass(frozen=True, eq=False)
class OldLawCheck:
    """The back-cast of a municipality's whole calendar years under the old law.

    Attributes
    ----------
    name : the municipality.
    rows : month, line (day class), days, paid, kela (its share), model, of_paid (the ladder's share of what was paid);
        euros but for days.
    amounts : year, basic_amount (€/day on its first day) and its status in the law tree.
    """

    name: str
    rows: pd.DataFrame
    amounts: pd.DataFrame

    def years(self) -> pd.DataFrame:
        """year, kela, model, ratio (model ÷ Kela), paid_per_day, basic_amount, utilisation and status."""
        sums = self.rows.groupby(self.rows["month"].str[:4].astype(int).rename("year"))
        sums = sums[["kela", "model", "days", "paid"]].sum()
        found = sums.join(self.amounts.set_index("year"))
        daily = found["paid"] / found["days"]
        found = found.assign(ratio=(found["model"] / found["kela"]).round(5), paid_per_day=daily.round(2),
                             utilisation=(daily / found["basic_amount"]).round(4), kela=found["kela"].round(2),
                             model=found["model"].round(2))
        return found.drop(columns=["days", "paid"]).reset_index()

    def summary(self) -> dict:
        """total_ratio, class_ratio, ladder_ratio (shares of what was paid ÷ Kela's share), years and rows."""
        sums = self.rows.groupby("line", sort=False)[["kela", "model"]].sum()
        kela, model, of_paid = (float(self.rows[column].sum()) for column in ("kela", "model", "of_paid"))
        return {
            "name": self.name,
            "total_ratio": round(model / kela, 5),
            "class_ratio": (sums["model"] / sums["kela"]).round(5).to_dict(),
            "ladder_ratio": round(of_paid / kela, 5),
            "years": self.years().to_dict("records"),
            "rows": self.rows.to_dict("records"),
        }


def old_law_check(root: Path, law: Law) -> OldLawCheck:
    """Price the published old-law days under the data *root* by *law*, in the calendar years that are there whole."""
    name, table = read_old_law(root)
    held = table.groupby(table["month"].dt.year)["month"].nunique()
    whole = held.index[held == YEAR]
    if whole.empty:
        raise InputError(root / OLD_LAW, "key file", "names a file without one whole calendar year",
                         "give a file that holds one")
    table = table[table["month"].dt.year.isin(whole) & (table["day_class"] != "total")]
    days = {month: int(month_start(month_number(str(month)))) for month in table["month"].unique()}
    rows = []
    for row in table.itertuples():
        day = days[row.month]
        share = float(law.ladder(day).share_of_day(int(row.day_class.split("-")[0]) + 1))  # 300 itself is not charged
        rows.append({"month": str(row.month), "line": row.day_class, "days": row.days, "paid": row.paid,
                     "kela": row.euros, "model": round(row.days * law.basic_amount.on(day) * share, 2),
                     "of_paid": round(row.paid * share, 2)})
    return OldLawCheck(name, pd.DataFrame(rows), pd.DataFrame([_amount(law, int(year)) for year in whole]))


def _amount(law: Law, year: int) -> dict[str, object]:
    """The basic amount on the first day of *year*, and what it rests on."""
    period = law.basic_amount.period(int(month_start(year * YEAR)))
    return {"year": year, "basic_amount": period.value, "status": period.status}
