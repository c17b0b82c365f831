"""What ``kuntaosuus run`` prints and draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import pandas as pd

from app.console import out
from app.net_account import net_charts, net_json, print_net
from app.service_account import print_effect, print_services, services_charts, services_json
from reports.charts.fan import fan_chart, finding, noted
from reports.forecast_tables import record_line
from reports.imports import behind_note
from reports.language import text
from reports.lines import source
from reports.style import save
from reports.tables import exposure_table, months_table, questions_table, years_table
from scenarios.evidence import open_questions
from scenarios.results import manifest
from scenarios.run import Outcome
from scenarios.summary import broken_months
from sim.law.calendar import month_label
from sources.records import records


def print_run(outcome: Outcome, folder: Path, came: pd.DataFrame) -> None:
    """Tables and findings of a run; *folder* holds the rest, *came* is the record of its forecasts."""
    inputs, exposed, listed = outcome.plan.inputs, outcome.tables.get("exposure"), outcome.unverified
    print_effect(outcome)
    out.print(years_table(outcome.tables["years"], f"Työttömyysturvan kuntaosuus, {inputs.area.title}"))
    out.print(months_table(outcome.tables["months"]))
    out.print(finding(outcome.tables["years"]), soft_wrap=True)
    print_net(outcome.tables, inputs.area.title)
    print_services(outcome)
    if exposed is not None:
        out.print(exposure_table(listed), questions_table(open_questions(inputs.law, exposed)))
    services = int((listed["kind"] == "service").sum())
    part = f", joista palveluista {services}" if services else ""
    out.print(f"Vahvistamattomia arvoja käytössä: {len(listed)}{part} "
              f"({folder / 'unverified.csv'}, kuntaosuus assumptions)", soft_wrap=True)
    if behind := inputs.behind:
        out.print(behind_note(asdict(behind)), soft_wrap=True)
    out.print(record_line(came), soft_wrap=True)
    out.print(f"Tulokset: {folder}", soft_wrap=True)


def run_json(outcome: Outcome, folder: Path, came: pd.DataFrame) -> dict:
    """The same as --json has it."""
    columns = ["year", "object", "line", "median", "p10", "p90", "mean"]
    months, exposed, inputs = outcome.tables["months"], outcome.tables.get("exposure"), outcome.plan.inputs
    return {
        "run": manifest(outcome)["run"],
        "path": str(folder),
        "behind": asdict(behind) if (behind := inputs.behind) else None,
        "years": outcome.tables["years"][columns].to_dict("records"),
        "months": months[["month", *columns[1:], "kind"]].to_dict("records"),
        "unverified": records(outcome.unverified),
        "open_questions": records(open_questions(inputs.law, exposed)),
        "record": {"months": len(came), "in_80": int(came["in_80"].sum()), "in_95": int(came["in_95"].sum())},
        **net_json(outcome.tables),
        **services_json(outcome),
    }


def charts(outcome: Outcome) -> dict[str, Callable[[Path], None]]:
    """What draws each chart of a run, by file name."""
    inputs = outcome.plan.inputs
    return {"fan.png": partial(_fan, outcome),
            **net_charts(outcome.tables, inputs.area.title, month_label(inputs.newest), outcome.scenario.date),
            **services_charts(outcome)}


def _fan(outcome: Outcome, path: Path) -> None:
    inputs, tables = outcome.plan.inputs, outcome.tables
    save(fan_chart(tables["months"], years=tables["years"], title=f"{inputs.area.title}: {finding(tables['years'])}",
                   source=source(month_label(inputs.newest)), notes=noted(broken_months(inputs)),
                   date=outcome.scenario.date, band=text("fan.holds"), budget=tables.get("budget"),
                   net=tables.get("net")), path)
