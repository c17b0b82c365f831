"""Finnish number formats, written out by hand: U+00A0 between thousands and before units, U+2212 for minus."""

from __future__ import annotations

from datetime import date

import pytest

from reports import numbers


@pytest.mark.parametrize(("value", "expected"), [
    (0, "0\u00a0€"),
    (999.49, "999\u00a0€"),
    (1234567.8, "1\u00a0234\u00a0568\u00a0€"),
    (-1234.4, "\u22121\u00a0234\u00a0€"),
    (2.5, "3\u00a0€"),  # half to even would give 2
    (-2.5, "\u22123\u00a0€"),
    (-0.3, "0\u00a0€"),
    (float("nan"), "–\u00a0€"),
])
def test_euros(value: float, expected: str) -> None:
    assert numbers.euros(value) == expected


def test_millions_and_thousands() -> None:
    assert numbers.millions(26834567) == "26,83\u00a0M€"
    assert numbers.millions(26834567, 1) == "26,8\u00a0M€"
    assert numbers.millions(1_005_000) == "1,01\u00a0M€"  # the float 1.005 is a little less than that
    assert numbers.millions(1_234_567_000, 0) == "1\u00a0235\u00a0M€"
    assert numbers.thousands(2168396.24) == "2\u00a0168"


def test_shares_and_ratios() -> None:
    assert numbers.percent(0.0123) == "1,2\u00a0%"
    assert numbers.percent(-0.5, 0) == "\u221250\u00a0%"
    assert numbers.ratio(0.995) == "1,00"
    assert numbers.ratio(float("inf")) == "–"


def test_intervals_never_put_a_dash_before_a_minus() -> None:
    assert numbers.interval(26.1e6, 31.9e6, numbers.in_millions) == "26,10–31,90"
    assert numbers.interval(-139, 6) == "\u2212139…6"
    assert numbers.interval(-139, -6) == "\u2212139…\u22126"
    assert numbers.interval(float("nan"), 6) == "–"


def test_months_and_days() -> None:
    assert [numbers.month(label) for label in ("2026-09", "2025-12", "2026-01")] == ["9/2026", "12/2025", "1/2026"]
    assert numbers.day(date(2026, 11, 4)) == "4.11.2026"
    with pytest.raises(ValueError, match="'9/2026' is not a month"):
        numbers.month("9/2026")
