"""The net account: by hand on constructed draws, and its sums on a run of the real data."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace

import numpy as np
import pytest

from scenarios.books import Decision, load_books
from scenarios.net import YearAccount, break_rows, budget_rows, net_rows, net_tables, year_account
from sources.area import data_root, load_area
from sources.errors import InputError

OBJECTS = ("benefit_share", "operating", "income")


@pytest.fixture(scope="module")
def books():
    return load_books(load_area("lahti", data_root()))


def spread(years: list[float]) -> np.ndarray:
    """Even months of each year's sum, (draws, 12)."""
    return np.outer(years, np.full(12, 1 / 12))


@pytest.fixture
def account() -> YearAccount:
    """Ten draws of a year: limits 100 for the benefit share, 50 for operating cost, -30 income, so 120 for the net.

    Benefit share 96 or 104, operating 49, 50 or 53; each draw's net is benefit + operating - 30.
    """
    share = [96, 96, 96, 96, 104, 104, 104, 104, 104, 104]
    cost = [49, 50, 53, 53, 49, 49, 49, 50, 53, 53]
    # nets: 115 116 119 119 | 123 123 123 124 127 127: the six over 120 by 3 3 3 4 7 7, mean 27 / 6 = 4.50
    euros = {("benefit_share", "total"): spread(share), ("operating", "total"): spread(cost),
             ("income", "total"): spread([-30] * 10)}
    euros["net", "total"] = sum(euros[name, "total"] for name in OBJECTS)
    limits = {"benefit_share": 100.0, "operating": 50.0, "income": -30.0, "net": 120.0}
    decisions = {name: Decision(limit, math.nan, "estimate") for name, limit in limits.items()}
    decisions["net"] = Decision(110.0, 120.0, "estimate")
    return YearAccount(2027, 0, euros, {name: np.zeros(12, bool) for name in limits},
                       {name: np.full(12, limit / 12) for name, limit in limits.items()}, decisions)


def test_probabilities_overrun_and_deviation_by_hand(account):
    rows = {row["object"]: row for row in budget_rows(account)}
    assert [rows[name]["p_break"] for name in ("benefit_share", "operating", "income", "net")] == [0.6, 0.4, 0.0, 0.6]
    assert rows["net"]["overrun"] == 4.5
    assert rows["benefit_share"]["overrun"] == 4.0 and rows["operating"]["overrun"] == 3.0
    assert math.isnan(rows["income"]["overrun"]) and rows["income"]["first_month"] == "none"
    # median of the ten nets is (123 + 123) / 2, against the amended 120
    assert rows["net"]["median"] == 123.0 and rows["net"]["deviation"] == 3.0
    assert (rows["net"]["original"], rows["net"]["amended"], rows["net"]["appropriation"]) == (110.0, 120.0, 120.0)


def test_joint_probabilities_by_hand(account):
    rows = {row["outcome"]: row for row in break_rows(account)}
    assert {name: row["probability"] for name, row in rows.items()} == {
        "both": 0.2, "only_benefit_share": 0.4, "only_operating": 0.2, "neither": 0.2}
    # the net breaks in no draw with operating cost alone over: 96 + 53 - 30 = 119
    assert {name: row["net_breaks"] for name, row in rows.items()} == {
        "both": 0.2, "only_benefit_share": 0.4, "only_operating": 0.0, "neither": 0.0}


def test_the_net_follows_pairs_and_not_quantiles(account):
    """The same outcomes of each object, paired once in step and once against each other."""
    share, cost = [96] * 4 + [104] * 6, [49] * 4 + [50] * 2 + [53] * 4
    chances = []
    for paired in (cost, cost[::-1]):
        # in step the nets are 115 × 4, 124 × 2, 127 × 4; against each other 119 × 4, 124 × 2, 123 × 4
        net = {("net", "total"): spread([a + b - 30 for a, b in zip(share, paired, strict=True)])}
        limit = {"net": Decision(125.0, math.nan, "estimate")}
        chances.append(replace(account, euros=net, decisions=limit).over("net").mean())
    assert chances == [0.4, 0.0]


