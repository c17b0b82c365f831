"""A scenario's effect in print and in the chart: the sentence, what is not told from zero, who waits."""

from __future__ import annotations

import math
from datetime import date
from io import StringIO

import pandas as pd
import pytest
from matplotlib.text import Text
from rich.console import Console

from reports.charts.effect import effect_chart
from reports.effect import avoided_day, effect_finding, effect_table, gains_table
from reports.style import GREY

NONE = math.nan


def row(year, name, line, before, gap, error=1e4, spread=3e4) -> dict:
    return {"year": year, "object": name, "line": line, "unit": "€", "baseline": before, "scenario": before + gap,
            "difference": gap, "error": error, "margin": 2 * error, "p10": gap - spread, "p90": gap + spread,
            "certain": abs(gap) > 2 * error}


def made(share: float, cost: float, net: float, error: float = 1e5) -> pd.DataFrame:
    """Years 2026 and 2027, in each half of the differences of all."""
    lines = (("benefit_share", "total", 54e6, share), ("operating", "total", 33e6, cost), ("net", "total", 74e6, net))
    return pd.DataFrame([row(year, name, line, before * part, gap * part, error * part if gap else 0.0, error)
                         for year, part in ((2026, 0.5), (2027, 0.5), (0, 1.0)) for name, line, before, gap in lines])


