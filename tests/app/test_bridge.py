"""The command ``bridge`` as a planner meets it."""

from __future__ import annotations

import json
from pathlib import Path


def test_a_run_to_itself_is_zero_in_words_rows_and_chart(kuntaosuus, copy_of_run):
    where = "bridge", copy_of_run.name, copy_of_run, "--results", copy_of_run.parent
    printed = json.loads(kuntaosuus(*where, "--json").stdout)
    assert {row["difference"] for row in printed["parts"]} == {0.0} and printed["simulated"] == 0
    assert {row["year"] for row in printed["parts"]} == {2026, 2027, 2028, 0}
    assert Path(printed["chart"]).read_bytes().startswith(b"\x89PNG")
    text = kuntaosuus(*where).output
    assert "ei muutu" in text and "Samat lähtötiedot" in text and "…" not in text


def test_runs_that_cannot_be_paired_are_told_in_a_line(told, stored, stored_served):
    assert "--replications 2" in told("bridge", stored.folder, stored_served.folder)
