"""An outlook by year as months: stated means hit, season kept, growth as arithmetic says."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.outlook import months_of_doubt, outlook_growth, outlook_months
from sources.errors import InputError

FLAT = np.ones(12)
LAST = pd.Period("2023-10", "M")
patterns = st.lists(st.floats(0.8, 1.2), min_size=12, max_size=12).map(lambda each: np.array(each) / np.mean(each))
stated = st.lists(st.floats(200e3, 400e3), min_size=1, max_size=5)


def months_of(year: int) -> pd.PeriodIndex:
    return pd.period_range(f"{year}-01", periods=12, freq="M")


@given(stated, patterns, st.floats(200e3, 400e3), st.booleans())
def test_the_mean_of_every_stated_year_is_exact_and_the_path_is_whole(means, pattern, level, tied):
    annual = pd.Series(means, index=range(2026, 2026 + len(means)))
    path = outlook_months(annual, pattern, *((LAST, level) if tied else ()))
    np.testing.assert_allclose(path.groupby(path.index.year).mean()[annual.index], annual, rtol=1e-9)
    first = LAST + 1 if tied else pd.Period("2026-01", "M")
    assert (path.index == pd.period_range(first, f"{annual.index[-1]}-12", freq="M")).all()


def test_months_before_the_first_stated_year_lie_on_a_straight_line_and_a_like_year_is_level():
    # observed 100 in 10/2023, year 2024 stated as 100 too: nothing moves
    np.testing.assert_allclose(outlook_months(pd.Series({2024: 100.0}), FLAT, LAST, 100.0), 100)
    path = outlook_months(pd.Series({2026: 150.0}), FLAT, LAST, 100.0)
    bridge = np.diff(path[:pd.Period("2025-12", "M")].to_numpy())
    np.testing.assert_allclose(bridge, bridge[0])
    assert bridge[0] > 0


def test_the_season_is_that_of_the_pattern():
    pattern = 1 + 0.1 * np.cos(np.arange(12) * np.pi / 6)
    path = outlook_months(pd.Series({2026: 100.0, 2027: 100.0}), pattern)
    np.testing.assert_allclose(path / np.tile(pattern, 2), 100)  # the pattern's mean is 1


def test_a_year_partly_observed_is_left_to_what_was_observed():
    path = outlook_months(pd.Series({2023: 500.0, 2024: 100.0}), FLAT, LAST, 100.0)
    np.testing.assert_allclose(path, 100)
    with pytest.raises(InputError, match="is not after the last observed month"):
        outlook_months(pd.Series({2023: 500.0}), FLAT, LAST, 100.0)


def test_years_too_unlike_are_refused():
    with pytest.raises(InputError, match="would be negative"):
        outlook_months(pd.Series({2026: 100.0, 2027: 1.0, 2028: 100.0}), FLAT)


def test_growth_between_two_years_is_as_arithmetic_says():
    # Least squared changes with two stated means: the change grows by a month after month of the first year, from 0 at
    # its start, and falls back to 0 by the end of the second. Level i (from 1) is x + a i (i - 1) / 2; the mean of
    # i (i - 1) / 2 over 1..12 is 286 / 12; the second year mirrors the first, 144 a higher at its end. So the means
    # differ by (144 - 2 * 286 / 12) a.
    low, high = 342.0, 338.0
    a = (high - low) / (144 - 2 * 286 / 12)
    x = low - a * 286 / 12
    august, december, june = x + a * 8 * 7 / 2, x + a * 12 * 11 / 2, x + 144 * a - a * 7 * 6 / 2
    wanted = pd.PeriodIndex(["2026-08", "2026-12", "2027-06"], freq="M")
    growth = outlook_growth(pd.Series({2026: low, 2027: high}), wanted[0], wanted)
    np.testing.assert_allclose(growth, [1, december / august, june / august], rtol=1e-9)


def test_doubt_grows_from_publication_and_over_the_bridge_from_both_ends():
    # observed to 10/2023 and published in 5/2026, so that 4/2026 was known: 30 months between, 15 from either end
    last, published = pd.Period("2023-10", "M"), pd.Period("2026-05", "M")
    months = pd.period_range(last + 1, "2027-12", freq="M")
    doubt = pd.Series(months_of_doubt(months, last, published), months)
    asked = ["2023-11", "2024-10", "2025-01", "2025-02", "2026-03", "2026-04", "2026-05", "2026-12", "2027-12"]
    assert doubt[asked].tolist() == [1, 12, 15, 14, 1, 1, 1, 8, 20]


def test_doubt_about_an_outlook_older_than_what_was_observed_grows_from_what_was_observed():
    months = pd.period_range("2026-09", periods=4, freq="M")
    assert months_of_doubt(months, months[0] - 1, pd.Period("2026-05", "M")).tolist() == [1, 2, 3, 4]


@given(stated, st.floats(0.1, 10))
def test_growth_knows_no_level(means, factor):
    annual = pd.Series(means, index=range(2026, 2026 + len(means)))
    base, months = pd.Period("2026-08", "M"), months_of(2026)
    np.testing.assert_allclose(outlook_growth(annual * factor, base, months), outlook_growth(annual, base, months))


def test_growth_outside_the_stated_years_is_refused():
    annual = pd.Series({2026: 342.0, 2027: 338.0})
    with pytest.raises(InputError, match="month 2028-01: is outside 2026 to 2027"):
        outlook_growth(annual, pd.Period("2026-08", "M"), months_of(2028))
    with pytest.raises(InputError, match="month 2025-12"):
        outlook_growth(annual, pd.Period("2025-12", "M"), months_of(2026))
