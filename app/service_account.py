"""Services, and a scenario's effect, as ``kuntaosuus run`` shows them: on the console, in JSON, as charts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.console import out
from reports.charts.effect import effect_chart
from reports.charts.services import services_chart, services_finding
from reports.effect import effect_finding, effect_table, gains_table
from reports.lines import source
from reports.numbers import months
from reports.service_tables import groups_table, run_services_tables
from reports.style import save
from scenarios.run import Outcome
from sim.law.calendar import month_label
from sim.services.caseworkers import Caseworking
from sources.records import records

TABLES = {"effect": "effect", "services": "unit_costs", "units": "caseworkers", "groups": "groups"}  # by key in JSON


def print_effect(outcome: Outcome) -> None:
    """What the scenario changes against its baseline; nothing where it has none."""
    tables = outcome.tables
    if "effect" not in tables:
        return
    out.print(effect_table(tables["effect"], outcome.scenario.title, _window(outcome)))
    out.print(effect_finding(tables["effect"], _window(outcome)), soft_wrap=True)
    gains = gains_table(tables["effect_groups"], tables["effect_services"]) if "effect_groups" in tables else None
    if gains:
        out.print(gains)


def print_services(outcome: Outcome) -> None:
    """Services, units of caseworkers and groups of clients; nothing in a run without services."""
    tables, plan = outcome.tables, outcome.plan
    if "unit_costs" not in tables:
        return
    span = months(month_label(plan.first_month), month_label(plan.first_month + plan.months - 1))
    out.print(run_services_tables(tables["unit_costs"], tables["caseworkers"], unit_titles(outcome),
                                  f"{plan.inputs.area.title}, {span}"), groups_table(tables["groups"]))


def services_json(outcome: Outcome) -> dict[str, list[dict] | None]:
    """Rows of each table by its key, null where there is none; of the units of caseworkers the whole run only."""
    tables = dict(outcome.tables)
    if "caseworkers" in tables:
        tables["caseworkers"] = tables["caseworkers"].query("month == 'total'").drop(columns="month")
    return {key: records(tables[name]) if name in tables else None for key, name in TABLES.items()}


def services_charts(outcome: Outcome) -> dict[str, Callable[[Path], None]]:
    """What draws effect.png and services.png, by file name; each only where the run has what it shows."""
    drawn = {"effect.png": ("effect", _effect), "services.png": ("unit_costs", _services)}
    return {name: partial(draw, outcome) for name, (table, draw) in drawn.items() if table in outcome.tables}


def unit_titles(outcome: Outcome) -> dict[str, str]:
    """Name in print of each unit of caseworkers."""
    services = outcome.plan.services
    return {} if services is None else {
        name: unit.title for name, unit in services.plan.mix.of(Caseworking).units.items()}


def _effect(outcome: Outcome, path: Path) -> None:
    effect, window = outcome.tables["effect"], _window(outcome)
    save(effect_chart(effect, title=f"{outcome.scenario.title}: {effect_finding(effect, window)}",
                      source=_source(outcome), date=outcome.scenario.date, window=window), path)


def _window(outcome: Outcome) -> str:
    """The months that the answer is about, in print; empty where they are all."""
    window = outcome.scenario.window
    return months(window.since, window.until) if window else ""


def _services(outcome: Outcome, path: Path) -> None:
    tables, titles = outcome.tables, unit_titles(outcome)
    save(services_chart(tables["caseworkers"], tables["service_flow"], tables["unit_costs"], units=titles,
                        title=f"{outcome.plan.inputs.area.title}: {services_finding(tables['caseworkers'], titles)}",
                        source=_source(outcome), date=outcome.scenario.date), path)


def _source(outcome: Outcome) -> str:
    return source(month_label(outcome.plan.inputs.newest))
