"""The budget in print and in the net chart: the frame's figures, and words that tell estimates from decisions."""

from __future__ import annotations

import math
from datetime import date
from io import StringIO

import pandas as pd
import pytest
from matplotlib.text import Text
from rich.console import Console

from reports.budget import appropriations_table, budget_tables, memo_table, net_finding
from reports.charts.net import net_chart
from sources.errors import InputError

WORDS = "ARVIO, ei kaupungin päätös"
COLUMNS = ["year", "object", "original", "amended", "appropriation", "median", "p10", "p90", "deviation", "p_break",
           "overrun", "first_month", "observed_months"]
NONE = math.nan


def printed(table) -> list[str]:
    out = StringIO()
    Console(file=out, width=100, color_system=None).print(table)
    return [line.rstrip().replace("\u00a0", " ") for line in out.getvalue().splitlines()]


def cells(lines: list[str], name: str) -> list[str]:
    line = next(line for line in lines if line.strip().startswith(name))
    return [cell.strip() for cell in line.strip().removeprefix(name).split("  ") if cell.strip()]


@pytest.fixture
def budget() -> pd.DataFrame:
    rows = [
        (2026, "benefit_share", 24e6, 25e6, 25e6, 27.3e6, 27.2e6, 27.4e6, 2.3e6, 1.0, 2.3e6, "already", 8),
        (2026, "operating", 17e6, NONE, 17e6, 16.9e6, 16.0e6, 17.8e6, -0.1e6, 0.45, 0.5e6, "2026-11", 0),
        (2026, "income", -6.6e6, NONE, -6.6e6, -6.6e6, -6.6e6, -6.6e6, 0.0, 0.0, NONE, "none", 0),
        (2026, "net", 34.4e6, 35.4e6, 35.4e6, 37.6e6, 36.7e6, 38.4e6, 2.2e6, 0.997, 2.2e6, "already", 0),
        (2027, "benefit_share", 27e6, NONE, 27e6, 26.9e6, 26e6, 28e6, -0.1e6, 0.4, 0.7e6, "2027-08", 0),
        (2027, "operating", 17e6, NONE, 17e6, 16e6, 15e6, 16.5e6, -1e6, 0.0, NONE, "none", 0),
        (2027, "income", -6.6e6, NONE, -6.6e6, -6.6e6, -6.6e6, -6.6e6, 0.0, 0.0, NONE, "none", 0),
        (2027, "net", 37.4e6, NONE, 37.4e6, 36.3e6, 35e6, 37.9e6, -1.1e6, 0.15, 0.4e6, "2027-09", 0),
    ]
    return pd.DataFrame(rows, columns=COLUMNS).assign(status="estimate")


@pytest.fixture
def breaks() -> pd.DataFrame:
    chances = {2026: (0.45, 0.55, 0.0, 0.0), 2027: (0.0, 0.4, 0.0, 0.6)}
    names = ("both", "only_benefit_share", "only_operating", "neither")
    return pd.DataFrame([{"year": year, "outcome": name, "probability": chance, "net_breaks": 0.0}
                         for year, row in chances.items() for name, chance in zip(names, row, strict=True)])


@pytest.fixture
def net() -> pd.DataFrame:
    """Net and benefit share of 2026 and 2027 to date: a tenth of a million a month over the appropriation."""
    rows = []
    for year in (2026, 2027):
        for month in range(1, 13):
            for name, kind in (("net", "forecast"), ("benefit_share", "observed" if year == 2026 and month < 9 else
                                                     "forecast")):
                value = 3.1e6 * month
                rows.append({"month": f"{year}-{month:02d}", "object": name, "line": "total", "span": "year_to_date",
                             "kind": kind, "median": value, "p10": value - 1e5, "p25": value - 5e4, "p75": value + 5e4,
                             "p90": value + 1e5, "appropriation": 3.0e6 * month})
    return pd.DataFrame(rows)


def test_years_by_object(budget, breaks):
    lines = printed(budget_tables(budget, breaks, "Lahti"))
    assert cells(lines, "2026 Kuntaosuus") == ["24,00", "25,00", "27,30", "27,20–27,40", "+2,30", "yli 99 %"]
    assert cells(lines, "2026 Toimintamenot") == ["17,00", "–", "16,90", "16,00–17,80", "−0,10", "45 %"]
    assert cells(lines, "2026 Tulot") == ["−6,60", "–", "−6,60", "–", "0,00", "–"]
    assert cells(lines, "2027 Sitova netto") == ["37,40", "–", "36,30", "35,00–37,90", "−1,10", "15 %"]
    assert any("kaikki kuukaudet ovat suunnitelman lukuja" in line for line in lines)


