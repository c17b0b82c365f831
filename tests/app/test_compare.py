"""``kuntaosuus compare`` as its user sees it: the board, where differences are, JSON, and faults in one line."""

from __future__ import annotations

import json
from io import StringIO

import pandas as pd
import pytest
from rich.console import Console

from reports.compare import A_TABLE, board


def test_stored_runs_are_compared_without_simulating(kuntaosuus, stored_served, served, tmp_path):
    arguments = ["compare", stored_served.folder, served.folder, "--results", tmp_path]
    printed = kuntaosuus(*arguments).output.replace("\u00a0", " ")
    for words in ("Skenaariot rinnakkain: Perusura ja ero siihen", "Sitova netto, M€", "Netto ylittyy",
                  "Ihmisiä autettu", "Missä ero on", "± ?"):
        assert words in printed
    told = json.loads(kuntaosuus(*arguments, "--json").stdout)
    row = next(row for row in told["rows"] if (row["object"], row["line"], row["year"]) == ("net", "total", 2026))
    assert {"diff_mean", "diff_p10", "diff_p90", "diff_low", "diff_high", "certain"} <= row.keys()
    assert row["diff_mean"] == pytest.approx(row["value"] - row["baseline"], abs=0.011)
    assert {each["object"] for each in told["risk"]} == {"benefit_share", "operating", "net", "both"}
    assert not (tmp_path / ".units").exists()


@pytest.mark.parametrize(("names", "words"), [
    (["baseline"], "two to"), (["baseline", "baseline"], "different"),
    (["baseline", "job_brokin"], "write job_broking"),
])
def test_faults_are_one_line(told, tmp_path, names, words):
    assert words in told("compare", *names, "--results", tmp_path)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_a_board_has_every_scenario_however_many_there_are(count):
    names = [f"s{place}" for place in range(count)]
    keys = [("benefit_share", "total"), ("operating", "total"), ("net", "total"), ("paid_days", "total")]
    rows = pd.DataFrame([
        {"scenario": name, "object": each, "line": line, "part": "", "year": year, "baseline": 27e6, "value": 28e6,
         "diff_mean": 1e6 * (place + 1), "diff_low": 0.5e6, "diff_high": 1.5e6 * (place + 1), "certain": place % 2 == 0}
        for place, name in enumerate(names) for each, line in keys for year in (2027, 0)])
    console = Console(width=120, record=True, file=StringIO())
    tables = list(board(rows, pd.DataFrame(), {"base": "Perusura", **{name: f"Skenaario {name}" for name in names}}))
    console.print(*tables)
    text = console.export_text()
    assert len(tables) == -(-count // A_TABLE) and all(f"Skenaario {name}" in text for name in names)
    for place in range(count):
        assert f"+{place + 1},00" in text
