"""A city's ledger: sums kept to the cent in every spelling of months and amounts, and no account lost in silence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.actuals import plan_import, store_import
from sources.area import load_area
from sources.city_ledger import _cents, _decimal, ledger_text, read_actuals, read_ledger
from sources.errors import InputError

MAPPING = """\
sign: cost_positive
columns:
  month: Kausi
  account: Tili
  cost_centre: Kustannuspaikka
  amount: Summa
rules:
  - {accounts: ["4740"], object: benefit_share, line: total}
  - {accounts: ["40*", "41*"], cost_centres: ["231*"], object: operating, line: staff}
  - {accounts: ["43*"], object: operating, line: purchases}
  - {accounts: ["3*"], object: income, line: state_compensation}
  - {accounts: ["9999"], object: ignore}
"""
HEADER = ["Kausi", "Tili", "Kustannuspaikka", "Summa"]
ROWS = [  # by hand: staff 1 000.50 − 0.25, purchases 2 × 333.33 + 333.34 = 1 000.00
    ["2026-01", "4740", "2310", "2206200,91"], ["2026-01", "4010", "2311", "1 000,50"],
    ["2026-01", "4110", "2312", "-0,25"], ["2026-01", "4330", "9000", "333,33"], ["2026-01", "4331", "", "333,33"],
    ["2026-01", "4332", "", "333,34"], ["2026-01", "3100", "2310", "-500,00"], ["", "9999", "", "1"],
]
EXPECTED = [["2026-01", "benefit_share", "total", 2_206_200.91], ["2026-01", "income", "state_compensation", -500.0],
            ["2026-01", "operating", "purchases", 1000.0], ["2026-01", "operating", "staff", 1000.25]]


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Function (rows, mapping, name, encoding) → paths of a ledger (CSV or XLSX) and its mapping."""

    def write(rows: list[list], mapping: str = MAPPING, name: str = "ledger.csv", encoding: str = "utf-8"):
        path = tmp_path / name
        if name.endswith(".xlsx"):
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append(row)
            book.create_sheet("Ohje")
            book.save(path)
        else:
            path.write_bytes("".join(";".join(row) + "\n" for row in rows).encode(encoding))
        (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
        return path, tmp_path / "mapping.yaml"

    return write


def listed(paths: tuple[Path, Path]) -> list[list]:
    found, _ = read_ledger(*paths)
    return found.astype({"month": str}).to_numpy().tolist()


def test_accounts_become_lines_and_the_sum_is_kept(ledger):
    found, ignored = read_ledger(*ledger([HEADER, *ROWS]))
    assert found.astype({"month": str}).to_numpy().tolist() == EXPECTED
    assert ignored.to_dict("records") == [{"account": "9999", "rows": 1, "euros": 1.0}]


@pytest.mark.parametrize("spelling", ["202601", "2026M01", "2026-1", "2026/01", "2026-01-31", "1/2026", "01/2026",
                                      "1.2026", "31.1.2026"])
def test_months_in_every_form(spelling, ledger):
    assert listed(ledger([HEADER, *([spelling, *row[1:]] for row in ROWS)])) == EXPECTED


def test_year_and_month_in_two_columns(ledger):
    mapping = MAPPING.replace("month: Kausi", "month: Kausi\n  year: Vuosi")
    rows = [["1", *row[1:], "2026"] for row in ROWS]
    assert listed(ledger([[*HEADER, "Vuosi"], *rows], mapping)) == EXPECTED


@pytest.mark.parametrize(("decimal", "spell"), [
    (",", lambda text: text.replace("1 000,50", "1.000,50 €").replace("-500,00", "500,00-")),
    (",", lambda text: text.replace("1 000,50", "1\u00a0000,5").replace("-", "\u2212")),
    (".", lambda text: text.replace("1 000,50", "1,000.50") if "000" in text[:5] else text.replace(",", ".")),
])
def test_amounts_in_every_form(decimal, spell, ledger):
    mapping = f"decimal: '{decimal}'\n{MAPPING}"
    assert listed(ledger([HEADER, *([*row[:3], spell(row[3])] for row in ROWS)], mapping)) == EXPECTED


def test_a_ledger_with_costs_below_zero(ledger):
    turned = [[*row[:3], row[3][1:] if row[3].startswith("-") else f"-{row[3]}"] for row in ROWS]
    assert listed(ledger([HEADER, *turned], MAPPING.replace("cost_positive", "cost_negative"))) == EXPECTED


def test_a_rule_with_a_sign_of_its_own(ledger):
    """Income written without a sign, in a ledger of costs without a sign."""
    rows = [[*row[:3], row[3].replace("-500", "500")] for row in ROWS]
    mapping = MAPPING.replace("line: state_compensation", "line: state_compensation, sign: cost_negative")
    assert listed(ledger([HEADER, *rows], mapping)) == EXPECTED


def test_a_workbook_with_a_title_above_and_cells_that_are_dates_and_numbers(ledger):
    def typed(row: list[str]) -> list:
        amount = float(row[3].replace(" ", "").replace(",", "."))
        return [date(2026, 1, 31) if row[0] else None, int(row[1]), row[2] and int(row[2]), amount]

    rows = [["Kirjanpito 2026"], [], HEADER, *map(typed, ROWS), [None] * 4]
    assert listed(ledger(rows, f"header_row: 3\nsheet: Sheet\n{MAPPING}", "ledger.xlsx")) == EXPECTED


def test_latin_1_when_the_mapping_says_so(ledger):
    rows = [["Kausi", "Tili", "Kustannuspaikkä", "Summa"], *ROWS]
    mapping = f"encoding: latin-1\n{MAPPING}".replace("cost_centre: Kustannuspaikka", "cost_centre: Kustannuspaikkä")
    assert listed(ledger(rows, mapping, encoding="latin-1")) == EXPECTED


def test_the_mapping_of_the_documentation_works(ledger):
    page = (Path(__file__).parents[2] / "docs" / "actuals.md").read_text(encoding="utf-8")
    mapping = page.split("```yaml\n")[1].split("```")[0].replace("sheet: Tapahtumat", "sheet: Sheet")
    mapping = mapping.replace("line: matching", "line: staff")
    purchases = [[*row[:2], "2319", row[3]] if row[1].startswith("43") else row for row in ROWS]
    rows = [["Tapahtumat"], [], HEADER, *purchases, ["Yhteensä", "", "", "2207701,16"]]
    paths = ledger(rows, mapping, "ledger.xlsx")
    assert listed(paths) == EXPECTED
    assert read_ledger(*paths)[1]["account"].tolist() == ["", "9999"]


@pytest.mark.parametrize(("row", "told"), [
    (["2026-01", "7777", "", "1"], "column Tili: no rule of mapping.yaml names 7777. Mend: add them"),
    (["2026-01", "", "", "1"], "no rule of mapping.yaml names (empty)"),
    (["2026-01", "4010", "5000", "1"], "no rule of mapping.yaml names 4010"),  # another cost centre
    (["2026-13", "4740", "", "1"], "row 10, column Kausi: '2026-13' is not a month"),
    (["tammikuu", "4740", "", "1"], "row 10, column Kausi: 'tammikuu' is not a month"),
    (["2026-01", "4740", "", "paljon"], "row 10, column Summa: 'paljon' is not an amount of money"),
    (["2026-01", "4740", "", ""], "row 10, column Summa: '' is not an amount of money"),
    (["2026-01", "4740", "", "1234.56"], "row 10, column Summa: '1234.56' is not an amount of money"),
])
def test_a_faulty_row_is_told(row, told, ledger):
    path, mapping = ledger([HEADER, *ROWS, row])
    with pytest.raises(InputError, match=re.escape(told)) as fault:
        read_ledger(path, mapping)
    assert fault.value.file == str(path)


@pytest.mark.parametrize(("old", "new", "told"), [
    ("amount: Summa", "amount: Suma", "row 1, column Suma: is missing. Mend: write Summa"),
    ("amount: Summa", "ammount: Summa", "key columns.ammount, line 6: unknown key. Mend: write amount"),
    ("sign: cost_positive\n", "", "key sign: is missing"),
    ("sign: cost_positive", "sign: plus", "key sign, line 1"),
    ("object: benefit_share, line: total", "object: benefit_share", "a rule names a line, unless its object is ignore"),
    ("object: benefit_share", "object: benefits", "key rules.0.object"),
    ("sign:", "header_row: 40\nsign:", "row 40, column Kausi: is missing"),
    ("sign:", "separator: ','\nsign:", "row 1, column Kausi: is missing"),
])
def test_a_faulty_mapping_is_told(old, new, told, ledger):
    with pytest.raises(InputError, match=re.escape(told)):
        read_ledger(*ledger([HEADER, *ROWS], MAPPING.replace(old, new, 1)))


def test_a_missing_sheet_and_what_is_no_workbook(ledger, tmp_path):
    with pytest.raises(InputError, match="sheet Sheat: is missing. Mend: write Sheet"):
        read_ledger(*ledger([HEADER, *ROWS], f"sheet: Sheat\n{MAPPING}", "ledger.xlsx"))
    path, mapping = ledger([HEADER])
    with pytest.raises(InputError, match="holds no row below its header"):
        read_ledger(path, mapping)
    path.rename(tmp_path / "text.xlsx")
    with pytest.raises(InputError, match="text.xlsx: is not an Excel workbook"):
        read_ledger(tmp_path / "text.xlsx", mapping)
    for broken in (b"", b"PK\x03\x04 no archive", b"\x00" * 50):
        (tmp_path / "text.xlsx").write_bytes(broken)
        with pytest.raises(InputError, match="text.xlsx: is not an Excel workbook"):
            read_ledger(tmp_path / "text.xlsx", mapping)
    with zipfile.ZipFile(tmp_path / "text.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types>")
    with pytest.raises(InputError, match="text.xlsx: is not an Excel workbook"):
        read_ledger(tmp_path / "text.xlsx", mapping)
    with pytest.raises(InputError, match="is not UTF-8 text.*latin-1"):
        read_ledger(*ledger([[*HEADER, "ä"]], encoding="latin-1"))


@given(st.lists(st.integers(-10**10, 10**10), min_size=1, max_size=40))
def test_cents_are_kept(cents):
    """Whole cents, written the Finnish way, add up to what their integers do."""
    written = [f"{value / 100:,.2f}".translate(str.maketrans(",.", " ,")) for value in cents]
    assert Decimal(str(_cents([_decimal(text, ",") for text in written]))) * 100 == sum(cents)


def test_import_replaces_a_month_of_an_object_only(copy, ledger):
    area = load_area("lahti", copy)
    first = plan_import(*_swap(ledger([HEADER, *ROWS]), area))
    store_import(first, area.imports, date(2026, 11, 24))
    assert first.new.to_numpy().tolist() == [["2026-01", name] for name in ("benefit_share", "income", "operating")]
    staff = [["2026-01", "4010", "2311", "1 010,25"], ["2026-02", "4010", "2311", "900,00"]]
    second = plan_import(*_swap(ledger([HEADER, *staff]), area))
    store_import(second, area.imports, date(2026, 12, 24))
    assert second.new.to_numpy().tolist() == [["2026-02", "operating"]]
    assert second.revisions.drop(columns="after").to_numpy().tolist() == [
        ["2026-01", "operating", "purchases", "euros", 1000.0, -1000.0],
        ["2026-01", "operating", "staff", "euros", 1000.25, 10.0]]
    stored = read_actuals(area.actuals)
    assert stored.groupby("object")["euros"].sum().to_dict() == {
        "benefit_share": 2_206_200.91, "income": -500.0, "operating": 1910.25}
    assert area.actuals.read_text(encoding="utf-8") == ledger_text(stored) and "1010.25\n" in ledger_text(stored)
    assert len(list(area.imports.iterdir())) == 2
    with pytest.raises(InputError, match="month 2026-02: is missing, and would be a gap in actuals.csv"):
        plan_import(*_swap(ledger([HEADER, ["2026-03", "4740", "", "1"]]), area))


def _swap(paths: tuple[Path, Path], area):
    """Arguments of plan_import for a ledger and its mapping."""
    return paths[0], area, paths[1]
