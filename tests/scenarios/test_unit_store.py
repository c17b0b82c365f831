"""Units on disk: the same tables as a run without them, made once, and made again where a file is spoilt."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

import scenarios.unit_store as unit_store
from scenarios.run import prepare, run
from scenarios.unit_store import UnitStore, simulate, units_of
from sources.area import data_root
from sources.errors import InputError


@pytest.fixture
def simulated(monkeypatch) -> list:
    """Places of the units that were simulated, in order, in this process."""
    places = []

    def counted(plan, draw, replication, baseline=None):
        places.append((draw, replication))
        return project(plan, draw, replication, baseline=baseline)

    project = unit_store.project
    monkeypatch.setattr(unit_store, "project", counted)
    return places


@pytest.fixture(scope="module")
def few(scenario):
    return scenario.model_copy(update={"draws": 2, "replications": 1, "until": "2026-12"})


def test_a_run_from_the_store_has_the_same_tables_and_the_second_simulates_nothing(few, tmp_path, simulated):
    store, plain = UnitStore(tmp_path), run(few, data_root(), 1)
    for asked in (2, 2):
        kept = run(few, data_root(), 1, store=store)
        assert len(simulated) == asked
        for name, table in plain.tables.items():
            pd.testing.assert_frame_equal(kept.tables[name], table, check_exact=True)
    more = run(few.model_copy(update={"draws": 4, "title": "Another"}), data_root(), 1, store=store)
    assert simulated[2:] == [(2, 0), (3, 0)]  # two draws are there, and a title is no difference
    first = more.tables["measures"]
    pd.testing.assert_frame_equal(first[first["draw"] < 2].reset_index(drop=True), plain.tables["measures"])


def test_what_changes_a_unit_changes_its_key_and_what_does_not_does_not(few):
    def key(**changes) -> str:
        return prepare(few.model_copy(update=changes), data_root(), workers=1).key

    same = {key(), key(draws=6), key(author="Other"), key(evidence="x")}
    others = {key(seed=7), key(until="2027-12"), key(replications=2), key(law={"end_of_index_freeze": "index_returns"})}
    assert len(same) == 1 and len(others) == 4 and not same & others


def test_a_spoilt_file_counts_as_missing(few, tmp_path, simulated):
    store, one = UnitStore(tmp_path), prepare(few, data_root(), workers=1)
    simulate([one], range(2), store, 1)
    path = store.file((one.key, 1, 0))
    whole = path.read_bytes()
    for spoilt in (whole[:-1], b"", whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        path.write_bytes(spoilt)
        simulate([one], range(2), store, 1)
        assert path.read_bytes() == whole
    assert simulated == [(0, 0), (1, 0), (1, 0), (1, 0), (1, 0)] and len(units_of(one, range(2), store)) == 2
    assert not list(Path(tmp_path).rglob(".*"))  # no draft is left


def test_a_scenario_with_services_shares_its_baseline(served, tmp_path, simulated):
    store, scenario = UnitStore(tmp_path), served.outcome.scenario
    outcome = run(scenario, data_root(), 1, store=store)
    assert len(simulated) == 4
    for name, table in served.outcome.tables.items():
        pd.testing.assert_frame_equal(outcome.tables[name], table, check_exact=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_and_loses_nothing(few, tmp_path, simulated, monkeypatch):
    store, one = UnitStore(tmp_path), prepare(few, data_root(), workers=1)
    simulate([one], [0], store, 1)
    kept = store.file((one.key, 0, 0)).read_bytes()
    draft = store.file((one.key, 1, 0)).with_name(f".1.0.unit.{os.getpid()}")
    draft.symlink_to("/dev/full")
    with pytest.raises(InputError, match="what is done is kept"):
        simulate([one], range(2), store, 1)
    assert store.file((one.key, 0, 0)).read_bytes() == kept and not store.has((one.key, 1, 0))
    simulate([one], range(2), store, 1)  # with space again
    assert simulated == [(0, 0), (1, 0), (1, 0)]
