"""What ``kuntaosuus validate`` and ``kuntaosuus calibrate`` print."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from app.console import out
from reports.numbers import month
from reports.tables import billed_year_table, old_law_table, validation_table
from reports.validation import validation_page
from scenarios.billing import BilledYear
from scenarios.calibration import Calibration
from scenarios.old_law import OldLawCheck
from scenarios.validate import Check
from sources.files import written_whole

Found = tuple[dict[str, Check], list[BilledYear], OldLawCheck]


def print_fitted(calibration: Calibration) -> None:
    """Each fitted value with its standard deviation, and the prior it was drawn to, if it has one."""
    stored = calibration.stored
    for place, name in enumerate(stored.names):
        spread = stored.covariance[place][place] ** 0.5
        prior = f"   (prior {stored.priors[place]:.3f})" if stored.priors[place] else ""
        out.print(f"{name:20} {stored.values[place]:9.3f} ± {spread:.3f}{prior}", highlight=False)


def print_check(title: str, check: Check) -> None:
    """The model against Kela's months."""
    summary = check.summary()
    yardstick = "viimeisen kuukauden eurot maksupäivää kohti" if check.yardstick else ""
    shown = {key: summary[key] for key in ("total_ratio", "class_ratio", "months", "months_in_80_band")}
    out.print(validation_table(check.rows, title, **shown, yardstick=yardstick))


def print_billed_year(year: BilledYear) -> None:
    """The year of late invoices."""
    summary = year.summary()
    shown = {key: summary[key] for key in ("total_ratio", "class_ratio", "fitted_share")}
    months = pd.DataFrame(summary["months"])
    title = f"Takautuvien laskujen vuosi {months['month'].iloc[0][:4]}, kalibrointi {month(year.until)}"
    out.print(billed_year_table(months, title, **shown))


def print_old_law(check: OldLawCheck) -> None:
    """The law before 2025 on published days."""
    summary = check.summary()
    out.print(old_law_table(check.years(), f"Vanha laki, {check.name}", total_ratio=summary["total_ratio"],
                            ladder_ratio=summary["ladder_ratio"]))


def write_report(path: Path, name: str, newest: Calibration, past: Calibration, found: Found) -> None:
    """What was *found* as a page in the file *path*: of the *newest* calibration, and of the *past* of the hindcast."""
    checks, years, old_law = found
    page = validation_page(checks, years, old_law, name=name, newest=newest.stored.until, until=past.stored.until,
                           calibration=newest.digest[:12], past=past.digest[:12])
    with written_whole(path, "check its folder and rights") as draft:
        draft.write_text(page, "utf-8")
