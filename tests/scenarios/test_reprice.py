"""A stored run under another law: no change is nothing, and a change is what a new simulation would give."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from scenarios.inputs import load_inputs
from scenarios.reprice import reprice
from scenarios.run import plan_of, run_units
from scenarios.stored import find_run, open_run
from sim.law.calendar import month_number
from sim.law.loader import load_law
from sources.area import data_root
from sources.errors import InputError

DOUBLE = ("benefits.yaml", "37.21", "74.42")
TOP = ("benefits.yaml", ", 38.9]", ", 80.0]")  # the range of the amount, which must hold it
SPLIT = (("municipal_share.yaml", "[100, 200, 300, 400, 700]", "[100, 200, 300, 400, 550, 700]"),
         ("municipal_share.yaml", "[0, 0.10, 0.20, 0.30, 0.40, 0.50]", "[0, 0.10, 0.20, 0.30, 0.40, 0.40, 0.50]"))
NET = ("net", "budget", "breaks")
TABLES = ("years", "months", "account", "opening", "flows", "paths", *NET)


@pytest.fixture(scope="module")
def run(stored):
    return open_run(stored.folder)


def test_no_change_gives_nothing_and_the_same_tables(copy_of_run, stored):
    run = open_run(copy_of_run)
    repriced = reprice(run, load_law(), 1)
    assert repriced.unchanged and repriced.unseen() == []
    difference = repriced.difference()
    assert (difference[["mean", "p10", "p90"]] == 0.0).all(axis=None)
    assert set(difference["line"]) == {"101-200", "201-300", "301-400", "401-700", "701-", "total"}
    name, folder = repriced.write({})
    assert folder == copy_of_run.parent / name and "-repriced-" in name
    for table in TABLES:
        pd.testing.assert_frame_equal(pd.read_parquet(folder / f"{table}.parquet"),
                                      pd.read_parquet(stored.folder / f"{table}.parquet"), check_exact=True)
    assert (folder / "unverified.csv").read_bytes() == (stored.folder / "unverified.csv").read_bytes()


def test_the_net_account_moves_by_the_benefit_share_alone(run, stored, law_with):
    """Operating cost and income are the run's to the cent; the mean of the net differs by that of the share."""
    repriced = reprice(run, load_law(law_with(DOUBLE, TOP)), 1)
    before, after = (tables["budget"].set_index(["object", "year"])
                     for tables in (stored.outcome.tables, repriced.tables))
    for each in ("operating", "income"):
        pd.testing.assert_frame_equal(after.loc[each], before.loc[each], check_exact=True)
    paired = repriced.difference().query("line == 'total'").set_index("year")["mean"]
    assert (paired > 1e6).all()
    for each in ("benefit_share", "net"):
        moved = after.loc[each, "mean"] - before.loc[each, "mean"]
        assert moved.to_dict() == pytest.approx(paired.to_dict(), abs=0.03)
        assert (after.loc[each, "p_break"] == 1).all()  # twice the amount is far over any appropriation
        assert (after.loc[each, "appropriation"] == before.loc[each, "appropriation"]).all()


