"""What calibration holds the model against: Kela's months as arrays, with the broken ones masked by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.inputs import Inputs
from sim.law.calendar import month_number
from sources.kela import pivot

# These breaks make a month's total by class unusable; corrections and preliminary figures are used as they stand.
UNUSABLE = {"old_law_tail", "unbilled_movers", "arrears"}


@dataclass(frozen=True, eq=False)
class Observed:
    """Kela's months of payment by charged day class.

    Attributes
    ----------
    first_month : month number of the first row.
    euros, recipients : (months, classes) totals over benefits.
    fund_euros : (months, classes) of which earnings-related allowance.
    usable : (months, classes) False where a known break spoils the total.
    fund_usable : (months, classes) the same for earnings-related allowance, which was billed in time.
    stock : (months,) people on Kela's benefits at month end.
    new_law_share : (months,) general support over all Kela-paid benefits, NaN before it began: it tells how late days
        are paid.
    """

    first_month: int
    euros: np.ndarray
    recipients: np.ndarray
    fund_euros: np.ndarray
    usable: np.ndarray
    fund_usable: np.ndarray
    stock: np.ndarray
    new_law_share: np.ndarray

    @property
    def months(self) -> int:
        """Number of months."""
        return len(self.euros)


def observe(inputs: Inputs) -> Observed:
    """The months of *inputs* as arrays."""
    share = inputs.share
    euros, fund = pivot(share), pivot(share, benefit="earnings_related")
    classes = [name for name in euros.columns if name != "total"]
    late_law = share[share["benefit"].isin(["general", "labour_market", "basic"]) & (share["day_class"] == "total")]
    by_benefit = late_law.pivot(index="month", columns="benefit", values="euros").fillna(0.0)
    general = by_benefit["general"] if "general" in by_benefit else pd.Series(0.0, index=by_benefit.index)
    new_law = (general / by_benefit.sum(axis=1)).where(general > 0)
    return Observed(
        first_month=month_number(str(euros.index[0])),
        euros=euros[classes].to_numpy(),
        recipients=pivot(share, "recipients")[classes].to_numpy(float),
        fund_euros=fund[classes].to_numpy(),
        usable=_usable(share, "total", euros.index, classes),
        fund_usable=_usable(share, "earnings_related", euros.index, classes),
        stock=inputs.recipients.loc[euros.index].to_numpy(float),
        new_law_share=new_law.to_numpy(float),
    )


def _usable(share: pd.DataFrame, benefit: str, months: pd.PeriodIndex, classes: list[str]) -> np.ndarray:
    """(months, classes) True where *benefit* was paid in the class and no known break spoils it."""
    rows = share[share["benefit"] == benefit]
    spoilt = rows["breaks"].map(lambda names: bool(UNUSABLE & set(names.split(","))))
    table = rows.assign(sound=~spoilt).pivot_table(index="month", columns="day_class", values="sound", fill_value=False)
    return table.reindex(index=months, columns=classes, fill_value=False).to_numpy(bool)
