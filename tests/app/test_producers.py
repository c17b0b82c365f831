"""The commands ``producers`` and ``pilot`` as a planner meets them."""

from __future__ import annotations

import json


def test_producers_prints_json_and_tells_what_is_too_short(kuntaosuus, told, stored, stored_served):
    result = kuntaosuus("producers", stored_served.folder, "--within", "0.5", "--lasting", "0.25", "--json")
    printed = json.loads(result.stdout)
    assert {"contracts", "cash_flow", "year_ends", "risk"} <= set(printed) and printed["missing"] is None
    assert printed["contracts"][0]["contract"] == "work_trials"
    assert "--lasting" in told("producers", stored_served.folder)  # six months do not fit into four
    assert "no services" in told("producers", stored.folder)


def test_a_pilot_without_a_run_that_fits_is_told(kuntaosuus, told, stored, stored_served):
    options = "pilot", "--service", "job_coaching", "--effect", "0.05"
    assert "holds no run with services" in told(*options, "--results", stored.results)
    assert "shorter than the follow-up" in told(*options, "--results", stored_served.results)
    assert "Mend: write paid-days" in told(*options, "--outcome", "paid-day", "--results", stored.results)
    assert "Examples" in kuntaosuus("pilot", "--help").output
