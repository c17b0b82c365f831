"""2025 billed as Kela billed it: the bars against its published months, and that no euro is lost."""

import json

import pytest

from scenarios.billing import billed_year
from sim.law.calendar import month_number


@pytest.fixture(scope="module")
def year(inputs, calibration):
    return billed_year(inputs, calibration)


@pytest.fixture(scope="module")
def months(year):
    return year.by("month").set_index("month")


def test_it_is_held_against_kelas_published_year(year, months):
    assert months["kela"].sum() == pytest.approx(23_999_893.29, abs=0.005)
    assert months.loc["2025-10", "kela"] == pytest.approx(2_480_345.87, abs=0.005)
    by_benefit = year.by("benefit").set_index("benefit")["kela"].round().to_dict()
    assert by_benefit == {"labour_market": 21_022_962, "basic": 741_252, "earnings_related": 2_235_679, "general": 0}


def test_the_total_is_within_one_and_a_half_and_every_month_within_eight_per_cent(year, months):
    assert year.summary()["total_ratio"] == pytest.approx(1, abs=0.015)
    assert list(months.index) == [f"2025-{month:02}" for month in range(1, 13)]
    assert (months["ratio"] - 1).abs().max() <= 0.08


def test_classes_and_benefits_are_near_kelas_year(year):
    summary = year.summary()
    assert all(abs(ratio - 1) <= 0.05 for ratio in summary["class_ratio"].values())
    # the basic allowance, 3 % of the year, is fitted nowhere by itself
    assert all(abs(ratio - 1) <= (0.08 if benefit == "basic" else 0.03)
               for benefit, ratio in summary["benefit_ratio"].items())


def test_kela_charges_no_allowance_beyond_its_maximum(inputs):
    """Additional days would stand in the last class: who has 500 days and more ahead of the pension passes 700."""
    share = inputs.share[(inputs.share["benefit"] == "earnings_related") & (inputs.share["euros"] != 0)]
    assert len(share) == 20 * 5  # twenty months of four classes and their total
    assert set(share["day_class"]) == {"101-200", "201-300", "301-400", "401-700", "total"}


def test_without_the_events_the_shape_is_missed(months):
    in_time = months["in_time"] / months["kela"]
    assert in_time["2025-10"] < 0.92 < months.loc["2025-10", "ratio"]  # outside the bar of 8 %, and inside
    assert in_time["2025-09"] - in_time["2025-10"] > 0.15  # from one month to the next
    assert ((months["ratio"] - 1) ** 2).mean() < ((in_time - 1) ** 2).mean()


def test_what_was_held_back_is_billed_in_october_and_november_to_the_cent(year, months):
    moved = months["model"] - months["in_time"]
    assert moved.sum() == pytest.approx(0, abs=0.5)  # 240 rows, each rounded to a cent
    assert (moved[:"2025-09"] < 0).all() and (moved["2025-10":"2025-11"] > 0).all() and moved["2025-12"] == 0
    assert sum(year.found.values()) == pytest.approx(1, abs=2e-4)


def test_only_labour_market_support_is_moved(year):
    rows = year.rows[year.rows["benefit"] != "labour_market"]
    assert (rows["model"] == rows["in_time"]).all() and rows["model"].sum() > 2e6


def test_most_of_the_broken_class_months_were_not_fitted(year):
    fitted = year.by("month", "line").merge(year.rows.groupby(["month", "line"])["fitted"].first().reset_index())
    # 60 class-months: none of January; five sound ones in December; 101-300 in the ten between; 701- to September
    assert fitted["fitted"].sum() == 5 + 2 * 10 + 8
    sound = fitted.loc[fitted["fitted"], "kela"].sum() / fitted["kela"].sum()
    assert year.summary()["fitted_share"] == pytest.approx(sound, abs=1e-4)


def test_the_summary_is_plain_json(year):
    assert json.loads(json.dumps(year.summary(), allow_nan=False)) == year.summary()


def test_a_calibration_that_ends_before_the_arrears_has_no_such_year(inputs, calibration):
    assert billed_year(inputs.until(month_number("2025-10")), calibration) is None
