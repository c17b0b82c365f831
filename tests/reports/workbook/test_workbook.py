"""The workbook: what LibreOffice calculates is what the run has stored, and every text is a text."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from app.cli import app
from reports.language import speaking
from reports.workbook.content import cover, grids
from reports.workbook.grid import Field, Grid
from reports.workbook.write import LONGEST, write_workbook
from scenarios.told.report_set import open_report_set
from tests.reports.answers import beside_by_hand
from tests.tools import needs

MADE = datetime(2026, 11, 24)
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value>
</prop></item></oor:items>
"""  # formulas are calculated on loading, always
HOSTILE = ("=1+1", "+A1", "-2", "@SUM(A1)", "<b>\"'&", "\U0001f600", "\U0001f600" * 20_000,
           "x" * 40_000, "http://x", "a\x00b\tc\n",
           "{=1}", "")


@pytest.fixture(scope="module")
def report(served):
    return open_report_set([str(served.folder)], served.results)


def written(report, path: Path, internal: str = "") -> Path:
    sheets, emptied = grids(report, internal, beside_by_hand(2026))
    write_workbook(path, cover(report, emptied, internal), sheets, title="t", footer="f", created=MADE)
    return path


def recalculated(path: Path, folder: Path) -> Path:
    """*path* as LibreOffice saves it after it has calculated every formula."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE, "utf-8")
    out = folder / "calculated"
    subprocess.run(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
                    "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)], check=True, capture_output=True,
                   timeout=240)
    return out / path.name


def cells(path: Path, *, values: bool) -> Iterator[tuple[str, str, object]]:
    book = openpyxl.load_workbook(path, data_only=values)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet.title, cell.coordinate, cell.value


@needs("soffice")
def test_libreoffice_calculates_what_was_stored_and_finds_no_error(report, tmp_path):
    path = written(report, tmp_path / "run.xlsx")
    stored = {(sheet, at): value for sheet, at, value in cells(path, values=True)}
    formulas = [(sheet, at) for sheet, at, value in cells(path, values=False) if str(value).startswith("=")]
    found = {(sheet, at): value for sheet, at, value in cells(recalculated(path, tmp_path), values=True)}
    assert len(formulas) > 100 and set(stored) == set(found)
    for key, value in stored.items():
        if isinstance(value, (int, float)):
            assert found[key] == pytest.approx(value, abs=0.004), key
        else:
            assert found[key] == value and not str(value).startswith("#"), key


@needs("soffice")
def test_a_formula_that_comes_to_something_else_is_calculated_anew(tmp_path):
    """So that the test above cannot pass for want of a calculation."""
    grid = Grid("A", "t", (Field("a", "a", "euros", total="sum"),), pd.DataFrame({"a": [1.0, 2.0]}),
                totals=pd.DataFrame({"a": [99.0]}, index=[""]))
    path = tmp_path / "wrong.xlsx"
    write_workbook(path, [("t",)], [grid], title="t", footer="f", created=MADE)
    assert 99 in [value for _, _, value in cells(path, values=True)]
    found = [value for _, _, value in cells(recalculated(path, tmp_path), values=True)]
    assert 3 in found and 99 not in found


def grid_of(report, name: str) -> Grid:
    return next(each for each in grids(report, "", beside_by_hand(2026))[0] if each.name == name)


def test_totals_are_the_account_to_the_cent(report, served):
    tables = served.outcome.tables
    net = tables["net"].query("span == 'month' and object == 'net' and line == 'total'").set_index("month")["mean"]
    months = grid_of(report, "Tili kuukausittain")
    assert months.frame["net"].round(2).to_list() == net.to_list()
    assert months.frame["rounding"].abs().max() <= 0.005 * len(months.fields)
    budget = tables["budget"].query("object == 'net'").set_index("year")
    [(year, row)] = grid_of(report, "Talousarvio").total_rows()
    assert year == 2026 and round(row["mean"], 2) == budget.loc[2026, "mean"]
    assert row["appropriation"] == budget.loc[2026, "appropriation"] and row["median"] == budget.loc[2026, "median"]
    assert row["gap"] == pytest.approx(row["mean"] - row["appropriation"])
    [(_, row)] = grid_of(report, "Tili vuosittain").total_rows()
    assert round(row["y2026"], 2) == budget.loc[2026, "mean"]
    shares = tables["months"].query("line == 'total'")
    assert grid_of(report, "Päiväluokat").frame["total"].round(2).to_list() == shares["mean"].to_list()
    assert grid_of(report, "Maksetut päivät").frame["total"].sum() == pytest.approx(
        tables["account"]["paid_days"].sum() / 2)
    effect = tables["effect"].query("line != 'per_avoided_day'")
    assert grid_of(report, "Vaikutus").frame["difference"].round(2).sum() == pytest.approx(effect["difference"].sum())


def test_the_board_tells_the_differences_of_the_effect_and_pales_what_is_not_told(report, served):
    board, effect = grid_of(report, "Skenaariot").frame, served.outcome.tables["effect"]
    net = effect.query("object == 'net' and line == 'total'").set_index("year")
    for row in board[board["object"] == "net"].itertuples():
        assert row.difference == pytest.approx(net.loc[row.year, "difference"], abs=1e-6)
        assert row.margin == net.loc[row.year, "margin"] or not np.isfinite(row.margin)
        assert row.difference_faint == (not net.loc[row.year, "certain"])
        assert row.value == pytest.approx(net.loc[row.year, "scenario"], abs=0.0101)  # stored in whole cents


def test_rules_and_producers_have_a_sheet_each(report):
    rules = grid_of(report, "Peukalosäännöt").frame
    assert rules[["object", "rule", "y2026"]].to_numpy().tolist() == [
        ["Kuntaosuus", "Uudet työttömät", 3e5], ["Toimintamenot", "Palkat", 1e5]]  # neither moves two objects
    assert rules["y2026_faint"].to_list() == [True, False] and rules["how"].to_list() == ["simuloitu", "tarkka"]
    producers = grid_of(report, "Tuottajat")
    [(_, total)] = producers.total_rows()
    assert total["payment"] == pytest.approx(3 * 1000.5) and producers.frame["title"].to_list() == ["=A", "B", "C"]
    assert producers.frame["ratio"].round(3).to_list()[:2] == [0.2, -0.1] and np.isnan(producers.frame["ratio"].iloc[2])
    assert producers.frame["ratio_faint"].to_list()[:2] == [False, True]
    services = grid_of(report, "Palvelut").frame.dropna(subset="use").set_index("contract")["use"]
    monthly = report.first.table("service_flow").groupby("contract")[["inside", "places"]].sum()
    expected = (monthly["inside"] / monthly["places"])[services.index].to_numpy()
    assert len(services) > 5 and services.to_numpy() == pytest.approx(expected, rel=0.02)  # months differ in length


def test_every_total_has_a_note_and_every_sheet_a_print_area_and_protection(report, tmp_path):
    book = openpyxl.load_workbook(written(report, tmp_path / "run.xlsx"))
    for sheet in book:
        assert sheet.print_area and sheet.protection.sheet and sheet.page_setup.orientation == "landscape"
        for row in sheet.iter_rows():
            for cell in row:
                if str(cell.value).startswith("=") and cell.font.bold or "SUM" in str(cell.value):
                    assert cell.comment is not None and cell.comment.text.strip()
                    assert cell.font.bold and cell.number_format.startswith("#,##0")
    names = [sheet.title for sheet in book]
    assert names[0] == "Kansi" and len(set(names)) == len(names)
    assert sum(len(sheet._charts) for sheet in book) == 3  # openpyxl tells of charts nowhere else


def test_the_same_run_makes_the_same_bytes_and_both_languages_the_same_numbers(report, tmp_path):
    finnish, again = (written(report, tmp_path / f"{name}.xlsx") for name in "ab")
    assert finnish.read_bytes() == again.read_bytes()
    with speaking("en"):
        english = written(report, tmp_path / "en.xlsx")
    numbers = [[value for _, _, value in cells(path, values=True) if isinstance(value, float)]
               for path in (finnish, english)]
    assert numbers[0] == numbers[1] and len(numbers[0]) > 300
    assert openpyxl.load_workbook(english).sheetnames[:3] == ["Cover", "Budget", "Account by year"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_is_a_text_wherever_it_stands(served, tmp_path, text):
    folder = shutil.copytree(served.folder, tmp_path / "run", copy_function=lambda a, b: Path(b).symlink_to(a))
    content = json.loads((folder / "manifest.json").read_text("utf-8"))
    content["scenario"] |= {"title": text, "author": text, "question": text}
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    path = written(open_report_set([str(folder)], tmp_path), tmp_path / "run.xlsx")
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert "SUM" in cell.value or "IF(" in cell.value or set(cell.value) <= set(
                        "=+-/ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), cell.value
                    assert cell.value != text
                assert not cell.hyperlink or cell.hyperlink.location.endswith("A1")
    told = [cell.value for row in book["Kansi"].iter_rows() for cell in row if cell.value]
    assert all(len(str(each).encode("utf-16-le")) <= 2 * LONGEST for each in told)
    shown = any(each in (text, text.strip()) or each.endswith(" …") and text.startswith(each[:-2]) for each in told)
    assert not text or "\x00" in text or shown


def test_small_cells_are_emptied_and_then_groups_have_no_total(served, tmp_path):
    folder = shutil.copytree(served.folder, tmp_path / "run")
    table = pd.read_parquet(folder / "groups.parquet")
    table.loc[0, "clients"] = 3.0
    table.to_parquet(folder / "groups.parquet", index=False)
    report = open_report_set([str(folder)], tmp_path)
    sheets, emptied = grids(report, "")
    groups = next(each for each in sheets if each.name == "Ryhmät")
    [(_, totals)] = groups.total_rows()
    assert emptied >= 2 and groups.frame["clients"].isna().sum() == 2 and "clients" not in totals
    told = " ".join(" ".join(row) for row in cover(report, emptied, ""))
    assert f"({emptied} solua)" in told
    kept, none = grids(report, "why")
    assert none == 0 and next(each for each in kept if each.name == "Ryhmät").frame["clients"].min() == 3.0
    assert "Syy: why" in " ".join(" ".join(row) for row in cover(report, 0, "why"))


def test_the_command_writes_a_workbook_of_the_share_alone_and_tells_a_folder(stored, tmp_path):
    ask = ["report", "excel", stored.folder.name[:20], "--results", str(stored.results), "--to"]
    done = CliRunner().invoke(app, [*ask, str(tmp_path / "run.xlsx"), "--lang", "en"])
    assert done.exit_code == 0 and "Services" not in openpyxl.load_workbook(tmp_path / "run.xlsx").sheetnames
    wrong = CliRunner().invoke(app, [*ask, str(tmp_path)])
    assert wrong.exit_code == 2 and "cannot be written" in wrong.stderr
