"""The schema of an export, told once: from it come the columns of the files, their check, and the data dictionary.

A table that gains, loses or changes a column has another schema: raise VERSION, and write down what changed in
docs/export.md. A test holds the schema against the snapshot of its version.
"""

from __future__ import annotations

from typing import NamedTuple

VERSION = "1.0"
NONE = "none"  # key of the row in each dimension for facts that have no member of it


class Column(NamedTuple):
    """A column: its type (text, integer, number, flag, date), unit, meaning, and the dimension of its keys."""

    kind: str
    meaning: str
    unit: str = ""
    of: str = ""


class Table(NamedTuple):
    """A table: what one row is, the columns that tell rows apart, and all columns by name."""

    grain: str
    keys: tuple[str, ...]
    columns: dict[str, Column]


def _key(dimension: str, meaning: str = "") -> Column:
    return Column("text", meaning or f"key of dim_{dimension}", of=dimension)


def _euros(meaning: str) -> Column:
    return Column("number", meaning, "€, nominal, by payment month; cost is positive, income negative")


SCENARIO, MONTH, LINE = _key("scenario"), _key("month"), _key("line")
YEAR = Column("integer", "key of dim_year", of="year")
QUANTILES = {"mean": _euros("mean over simulations; adds up"), "median": _euros("median; does not add up"),
             "p10": _euros("10 % quantile"), "p25": _euros("25 % quantile"), "p75": _euros("75 % quantile"),
             "p90": _euros("90 % quantile")}
COUNT = "people or events, mean over simulations"
DIFFERENCES = {
    "baseline": Column("number", "mean of the baseline"), "scenario_value": Column("number", "mean of the scenario"),
    "difference": Column("number", "scenario less baseline, the same people and the same luck"),
    "margin": Column("number", "half of the 95 % interval of the difference; empty where it is not known"),
    "p10": Column("number", "10 % quantile of the differences of simulations"),
    "p90": Column("number", "90 % quantile of the differences of simulations"),
    "certain": Column("flag", "the difference is told from zero")}

FACTS = {
    "account": Table("a month, line, day class, contract and unit of a run", (
        "scenario", "month", "line", "class", "contract", "unit"), {
        "scenario": SCENARIO, "month": MONTH, "line": LINE, "class": _key("class"), "service": _key("service"),
        "contract": _key("contract"), "producer": _key("producer"), "unit": _key("unit"),
        "kind": Column("text", "observed (Kela's outturn), forecast, or planned (the budget's plan)"),
        "euros": _euros("mean over simulations; adds up to the net of the run, year by year")}),
    "paid_days": Table("a month of the forecast, benefit and day class of a run", (
        "scenario", "month", "benefit", "class"), {
        "scenario": SCENARIO, "month": MONTH, "benefit": Column("text", "earnings_related, or general (Kela's)"),
        "class": _key("class"), "paid_days": Column("number", "mean over simulations", "days"),
        "euros": _euros("the municipality's share of them, mean over simulations")}),
    "service_use": Table("a month of the forecast and contract of a run with services", (
        "scenario", "month", "contract"), {
        "scenario": SCENARIO, "month": MONTH, "service": _key("service"), "contract": _key("contract"),
        "producer": _key("producer"),
        "asked": Column("number", COUNT), "started": Column("number", COUNT), "completed": Column("number", COUNT),
        "dropped": Column("number", COUNT), "gave_up": Column("number", COUNT + ", while waiting"),
        "outcomes": Column("number", COUNT + ", by the contract's terms"),
        "wait": Column("number", "mean wait of those who started", "days"),
        "inside": Column("number", "mean number of people in it", "people"),
        "places": Column("number", "places", "people"), "utilisation": Column("number", "inside / places", "share")}),
    "resource_month": Table("a month of the forecast and unit of caseworkers of a run with services", (
        "scenario", "month", "unit"), {
        "scenario": SCENARIO, "month": MONTH, "unit": _key("unit"), "meetings": Column("number", COUNT),
        "minutes": Column("number", "time in meetings", "minutes"),
        "utilisation": Column("number", "of the time for clients", "share"),
        "queue": Column("number", "mean number of clients in line", "people"),
        "late_statutory": Column("number", "mean lateness of meetings by law that were held", "days"),
        "late_discretionary": Column("number", "mean lateness of other meetings that were held", "days"),
        "dropped": Column("number", "of meetings due, those never held", "share")}),
    "forecast": Table("a month and line of a run", ("scenario", "month", "line"), {
        "scenario": SCENARIO, "month": MONTH, "line": LINE,
        "kind": Column("text", "observed, forecast or planned"), **QUANTILES,
        "appropriation": _euros("of the month, phased; empty where the line has none")}),
    "forecast_year": Table("a budget year and day class, or the total, of a run's benefit share", (
        "scenario", "year", "line"), {
        "scenario": SCENARIO, "year": YEAR, "line": LINE, **QUANTILES,
        "observed": _euros("of it in observed months"),
        "observed_months": Column("integer", "of the year", "months")}),
    "budget_year": Table("a budget year and object of a run with a budget", ("scenario", "year", "line"), {
        "scenario": SCENARIO, "year": YEAR, "line": LINE,
        "original": _euros("the budget as first decided"), "amended": _euros("as amended, empty if it never was"),
        "appropriation": _euros("the one in force"),
        "status": Column("text", "evidence: verified, derived, estimate …"),
        **QUANTILES, "deviation": _euros("median less appropriation"),
        "p_break": Column("number", "chance that it exceeds the appropriation", "share"),
        "overrun": _euros("mean excess of the simulations that exceed it")}),
    "effect": Table("a year (0: all) and line of a run with a baseline", ("scenario", "year", "line"), {
        "scenario": SCENARIO, "year": YEAR, "line": LINE,
        "measure": Column("text", "€, days, or €/day"), **DIFFERENCES}),
    "group_use": Table("a group of clients of a run with services, all months", ("scenario", "group"), {
        "scenario": SCENARIO, "group": _key("group"), "clients": Column("number", COUNT, "people"),
        "meetings": Column("number", COUNT), "late_days": Column("number", "lateness of meetings in all", "days"),
        "asked": Column("number", COUNT), "started": Column("number", COUNT),
        "wait_days": Column("number", "waiting in all", "days"), "work": Column("number", COUNT),
        "paid_days": Column("number", "mean over simulations", "days")}),
    "group_effect": Table("a group and measure of a run with services and a baseline, all months", (
        "scenario", "group", "measure"), {
        "scenario": SCENARIO, "group": _key("group"), "measure": Column("text", "what is counted"), **DIFFERENCES}),
}

