"""Outturn against budget in print and as a chart: the figures of the tables, and words that tell what is no outturn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from rich.console import Console

from reports.charts.variance import variance_chart
from reports.variance import variance_finding, variance_tables
from scenarios.stored import RunTables
from scenarios.variance import Variance
from sim.law.calendar import month_number

WORDS = "ARVIO, ei kaupungin päätös"
FIRST = month_number("2026-01")


def row(name, budget, outturn, rest, spread, known):
    """Eight of twelve even months; the forecast of the rest with a spread to either side."""
    allowed = budget * 8 / 12
    year = outturn + rest
    return {"object": name, "status": "estimate", "budget": budget, "allowed": allowed, "outturn": outturn,
            "deviation_to_date": outturn - allowed, "share_to_date": (outturn - allowed) / abs(allowed),
            "remaining": budget - allowed, "rest_median": rest, "rest_p10": rest - spread, "rest_p90": rest + spread,
            "rest_deviation": rest - budget + allowed, "year_median": year, "year_p10": year - spread,
            "year_p90": year + spread, "deviation": year - budget, "naive": outturn + budget - allowed,
            "naive_deviation": outturn - allowed, "known_months": known, "p_break": 0.9}


@pytest.fixture
def told() -> Variance:
    """24.0 M€ of benefit share, of which 16.0 for eight months, and 17.6 paid: all months are 0.2 M€ over."""
    objects = pd.DataFrame([row("benefit_share", 24e6, 17.6e6, 9.4e6, 2e5, 8), row("operating", 12e6, 8e6, 4e6, 5e5, 0),
                            row("income", -6e6, -4e6, -2e6, 0, 0), row("net", 30e6, 21.6e6, 11.4e6, 6e5, 0)])
    parts = {"budget": 2.0e6, "outturn": 2.2e6, "deviation": 0.2e6, "volume": 0.16e6, "class_mix": 0.07e6, "law": 0.0,
             "benefit_level": -0.02e6, "timing": -0.01e6, "corrections": 0.0, "residual": 0.0}
    bridge = pd.DataFrame([parts] * 8, index=pd.Index(FIRST + np.arange(8), name="month"))
    run = RunTables(Path("run"), {"run": "x-2026-08-run", "base_month": "2026-08"})
    return Variance(FIRST + 7, run, objects, ["2025-02", "2025-09"], bridge)


def printed(told) -> list[str]:
    out = StringIO()
    Console(file=out, width=120, color_system=None).print(variance_tables(told, "Lahti"))
    return [line.rstrip().replace("\u00a0", " ") for line in out.getvalue().splitlines()]


def cells(lines: list[str], name: str) -> list[list[str]]:
    """Cells of every row called *name*."""
    return [[cell.strip() for cell in line.strip().removeprefix(name).split("  ") if cell.strip()]
            for line in lines if line.strip().startswith(name + " ")]


def text(told) -> str:
    return " ".join(" ".join(printed(told)).split())


def test_to_date_rest_and_year_of_each_object(told):
    lines = printed(told)
    assert cells(lines, "Kuntaosuus")[1:] == [  # the first row so called is the finding
        ["24,00", "16,00", "17,60", "+1,60", "+10,0 %"],
        ["8,00", "9,40", "9,20–9,60", "+1,40"],
        ["24,00", "27,00", "26,80–27,20", "+3,00", "90 %", "25,60", "+1,60"]]
    assert cells(lines, "Tulot") == [["−2,00", "−2,00", "–", "0,00"],
                                     ["−6,00", "−6,00", "–", "0,00", "–", "−6,00", "0,00"]]
    assert cells(lines, "Sitova netto*") == [["30,00", "20,00", "21,60", "+1,60", "+8,0 %"]]


def test_the_bridge_by_month_and_in_total(told):
    lines = printed(told)
    assert cells(lines, "3/2026") == [["2 000", "+160", "+70", "0", "−20", "−10", "0", "+200", "2 200"]]
    assert cells(lines, "Yhteensä") == [["16 000", "+1 280", "+560", "0", "−160", "−80", "0", "+1 600", "17 600"]]


def test_the_finding_tells_size_side_cause_forecast_and_the_naive_figure(told):
    assert variance_finding(told).replace("\u00a0", " ") == (
        f"Kuntaosuus on 1–8/2026 1,60 M€ yli talousarvion ({WORDS}), suurin syy: saajien määrä (+1,28 M€); "
        "koko vuoden ennuste on 3,00 M€ yli, naiivi laskelma 1,60 M€ yli")


def test_an_outturn_below_is_explained_by_what_lowers_it(told):
    objects = told.objects.assign(deviation_to_date=-1e6, naive_deviation=-1e6, deviation=-2e6, status="verified")
    assert variance_finding(replace(told, objects=objects)).replace("\u00a0", " ") == (
        "Kuntaosuus on 1–8/2026 1,00 M€ alle talousarvion, suurin syy: etuuden taso (−0,16 M€); "
        "koko vuoden ennuste on 2,00 M€ alle, naiivi laskelma 1,00 M€ alle")


def test_what_is_no_outturn_is_marked(told):
    assert "toimintamenojen toteuma puuttuu (actuals.csv)" in text(told) and "Toimintamenot*" in text(told)
    some = replace(told, objects=told.objects.assign(known_months=[8, 5, 0, 5]))
    assert "toimintamenojen toteuma puuttuu 3 kuukaudelta (actuals.csv)" in text(some)
    closed = replace(told, objects=told.objects.assign(known_months=[8, 8, 0, 8]))
    assert "Toimintamenot*" not in text(closed) and "Sitova netto*" not in text(closed)
    assert "* Tulot ovat talousarvion mukaan, ei toteumaa." in text(closed)


def test_a_run_that_knows_more_or_less_than_the_outturn_says_so(told):
    notes = ("jälkiviisauden etu", "ei ole oppinut")
    assert not any(note in text(told) for note in notes)
    for base, place in (("2026-10", 0), ("2026-06", 1)):
        run = RunTables(Path("run"), {"run": "x", "base_month": base})
        assert [note in text(replace(told, run=run)) for note in notes] == [place == 0, place == 1]


def test_a_year_without_basis_has_no_bridge_and_says_why(told):
    bare = replace(told, basis=None, bridge=None)
    assert "Kuntaosuuden poikkeama osittain" not in text(bare) and "suurin syy" not in text(bare)
    assert "years.2026.benefit_share.basis" in text(bare)


def test_after_december_nothing_is_left(told):
    assert "Loppuvuosi" not in text(replace(told, month=FIRST + 11))
    assert "Loppuvuosi 12/2026" in text(replace(told, month=FIRST + 10))


def test_decided_appropriations_are_called_no_estimates(told):
    decided = replace(told, objects=told.objects.assign(status="verified"))
    assert WORDS in text(told) and WORDS not in text(decided)


def texts(figure) -> str:
    return " ".join(each.get_text().replace("\u00a0", " ") for each in figure.findobj(Text))


def test_the_chart_goes_from_appropriation_to_outturn(told):
    figure = variance_chart(told, title="Lahti", source="Kela", date=date(2026, 11, 24))
    bridge, _ = figure.axes
    bars = [(round(bar.get_x(), 6), round(bar.get_width(), 6)) for bar in bridge.patches]
    # 1.28 from 0, 0.56 from there, then 0.16 and 0.08 down to 1.60; what is 0 is left out
    assert bars == [(0, 1.28), (1.28, 0.56), (1.84, -0.16), (1.68, -0.08), (0, 1.6)]
    shown = texts(figure)
    assert all(word in shown for word in ("16,00 → 17,60 M€", "+1,280", "−0,160", "24,00", "25,60", "27,00",
                                          "80 %:n väli 26,80–27,20", "(ARVIO)", "24.11.2026", "2–9/2025"))
    assert "Lahti: Kuntaosuus on 1–8/2026" in " ".join(shown.split())
