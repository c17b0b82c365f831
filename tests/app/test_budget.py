"""The command ``budget``, and ``run`` with and without one."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sources.area import data_root

SMALL = ["--no-services", "--draws", "2", "--replications", "1", "--workers", "1", "--no-exposure"]
WORDS = "ARVIO, ei kaupungin päätös"


def test_show_prints_every_year_as_estimates(kuntaosuus):
    output = kuntaosuus("budget", "show").output
    assert all(f"Lahti {year}, euroa ({WORDS})" in output for year in (2025, 2026, 2027, 2028))
    assert "12/2028" in output and "Muutettu talousarvio" in output


def test_show_as_json_sums_to_the_appropriation(kuntaosuus):
    printed = json.loads(kuntaosuus("budget", "show", "--year", "2027", "--json").stdout)
    months = pd.DataFrame(printed["months"])
    assert set(months["year"]) == {2027} and set(months["status"]) == {"estimate"}
    sums = months.groupby("object")["appropriation"].sum().round(2)
    # 6 610 000 × 1.05 = 6 940 500; 26.8 + 17.4 - 6.9405 = 37.2595
    assert sums.to_dict() == {"benefit_share": 26.8e6, "operating": 17.4e6, "income": -6_940_500.0, "net": 37_259_500.0}
    assert {row["amended"] for row in printed["months"]} == {None}


def test_show_uses_an_amendment(kuntaosuus, data):
    path = data / "lahti" / "budget.yaml"
    amended = ("      amended:\n        - {date: 2026-06-15, decision: § 70, value: 27000000, unit: €/year, "
               "source: test, status: verified}\n")
    text = path.read_text(encoding="utf-8")
    place = text.index("    operating:", text.index("  2026:"))
    path.write_text(text[:place] + amended + text[place:], encoding="utf-8")
    printed = json.loads(kuntaosuus("budget", "show", "--year", "2026", "--data", data, "--json").stdout)
    months = pd.DataFrame(printed["months"]).set_index("object").loc["benefit_share"]
    assert set(months["original"]) == {24.4e6} and set(months["amended"]) == {27e6}
    assert months["appropriation"].sum() == pytest.approx(27e6, abs=0.005)
    assert "muutettu: 2026" in kuntaosuus("budget", "check", path).output


def test_check_says_that_a_file_is_sound(kuntaosuus):
    output = kuntaosuus("budget", "check", data_root() / "lahti" / "budget.yaml").output
    assert "kunnossa" in output and "2025, 2026, 2027, 2028" in output


@pytest.mark.parametrize(("arguments", "words"), [
    (["show", "--year", "2035"], ["budget.yaml", "has no year 2035", "2025, 2026, 2027, 2028"]),
    (["show", "--area", "laihti"], ["write lahti"]),
    (["check", "none.yaml"], ["none.yaml", "the file is missing"]),
    (["check", "."], ["cannot be read"]),
])
def test_a_wrong_argument_is_one_line(told, arguments, words):
    line = told("budget", *arguments)
    assert all(word in line for word in words)


def test_show_without_a_budget_is_one_line(told, data):
    (data / "lahti" / "budget.yaml").unlink()
    assert "has no budget" in told("budget", "show", "--data", data)


def test_a_fault_in_the_budget_is_told_before_the_run(told, data, tmp_path):
    path = data / "lahti" / "operating.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("pay_index", "pay_indx"), encoding="utf-8")
    line = told("run", *SMALL, "--data", data, "--results", tmp_path / "results")
    assert "operating.yaml: key staff.pay_indx" in line and "write pay_index" in line
    assert list((tmp_path / "results").iterdir()) == []


def test_run_says_that_appropriations_are_estimates(kuntaosuus, tmp_path):
    output = kuntaosuus("run", *SMALL, "--results", tmp_path).output
    assert f"määrärahat: {WORDS}" in output and f"Sitova netto ylittää talousarvion ({WORDS})" in output
    assert "kaikki kuukaudet ovat suunnitelman lukuja" in output


def test_run_as_json_holds_budget_breaks_and_net_with_status(kuntaosuus, tmp_path):
    printed = json.loads(kuntaosuus("run", *SMALL, "--results", tmp_path, "--json").stdout)
    assert {row["status"] for row in printed["budget"] + printed["net"]} == {"estimate"}
    assert {row["object"] for row in printed["budget"]} == {"benefit_share", "operating", "income", "net"}
    folder = Path(printed["path"])
    frame = pd.read_parquet(folder / "budget.parquet")
    assert [row["median"] for row in printed["budget"]] == frame["median"].tolist()
    assert len(pd.read_parquet(folder / "net.parquet")) == len(printed["net"])
    unverified = pd.read_csv(folder / "unverified.csv")["name"]
    assert "budget.2026.benefit_share" in set(unverified) and "operating.purchases" in set(unverified)


def test_run_without_a_budget_says_so_and_changes_no_other_figure(kuntaosuus, data, tmp_path):
    with_budget = json.loads(kuntaosuus("run", *SMALL, "--results", tmp_path / "1", "--json").stdout)
    (data / "lahti" / "budget.yaml").unlink()
    arguments = ["run", *SMALL, "--data", data, "--results", tmp_path / "2"]
    assert "Talousarviota ei ole" in kuntaosuus(*arguments).output
    without = json.loads(kuntaosuus(*arguments, "--json").stdout)
    assert without["budget"] is without["breaks"] is without["net"] is None
    assert without["years"] == with_budget["years"] and without["run"] != with_budget["run"]
    assert not (Path(without["path"]) / "net.png").exists()
    assert json.loads((Path(without["path"]) / "manifest.json").read_text())["hashes"]["budget"] is None