def printed(table) -> list[str]:
    out = StringIO()
    Console(file=out, width=100, color_system=None).print(table)
    return [line.rstrip().replace("\u00a0", " ") for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(("figures", "sentence"), [
    ((-1.2e6, 0.9e6, -0.3e6), "Säästää kuntaosuutta 1,20 M€ mutta maksaa toimintamenoina 0,90 M€; netto −0,30 M€ "
                              "(2026–2027)"),
    ((-1.2e6, 1.1e6, -0.1e6), "Säästää kuntaosuutta 1,20 M€ mutta maksaa toimintamenoina 1,10 M€; netto −0,10 M€, "
                              "ei erotu nollasta (2026–2027)"),
    ((0.5e6, 0.4e6, 0.9e6), "Lisää kuntaosuutta 0,50 M€ ja maksaa toimintamenoina 0,40 M€; netto +0,90 M€ (2026–2027)"),
    ((0.1e6, -0.6e6, -0.5e6), "Kuntaosuuden muutos (+0,10 M€) ei erotu nollasta ja säästää toimintamenoja 0,60 M€; "
                              "netto −0,50 M€ (2026–2027)"),
])
def test_the_finding_claims_only_what_is_told_from_zero(figures, sentence):
    assert effect_finding(made(*figures)).replace("\u00a0", " ") == sentence


def test_the_finding_without_a_budget_and_without_an_effect():
    share = made(-1.2e6, 0.0, 0.0).query("object == 'benefit_share'")
    assert effect_finding(share).replace("\u00a0", " ") == "Säästää kuntaosuutta 1,20 M€ (2026–2027)"
    assert effect_finding(made(0.0, 0.0, 0.0)) .replace("\u00a0", " ") == (
        "Skenaario ei muuta mitään: ero perusuraan on 0,00 €")


def test_operating_cost_that_stays_is_not_called_a_change():
    told = effect_finding(made(-1.2e6, 0.0, -1.2e6)).replace("\u00a0", " ")
    assert told == "Säästää kuntaosuutta 1,20 M€ ja toimintamenot eivät muutu; netto −1,20 M€ (2026–2027)"


def test_years_then_all_and_what_is_not_certain_says_so():
    lines = printed(effect_table(made(-1.2e6, 0.05e6, 0.0), "Koe"))
    assert "Skenaarion vaikutus perusuraan, M€: Koe" in lines[0]
    heads = [line.strip() for line in lines if line.strip() in ("2026", "2027", "Kaikki vuodet")]
    assert heads == ["2026", "2027", "Kaikki vuodet"]
    share, cost, net = ([" ".join(line.split()) for line in lines if line.strip().startswith(name)][-1]
                        for name in ("Kuntaosuus", "Toimintamenot", "Sitova netto"))
    assert share == "Kuntaosuus 54,00 52,80 −1,20 ± 0,20 −1,30…−1,10"
    assert cost == "Toimintamenot 33,00 33,05 +0,05 ± 0,20 −0,05…0,15 ei erotu"
    assert net == "Sitova netto 74,00 74,00 0,00 ± 0,00 −0,10…0,10 ei muutu"
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.parametrize(("days", "price", "p10", "p90", "words"), [
    (-2000.0, 45.0, 30.0, 80.0, "Vältetty maksettu päivä maksaa toimintamenoja 45,00 € (10–90 %: 30,00–80,00)."),
    (-2000.0, 45.0, 30.0, math.inf, "Vältetty maksettu päivä maksaa toimintamenoja 45,00 €."),
    (-2000.0, -5.0, -9.0, -1.0, "Maksetut päivät ja toimintamenot vähenevät molemmat: vältetyllä päivällä ei ole "
                                "hintaa."),
    (2000.0, -5.0, -9.0, -1.0, "Maksetut päivät ja toimintamenot kasvavat molemmat: vältetyllä päivällä ei ole "
                               "hintaa."),
    (2000.0, 12.0, 1.0, 20.0, "Lisätty maksettu päivä säästää toimintamenoja 12,00 € (10–90 %: 1,00–20,00)."),
    (10.0, NONE, NONE, NONE, "Maksettujen päivien muutos ei erotu nollasta: vältetyllä päivällä ei ole hintaa."),
])
def test_the_price_of_an_avoided_day_in_words(days, price, p10, p90, words):
    table = pd.DataFrame([row(0, "benefit_share", "paid_days", 1e5, days),
                          {"year": 0, "object": "operating", "line": "per_avoided_day", "difference": price, "p10": p10,
                           "p90": p90, "certain": math.isfinite(price)}])
    assert avoided_day(table).replace("\u00a0", " ") == words


def test_a_window_is_named_where_all_years_were():
    table = made(-1.2e6, 0.05e6, -1.15e6)
    lines = printed(effect_table(table, "Koe", "1–6/2027"))
    assert any(line.strip() == "1–6/2027" for line in lines) and not any("Kaikki vuodet" in line for line in lines)
    assert effect_finding(table, "1–6/2027").endswith("(1–6/2027)")
    one = printed(effect_table(table.query("year != 2027"), "Koe", "9–12/2026"))
    assert any(line.strip() == "9–12/2026" for line in one)  # one year, and not all of it


def test_only_changes_told_from_zero_and_ten_at_most():
    groups = pd.DataFrame([{"group": name, **row(0, "", line, 100.0, gap, error=1.0)}
                           for name in ("starter", "young", "newly_unemployed", "other")
                           for line, gap in (("paid_days", 5.0), ("work", -4.0), ("late", 1.0), ("meetings", 9.0))])
    services = pd.DataFrame([{"contract": name, "title": name, "service": "s", **row(0, "", "wait", 10.0, gap, 1.0)}
                             for name, gap in (("a", 3.0), ("b", 4.0), ("c", 5.0), ("d", 6.0), ("e", -8.0))])
    shown = [line for line in printed(gains_table(groups, services)) if "±" in line and ":" in line]
    assert len(shown) == 10 and not any("myöhässä" in line for line in shown)
    assert [line.split(":")[0].strip() for line in shown[6:]] == ["e", "d", "c", "b"]
    assert any("Muut, jotka odottavat: maksetut päivät" in line for line in shown)
    assert gains_table(groups.assign(certain=False), services.assign(certain=False)) is None


def test_the_chart_is_grey_where_nothing_is_told_and_titled_by_the_finding():
    table = made(-1.2e6, 0.05e6, -1.15e6)
    figure = effect_chart(table, title=effect_finding(table), source="Kela", date=date(2026, 11, 24))
    assert len(figure.axes) == 3
    texts = " ".join(text.get_text().replace("\u00a0", " ") for text in figure.findobj(Text))
    assert "Säästää kuntaosuutta 1,20 M€" in texts and "−1,20" in texts and "+0,05" in texts and "yhteensä" in texts
    colours = [[line.get_color() for line in axes.get_lines() if line.get_marker() == "o"] for axes in figure.axes]
    assert set(colours[1]) == {GREY} and GREY not in colours[0]


def test_one_year_needs_no_sum_in_the_chart():
    table = made(-1.2e6, 0.05e6, -1.15e6).query("year != 2027")
    figure = effect_chart(table, title="t", source="s", date=date(2026, 11, 24))
    assert "yhteensä" not in [text.get_text() for text in figure.findobj(Text)]
