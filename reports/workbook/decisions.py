"""The sheets that decisions are made from: scenarios side by side, effects, producers, the brake, rules of thumb."""

from __future__ import annotations

import pandas as pd

from reports.brake import brake_finding
from reports.effect import ALL_YEARS, effect_finding
from reports.language import text
from reports.lines import object_label
from reports.numbers import DASH, day, number
from reports.run_titles import book_titles, line_name
from reports.sensitivity import told_rules
from reports.workbook.fields import euros, margin, span, tab, whose
from reports.workbook.grid import Field, Grid
from scenarios.decide.brake import Brake
from scenarios.decide.rules_file import KeptRules
from scenarios.decide.starters import Outcome
from scenarios.stored import RunTables
from scenarios.told.report_set import KEY_FIGURES, ReportSet


def board_grid(report: ReportSet) -> Grid:
    """Key figures by year, runs below each other, with their paired difference from the baseline."""
    board = report.board
    order = {run.name: place for place, run in enumerate(report.runs)}
    keys = list(zip(board["object"], board["line"], strict=True))
    value = (board["baseline"] + board["difference"]).fillna(board["value"])  # as on the sheet of its effect
    frame = board.assign(
        last=board["year"] == ALL_YEARS, place=[KEY_FIGURES.index(key) for key in keys], order=board["run"].map(order),
        span=board["year"].map(span), figure=[line_name(*key, {}) for key in keys], value=value,
        title=[report.titles[run] for run in board["run"]], difference=value - board["baseline"],
        difference_faint=~board["certain"]).sort_values(["last", "year", "place", "order"])
    fields = (Field("span", text("workbook.year"), "label"), Field("figure", text("workbook.figure"), "label"),
              Field("title", text("common.scenario"), "text"), Field("value", text("workbook.mean"), "decimal"),
              Field("baseline", text("common.baseline"), "decimal"),
              Field("difference", text("workbook.difference"), "decimal", "{value}-{baseline}",
                    text("workbook.difference_why")), margin(),
              Field("p_break", text("workbook.p_break"), "chance", note=text("workbook.p_break_why")))
    return Grid(tab("board"), text("workbook.board_title"), fields, frame, (text("workbook.board_note"),))


def effect_grid(run: RunTables, title: str, place: int) -> Grid:
    """What a scenario changes by year and line; the difference is a formula."""
    effect = run.table("effect")
    effect = effect[effect["line"] != "per_avoided_day"]
    effect = effect.sort_values("year", key=lambda years: years.where(years != ALL_YEARS, 9999), kind="stable")
    titles = book_titles(run)
    # baseline and difference are stored in whole cents, and the scenario is what they come to
    frame = effect.assign(
        span=effect["year"].map(span),
        name=effect["object"].map(object_label), scenario=effect["baseline"] + effect["difference"],
        figure=[line_name(name, line, titles) for name, line in zip(effect["object"], effect["line"], strict=True)],
        told=[text("workbook.told" if certain else "effect.untold") for certain in effect["certain"]])
    frame["difference"] = frame["scenario"] - frame["baseline"]
    frame["difference_faint"] = ~frame["certain"].astype(bool)
    fields = (Field("span", text("workbook.year"), "label"), Field("name", text("workbook.object"), "label"),
              Field("figure", text("workbook.line"), "label"),
              *(Field(each, text(f"common.{each}"), "decimal") for each in ("baseline", "scenario")),
              Field("difference", text("workbook.difference"), "decimal", "{scenario}-{baseline}",
                    text("workbook.difference_why")),
              margin(),
              *(Field(each, text(f"workbook.{each}"), "decimal") for each in ("p10", "p90")),
              Field("told", text("workbook.certain"), "label"))
    return Grid(f"{tab('effect')} {place}" if place else tab("effect"), f"{title}: {effect_finding(effect)}", fields,
                frame, (text("workbook.effect_note"),))


