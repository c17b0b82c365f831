"""Import of Kela's months: the shipped, published files are what every shape of them must become again."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.actuals import Import, plan_import, store_import
from sources.area import Area, data_root, load_area
from sources.errors import InputError
from sources.kela import OLD_LAW, read_share, read_table

SHARE, RECIPIENTS = "kela/lahti_monthly.csv", "kela/lahti_korvausperuste.csv"
TODAY = date(2026, 11, 24)
SHIPPED = (data_root() / SHARE).read_text(encoding="utf-8")
HEADER, *ROWS = SHIPPED.splitlines()
PEOPLE = (data_root() / RECIPIENTS).read_text(encoding="utf-8")
# Hämeenlinna's labour market support in January 2015, as Kela published it: recipients, days, benefit, share of it
OLD_ROWS = {"300-499": "201,4320,144313.56,72156.78", "500-999": "371,7945,263202.68,131601.34",
            "1000 tai yli": "403,8733,296117.0,207281.9", "Yhteensä": "975,20998,703633.24,411040.02"}
OLD_HEADER = ("aikatyyppi,kuukausi_nro,vuosikuukausi,vuosi,kunta_nro,kunta_nimi,ikaryhma,sukupuoli,"
              "tyomarkkinatukipaiva_luokka,saaja_lkm,korvattu_paiva_lkm,maksettu_eur,kunta_osuus_eur")


def lines(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def until(month: str, text: str = SHIPPED) -> str:
    """The share's text up to *month* (202512)."""
    header, *rows = text.splitlines()
    return lines(header, *(row for row in rows if row.split(";")[3] <= month))


def national(rows: list[str] = ROWS) -> str:
    """A file as published: two more municipalities, years and years to date beside months, municipality by month."""
    others = [row.replace(";398;", f";{code};") for code in (5, 405) for row in rows]
    years = ["Vuosi;2025;;2025;398;Yhteensä;Yhteensä;10795;23999893.29",
             "Vuosikertymä;2026;8;202608;398;Yhteensä;Yhteensä;10226;17893144.80"]
    return lines(HEADER, *sorted([*others, *rows, *years], key=lambda row: row.split(";")[3:7]))


def as_kela_spells_it() -> str:
    """Comma, the names of the older table, and rows by sex and age group beside the totals."""
    out = ["aikatyyppi,kuukausi_nro,vuosikuukausi,vuosi,kunta_nro,kunta_nimi,ikaryhma,sukupuoli,etuus,kertymaluokka,"
           "saaja_lkm,kunta_osuus_eur"]
    for row in ROWS:
        period, year, number, month, code, benefit, day_class, people, euros = row.split(";")
        for age, sex, share in (("Yhteensä", "Yhteensä", euros), ("Yhteensä", "Naiset", "1.00"),
                                ("25-34", "Yhteensä", "2.00"), ("25-34", "Naiset", "3.00")):
            out.append(f"{period},{number},{month},{year},{code},Lahti,{age},{sex},{benefit},{day_class},{people},{share}")
    return lines(*out)


def old_law(months: list[str], code: str = "398") -> str:
    rows = [f"Kuukausi,{int(month[4:])},{month},{month[:4]},{code},X,{age},Yhteensä,{day_class},{cells}"
            for month in months for day_class, cells in OLD_ROWS.items() for age in ("Yhteensä", "16-24")]
    return lines(OLD_HEADER, *rows)


@pytest.fixture
def area(copy: Path) -> Area:
    return load_area("lahti", copy)


@pytest.fixture
def old(copy: Path) -> Area:
    """The municipality as it stood when 2025 was the newest year."""
    (copy / SHARE).write_text(until("202512"), encoding="utf-8")
    return load_area("lahti", copy)


@pytest.fixture
def published(tmp_path: Path) -> Callable[..., Path]:
    """Function (text, name, encoding) → path of such a file."""

    def write(text: str, name: str = "kela.csv", encoding: str = "utf-8") -> Path:
        (tmp_path / name).write_bytes(text.encode(encoding))
        return tmp_path / name

    return write


