"""Fetched and downloaded tables join the stored files: the shipped, published numbers are what must come out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sources.actuals import Import, plan_import, store_import
from sources.area import load_area, read_area
from sources.catalogue import Series, catalogue, fetchable, state_of
from sources.downloads import read_download
from sources.errors import InputError
from sources.pxweb import PxWeb
from sources.statfin import read_unemployed
from sources.statistics import fetch_answers, kept_answers, plan_answers, plan_download
from tests.sources.pxweb_server import Table, as_jsonstat, says, serving

TODAY = date(2026, 12, 18)
CITIES = "statfin/statfin_tyonv_12r5_cities_2006M01_2023M10.csv"
LAHTI = "statfin/lahti_tyottomat_2006M01_2023M10.csv"
HEADER = "alue,kuukausi,TYOTTOMATLOPUSSA,TYOVOIMATK,AVPAIKATLOPUSSA\n"


@pytest.fixture
def server(data, copy, monkeypatch):
    """A service with the shipped numbers, which the copy of the data is told to ask."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(Table(data / CITIES)) as running:
        tables = copy / "statfin" / "tables.yaml"
        text = tables.read_text(encoding="utf-8")
        tables.write_text(text.replace("https://pxdata.stat.fi/PxWeb/api/v1/fi/StatFin", running.url), encoding="utf-8")
        yield running


def series(copy: Path, name: str) -> Series:
    return fetchable(catalogue(copy, load_area("lahti", copy)), [name])[0]


def asked(copy: Path, name: str, offline: bool = False) -> Import:
    each = series(copy, name)
    wanted, service, store = each.fetched()
    if offline:
        kept = kept_answers(wanted, service, each.cache)
    else:
        with PxWeb(service) as client:
            kept = fetch_answers(wanted, client, each.cache, TODAY, lambda done, total: None)
    return plan_answers(kept, wanted, store, each.table.month)


def stored(copy: Path, name: str) -> Path:
    return store_import(asked(copy, name), series(copy, name).imports, TODAY)


def shorten(copy: Path, file: str, *months: str) -> None:
    rows = (copy / file).read_text(encoding="utf-8").splitlines(keepends=True)
    (copy / file).write_text("".join(row for row in rows if not any(month in row for month in months)), "utf-8")


@pytest.mark.parametrize(("name", "file"), [("unemployed_lahti", LAHTI), ("unemployed_cities", CITIES)])
def test_stored_files_are_written_as_they_were_published(name, file, data):
    """Text and table are inverses on the shipped file, to the byte; the percentages in it are those of its counts."""
    _, _, store = series(data, name).fetched()
    assert store.text(store.read(data / file)) == (data / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "file"), [("unemployed_lahti", LAHTI), ("unemployed_cities", CITIES)])
def test_what_is_there_already_changes_nothing(name, file, copy, server):
    assert not asked(copy, name).changes


def test_new_months_join_and_revisions_are_told(copy, data, server):
    """In February 2006 Lahti had 7,950 unemployed and 1,154 open vacancies; the copy has 7,900 and none."""
    shorten(copy, LAHTI, "2023M09", "2023M10")
    path = copy / LAHTI
    known = path.read_text("utf-8")
    path.write_text(known.replace("2006M02,7950,56069,1154,14.18", "2006M02,7900,56069,,14.09"), "utf-8")
    planned = asked(copy, "unemployed_lahti")
    assert planned.new.to_numpy().tolist() == [["2023-09", "KU398"], ["2023-10", "KU398"]]
    assert planned.revisions[["month", "alue", "measure", "after", "difference"]].to_numpy().tolist() == [
        ["2006-02", "KU398", "TYOTTOMATLOPUSSA", 7950, 50], ["2006-02", "KU398", "AVPAIKATLOPUSSA", 1154, 1154]]
    before = path.read_bytes()
    kept = store_import(planned, series(copy, "unemployed_lahti").imports, TODAY)
    assert path.read_bytes() == (data / LAHTI).read_bytes() and (kept / path.name).read_bytes() == before
    assert read_unemployed(path).index[-1] == pd.Period("2023-10", "M")
    assert not asked(copy, "unemployed_lahti").changes


