"""What the workbook of a report holds: its cover and its grids, from the tables of the runs.

Sums and differences are formulas, and come to what the runs have stored. Means add up, medians do not; so only means
are summed. Monthly means are stored in whole cents, so that a month's lines can be a cent off its total: a line for
that rounding stands among them, as in any account that is told in rounded figures.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from reports.budget import estimate_note
from reports.language import text
from reports.lines import TOTAL, object_label, status_label
from reports.numbers import as_read, day, month, months
from reports.run_titles import book_titles, class_name, cost_lines, group_name, line_name, unit_names
from reports.workbook.decisions import board_grid, brake_grid, effect_grid, producers_grid, rules_grid
from reports.workbook.fields import QUANTILES, euros, tab, whose
from reports.workbook.grid import Field, Grid, Picture
from scenarios.decide.beside import Beside
from scenarios.stored import RunTables
from scenarios.told.report_set import ReportSet
from scenarios.told.small_cells import LEAST, for_release

COUNTS = ("asked", "started", "completed", "dropped")
ROUNDING = "rounding"
NOTHING = Beside()


def cover(report: ReportSet, emptied: int, internal: str) -> list[tuple[str, ...]]:
    """Rows of the cover: question, author, hashes and dates of each run, what is said of all, unverified values."""
    first = report.first
    rows: list[tuple[str, ...]] = [(text("workbook.title", municipality=first.municipality),)]
    for run in report.runs:
        asked, hashes = run.manifest["scenario"], run.manifest["hashes"]
        rows += [(), (report.titles[run.name],), (text("common.question"), asked.get("question", "")),
                 (text("common.author"), asked.get("author", "")), (text("common.date"), day(run.date)),
                 (text("workbook.run"), run.name),
                 (text("common.baseline"), run.manifest["baseline"] or text("workbook.no_baseline")),
                 (text("common.base_month"), month(run.manifest["base_month"])),
                 (text("common.span"), months(*run.manifest["months"])),
                 (text("workbook.draws"), text("workbook.drawn", draws=asked["draws"],
                                               replications=asked["replications"], seed=asked["seed"])),
                 *((text("workbook.hash", name=name), hashes[name]) for name in ("scenario", "inputs", "law", "code")
                   if hashes.get(name)),
                 (text("workbook.unverified_count"), str(run.manifest.get("unverified_values", "")))]
    cells = (text("workbook.small_cells", least=LEAST, count=emptied) if not internal
             else text("common.internal", reason=internal))
    return [*rows, (), (text("workbook.reading"),), (text("workbook.means"), text("workbook.means_why")),
            (text("workbook.sign"), text("workbook.sign_why")), (text("workbook.groups"), cells)]


def grids(report: ReportSet, internal: str, told: Beside = NOTHING) -> tuple[list[Grid], int]:
    """The sheets beside the cover, and how many small cells were emptied; *internal* is why none is.

    *told* is what there is to tell beside the first run.
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
    if told.producers is not None:
        made.append(producers_grid(run, told.producers))
    made += [*map(brake_grid, told.brakes), *map(rules_grid, told.rules)]
    made.append(unverified_grid(run))
    return made, emptied


def _estimated(run: RunTables) -> tuple[str, ...]:
    """That budget and operating plan are no decisions, where they are not."""
    return (text("common.estimated"),) if estimate_note(run.table("budget")["status"]) else ()


