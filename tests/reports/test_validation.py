"""The validation report: figures by hand, and a page in docs/ that is not older than the calibration it tells of."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from reports.validation import validation_page
from scenarios.billing import BilledYear
from scenarios.inputs import load_inputs
from scenarios.old_law import OldLawCheck
from scenarios.run import ready_calibration
from scenarios.validate import Check
from sources.area import data_root

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"


def check(model: float, yardstick: dict[str, float]) -> Check:
    rows = pd.DataFrame([{"month": month, "line": line, "kela": 1000.0, "model": model, "ratio": model / 1000,
                          "p10": model - 50, "p90": model + 50, "in_band": abs(model - 1000) <= 50}
                         for month in ("2026-01", "2026-02") for line in ("101-200", "total")])
    return Check(rows, {"101-200": 2 * model, "total": 2 * model}, yardstick)


@pytest.fixture(scope="module")
def page() -> str:
    year = BilledYear("2026-08", pd.DataFrame([{"month": "2025-01", "benefit": "general", "line": "101-200",
                                                "kela": 2e6, "model": 1.9e6, "in_time": 2.1e6, "fitted": True}]), {})
    old = OldLawCheck("Hämeenlinna", pd.DataFrame([{
        "month": "2015-01", "line": "1-300", "days": 1000.0, "paid": 32_000.0, "kela": 16_000.0, "model": 16_160.0,
        "of_paid": 16_000.0}]), pd.DataFrame([{"year": 2015, "basic_amount": 32.8, "status": "recalled"}]))
    checks = {"calibration": check(1000.0, {}), "hindcast": check(1060.0, {"101-200": 0.9, "total": 0.95})}
    return validation_page(checks, [year], old, name="Lahti", newest="2026-08", until="2025-12", calibration="a" * 12,
                           past="b" * 12)


def test_ratios_stars_and_the_yardstick_stand_where_they_belong(page):
    assert "| total | 1.000 | 1.060 | 0.950 |" in page and "| paid days 101-200 | 1.000 | 1.060 | 0.900 |" in page
    assert "| mean error of the classes | 0.0 % | 6.0 % | 10.0 % |" in page
    assert "2 of 2 | 0 of 2 | – |" in page
    assert "| 2026-01 | 1 | 1 | 1–1 | 1.06* | 1.06* |" in page
    assert "| 2025-01 | 2 000 | 1 900 | 0.95 | 2 100 |" in page and "The year: 0.950." in page
    assert "| 2015 | 16 | 16 | 1.010 | 32.00 | 32.80 | recalled |" in page


def test_the_page_in_the_docs_tells_of_the_calibrations_that_are_shipped():
    told = PAGE.read_text("utf-8")
    full = load_inputs("lahti", data_root())
    until = re.search(r"nothing after\s+(\d{4}-\d\d)", told)[1]
    known = full.until(int(until[:4]) * 12 + int(until[5:]) - 1)
    for inputs in (full, known):
        digest = ready_calibration(inputs, data_root(), 1, print).digest
        assert f"`{digest[:12]}`" in told, "make it anew: kuntaosuus validate --report docs/validation.md"
