"""Outturn against budget: by hand on a constructed year, and on the shipped months against the files themselves."""

from __future__ import annotations

import csv
import json
import math
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.books import Books, Decision, load_books
from scenarios.bridge import PARTS
from scenarios.net import YearAccount
from scenarios.stored import open_tables
from scenarios.variance import choose_run, object_rows, outturn_month, variance
from sim.law.calendar import month_number
from sim.money.budget import read_budget
from sim.money.operating import read_operating
from sources.area import data_root, load_area
from sources.errors import InputError

OBJECTS = ("benefit_share", "operating", "income")


@pytest.fixture(scope="module")
def books():
    return load_books(load_area("lahti", data_root()))


@pytest.fixture(scope="module")
def run(stored):
    return open_tables(stored.folder)


def published(last: str) -> float:
    """Kela's total of the year of *last* up to it, read from the file with nothing of the program."""
    with (data_root() / "kela" / "lahti_monthly.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";")
                if row["etuus"] == row["kertymaluokka"] == "Yhteensä" and row["vuosikuukausi"][:4] == last[:4]
                and row["vuosikuukausi"] <= last.replace("-", "")]
    assert len(rows) == int(last[-2:])
    return round(sum(float(row["kuntaosuus_eur"]) for row in rows), 2)


# By hand: staff 10 × 60 000 × 1.02 = 612 000, so 51 000 a month; purchases 1 000 000 × 1.10, a quarter of it in July:
# January to July 7 × 51 000 + 275 000 = 632 000.
@pytest.fixture
def account() -> YearAccount:
    """Seven published months of 2.0 M€, then five of 2.0, 2.2 or 2.4 M€ by unit; operating cost 0.1 M€ a month."""
    share = np.array([[2.0e6] * 7 + [rest] * 5 for rest in (2.0e6, 2.2e6, 2.4e6)])
    euros = {("benefit_share", "total"): share, ("operating", "total"): np.full((3, 12), 1e5),
             ("income", "total"): np.full((3, 12), -5e5)}
    euros["net", "total"] = sum(euros[name, "total"] for name in OBJECTS)
    limits = {"benefit_share": 25.2e6, "operating": 1.2e6, "income": -6e6, "net": 20.4e6}
    over = np.arange(12) < 7
    return YearAccount(2026, 7, euros, {"benefit_share": over, "operating": ~over & over, "income": ~over & over,
                                        "net": ~over & over},
                       {name: np.full(12, limit / 12) for name, limit in limits.items()},
                       {name: Decision(limit, math.nan, "estimate") for name, limit in limits.items()})


@pytest.fixture
def small_books(write_books):
    folder = write_books()
    return Books((), (), read_budget(folder / "budget.yaml"), read_operating(folder / "operating.yaml", [2026]),
                 pd.DataFrame())


def test_a_year_by_hand(account, small_books):
    rows = {row["object"]: row for row in object_rows(account, small_books, 7)}
    share = rows["benefit_share"]
    # allowed 7 × 2.1 = 14.7, outturn 14.0; left 5 × 2.1 = 10.5: naive 24.5, and 25.2 were granted
    assert (share["allowed"], share["outturn"], share["deviation_to_date"]) == (14.7e6, 14.0e6, -0.7e6)
    assert (share["remaining"], share["naive"], share["naive_deviation"]) == (10.5e6, 24.5e6, -0.7e6)
    # years 24.0, 25.0, 26.0: median 25.0; of three, the tenth part lies a fifth of the way from the first to the second
    assert (share["year_median"], share["deviation"], share["p_break"]) == (25.0e6, -0.2e6, pytest.approx(1 / 3))
    assert (share["year_p10"], share["year_p90"]) == (24.2e6, 25.8e6)
    assert (share["rest_median"], share["rest_deviation"]) == (11.0e6, 0.5e6)
    assert share["share_to_date"] == round(-0.7 / 14.7, 6) and share["known_months"] == 7


def test_an_operating_month_without_outturn_holds_the_plan_and_a_closed_one_its_own(account, small_books):
    operating, net = (next(row for row in object_rows(account, small_books, 7) if row["object"] == name)
                      for name in ("operating", "net"))
    assert (operating["outturn"], operating["known_months"]) == (632_000.0, 0)
    assert net["outturn"] == 14_000_000 + 632_000 - 3_500_000
    account.observed["operating"][:2] = True  # 0.1 M€ in each, in place of 51 000
    operating = next(row for row in object_rows(account, small_books, 7) if row["object"] == "operating")
    assert (operating["outturn"], operating["known_months"]) == (632_000 + 2 * 49_000, 2)


