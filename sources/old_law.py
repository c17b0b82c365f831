"""Kela's months of labour market subsidy under the law before 2025, by day class: recipients, days, euros.

Only days on which the municipality paid a share are in the table: those beyond 300 paid ones. Kela's own sums are the
check: classes add up to the total, in days exactly and in euros to the cent. Months that Kela published in whole euros
may be off by their rounding. Recipients never add up, as in `sources.kela`.

This is not the table that `sources.kela` reads as OLD_LAW: it has one column a measure and class, no municipality code,
and months in whole euros, which that reader must refuse, since to the cent is how it finds a row that is missing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sources.errors import InputError
from sources.files import Strict, numbers, read_csv, read_yaml
from sources.monthly import HALF_CENT, check_gapless, check_unique, counts, months

OLD_LAW = "kela/old_law.yaml"
CLASSES = {"300-499": "300", "500-999": "500", "1000-": "1000", "total": "Yhteensä"}  # and how columns name them
COLUMNS = {"recipients": "Saajat", "paid": "Etuudet", "days": "Päivät", "euros": "Osuus"}
WHOLE_EUROS = 2.0  # three classes and a total, each rounded by up to half a euro


class OldLaw(Strict):
    """Schema of ``old_law.yaml``: a municipality, and its file in the same folder."""

    name: str
    file: str


def read_old_law(root: Path) -> tuple[str, pd.DataFrame]:
    """Name of the municipality, and its months under the law before 2025, from the data *root*.

    Returns
    -------
    DataFrame in order of month and class with columns ``month`` (monthly periods of payment), ``day_class`` (see
    CLASSES, the total last), ``recipients``, ``paid`` (benefit paid, €), ``days`` (paid days) and ``euros`` (the
    municipality's share).

    Raises
    ------
    InputError : a missing column, a repeated or missing month, text for a number, or classes that do not add up.
    """
    path = root / OLD_LAW
    settings = read_yaml(path, OldLaw)
    file = path.parent / settings.file
    wide = read_csv(file, ["Kuukausi", *(word + end for word in COLUMNS.values() for end in CLASSES.values())])
    if wide.empty:
        raise InputError(file, "", "holds no months", "export the table by month")
    when = months(wide, "Kuukausi", file)
    check_unique(pd.DataFrame({"month": when}), file)
    check_gapless(when, file)
    parts = [pd.DataFrame({"month": when, "day_class": name, **{
        column: (counts if column in ("recipients", "days") else numbers)(wide, word + end, file)
        for column, word in COLUMNS.items()}}) for name, end in CLASSES.items()]
    for column in ("paid", "days", "euros"):
        _check_sum(np.stack([part[column] for part in parts]), COLUMNS[column], file)
    order = pd.concat(parts, ignore_index=True)
    return settings.name, order.sort_values("month", kind="stable", ignore_index=True)


def _check_sum(values: np.ndarray, word: str, file: Path) -> None:
    """InputError at the first row whose classes do not add up; *values* are (classes and total, months)."""
    allowed = np.where((values % 1 == 0).all(axis=0), WHOLE_EUROS if word != COLUMNS["days"] else 0, HALF_CENT)
    off = np.abs(values[:-1].sum(axis=0) - values[-1]) > allowed
    if off.any():
        row = int(off.argmax())
        raise InputError(file, f"row {row + 2}, column {word}{CLASSES['total']}",
                         f"says {values[-1, row]:.2f}, its classes sum to {values[:-1, row].sum():.2f}",
                         "export the month again: a class is missing or was changed")
