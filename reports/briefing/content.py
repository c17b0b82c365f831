"""What a briefing says of its runs: only what their numbers support, in the words of the reports' findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from reports.brake import brake_finding
from reports.briefing.blocks import Break, Briefing, Heading, Paragraph, Points, Table, cut, picture
from reports.budget import chance, estimate_note, net_finding
from reports.charts import drawn
from reports.charts.board import board_chart, board_finding
from reports.charts.classes import classes_finding
from reports.charts.exposure import exposure_finding, widest
from reports.charts.fan import finding
from reports.charts.net_bridge import budget_bridge_finding
from reports.effect import ALL_YEARS, avoided_day, effect_finding
from reports.language import spoken, text
from reports.lines import TOTAL, object_label, status_label
from reports.numbers import DASH, as_read, day, in_millions, interval, month, months, number, plus_minus, signed
from reports.run_titles import group_name, run_source, run_window
from scenarios.decide.brake import Brake
from scenarios.stored import RunTables
from scenarios.told.report_set import ReportSet
from scenarios.told.small_cells import LEAST, for_release

LONG, SHORT = 400, 90  # characters of a question, of a title or a name
FEW_UNITS = 100  # simulations, of which fewer make a rough interval
OBJECTS = ("benefit_share", "operating", "net")
MOST_VALUES = 6
GROUP_LINES = ("clients", "work", "paid_days")


def briefing(report: ReportSet, brakes: Sequence[Brake], internal: str = "") -> Briefing:
    """The briefing of *report* in the language that is spoken.

    Parameters
    ----------
    brakes : kept answers on how the budget could be held, see ``kept``; the first is told.
    internal : why small cells are kept, without which they are emptied.
    """
    run = report.first
    blocks = [*_finding(report), Break(), *_drivers(report), *_scenarios(report), *_brake(run, brakes),
              *_groups(run, internal), *_unknown(run), *_assumptions(run)]
    title = text("briefing.title", municipality=run.municipality)
    return Briefing(title, spoken(), _made(report), blocks, f"{run.name} · {day(run.date)}")


def _made(report: ReportSet) -> tuple[tuple[str, str], ...]:
    run = report.first
    asked, hashes = run.manifest["scenario"], run.manifest["hashes"]
    short = ", ".join(f"{name} {str(hashes[name])[:8]}" for name in ("scenario", "inputs", "law", "code")
                      if hashes.get(name))
    return ((text("common.question"), cut(asked.get("question", ""), LONG)),
            (text("common.author"), cut(asked.get("author", ""), SHORT)), (text("common.date"), day(run.date)),
            (text("common.base_month"), month(run.manifest["base_month"])),
            (text("common.span"), months(*run.manifest["months"])),
            (text("briefing.runs"), "; ".join(cut(f"{report.titles[each.name]} ({each.name})", SHORT)
                                              for each in report.runs)),
            (text("briefing.hashes"), short))


def _finding(report: ReportSet) -> Iterator[Any]:
    """The finding in two sentences, the net, and the budget of each year."""
    run = report.first
    yield Paragraph(_sentence(net_finding(run.table("budget")) if run.has("budget") else finding(run.table("years"))),
                    lead=True)
    yield Paragraph(_sentence(_second(report)), lead=True)
    yield picture((drawn.net if run.has("net") else drawn.fan)(run))
    if run.has("budget"):
        yield _budget(run.table("budget"))


def _second(report: ReportSet) -> str:
    """What a scenario changes; of a baseline alone, where its benefit share goes."""
    run = report.first
    if run.name in report.effects:
        told = effect_finding(run.table("effect"), run_window(run))
        return f"{cut(report.titles[run.name], SHORT)}: {told}"
    if report.effects:
        return board_finding(report.board, _titles(report))
    return finding(run.table("years")) if run.has("budget") else classes_finding(run.table("years"))


def _sentence(words: str) -> str:
    return f"{words.rstrip('.')}."


def _titles(report: ReportSet) -> dict[str, str]:
    return {name: cut(title, SHORT) for name, title in report.titles.items()}


def _budget(budget: pd.DataFrame) -> Table:
    """Appropriation, forecast, deviation and chance of a break by year and object, in M€."""
    rows = []
    for row in budget.itertuples():
        if row.object in OBJECTS:
            amended = DASH if pd.isna(row.amended) else in_millions(row.amended)
            rows.append((f"{row.year} {object_label(row.object)}", in_millions(row.original), amended,
                         in_millions(row.median), interval(row.p10, row.p90, in_millions),
                         signed(row.deviation, in_millions), chance(row.p_break)))
    note = estimate_note(budget["status"])
    return Table((text("briefing.binding"), text("common.original"), text("common.amended"),
                  text("briefing.forecast"), text("briefing.band"), text("common.gap"), text("briefing.breaks")),
                 tuple(rows), note=text("briefing.budget_note", note=f" ({note})" * bool(note)))


def _drivers(report: ReportSet) -> Iterator[Any]:
    """What drives the net: objects against their appropriation, day classes, values that nobody has verified."""
    run = report.first
    yield Heading(text("briefing.drivers"))
    points = [classes_finding(run.table("years"))]
    if run.has("budget"):
        points.insert(0, budget_bridge_finding(run.table("budget")))
    if run.has("exposure"):
        points.append(exposure_finding(run.unverified))
    yield Points(tuple(map(_sentence, points)))
    if run.name in report.effects:
        yield picture(drawn.effect_bridge(run, cut(report.titles[run.name], SHORT)))
    elif run.has("budget"):
        yield picture(drawn.budget_bridge(run))


def _scenarios(report: ReportSet) -> Iterator[Any]:
    """The board as a chart and as a table of paired differences."""
    yield Heading(text("briefing.board"))
    if not report.effects:
        yield Paragraph(text("briefing.no_scenario"))
        return
    run = report.first
    yield picture(board_chart(report.board, _titles(report), source=run_source(run), date=run.date))
    rows = []
    for each in report.runs:
        if each.name in report.effects:
            effect = each.table("effect")
            whole = effect[(effect["year"] == ALL_YEARS) & (effect["line"] == TOTAL)].set_index("object")
            cells = [_change(whole.loc[name]) if name in whole.index else DASH for name in OBJECTS]
            rows.append((cut(report.titles[each.name], SHORT), *cells))
    yield Table((text("common.scenario"), *map(object_label, OBJECTS)), tuple(rows),
                note=text("briefing.board_note", untold=text("effect.untold")))
    priced = [(each, avoided_day(each.table("effect"))) for each in report.runs if each.name in report.effects]
    yield Points(tuple(f"{cut(report.titles[each.name], SHORT)}: {told}" for each, told in priced if told))


def _change(row: pd.Series) -> str:
    """A difference with its margin, and whether it is told from zero."""
    told = plus_minus(row["difference"], row["margin"], in_millions)
    return told if row["certain"] or row["difference"] == row["margin"] == 0 else f"{told} ({text('effect.untold')})"


def _brake(run: RunTables, brakes: Sequence[Brake]) -> Iterator[Any]:
    """What may still be stopped, and what that costs later."""
    yield Heading(text("briefing.brake"))
    if not brakes:
        yield Paragraph(text("briefing.no_brake"))
        return
    told = brakes[0]
    yield Paragraph(_sentence(brake_finding(told)))
    taken = told.levers[told.levers["taken"]]
    rows = [(cut(str(row["title"]), SHORT), day(pd.Timestamp(row["stop"]).date()), _euros(row, "operating"),
             _euros(row, "added")) for _, row in taken.iterrows()]
    if told.package is not None:
        rows.append((text("briefing.package"), "", _euros(told.package, "operating"), _euros(told.package, "added")))
    span = DASH.join(dict.fromkeys((str(told.years[0]), str(told.years[-1]))))
    yield Table((text("common.contract"), text("common.ends"), text("brake.operating", year=told.year),
                 text("brake.share", span=span)), tuple(rows),
                note=text("briefing.brake_note", day=day(told.decided), draws=told.draws,
                          scenario=cut(told.scenario.title, SHORT), untold=text("effect.untold"),
                          others=len(told.levers) - len(taken)))


def _euros(row: pd.Series, name: str) -> str:
    return _change(pd.Series({"difference": row[name], "margin": row[f"{name}_margin"],
                              "certain": row[f"{name}_certain"]}))


def _groups(run: RunTables, internal: str) -> Iterator[Any]:
    """Who is served: clients, work and paid days by group; small cells are emptied."""
    if not run.has("groups"):
        return
    table = run.table("groups")
    table, _ = (table, 0) if internal else for_release("groups", table)
    note = (text("common.internal", reason=cut(internal, LONG)) if internal
            else text("briefing.small_cells", least=LEAST))
    yield Heading(text("common.groups_title"))
    yield Table((text("common.group"), *(text(f"common.{name}") for name in GROUP_LINES)),
                tuple((group_name(row["group"]), *(number(row[name]) for name in GROUP_LINES))
                      for _, row in table.iterrows()), note=note)


def _unknown(run: RunTables) -> Iterator[Any]:
    """What the forecast does not know."""
    yield Heading(text("briefing.unknown"))
    units, points = len(run.units), [text("fan.holds"), text("briefing.not_modelled")]
    points.insert(1, text("briefing.few" if units < FEW_UNITS else "briefing.many", count=units))
    broken = run.manifest.get("broken_months", [])
    for name in ("old_law_tail", "arrears"):
        if known := [label for label, what in broken if what == name]:
            points.append(text("briefing.broken", span=months(known[0], known[-1]), what=text(f"fan.{name}")))
    if preliminary := [label for label, name in broken if name == "preliminary"]:
        points.append(text("briefing.preliminary", span=months(preliminary[0], preliminary[-1])))
    if run.has("budget") and estimate_note(run.table("budget")["status"]):
        points.append(text("common.estimated"))
    if run.with_services:
        points.append(text("common.services_estimated"))
    yield Points(tuple(points))


def _assumptions(run: RunTables) -> Iterator[Any]:
    """The values that move the forecast most, of those that nobody has verified, and how many there are by evidence."""
    listed = run.unverified
    yield Heading(text("briefing.assumptions"))
    counts = listed["status"].value_counts()
    yield Paragraph(text("briefing.counted", count=len(listed), kinds=", ".join(
        f"{status_label(status)} {count}" for status, count in counts.items())))
    rows = tuple((cut(str(row.name), SHORT), cut(f"{as_read(str(row.value))} {row.unit}", SHORT),
                  status_label(str(row.status)), cut(str(row.source), 2 * SHORT),
                  interval(row.euros_low, row.euros_high, in_millions))
                 for row in widest(listed, MOST_VALUES).itertuples(index=False))
    if rows:
        yield Table((text("common.value_name"), text("common.value"), text("common.status"),
                     text("common.value_source"), "M€"), rows, texts=(0, 1, 2, 3), note=text("briefing.moved"))