def test_all_cities_come_with_their_names(copy, data, server):
    shorten(copy, CITIES, "2023M10")
    stored(copy, "unemployed_cities")
    assert (copy / CITIES).read_bytes() == (data / CITIES).read_bytes()


def test_parts_are_joined(copy, data, server):
    shorten(copy, CITIES, "2023M10")
    tables = copy / "statfin" / "tables.yaml"
    tables.write_text(tables.read_text("utf-8").replace("cells: 100000", "cells: 5100"), "utf-8")
    stored(copy, "unemployed_cities")
    assert len(server.asked) == 1 + 4  # 31 areas × 214 months × 3 = 19 902 cells, halved twice
    assert (copy / CITIES).read_bytes() == (data / CITIES).read_bytes()


def test_a_month_without_its_first_measure_is_not_there_yet(copy, server):
    """A newest month with a labour force, and nobody counted yet, is no month of the series."""
    server.table.frame.loc[server.table.frame["kuukausi"] == "2023M10", "TYOTTOMATLOPUSSA"] = None
    shorten(copy, LAHTI, "2023M10")
    assert not asked(copy, "unemployed_lahti").changes


def test_a_table_whose_first_measure_is_never_there(copy, server):
    server.table.frame["TYOTTOMATLOPUSSA"] = None
    with pytest.raises(InputError, match="measure TYOTTOMATLOPUSSA: has no number"):
        asked(copy, "unemployed_lahti")


def test_a_ratio_to_nothing_is_empty(copy, server):
    server.table.frame.loc[server.table.frame["kuukausi"] == "2023M10", "TYOVOIMATK"] = 0
    stored(copy, "unemployed_lahti")
    row = (copy / LAHTI).read_text("utf-8").splitlines()[-1].split(",")
    assert row[1] == "2023M10" and row[3] == "0" and row[5] == ""


def test_a_gap_between_months_is_refused(copy, server):
    server.table.frame.loc[server.table.frame["kuukausi"] == "2023M09", "TYOTTOMATLOPUSSA"] = None
    shorten(copy, LAHTI, "2023M09", "2023M10")
    with pytest.raises(InputError, match="month 2023-09: is missing"):
        asked(copy, "unemployed_lahti")


def test_other_cells_than_were_asked_for_are_refused(copy, server):
    other = as_jsonstat(pd.DataFrame({"Alue": ["KU398"], "Kuukausi": ["2023M10"], "Tiedot": ["TYOTTOMATLOPUSSA"],
                                      "value": [1]}), {"Alue": {"KU398": "Lahti"}, "Kuukausi": {"2023M10": "x"},
                                                       "Tiedot": {"TYOTTOMATLOPUSSA": "y"}})
    server.faults = [None, says(200, json.dumps(other).encode())]
    with pytest.raises(InputError, match="variable Kuukausi: is answered with other values than asked for"):
        asked(copy, "unemployed_lahti")


class TestCache:
    def test_the_last_answer_serves_without_a_network(self, copy, data, server):
        asked(copy, "unemployed_lahti")
        server.asked.clear()
        shorten(copy, LAHTI, "2023M10")
        planned = asked(copy, "unemployed_lahti", offline=True)
        assert server.asked == [] and list(planned.new["month"]) == ["2023-10"]
        kept = json.loads(series(copy, "unemployed_lahti").cache.read_text("utf-8"))
        assert kept["fetched"] == "2026-12-18" and len(kept["parts"]) == 2

    def test_nothing_kept(self, copy, server):
        with pytest.raises(InputError, match="no answer of the service is kept"):
            asked(copy, "unemployed_lahti", offline=True)

    @pytest.mark.parametrize("old, new", [("8169", "8168"), ("KU398", "KU399"), ('"parts"', '"part"'), ("{", "")])
    def test_a_spoilt_file_is_noticed(self, copy, server, old, new):
        asked(copy, "unemployed_lahti")
        path = series(copy, "unemployed_lahti").cache
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
        with pytest.raises(InputError, match=r"unemployed_lahti.json: .*(is not what was kept|another selection)"):
            asked(copy, "unemployed_lahti", offline=True)

    def test_another_selection_is_another_question(self, copy, server):
        asked(copy, "unemployed_lahti")
        tables = copy / "statfin" / "tables.yaml"
        tables.write_text(tables.read_text("utf-8").replace("Alue: [KU398]", "Alue: [KU405]"), "utf-8")
        with pytest.raises(InputError, match="answers another selection than tables.yaml makes now"):
            asked(copy, "unemployed_lahti", offline=True)

    def test_a_failed_fetch_leaves_the_last_answer(self, copy, server):
        asked(copy, "unemployed_lahti")
        before = series(copy, "unemployed_lahti").cache.read_bytes()
        server.faults = [None, says(400)]
        with pytest.raises(InputError, match="answers 400"):
            asked(copy, "unemployed_lahti")
        assert series(copy, "unemployed_lahti").cache.read_bytes() == before

    def test_a_folder_that_cannot_be_written(self, copy, server):
        (copy / "statfin" / "cache").write_text("a file where a folder is due", "utf-8")
        with pytest.raises(InputError, match="cannot be written"):
            asked(copy, "unemployed_lahti")


