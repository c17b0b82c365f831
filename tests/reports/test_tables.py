"""Tables are printed at 100 columns and read back as a planner would read them."""

from __future__ import annotations

from io import StringIO

import pandas as pd
import pytest
from rich.console import Console, RenderableType

from reports.tables import (
    assumptions_table,
    billed_year_table,
    months_table,
    old_law_table,
    validation_table,
    years_table,
)
from sources.errors import InputError


def printed(table: RenderableType) -> list[str]:
    """Lines of *table* at 100 columns, with plain spaces."""
    out = StringIO()
    Console(file=out, width=100, color_system=None).print(table)
    return [line.rstrip().replace("\u00a0", " ") for line in out.getvalue().splitlines()]


def row(lines: list[str], name: str) -> list[str]:
    """Cells of the first row called *name*."""
    line = next(line for line in lines if line.split("  ")[1:] and line.strip().startswith(name))
    return [cell.strip() for cell in line.strip().split("  ") if cell.strip()]


def test_years_give_median_and_interval_in_millions(years: pd.DataFrame) -> None:
    lines = printed(years_table(years, "Kuntaosuus, perusura"))
    assert lines[0] == "Kuntaosuus, perusura"
    assert row(lines, "101") == ["101–200", "2,70", "2,65–2,75", "2,80", "2,70–2,90", "2,89", "2,71–3,19"]
    assert row(lines, "Yhteensä") == ["Yhteensä", "27,00", "26,50–27,40", "28,00", "27,00–29,50",
                                      "28,90", "27,10–31,90"]
    assert row(lines, "Maksettuja") == ["Maksettuja", "2026, M€", "2027, M€", "2028, M€"]


def test_years_tell_what_is_observed_and_which_sign_costs_have(years: pd.DataFrame) -> None:
    text = "\n".join(printed(years_table(years, "Kuntaosuus")))
    assert "Talousarviovuosi 2026 sisältää 8 toteutunutta kuukautta, yhteensä 17,89 M€." in text
    assert "2027 sisältää" not in text
    assert "Kustannus on positiivinen (+)." in text


def test_a_year_that_is_over_has_no_interval_and_one_month_is_singular(years: pd.DataFrame) -> None:
    over = years[years["year"] == 2026].assign(p10=years["median"], p90=years["median"], observed_months=12)
    assert row(printed(years_table(over, "Kuntaosuus")), "Yhteensä") == ["Yhteensä", "27,00", "toteuma"]
    begun = years.assign(observed_months=years["observed_months"].replace(8, 1))
    assert any("sisältää 1 toteutuneen kuukauden" in line for line in printed(years_table(begun, "Kuntaosuus")))


def test_six_years_of_a_large_city_fit_and_are_aligned(years: pd.DataFrame) -> None:
    late = years.assign(year=years["year"] + 3)
    large = pd.concat([years, late])
    large[["median", "p10", "p90"]] *= 10
    lines = printed(years_table(large, "Kuntaosuus"))
    totals = [line for line in lines if line.strip().startswith("Yhteensä")]
    assert [line.split()[1::2] for line in totals] == [["270,00", "280,00", "289,00"]] * 2
    assert not any("…" in line for line in lines)
    commas = {line.index(",") for line in lines if line.strip().startswith(("Yhteensä", "101"))}
    assert len(commas) == 1  # right-aligned: decimal commas stand below each other


def test_a_line_without_a_year_gets_dashes(years: pd.DataFrame) -> None:
    gap = years[(years["year"] != 2027) | (years["line"] == "total")]
    assert row(printed(years_table(gap, "Kuntaosuus")), "101")[3:5] == ["–", "–"]


def test_the_next_twelve_months(months: pd.DataFrame) -> None:
    lines = printed(months_table(months))
    # 11 observed months before it, so September 2026 is 2.0 + 11 × 0.01 = 2.11 M€, August 2027 2.22 M€
    assert row(lines, "9/2026") == ["9/2026", "2 110", "1 910–2 310", "211"]
    assert row(lines, "8/2027") == ["8/2027", "2 220", "2 020–2 420", "222"]
    shown = [line.split()[0] for line in lines if "/20" in line]
    assert shown == [f"{m}/2026" for m in range(9, 13)] + [f"{m}/2027" for m in range(1, 9)]
    assert lines[0] == "Ennuste kuukausittain, 1 000 €"


def test_fewer_months_when_asked(months: pd.DataFrame) -> None:
    assert sum("/20" in line for line in printed(months_table(months, 3))) == 3


@pytest.fixture
def checks() -> pd.DataFrame:
    columns = ["month", "line", "kela", "model", "ratio", "p10", "p90", "in_band"]
    return pd.DataFrame([
        ("2026-07", "101-200", 60e3, 66e3, 1.10, 62e3, 70e3, False),
        ("2026-07", "total", 2.4e6, 2.3e6, 0.958, 2.2e6, 2.5e6, True),
        ("2026-08", "101-200", 62e3, 62e3, 1.00, 58e3, 66e3, True),
        ("2026-08", "total", 2.2e6, 2.5e6, 1.136, 2.4e6, 2.6e6, False),
    ], columns=columns)


