"""Inputs start from the newest month that both of Kela's files hold."""

import re
import shutil
from pathlib import Path

import pytest

from scenarios.inputs import Behind, load_inputs
from sim.law.calendar import month_label, month_number
from sources.area import data_root
from sources.errors import InputError

SHARE, RECIPIENTS = "lahti_monthly.csv", "lahti_korvausperuste.csv"


@pytest.fixture
def kela(tmp_path) -> Path:
    return Path(shutil.copytree(data_root(), tmp_path / "data")) / "kela"


def drop(path: Path, pattern: str) -> None:
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not re.search(pattern, row)), encoding="utf-8")


@pytest.mark.parametrize(("lagging", "other"), [(SHARE, RECIPIENTS), (RECIPIENTS, SHARE)])
def test_the_file_that_ends_first_decides_and_is_named(lagging, other, kela):
    drop(kela / lagging, "20260[678]")
    inputs = load_inputs("lahti", kela.parent)
    assert inputs.behind == Behind(lagging, "2026-05", other, "2026-08")
    assert month_label(inputs.newest) == "2026-05"
    assert str(inputs.share["month"].max()) == str(inputs.recipients.index[-1]) == "2026-05"
    assert inputs.until(month_number("2026-03")).newest == month_number("2026-03")


def test_files_that_end_together_leave_nothing_to_say(inputs):
    assert inputs.behind is None and inputs.newest == month_number("2026-08")


@pytest.mark.parametrize("pattern", [";201|;202[0-4]|;202501", ";202[56]"])
def test_recipients_that_miss_the_first_months_of_the_share_are_refused(pattern, kela):
    drop(kela / RECIPIENTS, pattern)
    with pytest.raises(InputError, match=f"{RECIPIENTS}: month 2025-01: is missing"):
        load_inputs("lahti", kela.parent)