class TestDownloads:
    """Files that someone downloaded by hand."""

    def imported(self, copy: Path, path: Path, name: str = "unemployed_lahti") -> Import | None:
        each = series(copy, name)
        wanted, _, store = each.fetched()
        found = read_download(path, wanted)
        return None if found is None else plan_download(found, path, wanted, store, each.table.month)

    def written(self, folder: Path, text: str, name: str = "download.csv", encoding: str = "utf-8") -> Path:
        (folder / name).write_text(text, encoding=encoding, newline="")
        return folder / name

    def test_json_stat_with_more_than_is_wanted(self, copy, data, tmp_path):
        """All 31 areas in one file serve Lahti's series and the cities'."""
        query = {"query": [{"code": code, "selection": {"values": list(known)}}
                           for code, known in Table(data / CITIES).variables().items()]}
        path = self.written(tmp_path, json.dumps(Table(data / CITIES).answer(query)), "12r5.json")
        for name, file in (("unemployed_lahti", LAHTI), ("unemployed_cities", CITIES)):
            shorten(copy, file, "2023M10")
            planned = self.imported(copy, path, name)
            assert set(planned.new["month"]) == {"2023-10"} and planned.revisions.empty
            store_import(planned, series(copy, name).imports, TODAY)
            assert (copy / file).read_bytes() == (data / file).read_bytes()

    def test_the_stored_shape(self, copy, data):
        shorten(copy, LAHTI, "2023M10")
        assert list(self.imported(copy, data / LAHTI).new["month"]) == ["2023-10"]
        assert list(self.imported(copy, data / CITIES).new["month"]) == ["2023-10"]

    @pytest.mark.parametrize("text", [
        "Alue;Kuukausi;TYOTTOMATLOPUSSA;TYOVOIMATK;AVPAIKATLOPUSSA\r\nKU398;2023M11;7 300;57\u00a0000,0;..\r\n",
        "\ufeffalue,kuukausi,TYOTTOMATLOPUSSA,TYOVOIMATK,AVPAIKATLOPUSSA,lisä\nKU398,2023M11,7300,57000,,x\n",
        "Alue\tKuukausi\tTiedot\tTyöttömät\nKU398\t2023M11\tTYOTTOMATLOPUSSA\t7300\n"
        "KU398\t2023M11\tTYOVOIMATK\t57000\nKU398\t2023M11\tAVPAIKATLOPUSSA\t.\n",
    ])
    def test_csv_by_code_wide_and_long(self, copy, tmp_path, text):
        """7 300 of 57 000 are 12.807 %, which is written 12.81."""
        planned = self.imported(copy, self.written(tmp_path, text))
        store_import(planned, series(copy, "unemployed_lahti").imports, TODAY)
        assert (copy / LAHTI).read_text("utf-8").endswith("\nKU398,2023M11,7300,57000,,12.81\n")

    def test_names_that_a_file_lacks_are_those_that_are_stored(self, copy, tmp_path):
        text = "Alue,Kuukausi,TYOTTOMATLOPUSSA,TYOVOIMATK,AVPAIKATLOPUSSA\nKU016,2023M11,300,3300,10\n"
        planned = self.imported(copy, self.written(tmp_path, text), "unemployed_cities")
        store_import(planned, series(copy, "unemployed_cities").imports, TODAY)
        assert "\nKU016,Asikkala,2023M11,300,3300,10,9.09\n" in (copy / CITIES).read_text("utf-8")

    @pytest.mark.parametrize(("text", "told"), [
        (f"{HEADER}KU398,2023M11,x,1,1\n", "row 2, column TYOTTOMATLOPUSSA: 'x' is not a number"),
        (f"{HEADER}KU398,2023M13,1,1,1\n", "'2023M13' is not a month"),
        (f"{HEADER}KU398,2023M12,1,1,1\n", "month 2023-11: is missing"),
        (f"{HEADER}KU398,2023M11,1\n", "row 2: has 3 cells"),
        (f"{HEADER}KU398,2023M11,1,1,1\nKU398,2023M11,1,1,1\n", "row 3: repeats row 2"),
        (f"{HEADER}KU398,2023M11,1,1,1\n{HEADER}", "row 3: is a second header"),
        (f"Alue,{HEADER}1,KU398,2023M11,1,1,1\n", "names a column twice"),
        ('{"version": "2.0"}', "is not a JSON-stat 2 dataset"), ("{", "is not JSON"),
    ])
    def test_a_fault_is_told_and_changes_nothing(self, copy, tmp_path, text, told):
        before = (copy / LAHTI).read_bytes()
        with pytest.raises(InputError, match=told):
            self.imported(copy, self.written(tmp_path, text))
        assert (copy / LAHTI).read_bytes() == before

    @pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "alue,kuukausi\nKU398,2023M11\n",
                                      "Alue,Kuukausi,Tiedot,a,b\nKU398,2023M11,TYOTTOMATLOPUSSA,1,2\n",
                                      f"{HEADER}Lahti,2023M11,1,1,1\n"])
    def test_what_does_not_fit_the_series(self, copy, tmp_path, text):
        assert self.imported(copy, self.written(tmp_path, text)) is None

    def test_one_more_variable_must_be_its_total(self, copy, tmp_path):
        cells = pd.DataFrame([("KU398", "2023M11", sex, name, 5.0) for sex in ("1", "2")
                              for name in ("TYOTTOMATLOPUSSA", "TYOVOIMATK", "AVPAIKATLOPUSSA")],
                             columns=["Alue", "Kuukausi", "Sukupuoli", "Tiedot", "value"])
        texts = {name: {code: code for code in cells[name].unique()} for name in cells.columns[:-1]}
        path = self.written(tmp_path, json.dumps(as_jsonstat(cells, texts)), "x.json")
        with pytest.raises(InputError, match="variable Sukupuoli: has 2 values, and a row needs one"):
            self.imported(copy, path)


