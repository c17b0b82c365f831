"""The municipal share against Kela's published totals, and each fault that a file can have."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from sources.errors import InputError
from sources.kela import DAY_CLASSES, newest_complete_month, pivot, read_recipients, read_share

SHARE, RECIPIENTS, BREAKS = "kela/lahti_monthly.csv", "kela/lahti_korvausperuste.csv", "kela/known_breaks.yaml"
CODE = "398"
FIRST_ROW = "Kuukausi;2025;1;202501;398;Ansiopäiväraha;101-200;314;10370.73"


@pytest.fixture
def share(data: Path) -> pd.DataFrame:
    return read_share(data / SHARE, CODE, data / BREAKS)


def refusal(path: Path, code: str = CODE) -> str:
    with pytest.raises(InputError) as fault:
        read_share(path, code, path.parent / "known_breaks.yaml")
    assert fault.value.mend
    return str(fault.value)


def test_published_totals_of_both_years(share: pd.DataFrame) -> None:
    total = pivot(share)["total"]
    assert total["2025"].sum().round(2) == 23_999_893.29  # Kela's yearly row of 2025
    assert total["2026"].sum().round(2) == 17_893_144.80  # Kela's cumulative row of January to August 2026


def test_published_classes_of_a_month(share: pd.DataFrame) -> None:
    august = pd.Period("2026-08")  # Kela, as in the table of Lahti's headline figures
    assert pivot(share).loc[august].round().tolist() == [62_245, 91_820, 107_763, 393_118, 1_513_450, 2_168_396]
    assert pivot(share, "recipients").loc[august].tolist() == [1023, 737, 591, 1380, 4045, 7335]


def test_published_sums_by_benefit(share: pd.DataFrame) -> None:
    year = share["month"].dt.year
    by_benefit = share[share["day_class"] == "total"].groupby([year, "benefit"])["euros"].sum().round()
    assert by_benefit[2025].to_dict() == {
        "basic": 741_252, "earnings_related": 2_235_679, "labour_market": 21_022_962, "total": 23_999_893}
    assert by_benefit[2026].to_dict() == {
        "basic": 301_183, "earnings_related": 1_351_748, "general": 6_998_437, "labour_market": 9_241_777,
        "total": 17_893_145}


def test_classes_add_up_but_people_do_not(share: pd.DataFrame) -> None:
    euros, people = pivot(share), pivot(share, "recipients")
    assert (euros[list(DAY_CLASSES)].sum(axis=1) - euros["total"]).abs().max() < 0.005
    assert (people[list(DAY_CLASSES)].sum(axis=1) > people["total"]).all()


def test_corrections_stay(share: pd.DataFrame) -> None:
    basic = share[(share["benefit"] == "basic") & (share["month"] == pd.Period("2026-08"))].set_index("day_class")
    assert basic["euros"].to_dict() == {"101-200": -138.67, "201-300": -6.00, "total": -144.67}
    assert (basic["recipients"] == 0).all()


def test_nothing_paid_is_zero_in_a_pivot(share: pd.DataFrame) -> None:
    general = pivot(share, "recipients", "general")
    assert len(general) == 20
    assert (general[:"2026-04"] == 0).all(axis=None) and (general["2026-05":] > 0).all(axis=None)


@pytest.mark.parametrize(("month", "benefit", "day_class", "names"), [
    ("2025-01", "basic", "101-200", "old_law_tail"),
    ("2025-09", "labour_market", "401-700", "unbilled_movers"),
    ("2025-09", "labour_market", "701-", ""),
    ("2025-10", "labour_market", "701-", "arrears"),
    ("2025-11", "earnings_related", "401-700", ""),
    ("2025-12", "total", "total", ""),
    ("2026-05", "labour_market", "101-200", "corrections"),
    ("2026-06", "general", "701-", "preliminary"),
    ("2026-08", "basic", "total", "corrections,preliminary"),
])
def test_known_breaks_mark_their_rows(share, month: str, benefit: str, day_class: str, names: str) -> None:
    rows = share.set_index(["month", "benefit", "day_class"])
    assert rows.loc[(pd.Period(month), benefit, day_class), "breaks"] == names


def test_newest_month(share: pd.DataFrame) -> None:
    assert newest_complete_month(share) == pd.Period("2026-08")


def test_other_municipalities_and_years_are_left_out(share: pd.DataFrame, data: Path, edited) -> None:
    extra = "\n".join(["Vuosi;2025;;202512;398;Yhteensä;Yhteensä;10795;23999893.29",
                       "Kuukausi;2025;1;202501;16;Yhteensä;Yhteensä;5;100.00", FIRST_ROW])
    path = edited(SHARE, FIRST_ROW, extra)
    pd.testing.assert_frame_equal(read_share(path, CODE, data / BREAKS), share)


def test_code_without_its_leading_zero(edited, data: Path) -> None:
    path = edited(SHARE, FIRST_ROW, FIRST_ROW)
    path.write_text(path.read_text(encoding="utf-8").replace(";398;", ";16;"), encoding="utf-8")
    assert len(read_share(path, "016", data / BREAKS)) == 462


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("Ansiopäiväraha;101-200", "Ansiopaivaraha;101-200", "row 2, column etuus: 'Ansiopaivaraha' is unknown. "
                                                         "Mend: write Ansiopäiväraha"),
    ("Ansiopäiväraha;101-200", "Ansiopäiväraha;101-20", "row 2, column kertymaluokka: '101-20' is unknown. "
                                                        "Mend: write 101-200"),
    ("314;10370.73", "314;10371.73", "month 2025-01, benefit earnings_related: rows by day_class sum to"),
    ("314;10370.73", "314;kymmenen", "row 2, column kuntaosuus_eur: 'kymmenen' is not a number"),
    ("314;10370.73", "314;10370,73", "row 2, column kuntaosuus_eur: '10370,73' is not a number"),
    ("314;10370.73", "-3;10370.73", "row 2, column saajat: '-3' is not a count"),
    ("314;10370.73", "3.5;10370.73", "row 2, column saajat: '3.5' is not a count"),
    ("314;10370.73", ";10370.73", "row 2, column saajat: '' is not a number"),
    ("1;202501;398", "1;202513;398", "row 2, column vuosikuukausi: '202513' is not a month"),
    (FIRST_ROW, f"{FIRST_ROW}\n{FIRST_ROW}", "row 3: repeats row 2: 2025-01, earnings_related, 101-200"),
    (f"{FIRST_ROW}\n", "", "month 2025-01, benefit earnings_related"),
    (";kuntaosuus_eur", ";eur", "column kuntaosuus_eur: is missing"),
])
def test_faulty_rows_are_refused(edited, old: str, new: str, expected: str) -> None:
    path = edited(SHARE, old, new)
    told = refusal(path)
    assert told.startswith(f"{path}: ") and expected in told


def without(path: Path, pattern: str) -> Path:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not re.search(pattern, line)), encoding="utf-8")
    return path


def test_a_missing_month_is_named(copy: Path) -> None:
    assert "month 2025-06: is missing" in refusal(without(copy / SHARE, ";202506;"))


@pytest.mark.parametrize("lost", ["Yhteensä;", "Työmarkkinatuki;", ".*;Yhteensä;"])
def test_half_a_month_is_refused(copy: Path, lost: str) -> None:
    assert "month 2025-03" in refusal(without(copy / SHARE, f";202503;398;{lost}"))


def test_benefits_must_add_up_too(edited) -> None:
    path = edited(SHARE, ";101-200;314;10370.73", ";101-200;314;10371.73")
    row = re.search(r"202501;398;Ansiopäiväraha;Yhteensä;\d+;([\d.]+)", path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(row[1], f"{float(row[1]) + 1:.2f}"), encoding="utf-8")
    assert "month 2025-01, day_class 101-200: rows by benefit sum to" in refusal(path)


def test_another_municipality_has_no_rows(copy: Path) -> None:
    assert "municipality 109: has no rows" in refusal(copy / SHARE, "109")


def test_only_yearly_rows_are_no_series(copy: Path) -> None:
    path = copy / SHARE
    path.write_text(path.read_text(encoding="utf-8").replace("Kuukausi;", "Vuosi;"), encoding="utf-8")
    assert "has no monthly rows" in refusal(path)


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("classes: [101-200,", "classes: [101-20,", "breaks.old_law_tail.classes.0"),
    ("first: 2025-02", "first: 2025-2", "breaks.unbilled_movers.first"),
    ("    newest: 3\n", "", "either first (and last) or newest"),
    ("reason: The newest", "reasons: The newest", "breaks.preliminary.reason"),
])
def test_faulty_breaks_are_refused(edited, old: str, new: str, expected: str) -> None:
    path = edited(BREAKS, old, new)
    told = refusal(path.parent / "lahti_monthly.csv")
    assert told.startswith(f"{path}: ") and expected in told


def test_recipients_at_month_end(data: Path) -> None:
    people = read_recipients(data / RECIPIENTS, CODE)
    assert (len(people), people.index[0], people.index[-1]) == (104, pd.Period("2018-01"), pd.Period("2026-08"))
    assert (people.iloc[0], people.iloc[-1]) == (7018, 7064)  # first and last row of the published file


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("398;201802;6861\n", "", "month 2018-02: is missing"),
    ("398;201802;6861\n", "398;201802;6861\n398;201802;6861\n", "row 4: repeats row 3: 2018-02"),
    ("201802;6861", "201802;0", "row 3, column saajat: '0' is not a positive count"),
    ("201802;6861", "201802;-6861", "row 3, column saajat: '-6861' is not a count"),
    ("201802;6861", "201802;paljon", "row 3, column saajat: 'paljon' is not a number"),
])
def test_faulty_recipients_are_refused(edited, old: str, new: str, expected: str) -> None:
    path = edited(RECIPIENTS, old, new)
    with pytest.raises(InputError, match=re.escape(f"{path}: {expected}")):
        read_recipients(path, CODE)
