"""The command ``variance`` as a planner meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

WORDS = "ARVIO, ei kaupungin päätös"


def objects(result) -> dict[str, dict]:
    return {row["object"]: row for row in json.loads(result.stdout)["objects"]}


def test_text_begins_with_the_finding_marks_estimates_and_draws_a_chart(kuntaosuus, stored, tmp_path):
    chart = tmp_path / "charts" / "v.png"
    output = kuntaosuus("variance", "--month", "2026-08", "--results", stored.results, "--out", chart).output
    assert output.replace("\u00a0", " ").startswith("Kuntaosuus on 1–8/2026 1,79 M€ yli talousarvion")
    assert WORDS in output and "puuttuu (actuals.csv)" in output and stored.folder.name in output
    assert "…" not in output  # no figure is cut short
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_json_holds_objects_bridge_and_chart(kuntaosuus, stored, copy_of_run):
    printed = json.loads(kuntaosuus("variance", copy_of_run.name[:12], "--month", "2026-08", "--results",
                                    copy_of_run.parent, "--json").stdout)
    assert (printed["area"], printed["year"], printed["run"]) == ("lahti", 2026, stored.folder.name)
    bridge = printed["bridge"]
    assert bridge["basis"] == ["2025-02", "2025-09"] and bridge["months"][0]["month"] == "2026-01"
    assert bridge["total"]["outturn"] == 17_893_144.80  # lahti.md section 0
    assert {row["status"] for row in printed["objects"]} == {"estimate"}
    assert Path(printed["chart"]) == copy_of_run.parent / "variance-lahti-2026-08.png"
    assert Path(printed["chart"]).is_file()
    # the naive projection by the budget that another command prints
    months = json.loads(kuntaosuus("budget", "show", "--year", "2026", "--json").stdout)["months"]
    left = sum(row["appropriation"] for row in months if row["object"] == "benefit_share" and row["month"] > "2026-08")
    assert printed["objects"][0]["naive"] == round(17_893_144.80 + left, 2)


def test_a_year_without_basis_has_neither_bridge_nor_chart(kuntaosuus, copy_of_run):
    printed = json.loads(kuntaosuus("variance", "--month", "2025-12", "--results", copy_of_run.parent, "--json").stdout)
    assert printed["bridge"] is None and printed["chart"] is None
    assert not list(copy_of_run.parent.glob("*.png"))


def test_a_repriced_run_forecasts_by_its_own_law(kuntaosuus, copy_of_run, law_with):
    """Twice the basic amount: twice the rest of the year, and the same outturn, plan and income."""
    results = copy_of_run.parent
    law = law_with(("benefits.yaml", "37.21", "74.42"), ("benefits.yaml", ", 38.9]", ", 80.0]"))  # amount and range
    repriced = json.loads(kuntaosuus("reprice", copy_of_run, "--law", law, "--results", results, "--json").stdout)
    once, twice = (objects(kuntaosuus("variance", name, "--month", "2026-08", "--results", results, "--json"))
                   for name in (copy_of_run.name, repriced["run"]))
    assert twice["benefit_share"]["rest_median"] == pytest.approx(2 * once["benefit_share"]["rest_median"], abs=1)
    assert twice["benefit_share"]["outturn"] == once["benefit_share"]["outturn"]
    chosen = json.loads(kuntaosuus("variance", "--month", "2026-08", "--results", results, "--json").stdout)["run"]
    assert chosen == copy_of_run.name  # a law that is none is never taken by default
    assert twice["operating"] == once["operating"] and twice["income"] == once["income"]


def test_closed_operating_months_are_the_outturn(kuntaosuus, stored, data):
    rows = [f"2026-0{month},operating,purchases,1000000.50\n" for month in range(1, 9)]
    (data / "lahti" / "actuals.csv").write_text("month,object,line,euros\n" + "".join(rows))
    result = kuntaosuus("variance", "--month", "2026-08", "--results", stored.results, "--data", data, "--json",
                        "--out", data / "v.png")
    operating = objects(result)["operating"]
    assert (operating["outturn"], operating["known_months"]) == (8_000_004.00, 8)


@pytest.mark.parametrize(("arguments", "words"), [
    (["--month", "2026-09"], ["lahti_monthly.csv: month 2026-09", "choose one from 2025-01 to 2026-08"]),
    (["--month", "elokuu"], ["option --month", "'elokuu'", "write it like 2026-08"]),
    (["--month", "2026-08", "--area", "laihti"], ["write lahti"]),
    (["--month", "2026-08", "--results", "none"], ["holds no run of lahti", "make one with kuntaosuus run"]),
    (["nope", "--month", "2026-08"], ["run nope", "is not among the runs"]),
    (["--month", "2026-08", "--out", "."], [".", "cannot be written"]),
])
def test_a_wrong_argument_is_one_line(told, stored, arguments, words):
    line = told("variance", "--results", stored.results, *arguments)
    assert all(word in line for word in words), line


@pytest.mark.parametrize(("old", "new", "words"), [
    ("basis: [2025-02, 2025-09]", "basis: [2024-11, 2025-09]",
     ["budget.yaml: key years.2026.benefit_share.basis", "month 2024-11 is not in", "choose from 2025-01 to 2026-08"]),
    ("basis: [2025-02, 2025-09]", "basis: [2025-09, 2025-02]", ["budget.yaml", "line ", "is after the last"]),
    ("  2026:\n    benefit", "  2029:\n    benefit", ["no year 2029"]),
])
def test_a_budget_that_cannot_be_explained_is_one_line(told, stored, data, old, new, words):
    path = data / "lahti" / "budget.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    line = told("variance", "--month", "2026-08", "--results", stored.results, "--data", data)
    assert all(word in line for word in words), line


def test_a_municipality_without_budget_is_one_line(told, stored, data):
    (data / "lahti" / "budget.yaml").unlink()
    assert "has no budget" in told("variance", "--month", "2026-08", "--results", stored.results, "--data",
                                              data)


def test_help_has_examples(kuntaosuus):
    text = kuntaosuus("variance", "--help").output.replace("\n", " ")
    assert "kuntaosuus variance --month 2026-08" in text and "naive projection" in text
