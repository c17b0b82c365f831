"""An export: keys that are found, sums that are the run's, a schema with a version, and texts that stay texts."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from app.cli import app
from reports.export.schema import TABLES, VERSION
from reports.export.write import Export, as_text, dictionary, export_of, write_export
from scenarios.told.report_set import open_report_set
from sources.errors import InputError

HOSTILE = "=HYPERLINK(\"x\")\n+1 <b>@\U0001f600 'a',\"b\" " + "x" * 10_000


@pytest.fixture(scope="module")
def made(served) -> Export:
    return export_of(open_report_set([str(served.folder)], served.results))


def fact(export: Export, name: str) -> pd.DataFrame:
    return export.tables[f"fact_{name}"]


def test_every_key_of_a_fact_stands_once_in_its_dimension_and_rows_are_told_apart_by_their_keys(made):
    for name, schema in TABLES.items():
        table = made.tables[name]
        assert list(table.columns) == list(schema.columns)
        assert not table.duplicated(list(schema.keys)).any() and table[list(schema.keys)].notna().all().all(), name
        for column, told in schema.columns.items():
            if told.of:
                keys = made.tables[f"dim_{told.of}"]["key"]
                assert keys.is_unique and set(table[column]) <= set(keys), (name, column)


def test_the_account_adds_up_to_the_net_of_the_budget_and_to_its_objects(made, served):
    net = served.outcome.tables["net"].query("span == 'year_to_date' and line == 'total' and month == '2026-12'")
    totals = net.set_index("object")["mean"]
    rows = fact(made, "account")
    rows = rows[rows["month"].str.startswith("2026")].assign(object=rows["line"].str.split("/").str[0])
    assert rows["euros"].sum() == pytest.approx(totals["net"], abs=0.006)  # which is stored in whole cents
    for name, sum_of in rows.groupby("object")["euros"].sum().items():
        assert sum_of == pytest.approx(totals[name], abs=0.006), name


def test_every_line_and_year_of_the_account_is_that_of_the_measures(made, served):
    measures = served.outcome.tables["measures"].query("part == '' and year == 2026")
    units = len(measures[["draw", "replication"]].drop_duplicates())
    due = measures.groupby(["object", "line"])["value"].sum() / units
    rows = fact(made, "account")
    rows = rows[rows["month"].str.startswith("2026")]
    by_line = rows.groupby("line")["euros"].sum()
    for key in ("operating/purchases", "operating/subsidies", "operating/staff", "operating/other"):
        assert by_line[key] == pytest.approx(due[tuple(key.split("/"))], abs=1e-6), key
    for day_class, euros in rows[rows["line"] == "benefit_share/share"].groupby("class")["euros"].sum().items():
        assert euros == pytest.approx(due["benefit_share", day_class], abs=1e-6)
    months = served.outcome.tables["net"].query("span == 'month' and object == 'net'").set_index("month")["mean"]
    seen = rows.groupby("month")["euros"].sum()
    assert (seen - months[seen.index]).abs().max() < 0.2  # cents of a year's rounding


def test_paid_days_and_their_euros_are_the_means_over_units(made, served):
    measures = served.outcome.tables["measures"].query("year == 2026")
    units = len(measures[["draw", "replication"]].drop_duplicates())
    days = measures.query("object == 'paid_days' and line == 'total'")["value"].sum() / units
    assert fact(made, "paid_days")["paid_days"].sum() == pytest.approx(days)
    account = served.outcome.tables["account"]
    assert fact(made, "paid_days")["euros"].sum() == pytest.approx(account["euros"].sum() / units)


def test_counts_of_services_units_and_groups_are_the_runs(made, served):
    tables = served.outcome.tables
    assert fact(made, "service_use")["started"].sum() == pytest.approx(tables["service_flow"]["started"].sum())
    months = tables["caseworkers"].query("month != 'total'")
    assert fact(made, "resource_month")["meetings"].sum() == pytest.approx(months["meetings"].sum())
    effect = tables["effect"].query("year == 0 and object == 'net'")["difference"].item()
    assert fact(made, "effect").query("year == 0 and line == 'net/total'")["difference"].item() == effect


def test_a_change_of_the_schema_is_a_version():
    """A version that has been shipped stays as it was: a change makes another file, and a row in docs/export.md."""
    kept = Path(__file__).with_name(f"schema-{VERSION}.json")
    assert json.loads(kept.read_text("utf-8")) == dictionary()
    page = (Path(__file__).parents[3] / "docs" / "export.md").read_text("utf-8")
    assert f"| {VERSION} |" in page


def test_keys_stay_the_same_from_export_to_export(made, served, stored):
    other = export_of(open_report_set([str(stored.folder)], stored.results))
    for name in ("month", "line", "class"):
        both = (each.tables[f"dim_{name}"].set_index("key").drop(columns="order", errors="ignore")
                for each in (made, other))
        mine, theirs = both
        shared = mine.index.intersection(theirs.index)
        assert len(shared) > 3 and mine.loc[shared].equals(theirs.loc[shared])


def test_small_cells_are_emptied_unless_a_reason_is_given(served, tmp_path):
    folder = shutil.copytree(served.folder, tmp_path / "run")
    groups = pd.read_parquet(folder / "groups.parquet")
    groups.loc[0, "clients"] = 3.0
    groups.to_parquet(folder / "groups.parquet", index=False)
    report = open_report_set([str(folder)], tmp_path)
    public, kept = export_of(report), export_of(report, "controller's check")
    assert fact(public, "group_use")["clients"].isna().sum() == 2  # and one beside it
    assert fact(kept, "group_use")["clients"].min() == 3.0
    assert sum(public.manifest["small_cells"]["emptied"].values()) >= 2
    assert kept.manifest["small_cells"] == {"least": None, "emptied": {report.first.name: 0},
                                            "internal": "controller's check"}
    write_export(kept, tmp_path / "out")
    assert "controller's check" in (tmp_path / "out" / "dictionary.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["docs/export.md", "README.md"])
def test_the_query_of_the_page_opens_an_export(made, tmp_path, monkeypatch, page):
    write_export(made, tmp_path / "powerbi")
    monkeypatch.chdir(tmp_path)
    [query] = re.findall(r"```sql\n(.*?)```", (Path(__file__).parents[3] / page).read_text("utf-8"), re.S)
    found = duckdb.sql(query).df()
    assert found["year"].to_list() == [2026] and found["title"].to_list() == ["Koe"]
    mean = fact(made, "budget_year").query("line == 'net/total'")["mean"].item()
    assert found["net_meur"].item() == pytest.approx(mean / 1e6, abs=0.005)


def test_csv_and_parquet_hold_the_same_and_a_hostile_title_is_a_text_in_both(served, tmp_path):
    folder = shutil.copytree(served.folder, tmp_path / "run")
    content = json.loads((folder / "manifest.json").read_text("utf-8"))
    content["scenario"] |= {"title": HOSTILE, "author": "@SUM(1)", "question": "-1"}
    (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    write_export(export_of(open_report_set([str(folder)], tmp_path)), tmp_path / "out")
    with (tmp_path / "out" / "dim_scenario.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["title"] == as_text(HOSTILE) and row["title"].startswith("'=HYPERLINK") and "\n'+1" in row["title"]
    assert (row["author"], row["question"]) == ("'@SUM(1)", "'-1")
    assert pd.read_parquet(tmp_path / "out" / "dim_scenario.parquet")["title"].item() == HOSTILE
    for name, schema in TABLES.items():
        kept = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        read = pd.read_csv(tmp_path / "out" / f"{name}.csv", encoding="utf-8-sig", dtype={
            column: str for column, told in schema.columns.items() if told.kind == "text"}, keep_default_na=False,
            na_values={column: [""] for column, told in schema.columns.items() if told.kind != "text"})
        assert len(read) == len(kept)
        for column, told in schema.columns.items():
            if told.kind == "number":
                pd.testing.assert_series_equal(read[column].astype(float), kept[column].astype(float), rtol=1e-12)


@given(st.text(st.sampled_from("=+-@;,\t\r\n \"'aä1"), max_size=30))
def test_no_cell_of_csv_begins_like_a_formula_whatever_separates_cells_and_none_loses_a_character(value):
    cell = as_text(value)
    for part in re.split("[;\t\r\n]", cell):
        assert not part.lstrip(" \"").startswith(("=", "+", "-", "@")), cell
    assert not cell.startswith(("\t", "\r"))
    assert cell.replace("'", "") == value.replace("'", "")


def test_other_content_is_kept_and_an_older_export_gives_way(made, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "budget.xlsx").write_text("mine")
    with pytest.raises(InputError, match=r"holds budget.xlsx, which is not of an export"):
        write_export(made, tmp_path / "mine")
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]
    for _ in range(2):
        write_export(made, tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*.parquet"))) == len(TABLES)
    (tmp_path / "out" / "report.pbix").write_text("mine")
    with pytest.raises(InputError, match="report.pbix"):
        write_export(made, tmp_path / "out")
    assert (tmp_path / "out" / "report.pbix").read_text() == "mine"
    (tmp_path / "out" / "report.pbix").unlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mine", "out"]


def test_the_command_exports_the_share_alone_and_wants_a_reason(stored, tmp_path):
    ask = ["export", stored.folder.name[:20], "--results", str(stored.results), "--to", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ask)
    assert done.exit_code == 0 and "fact_account" in done.stdout and "pieniä soluja tyhjennetty 0" in done.stdout
    assert pd.read_parquet(tmp_path / "out" / "fact_service_use.parquet").empty
    wrong = CliRunner().invoke(app, [*ask, "--internal", " "])
    assert wrong.exit_code == 2 and "gives no reason" in wrong.stderr