def test_what_breaks_together_and_when_it_shows(budget, breaks):
    lines = printed(budget_tables(budget, breaks, "Lahti"))
    assert cells(lines, "Molemmat ylittyvät") == ["45 %", "alle 1 %"]
    assert cells(lines, "Vain kuntaosuus ylittyy") == ["55 %", "40 %"]
    assert cells(lines, "Odotettu ylitys, jos ylittyy, M€") == ["2,20", "0,40"]
    assert cells(lines, "Kuntaosuus: ylitys näkyy 80 %:n varmuudella") == ["jo nyt", "8/2027"]
    assert cells(lines, "Toimintamenot: ylitys näkyy 80 %:n varmuudella") == ["11/2026", "–"]


def test_an_estimate_is_called_one_and_a_decision_is_not(budget, breaks):
    decided = budget.assign(status="verified")
    assert WORDS in "\n".join(printed(budget_tables(budget, breaks, "Lahti"))) and WORDS in net_finding(budget)
    assert WORDS not in "\n".join(printed(budget_tables(decided, breaks, "Lahti"))) + net_finding(decided)


def test_operating_months_that_are_closed_are_counted(budget, breaks):
    closed = budget.assign(observed_months=budget["observed_months"].where(budget["object"] != "operating", 8))
    text = " ".join(printed(budget_tables(closed, breaks, "Lahti")))
    assert "Toimintamenojen toteumaa: 8 kk vuonna 2026 ja 8 kk vuonna 2027" in text


def test_the_sentence_on_the_net(budget):
    assert net_finding(budget.assign(status="verified")).replace("\u00a0", " ") == (
        "Sitova netto ylittää talousarvion todennäköisyydellä yli 99 % (2026) ja 15 % (2027); "
        "odotettu ylitys, jos ylittää, on 2,2 M€ (2026)")


def test_a_net_that_never_breaks_has_no_overrun(budget):
    safe = budget.assign(p_break=0.0, overrun=NONE, status="verified")
    assert net_finding(safe).replace("\u00a0", " ") == (
        "Sitova netto ylittää talousarvion todennäköisyydellä alle 1 % (2026) ja alle 1 % (2027)")


def test_the_budget_file_in_print():
    months = pd.DataFrame([{"year": 2026, "month": month, "object": name, "original": 24e6, "amended": amended,
                            "appropriation": 2e6 + place, "status": "estimate"}
                           for name, amended in (("benefit_share", 25e6), ("net", NONE))
                           for place, month in enumerate(("2026-01", "2026-02"))])
    lines = printed(appropriations_table(months, "Talousarvio, Lahti"))
    assert WORDS in " ".join(lines[:2]) and "2026" in lines[0]
    assert cells(lines, "Talousarvio ") == ["24 000 000", "24 000 000"]
    assert cells(lines, "Muutettu talousarvio") == ["25 000 000", "–"]
    assert cells(lines, "2/2026") == ["2 000 001", "2 000 001"]


def test_memo_lines_name_payer_and_evidence():
    lines = printed(memo_table([{"title": "Etuudet", "payer": "valtio", "euros": 36e6, "status": "estimate"}]))
    assert cells(lines, "Etuudet") == ["valtio", "36,0", "arvio"]


def test_the_chart_holds_the_figures_and_the_words(net, budget):
    figure = net_chart(net, budget, title=net_finding(budget), source="Kela", date=date(2026, 11, 24))
    assert len(figure.axes) == 2
    drawn = {line.get_label(): line.get_ydata() for line in figure.axes[1].get_lines()}
    assert drawn["Netto, mediaani"] == pytest.approx([3.1 * month for month in range(1, 13)])
    assert drawn[f"Määräraha jaksotettuna ({WORDS})"] == pytest.approx([3.0 * month for month in range(1, 13)])
    texts = " ".join(text.get_text().replace("\u00a0", " ") for text in figure.findobj(Text))
    assert "2026: netto 37,6 M€" in texts and "ylittyy: 15 %" in texts and "toteuma 8/2026" in texts


def test_a_chart_without_a_net_is_one_line(net, budget):
    with pytest.raises(InputError, match="has no row net"):
        net_chart(net[net["object"] != "net"], budget, title="t", source="s", date=date(2026, 11, 24))