def test_a_break_that_is_sure_today_shows_already(account):
    sure = replace(account, decisions={**account.decisions, "net": Decision(115.5, math.nan, "estimate")})
    rows = {row["object"]: row for row in budget_rows(sure)}
    assert rows["net"]["p_break"] == 0.9 and rows["net"]["first_month"] == "already"
    # months are even, so the first one tells the year, and what breaks with 60 % today shows in January
    assert rows["benefit_share"]["first_month"] == "2027-01"
    shown = {(row["month"], row["object"]): row["shown"] for row in net_rows(sure)}
    assert shown["2027-01", "net"] == 1.0 and shown["2027-01", "benefit_share"] == 0.6


def test_objects_sum_to_the_net_in_every_unit_and_month(plan, units, scenario, books):
    for year in (2026, 2027, 2028):
        euros = year_account(plan, units, scenario.draws, books, year).euros
        assert euros["net", "total"].shape == (8, 12)
        total = sum(euros[name, "total"] for name in OBJECTS)
        assert np.abs(total - euros["net", "total"]).max() < 0.005
        for name in ("operating", "income"):
            lines = [each for (owner, line), each in euros.items() if owner == name and line != "total"]
            assert np.abs(sum(lines) - euros[name, "total"]).max() < 0.005


def test_replications_of_a_draw_share_its_operating_cost(plan, units, scenario, books):
    cost = year_account(plan, units, scenario.draws, books, 2027).euros["operating", "total"]
    assert (cost[0::2] == cost[1::2]).all() and len(np.unique(cost[::2, 0])) == 4


def test_tables_of_a_run(plan, units, scenario, books):
    tables = net_tables(plan, units, scenario.draws, books)
    net, budget, breaks = tables["net"], tables["budget"], tables["breaks"]
    assert breaks.groupby("year")["probability"].sum().tolist() == pytest.approx([1, 1, 1])
    net_breaks = budget[budget["object"] == "net"].set_index("year")["p_break"]
    assert breaks.groupby("year")["net_breaks"].sum().to_dict() == pytest.approx(net_breaks.to_dict())
    seen = net[(net["object"] == "benefit_share") & (net["span"] == "month") & (net["kind"] == "observed")]
    assert seen["median"].sum() == pytest.approx(17_893_144.80, abs=0.005)  # Kela's January to August 2026
    assert (net["kind"] != "observed")[net["object"] == "operating"].all()
    december = net[(net["span"] == "year_to_date") & net["month"].str.endswith("-12") & (net["line"] == "total")]
    years = december.assign(year=december["month"].str[:4].astype(int)).set_index(["year", "object"])
    for row in budget.itertuples():
        assert years.loc[(row.year, row.object), "appropriation"] == pytest.approx(row.appropriation, abs=0.005)
        assert years.loc[(row.year, row.object), "median"] == pytest.approx(row.median, abs=0.02)
    assert set(budget["status"]) == {"estimate"}


def test_a_year_without_appropriation_has_no_row_and_none_at_all_no_table(plan, units, scenario, books):
    few = books.budget.model_copy(update={"years": {2027: books.budget.years[2027]}})
    one = replace(books, budget=few)
    assert set(net_tables(plan, units, scenario.draws, one)["budget"]["year"]) == {2027}
    none = replace(books, budget=few.model_copy(update={"years": {2031: few.years[2027]}}))
    assert net_tables(plan, units, scenario.draws, none) == {} == net_tables(plan, units, scenario.draws, None)


def test_a_budget_of_a_month_that_kela_has_not_published_is_one_line(plan, units, scenario, books, inputs):
    """A municipality whose file begins in March 2026, with a budget for all of the year."""
    late = replace(plan, inputs=replace(inputs, share=inputs.share[inputs.share["month"] >= "2026-03"]))
    with pytest.raises(InputError, match="budget.yaml: key years.2026: needs Kela's month 2026-01, which is missing"):
        year_account(late, units, scenario.draws, books, 2026)