def test_of_nothing_allowed_there_is_no_share(account, small_books):
    account.allowed["income"][:] = 0
    income = next(row for row in object_rows(account, small_books, 7) if row["object"] == "income")
    assert math.isnan(income["share_to_date"])


@pytest.mark.parametrize("month", [f"2026-{month:02d}" for month in range(1, 9)])
def test_parts_add_up_to_the_cent_in_every_published_month(inputs, books, run, month):
    told = variance(inputs, books, month, run)
    assert len(told.bridge) == int(month[-2:])
    for row in (*told.bridge.to_dict("records"), told.parts):
        cents = {name: round(100 * row[name]) for name in (*PARTS, "deviation", "outturn", "budget")}
        assert sum(cents[name] for name in PARTS) == cents["deviation"] == cents["outturn"] - cents["budget"]
    share = told.objects.set_index("object").loc["benefit_share"]
    assert told.parts["outturn"] == share["outturn"] == published(month)
    assert (told.parts["budget"], told.parts["deviation"]) == (share["allowed"], share["deviation_to_date"])


def test_late_invoices_say_nothing_of_the_level(inputs, books, run):
    """In October and November 2025 over 1.3 of a full day was paid in one class: arrears. Its level was about 0.9 all
    the other months, so the benefit level of 2026 is a part of under one per cent, and timing nearly evens out.
    """
    told = variance(inputs, books, "2026-08", run)
    assert abs(told.parts["benefit_level"]) < 0.01 * told.parts["outturn"]
    assert abs(told.parts["timing"]) < 0.005 * told.parts["outturn"]


def test_the_year_end_is_the_outturn_and_the_sum_of_each_unit(inputs, books, run, stored):
    """Recomputed from the stored account and Kela's file."""
    told = variance(inputs, books, "2026-08", run)
    share = told.objects.set_index("object").loc["benefit_share"]
    account = pd.read_parquet(stored.folder / "account.parquet").query("'2026-09' <= month <= '2026-12'")
    rest = account.groupby(["draw", "replication"])["euros"].sum().to_numpy()
    assert len(rest) == 4
    for name, place in (("p10", 10), ("median", 50), ("p90", 90)):
        assert share[f"rest_{name}"] == pytest.approx(np.percentile(rest, place), abs=0.01)
        assert share[f"year_{name}"] == pytest.approx(published("2026-08") + np.percentile(rest, place), abs=0.01)
    assert share["p_break"] == np.mean(published("2026-08") + rest > 24.4e6)
    assert share["rest_deviation"] + share["deviation_to_date"] == pytest.approx(share["deviation"], abs=0.011)


def test_with_the_books_of_the_run_the_year_is_that_of_its_own_net_account(inputs, books, run, stored):
    told = variance(inputs, books, "2026-08", run).objects.set_index("object")
    own = pd.read_parquet(stored.folder / "budget.parquet").query("year == 2026").set_index("object")
    names = {"year_median": "median", "year_p10": "p10", "year_p90": "p90", "deviation": "deviation",
             "p_break": "p_break", "budget": "appropriation"}
    pd.testing.assert_frame_equal(told[list(names)].rename(columns=names), own[list(names.values())], check_exact=True)


def test_a_run_needs_neither_events_nor_a_net_account(inputs, books, run, copy_of_run):
    for name in ("net", "budget", "breaks"):
        (copy_of_run / f"{name}.parquet").unlink()
    path = copy_of_run / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"events": true', '"events": false'), "utf-8")
    told = variance(inputs, books, "2026-08", open_tables(copy_of_run))
    pd.testing.assert_frame_equal(told.objects, variance(inputs, books, "2026-08", run).objects)


def test_months_that_the_run_knows_after_the_outturn_are_kelas(inputs, books, run):
    early, late = (variance(inputs, books, month, run).objects.set_index("object").loc["benefit_share"]
                   for month in ("2026-03", "2026-08"))
    assert early["year_median"] == late["year_median"] and early["outturn"] == published("2026-03")
    assert early["rest_p10"] - late["rest_p10"] == pytest.approx(published("2026-08") - published("2026-03"), abs=0.02)