class TestCatalogue:
    def states(self, copy: Path) -> dict[str, dict]:
        return {each.name: state_of(each, TODAY) for each in catalogue(copy, load_area("lahti", copy))}

    def test_what_is_shipped(self, copy):
        """On 18.12.2026: Kela's August ended 109 days ago (30 + 31 + 30 + 18), four months back."""
        states = self.states(copy)
        share, country = states["kela_share"], states["share_country"]
        assert (share["oldest"], share["newest"]) == ("2025-01", "2026-08")
        assert (share["age_months"], share["age_days"], share["missing_months"]) == (4, 109, [])
        assert (share["origin"], share["date"]) == ("collected", "2026-11-24")
        assert country["missing_months"] == ["2025-09"] and country["updated_by"] is None
        assert states["unemployed_cities"]["rows"] == 31 * 214 and states["unemployed_cities"]["empty_cells"] == 147
        assert states["kela_old_law"]["fault"] == "the file is missing" and "rows" not in states["kela_old_law"]

    def test_what_was_fetched_says_when_and_what_it_revised(self, copy, server):
        path = copy / LAHTI
        shorten(copy, LAHTI, "2023M10")
        path.write_text(path.read_text("utf-8").replace("2006M02,7950,56069", "2006M02,7900,56069"), "utf-8")
        stored(copy, "unemployed_lahti")
        state = self.states(copy)["unemployed_lahti"]
        assert (state["origin"], state["date"], state["newest"]) == ("fetched", "2026-12-18", "2023-10")
        assert state["revised"] == 1
        assert (state["largest"]["month"], state["largest"]["difference"]) == ("2006-02", 50)
        path.write_text(path.read_text("utf-8").replace("7950", "7951"), "utf-8")
        assert self.states(copy)["unemployed_lahti"]["origin"] == "changed"

    def test_a_spoilt_record_is_told(self, copy, server):
        shorten(copy, LAHTI, "2023M10")
        (stored(copy, "unemployed_lahti") / "record.json").write_text("{}", encoding="utf-8")
        assert "record.json: is not the record of an import" in self.states(copy)["unemployed_lahti"]["fault"]

    def test_a_spoilt_file_spoils_no_other(self, copy):
        (copy / LAHTI).write_text("alue\n", encoding="utf-8")
        states = self.states(copy)
        assert "column kuukausi: is missing" in states["unemployed_lahti"]["fault"]
        assert states["unemployed_cities"]["fault"] is None

    def test_a_series_that_is_not_fetched(self, copy):
        every = catalogue(copy, load_area("lahti", copy))
        with pytest.raises(InputError, match="table kela_share: is not fetched from a service"):
            fetchable(every, ["kela_share"])
        with pytest.raises(InputError, match="table unemployed_laht: is not known. Mend: write unemployed_lahti"):
            fetchable(every, ["unemployed_laht"])
        with pytest.raises(InputError, match="is not fetched"):
            next(each for each in every if each.name == "kela_share").fetched()

    @pytest.mark.parametrize(("old", "new", "told"), [
        ("measures: Tiedot", "measure: Tiedot", "key tables.unemployed_lahti.fetch.measure.*write measures"),
        ("Alue: [KU398]", "Alu: [KU398]", "select says nothing of Alue"),
        ("Tiedot: [TYOTTOMATLOPUSSA, TYOVOIMATK, AVPAIKATLOPUSSA]", 'Tiedot: ["*"]', "must name each measure"),
        ("Alue: [KU398]", "Alue: [KU398, KU398]", "select.Alue names a value twice"),
        ("[TYOTTOMATLOPUSSA, TYOVOIMATK]}", "[TYOTTOMATLOPUSSA, TYOVOIMA]}", "of two measures that are selected"),
        ("alue: {code: Alue}", "alue: {code: Alue, text: Alue}", "either the code or the text"),
        ("month: kuukausi", "month: kk", "month among the codes"),
        ("    file: lahti_tyottomat_2006M01_2023M10.csv\n", "", "needs a file"),
        ("cells: 100000", "cells: 0", "key service.cells"),
        ("url: https:", "url: http:", "key service.url"),
        ("service:", "services:", "write service"),
    ])
    def test_a_slip_in_the_catalogue(self, edited, copy, old, new, told):
        edited("statfin/tables.yaml", old, new)
        with pytest.raises(InputError, match=f"tables.yaml: .*{told}"):
            catalogue(copy, load_area("lahti", copy))

    def test_a_table_without_a_file_is_one_of_the_municipality(self, edited, copy):
        edited("kela/tables.yaml", "kela_share:", "kela_shares:")
        with pytest.raises(InputError, match="kela_shares.file: is missing. Mend: .* call the table kela_share"):
            catalogue(copy, load_area("lahti", copy))


def test_an_import_may_make_the_municipality_s_own_file(edited, copy, data):
    """A stored national file is not touched; settings.yaml may name a file that the import then makes."""
    edited("lahti/settings.yaml", "kela/lahti_monthly.csv", "kela/own.csv")
    with pytest.raises(InputError, match="1 are missing"):
        load_area("lahti", copy)
    area = read_area("lahti", copy)
    planned = plan_import(data / "kela/lahti_monthly.csv", area)
    store_import(planned, area.imports, TODAY)
    assert (copy / "kela/own.csv").read_bytes() == (data / "kela/lahti_monthly.csv").read_bytes()
    assert load_area("lahti", copy).kela_share == copy / "kela/own.csv"