def brake_grid(told: Brake) -> Grid:
    """What stopping each contract saves in the budget year, and what benefit share it adds later."""
    levers = told.levers.reset_index()
    later = DASH.join(dict.fromkeys((str(told.years[0]), str(told.years[-1]))))
    frame = levers.assign(stop=[day(pd.Timestamp(stop).date()) for stop in levers["stop"]],
                          taken=[text("workbook.taken") if taken else "" for taken in levers["taken"]],
                          left=levers["bills"] - levers["committed"],
                          **{f"{key}_faint": ~levers[f"{key}_certain"].astype(bool) for key in ("operating", "added")})
    summed = text("workbook.levers_total")
    names = {"operating": text("brake.operating", year=told.year), "added": text("brake.share", span=later)}
    fields = (Field("title", text("common.contract"), "text"), Field("stop", text("common.ends"), "label"),
              euros("bills", text("workbook.bills", year=told.year), summed),
              euros("committed", text("workbook.committed"), summed),
              euros("left", text("workbook.left"), summed, "{bills}-{committed}", text("workbook.left_why")),
              *(each for key, name in names.items() for each in (
                  euros(key, name),
                  margin(f"{key}_margin"))),
              Field("people", text("workbook.people"), "decimal"), Field("taken", text("workbook.package"), "label"))
    return Grid(f"{tab('brake')} {told.year}", brake_finding(told), fields, frame,
                (text("workbook.brake_note", day=day(told.decided), draws=told.draws),
                 text("common.services_estimated")), label=text("common.total"))


def rules_grid(told: KeptRules) -> Grid:
    """What one per cent more of something does to each budget year: a row a rule and object, years abreast."""
    rows, years = [], [*sorted(set(told.rows["year"]) - {ALL_YEARS}), ALL_YEARS]
    for name, rule, found in told_rules(told.rows):
        whole = found[ALL_YEARS]
        rows.append({"object": object_label(name), "rule": text(f"rules.{rule}"), "bend": whole.bend,
                     "how": text("rules.exact" if whole.exact else "rules.simulated"),
                     **{key: value for year, row in found.items() for key, value in (
                         (f"y{year}", row.difference), (f"m{year}", row.margin),
                         (f"y{year}_faint", not row.certain))}})
    fields = (Field("object", text("workbook.object"), "label"), Field("rule", text("rules.rule"), "text"),
              *(each for year in years for each in (
                  euros(f"y{year}", span(year)), margin(f"m{year}"))),
              Field("bend", text("rules.bend"), "share", note=text("rules.bend_why")),
              Field("how", text("rules.how"), "label"))
    return Grid(tab("rules"), text("rules.title", title=told.title), fields, pd.DataFrame(rows),
                (text("rules.note", draws=told.draws), text("rules.note_others")))


def producers_grid(run: RunTables, table: pd.DataFrame) -> Grid:
    """Contracts by service: outcomes raw and on equal terms, what a start and an outcome cost."""
    used = table[(table["starts"] > 0) | (table["payment"] != 0)]
    frame = used.assign(ratio=(used["ratio"] - 1).where(used["compared"] > 1), ratio_faint=~used["told"])
    fields = (Field("service_title", text("workbook.service"), "text"),
              Field("title", text("common.contract"), "text"),
              Field("starts", text("producers.starts"), "decimal"),
              *(Field(each, text(f"producers.{each}"), "share", note=text(f"producers.{each}_why") if why else "")
                for each, why in (("raw", True), ("adjusted", True), ("low", False), ("high", False),
                                  ("shrunk", True), ("ratio", True), ("completed", False))),
              Field("wait", text("common.wait"), "decimal"), euros("per_start", text("producers.per_start")),
              euros("per_outcome", text("producers.per_outcome"), note=text("producers.per_outcome_why")),
              euros("payment", text("workbook.paid"), text("workbook.services_total")))
    within, lasting = (number(each, int(each % 1 > 0)) for each in Outcome())
    return Grid(tab("producers"), text("producers.title", municipality=whose(run)), fields, frame,
                (text("producers.note", within=within, lasting=lasting), text("common.services_estimated")),
                label=text("common.total"))
