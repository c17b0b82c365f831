"""The validation report: what the checks of the model against Kela came to, as a page of Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from scenarios.billing import BilledYear
from scenarios.old_law import OldLawCheck
from scenarios.validate import Check

HEAD = """# Validation report

Made by `kuntaosuus validate --report`; not to be edited. What each check asks, and its bars: [checks.md](checks.md).
A ratio is model ÷ Kela; euros are thousands, nominal, by payment month. A star marks Kela's figure outside the 80 %
interval.

Municipality: {name}. Data to {newest}. Calibration `{calibration}`; that of the hindcast, which knew nothing after
{until}, `{past}`.
"""


def validation_page(checks: dict[str, Check], years: Sequence[BilledYear], old_law: OldLawCheck, **head: str) -> str:
    """The page.

    Parameters
    ----------
    checks : ``calibration`` and ``hindcast``.
    years : the year of late invoices, by each calibration.
    old_law : the back-cast under the law before 2025.
    head : name, newest, until, and the hashes of both calibrations: calibration, past.
    """
    parts = [HEAD.format(**head), _summary(checks),
             "## Calibration window\n\nMonths that the model was fitted to: this says that it can follow, not that it "
             "can forecast.\n\n" + _months(checks["calibration"]),
             f"## Hindcast\n\nProjected from {head['until']}, unseen.\n\n" + _months(checks["hindcast"])]
    parts += [_billed(year) for year in years]
    parts.append(_old_law(old_law))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _summary(checks: dict[str, Check]) -> str:
    """Both checks beside each other, and the yardstick."""
    told = {name: check.summary() for name, check in checks.items()}
    lines = list(told["calibration"]["class_ratio"])
    yardstick = told["hindcast"]["yardstick"]
    rows = [("total", *(f"{each['total_ratio']:.3f}" for each in told.values()), f"{yardstick['total']:.3f}")]
    rows += [(f"paid days {line}", *(f"{each['class_ratio'][line]:.3f}" for each in told.values()),
              f"{yardstick[line]:.3f}") for line in lines]
    rows.append(("mean error of the classes", *(_percent(each["mean_absolute_class_error"]) for each in told.values()),
                 _percent(sum(abs(yardstick[line] - 1) for line in lines) / len(lines))))
    rows.append(("months with Kela's total inside the 80 % interval",
                 *(f"{each['months_in_80_band']} of {each['months']}" for each in told.values()), "–"))
    return ("## In short\n\nThe yardstick holds the last known month's euros per benefit day constant.\n\n"
            + _table(("", "calibration window", "hindcast", "yardstick"), rows))


def _months(check: Check) -> str:
    """Totals by month, and how far each class is off in it."""
    rows = check.rows
    classes = [line for line in dict.fromkeys(rows["line"]) if line != "total"]
    ratio = rows.assign(cell=[f"{value:.2f}{'' if inside else '*'}" for value, inside in
                              zip(rows["ratio"], rows["in_band"], strict=True)])
    wide = ratio.pivot(index="month", columns="line", values="cell")
    totals = rows[rows["line"] == "total"].set_index("month")
    return _table(("month", "Kela", "model", "80 % interval", "model ÷ Kela", *classes), [
        (month, _thousands(row["kela"]), _thousands(row["model"]), f"{_thousands(row['p10'])}–{_thousands(row['p90'])}",
         wide.loc[month, "total"], *(wide.loc[month, line] for line in classes))
        for month, row in totals.iterrows()])


def _billed(year: BilledYear) -> str:
    summary = year.summary()
    months = pd.DataFrame(summary["months"])
    told = ", ".join(f"{line} {ratio:.2f}" for line, ratio in summary["class_ratio"].items())
    return (f"## Year of late invoices, calibration of {year.until}\n\nThe year: {summary['total_ratio']:.3f}. "
            f"By class: {told}. Of the year's euros {summary['fitted_share']:.0%} are in classes and months that were "
            "fitted.\n\n" + _table(("month", "Kela", "model", "model ÷ Kela", "model, all billed in time"), [
                (row.month, _thousands(row.kela), _thousands(row.model), f"{row.ratio:.2f}", _thousands(row.in_time))
                for row in months.itertuples()]))


def _old_law(check: OldLawCheck) -> str:
    summary = check.summary()
    return (f"## Old law: {check.name}\n\nPublished days priced by the law tree. All years: "
            f"{summary['total_ratio']:.3f}.\n\n"
            + _table(("year", "Kela", "model", "model ÷ Kela", "paid, €/day", "basic amount, €/day", "evidence"), [
                (row.year, _thousands(row.kela), _thousands(row.model), f"{row.ratio:.3f}", f"{row.paid_per_day:.2f}",
                 f"{row.basic_amount:.2f}", row.status) for row in check.years().itertuples()]))


def _table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, each)) + " |" for each in lines)


def _thousands(euros: float) -> str:
    return f"{euros / 1e3:,.0f}".replace(",", " ")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
