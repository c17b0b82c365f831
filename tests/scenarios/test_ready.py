"""A calibration is there when a run needs one: stored, or made and stored, or made for that time only."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios.run
from scenarios.inputs import load_inputs
from scenarios.run import load_calibration, ready_calibration
from sim.law.calendar import month_label, month_number
from sources.area import data_root
from sources.files import digest


@pytest.fixture
def root(tmp_path) -> Path:
    return Path(shutil.copytree(data_root(), tmp_path / "data"))


@pytest.fixture
def fitted(monkeypatch, calibration) -> list[str]:
    """Months calibrated: the fit itself is stood in for by the shipped one, stamped as of its inputs.

    Its days not yet paid are finer than a file holds them.
    """
    months = []

    def stamped(inputs, seed, workers, tell):
        months.append(month_label(inputs.newest))
        tell("a round")
        stored = calibration.stored.model_copy(update={
            "until": months[-1], "seed": seed, "inputs": digest(*inputs.area.files()), "law": inputs.rules})
        return replace(calibration, stored=stored, accrued=calibration.accrued + 0.01)

    monkeypatch.setattr(scenarios.run, "calibrate", stamped)
    return months


def test_a_stored_calibration_is_taken_as_it_is(root, fitted, calibration):
    said = []
    assert ready_calibration(load_inputs("lahti", root), root, 1, said.append).digest == calibration.digest
    assert said == [] and fitted == []


def test_a_missing_one_is_made_and_stored_and_told(root, fitted):
    inputs, said = load_inputs("lahti", root).until(month_number("2026-07")), []
    made = ready_calibration(inputs, root, 1, said.append)
    assert fitted == ["2026-07"]
    assert "calibrating to 2026-07" in said[0] and "there is no calibration for this month" in said[0]
    assert said[1] == "a round" and said[2].startswith("calibrated in 0 s: ") and said[2].endswith("2026-07")
    assert load_calibration(inputs, root).digest == made.digest  # a run now and the next give the same
    assert ready_calibration(inputs, root).digest == made.digest and fitted == ["2026-07"]


def test_a_stale_one_is_made_anew(root, fitted):
    path = root / "lahti" / "assumptions.yaml"
    path.write_text(path.read_text("utf-8").replace("value: 0.14", "value: 0.15", 1), "utf-8")
    inputs, said = load_inputs("lahti", root), []
    ready_calibration(inputs, root, 1, said.append)
    assert fitted == ["2026-08"] and "was made from other files" in said[0]
    assert load_calibration(inputs, root).stored.inputs == digest(*inputs.area.files())


def test_a_data_folder_that_cannot_be_written_is_no_obstacle(root, fitted, calibration):
    shutil.rmtree(root / "lahti" / "calibration")
    (root / "lahti" / "calibration").write_text("a file where a folder should be")
    said = []
    made = ready_calibration(load_inputs("lahti", root), root, 1, said.append)
    assert "for this time only" in said[-1] and "cannot be written" in said[-1]
    assert (made.accrued == calibration.accrued).all()  # as it would have been stored, to a tenth of a day
    assert (root / "lahti" / "calibration").is_file()
