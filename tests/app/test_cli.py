"""The command line as a user meets it: results, help, and one line for whatever is wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

SMALL = ["--no-services", "--draws", "2", "--replications", "1", "--workers", "1", "--no-exposure"]


def rewrite(path: Path, change) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def test_help_names_the_commands_and_run_help_its_options(kuntaosuus):
    assert all(name in kuntaosuus("--help").output for name in ("run", "calibrate", "validate", "assumptions",
                                                                  "actuals", "ledger"))
    run_help = kuntaosuus("run", "--help").output
    assert all(word in run_help for word in ("--seed", "--workers", "--results", "--json", "fan.png", "--no-services",
                                                "job_broking"))


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["law", "show", "waiting_days"]])
def test_what_needs_no_model_and_no_chart_loads_neither(arguments):
    """In a process of its own: in this one they are loaded already."""
    code = ("import sys; from app.cli import app; app(sys.argv[1:], standalone_mode=False); "
            "print(*{'statsmodels', 'matplotlib'} & set(sys.modules), file=sys.stderr)")
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[2])
    assert done.stdout and done.stderr.strip() == ""


def test_run_writes_a_folder_and_prints_json(kuntaosuus, tmp_path):
    result = kuntaosuus("run", *SMALL, "--results", tmp_path, "--json")
    printed = json.loads(result.stdout)
    assert set(printed) == {"run", "path", "behind", "years", "months", "unverified", "open_questions", "record",
                            "budget", "breaks", "net", "effect", "services", "units", "groups"}
    assert all(printed[key] is None for key in ("effect", "services", "units", "groups"))
    assert printed["behind"] is None
    assert set(printed["years"][0]) == {"year", "object", "line", "median", "p10", "p90", "mean"}
    assert {row["year"] for row in printed["years"]} == {2026, 2027, 2028}
    folder = Path(printed["path"])
    names = {"manifest.json", "years.parquet", "months.parquet", "account.parquet", "flows.parquet", "paths.parquet",
             "opening.parquet", "unverified.csv", "open_questions.csv", "fan.png", "net.png", "budget.parquet",
             "breaks.parquet", "net.parquet", "measures.parquet", "checksums.txt", "law", "books", "events"}
    assert {path.name for path in folder.iterdir()} == names
    years = pd.read_parquet(folder / "years.parquet")
    assert printed["years"][0]["median"] == years.iloc[0]["median"]
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_run_prints_three_budget_years_and_twelve_months(kuntaosuus, tmp_path):
    output = kuntaosuus("run", *SMALL, "--results", tmp_path).output
    assert all(year in output for year in ("2026", "2027", "2028"))
    assert "9/2026" in output and "8/2027" in output
    assert "Vahvistamattomia arvoja" in output


def test_a_run_keeps_its_forecast_of_recipients_on_record_once(kuntaosuus, tmp_path):
    for _ in range(2):
        result = kuntaosuus("run", *SMALL, "--results", tmp_path)
    assert "Tehdyistä ennusteista yksikään kuukausi ei ole vielä toteutunut." in result.output
    record = pd.read_csv(tmp_path / "forecasts.csv")
    assert set(record["series"]) == {"recipients:Lahti"}
    assert record["month"].is_unique and record["month"].iloc[-1] == "2028-12"


def test_run_says_how_many_euros_hang_on_what_is_not_verified(kuntaosuus, tmp_path):
    options = ["--no-services", "--draws", "2", "--until", "2026-12", "--switch", "middle_steps=low", "--results",
               tmp_path]
    result = kuntaosuus("run", *options)
    assert "Mitä vahvistamattomien arvojen varassa on" in result.output and "Lain avoimet kysymykset" in result.output
    folder = next(path for path in tmp_path.iterdir() if path.is_dir())
    asked = pd.read_csv(folder / "open_questions.csv").set_index(["switch", "alternative"])
    assert asked.loc[("middle_steps", "low"), "holds"] and asked.loc[("middle_steps", "recalled"), "euros"] > 0
    assert set(pd.read_parquet(folder / "exposure.parquet")["year"]) == {2026}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["law_choices"]["middle_steps"] == "low" == manifest["scenario"]["law"]["middle_steps"]


def test_assumptions_lists_unverified_values_with_status(kuntaosuus):
    output = kuntaosuus("assumptions").output
    assert "arvio" in output and "returns.short_work" in output


@pytest.mark.parametrize(("arguments", "words"), [
    (["run", "baselin"], ["write baseline"]),
    (["run", "missing.yaml"], ["missing.yaml", "the file is missing"]),
    (["run", "--until", "2028-11"], ["--until", "last month of a budget year"]),
    (["run", "--until", "2044-12"], ["key until", "choose a month"]),
    (["run", "--draws", "1"], ["--draws"]),
    (["run", "--area", "laihti"], ["write lahti"]),
    (["run", "--switch", "middle_steps"], ["--switch", "NAME=ALTERNATIVE"]),
    (["run", "--switch", "middle_step=low"], ["switch middle_step", "write middle_steps"]),
    (["run", "--switch", "middle_steps=lo"], ["switch middle_steps", "write low"]),
    (["run", "--data", "nowhere"], ["nowhere"]),
    (["calibrate", "--until", "2031-01"], ["2031-01", "is not among its months"]),
    (["calibrate", "--until", "joulukuu"], ["--until", "2025-12"]),
])
def test_a_wrong_option_is_one_line(told, arguments, words, tmp_path):
    results = ["--results", tmp_path] if arguments[0] == "run" else []
    line = told(*arguments, *results)
    assert all(word in line for word in words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "words"), [
    ("title: x\nseeed: 1\n", ["key seeed, line 2", "write seed"]),
    ("title: x\ntitle: y\n", ["key title, line 2", "stands twice"]),
    ("title: [x\n", ["is not YAML"]),
    ("title: x\n", ["is missing"]),
])
def test_a_faulty_scenario_file_is_one_line(told, text, words, tmp_path):
    (tmp_path / "s.yaml").write_text(text)
    line = told("run", tmp_path / "s.yaml")
    assert "s.yaml" in line and all(word in line for word in words)


@pytest.mark.parametrize(("file", "change", "words"), [
    ("kela/lahti_monthly.csv", lambda t: "\n".join(r for r in t.split("\n") if ";202603;" not in r), ["2026-03"]),
    ("kela/lahti_monthly.csv", lambda t: t.replace("62245.49", "62245.50", 1), ["2026-08"]),
    ("kela/lahti_monthly.csv", lambda t: t.replace("62245.49", "paljon", 1), ["paljon", "row"]),
    ("kela/lahti_korvausperuste.csv", lambda t: t[:t.index("398")] + t[t.index("398;202502"):], ["2025-01"]),
    ("lahti/assumptions.yaml", lambda t: t.replace("gone:", "goen:"), ["exits.goen", "write gone"]),
    ("lahti/settings.yaml", lambda t: t.replace("name: Lahti", "nimi: Lahti"), ["nimi"]),
])
def test_faulty_data_is_one_line(told, file, change, words, data, tmp_path):
    rewrite(data / file, change)
    line = told("run", *SMALL, "--data", data, "--results", tmp_path / "results")
    assert all(word in line for word in words)
    assert list((tmp_path / "results").iterdir()) == []


def test_a_second_municipality_with_half_its_files_is_one_line(told, data, tmp_path):
    (data / "hollola").mkdir()
    rewrite_to = data / "hollola" / "settings.yaml"
    rewrite_to.write_text((data / "lahti" / "settings.yaml").read_text().replace("kela/lahti_", "kela/hollola_"))
    line = told("run", "--area", "hollola", "--data", data, "--results", tmp_path / "results")
    assert "hollola_monthly.csv" in line


def test_a_calibration_before_the_first_sound_month_of_a_class_is_one_line(told):
    line = told("calibrate", "--until", "2025-11")
    assert "day class 301-400" in line and "choose a later --until" in line


def test_an_unreadable_file_is_one_line(told, data, tmp_path):
    (data / "kela" / "lahti_monthly.csv").write_bytes(b"\xff\xfe\x00kunta")
    line = told("run", "--data", data, "--results", tmp_path / "results")
    assert "lahti_monthly.csv" in line


def test_a_results_folder_that_cannot_be_written_is_told_before_the_run(told, tmp_path):
    (tmp_path / "file").write_text("")
    line = told("run", "--results", tmp_path / "file" / "results")
    assert "results folder cannot be written to" in line and "--results" in line


def test_an_interrupted_run_is_one_line_and_leaves_nothing(tmp_path):
    command = [sys.executable, "-c", "from app.cli import main; main()", "run", "--no-services", "--draws", "500",
               "--workers", "2", "--results", str(tmp_path / "results")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               cwd=Path(__file__).parents[2], start_new_session=True)
    limit = time.monotonic() + 60
    while not (tmp_path / "results").is_dir() and time.monotonic() < limit:
        time.sleep(0.1)
    time.sleep(3)  # into the simulation
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "error: interrupted: nothing was written. Mend: run the command again." in stderr
    assert "Traceback" not in stderr
    assert list((tmp_path / "results").iterdir()) == []