def imported(path: Path, area: Area) -> Import:
    planned = plan_import(path, area)
    if planned.changes:
        store_import(planned, area.imports, TODAY)
    return planned


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("text", "encoding"), [
    (SHIPPED, "utf-8"), (SHIPPED, "utf-8-sig"), (SHIPPED.replace("\n", "\r\n"), "utf-8"), (national(), "utf-8"),
    (SHIPPED.replace(";", ","), "utf-8"), (as_kela_spells_it(), "utf-8-sig"),
    (lines(HEADER, *(row for row in ROWS if ";2026;" in row)), "utf-8"),
])
def test_every_shape_of_new_months_gives_the_shipped_file(text, encoding, old, published):
    planned = imported(published(text, encoding=encoding), old)
    assert old.kela_share.read_text(encoding="utf-8") == SHIPPED
    assert planned.new["month"].tolist() == [f"2026-0{month}" for month in range(1, 9)]
    assert planned.revisions.empty


def test_what_was_imported_has_the_published_sums(old, published):
    imported(published(national()), old)
    share = read_share(old.kela_share, old.code, old.known_breaks)
    total = share[(share["benefit"] == "total") & (share["day_class"] == "total")].groupby(share["month"].dt.year)
    assert total["euros"].sum().round(2).to_dict() == {2025: 23_999_893.29, 2026: 17_893_144.80}  # Kela's yearly rows


def test_the_same_file_again_changes_no_byte(old, published):
    path = published(national())
    imported(path, old)
    before = content(old.root)
    assert not imported(path, old).changes
    assert content(old.root) == before


def test_what_was_replaced_is_kept_with_a_record(old, published):
    path, before = published(national()), old.kela_share.read_bytes()
    kept = store_import(plan_import(path, old), old.imports, TODAY)
    assert kept.parent == old.root / "lahti" / "imports" and kept.name.startswith("2026-11-24-")
    assert (kept / "lahti_monthly.csv").read_bytes() == before
    record = json.loads((kept / "record.json").read_text(encoding="utf-8"))
    assert (record["source"], record["kind"], len(record["new"])) == ("kela.csv", "kela_share", 8)
    assert re.fullmatch("[0-9a-f]{64}", record["sha256"])
    assert not [path for path in old.root.rglob("*") if path.name.startswith(".") or path.suffix == ".draft"]


def test_a_revised_month_is_told_cell_by_cell(area, published):
    """August's class 101–200 of general support rises by 10.00 €: four published cells move, and one count."""
    text = SHIPPED
    for old_cells, new_cells in (
        ("202608;398;Yleistuki työttömyyden perusteella;101-200;494;29022.83", "101-200;495;29032.83"),
        ("202608;398;Yleistuki työttömyyden perusteella;Yhteensä;6294;2015514.47", "Yhteensä;6294;2015524.47"),
        ("202608;398;Yhteensä;101-200;1023;62245.49", "101-200;1023;62255.49"),
        ("202608;398;Yhteensä;Yhteensä;7335;2168396.24", "Yhteensä;7335;2168406.24"),
    ):
        assert old_cells in text
        text = text.replace(old_cells, ";".join([*old_cells.split(";")[:-3], new_cells]))
    planned = imported(published(text), area)
    assert planned.new.empty
    assert planned.revisions.to_dict("split")["data"] == [
        ["2026-08", "general", "101-200", "recipients", 494, 495, 1],
        ["2026-08", "general", "101-200", "euros", 29_022.83, 29_032.83, 10],
        ["2026-08", "general", "total", "euros", 2_015_514.47, 2_015_524.47, 10],
        ["2026-08", "total", "101-200", "euros", 62_245.49, 62_255.49, 10],
        ["2026-08", "total", "total", "euros", 2_168_396.24, 2_168_406.24, 10],
    ]
    assert area.kela_share.read_text(encoding="utf-8") == text
    assert imported(published(SHIPPED, "earlier.csv"), area).revisions["difference"].sum() == -41  # and back again
    assert area.kela_share.read_text(encoding="utf-8") == SHIPPED