def with_manifest(folder, **changes):
    """A run in *folder* whose manifest differs; keys of the scenario go there."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text("utf-8"))
    for key, value in changes.items():
        (content["scenario"] if key in content["scenario"] else content)[key] = value
    path.write_text(json.dumps(content), "utf-8")
    return open_tables(folder)


def test_months_that_an_older_run_only_forecast_are_kelas_too(inputs, books, run, copy_of_run):
    older = with_manifest(copy_of_run, base_month="2026-05")
    told = variance(inputs, books, "2026-08", older)
    pd.testing.assert_frame_equal(told.objects, variance(inputs, books, "2026-08", run).objects)


def test_a_year_that_is_over_is_its_outturn(inputs, books, run):
    told = variance(inputs, books, "2025-12", run)
    share = told.objects.set_index("object").loc["benefit_share"]
    assert share["outturn"] == share["year_median"] == share["naive"] == published("2025-12")
    assert share["remaining"] == share["rest_median"] == 0 and share["p_break"] == 1
    assert told.basis is told.bridge is told.parts is None  # the budget was made before any month of the law


@pytest.mark.parametrize(("month", "fault"), [
    ("2026-09", "month 2026-09: is not among its months. Mend: choose one from 2025-01 to 2026-08"),
    ("2024-12", "month 2024-12: is not among its months"),
    ("8/2026", "option --month: '8/2026' is not a month written like 2026-08"),
    ("2026-13", "option --month"),
    ("", "option --month"),
])
def test_a_month_without_outturn_is_told(inputs, books, month, fault):
    with pytest.raises(InputError) as told:
        outturn_month(inputs, books, month)
    assert fault in str(told.value)


def changed(books, year, **changes):
    """Books whose benefit share of *year* differs."""
    years = dict(books.budget.years)
    share = years[year].benefit_share.model_copy(update=changes)
    years[year] = years[year].model_copy(update={"benefit_share": share})
    return replace(books, budget=books.budget.model_copy(update={"years": years}))


def test_a_year_without_budget_is_told(inputs, books):
    only = replace(books, budget=books.budget.model_copy(update={"years": {2026: books.budget.years[2026]}}))
    with pytest.raises(InputError, match=r"budget\.yaml: key years: has no year 2025.*choose a month of 2026"):
        outturn_month(inputs, only, "2025-06")


def test_a_basis_that_the_data_do_not_hold_is_told(inputs, books, run):
    with pytest.raises(InputError, match=(r"key years\.2026\.benefit_share\.basis: month 2024-11 is not in "
                                          r"lahti_monthly\.csv\. Mend: choose from 2025-01 to 2026-08")):
        variance(inputs, changed(books, 2026, basis=["2024-11", "2025-09"]), "2026-08", run)


@pytest.mark.parametrize(("changes", "fault"), [
    ({"area": "x"}, "is a run of x. Mend: give --area x"),
    ({"months": ["2026-09", "2025-12"]}, "ends in 2025-12, before the year does.*--until 2026-12"),
    ({"base_month": "2026-10"}, "knows 2026-10, and the data end in 2026-08"),
])
def test_a_run_that_does_not_fit_is_told_and_never_chosen(inputs, books, copy_of_run, changes, fault):
    spoilt = with_manifest(copy_of_run, **changes)
    with pytest.raises(InputError, match=fault):
        variance(inputs, books, "2026-08", spoilt)
    with pytest.raises(InputError, match="holds no run of lahti that forecasts 2026 to its end. Mend: make one with "
                                         "kuntaosuus run"):
        choose_run(inputs, month_number("2026-08"), copy_of_run.parent)


def test_a_spoilt_account_is_told(inputs, books, copy_of_run):
    path = copy_of_run / "account.parquet"
    pd.read_parquet(path).drop(columns="euros").to_parquet(path)
    with pytest.raises(InputError, match=r"account\.parquet.*Mend: make the run anew"):
        variance(inputs, books, "2026-08", open_tables(copy_of_run))


def test_the_run_that_starts_nearest_after_the_month_is_chosen(inputs, stored, tmp_path):
    text = (stored.folder / "manifest.json").read_text("utf-8")
    for age, (name, base) in enumerate([("new", "2026-08"), ("old", "2026-08"), ("june", "2026-06"),
                                        ("march", "2026-03")]):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "manifest.json").write_text(text, "utf-8")
        with_manifest(folder, run=name, base_month=base)
        os.utime(folder / "manifest.json", (1e9 - age, 1e9 - age))
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "manifest.json").write_text("{")
    chosen = {month: choose_run(inputs, month_number(f"2026-{month}"), tmp_path).name
              for month in ("02", "03", "05", "06", "07", "08")}
    assert chosen == {"02": "march", "03": "march", "05": "june", "06": "june", "07": "new", "08": "new"}
    for name in ("new", "old"):
        (tmp_path / name / "manifest.json").unlink()
    assert choose_run(inputs, month_number("2026-08"), tmp_path).name == "june"  # none starts after it