def budget_grid(run: RunTables) -> Grid:
    """Budget years by object: appropriation, forecast, deviation, chance of a break; the net is their sum."""
    budget, means = run.table("budget"), run.line_means()
    budget = budget.assign(mean=[means.get((row.object, TOTAL, row.year), row.mean) for row in budget.itertuples()],
                           name=budget["object"].map(object_label), status=budget["status"].map(status_label))
    budget["gap"] = budget["mean"] - budget["appropriation"]
    sums = text("workbook.net_of")
    fields = (Field("year", text("workbook.year"), "year"), Field("name", text("workbook.object"), "label"),
              euros("original", text("common.original"), sums), euros("amended", text("common.amended")),
              euros("appropriation", text("workbook.appropriation"), sums),
              euros("mean", text("workbook.mean"), sums),
              euros("gap", text("common.gap"), "", "{mean}-{appropriation}", text("workbook.gap_why")),
              *(euros(each, text(f"workbook.{each}")) for each in QUANTILES),
              Field("p_break", text("workbook.p_break"), "chance", note=text("workbook.p_break_why")),
              euros("overrun", text("workbook.overrun"), note=text("workbook.overrun_why")),
              Field("status", text("common.status"), "label"))
    net = budget[budget["object"] == "net"].set_index("year")
    return Grid(tab("budget"), text("workbook.budget_title", municipality=whose(run)), fields,
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
              *(euros(f"y{year}", str(year), text("workbook.account_total", year=year)) for year in years),
              euros("all", text("common.all_years"), text("workbook.account_all"),
                     "+".join(f"{{y{year}}}" for year in years), text("workbook.all_years_why")))
    net = {f"y{year}": float(means["net", TOTAL, year]) for year in years}
    totals = pd.DataFrame([{**net, "all": sum(net.values())}], index=[""])
    return Grid(tab("account"), text("workbook.account_title", municipality=whose(run)), fields, rows,
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
              *(euros(f"line{place}", line_name(*key, titles), summed) for place, key in enumerate(lines)),
              euros(ROUNDING, text("workbook.rounding"), summed, note=text("workbook.rounding_why")),
              euros("net", object_label("net"), summed, "+".join(
                  f"{{{key}}}" for key in [*(f"line{place}" for place in range(len(lines))), ROUNDING]),
                  text("workbook.month_net_why")),
              Field("kind", text("workbook.kind"), "label"))
    return Grid(tab("months"), text("workbook.months_title", municipality=whose(run)), fields, frame,
                (text("workbook.months_note"), *_estimated(run)), "year", label=text("common.total"))


def forecast_grid(run: RunTables) -> Grid:
    """The fan: observed months, quantiles of the forecast, appropriation."""
    table = run.table("months")
    table = table[table["line"] == TOTAL].reset_index(drop=True)
    known = table["kind"] == "observed"
    frame = pd.DataFrame({"month": table["month"].map(month), "observed": table["mean"].where(known),
                          **{name: table[name].where(~known) for name in QUANTILES}})
    fields = [Field("month", text("workbook.month"), "label"), euros("observed", text("fan.observed")),
              *(euros(name, text(f"workbook.{name}")) for name in QUANTILES)]
    if run.has("net"):
        net = run.table("net").query("object == 'benefit_share' and span == 'month'").set_index("month")
        frame["appropriation"] = table["month"].map(net["appropriation"])
        fields.append(euros("appropriation", text("workbook.appropriation")))
    picture = Picture("line", "month", tuple(each.key for each in fields[1:]), object_label("benefit_share"), "€")
    return Grid(tab("forecast"), text("workbook.forecast_title", municipality=whose(run)), tuple(fields), frame,
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
              *([euros(ROUNDING, text("workbook.rounding"), total, note=text("workbook.rounding_why"))]
                if ROUNDING in frame else []),
              Field(TOTAL, text("common.total"), form, "+".join(f"{{{keys.get(each, each)}}}" for each in parts),
                    text("workbook.class_total_why"), total))
    title = text(f"workbook.{name}_title", municipality=whose(run))
    picture = Picture("stacked", "month", tuple(keys.values()), title, text(f"workbook.{name}_unit"))
    return Grid(tab(name), title, fields, frame, (text(f"workbook.{name}_note"),), "year",
                label=text("common.total"), pictures=(picture,))