def test_a_row_that_was_corrected_away_leaves_the_store(area, published):
    """Basic allowance of August 2026 holds corrections only; a later file may have none of them."""
    rows = [row for row in ROWS if not re.search(";202608;398;Peruspäiväraha;", row)]
    text = lines(HEADER, *rows)
    for old_cells, new_cells in (("1023;62245.49", "1023;62384.16"), ("737;91819.56", "737;91825.56"),
                                 ("7335;2168396.24", "7335;2168540.91")):  # + 138.67, + 6.00, + 144.67
        text = text.replace(old_cells, new_cells)
    planned = imported(published(text), area)
    gone = planned.revisions[planned.revisions["benefit"] == "basic"]
    assert gone["after"].isna().all() and len(gone) == 6
    assert gone[gone["measure"] == "euros"]["difference"].tolist() == [138.67, 6.00, 144.67]
    assert planned.summary()["revisions"][0]["after"] is None
    assert area.kela_share.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("months", "missing"), [(["202602"], "2026-01"), (["202601", "202604", "202603"], "2026-02")])
def test_a_gap_is_refused_by_the_name_of_the_month(months, missing, old, published):
    path = published(lines(HEADER, *(row for row in ROWS if row.split(";")[3] in months)))
    with pytest.raises(InputError, match=f"month {missing}: is missing, and would be a gap in lahti_monthly.csv"):
        plan_import(path, old)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(8)), st.integers(1, 7), st.randoms())
def test_order_of_rows_and_split_of_files_do_not_matter(order, cut, luck):
    """The months of 2026 in two files, rows shuffled, the later months' file holding the earlier ones or not."""
    months = [f"20260{month + 1}" for month in sorted(order[:cut])]
    first = [f"20260{month}" for month in range(1, cut + 1)]
    rows = {"first": [row for row in ROWS if row.split(";")[3] in first],
            "rest": [row for row in ROWS if row.split(";")[3] >= "202601" and row.split(";")[3] not in first],
            "some again": [row for row in ROWS if row.split(";")[3] in months]}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(shutil.copytree(data_root(), Path(folder) / "data"))
        (root / SHARE).write_text(until("202512"), encoding="utf-8")
        area = load_area("lahti", root)
        for name, part in rows.items():
            luck.shuffle(part)
            path = Path(folder) / f"{name}.csv"
            path.write_text(lines(HEADER, *part), encoding="utf-8")
            planned = imported(path, area)
        assert not planned.changes  # the third file holds nothing new
        assert (root / SHARE).read_text(encoding="utf-8") == SHIPPED


def test_recipients_at_month_end(copy, published):
    header, *rows = PEOPLE.splitlines()
    (copy / RECIPIENTS).write_text(lines(header, *rows[:-2]), encoding="utf-8")
    others = [row.replace("398;", "5;") for row in rows]
    planned = imported(published(lines(header, *others, *reversed(rows))), load_area("lahti", copy))
    assert planned.new["month"].tolist() == ["2026-07", "2026-08"]
    assert (copy / RECIPIENTS).read_text(encoding="utf-8") == PEOPLE


def test_the_old_law_gets_a_file_of_its_own(area, published):
    planned = imported(published(old_law(["201501", "201502"]).replace("X", "Lahti")), area)
    assert planned.new["month"].tolist() == ["2015-01", "2015-02"]
    stored = read_table(area.kela_old_law, OLD_LAW, area.code).set_index(["month", "day_class"])
    january = stored.loc[pd.Period("2015-01")]
    assert january.loc["1000-"].tolist() == [403, 8733, 296_117.00, 207_281.90]
    # the law of that time: half of the benefit from 300 days, 70 % from 1,000
    share = (january["euros"] / january["paid_euros"]).round(4)
    assert share[["300-499", "500-999", "1000-"]].tolist() == [0.5, 0.5, 0.7]
    assert not imported(published(old_law(["201502"]), "again.csv"), area).changes


