"""Locks: the same files give the same hash, what moves is named, and the run of a lock is never another one."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from scenarios.decide.runs import prunable
from scenarios.locks import LOCKS, lock, locked_run, moved, read_locks, stored_run
from scenarios.results import MANIFEST
from scenarios.scenario import LIBRARY, read_scenario
from scenarios.stored import find_run
from sim.law.loader import SHIPPED
from sources.area import data_root
from sources.errors import InputError

TODAY = date(2026, 11, 26)


@pytest.fixture
def results(copy_of_run) -> Path:
    """Results that hold a run, and the scenario that made it, as a file beside them."""
    folder = copy_of_run.parent
    text = (LIBRARY / "baseline.yaml").read_text("utf-8")
    for old, new in (("draws: 120", "draws: 2"), ("replications: 1", "replications: 2"),
                     ("services: true", "services: false")):
        assert old in text
        text = text.replace(old, new)
    (folder.parent / "mine.yaml").write_text(text, "utf-8")
    return folder


@pytest.fixture
def locked(results, data):
    """Function (label) → lock of the scenario that made the run."""
    def make(label: str = "first"):
        lock(str(results.parent / "mine.yaml"), label, results, data, TODAY)
        return read_locks(results)[label]
    return make


@pytest.fixture
def data(tmp_path) -> Path:
    """A copy of the data folder."""
    return Path(shutil.copytree(data_root(), tmp_path / "data"))


def test_a_lock_has_the_hashes_of_the_run_that_was_made_from_the_same_files(results, locked, copy_of_run, data):
    first = locked()
    manifest = json.loads((copy_of_run / MANIFEST).read_text("utf-8"))
    assert first.hashes == manifest["hashes"] and moved(first, data) == []
    assert locked_run("first", results, data) == copy_of_run == find_run("lock:first", results)
    copies = results / LOCKS / "first"
    assert (copies / "scenario" / "0-mine.yaml").read_bytes() == (results.parent / "mine.yaml").read_bytes()
    assert {path.name for path in (copies / "law").iterdir()} == {path.name for path in SHIPPED.glob("*.yaml")}
    assert (copies / "books" / "budget.yaml").read_bytes() == (data / "lahti" / "budget.yaml").read_bytes()


def test_what_moves_is_named_and_the_run_stays_the_stored_one(results, locked, copy_of_run, data):
    first, file = locked(), results.parent / "mine.yaml"
    assumptions = data / "lahti" / "assumptions.yaml"  # a calibration is of one, and stale with another
    for path, parts in ((file, ["scenario"]), (assumptions, ["data", "calibration"])):
        text = path.read_text("utf-8")
        path.write_text(text.replace("seed: 2026", "seed: 2027") if path == file else f"{text}# seen\n", "utf-8")
        assert moved(first, data) == parts
        assert locked_run("first", results, data) == copy_of_run
        path.write_text(text, "utf-8")
    other = first.model_copy(update={"hashes": {**first.hashes, **dict.fromkeys(("law", "levels", "code"), "0")}})
    assert moved(other, data) == ["law", "calibration", "code"]
    file.unlink()
    assert moved(first, data) == ["scenario"]


def test_without_its_run_nothing_else_is_taken_for_it(results, locked, copy_of_run, data):
    locked()
    shutil.rmtree(copy_of_run)
    with pytest.raises(InputError, match="has no run in .* Mend: make it with kuntaosuus run .*mine.yaml"):
        locked_run("first", results, data)
    with (data / "lahti" / "budget.yaml").open("a", encoding="utf-8") as budget:
        budget.write("# seen\n")
    with pytest.raises(InputError, match="none can be made: since 2026-11-26 data moved"):
        locked_run("first", results, data)


def test_a_run_that_was_edited_or_repriced_is_not_the_run_of_a_lock(results, locked, copy_of_run):
    hashes = locked().hashes
    twin = Path(shutil.copytree(copy_of_run, results / "aaa-repriced"))
    manifest = json.loads((twin / MANIFEST).read_text("utf-8"))
    (twin / MANIFEST).write_text(json.dumps({**manifest, "repriced_from": copy_of_run.name}), "utf-8")
    (Path(shutil.copytree(copy_of_run, results / "bbb-spoilt")) / MANIFEST).write_text("{", "utf-8")
    assert stored_run(hashes, results) == copy_of_run
    path = copy_of_run / "books" / "budget.yaml"
    path.write_text(path.read_text("utf-8").replace("24400000", "24500000"), "utf-8")
    with pytest.raises(InputError, match="books/budget.yaml has changed"):
        stored_run(hashes, results)
    shutil.copyfile(data_root() / "lahti" / "budget.yaml", path)
    (copy_of_run / MANIFEST).write_text(json.dumps({**manifest, "seeds": {"run": 1}}), "utf-8")
    with pytest.raises(InputError, match="manifest.json has changed"):
        stored_run(hashes, results)


def test_the_run_of_a_lock_is_never_pruned(results, locked, copy_of_run):
    assert copy_of_run in [each.path for each in prunable(results, older=0)]
    locked()
    assert copy_of_run not in [each.path for each in prunable(results, older=0)]


def test_with_services_a_lock_has_their_hash_and_that_of_their_levels(tmp_path):
    lock("budget", "brake", tmp_path, data_root(), TODAY)
    brake = read_locks(tmp_path)["brake"]
    assert all(len(brake.hashes[key]) == 64 for key in ("services", "levels", "calibration", "budget", "baseline"))
    assert moved(brake, data_root()) == [] and brake.hashes["outlook"] is None
    assert brake.scenario["title"] == read_scenario("budget").title
    assert [path.name for path in sorted((tmp_path / LOCKS / "brake" / "scenario").iterdir())] == [
        "0-baseline.yaml", "1-budget.yaml"]


@pytest.mark.parametrize(("label", "said"), [("first", "a lock never changes"), ("../first", "is no name of a file")])
def test_a_lock_is_never_written_over(locked, results, label, said):
    locked()
    before = (results / LOCKS / "first.yaml").read_bytes()
    with pytest.raises(InputError, match=said):
        locked(label)
    assert (results / LOCKS / "first.yaml").read_bytes() == before
    with pytest.raises(InputError, match="is no lock .* Mend: write first"):
        locked_run("frist", results)
