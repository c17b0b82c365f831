"""What the workbook of a report holds: its cover and its grids, from the tables of the runs.

Sums and differences are formulas, and come to what the runs have stored. Means add up, medians do not; so only means
are summed. Monthly means are stored in whole cents, so that a month's lines can be a cent off its total: a line for
that rounding stands among them, as in any account that is told in rounded figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

import pandas as pd

from reports.brake import brake_finding
from reports.budget import estimate_note
from reports.effect import ALL_YEARS, effect_finding
from reports.language import text
from reports.lines import TOTAL, object_label, status_label
from reports.numbers import DASH, day, month, months
from reports.run_titles import book_titles, class_name, cost_lines, group_name, line_name, unit_names
from reports.workbook.grid import Field, Grid, Picture
from scenarios.decide.brake import Brake
from scenarios.stored import RunTables
from scenarios.told.report_set import KEY_FIGURES, ReportSet
from scenarios.told.small_cells import LEAST, for_release

QUANTILES = ("median", "p10", "p90")
COUNTS = ("asked", "started", "completed", "dropped")
ROUNDING = "rounding"


def cover(report: ReportSet, emptied: int, internal: str) -> list[tuple[str, ...]]:
    """Rows of the cover: question, author, hashes and dates of each run, what is said of all, unverified values."""
    first = report.first
    rows: list[tuple[str, ...]] = [(text("workbook.title", municipality=first.municipality),)]
    for run in report.runs:
        asked, hashes = run.manifest["scenario"], run.manifest["hashes"]
        rows += [(), (report.titles[run.name],), (text("workbook.question"), asked.get("question", "")),
                 (text("workbook.author"), asked.get("author", "")), (text("workbook.date"), day(run.date)),
                 (text("workbook.run"), run.name),
                 (text("workbook.baseline"), run.manifest["baseline"] or text("workbook.no_baseline")),
                 (text("workbook.base_month"), month(run.manifest["base_month"])),
                 (text("workbook.span"), months(*run.manifest["months"])),
                 (text("workbook.draws"), text("workbook.drawn", draws=asked["draws"],
                                               replications=asked["replications"], seed=asked["seed"])),
                 *((text("workbook.hash", name=name), hashes[name]) for name in ("scenario", "inputs", "law", "code")
                   if hashes.get(name)),
                 (text("workbook.unverified_count"), str(run.manifest.get("unverified_values", "")))]
    cells = (text("workbook.small_cells", least=LEAST, count=emptied) if not internal
             else text("workbook.internal", reason=internal))
    return [*rows, (), (text("workbook.reading"),), (text("workbook.means"), text("workbook.means_why")),
            (text("workbook.sign"), text("workbook.sign_why")), (text("workbook.groups"), cells)]


def grids(report: ReportSet, internal: str, brakes: Sequence[Brake] = ()) -> tuple[list[Grid], int]:
    """The sheets beside the cover, and how many small cells were emptied; *internal* is why none is.

    *brakes* are kept answers on how the budget could be held, of the same month of data.
    """
    run = report.first
    made = []
    if run.has("budget"):
        made.append(budget_grid(run))
        made.append(account_grid(run))
        made.append(months_grid(run))
    made += [forecast_grid(run), classes_grid(run), days_grid(run)]
    if run.has("unit_costs"):
        made += [services_grid(run), units_grid(run)]
    emptied = 0
    if run.has("groups"):
        table = run.table("groups")
        table, emptied = (table, 0) if internal else for_release("groups", table)
        made.append(groups_grid(table))
    made.append(board_grid(report))
    scenarios = [each for each in report.runs if each.name in report.effects]
    made += [effect_grid(each, report.titles[each.name], place if len(scenarios) > 1 else 0)
             for place, each in enumerate(scenarios, 1)]
    made += [brake_grid(told) for told in brakes]
    made.append(unverified_grid(run))
    return made, emptied


def _estimated(run: RunTables) -> tuple[str, ...]:
    """That budget and operating plan are no decisions, where they are not."""
    return (text("briefing.estimated"),) if estimate_note(run.table("budget")["status"]) else ()


def _whose(run: RunTables) -> str:
    """Municipality and scenario, for the title of a sheet that is about one run."""
    return f"{run.municipality}, {shorten(run.manifest['scenario']['title'], 80, placeholder=' …')}"


def _tab(name: str) -> str:
    return text(f"workbook.sheet_{name}")


def _euros(key: str, heading: str, total: str = "", formula: str = "", note: str = "") -> Field:
    return Field(key, heading, "euros", formula, note, total)


def budget_grid(run: RunTables) -> Grid:
    """Budget years by object: appropriation, forecast, deviation, chance of a break; the net is their sum."""
    budget, means = run.table("budget"), run.line_means()
    budget = budget.assign(mean=[means.get((row.object, TOTAL, row.year), row.mean) for row in budget.itertuples()],
                           name=budget["object"].map(object_label), status=budget["status"].map(status_label))
    budget["gap"] = budget["mean"] - budget["appropriation"]
    sums = text("workbook.net_of")
    fields = (Field("year", text("workbook.year"), "year"), Field("name", text("workbook.object"), "label"),
              _euros("original", text("workbook.original"), sums), _euros("amended", text("workbook.amended")),
              _euros("appropriation", text("workbook.appropriation"), sums),
              _euros("mean", text("workbook.mean"), sums),
              _euros("gap", text("workbook.gap"), "", "{mean}-{appropriation}", text("workbook.gap_why")),
              *(_euros(each, text(f"workbook.{each}")) for each in QUANTILES),
              Field("p_break", text("workbook.p_break"), "share", note=text("workbook.p_break_why")),
              _euros("overrun", text("workbook.overrun"), note=text("workbook.overrun_why")),
              Field("status", text("workbook.status"), "label"))
    net = budget[budget["object"] == "net"].set_index("year")
    return Grid(_tab("budget"), text("workbook.budget_title", municipality=_whose(run)), fields,
                budget[budget["object"] != "net"], (text("workbook.budget_note"), *_estimated(run)),
                "year", net, object_label("net"))


def account_grid(run: RunTables) -> Grid:
    """The account by year: every line, and the net as their sum."""
    means, titles = run.line_means(), book_titles(run)
    years = sorted(means.index.get_level_values("year").unique())
    classes = [line for line in dict.fromkeys(means["benefit_share"].index.get_level_values("line")) if line != TOTAL]
    incomes = [line for line in dict.fromkeys(means["income"].index.get_level_values("line")) if line != TOTAL]
    lines = [*(("benefit_share", line) for line in classes), *(("operating", line) for line in cost_lines(run)),
             *(("income", line) for line in incomes)]
    rows = pd.DataFrame([{"object": object_label(name), "line": line_name(name, line, titles),
                          **{f"y{year}": means.get((name, line, year), 0.0) for year in years}}
                         for name, line in lines])
    rows["all"] = rows[[f"y{year}" for year in years]].sum(axis=1)
    fields = (Field("object", text("workbook.object"), "label"), Field("line", text("workbook.line"), "label"),
              *(_euros(f"y{year}", str(year), text("workbook.account_total", year=year)) for year in years),
              _euros("all", text("workbook.all_years"), text("workbook.account_all"),
                     "+".join(f"{{y{year}}}" for year in years), text("workbook.all_years_why")))
    net = {f"y{year}": float(means["net", TOTAL, year]) for year in years}
    totals = pd.DataFrame([{**net, "all": sum(net.values())}], index=[""])
    return Grid(_tab("account"), text("workbook.account_title", municipality=_whose(run)), fields, rows,
                (text("workbook.account_note"), *_estimated(run)), totals=totals, label=object_label("net"))


def months_grid(run: RunTables) -> Grid:
    """The account by month: every line, what rounding leaves, and the net as their sum; years below."""
    net = run.table("net")
    table = net[net["span"] == "month"].pivot(index="month", columns=["object", "line"], values="mean")
    titles = book_titles(run)
    kinds = net[(net["object"] == "benefit_share") & (net["span"] == "month")].set_index("month")["kind"]
    keys = [(str(name), str(line)) for name, line in table.columns]
    lines = [("benefit_share", TOTAL), *(key for of in ("operating", "income") for key in keys
                                         if key[0] == of and key[1] != TOTAL)]
    frame = pd.DataFrame({f"line{place}": table[key] for place, key in enumerate(lines)})
    frame[ROUNDING] = (table["net", TOTAL] - frame.sum(axis=1)).round(2) + 0.0
    frame["net"] = frame.sum(axis=1)
    frame.insert(0, "year", [int(each[:4]) for each in frame.index])
    frame.insert(0, "month", [month(each) for each in frame.index])
    frame["kind"] = [text(f"workbook.kind_{kinds[each]}") for each in frame.index]
    summed = text("workbook.month_total")
    fields = (Field("month", text("workbook.month"), "label"), Field("year", text("workbook.year"), "year"),
              *(_euros(f"line{place}", line_name(*key, titles), summed) for place, key in enumerate(lines)),
              _euros(ROUNDING, text("workbook.rounding"), summed, note=text("workbook.rounding_why")),
              _euros("net", object_label("net"), summed, "+".join(
                  f"{{{key}}}" for key in [*(f"line{place}" for place in range(len(lines))), ROUNDING]),
                  text("workbook.month_net_why")),
              Field("kind", text("workbook.kind"), "label"))
    return Grid(_tab("months"), text("workbook.months_title", municipality=_whose(run)), fields, frame,
                (text("workbook.months_note"), *_estimated(run)), "year", label=text("common.total"))


def forecast_grid(run: RunTables) -> Grid:
    """The fan: observed months, quantiles of the forecast, appropriation."""
    table = run.table("months")
    table = table[table["line"] == TOTAL].reset_index(drop=True)
    known = table["kind"] == "observed"
    frame = pd.DataFrame({"month": table["month"].map(month), "observed": table["mean"].where(known),
                          **{name: table[name].where(~known) for name in QUANTILES}})
    fields = [Field("month", text("workbook.month"), "label"), _euros("observed", text("fan.observed")),
              *(_euros(name, text(f"workbook.{name}")) for name in QUANTILES)]
    if run.has("net"):
        net = run.table("net").query("object == 'benefit_share' and span == 'month'").set_index("month")
        frame["appropriation"] = table["month"].map(net["appropriation"])
        fields.append(_euros("appropriation", text("workbook.appropriation")))
    picture = Picture("line", "month", tuple(each.key for each in fields[1:]), object_label("benefit_share"), "€")
    return Grid(_tab("forecast"), text("workbook.forecast_title", municipality=_whose(run)), tuple(fields), frame,
                (text("workbook.forecast_note"),), pictures=(picture,))


def classes_grid(run: RunTables) -> Grid:
    """Euros of the benefit share by day class and month."""
    table = run.table("months").pivot(index="month", columns="line", values="mean")
    classes = [line for line in table if line != TOTAL]
    frame = table[classes].copy()
    frame[ROUNDING] = (table[TOTAL] - frame.sum(axis=1)).round(2) + 0.0
    frame[TOTAL] = frame.sum(axis=1)
    return _by_class("classes", run, frame, classes, "euros")


def days_grid(run: RunTables) -> Grid:
    """Paid days by day class and month of the forecast."""
    days = run.account.groupby(["month", "day_class"])["paid_days"].sum().unstack(fill_value=0.0) / len(run.units)
    classes = list(days)
    days[TOTAL] = days.sum(axis=1)
    return _by_class("days", run, days, classes, "decimal")


def _by_class(name: str, run: RunTables, frame: pd.DataFrame, classes: Sequence[str], form: str) -> Grid:
    """A grid of months by day class, with totals by year and a chart."""
    parts = [*classes, *([ROUNDING] if ROUNDING in frame else [])]
    frame = frame.copy()
    frame.insert(0, "year", [int(each[:4]) for each in frame.index])
    frame.insert(0, "month", [month(each) for each in frame.index])
    keys = {each: f"class{place}" for place, each in enumerate(classes)}
    frame = frame.rename(columns=keys)
    total = text("workbook.month_total")
    fields = (Field("month", text("workbook.month"), "label"), Field("year", text("workbook.year"), "year"),
              *(Field(keys[each], class_name(each), form, total=total) for each in classes),
              *([_euros(ROUNDING, text("workbook.rounding"), total, note=text("workbook.rounding_why"))]
                if ROUNDING in frame else []),
              Field(TOTAL, text("common.total"), form, "+".join(f"{{{keys.get(each, each)}}}" for each in parts),
                    text("workbook.class_total_why"), total))
    title = text(f"workbook.{name}_title", municipality=_whose(run))
    picture = Picture("stacked", "month", tuple(keys.values()), title, text(f"workbook.{name}_unit"))
    return Grid(_tab(name), title, fields, frame, (text(f"workbook.{name}_note"),), "year",
                label=text("common.total"), pictures=(picture,))


def services_grid(run: RunTables) -> Grid:
    """Contracts over all months: starts, waits, cost, and cost a start."""
    costs = run.table("unit_costs")
    services = costs[costs["contract"] == TOTAL].set_index("service")["title"]
    rows = costs[costs["contract"] != TOTAL].copy()
    rows["service"] = rows["service"].map(services)
    rows["per_start"] = (rows["euros"] / rows["started"]).where(rows["started"] > 0)
    summed = text("workbook.services_total")
    stored = costs[(costs["contract"] == TOTAL) & (costs["service"] == TOTAL)].iloc[0]
    totals = pd.DataFrame([{name: stored[name] for name in (*COUNTS, "euros", "paid")}], index=[""])
    left = {name: round(stored[name] - rows[name].sum(), 2) + 0.0 for name in ("euros", "paid")}
    rows = pd.concat([rows, pd.DataFrame([{"title": text("workbook.rounding"), **left}])])
    fields = (Field("title", text("workbook.contract"), "text"), Field("service", text("workbook.service"), "text"),
              *(Field(name, text(f"workbook.{name}"), "decimal", total=summed) for name in COUNTS),
              Field("inside", text("workbook.inside"), "decimal"),
              Field("wait", text("workbook.wait"), "decimal", note=text("workbook.wait_why")),
              _euros("euros", text("workbook.due"), summed, note=text("workbook.due_why")),
              _euros("paid", text("workbook.paid"), summed, note=text("workbook.paid_why")),
              Field("per_start", text("workbook.per_start"), "euros",
                    'IF({started}>0,{euros}/{started},"")', text("workbook.per_start_why")))
    return Grid(_tab("services"), text("workbook.services_title", municipality=_whose(run)), fields, rows,
                (text("workbook.services_note"),), totals=totals, label=text("common.total"))


def units_grid(run: RunTables) -> Grid:
    """Units of caseworkers over all months."""
    rows, names = run.table("caseworkers"), unit_names(run)
    rows = rows[rows["month"] == TOTAL].assign(name=lambda table: table["unit"].map(names))
    summed = text("workbook.units_total")
    fields = (Field("name", text("workbook.unit"), "text"),
              Field("meetings", text("workbook.meetings"), "decimal", total=summed),
              Field("minutes", text("workbook.minutes"), "whole", total=summed),
              Field("utilisation", text("workbook.utilisation"), "share"),
              Field("queue", text("workbook.queue"), "decimal", note=text("workbook.queue_why")),
              Field("late_statutory", text("workbook.late_statutory"), "decimal", note=text("workbook.late_why")),
              Field("late_discretionary", text("workbook.late_discretionary"), "decimal"),
              Field("dropped", text("workbook.never_held"), "share", note=text("workbook.never_held_why")))
    return Grid(_tab("units"), text("workbook.units_title", municipality=_whose(run)), fields, rows,
                (text("workbook.services_note"),), label=text("common.total"))


def groups_grid(table: pd.DataFrame) -> Grid:
    """Groups of clients over all months; sums only where no small cell was emptied, which they would give back."""
    rows = table.assign(name=table["group"].map(group_name))
    counts = ("clients", "meetings", "asked", "started", "work", "paid_days")
    fields = (Field("name", text("workbook.group"), "text"),
              *(Field(each, text(f"workbook.{each}"), "decimal",
                      total="" if rows[each].isna().any() else text("workbook.groups_total")) for each in counts),
              Field("late", text("workbook.late"), "decimal"), Field("wait", text("workbook.wait"), "decimal"))
    return Grid(_tab("groups"), text("workbook.groups_title"), fields, rows, (text("workbook.groups_note"),),
                label=text("common.total"))


def board_grid(report: ReportSet) -> Grid:
    """Key figures by year, runs side by side."""
    board = report.board
    wide = board.pivot_table(index=["year", "object", "line"], columns="run", values="value", sort=False)
    chances = board.pivot_table(index=["year", "object", "line"], columns="run", values="p_break", sort=False)
    rows = wide.reset_index()
    rows["place"] = [KEY_FIGURES.index(key) for key in zip(rows["object"], rows["line"], strict=True)]
    rows = rows.assign(last=rows["year"] == ALL_YEARS).sort_values(["last", "year", "place"])
    names = {run.name: f"run{place}" for place, run in enumerate(report.runs)}
    frame = rows.rename(columns=names).assign(
        span=[text("workbook.all_years") if year == ALL_YEARS else str(year) for year in rows["year"]],
        figure=[line_name(name, line, {}) for name, line in zip(rows["object"], rows["line"], strict=True)],
        **{f"chance{place}": [chances[name].get(key, float("nan")) if name in chances else float("nan")
                              for key in zip(rows["year"], rows["object"], rows["line"], strict=True)]
           for place, name in enumerate(names)})
    fields = (Field("span", text("workbook.year"), "label"), Field("figure", text("workbook.figure"), "label"),
              *(Field(f"run{place}", report.titles[name][:200], "decimal") for place, name in enumerate(names)),
              *(Field(f"chance{place}", text("workbook.p_break_of", title=report.titles[name][:200]), "share")
                for place, name in enumerate(names)))
    return Grid(_tab("board"), text("workbook.board_title"), fields, frame, (text("workbook.board_note"),))


def effect_grid(run: RunTables, title: str, place: int) -> Grid:
    """What a scenario changes by year and line; the difference is a formula."""
    effect = run.table("effect")
    effect = effect[effect["line"] != "per_avoided_day"]
    effect = effect.sort_values("year", key=lambda years: years.where(years != ALL_YEARS, 9999), kind="stable")
    titles = book_titles(run)
    # baseline and difference are stored in whole cents, and the scenario is what they come to
    frame = effect.assign(
        span=[text("workbook.all_years") if year == ALL_YEARS else str(year) for year in effect["year"]],
        name=effect["object"].map(object_label), scenario=effect["baseline"] + effect["difference"],
        figure=[line_name(name, line, titles) for name, line in zip(effect["object"], effect["line"], strict=True)],
        told=[text("workbook.told" if certain else "effect.untold") for certain in effect["certain"]])
    frame["difference"] = frame["scenario"] - frame["baseline"]
    fields = (Field("span", text("workbook.year"), "label"), Field("name", text("workbook.object"), "label"),
              Field("figure", text("workbook.line"), "label"),
              *(Field(each, text(f"workbook.{each}"), "decimal") for each in ("baseline", "scenario")),
              Field("difference", text("workbook.difference"), "decimal", "{scenario}-{baseline}",
                    text("workbook.difference_why")),
              Field("margin", text("workbook.margin"), "decimal", note=text("workbook.margin_why")),
              *(Field(each, text(f"workbook.{each}"), "decimal") for each in ("p10", "p90")),
              Field("told", text("workbook.certain"), "label"))
    return Grid(f"{_tab('effect')} {place}" if place else _tab("effect"), f"{title}: {effect_finding(effect)}", fields,
                frame, (text("workbook.effect_note"),))


def brake_grid(told: Brake) -> Grid:
    """What stopping each contract saves in the budget year, and what benefit share it adds later."""
    levers = told.levers.reset_index()
    span = DASH.join(dict.fromkeys((str(told.years[0]), str(told.years[-1]))))
    frame = levers.assign(stop=[day(pd.Timestamp(stop).date()) for stop in levers["stop"]],
                          taken=[text("workbook.taken") if taken else "" for taken in levers["taken"]],
                          left=levers["bills"] - levers["committed"])
    summed = text("workbook.levers_total")
    names = {"operating": text("brake.operating", year=told.year), "added": text("brake.share", span=span)}
    fields = (Field("title", text("workbook.contract"), "text"), Field("stop", text("briefing.ends"), "label"),
              _euros("bills", text("workbook.bills", year=told.year), summed),
              _euros("committed", text("workbook.committed"), summed),
              _euros("left", text("workbook.left"), summed, "{bills}-{committed}", text("workbook.left_why")),
              *(each for key, name in names.items() for each in (
                  _euros(key, name),
                  _euros(f"{key}_margin", text("workbook.margin"), note=text("workbook.margin_why")))),
              Field("people", text("workbook.people"), "decimal"), Field("taken", text("workbook.package"), "label"))
    return Grid(f"{_tab('brake')} {told.year}", brake_finding(told), fields, frame,
                (text("workbook.brake_note", day=day(told.decided), draws=told.draws), text("briefing.services")),
                label=text("common.total"))


def unverified_grid(run: RunTables) -> Grid:
    """Every value in use that nobody has verified."""
    listed = run.unverified
    frame = listed.assign(status=listed["status"].map(status_label))
    fields = (Field("name", text("workbook.value_name"), "text"), Field("value", text("workbook.value"), "text"),
              Field("unit", text("workbook.value_unit"), "text"), Field("range", text("workbook.range"), "text"),
              Field("status", text("workbook.status"), "label"), Field("source", text("workbook.source"), "text"),
              _euros("euros_low", text("workbook.euros_low"), note=text("workbook.euros_why")),
              _euros("euros_high", text("workbook.euros_high")))
    return Grid(_tab("unverified"), text("workbook.unverified_title", count=len(listed)), fields,
                frame.astype({"name": str, "source": str}), (text("workbook.unverified_note"),))