@pytest.mark.parametrize(("change", "told"), [
    (lambda t: t.replace(";398;", ";399;"), "municipality 398: has no rows"),
    (lambda t: t.replace("Kuukausi;", "Vuosi;"), "has no monthly rows"),
    (lambda t: t.replace("Ansiopäiväraha", "Ansioraha", 1), "row 2, column etuus: 'Ansioraha' is unknown"),
    (lambda t: t.replace(";101-200;", ";101-20;", 1), "row 2, column kertymaluokka: '101-20' is unknown"),
    (lambda t: t.replace("10370.73", "kymmenen"), "row 2, column kuntaosuus_eur: 'kymmenen' is not a number"),
    (lambda t: t.replace("10370.73", "10370,73"), "row 2, column kuntaosuus_eur: '10370,73' is not a number"),
    (lambda t: t.replace("10370.73", "10370.74"), "month 2025-01, benefit earnings_related: rows by day_class sum to"),
    (lambda t: t.replace(";202501;", ";202513;", 1), "row 2, column vuosikuukausi: '202513' is not a month"),
    (lambda t: f"{t}{ROWS[0]}\n", "row 464: repeats row 2"),
    (lambda t: f"{t}{HEADER}\n", "row 464: is a second header"),
    (lambda t: f"{t}Kuukausi;2026;9\n", "row 464: has 3 cells and the header 9"),
    (lambda t: t.replace("kertymaluokka", "luokka"), "column kertymaluokka: is missing"),
    (lambda t: t.replace("vuosi;", "etuus;", 1), "column etuus: stands twice"),
    (lambda t: "", "row 1: is not the header of a table of Kela's that is known"),
    (lambda t: "\x00\x01\n\x02", "row 1: is not the header of a table of Kela's that is known"),
    (lambda t: "Tili;Kausi;Summa\n4300;2026-01;1,00\n", "--mapping for a city's ledger"),
])
def test_a_faulty_file_is_told_and_changes_nothing(change, told, old, published):
    path, before = published(change(SHIPPED)), content(old.root)
    with pytest.raises(InputError, match=re.escape(told)) as fault:
        plan_import(path, old)
    assert fault.value.file == str(path)
    assert content(old.root) == before


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(0, 40), st.binary(max_size=20), st.booleans())
def test_rubbish_in_any_place_is_told_or_taken_but_never_a_crash(place, length, rubbish, at_the_end):
    """Bytes overwritten, cut or put in: among the first rows, header included, or the municipality's last ones."""
    raw = SHIPPED.encode()
    start = len(raw) - place if at_the_end else place
    area = load_area("lahti", data_root())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kela.csv"
        path.write_bytes(raw[:start] + rubbish + raw[start + length:])
        try:
            assert plan_import(path, area).merged.shape[0] >= 460
        except InputError as fault:
            assert fault.file == str(path) and "\n" not in str(fault)


def test_latin_1_is_told(old, published):
    with pytest.raises(InputError, match="is not UTF-8 text. Mend: save the file as UTF-8"):
        plan_import(published(SHIPPED, encoding="latin-1"), old)


def test_other_municipalities_faults_are_not_this_ones(old, published):
    text = lines(HEADER, "Kuukausi;2026;8;202608;5;Uusi etuus;101-200;.;..", *ROWS)
    imported(published(text), old)
    assert old.kela_share.read_text(encoding="utf-8") == SHIPPED


def test_a_store_that_several_municipalities_share_is_left_alone(old, published):
    old.kela_share.write_text(national(), encoding="utf-8")
    with pytest.raises(InputError, match="holds other municipalities too.*settings.yaml"):
        plan_import(published(SHIPPED), old)


def test_a_store_that_cannot_be_written_stays_as_it_was(old, published, monkeypatch):
    planned, before = plan_import(published(SHIPPED), old), content(old.root)

    def full(self, target):
        raise OSError(28, "No space left on device")

    for step in ("rename", "replace"):  # keeping the old file, and moving the new one in
        with monkeypatch.context() as patch, pytest.raises(InputError, match="No space left on device"):
            patch.setattr(Path, step, full)
            store_import(planned, old.imports, TODAY)
        assert content(old.root) == before
