"""Stored events: what the model wrote, to the last bit, and one line for whatever spoils them."""

import json
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import scenarios.project
from scenarios.events import NEWCOMER_COLUMNS, read_log, read_people, write_unit
from scenarios.stored import find_run, open_run
from sim.clients.clients import Clients
from sim.flow.log import EventLog
from sim.law.calendar import month_number, month_start
from sources.errors import InputError

FIRST = month_number("2026-09")


@pytest.fixture(scope="module")
def run(stored):
    return open_run(stored.folder)


def test_the_log_and_the_newcomers_are_those_of_the_model_to_the_last_bit(run, stored, monkeypatch, tmp_path):
    written = []
    monkeypatch.setattr(scenarios.project, "write_unit", lambda *arguments: written.append(arguments))
    scenarios.project.project(stored.outcome.plan, 1, 0, tmp_path)
    _, draw, replication, log, newcomers = written[0]
    again = run.log(draw, replication)
    pd.testing.assert_frame_equal(again, log, check_exact=True)
    assert all(again[name].to_numpy().tobytes() == log[name].to_numpy().tobytes() for name in log)
    people = run.people(draw, replication)
    assert len(people) == len(stored.outcome.plan.opening) + len(newcomers)
    for name in ("since", *NEWCOMER_COLUMNS):
        own = getattr(people, name)[-len(newcomers):]
        assert own.tobytes() == getattr(newcomers, name).tobytes() and own.dtype == getattr(newcomers, name).dtype


def test_the_opening_stock_and_the_terms_are_those_of_the_plan_to_the_last_bit(run, stored):
    plan = stored.outcome.plan
    for field in fields(Clients):
        assert getattr(run.opening, field.name).tobytes() == getattr(plan.opening, field.name).tobytes()
    for draw in range(2):
        ours, theirs = run.terms.terms(draw), plan.terms(draw)
        assert (ours.first_month, ours.months, ours.thresholds, ours.profile) == (
            theirs.first_month, theirs.months, theirs.thresholds, theirs.profile)
        assert all((getattr(ours, name) == getattr(theirs, name)).all() for name in ("utilisation", "slips", "accrued"))


times = st.floats(0, 847, exclude_max=True, allow_subnormal=True)


@given(st.lists(st.lists(times, min_size=1, max_size=4, unique=True), min_size=1, max_size=8))
def test_any_times_come_back(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("events")
    log = EventLog(float(month_start(FIRST + 28) - month_start(FIRST)))
    for client, starts in enumerate(entries):
        for place, start in enumerate(sorted(starts)):
            log.record(client, place % 5, start, 7 * place - 7, place)
    nobody = Clients(*(np.zeros(0, kind) for kind in ("i4", "f8", "i1", "f8", "i4", "i4", "i1", "i4", "?", "?", "i1",
                                                      "i2", "f8", "f8")))
    write_unit(folder, 3, 1, log.frame(), nobody)
    pd.testing.assert_frame_equal(read_log(folder, 3, 1, FIRST, 28), log.frame(), check_exact=True)
    assert len(read_people(folder, 3, 1, nobody)) == 0


def test_the_files_name_their_unit_and_read_as_one_table(run):
    spells = pd.read_parquet(run.events / "spells")
    assert set(map(tuple, spells[["draw", "replication"]].drop_duplicates().to_numpy())) == set(run.units)
    assert len(spells) == sum(len(run.log(*unit)) for unit in run.units)


def test_a_run_without_events_says_so(copy_of_run):
    manifest = copy_of_run / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"events": true', '"events": false'))
    with pytest.raises(InputError, match="keeps no events.*Mend: run kuntaosuus run again without --no-events"):
        open_run(copy_of_run)


@pytest.mark.parametrize(("content", "fault"), [
    (b"", "is not what a run writes"), (b"\x00\xff\x13", "is not UTF-8"), (b"[]", "is not what a run writes"),
    (b'{"run": "x"}', "is not what a run writes"),
])
def test_a_spoilt_manifest_is_told(copy_of_run, content, fault):
    (copy_of_run / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match=fault):
        open_run(copy_of_run)


@pytest.mark.parametrize("content", [b"", b"rubbish" * 100, None])
def test_spoilt_spells_are_told(copy_of_run, content):
    path = copy_of_run / "events" / "spells" / "0.1.parquet"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"0\.1\.parquet.*Mend: make the run anew"):
        open_run(copy_of_run).log(0, 1)


@pytest.mark.parametrize("change", [
    lambda newcomers: newcomers.drop(columns="enters"), lambda newcomers: newcomers.astype({"enters": str}),
    lambda newcomers: newcomers.assign(enters=newcomers["enters"].astype("Float64").where(newcomers.index > 0)),
])
def test_a_column_that_is_missing_or_holds_something_else_is_told(copy_of_run, change):
    path = copy_of_run / "events" / "newcomers" / "0.0.parquet"
    change(pd.read_parquet(path)).to_parquet(path, index=False)
    with pytest.raises(InputError, match="column enters: is missing or not of type float64"):
        open_run(copy_of_run).people(0, 0)


@pytest.mark.parametrize("change", [lambda terms: terms.pop("slips"), lambda terms: terms.update(months="many")])
def test_spoilt_terms_are_told(copy_of_run, change):
    path = copy_of_run / "events" / "pricing.json"
    terms = json.loads(path.read_text())
    change(terms)
    path.write_text(json.dumps(terms))
    with pytest.raises(InputError, match="pricing.json: is not what a run writes"):
        open_run(copy_of_run).pricing(0)


def test_a_law_tree_that_is_not_the_runs_is_told(copy_of_run):
    path = copy_of_run / "law" / "benefits.yaml"
    path.write_text(path.read_text("utf-8").replace("37.21", "38.21"), "utf-8")
    with pytest.raises(InputError, match="is not the law that the run was priced under"):
        open_run(copy_of_run)


def test_a_run_is_found_by_folder_and_by_a_unique_beginning(stored, copy_of_run):
    name = stored.folder.name
    assert find_run(str(stored.folder), copy_of_run) == stored.folder
    assert find_run(name, stored.results) == find_run("lahti-2026", stored.results) == stored.folder
    copy_of_run.rename(copy_of_run.with_name("lahti-2026-08-muu"))
    (copy_of_run.parent / name).symlink_to(stored.folder, target_is_directory=True)
    with pytest.raises(InputError, match=f"fits 2 runs.*lahti-2026-08-muu.*{name}"):
        find_run("lahti-2026", copy_of_run.parent)
    assert find_run("lahti-2026-08-muu", copy_of_run.parent).name == "lahti-2026-08-muu"


def test_an_unknown_run_gets_the_nearest(stored, tmp_path):
    wrong = stored.folder.name.replace("perusura", "perusuar")
    with pytest.raises(InputError, match=f"Mend: write {stored.folder.name}"):
        find_run(wrong, stored.results)
    with pytest.raises(InputError, match="make one with kuntaosuus run"):
        find_run("lahti", tmp_path)
    with pytest.raises(InputError, match="is no run's folder"):
        find_run(str(tmp_path), stored.results)
