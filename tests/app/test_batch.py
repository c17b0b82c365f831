"""Batches: everything checked first, nothing lost whatever ends them, the same bytes in the end; and the run store."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import scenarios.unit_store as unit_store
from scenarios.decide.bench import Bench
from scenarios.decide.runs import list_runs, prunable, prune, query, verify
from scenarios.results import checksums
from scenarios.scenario import read_scenario
from scenarios.stored import open_tables
from scenarios.unit_store import UNITS, UnitStore
from sources.area import data_root
from sources.errors import InputError

MORE = ("title: Enemmän tulijoita\nquestion: Mitä?\nauthor: Testi\ndate: 2026-11-24\nbaseline: baseline\n"
        "shocks: [{since: 2026-10, until: 2026-12, arrivals: 1.2}]\n")
PLAN = "title: Koe\nscenarios: [baseline, more.yaml]\ndraws: 4\nuntil: 2026-12\nservices: false\n"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "more.yaml").write_text(MORE, "utf-8")
    (folder / "night.yaml").write_text(PLAN, "utf-8")
    return folder / "night.yaml"


@pytest.fixture(scope="module")
def whole(plan, tmp_path_factory) -> Path:
    """Results of the batch as it runs when nothing stops it, in a process of its own."""
    results = tmp_path_factory.mktemp("whole")
    done = started(plan, results, "--nightly")
    printed, told = done.communicate(timeout=300)
    assert done.returncode == 0, told
    assert json.loads(printed)["status"] == "done" and json.loads(printed)["simulated"] == 8
    return results


def started(plan: Path, results: Path, *options: str) -> subprocess.Popen:
    """The batch in a process of its own, the head of a group of its own."""
    command = [sys.executable, "-c", "from app.cli import main; main()", "batch", str(plan), "--results", str(results)]
    return subprocess.Popen([*command, "--workers", "2", *options], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, start_new_session=True)


def bytes_of(results: Path) -> dict[str, str]:
    """Hashes of everything that a batch leaves, but for its times."""
    found = checksums(results)
    return {name: value for name, value in found.items() if not name.endswith(("log.txt", "summary.json"))}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_ended_at_any_moment_and_resumed_it_has_the_same_bytes(plan, whole, tmp_path, end):
    process = started(plan, tmp_path, "--nightly")
    units = tmp_path / UNITS
    while process.poll() is None and len(list(units.glob("*/*.unit"))) < 3:
        time.sleep(0.01)
    os.kill(process.pid, end)
    printed, told = process.communicate(timeout=60)  # waits for its workers too: they hold the pipe
    assert process.returncode == {signal.SIGKILL: -9, signal.SIGTERM: 130}[end], told
    if end == signal.SIGTERM:
        summary = json.loads(printed)
        assert summary["status"] == "stopped" and 3 <= summary["done"] <= summary["units"] == 8
        assert "units are done and kept. Mend: kuntaosuus batch" in told
    resumed = started(plan, tmp_path, "--nightly", "--resume")
    printed, told = resumed.communicate(timeout=300)
    assert resumed.returncode == 0, told
    assert json.loads(printed)["simulated"] <= 5  # three were there
    assert bytes_of(tmp_path) == bytes_of(whole)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find workers")
def test_a_worker_that_dies_stops_the_batch_and_nothing_is_lost(plan, whole, tmp_path):
    process = started(plan, tmp_path, "--nightly")
    while process.poll() is None and not list((tmp_path / UNITS).glob("*/*.unit")):
        time.sleep(0.01)
    worker, *_ = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    printed, told = process.communicate(timeout=60)
    assert process.returncode == 1 and "was ended from outside" in told and "units are done and kept" in told
    assert json.loads(printed)["done"] >= 1
    printed, told = started(plan, tmp_path, "--nightly", "--resume").communicate(timeout=300)
    assert json.loads(printed)["status"] == "done" and bytes_of(tmp_path) == bytes_of(whole)


def test_the_runs_are_those_of_the_command_run_and_the_comparison_that_of_compare(whole):
    runs = {name: whole / folder for name, folder in summary_of(whole)["runs"].items()}
    rows = pd.read_parquet(whole / "batches" / "night" / "comparison.parquet")
    effect = open_tables(list(runs.values())[1]).table("effect").set_index(["year", "object", "line"])
    net = rows[(rows["object"] == "net") & (rows["line"] == "total")].set_index("year")["diff_mean"]
    assert net[2026] == effect.loc[(2026, "net", "total"), "difference"]
    assert {verify(open_tables(folder)) == [] for folder in runs.values()} == {True}


def summary_of(results: Path) -> dict:
    return json.loads((results / "batches" / "night" / "summary.json").read_text("utf-8"))


def test_a_wrong_plan_is_told_before_anything_runs(kuntaosuus, plan, tmp_path):
    for text, words in [(PLAN.replace("more.yaml", "moore.yaml"), "moore.yaml"),
                        (PLAN.replace("draws", "drws"), "drws"),
                        (PLAN.replace("more.yaml", "baseline"), "names one twice"),
                        (PLAN.replace("[baseline, more.yaml]", "[basline]"), "baseline")]:
        (plan.parent / "wrong.yaml").write_text(text, "utf-8")
        result = kuntaosuus("batch", plan.parent / "wrong.yaml", "--results", tmp_path)
        assert result.exit_code == 2 and words in result.stderr and not (tmp_path / UNITS).exists()
    result = kuntaosuus("batch", plan, "--results", tmp_path, "--resume")
    assert result.exit_code == 2 and "start it without --resume" in result.stderr


def test_a_batch_that_has_become_another_is_not_resumed(kuntaosuus, plan, whole, tmp_path):
    results = shutil.copytree(whole, tmp_path / "results")
    folder = shutil.copytree(plan.parent, tmp_path / "plan")
    (folder / "more.yaml").write_text(MORE.replace("1.2", "1.3"), "utf-8")
    result = kuntaosuus("batch", folder / "night.yaml", "--results", results, "--resume")
    assert result.exit_code == 2 and "has become another one" in result.stderr and "more.yaml" in result.stderr
    assert bytes_of(results) == bytes_of(whole)


def test_a_disk_that_fails_keeps_what_was_done_and_says_how_to_go_on(kuntaosuus, plan, whole, tmp_path, monkeypatch):
    write, written = UnitStore.write, []

    def failing(self, key, unit):
        if len(written) == 3:
            raise InputError(self.folder, "", "cannot be written (No space left on device)", "free space")
        written.append(key)
        write(self, key, unit)

    monkeypatch.setattr(unit_store.UnitStore, "write", failing)
    arguments = ["batch", plan, "--results", tmp_path, "--workers", "1", "--nightly"]
    result = kuntaosuus(*arguments)
    assert result.exit_code == 1 and "3 of 8 units are done and kept" in result.stderr
    assert json.loads(result.stdout)["status"] == summary_of(tmp_path)["status"] == "stopped"
    monkeypatch.setattr(unit_store.UnitStore, "write", write)
    result = kuntaosuus(*arguments, "--resume")
    assert json.loads(result.stdout)["simulated"] == 5 and bytes_of(tmp_path) == bytes_of(whole)


def test_runs_are_listed_asked_in_sql_and_verified(kuntaosuus, whole, tmp_path):
    results = shutil.copytree(whole, tmp_path / "results")
    runs = list_runs(results)
    assert sorted(runs["title"]) == ["Enemmän tulijoita", "Perusura"] and set(runs["draws"]) == {4}
    answer = query("SELECT run, sum(euros) AS euros FROM account GROUP BY run ORDER BY run", results)
    for row in answer.itertuples():
        assert row.euros == pytest.approx(pd.read_parquet(results / row.run / "account.parquet")["euros"].sum())
    with pytest.raises(InputError, match="the tables are account, breaks"):
        query("SELECT nothing FROM account", results)
    assert kuntaosuus("runs", "verify", "--results", results).exit_code == 0
    spoilt = results / runs["run"][0]
    (spoilt / "years.parquet").write_bytes(b"spoilt")
    (spoilt / "net.png").unlink()
    (spoilt / "extra.txt").touch()
    assert verify(open_tables(spoilt)) == ["extra.txt was added", "net.png is missing", "years.parquet has changed"]
    result = kuntaosuus("runs", "verify", "--results", results)
    assert result.exit_code == 1 and "years.parquet has changed" in result.output


def test_prune_takes_what_is_old_and_keeps_what_is_named(whole, tmp_path):
    results = shutil.copytree(whole, tmp_path / "results")
    names = list(list_runs(results)["run"])
    assert prunable(results, older=1) == []
    litter = prunable(results, older=0, keep=[names[0]])
    assert {each.path.name for each in litter if each.why == "run"} == {names[1]}
    assert sum(each.why == "4 units" for each in litter) == 2
    prune(litter)
    assert list(list_runs(results)["run"]) == [names[0]] and prunable(results, older=0, keep=[names[0]]) == []


def test_a_bench_prepares_what_scenarios_share_once(tmp_path):
    bench = Bench(data_root(), UnitStore(tmp_path), 1)
    short = read_scenario("baseline").model_copy(update={"until": "2026-12", "services": False})
    one, other = bench.prepared(short), bench.prepared(short.model_copy(update={"author": "Other"}))
    assert one.plan.inputs is other.plan.inputs and one.key == other.key
