"""The facts of an export, from the tables of a run.

The account takes each line at its finest: the benefit share by day class, purchases and subsidies by contract where
they were simulated, staff by unit; so it holds no totals, and adds up to the net. Its euros are means over simulations.
Some are stored by month in whole cents only; what rounding leaves of a line's year stands in the last of these months,
so that every line and year is what the run's measures say.
"""

from __future__ import annotations

import math

import pandas as pd

from reports.export.schema import FACTS, NONE
from reports.lines import TOTAL
from scenarios.stored import UNIT_KEYS, RunTables
from scenarios.told.small_cells import for_release

SHARE, OPERATING = "benefit_share", "operating"
BY_CONTRACT, STAFF = ("purchases", "subsidies"), "staff"
CONTRACT = ["contract", "service", "producer"]
KEYS = ("class", *CONTRACT, "unit")


def facts(run: RunTables, released: bool) -> tuple[dict[str, pd.DataFrame], int]:
    """The facts of *run* by name, columns as the schema has them.

    Parameters
    ----------
    released : small cells of tables by group are emptied.

    Returns
    -------
    Tables, those that the run has none of without rows; and the number of cells emptied.
    """
    years = run.table("years")
    made = {"account": account(run), "paid_days": paid_days(run), "forecast": forecast(run),
            "forecast_year": years.assign(line=[line_key(SHARE, line) for line in years["line"]])}
    if run.has("service_flow"):
        made["service_use"] = run.table("service_flow").merge(_contracts(run), on="contract")
        casework = run.table("caseworkers")
        made["resource_month"] = casework[casework["month"] != TOTAL]
    if run.has("budget"):
        made["budget_year"] = run.table("budget").assign(line=lambda rows: rows["object"].map(total_key))
    if run.has("effect"):
        made["effect"] = _effect(run.table("effect"))
    emptied = 0
    for name, table in (("group_use", "groups"), ("group_effect", "effect_groups")):
        if run.has(table):
            rows = run.table(table)
            rows, count = for_release(table, rows) if released else (rows, 0)
            made[name] = rows.rename(columns={"line": "measure", "scenario": "scenario_value"})
            emptied += count
    return {name: _shaped(made.get(name, pd.DataFrame()).assign(scenario=run.name), list(table.columns))
            for name, table in FACTS.items()}, emptied


def _shaped(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """*table* with *columns*; what is not known, as the margin of too few simulations, is empty."""
    return table.reindex(columns=columns).replace([math.inf, -math.inf], math.nan)


def line_key(name: str, line: str) -> str:
    """Key of a line of the account, or of the total of an object."""
    return f"{name}/{line}"


def total_key(name: str) -> str:
    """Key of the total of an object."""
    return line_key(name, TOTAL)


def account(run: RunTables) -> pd.DataFrame:
    """Every line of the account at its finest, month by month."""
    months = run.table("months")
    classes = months[months["line"] != TOTAL].rename(columns={"line": "class", "mean": "euros"})
    parts = [classes.assign(line=line_key(SHARE, "share"))]
    if run.has("net"):
        net = run.table("net")
        plain = net[(net["span"] == "month") & (net["line"] != TOTAL)].assign(euros=lambda rows: rows["mean"])
        units = set(run.books.plan.staff.units) if run.books else set()
        bills = _bills(run)
        # where bills were simulated they stand for the line, contract by contract
        billed = plain["line"].isin(BY_CONTRACT) & plain["month"].isin(set(bills["month"]))
        rest = plain[~billed & (plain["line"] != STAFF)]
        staff = rest["line"].isin(units)
        rest = rest.assign(unit=rest["line"].where(staff, NONE), line=[
            line_key(name, STAFF if of_unit else line)
            for name, line, of_unit in zip(rest["object"], rest["line"], staff, strict=True)])
        parts += [rest, bills]
    table = pd.concat(parts, ignore_index=True)
    for key in KEYS:
        table[key] = (table[key] if key in table else pd.Series(index=table.index, dtype=object)).fillna(NONE)
    return _exact(run, table)


def _exact(run: RunTables, table: pd.DataFrame) -> pd.DataFrame:
    """*table* whose lines come to the run's measures in every year of the forecast."""
    due = run.line_means().to_dict()
    # a line of the measures: the day class, the unit, or the line itself
    fine = table["class"].where(table["class"] != NONE, table["unit"].where(
        table["unit"] != NONE, table["line"].str.split("/").str[1]))
    keys = [table["line"].str.split("/").str[0], fine, table["month"].str[:4].astype(int)]
    euros = table["euros"].astype(float)
    for key, rows in table.groupby(keys).groups.items():
        stored = [row for row in rows if table.at[row, "contract"] == NONE]
        if key in due and stored:
            euros[stored[-1]] += due[key] - euros[list(rows)].sum()
    return table.assign(euros=euros)


def _bills(run: RunTables) -> pd.DataFrame:
    """Purchases and subsidies of a run with services, contract by contract."""
    if not run.has("operating_lines"):
        return pd.DataFrame({"month": [], "line": [], "euros": []})
    lines = run.table("operating_lines", ["month", *CONTRACT, "budget_line"])
    means = run.table("operating_account").groupby(["month", "contract"])["euros"].sum() / len(run.units)
    keys = pd.MultiIndex.from_frame(lines[["month", "contract"]])
    return lines.assign(kind="forecast", euros=means.reindex(keys).fillna(0.0).to_numpy(),
                        line=[line_key(OPERATING, line) for line in lines["budget_line"]])


def paid_days(run: RunTables) -> pd.DataFrame:
    """Means over units of paid days and the municipality's euros."""
    keys = ["month", "benefit", "day_class"]
    sums = run.account.groupby([*UNIT_KEYS, *keys])[["paid_days", "euros"]].sum()
    means = sums.groupby(keys).sum() / len(run.units)  # a unit without a row paid nobody
    return means.reset_index().rename(columns={"day_class": "class"})


def forecast(run: RunTables) -> pd.DataFrame:
    """Quantiles of every line by month; of day classes those of the benefit share."""
    months = run.table("months")
    tables = [months.assign(line=[line_key(SHARE, line) for line in months["line"]])]
    if run.has("net"):
        net = run.table("net")
        net = net[net["span"] == "month"]
        granted = net[net["object"] == SHARE].set_index("month")["appropriation"]
        total = tables[0]["line"] == total_key(SHARE)
        tables[0] = tables[0].assign(appropriation=tables[0]["month"].map(granted).where(total))
        net = net[net["object"] != SHARE]
        tables.append(net.assign(line=[line_key(*each) for each in zip(net["object"], net["line"], strict=True)]))
    return pd.concat(tables, ignore_index=True)


def _effect(effect: pd.DataFrame) -> pd.DataFrame:
    return effect.assign(line=[line_key(*each) for each in zip(effect["object"], effect["line"], strict=True)]).rename(
        columns={"unit": "measure", "scenario": "scenario_value"})


def _contracts(run: RunTables) -> pd.DataFrame:
    """Service and producer of each contract."""
    return run.table("operating_lines", CONTRACT).drop_duplicates()