TITLES = {"title_fi": Column("text", "name in Finnish"), "title_en": Column("text", "name in English")}
ORDER = {"order": Column("integer", "by which to sort")}
DIMENSIONS = {
    "month": Table("a month", ("key",), {
        "key": Column("text", "as 2026-09"), "year": Column("integer", "calendar and budget year"),
        "quarter": Column("integer", "1 to 4"), "month": Column("integer", "1 to 12"),
        "first_day": Column("date", "of the month"), **TITLES, **ORDER}),
    "year": Table("a budget year", ("key",), {
        "key": Column("integer", "the year; 0 is all of a run's together"), **TITLES}),
    "line": Table("a line of the account", ("key",), {
        "key": Column("text", "object/line"), "object": Column("text", "benefit_share, operating, income or net"),
        "line": Column("text", "within the object"), **TITLES,
        "total": Column("flag", "the sum of its object, which must not be added to its lines"),
        "part_of": Column("text", "line that it is a part of and must not be added to, as a unit's staff"), **ORDER}),
    "service": Table("a service", ("key",), {"key": Column("text", "its name in the model"), **TITLES}),
    "contract": Table("a contract, grant or subsidy by which services are bought or made", ("key",), {
        "key": Column("text", "its name in the model"), "title": Column("text", "its title"),
        "service": _key("service"), "producer": _key("producer"), "contract_kind": Column("text", "how it is paid"),
        "statutory_class": Column("text", "how far the law or the budget demands it")}),
    "producer": Table("who produces a service", ("key",), {"key": Column("text", "name"), **TITLES}),
    "unit": Table("a unit of caseworkers", ("key",), {"key": Column("text", "its name in the model"), **TITLES}),
    "class": Table("a day class: paid days by which the municipality's share rises", ("key",), {
        "key": Column("text", "as 101-200"), "first": Column("integer", "first paid day"),
        "last": Column("integer", "last paid day, empty for the last class"), **TITLES, **ORDER}),
    "group": Table("a group of clients", ("key",), {"key": Column("text", "its name in the model"), **TITLES}),
    "scenario": Table("a run", ("key",), {
        "key": Column("text", "name of the run, which ends in its hash"),
        "title": Column("text", "the scenario's title"),
        "question": Column("text", "what it asks"), "author": Column("text", "who asks"),
        "date": Column("date", "of the scenario"), "municipality": Column("text", "whose run it is"),
        "baseline": Column("text", "title of the scenario it was held against, empty if none"),
        "is_baseline": Column("flag", "it was held against none"),
        "base_month": Column("text", "newest month it knew"), "first_month": Column("text", "of the forecast"),
        "last_month": Column("text", "of the forecast"), "draws": Column("integer", "of parameters and paths"),
        "replications": Column("integer", "of a draw"), "seed": Column("integer", "of its random numbers"),
        "services": Column("flag", "services and caseworkers were simulated"),
        "unverified_values": Column("integer", "values it rests on that nobody has verified"),
        "scenario_hash": Column("text", "of the scenario"), "inputs_hash": Column("text", "of the data"),
        "law_hash": Column("text", "of the law tree"), "code_hash": Column("text", "of the program"), **ORDER}),
}
TABLES = {**{f"fact_{name}": table for name, table in FACTS.items()},
          **{f"dim_{name}": table for name, table in DIMENSIONS.items()}}
