"""The charts of a report: by name, what each draws of the runs that the report is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from matplotlib.figure import Figure

from reports.budget import net_finding
from reports.charts.board import board_chart
from reports.charts.classes import classes_chart
from reports.charts.effect import effect_chart
from reports.charts.exposure import exposure_chart
from reports.charts.fan import fan_chart, finding, noted
from reports.charts.net import net_chart
from reports.charts.net_bridge import budget_bridge_chart, effect_bridge_chart
from reports.charts.risk import risk_chart
from reports.charts.services import services_chart, services_finding
from reports.charts.states import states_chart
from reports.charts.survival import survival_chart
from reports.effect import effect_finding
from reports.language import text
from reports.run_titles import cost_lines, run_source, run_window, unit_names
from scenarios.decide.risk import risk
from scenarios.stored import RunTables, open_run
from scenarios.told.report_set import ReportSet
from scenarios.told.whereabouts import survival, whereabouts

Figures = Iterator[tuple[str, Callable[[], Figure]]]


def figures(report: ReportSet) -> Figures:
    """Every chart that the runs of *report* have the tables for: its name, and what draws it.

    The first run's own charts come first, then the board of all, then what each scenario changes.
    """
    run = report.first
    for name, (table, draw) in OF_A_RUN.items():
        if run.has(table):
            yield name, partial(draw, run)
    if run.manifest.get("events") or run.manifest.get("repriced_from"):
        stored = open_run(run.folder)
        yield "states", lambda: states_chart(whereabouts(stored), source=run_source(run), date=run.date)
        yield "survival", lambda: survival_chart(survival(stored), source=run_source(run), date=run.date)
    yield "board", lambda: board_chart(report.board, report.titles, source=run_source(run), date=run.date)
    for each in report.runs:
        if each.name in report.effects:
            suffix = "" if len(report.runs) == 1 else f"-{each.name[-8:]}"
            yield f"effect{suffix}", partial(effect, each, report.titles[each.name])
            yield f"effect-bridge{suffix}", partial(effect_bridge, each, report.titles[each.name])


def fan(run: RunTables) -> Figure:
    """The benefit share by month, with its appropriation."""
    years, budgeted = run.table("years"), run.has("budget")
    return fan_chart(run.table("months"), years=years, title=f"{run.municipality}: {finding(years)}",
                     source=run_source(run), date=run.date, notes=noted(run.manifest.get("broken_months", [])),
                     band=text("fan.holds"), budget=run.table("budget") if budgeted else None,
                     net=run.table("net") if budgeted else None)


def net(run: RunTables) -> Figure:
    """The net to date against its appropriation."""
    budget = run.table("budget")
    return net_chart(run.table("net"), budget, title=f"{run.municipality}: {net_finding(budget)}",
                     source=run_source(run), date=run.date)


def objects(run: RunTables) -> Figure:
    """Benefit share against operating cost, with both limits."""
    found = risk(run.table)
    return risk_chart(found.objects, found.joint, found.units, found.limits, title=run.municipality,
                      source=run_source(run), date=run.date)


def classes(run: RunTables) -> Figure:
    """The benefit share by day class."""
    return classes_chart(run.table("months"), run.table("years"), source=run_source(run), date=run.date)


def budget_bridge(run: RunTables) -> Figure:
    """From the appropriation to the forecast."""
    return budget_bridge_chart(run.table("budget"), source=run_source(run), date=run.date)


def exposure(run: RunTables) -> Figure:
    """What hangs on values that nobody has verified."""
    return exposure_chart(run.unverified, source=run_source(run), date=run.date)


def services(run: RunTables) -> Figure:
    """Queues and lateness, and the largest services."""
    casework, units = run.table("caseworkers"), unit_names(run)
    return services_chart(casework, run.table("service_flow"), run.table("unit_costs"), units=units,
                          title=f"{run.municipality}: {services_finding(casework, units)}", source=run_source(run),
                          date=run.date)


def effect(run: RunTables, title: str) -> Figure:
    """What the scenario of *run* changes, by year."""
    table, window = run.table("effect"), run_window(run)
    return effect_chart(table, title=f"{title}: {effect_finding(table, window)}", source=run_source(run),
                        date=run.date, window=window)


def effect_bridge(run: RunTables, title: str) -> Figure:
    """What the scenario of *run* changes, by day class and budget line."""
    table = run.table("effect")
    return effect_bridge_chart(table, cost_lines(run), title=f"{title}: {effect_finding(table, run_window(run))}",
                               source=run_source(run), date=run.date)


OF_A_RUN: dict[str, tuple[str, Callable[[RunTables], Figure]]] = {
    "fan": ("months", fan), "net": ("net", net), "objects": ("breaks", objects), "classes": ("months", classes),
    "budget-bridge": ("budget", budget_bridge), "tornado": ("exposure", exposure),
    "services": ("service_flow", services)}
"""Charts of one run, by name: the table that each needs, and what draws it."""
