"""The command ``kuntaosuus actuals import``, and a run that starts from what it brought."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios.run
from scenarios.calibration import read_calibration
from sim.law.calendar import month_label
from sources.area import data_root
from sources.files import digest

SMALL = ["--no-services", "--draws", "2", "--replications", "1", "--workers", "1", "--no-exposure"]
SHARE, RECIPIENTS = "kela/lahti_monthly.csv", "kela/lahti_korvausperuste.csv"


def without(path: Path, pattern: str) -> None:
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not re.search(pattern, row)), encoding="utf-8")


def test_new_months_and_revisions_as_a_table(kuntaosuus, data):
    """June is lowered by 100.00 € in four published cells; July and August are taken away."""
    path = data / SHARE
    without(path, ";20260[78];")
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"(;202606;398;(?:Yleistuki työttömyyden perusteella|Yhteensä);(?:701-|Yhteensä);\d+;)([\d.]+)",
                     lambda cell: f"{cell[1]}{float(cell[2]) - 100:.2f}", text)
    path.write_text(changed, encoding="utf-8")
    tried = kuntaosuus("actuals", "import", data_root() / SHARE, "--data", data, "--dry-run")
    assert "Kokeilu (--dry-run): mitään ei kirjoitettu" in tried.output
    assert path.read_text(encoding="utf-8") == changed and not (data / "lahti" / "imports").exists()
    result = kuntaosuus("actuals", "import", data_root() / SHARE, "--data", data)
    assert result.exit_code == 0
    assert "Uudet kuukaudet: 7/2026, 8/2026" in result.output
    rows = [line.split() for line in result.output.splitlines() if line.strip().startswith("6/2026")]
    assert [(row[1], row[2], row[-1]) for row in rows] == [
        ("Yleistuki", "701–", "100,00"), ("Yleistuki", "Yhteensä", "100,00"),
        ("Yhteensä", "701–", "100,00"), ("Yhteensä", "Yhteensä", "100,00")]
    assert path.read_bytes() == (data_root() / SHARE).read_bytes()
    again = kuntaosuus("actuals", "import", data_root() / SHARE, "--data", data)
    assert again.exit_code == 0 and "Ei uutta" in again.output


def test_json_holds_all_of_it(kuntaosuus, data):
    without(data / RECIPIENTS, "202608")
    printed = json.loads(kuntaosuus("actuals", "import", data_root() / RECIPIENTS, "--data", data, "--json").stdout)
    assert printed["kind"] == "kela_recipients" and printed["changes"] and not printed["dry_run"]
    assert printed["new"] == [{"month": "2026-08"}] and printed["revisions"] == []
    assert json.loads((Path(printed["kept"]) / "record.json").read_text("utf-8"))["new"] == printed["new"]


def test_a_ledger_with_its_mapping(kuntaosuus, told, data, tmp_path):
    (tmp_path / "ledger.csv").write_text("Kausi;Tili;Summa\n1/2026;4740;2206200,91\n1/2026;9999;5,00\n", "utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "sign: cost_positive\ncolumns: {month: Kausi, account: Tili, amount: Summa}\nrules:\n"
        "- {accounts: ['4740'], object: benefit_share, line: total}\n- {accounts: ['9999'], object: ignore}\n", "utf-8")
    command = ["actuals", "import", tmp_path / "ledger.csv", "--data", data]
    assert "or --mapping for a city's ledger" in told(*command)
    result = kuntaosuus(*command, "--mapping", tmp_path / "mapping.yaml")
    assert "Uudet kuukaudet, kuntaosuus: 1/2026" in result.output and "9999 (5,00 €)" in result.output
    stored = (data / "lahti" / "actuals.csv").read_text("utf-8")
    assert stored == "month,object,line,euros\n2026-01,benefit_share,total,2206200.91\n"


def test_a_new_municipality_gets_its_first_months_from_a_file_of_all(kuntaosuus, told, data, tmp_path):
    """Hollola with Lahti's numbers: its rows alone are stored, and a run then asks for nothing of Kela's any more."""
    (data / "hollola").mkdir()
    settings = (data / "lahti" / "settings.yaml").read_text("utf-8")
    for old, new in (("Lahti", "Hollola"), ('"398"', '"098"'), ("kela/lahti_", "kela/hollola_")):
        settings = settings.replace(old, new)
    (data / "hollola" / "settings.yaml").write_text(settings, "utf-8")
    assert "of the files of Hollola, 2 are missing" in told("run", "--area", "hollola", "--data", data)
    for file, code in ((SHARE, ";398;"), (RECIPIENTS, "398;")):
        header, *rows = (data_root() / file).read_text("utf-8").splitlines()
        (tmp_path / "all.csv").write_text("\n".join([header, *rows, *(row.replace(code, code.replace("398", "098"), 1)
                                                                     for row in rows)]), "utf-8")
        result = kuntaosuus("actuals", "import", tmp_path / "all.csv", "--area", "hollola", "--data", data)
        assert result.exit_code == 0, result.output
        stored = (data / file.replace("lahti", "hollola")).read_text("utf-8")
        assert stored == (data_root() / file).read_text("utf-8").replace(code, code.replace("398", "098"))


@pytest.mark.parametrize(("file", "word"), [("missing.csv", "the file is missing"), (".", "cannot be read")])
def test_a_fault_is_one_line(told, file, word, data, tmp_path):
    assert word in told("actuals", "import", tmp_path / file, "--data", data)


def test_a_run_names_the_file_that_lags_and_after_its_import_starts_from_the_newest_month(kuntaosuus, data, tmp_path,
                                                                                          monkeypatch):
    """The fit itself is stood in for by the shipped one, stamped as of its inputs."""
    def stamped(inputs, seed, workers, tell):
        shipped = read_calibration(data_root() / "lahti" / "calibration" / "2026-08", inputs.class_labels)
        return replace(shipped, stored=shipped.stored.model_copy(
            update={"until": month_label(inputs.newest), "inputs": digest(*inputs.area.files())}))

    monkeypatch.setattr(scenarios.run, "calibrate", stamped)
    without(data / RECIPIENTS, "202608")
    command = ["run", *SMALL, "--data", data, "--results", tmp_path / "results"]
    before = kuntaosuus(*command)
    assert before.exit_code == 0 and "calibrating to 2026-07" in before.stderr
    assert "lahti_korvausperuste.csv päättyy kuukauteen 7/2026, lahti_monthly.csv kuukauteen 8/2026." in before.output
    assert kuntaosuus("actuals", "import", data_root() / RECIPIENTS, "--data", data).exit_code == 0
    after = kuntaosuus(*command, "--json")
    assert "calibrating" not in after.stderr  # the shipped files are back to the byte, and their calibration with them
    printed = json.loads(after.stdout)
    assert next(row["month"] for row in printed["months"] if row["kind"] == "forecast") == "2026-09"
    assert printed["behind"] is None
