"""The command ``kuntaosuus data``: against a server that speaks PxWeb, without a network, and with files by hand."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from sources.area import data_root
from tests.sources.pxweb_server import Table, says, serving

LAHTI = "statfin/lahti_tyottomat_2006M01_2023M10.csv"
CITIES = "statfin/statfin_tyonv_12r5_cities_2006M01_2023M10.csv"


def kuntaosuus(*arguments):
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


@pytest.fixture
def data(tmp_path) -> Path:
    return Path(shutil.copytree(data_root(), tmp_path / "data"))


@pytest.fixture
def server(data, monkeypatch):
    """A service with the shipped numbers, which the copy of the data is told to ask; no attempt is made twice."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving(Table(data_root() / CITIES)) as running:
        tables = data / "statfin" / "tables.yaml"
        text = tables.read_text(encoding="utf-8").replace("attempts: 5", "attempts: 1")
        tables.write_text(text.replace("https://pxdata.stat.fi/PxWeb/api/v1/fi/StatFin", running.url), encoding="utf-8")
        yield running


@pytest.fixture
def old(data) -> Path:
    """The data before October 2023, with 50 unemployed too few in Lahti's February 2006."""
    for name in (LAHTI, CITIES):
        rows = (data / name).read_text("utf-8").replace("2006M02,7950", "2006M02,7900").splitlines(keepends=True)
        (data / name).write_text("".join(row for row in rows if "2023M10" not in row), "utf-8")
    return data


def test_status_says_how_old_each_series_is():
    told = kuntaosuus("status")
    assert told.exit_code == 0
    rows = {cells[0]: cells for cells in map(str.split, told.output.splitlines()) if len(cells) > 5}
    assert rows["kela_share"][1] == "8/2026" and rows["kela_share"][-2:] == ["actuals", "import"]
    assert rows["unemployed_cities"][1] == "10/2023" and "data fetch" in told.output
    assert "9/2025" in rows["share_country"] and "CC BY 4.0" in told.output


def test_status_as_json():
    printed = json.loads(kuntaosuus("status", "--json").stdout)
    series = {each["name"]: each for each in printed["series"]}
    assert set(printed) == {"date", "series"} and series["unemployed_lahti"]["newest"] == "2023-10"
    assert series["kela_old_law"]["fault"] == "the file is missing" and len(series["kela_share"]["sha256"]) == 64


def test_status_tells_a_faulty_file_and_shows_the_others(data):
    (data / LAHTI).write_text("alue\n", encoding="utf-8")
    told = kuntaosuus("status", "--data", data)
    assert told.exit_code == 0 and "virheellinen" in told.output and "is missing. Mend:" in told.output
    assert "unemployed_cities" in told.output and "ei tallessa" in told.output


def test_fetch_tells_new_months_and_revisions(old, server):
    tried = kuntaosuus("fetch", "--data", old, "--dry-run")
    assert tried.exit_code == 0 and "mitään ei tallennettu" in tried.output
    assert "2023M10" not in (old / LAHTI).read_text("utf-8")
    told = kuntaosuus("fetch", "--data", old)
    assert told.exit_code == 0 and told.output.count("Uudet kuukaudet: 10/2023\n") == 2
    revised = [line.split() for line in told.output.splitlines() if line.strip().startswith("2/2006")]
    assert revised == [["2/2006", "KU398", "TYOTTOMATLOPUSSA", "7", "900", "7", "950", "50"]] * 2
    for name in (LAHTI, CITIES):
        assert (old / name).read_bytes() == (data_root() / name).read_bytes()
    assert kuntaosuus("fetch", "--data", old).output.count("Ei uutta") == 2
    status = kuntaosuus("status", "--data", old)
    assert "viime päivitys muutti 1 lukua; suurin muutos 50,00 (2/2006, TYOTTOMATLOPUSSA)" in status.output


