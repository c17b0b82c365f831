"""Services and caseworkers in print: the frames' figures, dashes for what there is none of, and ARVIO."""

from __future__ import annotations

from io import StringIO

import pandas as pd
import pytest
from rich.console import Console

from reports.service_tables import run_services_tables

NONE = float("nan")


@pytest.fixture
def lines() -> list[str]:
    costs = pd.DataFrame([
        ("course", "bought", "Kurssin osto", 900, 80.0, 12.0, 5e6, 5555.6),
        ("course", "total", "Kurssi", 1234.4, 100.4, 11.6, 6.543e6, 5300.4),
        ("guidance", "total", "Ohjaus", 0.0, 0.0, NONE, 0.3e6, NONE),
        ("total", "total", "Yhteensä", 1234.4, 100.4, 11.6, 6.843e6, 5543.6),
    ], columns=["service", "contract", "title", "started", "inside", "wait", "euros", "per_start"])
    casework = pd.DataFrame([("2026-09", "first", 400.0, 0.5, 1.0, 2.0, NONE),
                             ("total", "first", 11_200.0, 0.876, 3.14, 2.25, NONE)],
                            columns=["month", "unit", "meetings", "utilisation", "queue", "late_statutory",
                                     "late_discretionary"])
    out = StringIO()
    Console(file=out, width=100, color_system=None).print(
        run_services_tables(costs, casework, {"first": "Ensipalvelut"}, "Lahti, 9/2026–12/2028"))
    return [line.rstrip().replace("\u00a0", " ") for line in out.getvalue().splitlines()]


def cells(lines: list[str], name: str) -> list[str]:
    line = next(line for line in lines if line.strip().startswith(name))
    return [cell.strip() for cell in line.strip().removeprefix(name).split("  ") if cell.strip()]


def test_services_and_their_sum_but_no_single_contracts(lines):
    assert cells(lines, "Kurssi ") == ["1 234", "100", "12", "6,54", "5 300"]
    assert cells(lines, "Ohjaus") == ["0", "0", "–", "0,30", "–"]
    assert cells(lines, "Yhteensä") == ["1 234", "100", "12", "6,84", "5 544"]
    assert not any("Kurssin osto" in line for line in lines)


def test_units_of_caseworkers_over_all_months(lines):
    assert cells(lines, "Ensipalvelut") == ["11 200", "88 %", "3,1", "2,3", "–"]


def test_estimates_say_so_and_no_line_is_broken(lines):
    assert sum("ARVIO, ei kaupungin tieto" in line for line in lines) == 2
    assert all(len(line) <= 100 for line in lines)
    assert sum(line.strip().startswith(("Kustannus:", "Palvelussa:", "Paikat,", "Käyttöaste:", "Henkilöstö"))
               for line in lines) == 5
