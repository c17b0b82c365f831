"""Figures that change over time."""

from datetime import date

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from sim.law.calendar import day_number
from sim.services.dated import Step, Steps, by_day, by_month

ORIGIN = day_number("2026-01-01")
EDGES = ORIGIN + np.array([0, 31, 59, 90])


def steps(*pairs):
    written = [{"from": date.fromisoformat(day), "value": value, "unit": "u", "source": "test", "status": "estimate"}
               for day, value in pairs]
    return TypeAdapter(Steps[Step]).validate_python(written)


def test_steps_before_the_origin_hold_on_its_first_day_and_the_first_step_before_its_own():
    assert by_day(steps(("2025-01-01", 4), ("2025-06-01", 5), ("2026-02-01", 6)), ORIGIN) == [(0, 5), (31, 6)]
    assert by_day(steps(("2026-02-01", 6)), ORIGIN) == [(0, 6), (31, 6)]


def test_a_month_has_the_mean_of_its_days():
    found = by_month(steps(("2026-01-01", 1), ("2026-02-08", 5)), EDGES)
    assert found == pytest.approx([1, (7 * 1 + 21 * 5) / 28, 5])


def test_a_month_without_a_change_has_its_value_to_the_last_bit():
    found = by_month(steps(("2025-01-01", 0.06), ("2026-02-01", 0.1)), EDGES)
    assert found.tolist() == [0.06, 0.1, 0.1]


@pytest.mark.parametrize("second", ["2026-01-01", "2025-12-01"])
def test_days_must_rise(second):
    with pytest.raises(ValidationError, match="rise"):
        steps(("2026-01-01", 1), (second, 2))