def test_fetch_of_one_series_as_json(old, server):
    printed = json.loads(kuntaosuus("fetch", "unemployed_lahti", "--data", old, "--json").stdout)["tables"]
    assert len(printed) == 1 and printed[0]["new"] == [{"month": "2023-10", "alue": "KU398"}]
    assert printed[0]["revisions"][0]["difference"] == 50 and printed[0]["error"] is None
    assert printed[0]["state"]["origin"] == "fetched" and Path(printed[0]["kept"], "record.json").exists()
    assert "2023M10" not in (old / CITIES).read_text("utf-8")


def test_a_fault_of_the_service_says_what_serves_instead(old, server):
    """The first series fails, the second comes: all of what can be had is stored, and the command ends with code 2."""
    server.faults = [says(500)]
    told = kuntaosuus("fetch", "--data", old)
    assert told.exit_code == 2 and "Traceback" not in told.output
    assert "answers 500 Internal Server Error" in told.stderr
    assert ("unemployed_lahti: käytössä on tallessa oleva lahti_tyottomat_2006M01_2023M10.csv, jonka uusin kuukausi on "
            "9/2023, koottu 24.11.2026.") in told.stderr
    assert "2023M10" not in (old / LAHTI).read_text("utf-8") and "2023M10" in (old / CITIES).read_text("utf-8")


def test_without_a_network_the_files_serve(data, server):
    server.server_close()
    told = kuntaosuus("fetch", "--data", data)
    assert told.exit_code == 2 and told.stderr.count("cannot be reached") == 2
    assert told.stderr.count("uusin kuukausi on 10/2023, koottu 24.11.2026") == 2
    printed = json.loads(kuntaosuus("fetch", "--data", data, "--json").stdout)["tables"]
    assert all("cannot be reached" in each["error"] and each["state"]["newest"] == "2023-10" for each in printed)
    for name in (LAHTI, CITIES):
        assert (data / name).read_bytes() == (data_root() / name).read_bytes()


def test_offline_takes_the_last_answer(old, server):
    assert "no answer of the service is kept" in kuntaosuus("fetch", "--offline", "--data", old).stderr
    kuntaosuus("fetch", "--dry-run", "--data", old)
    server.asked.clear()
    assert kuntaosuus("fetch", "--offline", "--data", old).exit_code == 0 and server.asked == []
    assert (old / CITIES).read_bytes() == (data_root() / CITIES).read_bytes()


def test_import_of_a_file_updates_every_series_that_it_fits(old):
    told = kuntaosuus("import", data_root() / CITIES, "--data", old)
    assert told.exit_code == 0 and told.output.count("Uudet kuukaudet: 10/2023\n") == 2
    for name in (LAHTI, CITIES):
        assert (old / name).read_bytes() == (data_root() / name).read_bytes()
    states = json.loads(kuntaosuus("status", "--data", old, "--json").stdout)["series"]
    imported = {each["name"] for each in states if each["origin"] == "imported"}
    assert imported == {"unemployed_lahti", "unemployed_cities"}


@pytest.mark.parametrize(("name", "told"), [
    ("kela/lahti_monthly.csv", "fits none of the series unemployed_lahti, unemployed_cities"),
    ("statfin", "cannot be read"), ("missing.json", "the file is missing")])
def test_a_file_that_is_something_else(data, name, told):
    answer = kuntaosuus("import", data_root() / name, "--data", data)
    assert answer.exit_code == 2 and answer.stderr.startswith("error: ") and told in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_rubbish_is_one_line(data, tmp_path):
    (tmp_path / "x.json").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    answer = kuntaosuus("import", tmp_path / "x.json", "--data", data)
    assert answer.exit_code == 2 and "is not UTF-8 text" in answer.stderr


def test_a_misspelt_series():
    answer = kuntaosuus("fetch", "unemployed_laht", "--offline")
    assert answer.exit_code == 2 and "write unemployed_lahti" in answer.stderr