def test_a_run_without_a_budget_is_priced_again_without_a_net_account(copy_of_run):
    """A budget that was lost or changed since is refused, before anything is priced."""
    books = copy_of_run / "books" / "budget.yaml"
    books.write_text(books.read_text("utf-8") + "# changed\n", "utf-8")
    with pytest.raises(InputError, match="is not the budget that the run was made with"):
        reprice(open_run(copy_of_run), load_law(), 1)
    shutil.rmtree(books.parent)
    with pytest.raises(InputError, match="is not the budget that the run was made with"):
        reprice(open_run(copy_of_run), load_law(), 1)
    manifest = json.loads((copy_of_run / "manifest.json").read_text("utf-8"))
    manifest["hashes"]["budget"] = None
    (copy_of_run / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    _, folder = reprice(open_run(copy_of_run), load_law(), 1).write({})
    assert not any((folder / f"{name}.parquet").exists() for name in NET) and not (folder / "books").exists()


def test_the_manifest_says_from_which_run_and_which_law(copy_of_run, law_with):
    law = load_law(law_with(DOUBLE, TOP))
    name, folder = reprice(open_run(copy_of_run), law, 1).write({})
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["run"] == name and manifest["repriced_from"] == copy_of_run.name
    assert manifest["hashes"]["law"] == law.digest == load_law(folder / "law").digest


def test_twice_the_basic_amount_is_exactly_twice_the_euros(run, stored, law_with):
    law = load_law(law_with(DOUBLE, TOP))
    for unit in run.units:
        log, people = run.log(*unit), run.people(*unit)
        once, twice = (run.pricing(unit[0], each).account(log, people) for each in (None, law))
        assert (twice.euros == 2 * once.euros).all() and (twice.days == once.days).all()
    # half a cent of rounding, twice, and half a cent
    for unit, priced in zip(stored_units(stored), reprice(run, law, 1).units, strict=True):
        assert np.abs(priced.euros - 2 * unit).max() <= 0.015 + 1e-9


def stored_units(stored):
    """Euros of each unit by month, benefit and class, as account.parquet holds them."""
    account = pd.read_parquet(stored.folder / "account.parquet")
    months, classes = sorted(account["month"].unique()), sorted(account["day_class"].unique())
    benefits = ["labour_market", "basic", "earnings_related", "general"]
    cells = pd.MultiIndex.from_product([months, benefits, classes])
    for _, unit in account.groupby(["draw", "replication"]):
        euros = unit.set_index(["month", "benefit", "day_class"])["euros"].reindex(cells, fill_value=0.0)
        yield euros.to_numpy().reshape(len(months), len(benefits), len(classes))


def test_repricing_is_what_a_new_simulation_under_the_law_gives(run, stored, law_with):
    """The amount rises on a Wednesday, and all steps change; nothing that the simulation lives by does."""
    law = law_with(("benefits.yaml", "- from: 2027-01-01\n    value: 37.21", "- from: 2027-03-17\n    value: 39.5"),
                   ("municipal_share.yaml", "[0, 0.10, 0.20, 0.30, 0.40, 0.50]", "[0, 0.15, 0.25, 0.35, 0.45, 0.55]"))
    scenario = stored.outcome.scenario
    inputs = load_inputs(scenario.area, data_root(), law)
    plan = plan_of(inputs, stored.outcome.plan.calibration, month_number(scenario.until), scenario)
    anew = run_units(plan, scenario.draws, 2)
    again = reprice(run, load_law(law), 2).units
    for new, old in zip(anew, again, strict=True):
        assert (new.draw, new.replication) == (old.draw, old.replication)
        assert (new.euros == old.euros).all() and (new.days == old.days).all()
        assert new.euros.sum() > 1e7


def test_a_step_that_is_split_without_another_share_moves_no_euro(run, law_with):
    repriced = reprice(run, load_law(law_with(*SPLIT)), 1)
    lines = repriced.difference().set_index(["year", "line"])
    for year in (2026, 2027, 2028):
        parts = lines.loc[[(year, "401-550"), (year, "551-700")], "mean"].sum()
        assert parts == pytest.approx(-lines.loc[(year, "401-700"), "mean"], abs=0.2)  # cents of two benefits, months
        assert lines.loc[(year, "401-550"), "mean"] > 1e5 and lines.loc[(year, "551-700"), "mean"] > 1e5
        assert lines.loc[(year, "total"), ["mean", "p10", "p90"]].abs().max() <= 0.5
    assert not repriced.unchanged


def test_observed_months_stay_in_their_classes(run, law_with):
    years = reprice(run, load_law(law_with(*SPLIT)), 1).tables["years"].set_index(["year", "line"])
    assert years.loc[(2026, "401-700"), "observed"] > 0 and years.loc[(2026, "401-550"), "observed"] == 0
    assert years.loc[(2027, "401-700"), "median"] == 0 < years.loc[(2027, "401-550"), "median"]
    total = years.loc[2026].drop("total")["mean"].sum()
    assert total == pytest.approx(years.loc[(2026, "total"), "mean"], abs=0.1)


def test_the_difference_is_paired_unit_by_unit(run, law_with):
    """One per cent more is one per cent of each unit: the spread of the difference is a hundredth of the units'."""
    law = load_law(law_with(("benefits.yaml", "37.21", "37.5821")))
    row = reprice(run, law, 1).difference().set_index(["year", "line"]).loc[(2028, "total")]
    account = run.account[run.account["month"].str.startswith("2028")]
    totals = account.groupby(["draw", "replication"])["euros"].sum()
    expected = [totals.mean(), totals.quantile(0.1), totals.quantile(0.9)]
    assert row[["mean", "p10", "p90"]].tolist() == pytest.approx([each / 100 for each in expected], rel=1e-5)
    assert row["after"] - row["before"] == pytest.approx(row["mean"], abs=0.011)


def test_values_that_no_price_shows_are_named(run, law_with):
    law = load_law(law_with(
        ("waiting_days.yaml", "from: 2024-01-01\n    value: 7", "from: 2024-01-01\n    value: 5"),
        ("work_condition.yaml", "value: 12", "value: 6"),
        ("benefits.yaml", "long_history: 400", "long_history: 300"),
        ("benefits.yaml", "- from: 2027-01-01\n    value: 37.21", "- from: 2027-01-01\n    value: 38.00")))
    unseen = {each["name"]: each for each in reprice(run, law, 1).unseen()}
    assert set(unseen) == {"waiting_days.yaml waiting_days", "work_condition.yaml months",
                           "benefits.yaml maximum_days.earnings_related", "benefits.yaml maximum_days.basic"}
    assert unseen["waiting_days.yaml waiting_days"]["before"] == [{"from": "2026-09-01", "value": "7"}]
    assert unseen["waiting_days.yaml waiting_days"]["after"] == [{"from": "2026-09-01", "value": "5"}]


def test_a_value_that_changes_during_the_run_is_named_with_its_date(run, law_with):
    later = "  - from: 2027-06-01\n    value: 10\n    unit: benefit days\n    source: test\n    status: estimate\n"
    law = law_with(("waiting_days.yaml", "note: Served as before.\n", f"note: Served as before.\n{later}"))
    named = reprice(run, load_law(law), 1).unseen()
    assert [each["after"] for each in named] == [[{"from": "2026-09-01", "value": "7"},
                                                  {"from": "2027-06-01", "value": "10"}]]


def test_a_repriced_run_is_priced_again_from_the_events_of_its_origin(copy_of_run, law_with):
    name, folder = reprice(open_run(copy_of_run), load_law(law_with(DOUBLE, TOP)), 1).write({})
    back = reprice(open_run(find_run(name, copy_of_run.parent)), load_law(), 1)
    original = pd.read_parquet(copy_of_run / "account.parquet")
    pd.testing.assert_frame_equal(back.tables["account"], original, check_exact=True)
    assert (back.difference().query("line == 'total'")["mean"] < -1e6).all()


def test_a_repriced_run_without_its_origin_says_so(copy_of_run, law_with):
    _, folder = reprice(open_run(copy_of_run), load_law(law_with(DOUBLE, TOP)), 1).write({})
    copy_of_run.rename(copy_of_run.with_name("elsewhere"))
    with pytest.raises(InputError, match="the file is missing"):
        open_run(folder)


def test_a_ladder_that_changes_during_the_run_prices_the_days_from_then_on(run, law_with, later_ladder):
    """From July 2027 days beyond 700 cost a fifth more: nothing before, and all of it once no older day is unpaid."""
    law = load_law(law_with(later_ladder("2027-07-01", ("0.50]", "0.60]"))))
    keys = ["draw", "replication", "month", "benefit", "day_class"]
    after = reprice(run, law, 1).tables["account"].set_index(keys)["euros"]
    both = pd.concat({"before": run.account.set_index(keys)["euros"], "after": after}, axis=1).reset_index()
    top = both["day_class"] == "701-"
    moved = top & (both["month"] >= "2027-07") & (both["before"] > 100)
    assert (both.loc[~top | (both["month"] < "2027-07"), "before"] == both.loc[
        ~top | (both["month"] < "2027-07"), "after"]).all()
    ratio = (both["after"] / both["before"])[moved]
    assert ratio.between(1.0, 1.2 + 1e-4).all() and moved.any()
    assert ratio[both["month"] >= "2028-01"].to_numpy() == pytest.approx(1.2, abs=1e-3)  # late payments are over


def test_a_first_class_that_begins_to_cost_is_a_line_and_in_the_total(run, law_with, later_ladder):
    """Nothing is free from July 2027 on, and the class has the name that was free before."""
    repriced = reprice(run, load_law(law_with(later_ladder("2027-07-01", ("[0, 0.10", "[0.05, 0.10")))), 1)
    account, years = repriced.tables["account"], repriced.tables["years"].set_index(["year", "line"])["mean"]
    paid = account[account["month"].str.startswith("2028")].groupby("day_class")["euros"].sum() / len(run.units)
    assert years[2028, "0-100"] == pytest.approx(paid["0-100"], abs=0.01) and paid["0-100"] > 1e5
    assert years[2028, "total"] == pytest.approx(paid.sum(), abs=0.01)


def test_answers_that_a_price_shows_are_not_unseen(run):
    answers = {"adjusted_days": "full_day_equivalents", "step_change": "by_payment_period",
               "integration_exemption": "exempt", "integration_support": "draft"}
    repriced = reprice(run, load_law(run.law.folder, answers), 1)
    assert not repriced.unchanged and repriced.unseen() == []
    # each of them counts slower, later or less
    assert (repriced.difference().query("line == 'total'")["mean"] < 0).all()


def test_an_answer_that_only_the_simulation_knows_is_named_as_unseen(run):
    """Without a reset, people's counters would run on; a price cannot show what they would have done."""
    never = load_law(run.law.folder, {"reset_of_non_members": "never", "end_of_index_freeze": "index_returns"})
    repriced = reprice(run, never, 1)
    assert not repriced.unchanged  # the amount of 2028 is priced, so its switch is seen
    told = [(each["name"], each["before"][0]["value"], each["after"][0]["value"]) for each in repriced.unseen()]
    assert told == [("switches reset_of_non_members", "work_condition", "never")]