def services_grid(run: RunTables) -> Grid:
    """Contracts over all months: starts, waits, cost, and cost a start."""
    costs = run.table("unit_costs")
    services = costs[costs["contract"] == TOTAL].set_index("service")["title"]
    rows = costs[costs["contract"] != TOTAL].copy()
    rows["service"] = rows["service"].map(services)
    rows["per_start"] = (rows["euros"] / rows["started"]).where(rows["started"] > 0)
    rows["places"] = rows["contract"].map(run.table("service_flow").groupby("contract")["places"].mean())
    rows["use"] = (rows["inside"] / rows["places"]).where(rows["places"] > 0)
    summed = text("workbook.services_total")
    stored = costs[(costs["contract"] == TOTAL) & (costs["service"] == TOTAL)].iloc[0]
    totals = pd.DataFrame([{name: stored[name] for name in (*COUNTS, "euros", "paid")}], index=[""])
    left = {name: round(stored[name] - rows[name].sum(), 2) + 0.0 for name in ("euros", "paid")}
    rows = pd.concat([rows, pd.DataFrame([{"title": text("workbook.rounding"), **left}])])
    fields = (Field("title", text("common.contract"), "text"), Field("service", text("workbook.service"), "text"),
              *(Field(name, text(f"common.{name}"), "decimal", total=summed) for name in COUNTS),
              Field("inside", text("workbook.inside"), "decimal"),
              Field("places", text("workbook.places"), "decimal", note=text("workbook.places_why")),
              Field("use", text("workbook.utilisation"), "share", 'IF({places}>0,{inside}/{places},"")',
                    text("workbook.use_why")),
              Field("wait", text("common.wait"), "decimal", note=text("workbook.wait_why")),
              euros("euros", text("workbook.due"), summed, note=text("workbook.due_why")),
              euros("paid", text("workbook.paid"), summed, note=text("workbook.paid_why")),
              Field("per_start", text("workbook.per_start"), "euros",
                    'IF({started}>0,{euros}/{started},"")', text("workbook.per_start_why")))
    return Grid(tab("services"), text("workbook.services_title", municipality=whose(run)), fields, rows,
                (text("workbook.services_note"),), totals=totals, label=text("common.total"))


def units_grid(run: RunTables) -> Grid:
    """Units of caseworkers over all months."""
    rows, names = run.table("caseworkers"), unit_names(run)
    rows = rows[rows["month"] == TOTAL].assign(name=lambda table: table["unit"].map(names))
    summed = text("workbook.units_total")
    fields = (Field("name", text("workbook.unit"), "text"),
              Field("meetings", text("common.meetings"), "decimal", total=summed),
              Field("minutes", text("workbook.minutes"), "whole", total=summed),
              Field("utilisation", text("workbook.utilisation"), "share"),
              Field("queue", text("workbook.queue"), "decimal", note=text("workbook.queue_why")),
              Field("late_statutory", text("workbook.late_statutory"), "decimal", note=text("workbook.late_why")),
              Field("late_discretionary", text("workbook.late_discretionary"), "decimal"),
              Field("dropped", text("workbook.never_held"), "share", note=text("workbook.never_held_why")))
    return Grid(tab("units"), text("workbook.units_title", municipality=whose(run)), fields, rows,
                (text("workbook.services_note"),), label=text("common.total"))


def groups_grid(table: pd.DataFrame) -> Grid:
    """Groups of clients over all months; sums only where no small cell was emptied, which they would give back."""
    rows = table.assign(name=table["group"].map(group_name))
    counts = ("clients", "meetings", "asked", "started", "work", "paid_days")
    fields = (Field("name", text("common.group"), "text"),
              *(Field(each, text(f"common.{each}"), "decimal",
                      total="" if rows[each].isna().any() else text("workbook.groups_total")) for each in counts),
              Field("late", text("workbook.late"), "decimal"), Field("wait", text("common.wait"), "decimal"))
    return Grid(tab("groups"), text("common.groups_title"), fields, rows, (text("workbook.groups_note"),),
                label=text("common.total"))


def unverified_grid(run: RunTables) -> Grid:
    """Every value in use that nobody has verified."""
    listed = run.unverified
    frame = listed.assign(status=listed["status"].map(status_label),
                          **{name: listed[name].map(lambda each: as_read(str(each)), na_action="ignore")
                             for name in ("value", "range")})
    fields = (Field("name", text("common.value_name"), "text"), Field("value", text("common.value"), "text"),
              Field("unit", text("workbook.value_unit"), "text"), Field("range", text("workbook.range"), "text"),
              Field("status", text("common.status"), "label"), Field("source", text("common.value_source"), "text"),
              euros("euros_low", text("workbook.euros_low"), note=text("workbook.euros_why")),
              euros("euros_high", text("workbook.euros_high")))
    return Grid(tab("unverified"), text("workbook.unverified_title", count=len(listed)), fields,
                frame.astype({"name": str, "source": str}), (text("workbook.unverified_note"),))


