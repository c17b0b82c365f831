"""Lahti's contracts, and what a spoilt contract file is told before anything runs."""

import shutil
from datetime import date
from math import ceil, inf

import pytest

from sim.law.calendar import day_number
from sim.services.contracts import CONTRACTS, read_contracts
from sim.services.volumes import derive_volumes, read_area_services
from sources.area import data_root, load_area, read_area
from sources.errors import InputError
from sources.services import read_national

ROOT = data_root()
MARGIN = 0.10  # of places over the mean stock, as the shipped file says


@pytest.fixture(scope="module")
def contracts(catalogue):
    return read_contracts(read_area("lahti", ROOT), catalogue)


@pytest.fixture
def spoil(tmp_path, catalogue):
    """Function (*changes) → the error of Lahti's contract file with texts replaced."""
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))

    def error(*changes):
        path = tmp_path / "lahti" / CONTRACTS
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        path.write_text(text, "utf-8")
        with pytest.raises(InputError) as fault:
            read_contracts(read_area("lahti", tmp_path), catalogue)
        assert CONTRACTS in str(fault.value) and "Mend: " in str(fault.value)
        return str(fault.value)
    return error


def test_each_kind_is_there_and_nothing_is_verified(contracts):
    assert {contract.kind for contract in contracts.all.values()} == {
        "own", "in_house_company", "unit_price", "outcome_based", "subsidy", "grant"}
    assert not [name for name, figure in contracts.figures() if figure.status == "verified"]


def test_places_are_the_derived_mean_stock_and_the_margin(contracts, catalogue):
    area = load_area("lahti", ROOT)
    volumes = derive_volumes(area, read_area_services(area, catalogue), catalogue, read_national(ROOT))
    for key, volume in volumes.items():
        places = contracts.places(key, date(2026, 9, 1))
        if contracts.of_service(key):
            assert abs(places - ceil(volume.stock * (1 + MARGIN))) <= 1, key
        else:
            assert key in ("self_motivated_study", "rehabilitative_work") and places == inf


def test_places_are_those_of_their_day_and_none_outside_the_contract(contracts):
    first, last = date(2026, 1, 1), date(2028, 12, 31)
    more = contracts.outcome_based["job_coaching_results"].places[0].model_copy(
        update={"since": date(2027, 7, 1), "value": 45})
    contract = contracts.outcome_based["job_coaching_results"]
    contract = contract.model_copy(update={"places": [*contract.places, more]})
    days = [day_number(first) - 1, day_number(first), day_number(date(2027, 6, 30)), day_number(date(2027, 7, 1)),
            day_number(last), day_number(last) + 1]
    assert contract.places_on(days).tolist() == [0, 10, 10, 45, 45, 0]


@pytest.mark.parametrize(("service", "line"), [("interviews", 36), ("benefit_statements", 36)])
def test_a_task_of_public_authority_is_not_bought(spoil, service, line):
    said = spoil(("    service: job_search_coaching", f"    service: {service}"))
    assert f"unit_price.job_search_coaching_bought.service, line {line}" in said
    assert f"{service} is a task of public authority" in said


def test_the_citys_own_staff_may_do_a_task_of_public_authority(tmp_path, catalogue):
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))
    path = tmp_path / "lahti" / CONTRACTS
    path.write_text(path.read_text("utf-8").replace("service: work_trial", "service: interviews", 1), "utf-8")
    read_contracts(read_area("lahti", tmp_path), catalogue)


@pytest.mark.parametrize(("old", "new", "said"), [
    ("service: job_search_coaching", "service: job_search_coching", ["line 36", "write job_search_coaching"]),
    ("service: work_trial\n    start: 2026-01-01", "service: work_trial\n    start: 2026-02-30", ["line 11"]),
    ("service: work_trial\n    start: 2026-01-01", "service: work_trial\n    start: 1.1.2026", ["work_trials.start"]),
    ("value: 273, unit: places", "value: -1, unit: places", ["own.work_trials.places", "line 12"]),
    ("value: 273, unit: places", "value: 272.5, unit: places", ["own.work_trials.places"]),
    ("    end: 2028-12-31", "    end: 2025-12-31", ["before its start"]),
    ("    evidence: {", "    evidense: {", ["evidense", "write evidence"]),
    ("unit_price:\n", "unit_prices:\n", ["unit_prices", "write unit_price"]),
    ("unit: €/participant, source", "unit: €/head, source", ["'€/head'"]),
    ("floor: {value: 8000", "floor: {value: 80000", ["above the cap"]),
    ("    shortfall: {value: 250, unit: €/participant, source: none seen, status: estimate}\n", "", ["go together"]),
    ("date: 2026-09-30", "date: 2029-09-30", ["outside the contract"]),
    ("serves: [young]", "serves: [yuong]", ["write young"]),
    ("source: none seen; a sixth of the whole, ", "", ["fixed.source", "is missing"]),
    ("  training_bought:", "  training_in_house:", ["stands under in_house_company, too", "line 63"]),
])
def test_a_spoilt_contract_is_told(spoil, old, new, said):
    text = spoil((old, new))
    assert all(word in text for word in said), text


def test_a_municipality_without_contracts_is_told_only_when_asked(tmp_path, catalogue):
    shutil.copytree(ROOT / "lahti", tmp_path / "lahti", ignore=shutil.ignore_patterns("calibration"))
    (tmp_path / "lahti" / CONTRACTS).unlink()
    with pytest.raises(InputError, match="Lahti has no file of its contracts"):
        read_contracts(read_area("lahti", tmp_path), catalogue)