SUMMARY = {"total_ratio": 1.043, "class_ratio": {"101-200": 1.049}, "months": 2, "months_in_80_band": 1}


def test_validation_by_month_and_class(checks: pd.DataFrame) -> None:
    lines = printed(validation_table(checks, "Jälkiennuste", **SUMMARY))
    assert row(lines, "7/2026") == ["7/2026", "2 400", "2 300", "2 200–2 500", "0,96"]
    assert row(lines, "8/2026") == ["8/2026", "2 200", "2 500", "2 400–2 600", "1,14*"]
    by_class = lines[lines.index("Malli ÷ Kela päiväluokittain"):]
    assert row(by_class, "7/2026") == ["7/2026", "1,10*", "0,96"]
    assert row(by_class, "Koko jakso") == ["Koko jakso", "1,05", "1,04"]
    assert any("1/2 kuukaudessa" in line and "1,04" in line for line in lines)
    assert not any("Vertailu" in line for line in lines)


def test_validation_beside_a_yardstick(checks: pd.DataFrame) -> None:
    beside = checks.assign(yardstick=[61e3, 2.35e6, 61e3, float("nan")])
    lines = printed(validation_table(beside, "Jälkiennuste", yardstick="vuosi sitten", **SUMMARY))
    assert row(lines, "7/2026")[-1] == "2 350" and row(lines, "8/2026")[-1] == "–"
    assert any("Vertailu: vuosi sitten." in line for line in lines)


def test_assumptions_are_shown_as_given() -> None:
    lines = printed(assumptions_table(
        {"name": name, "value": value, "unit": unit, "status": status, "source": source}
        for name, value, unit, status, source in (
            ("arrivals.age", [0.24, 0.48, 0.28], "share", "estimate", "[1] p. 4"),
            ("share.base", 1300000, "€", "recalled", "none seen"),
            ("services.counted", True, "-", "disputed", "none seen"))))
    assert row(lines, "arrivals.age") == ["arrivals.age", "0,24 / 0,48 / 0,28", "arvio", "[1] p. 4"]
    assert row(lines, "share.base") == ["share.base", "1 300 000", "muistista", "none seen"]
    assert row(lines, "services.counted") == ["services.counted", "kyllä", "disputed", "none seen"]
    assert [line.strip() for line in lines].count("share") == 1  # the unit stands below the name


@pytest.mark.parametrize(("spoil", "expected"), [
    (lambda frame: frame.drop(columns="p10"), "years: column p10: is missing. Mend: give the frame year, line"),
    (lambda frame: frame[frame["line"] != "total"], "years: column line: has no row of the total"),
    (lambda frame: pd.concat([frame, frame.assign(object="operating_cost")]),
     "years: column object: holds benefit_share, operating_cost. Mend: show one budget object at a time"),
])
def test_a_frame_that_cannot_be_shown(years: pd.DataFrame, spoil, expected: str) -> None:
    with pytest.raises(InputError) as fault:
        years_table(spoil(years), "Kuntaosuus")
    assert expected in str(fault.value)


def test_months_without_a_forecast(months: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="kind forecast"):
        months_table(months[months["kind"] == "observed"])


def test_a_year_of_late_invoices_stands_beside_what_it_would_have_been_in_time() -> None:
    months = pd.DataFrame({"month": ["2025-10", "2025-11"], "kela": [2_480_345.87, 2_096_199.22],
                           "model": [2_574_960.0, 2_228_090.0], "in_time": [2_281_900.0, 1_994_400.0],
                           "ratio": [1.03814, 1.06292]})
    lines = printed(billed_year_table(months, "Takautuvien laskujen vuosi 2025", total_ratio=1.0058,
                                      class_ratio={"101-200": 1.012, "701-": 0.9997}, fitted_share=0.6446))
    assert row(lines, "10/2025") == ["10/2025", "2 480", "2 575", "1,04", "2 282"]
    assert row(lines, "Koko vuosi") == ["Koko vuosi", "4 577", "4 803", "1,01", "4 276"]
    text = " ".join(" ".join(lines).split())
    assert "101–200: 1,01; 701–: 1,00" in text and "Vuoden euroista 64 % on" in text


def test_the_old_law_shows_amounts_and_their_evidence() -> None:
    years = pd.DataFrame({"year": [2015], "kela": [4_921_026.52], "model": [4_840_656.80], "ratio": [0.98367],
                          "paid_per_day": [33.28], "basic_amount": [32.8], "status": ["recalled"]})
    lines = printed(old_law_table(years, "Vanha laki, Hämeenlinna", total_ratio=1.00084, ladder_ratio=1.0))
    assert row(lines, "2015") == ["2015", "4,92", "4,84", "0,98", "33,28", "32,80", "muistista"]
    assert "maksetut päivät × perusosa" in "\n".join(lines)
