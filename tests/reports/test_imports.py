"""What an import says: every figure whole at the console's width, in Finnish numbers."""

import math

import pandas as pd
from rich.console import Console

from reports.imports import behind_note, import_report

NEW = pd.DataFrame({"month": ["2026-08"]})
NONE = pd.DataFrame(columns=["account", "rows", "euros"])
REVISIONS = pd.DataFrame(
    [["2026-06", "general", "total", "recipients", 6286, 6306, 20],
     ["2026-06", "general", "total", "euros", 2_001_563.11, 2_002_797.67, 1_234.56],
     ["2026-07", "labour_market", "101-200", "euros", 51.48, math.nan, -51.48]],
    columns=["month", "benefit", "day_class", "measure", "before", "after", "difference"])


def printed(*arguments) -> list[str]:
    console = Console(width=100, record=True, file=None, quiet=False)
    with console.capture() as captured:
        console.print(import_report(*arguments))
    return [" ".join(line.replace("\u00a0", " ").split()) for line in captured.get().splitlines()]


def test_a_revision_is_a_row_with_before_after_and_difference():
    rows = printed(NEW, REVISIONS, NONE, "kela.csv", "data/kela.csv")
    assert rows[0] == "kela.csv → data/kela.csv" and rows[1] == "Uudet kuukaudet: 8/2026"
    assert "6/2026 Yleistuki Yhteensä saajaa 6 286 6 306 20" in rows
    assert "6/2026 Yleistuki Yhteensä € 2 001 563,11 2 002 797,67 1 234,56" in rows
    assert "7/2026 Työmarkkinatuki 101–200 € 51,48 – \u221251,48" in rows
    assert not any("…" in row for row in rows)


def test_nothing_new_is_said():
    assert any(row.startswith("Ei uutta") for row in printed(NEW[:0], REVISIONS[:0], NONE, "a", "b"))


def test_many_months_are_told_by_their_ends():
    months = pd.DataFrame({"month": pd.period_range("2015-01", "2024-12", freq="M").astype(str)})
    assert "Uudet kuukaudet: 120 kuukautta, 1/2015–12/2024" in printed(months, REVISIONS[:0], NONE, "a", "b")


def test_months_of_a_ledger_by_object_and_what_it_ignores():
    new = pd.DataFrame({"month": ["2026-01", "2026-01"], "object": ["income", "operating"]})
    ignored = pd.DataFrame({"account": ["9999", ""], "rows": [2, 1], "euros": [-5.5, 1]})
    rows = printed(new, REVISIONS[:0], ignored, "a", "b")
    assert "Uudet kuukaudet, tulot: 1/2026" in rows and "Uudet kuukaudet, toimintamenot: 1/2026" in rows
    assert "Tilit, jotka mapping-tiedosto jättää pois: 9999 (\u22125,50 €), tyhjä (1,00 €)" in rows


def test_which_file_lags_behind():
    note = behind_note({"file": "a.csv", "newest": "2026-07", "other_file": "b.csv", "other_newest": "2026-08"})
    assert note == ("Huom: a.csv päättyy kuukauteen 7/2026, b.csv kuukauteen 8/2026. "
                    "Ennuste alkaa kuukauden 7/2026 jälkeen.")
