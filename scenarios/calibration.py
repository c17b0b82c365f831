"""The calibration of a municipality: the file that ``calibrate`` writes and runs read.

A folder <data>/<area>/calibration/<month>/ holds ``calibration.yaml`` (fitted values, their covariance, the fit),
``opening.parquet`` (the opening stock at the end of the month) and ``accrued.csv`` (paid days not yet paid out by
then).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from scenarios.build import Behaviour
from sim.clients.clients import Clients
from sim.clients.opening import opening_frame, read_opening, recalibrate
from sim.clients.streams import generator
from sim.law.benefits import Benefit
from sim.law.calendar import month_label, month_number
from sim.money.payment import PaymentProfile
from sources.errors import InputError
from sources.files import Strict, numbers, read_csv, read_yaml

NAMES = ("exit_level", "return_level", "lasting", "arrivals_fund", "arrivals_other")
LOWEST = 0.01  # a sampled level or share never falls to zero


class Payment(Strict):
    """Fitted payment profile and the spread of its timing."""

    delay_days: float
    late_share: float
    advanced_share: float
    timing_sd: float


class Stored(Strict):
    """Schema of calibration.yaml."""

    area: str
    until: str
    seed: int
    inputs: str
    law: str
    names: list[str]
    values: list[float]
    priors: list[float | None]
    covariance: list[list[float]]
    payment: Payment
    misfit: float
    fit: list[dict[str, str | float]]


@dataclass(frozen=True, eq=False)
class Parameters:
    """One set of the fitted values.

    Attributes
    ----------
    behaviour : how people move.
    arrivals : (2,) expected arrivals a month at factor 1: fund members, others.
    utilisation : (classes,) paid over full amount; the free class first.
    """

    behaviour: Behaviour
    arrivals: np.ndarray
    utilisation: np.ndarray

    @staticmethod
    def of(values: np.ndarray) -> Parameters:
        """From a vector in the order of NAMES, then utilisation by charged class."""
        fitted = np.maximum(values, LOWEST)
        return Parameters(Behaviour(fitted[0], fitted[1], min(fitted[2], 1 - LOWEST)), fitted[3:5],
                          np.concatenate([[1.0], fitted[5:]]))


@dataclass(frozen=True, eq=False)
class Calibration:
    """What calibration leaves: see Stored; ``opening`` and ``accrued`` belong to the end of month ``until``.

    ``accrued`` is (months, benefits, classes) paid days of the newest months, the last of them ``until``.
    """

    stored: Stored
    opening: Clients
    accrued: np.ndarray

    @property
    def digest(self) -> str:
        """SHA-256 of all three parts: fitted values, opening stock and days not yet paid."""
        total = hashlib.sha256(self.stored.model_dump_json().encode())
        for name, column in opening_frame(self.opening).items():
            total.update(str(name).encode() + column.to_numpy().tobytes())
        total.update(self.accrued.tobytes())
        return total.hexdigest()

    @property
    def until(self) -> int:
        """Month number of the newest month that was used."""
        return month_number(self.stored.until)

    @property
    def profile(self) -> PaymentProfile:
        """When paid days are paid."""
        return PaymentProfile(**self.stored.payment.model_dump(exclude={"timing_sd"}))

    def central(self) -> Parameters:
        """The fitted values."""
        return Parameters.of(np.array(self.stored.values))

    def draw(self, number: int, seed: int) -> Parameters:
        """Values of draw *number*: multivariate normal about the fitted ones, an odd draw the mirror of the one before.

        Pairs give few draws the right centre; so do the paths (forecasting.paths).
        """
        values, covariance = np.array(self.stored.values), np.array(self.stored.covariance)
        size, direction = np.linalg.eigh(covariance)
        pair, mirrored = divmod(number, 2)
        luck = generator(seed, pair, "calibrated parameters").standard_normal(len(values)) * (-1 if mirrored else 1)
        return Parameters.of(values + direction @ (np.sqrt(np.maximum(size, 0)) * luck))

    def timing(self, number: int, months: int, seed: int) -> np.ndarray:
        """Share of each month's payments that slips into the next, (months,), of draw *number*."""
        return self.stored.payment.timing_sd * generator(seed, number, "payment timing").standard_normal(months)


def folder_of(root: Path, area: str, month: int) -> Path:
    """Where the calibration of *area* until *month* lies under the data *root*."""
    return root / area / "calibration" / month_label(month)


def write_calibration(calibration: Calibration, folder: Path, classes: tuple[str, ...]) -> None:
    """Write the three files of *calibration* into *folder*, each whole or not at all."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yaml = YAML()
        yaml.default_flow_style = None
        yaml.width = 200
        drafts = {name: folder / f".{name}" for name in ("calibration.yaml", "opening.parquet", "accrued.csv")}
        with drafts["calibration.yaml"].open("w", encoding="utf-8", newline="\n") as file:
            yaml.dump(calibration.stored.model_dump(), file)
        opening_frame(calibration.opening).to_parquet(drafts["opening.parquet"], index=False, compression="zstd")
        _accrued_frame(calibration, classes).to_csv(drafts["accrued.csv"], index=False, lineterminator="\n")
        for name, draft in drafts.items():
            draft.replace(folder / name)
    except OSError as fault:
        raise InputError(folder, "", f"cannot be written ({fault.strerror})",
                         "copy the data folder and use --data") from None


def read_calibration(folder: Path, classes: tuple[str, ...]) -> Calibration:
    """The calibration in *folder*; InputError says which file is missing or faulty."""
    if not folder.is_dir():
        raise InputError(folder, "", "there is no calibration for this month",
                         recalibrate(folder))
    stored = read_yaml(folder / "calibration.yaml", Stored)
    size = len(NAMES) + len(classes) - 1
    if len(stored.values) != size or np.shape(stored.covariance) != (size, size):
        raise InputError(folder / "calibration.yaml", "key values", f"does not hold {size} values and their covariance",
                         recalibrate(folder))
    return Calibration(stored, read_opening(folder / "opening.parquet"), _read_accrued(folder / "accrued.csv", classes))


def _accrued_frame(calibration: Calibration, classes: tuple[str, ...]) -> pd.DataFrame:
    months = calibration.until + 1 - len(calibration.accrued) + np.arange(len(calibration.accrued))
    index = pd.MultiIndex.from_product(
        [[month_label(int(m)) for m in months], [b.name.lower() for b in Benefit], classes],
        names=["month", "benefit", "day_class"])
    return pd.Series(calibration.accrued.ravel().round(1), index, name="days").reset_index()


def _read_accrued(path: Path, classes: tuple[str, ...]) -> np.ndarray:
    frame = read_csv(path, ["month", "benefit", "day_class", "days"])
    days = numbers(frame, "days", path).to_numpy()
    cell = len(Benefit) * len(classes)
    if len(days) == 0 or len(days) % cell:
        raise InputError(path, "", f"does not hold {cell} rows a month", recalibrate(path.parent))
    return days.reshape(-1, len(Benefit), len(classes))