@pytest.fixture
def closed_books(tmp_path):
    """Writes lahti's books with an actuals.csv of the given rows and reads them."""
    def read(rows: str):
        root = tmp_path / "data"
        shutil.copytree(data_root(), root, ignore=shutil.ignore_patterns("calibration"), dirs_exist_ok=True)
        (root / "lahti" / "actuals.csv").write_text("month,object,line,euros\n" + rows, encoding="utf-8")
        return load_books(load_area("lahti", root))
    return read


def test_closed_months_replace_the_plan(plan, units, scenario, books, closed_books):
    closed = closed_books("2026-01,operating,purchases,100000.10\n2026-01,operating,purchases,-0.05\n"
                          "2026-01,operating,matching,150000\n2026-01,benefit_share,total,5\n")
    months = year_account(plan, units, scenario.draws, closed, 2026)
    assert (months.euros["operating", "total"][:, 0] == 250_000.05).all()  # 100 000.10 - 0.05 + 150 000
    assert (months.euros["operating", "first_services"][:, 0] == 0).all()
    open_months = year_account(plan, units, scenario.draws, books, 2026)
    assert (months.euros["operating", "total"][:, 1:] == open_months.euros["operating", "total"][:, 1:]).all()
    assert months.observed["operating"].tolist() == [True] + [False] * 11
    assert months.observed["net"].tolist() == [True] + [False] * 11
    assert closed.digest != books.digest


@pytest.mark.parametrize(("row", "words"), [
    ("2026-13,operating,purchases,1\n", ["row 2, column month", "2026-13"]),
    ("2026-01,operating,purchase,1\n", ["row 2, column line", "write purchases"]),
    ("2026-01,operating,purchases,\"1,5\"\n", ["row 2, column euros", "1,5"]),
    ("2026-01,operating,purchases\n", ["row 2", "3 cells"]),
])
def test_a_faulty_closed_month_is_one_line(row, words, closed_books):
    with pytest.raises(InputError) as fault:
        closed_books(row)
    assert all(word in str(fault.value) for word in ["actuals.csv", *words])


def test_what_the_budget_allows_by_month(books):
    months = books.by_month(2026, advanced_share=0.8)
    # 6 610 000 × 1.025 = 6 775 250.00, in twelve parts
    assert months["income"].sum() == pytest.approx(-6_775_250.00, abs=0.005)
    assert np.ptp(months["income"]) < 0.011
    assert months["benefit_share"].sum() == pytest.approx(24_400_000.00, abs=0.005)
    # benefit days of 2026 are 261; February has 20 and no holiday ahead of it or after
    assert months["benefit_share"][1] / 24_400_000 == pytest.approx(20 / 261, rel=0.002)
    assert months["net"] == pytest.approx(sum(months[name] for name in OBJECTS), abs=0.005)


def test_amended_budget_changes_object_and_net(write_books, tmp_path):
    shutil.copytree(data_root(), tmp_path / "data", ignore=shutil.ignore_patterns("calibration"))
    write_books(folder=tmp_path / "data" / "lahti")
    decided = load_books(load_area("lahti", tmp_path / "data")).decisions(2026)
    # 24.0 amended to 26.5, operating 12.0, income 6.12
    assert decided["benefit_share"][:2] == (24e6, 26.5e6)
    assert decided["net"] == (29.88e6, 32.38e6, "estimate")
    assert decided["income"] == Decision(-6.12e6, pytest.approx(math.nan, nan_ok=True), "derived")
    assert math.isnan(decided["operating"].amended) and decided["operating"].current == 12e6


def test_payment_days_explain_kelas_sound_months_better_than_twelfths(inputs, books):
    """December 2025 to August 2026, months without a known break: spread of euros over share of the year."""
    share = inputs.share[(inputs.share["benefit"] == "total") & (inputs.share["day_class"] == "total")]
    euros = share.set_index(share["month"].astype(str))["euros"].loc["2026-01":"2026-08"].to_numpy()
    phased = euros / books.by_month(2026, inputs.advanced_share)["benefit_share"][:8]
    assert np.std(phased) / phased.mean() < 0.5 * np.std(euros) / euros.mean()
