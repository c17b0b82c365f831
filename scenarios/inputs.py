"""A municipality's inputs, read and made ready once: law, assumptions, hazards and observed months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.season import arrival_season, exit_season
from scenarios.series import panel_file
from sim.clients.assumptions import Assumptions, read_assumptions
from sim.clients.hazards import exit_hazards
from sim.clients.measured import MeasuredExits, read_measured
from sim.law.calendar import month_label, month_number, month_start
from sim.law.loader import Law, load_law
from sources.area import Area, load_area
from sources.errors import InputError
from sources.kela import pivot, read_recipients, read_share
from sources.statfin import read_duration_stock, read_survival

STEADY_YEARS = slice("2017-01", "2019-12")  # the last years of about steady inflow, as hazards from stocks ask


@dataclass(frozen=True)
class Behind:
    """One of Kela's two files ends before the other: its name and newest month, and the other's; as 2026-08."""

    file: str
    newest: str
    other_file: str
    other_newest: str


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a municipality's calibration and runs read.

    Attributes
    ----------
    law : with the scenario's answers to open questions.
    calibrated_law : with the default answers, to which the model is fitted.
    hazards : (3, months of spell) exit hazards a month by age group, from published tables or from own spells.
    destinations : (3, months of spell, 3) shares of exits to work, to services and elsewhere, as own spells tell them;
        NaN where the assumptions hold, which is everywhere without spells.
    season : (12,) factor on arrivals by calendar month, mean 1.
    exit_season : (12,) factor on exits by calendar month, mean 1.
    share : tidy frame of sources.kela.read_share.
    recipients : people on Kela's benefits at each month's end; up to the newest month of *share*.
    panel : file of past forecast errors of municipalities, by which intervals are calibrated, if there is one.
    behind : which of the two files held the other's newest months back, if one did.
    """

    area: Area
    law: Law
    calibrated_law: Law
    assumed: Assumptions
    hazards: np.ndarray
    destinations: np.ndarray
    season: np.ndarray
    exit_season: np.ndarray
    share: pd.DataFrame
    recipients: pd.Series
    panel: Path | None
    behind: Behind | None = None

    @property
    def newest(self) -> int:
        """Month number of the newest complete month that both of Kela's files hold."""
        return month_number(str(self.share["month"].max()))

    @property
    def rules(self) -> str:
        """Hash of the law in force in the observed months, which is what a calibration depends on."""
        first = month_number(str(self.share["month"].min()))
        return self.calibrated_law.fingerprint(int(month_start(first)), int(month_start(self.newest + 1)) - 1)

    @property
    def observed(self) -> pd.DataFrame:
        """Kela's euros by month (rows "2026-08") and line (day classes, then total)."""
        table = pivot(self.share)
        return table.set_axis([str(month) for month in table.index])

    @property
    def advanced_share(self) -> float:
        """Of payments due on a holiday that opens a month, see sim.money.payment."""
        return float(self.assumed.payment.advanced_share)

    @property
    def class_labels(self) -> tuple[str, ...]:
        """Day classes of the newest month, the free one first."""
        return self.law.ladder(int(month_start(self.newest))).class_labels

    def until(self, month: int) -> Inputs:
        """The same inputs as they would have stood at the end of *month* (month number)."""
        if not month_number(str(self.share["month"].min())) <= month <= self.newest:
            raise InputError(self.area.kela_share, f"month {month_label(month)}", "is not among its months",
                             f"choose one from {self.share['month'].min()} to {self.share['month'].max()}")
        last = pd.Period(year=month // 12, month=month % 12 + 1, freq="M")
        return replace(self, share=self.share[self.share["month"] <= last],
                       recipients=self.recipients[self.recipients.index <= last])


def load_inputs(area: str, root: Path, law: Path | None = None, choices: Mapping[str, str] | None = None) -> Inputs:
    """All inputs of the municipality *area* under the data *root*; InputError names what is wrong in which file.

    Parameters
    ----------
    law : folder of a law tree; the one that is shipped by default.
    choices : answers to open questions of the law, see load_law.
    """
    folder = load_area(area, root)
    stock = read_duration_stock(folder.duration, folder.hazard_area)
    steady = stock["month"].between(pd.Period(STEADY_YEARS.start, "M"), pd.Period(STEADY_YEARS.stop, "M"))
    assumed = read_assumptions(folder.assumptions)
    exits = _exits(folder, stock[steady], assumed.arrivals.age.array)
    recipients = read_recipients(folder.kela_recipients, folder.code)
    share = read_share(folder.kela_share, folder.code, folder.known_breaks)
    newest = min(recipients.index[-1], share["month"].max())
    if not recipients.index[0] <= share["month"].min() <= newest:
        raise InputError(folder.kela_recipients, f"month {share['month'].min()}", "is missing",
                         f"give the file all months from the first of {folder.kela_share.name}")
    in_force = load_law(law, choices)
    return Inputs(
        area=folder,
        law=in_force,
        calibrated_law=load_law(law) if choices else in_force,
        assumed=assumed,
        hazards=exits.hazards,
        destinations=exits.destinations,
        season=arrival_season(stock),
        exit_season=exit_season(stock),
        share=share[share["month"] <= newest],
        recipients=recipients[recipients.index <= newest],
        panel=panel_file(root),
        behind=_behind(folder, share["month"].max(), recipients.index[-1]),
    )


def _exits(folder: Area, steady_stock: pd.DataFrame, mix: np.ndarray) -> MeasuredExits:
    """Measured exits, or hazards from published tables for this *mix* of ages, which know no destinations."""
    if folder.measured is not None:
        return read_measured(folder.measured)
    hazards = exit_hazards(read_survival(folder.survival).loc[STEADY_YEARS], steady_stock, mix)
    return MeasuredExits(hazards, np.full((*hazards.shape, 3), np.nan))


def _behind(folder: Area, share: pd.Period, recipients: pd.Period) -> Behind | None:
    """Which file ends first, by the newest months of *share* and *recipients*."""
    ends = sorted([(str(share), folder.kela_share.name), (str(recipients), folder.kela_recipients.name)])
    (newest, file), (other_newest, other_file) = ends
    return Behind(file, newest, other_file, other_newest) if newest != other_newest else None
