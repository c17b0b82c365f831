"""The hazard file: what of the estimates may leave the city, and what a run reads."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from forecasting.durations.estimate import Durations
from sim.clients.hazards import TOLD_APART
from sim.clients.measured import COLUMNS, DESTINATIONS
from sources.errors import InputError
from sources.files import read_text, written_whole


def hazard_rows(durations: Durations) -> pd.DataFrame:
    """Rows of the hazard file, as text: hazards to five decimals, shares to two."""
    bands = durations.bands
    rows = bands.assign(
        last_month=bands["last_month"].where(bands["last_month"] < TOLD_APART).map(_whole),
        hazard=bands["hazard"].map("{:.5f}".format), standard_error=bands["standard_error"].map("{:.5f}".format),
        **{name: bands[name].map(lambda share: "" if pd.isna(share) else f"{share:.2f}") for name in DESTINATIONS})
    return rows[list(COLUMNS)].astype(str)


def _whole(value: float) -> str:
    return "" if pd.isna(value) else str(int(value))


def check_target(path: Path, spells: Path) -> None:
    """InputError if writing the hazard file to *path* would lose the *spells* or anything but an older hazard file."""
    if path.resolve() == spells.resolve():
        raise InputError(path, "", "is the file of spells itself", "choose another name with --out")
    if path.suffix == ".png":
        raise InputError(path, "", "is the name of a chart", "choose a name that ends in .csv with --out")
    if path.is_dir():
        raise InputError(path, "", "is a folder", "name a file with --out")
    if path.exists() and read_text(path).partition("\n")[0].strip() != ",".join(COLUMNS):
        raise InputError(path, "", "is there and holds something other than hazards", "choose another name with --out")


def write_hazards(durations: Durations, path: Path) -> None:
    """Write the hazard file of *durations* to *path*, whole or not at all."""
    with written_whole(path, "check its folder and rights") as draft:
        hazard_rows(durations).to_csv(draft, index=False, lineterminator="\n", encoding="utf-8")
